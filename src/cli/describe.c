/* describe.c: see describe.h. */
#include "cli/describe.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LINES 20 /* of a list: the rest is counted */
#define MOST_TASKS 10

/* What has labels: the nodes of a graph, or the graphs of a set. */
typedef struct labelled {
  const char *what;           /* "nodes" */
  int64_t count, classes;
  const int32_t *labels;      /* (count) or NULL */
  const char *const *names;   /* (classes) or NULL */
} labelled;

static labelled nodes_of(const khop_data *data) {
  return (labelled){"nodes", khop_graph_nodes(khop_data_graph(data)), khop_data_classes(data), khop_data_labels(data),
                    khop_data_class_names(data)};
}

static labelled graphs_of(const khop_graphs *set) {
  return (labelled){"graphs", khop_graphs_count(set), khop_graphs_classes(set), khop_graphs_labels(set),
                    khop_graphs_class_names(set)};
}

/* How many have each class, and, behind them, none: (classes + 1). */
static int64_t *count_classes(const labelled *l) {
  int64_t *counts = l->classes ? calloc((size_t)l->classes + 1, sizeof *counts) : NULL;
  for (int64_t i = 0; counts && i < l->count; i++) counts[l->labels[i] < 0 ? l->classes : l->labels[i]]++;
  return counts;
}

static int64_t part_size(const khop_data *data, int split, khop_part part) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), size = 0;
  const uint8_t *mask = khop_data_mask(data, split, part);
  for (int64_t i = 0; i < nodes; i++) size += mask[i];
  return size;
}

/* --- text ----------------------------------------------------------------------------------- */

static bool has_names(const khop_schema *schema) {
  const khop_field *first = khop_schema_field(schema, 0);
  return first && (first->kind == KHOP_FIELD_NUMBER || first->kind == KHOP_FIELD_CATEGORY);
}

static void print_field(const khop_field *f, bool of_model) {
  printf("    %-13s %s", visible(f->name), khop_field_kind_name(f->kind));
  if (f->kind == KHOP_FIELD_CATEGORY) {
    printf(" of %lld:", (long long)f->columns);
    for (int64_t w = 0; w < f->columns && w < MOST_LINES; w++) printf("%s %s", w ? "," : "", visible(f->vocabulary[w]));
    if (f->columns > MOST_LINES) printf(" ..");
  }
  if (f->missing && f->treated && of_model)
    printf(" (%lld missing, taken as %g)", (long long)f->missing, f->mean);
  else if (f->missing)
    printf(" (%lld missing)", (long long)f->missing);
  putchar('\n');
}

void print_fields(const khop_schema *schema, bool of_model) {
  int fields = khop_schema_fields(schema);
  for (int i = 0; i < fields && i < MOST_LINES; i++) print_field(khop_schema_field(schema, i), of_model);
  if (fields > MOST_LINES) printf("    and %d more\n", fields - MOST_LINES);
}

static void print_features(const khop_data *data) {
  const khop_schema *schema = khop_data_schema(data);
  const khop_features *x = khop_data_features(data);
  int fields = khop_schema_fields(schema);
  bool words = fields == 1 && khop_schema_field(schema, 0)->kind == KHOP_FIELD_WORDS;
  if (!x->dense && !x->offsets) {
    printf("  features        not read\n");
    return;
  }
  printf("  features        %lld a node%s%s\n", (long long)x->columns,
         khop_data_has_identity_features(data) ? " (none in the file: one for each node)"
         : x->offsets                          ? ", sparse"
                                               : ", dense",
         words ? ", 0 and 1: a bag of words" : "");
  if (has_names(schema)) print_fields(schema, false);
}

static void print_classes(labelled l) {
  int64_t *counts = count_classes(&l);
  if (!counts) return;
  printf("  classes         %lld:", (long long)l.classes);
  for (int64_t c = 0; c < l.classes && c < MOST_LINES; c++) {
    if (l.names) printf("%s %s (%lld)", c ? "," : "", visible(l.names[c]), (long long)counts[c]);
    else printf("%s %lld (%lld)", c ? "," : "", (long long)c, (long long)counts[c]);
  }
  if (l.classes > MOST_LINES) printf(" ..");
  if (counts[l.classes]) printf("; %lld %s without a class", (long long)counts[l.classes], l.what);
  putchar('\n');
  free(counts);
}

typedef struct answer_counts {
  int64_t yes, no, missing;
} answer_counts;

/* Of task t; targets (rows, tasks). */
static answer_counts count_answers(const khop_real *targets, int64_t rows, int64_t tasks, int64_t t) {
  answer_counts counts = {0};
  for (int64_t i = 0; i < rows; i++) {
    khop_real y = targets[i * tasks + t];
    counts.yes += y == 1;
    counts.no += y == 0;
    counts.missing += isnan(y);
  }
  return counts;
}

