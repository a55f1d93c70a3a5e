/* set.h: the inside of a khop_graphs. The picture is in khop/graphs.h. */
#ifndef KHOP_GRAPHSETS_SET_H
#define KHOP_GRAPHSETS_SET_H

#include <khop/graphs.h>

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
  khop_real *extras;      /* (count, extra_columns) */
  int64_t extra_columns;
  uint8_t *arc_types;     /* (arcs) */
  int types;
  int64_t *groups;        /* (count) */
  int64_t *rows;          /* (count) */
  int64_t rows_total;
};

/* graphs_text.c, graphs_tu.c: the two forms that khop_graphs_read knows; path is a file, a folder. */
khop_status khop_i_graphs_from_text(khop_graphs **set, const char *path);
khop_status khop_i_graphs_from_folder(khop_graphs **set, const char *path);
/* The NAME of a folder's <NAME>_graph_indicator.txt, to be freed. Errors: NOT_FOUND, IO, MEMORY. */
khop_status khop_i_graphs_folder_name(char **name, const char *path);

/* What both share: numbers as they stand in a file, to consecutive ones in ascending order. */
typedef struct khop_i_ranks {
  int64_t count;
  int64_t *value; /* (count), ascending; owns */
} khop_i_ranks;
khop_status khop_i_ranks_new(khop_i_ranks *ranks, int64_t count, const int64_t *values);
int64_t khop_i_ranks_of(const khop_i_ranks *ranks, int64_t value); /* one that was among them */
void khop_i_ranks_free(khop_i_ranks *ranks);
/* Labels (G) as classes with their numbers as names. */
khop_status khop_i_graphs_set_classes(khop_graphs *set, const int64_t *labels);

#endif
