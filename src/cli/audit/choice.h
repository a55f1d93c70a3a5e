/* choice.h: what khop audit was asked, and what it found. */
#ifndef KHOP_CLI_AUDIT_CHOICE_H
#define KHOP_CLI_AUDIT_CHOICE_H

#include "cli/kept_options.h"

#define MOST_LAYERS 256
#define MOST_AUDIT_TAPS 64
#define MOST_FILTER 256
#define MOST_PARTS (MOST_LAYERS + KHOP_MAX_BRANCHES)

typedef enum audit_pad { PAD_UNSAID, PAD_SAME, PAD_CAUSAL, PAD_VALID, PAD_NUMBERS } audit_pad;

typedef struct audit_choice {
  data_choice data;
  int kernels[MOST_PARTS], kernel_count; /* one for all, or one a layer and branch */
  int dilations[MOST_LAYERS], strides[MOST_LAYERS], layers, strided;
  bool layers_given;                     /* by --dilations */
  int branch[KHOP_MAX_BRANCHES], branches; /* rates of the layers side by side behind the stack */
  audit_pad padding;
  int paddings[MOST_PARTS], padding_count; /* of PAD_NUMBERS: one for all, or one a layer and branch */
  int64_t size;                            /* positions on the axis; 0: not said */
  int hops[MOST_AUDIT_TAPS], taps; /* base hops on a graph; none: 0 .. kernel - 1 */
  bool no_schedule; /* only a span or a filter was asked about */
  double span, rate;
  double filter[MOST_FILTER];
  int filter_taps;
  int direction;
  int64_t samples, radius;
  bool exact; /* the diameter, not a bound of it */
  const char *node; /* what is looked at, and the centre of the plot; NULL: the best connected one */
  const char *plot;
  const char *model; /* a trained one, whose influence is asked for; NULL: none */
  uint64_t seed;     /* of the sample of nodes */
  kept_options kept; /* of the model */
} audit_choice;

typedef struct audit_found {
  const char *name;   /* of the data, or NULL */
  int64_t nodes;
  int64_t field, jump;
  khop_offsets offsets;
  double shares[3];   /* seen on one axis, in a square, in a cube */
  int64_t output;     /* positions that --size leaves */
  bool has_hdc;       /* strides are 1, kernels the same, no branches */
  khop_hdc hdc;
  khop_layer dilated[MOST_PARTS]; /* the stack without strides, then the branches */
  int64_t span, span_field; /* 0: not asked */
  int span_layers;
  khop_audit *audit;  /* with data */
  const khop_data *data; /* or NULL */
  int64_t node, seen;    /* with --node: it, and how many nodes reach its output; else node is -1 */
} audit_found;

/* What goes together, and what was left out; GO_ON, or the exit code behind one sentence on stderr. */
int audit_complete(audit_choice *choice, bool data);

/* How many layers and branches there are; them, the branches last; the positions that are added on either side of
 * each one's input. (MOST_PARTS) */
int audit_parts(const audit_choice *choice);
void audit_layers(khop_layer *layers, const audit_choice *choice);
void audit_padding(int64_t *before, int64_t *after, const audit_choice *choice);
bool audit_one_kernel(const audit_choice *choice);

#endif
