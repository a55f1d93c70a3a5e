/* choice.h: what khop audit was asked, and what it found. */
#ifndef KHOP_CLI_AUDIT_CHOICE_H
#define KHOP_CLI_AUDIT_CHOICE_H

#include "cli/data_options.h"

#define MOST_LAYERS 256
#define MOST_AUDIT_TAPS 64
#define MOST_FILTER 256

typedef struct audit_choice {
  data_choice data;
  int kernel;
  int dilations[MOST_LAYERS], strides[MOST_LAYERS], layers, strided;
  int hops[MOST_AUDIT_TAPS], taps; /* base hops on a graph; none: 0 .. kernel - 1 */
  bool no_schedule; /* only a span or a filter was asked about */
  double span, rate;
  double filter[MOST_FILTER];
  int filter_taps;
  int direction;
  int64_t samples, radius;
  const char *node; /* what is looked at, and the centre of the plot; NULL: the best connected one */
  const char *plot;
} audit_choice;

typedef struct audit_found {
  const char *name;   /* of the data, or NULL */
  int64_t nodes;
  int64_t field, jump;
  khop_offsets offsets;
  bool has_hdc;       /* strides are 1 */
  khop_hdc hdc;
  khop_layer dilated[MOST_LAYERS]; /* the stack without strides */
  int64_t span, span_field; /* 0: not asked */
  int span_layers;
  khop_audit *audit;  /* with data */
  const khop_data *data; /* or NULL */
  int64_t node, seen;    /* with --node: it, and how many nodes reach its output; else node is -1 */
} audit_found;

#endif
