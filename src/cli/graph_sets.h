/* graph_sets.h: how a set of graphs is read: molecules, MUTAG's text form, a TU folder. */
#ifndef KHOP_CLI_GRAPH_SETS_H
#define KHOP_CLI_GRAPH_SETS_H

#include "cli/data_options.h"
#include "cli/record_list.h"

#define MOST_TARGETS 64
typedef struct graph_set_choice {
  int targets;
  char *target[MOST_TARGETS]; /* owns */
  const char *smiles_column, *descriptors;
  bool strict, quiet;
  int standardise; /* steps of khop_standardise */
  const char *graph_labels; /* a table beside the set; NULL: none */
  khop_graph_labels_options labels; /* what its columns are for */
  bool no_structural_features; /* of a set that is not of molecules: leave khop_graphs_add_structural_features out */
  const khop_schema *schema; /* of a model, to be matched; NULL: none */
  bool molecules; /* a table of text is one of molecules, though nothing else says so */
  bool copies_apart; /* molecules that are written again are drawn apart */
  bool optional;  /* columns of targets and labels may hold nothing */
  record_list *records; /* of molecules, filled; NULL: not wanted */
  bool wants_targets;   /* load_as_trained: with the columns of targets that the file has */
} graph_set_choice;

/* Takes from the options of the command line what a set has a use for: the table beside it, the roles of columns, the
 * schema to be matched, quiet. */
void take_data_choice(graph_set_choice *choice, const data_choice *data);
/* Whether what is called name is a set of graphs, and not one graph. */
bool is_graph_set(const char *name, const graph_set_choice *choice);
/* Of a set: whether it is one of molecules. */
bool is_molecule_file(const char *name, const graph_set_choice *choice);
khop_status load_graph_set(khop_graphs **set, const char *name, const graph_set_choice *choice);
/* A set read as a model was trained on one, with its descriptors and, unless another is wanted, its column of
 * SMILES. */
khop_status load_as_trained(khop_graphs **set, const khop_model *model, const char *name,
                            const graph_set_choice *wanted);

/* "a,b" as the columns of targets; false after a message that begins with where. */
bool read_targets(graph_set_choice *choice, const char *value, const char *where);
/* Refuses the table of the other kind: --nodes with a set, --graph-labels with one graph. An exit status after a
 * message, or GO_ON. */
int check_tables(const data_choice *choice, const char *name, bool is_set);
void free_targets(graph_set_choice *choice);

/* Whether a training on molecules was told what to learn: an exit status after a message that lists the columns, or
 * GO_ON. */
int check_something_to_learn(const char *name, const graph_set_choice *choice);

#endif
