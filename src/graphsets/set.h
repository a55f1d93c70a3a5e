/* set.h: the inside of a khop_graphs. The picture is in khop/graphs.h. */
#ifndef KHOP_GRAPHSETS_SET_H
#define KHOP_GRAPHSETS_SET_H

#include "base/notes.h"
#include "data/schema.h"

#include <khop/graphs.h>

/* What molecules are made of, for the domain of a model (khop/domain.h); {0}: not known. */
typedef struct khop_i_makeup {
  uint8_t *element; /* (nodes) atomic numbers, 0: `*` */
  int64_t *first;   /* (count + 1) where the codes of each graph begin */
  uint32_t *code;   /* the environments of its atoms, ascending, each once */
} khop_i_makeup;

struct khop_graphs {
  char *name;
  khop_graph *graph;      /* owns */
  int64_t count;
  int64_t *first;         /* (count + 1) */
  khop_features features; /* owns its arrays */
  int32_t *labels;        /* (count) or NULL, as all that follow */
  int64_t classes;
  char **class_names;     /* (classes) */
  khop_real *targets;     /* (count, outputs) */
  int64_t outputs;
  char **target_names;    /* (outputs) */
  khop_real *graph_features;      /* (count, graph_feature_columns) */
  int64_t graph_feature_columns;
  uint8_t *arc_types;     /* (arcs) */
  int types;
  int64_t *split_groups;        /* (count) */
  int64_t *copies;        /* (count) */
  int64_t *rows;          /* (count) */
  int64_t rows_total;
  uint8_t *parts;         /* (count) */
  khop_i_makeup makeup;   /* owns */
  khop_i_notes notes;
  khop_schema *schema;    /* owns */
};

void khop_i_makeup_drop(khop_i_makeup *makeup);

/* Forgets labels and classes, or targets. */
void khop_i_graphs_drop_labels(khop_graphs *set);
void khop_i_graphs_drop_targets(khop_graphs *set);

/* Labels (G) as classes with their numbers as names. */
khop_status khop_i_graphs_set_classes(khop_graphs *set, const int64_t *labels);

/* Keeps a sentence on what was passed over, for khop_graphs_note. Errors: MEMORY. */
khop_status khop_i_graphs_note(khop_graphs *set, const char *format, ...) KHOP_PRINTF(2, 3);

#endif
