/* train.h: the choices of khop train, and how its report is printed. */
#ifndef KHOP_CLI_TRAIN_H
#define KHOP_CLI_TRAIN_H

#include "cli.h"

/* How a file of molecules is read. */
#define MOST_TARGETS 64
typedef struct molecule_choice {
  int targets;
  char *target[MOST_TARGETS]; /* owns */
  const char *smiles_column, *descriptors;
  bool strict, quiet;
  bool no_places; /* of a set that is not of molecules: leave khop_graphs_add_structural_features out */
  bool molecules; /* a table of text is one of molecules, though no option says so */
} molecule_choice;

#define MOST_CANDIDATES 16
typedef struct train_choice {
  data_choice data;
  khop_recipe recipe;
  khop_train_options train;
  const char *recipe_name;
  bool metric_given;
  /* sets of graphs */
  molecule_choice molecules;
  khop_graph_options graphs;
  const char *scatter;
  int candidates;
  const char *candidate[MOST_CANDIDATES];
  khop_recipe candidate_recipe[MOST_CANDIDATES];
  char *lines;       /* owns: "name=value" of what a checkpoint keeps; NULL: none */
} train_choice;

/* Adds an option to the lines, where it is one that a checkpoint keeps. */
void keep_option(void *context, const char *name, const char *value);

/* train_graphs.c: sets of graphs. */
bool is_graphs(const char *name, const molecule_choice *choice);
bool is_molecules(const char *path, const molecule_choice *choice);
khop_status load_graphs(khop_graphs **set, const char *name, const molecule_choice *choice);
int train_graphs(train_choice *choice, const char *name);
/* predict_graphs.c: a set read as a model was trained on one, with its descriptors and, unless another is
 * wanted, its column of SMILES. */
khop_status load_as_trained(khop_graphs **set, const khop_model *model, const char *name,
                            const molecule_choice *wanted);
/* An exit status. */
int predict_graphs(const command *self, khop_model *model, const char *path, const char *name,
                   const char *output, const char *smiles_column, int64_t max_bytes);
/* "a,b" as the columns of targets. */
bool read_targets(molecule_choice *choice, const char *value, const char *where);
void free_targets(molecule_choice *choice);

void print_report(const khop_report *report, const khop_data *data, const train_choice *choice);
void print_report_json(const khop_report *report, const khop_data *data,
                       const train_choice *choice);

#endif
