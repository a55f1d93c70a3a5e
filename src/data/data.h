/* data.h: the inside of a khop_data, and the steps by which the loaders fill one.
 *
 * A loader makes an empty one around its graph, hands over features, labels or targets and masks in
 * any order, and khop_i_data_finish fills in what the file did not bring. Messages do not name the
 * file: khop_data_load puts its path in front. */
#ifndef KHOP_DATA_DATA_H
#define KHOP_DATA_DATA_H

#include "base/notes.h"
#include "data/features.h"
#include "data/names.h"
#include "data/schema.h"

#include <khop/data.h>

/* Labels beyond a million are taken for a mistake: ids or numbers, not classes. (The largest published sets have some
 * ten thousand.) Memory grows with the classes that a label claims. */
#define KHOP_I_MAX_CLASSES 1000000

struct khop_data {
  char *name;
  khop_graph *graph;      /* owns */
  khop_features features; /* owns its arrays */
  bool has_features; /* false only while a loader is at work */
  bool identity;
  bool is_view;    /* all but features and schema is another's */
  int32_t *labels; /* (N) or NULL */
  int64_t classes;
  char **class_names; /* (classes) or NULL */
  khop_real *targets; /* (N, outputs) or NULL */
  int64_t outputs;
  int splits;
  uint8_t **masks; /* (splits), each (3, N): train, val, test */
  bool random_split;
  bool has_directed_links; /* that were not read */
  khop_schema *schema; /* owns */
  khop_i_notes notes;
  const char *const *node_names; /* (N) or NULL; the graph's, or */
  const char **own_node_names;   /* (N) or NULL; owns */
};

/* An empty data set that owns graph; on failure the caller still does. */
khop_status khop_i_data_make(khop_data **data, khop_graph *graph);

/* Keeps a sentence on what was passed over, for khop_data_note. Errors: MEMORY. */
khop_status khop_i_data_note(khop_data *data, const char *format, ...) KHOP_PRINTF(2, 3);

/* Takes the arrays of *features, which is zeroed, also on failure, when they are freed. Checks
 * sizes, order and that every value is finite. Errors: SHAPE, VALUE. */
khop_status khop_i_data_take_features(khop_data *data, khop_features *features);

/* The graph, and nothing to learn from: features of as many columns as nodes, without arrays. */
khop_status khop_i_data_without_features(khop_data *data);

/* Identity features: one column a node, with a 1 where they meet. */
khop_status khop_i_data_identity_features(khop_data *data);

/* The schema of features that a loader gave no names. */
khop_status khop_i_data_describe(khop_data *data);

/* Copies labels (N); names (classes) may be NULL, else there are as many as classes. */
khop_status khop_i_data_set_labels(khop_data *data, const int32_t *labels, int64_t classes,
                                   const char *const *names);
/* The nodes of a part of a split; 0: there is no such part. */
int64_t khop_i_data_count_part(const khop_data *data, int split, khop_part part);
/* One label as a class. Errors: VALUE, with the node. */
khop_status khop_i_data_check_label(int64_t label, int64_t node);

#endif
