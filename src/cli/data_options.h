/* data_options.h: the options of every command that loads data. */
#ifndef KHOP_CLI_DATA_OPTIONS_H
#define KHOP_CLI_DATA_OPTIONS_H

#include "cli/options.h"

#include <khop/khop.h>

/* Options that every command which loads data takes; the context of such a command starts with it. */
typedef struct data_choice {
  khop_data_options options;
  khop_schema *schema; /* of a model, owns; NULL: none */
  int64_t max_bytes;
  bool json, quiet;
  khop_encodings encodings; /* options.encodings points here where they are given */
  const char *graph_labels; /* sets of graphs: a table beside them; NULL: none */
  int given;
  const char *given_name[MOST_OPTIONS]; /* options of the command line */
} data_choice;
/* How a graph is read. */
#define GRAPH_OPTION_ROWS                                                                          \
  {NULL, 0, NULL, "Data", NULL},                                                                   \
      {"directed-links", 0, NULL, ".npz: the directed links dir_* as the graph", set_directed_links}, \
      {"directed", 0, NULL, "edge lists: the edges have a direction", set_directed},               \
      {"ids", 0, "KIND", "edge lists: what numbers are: compact (names) or position", set_ids},    \
      {"format", 0, "NAME", "of the file, where its name does not tell: edges, gml ..", set_format}
#define MEMORY_OPTION_ROW                                                                          \
  {"memory", 0, "BYTES", "budget for rings and runs, as 512M or 4G (half of the memory)", set_memory}
/* Attributes with a role, which are no features. */
#define ROLE_OPTION_ROWS                                                                           \
  {"label", 0, "NAME", "attribute with the class (label, class, y); a,b: yes/no tasks", set_label}, \
      {"split-column", 0, "NAME", "vertex attribute with train / val / test (split)", set_split_column}
/* Of the commands that look at splits. */
#define SPLIT_OPTION_ROWS                                                                          \
  {"masks", 0, "PREFIX", ".npz: which masks, such as geom_ or fixed_", set_masks},                 \
      {"split-seed", 0, "N", "seed of the random split where the data bring none (0)", set_split_seed}
/* Options of the commands that read features. */
#define NODES_OPTION_ROW                                                                           \
  {"nodes", 0, "TABLE", "a .csv or .tsv with an id column: attributes of the nodes", set_nodes}
#define FEATURE_OPTION_ROWS                                                                        \
  NODES_OPTION_ROW,                                                                                \
      {"features", 0, "LIST|none", "vertex attributes that are features (all but names, layouts)", set_features}, \
      {"exclude", 0, "LIST", "vertex attributes that are not used", set_exclude},                  \
      {"name", 0, "NAME", "vertex attribute with the names of the nodes (name, id)", set_name},    \
      {"missing", 0, "HOW", "of a feature: error, or mean or zero with an indicator (error)", set_missing}
/* Options of the commands that read what is known of whole graphs. */
#define GRAPH_LABELS_OPTION_ROW                                                                    \
  {"graph-labels", 0, "TABLE", "sets of graphs: a .csv or .tsv with ids, labels, targets, a split", set_graph_labels}
#define COLUMNS_OPTION_ROW                                                                         \
  {"columns", 0, "HOW", "features are matched to the model's: by-name, by-position (by-name)", set_columns}
/* The was_set of a command: keeps the name of an option that the command line has. */
void note_given(void *context, const char *name, const char *value);
bool was_given(const data_choice *choice, const char *option);

bool set_graph_labels(void *context, const char *value, const char *where);
bool set_nodes(void *context, const char *value, const char *where);
bool set_features(void *context, const char *value, const char *where);
bool set_exclude(void *context, const char *value, const char *where);
bool set_name(void *context, const char *value, const char *where);
bool set_encodings(void *context, const char *value, const char *where);
bool set_missing(void *context, const char *value, const char *where);
bool set_columns(void *context, const char *value, const char *where);
bool set_label(void *context, const char *value, const char *where);
bool set_split_column(void *context, const char *value, const char *where);
bool set_masks(void *context, const char *value, const char *where);
bool set_directed_links(void *context, const char *value, const char *where);
bool set_directed(void *context, const char *value, const char *where);
bool set_ids(void *context, const char *value, const char *where);
bool set_format(void *context, const char *value, const char *where);
bool set_split_seed(void *context, const char *value, const char *where);
bool set_memory(void *context, const char *value, const char *where);
bool set_json(void *context, const char *value, const char *where);
bool set_quiet(void *context, const char *value, const char *where);
bool set_threads(void *context, const char *value, const char *where);


/* Loads a data set, and says on stderr what was passed over, unless choice is quiet. An exit status after a message, or
 * GO_ON. */
int load_data(khop_data **data, const char *name, const data_choice *choice);
/* The notes of data that were loaded, and of their graph, on stderr. */
void tell_data_notes(const khop_data *data, const char *name, const data_choice *choice);
/* What the file of the graph has that was not read, or was understood in one way of several, on stderr. */
void tell_graph_notes(const khop_data *data, const char *name, const data_choice *choice);
/* Says, of a file at path whose rows are the nodes of data, how to find which node a row is: an .npz has the array
 * node_names, the others have none. Nothing where the nodes are only numbered. */
void tell_names(const char *path, const char *name, const khop_data *data, const data_choice *choice);
/* From here on data are matched to the features of a model; path is its file, for messages. An exit status after a
 * message, or GO_ON. */
int take_model_schema(data_choice *choice, const khop_model *model, const char *path);
void free_model_schema(data_choice *choice);

#endif
