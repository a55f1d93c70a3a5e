/* graph_sets.c: see graph_sets.h. */
#include "cli/graph_sets.h"
#include "cli/messages.h"
#include "cli/standardise.h"
#include "cli/trained_with.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- columns of targets ------------------------------------------------------------------------- */

void free_targets(graph_set_choice *choice) {
  for (int i = 0; i < choice->targets; i++) free(choice->target[i]);
  choice->targets = 0;
}

bool read_targets(graph_set_choice *choice, const char *value, const char *where) {
  char *text = strdup(value), *rest = text;
  free_targets(choice);
  if (!text) exit(failure("no memory for the names of targets"));
  for (char *name; text && (name = strsep(&rest, ","));) {
    if (!*name || choice->targets == MOST_TARGETS) {
      complain("%s: not a list of 1 to %d columns: '%s'", where, MOST_TARGETS, value);
      free(text);
      return false;
    }
    char *kept = strdup(name);
    if (!kept) exit(failure("no memory for the names of targets"));
    choice->target[choice->targets++] = kept;
  }
  free(text);
  return choice->targets > 0;
}

/* --- reading ------------------------------------------------------------------------------------ */

void take_data_choice(graph_set_choice *choice, const data_choice *data) {
  const khop_data_options *o = &data->options;
  choice->quiet = data->quiet;
  choice->graph_labels = data->graph_labels;
  choice->labels = (khop_graph_labels_options){.size = sizeof choice->labels, .label = o->label, .target = o->target,
                                               .split = o->split};
  choice->schema = o->by_position ? NULL : data->schema;
}

static bool ends_with(const char *name, const char *const *ends) {
  const char *dot = strrchr(name, '.');
  for (int i = 0; dot && ends[i]; i++)
    if (strcasecmp(dot, ends[i]) == 0) return true;
  return false;
}

/* Whether a file of molecules has a column; NULL: one of SMILES. */
static bool has_column(const char *path, const graph_set_choice *choice, const char *column) {
  khop_records *records = NULL;
  khop_records_options options = {.size = sizeof options, .smiles_column = choice->smiles_column,
                                  .columns = column != NULL, .column = &column};
  bool has = khop_records_open(&records, path, &options) == KHOP_OK;
  khop_records_free(records);
  return has;
}

static bool is_molecules(const char *path, const graph_set_choice *choice) {
  static const char *const always[] = {".smi", ".smiles", ".ism", ".sdf", ".sd", ".mol", NULL};
  static const char *const tables[] = {".csv", ".tsv", NULL};
  bool asked = choice->molecules || choice->targets || choice->smiles_column || choice->descriptors;
  return ends_with(path, always) || (ends_with(path, tables) && (asked || has_column(path, choice, NULL)));
}

/* "a, b": columns of the first records, but for that of SMILES. */
static void list_columns(char list[400], const char *path, const graph_set_choice *choice) {
  khop_records *records = NULL;
  khop_record record;
  khop_records_options options = {.size = sizeof options, .smiles_column = choice->smiles_column};
  bool more = khop_records_open(&records, path, &options) == KHOP_OK;
  for (int i = 0; more && i < 100; i++)
    if (khop_records_next(&more, &record, records) != KHOP_OK) more = false;
  *list = 0;
  for (int64_t c = 0; records && khop_records_column(records, c) && strlen(list) < 320; c++) {
    const char *column = khop_records_column(records, c);
    bool is_smiles = choice->smiles_column ? strcmp(column, choice->smiles_column) == 0
                                           : strcasestr(column, "smiles") != NULL;
    if (*column && !is_smiles) snprintf(list + strlen(list), 400 - strlen(list), "%s%.60s", *list ? ", " : "", column);
  }
  khop_records_free(records);
}

int check_something_to_learn(const char *name, const graph_set_choice *choice) {
  char *path = NULL, list[400];
  if (choice->targets || choice->labels.label || choice->graph_labels) return GO_ON;
  if (khop_graphs_is_set(name) || khop_data_path(&path, name) != KHOP_OK) return GO_ON;
  bool molecules = !khop_graphs_is_set(path) && is_molecules(path, choice);
  if (molecules) list_columns(list, path, choice);
  khop_free(path);
  if (!molecules) return GO_ON;
  if (!*list) return usage_error("%s: molecules without a column of what is to be learned", name);
  return usage_error("%s: molecules, and what is to be learned? --target NAME (numbers, 0 and 1, words) or "
                     "--label NAME (classes), one of: %s", name, list);
}

/* A line that cannot be read is told, unless the set is loaded strictly: then it is the error. */
static void take_record(const khop_record *record, const char *reason, void *context) {
  const graph_set_choice *choice = context;
  if (reason && !choice->quiet && !choice->strict)
    complain("khop: line %lld: %s: it is left out", (long long)record->line, reason);
  if (choice->records) record_list_add(choice->records, record, reason);
}