static void print_answers(const khop_real *targets, int64_t rows, int64_t tasks, const char *const *names) {
  printf("  tasks           %lld, yes/no; yes, no, missing:\n", (long long)tasks);
  for (int64_t t = 0; t < tasks && t < MOST_TASKS; t++) {
    answer_counts counts = count_answers(targets, rows, tasks, t);
    printf("    %-13s %lld, %lld, %lld\n", visible(names[t]), (long long)counts.yes, (long long)counts.no,
           (long long)counts.missing);
  }
  if (tasks > MOST_TASKS) printf("    and %lld more\n", (long long)tasks - MOST_TASKS);
}

void print_task_names(const khop_schema *schema) {
  int64_t tasks = 0;
  const char *const *names = khop_schema_targets(schema, &tasks);
  if (!khop_schema_has_tasks(schema)) return;
  printf("  %lld yes/no task%s:", (long long)tasks, tasks == 1 ? "" : "s");
  for (int64_t t = 0; t < tasks && t < MOST_TASKS; t++) printf("%s %s", t ? "," : "", visible(names[t]));
  printf("%s\n", tasks > MOST_TASKS ? ", .." : "");
}

/* targets (rows, outputs), or NULL. */
static void print_targets(const khop_schema *schema, const khop_real *targets, int64_t rows) {
  int64_t outputs = 0;
  const char *const *names = khop_schema_targets(schema, &outputs);
  if (!outputs) return;
  if (khop_schema_has_tasks(schema)) {
    print_answers(targets, rows, outputs, names);
    return;
  }
  printf("  targets         %lld", (long long)outputs);
  for (int64_t c = 0; names && c < outputs && c < MOST_LINES; c++) printf("%s %s", c ? "," : ":", visible(names[c]));
  putchar('\n');
}

static void print_splits(const khop_data *data) {
  int splits = khop_data_splits(data);
  if (!splits) return;
  printf("  splits          %d%s; training, validation, test: %lld, %lld, %lld nodes%s\n", splits,
         khop_data_split_is_random(data) ? ", drawn at random: the file has none" : "",
         (long long)part_size(data, 0, KHOP_TRAIN), (long long)part_size(data, 0, KHOP_VAL),
         (long long)part_size(data, 0, KHOP_TEST), splits > 1 ? " in the first" : "");
}

void print_data_text(const khop_data *data) {
  print_features(data);
  print_classes(nodes_of(data));
  print_targets(khop_data_schema(data), khop_data_targets(data, NULL), khop_graph_nodes(khop_data_graph(data)));
  print_splits(data);
  for (int i = 0; i < khop_data_notes(data); i++) printf("  note            %s\n", visible(khop_data_note(data, i)));
}

/* How many graphs are in each part of the split that a set comes with, and in none: (4). */
static void count_parts(int64_t count[KHOP_NO_PART + 1], const khop_graphs *set) {
  const uint8_t *parts = khop_graphs_parts(set);
  for (int p = 0; p <= KHOP_NO_PART; p++) count[p] = 0;
  for (int64_t g = 0; parts && g < khop_graphs_count(set); g++) count[parts[g]]++;
}

static void print_parts(const khop_graphs *set) {
  int64_t count[KHOP_NO_PART + 1];
  if (!khop_graphs_parts(set)) return;
  count_parts(count, set);
  printf("  split           training, validation, test: %lld, %lld, %lld graphs\n", (long long)count[KHOP_TRAIN],
         (long long)count[KHOP_VAL], (long long)count[KHOP_TEST]);
}

void print_set_text(const khop_graphs *set) {
  const khop_schema *schema = khop_graphs_schema(set);
  const khop_features *x = khop_graphs_features(set);
  int64_t count = 0, columns = 0;
  printf("%s: %lld graphs, %lld nodes, %lld edges\n", visible(khop_graphs_name(set)), (long long)khop_graphs_count(set),
         (long long)khop_graph_nodes(khop_graphs_graph(set)), (long long)khop_graph_edges(khop_graphs_graph(set)));
  printf("  features        %lld a node\n", (long long)x->columns);
  print_fields(schema, false);
  khop_graphs_graph_features(set, &columns);
  if (columns) printf("  graph features  %lld a graph\n", (long long)columns);
  const char *const *edges = khop_schema_edge_labels(schema, &count);
  if (count) printf("  edge labels     %lld%s", (long long)count, edges ? ":" : "\n");
  for (int64_t e = 0; edges && e < count; e++)
    printf("%s %s%s", e ? "," : "", visible(edges[e]), e + 1 < count ? "" : "\n");
  print_classes(graphs_of(set));
  print_targets(schema, khop_graphs_targets(set, NULL), khop_graphs_count(set));
  print_parts(set);
  for (int i = 0; i < khop_graphs_notes(set); i++) printf("  note            %s\n", visible(khop_graphs_note(set, i)));
}

/* --- JSON ----------------------------------------------------------------------------------- */

static cJSON *names_json(const char *const *names, int64_t count) {
  cJSON *list = cJSON_CreateArray();
  for (int64_t i = 0; names && i < count; i++) cJSON_AddItemToArray(list, cJSON_CreateString(names[i]));
  return list;
}

