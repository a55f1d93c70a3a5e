/* data_options.c: see data_options.h. */
#include "cli/data_options.h"
#include "cli/values.h"

#include <stdio.h>
#include <string.h>

bool set_label(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.label = value;
  return true;
}
bool set_split_column(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.split = value;
  return true;
}
bool set_masks(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.mask_prefix = value;
  return true;
}
bool set_directed_links(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  ((data_choice *)context)->options.use_directed = true;
  return true;
}
bool set_directed(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  ((data_choice *)context)->options.read.directed = true;
  return true;
}
bool set_ids(void *context, const char *value, const char *where) {
  static const char *const names[] = {"compact", "position"};
  int ids;
  if (!read_choice(&ids, value, names, 2, "a kind of ids", where)) return false;
  ((data_choice *)context)->options.read.ids = (khop_ids)ids;
  return true;
}
bool set_format(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.read.format = value;
  return true;
}
bool set_split_seed(void *context, const char *value, const char *where) {
  return read_seed(&((data_choice *)context)->options.split_seed, value, where);
}
bool set_memory(void *context, const char *value, const char *where) {
  return read_bytes(&((data_choice *)context)->max_bytes, value, where);
}
bool set_json(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((data_choice *)context)->json = true;
}
bool set_quiet(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((data_choice *)context)->quiet = true;
}
bool set_threads(void *context, const char *value, const char *where) {
  int threads;
  (void)context;
  return read_int(&threads, value, 1, 1024, where) && khop_set_threads(threads) == KHOP_OK;
}

void note_given(void *context, const char *name, const char *value) {
  data_choice *choice = context;
  (void)value;
  if (choice->given < MOST_OPTIONS && !was_given(choice, name)) choice->given_name[choice->given++] = name;
}
bool was_given(const data_choice *choice, const char *option) {
  for (int i = 0; i < choice->given; i++)
    if (strcmp(choice->given_name[i], option) == 0) return true;
  return false;
}

/* --- features ------------------------------------------------------------------------------- */

bool set_graph_labels(void *context, const char *value, const char *where) {
  return read_path(&((data_choice *)context)->graph_labels, value, where);
}
bool set_nodes(void *context, const char *value, const char *where) {
  return read_path(&((data_choice *)context)->options.nodes, value, where);
}
bool set_features(void *context, const char *value, const char *where) {
  return read_path(&((data_choice *)context)->options.features, value, where);
}
bool set_exclude(void *context, const char *value, const char *where) {
  return read_path(&((data_choice *)context)->options.exclude, value, where);
}
bool set_name(void *context, const char *value, const char *where) {
  return read_path(&((data_choice *)context)->options.name, value, where);
}
bool set_missing(void *context, const char *value, const char *where) {
  static const char *const names[] = {"error", "mean", "zero"};
  int how;
  if (!read_choice(&how, value, names, 3, "a way with missing values", where)) return false;
  ((data_choice *)context)->options.missing = (khop_missing)how;
  return true;
}
bool set_encodings(void *context, const char *value, const char *where) {
  data_choice *choice = context;
  if (khop_encodings_read(&choice->encodings, value) != KHOP_OK) return complain("%s: %s", where, khop_message()), false;
  choice->options.encodings = &choice->encodings;
  return true;
}
bool set_columns(void *context, const char *value, const char *where) {
  static const char *const names[] = {"by-name", "by-position"};
  int how;
  if (!read_choice(&how, value, names, 2, "a way to match columns", where)) return false;
  ((data_choice *)context)->options.by_position = how == 1;
  return true;
}

/* --- loading -------------------------------------------------------------------------------- */

void tell_graph_notes(const khop_data *data, const char *name, const data_choice *choice) {
  const khop_graph *graph = khop_data_graph(data);
  for (int i = 0; !choice->quiet && i < khop_graph_notes(graph); i++) note("%s: %s", name, khop_graph_note(graph, i));
}

void tell_data_notes(const khop_data *data, const char *name, const data_choice *choice) {
  for (int i = 0; !choice->quiet && i < khop_data_notes(data); i++) note("%s: %s", name, khop_data_note(data, i));
  tell_graph_notes(data, name, choice);
}

int load_data(khop_data **data, const char *name, const data_choice *choice) {
  khop_data_options options = choice->options;
  options.size = sizeof options;
  options.read.size = sizeof options.read;
  if (khop_data_load(data, name, &options) != KHOP_OK) return library_failure();
  tell_data_notes(*data, name, choice);
  return GO_ON;
}

void tell_names(const char *path, const char *name, const khop_data *data, const data_choice *choice) {
  const char *dot = strrchr(path, '.');
  if (!khop_data_node_names(data) || choice->quiet) return;
  if (dot && strcmp(dot, ".npz") == 0)
    note("%s: the names of its rows are in the array node_names", path);
  else
    note("%s: its rows have no names: 'khop info %s --map FILE.csv' says which node is which row", path, name);
}

int take_model_schema(data_choice *choice, const khop_model *model, const char *path) {
  free_model_schema(choice);
  if (khop_model_schema(&choice->schema, model) != KHOP_OK) return failure("%s: %s", path, khop_message());
  if (!choice->schema && !choice->quiet)
    note("%s: a model without a schema, by an older khop: features are taken by their position", path);
  choice->options.schema = choice->schema;
  return GO_ON;
}

void free_model_schema(data_choice *choice) {
  khop_schema_free(choice->schema);
  choice->schema = NULL;
  choice->options.schema = NULL;
}