khop_status load_graph_set(khop_graphs **set, const char *name, const graph_set_choice *choice) {
  char *path = NULL;
  khop_status status = KHOP_OK;
  bool is_set = khop_graphs_is_set(name);
  if (!is_set) status = khop_data_path(&path, name);
  if (status != KHOP_OK) return status;
  const char *found = is_set ? name : path;
  khop_molecules_options o = {.size = sizeof o, 
                              .records = {.size = sizeof o.records, .smiles_column = choice->smiles_column,
                                          .columns = choice->targets,
                                          .column = (const char *const *)choice->target},
                              .optional = choice->optional, .copies_apart = choice->copies_apart,
                              .strict = choice->strict, .standardise = choice->standardise,
                              .seen = take_record, .context = (void *)(uintptr_t)choice};
  if (!choice->graph_labels) o.label = choice->labels.label, o.split = choice->labels.split;
  const char *descriptors = choice->descriptors;
  o.no_graph_features = descriptors && strcmp(descriptors, "none") == 0;
  if (!o.no_graph_features) o.descriptors.features = descriptors;
  bool molecules = is_molecules(found, choice);
  status = molecules ? khop_molecules_graphs(set, found, &o) : khop_graphs_read(set, found);
  if (status == KHOP_OK && !molecules && !choice->no_structural_features)
    status = khop_graphs_add_structural_features(*set);
  if (status == KHOP_OK && choice->graph_labels)
    status = khop_graphs_read_labels(*set, choice->graph_labels, &choice->labels);
  for (int i = 0; status == KHOP_OK && !choice->quiet && i < khop_graphs_notes(*set); i++)
    note("%s: %s", name, khop_graphs_note(*set, i));
  khop_free(path);
  if (status == KHOP_OK) return status;
  khop_graphs_free(*set);
  *set = NULL;
  return status;
}

int check_tables(const data_choice *choice, const char *name, bool is_set) {
  if (is_set && choice->options.nodes)
    return usage_error("--nodes goes with one graph, and %s is a set of graphs: --graph-labels", name);
  if (!is_set && choice->graph_labels)
    return usage_error("--graph-labels goes with a set of graphs, and %s is one graph: --nodes", name);
  return GO_ON;
}

bool is_graph_set(const char *name, const graph_set_choice *choice) {
  char *path = NULL;
  if (khop_graphs_is_set(name)) return true;
  if (khop_data_path(&path, name) != KHOP_OK) return is_molecules(name, choice);
  bool is = khop_graphs_is_set(path) || is_molecules(path, choice);
  khop_free(path);
  return is;
}

bool is_molecule_file(const char *name, const graph_set_choice *choice) {
  char *path = NULL;
  bool found = khop_data_path(&path, name) == KHOP_OK, is = is_molecules(found ? path : name, choice);
  khop_free(path);
  return is;
}

/* --- as a model was trained --------------------------------------------------------------------- */

/* Whether a model was trained with structural features; one without a schema says so by its columns alone. */
static bool has_structure(const khop_graphs *set, const khop_model *model, const khop_schema *schema) {
  for (int i = 0; schema && i < khop_schema_fields(schema); i++)
    if (strcmp(khop_schema_field(schema, i)->name, "structure") == 0) return true;
  return !schema && khop_graphs_features(set)->columns + KHOP_STRUCTURAL_COLUMNS == khop_model_input_columns(model);
}

/* Which columns of a list the file has, each tried alone, since a file without one is not opened: they are added to the
 * targets of found, unless that is NULL. Whether it has all of them. */
static bool find_columns(graph_set_choice *found, const graph_set_choice *choice, const char *name, const char *list) {
  char *path = NULL;
  graph_set_choice all = {0};
  bool has_all = list && read_targets(&all, list, "") && khop_data_path(&path, name) == KHOP_OK;
  for (int i = 0; path && i < all.targets; i++) {
    bool has = has_column(path, choice, all.target[i]);
    if (has && found) found->target[found->targets++] = strdup(all.target[i]);
    has_all = has_all && has;
  }
  free_targets(&all);
  khop_free(path);
  return has_all;
}

khop_status load_as_trained(khop_graphs **set, const khop_model *model, const char *name,
                            const graph_set_choice *wanted) {
  char *descriptors = trained_with(model, "descriptors"), *column = trained_with(model, "smiles-column");
  char *target = trained_with(model, "target"), *label = trained_with(model, "label");
  char *split = trained_with(model, "split-column"), *duplicates = trained_with(model, "duplicates");
  graph_set_choice choice = *wanted;
  if (!choice.smiles_column) choice.smiles_column = column;
  choice.descriptors = descriptors;
  choice.molecules = target || label;
  choice.copies_apart = duplicates && strcmp(duplicates, "apart") == 0;
  choice.optional = choice.no_structural_features = true;
  choice.standardise = trained_steps(model);
  bool named = wanted->targets > 0; /* those columns are the caller's */
  bool open = wanted->wants_targets && !wanted->graph_labels;
  if (open && !named && !choice.labels.label && find_columns(NULL, &choice, name, label)) choice.labels.label = label;
  if (open && !choice.labels.split && find_columns(NULL, &choice, name, split)) choice.labels.split = split;
  if (!named && target && wanted->wants_targets) find_columns(&choice, &choice, name, target);
  khop_status status = load_graph_set(set, name, &choice);
  if (status == KHOP_OK && has_structure(*set, model, wanted->schema))
    status = khop_graphs_add_structural_features(*set);
  if (status == KHOP_OK && wanted->schema) status = khop_graphs_match(*set, wanted->schema);
  if (status != KHOP_OK) {
    khop_graphs_free(*set);
    *set = NULL;
  }
  if (!named) free_targets(&choice);
  free(descriptors);
  free(column);
  free(target);
  free(label);
  free(split);
  free(duplicates);
  return status;
}