static cJSON *field_json(const khop_field *f, bool of_model) {
  cJSON *json = cJSON_CreateObject();
  cJSON_AddStringToObject(json, "name", f->name);
  cJSON_AddStringToObject(json, "kind", khop_field_kind_name(f->kind));
  add_number(json, "columns", (double)f->columns);
  add_number(json, "missing", (double)f->missing);
  if (f->treated && of_model) cJSON_AddStringToObject(json, "treated", f->treated == KHOP_MISSING_ZERO ? "zero" : "mean");
  if (isfinite(f->mean) && of_model) add_number(json, "mean", f->mean);
  if (f->vocabulary) cJSON_AddItemToObject(json, "vocabulary", names_json(f->vocabulary, f->columns));
  return json;
}

static void add_classes(cJSON *root, labelled l) {
  int64_t *counts = count_classes(&l);
  cJSON *list = cJSON_AddArrayToObject(root, "class_counts");
  for (int64_t c = 0; counts && c < l.classes; c++) {
    cJSON *item = cJSON_CreateObject();
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)c);
    cJSON_AddStringToObject(item, "name", l.names ? l.names[c] : number);
    add_number(item, l.what, (double)counts[c]);
    cJSON_AddItemToArray(list, item);
  }
  free(counts);
}

void add_schema(cJSON *root, const khop_schema *schema, bool of_model) {
  int64_t outputs = 0, labels = 0;
  const char *const *targets = khop_schema_targets(schema, &outputs);
  const char *const *edges = khop_schema_edge_labels(schema, &labels);
  cJSON *fields = cJSON_AddArrayToObject(root, "feature_fields");
  for (int i = 0; i < khop_schema_fields(schema); i++)
    cJSON_AddItemToArray(fields, field_json(khop_schema_field(schema, i), of_model));
  add_number(root, "targets", (double)outputs);
  cJSON_AddItemToObject(root, "target_names", names_json(targets, outputs));
  if (edges) cJSON_AddItemToObject(root, "edge_labels", names_json(edges, labels));
}

void add_task_names(cJSON *root, const khop_schema *schema) {
  int64_t tasks = 0;
  const char *const *names = khop_schema_targets(schema, &tasks);
  if (khop_schema_has_tasks(schema)) cJSON_AddItemToObject(root, "tasks", names_json(names, tasks));
}

static void add_answers(cJSON *root, const khop_schema *schema, const khop_real *targets, int64_t rows) {
  int64_t tasks = 0;
  const char *const *names = khop_schema_targets(schema, &tasks);
  if (!khop_schema_has_tasks(schema)) return;
  cJSON *list = cJSON_AddArrayToObject(root, "task_counts");
  for (int64_t t = 0; t < tasks; t++) {
    answer_counts counts = count_answers(targets, rows, tasks, t);
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "name", names[t]);
    add_number(item, "yes", (double)counts.yes);
    add_number(item, "no", (double)counts.no);
    add_number(item, "missing", (double)counts.missing);
    cJSON_AddItemToArray(list, item);
  }
}

void add_set_json(cJSON *root, const khop_graphs *set) {
  cJSON_AddStringToObject(root, "dataset", khop_graphs_name(set));
  add_number(root, "graphs", (double)khop_graphs_count(set));
  add_number(root, "nodes", (double)khop_graph_nodes(khop_graphs_graph(set)));
  add_number(root, "edges", (double)khop_graph_edges(khop_graphs_graph(set)));
  add_number(root, "features", (double)khop_graphs_features(set)->columns);
  add_schema(root, khop_graphs_schema(set), false);
  add_classes(root, graphs_of(set));
  add_answers(root, khop_graphs_schema(set), khop_graphs_targets(set, NULL), khop_graphs_count(set));
  int64_t count[KHOP_NO_PART + 1];
  count_parts(count, set);
  cJSON *sizes = cJSON_AddArrayToObject(root, "split_sizes");
  const int parts[3] = {(int)count[KHOP_TRAIN], (int)count[KHOP_VAL], (int)count[KHOP_TEST]};
  if (khop_graphs_parts(set)) cJSON_AddItemToArray(sizes, cJSON_CreateIntArray(parts, 3));
  cJSON *notes = cJSON_AddArrayToObject(root, "notes");
  for (int i = 0; i < khop_graphs_notes(set); i++)
    cJSON_AddItemToArray(notes, cJSON_CreateString(khop_graphs_note(set, i)));
}

void add_data_json(cJSON *root, const khop_data *data) {
  add_schema(root, khop_data_schema(data), false);
  add_classes(root, nodes_of(data));
  add_answers(root, khop_data_schema(data), khop_data_targets(data, NULL), khop_graph_nodes(khop_data_graph(data)));
  cJSON *sizes = cJSON_AddArrayToObject(root, "split_sizes");
  for (int s = 0; s < khop_data_splits(data); s++) {
    int parts[3];
    for (int part = 0; part < 3; part++) parts[part] = (int)part_size(data, s, (khop_part)part);
    cJSON_AddItemToArray(sizes, cJSON_CreateIntArray(parts, 3));
  }
  cJSON *notes = cJSON_AddArrayToObject(root, "notes");
  for (int i = 0; i < khop_data_notes(data); i++)
    cJSON_AddItemToArray(notes, cJSON_CreateString(khop_data_note(data, i)));
}
