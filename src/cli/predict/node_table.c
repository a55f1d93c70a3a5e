/* node_table.c: see node_table.h. */
#include "cli/predict/node_table.h"

#include <khop/table.h>
#include <stdio.h>
#include <string.h>

#define DIGITS 6 /* significant ones, of a score as text */

typedef struct node_table {
  khop_csv *csv;
  const khop_real *scores;
  int64_t outputs;
  bool classes;                     /* the outputs are probabilities of classes */
  bool tasks;                       /* or of yes, each by itself */
  const char *const *class_names;   /* (outputs) or of the tasks, or NULL: numbers */
  const char *const *node_names;    /* (nodes), or NULL: numbers */
  const int32_t *labels;            /* (nodes), or NULL */
  const khop_real *targets;         /* (nodes, outputs), or NULL */
} node_table;

static void write_name(const node_table *t, const char *prefix, const char *const *names, int64_t number) {
  char text[256];
  if (names) snprintf(text, sizeof text, "%s%s", prefix, names[number]);
  else snprintf(text, sizeof text, "%s%lld", prefix, (long long)number);
  khop_csv_text(t->csv, text);
}

static void write_header(const node_table *t) {
  khop_csv_text(t->csv, "node");
  if (t->classes) khop_csv_text(t->csv, "predicted");
  for (int64_t c = 0; t->tasks && c < t->outputs; c++) write_name(t, "predicted ", t->class_names, c);
  for (int64_t c = 0; c < t->outputs; c++)
    write_name(t, t->classes || t->tasks ? "probability of " : "output ", t->class_names, c);
  if (t->labels) khop_csv_text(t->csv, "label");
  for (int64_t c = 0; t->targets && c < t->outputs; c++)
    write_name(t, t->tasks ? "label " : "target ", t->class_names, c);
  khop_csv_end_row(t->csv);
}

static int64_t largest_of(const khop_real *row, int64_t count) {
  int64_t largest = 0;
  for (int64_t c = 1; c < count; c++)
    if (row[c] > row[largest]) largest = c;
  return largest;
}

static void write_row(const node_table *t, int64_t node) {
  const khop_real *row = t->scores + node * t->outputs;
  write_name(t, "", t->node_names, node);
  if (t->classes) write_name(t, "", t->class_names, largest_of(row, t->outputs));
  for (int64_t c = 0; t->tasks && c < t->outputs; c++) khop_csv_text(t->csv, row[c] > (khop_real)0.5 ? "yes" : "no");
  for (int64_t c = 0; c < t->outputs; c++) khop_csv_number(t->csv, (double)row[c], DIGITS);
  if (t->labels && t->labels[node] < 0) khop_csv_text(t->csv, NULL);
  if (t->labels && t->labels[node] >= 0) write_name(t, "", t->class_names, t->labels[node]);
  for (int64_t c = 0; t->targets && c < t->outputs; c++) {
    khop_real y = t->targets[node * t->outputs + c];
    if (t->tasks) khop_csv_text(t->csv, y == 1 ? "yes" : y == 0 ? "no" : NULL);
    else khop_csv_number(t->csv, (double)y, DIGITS);
  }
  khop_csv_end_row(t->csv);
}

/* Whether data have the tasks of a model, in its order. */
static bool has_tasks(const khop_data *data, const khop_schema *schema) {
  int64_t count = 0, here = 0;
  const char *const *wanted = khop_schema_targets(schema, &count);
  const char *const *there = khop_schema_targets(khop_data_schema(data), &here);
  bool same = khop_data_has_tasks(data) && count == here;
  for (int64_t t = 0; same && t < count; t++) same = strcmp(wanted[t], there[t]) == 0;
  return same;
}

/* Labels and targets of other data than the model was trained on may be of another number of columns. */
static node_table describe(const khop_real *scores, const khop_model *model, const khop_schema *schema,
                           const khop_data *data) {
  node_table t = {.scores = scores, .outputs = khop_model_output_columns(model)};
  int64_t outputs = 0;
  const khop_real *targets = khop_data_targets(data, &outputs);
  t.classes = khop_model_predicts_classes(model);
  t.tasks = schema && khop_schema_has_tasks(schema) && khop_model_predicts_tasks(model);
  if (t.tasks) t.class_names = khop_schema_targets(schema, NULL);
  t.node_names = khop_data_node_names(data);
  if (t.classes && khop_data_classes(data) == t.outputs) {
    t.class_names = khop_data_class_names(data);
    t.labels = khop_data_labels(data);
  }
  if (!t.classes && outputs == t.outputs && (!t.tasks || has_tasks(data, schema))) t.targets = targets;
  return t;
}

khop_status write_node_table(const char *path, const khop_real *scores, const khop_model *model,
                             const khop_data *data) {
  khop_schema *schema = NULL;
  khop_status status = khop_model_schema(&schema, model);
  if (status != KHOP_OK) return status;
  node_table t = describe(scores, model, schema, data);
  status = khop_csv_new(&t.csv, path);
  if (status != KHOP_OK) goto done;
  write_header(&t);
  for (int64_t i = 0; i < khop_graph_nodes(khop_data_graph(data)); i++) write_row(&t, i);
  status = khop_csv_commit(t.csv);
done:
  khop_csv_free(t.csv);
  khop_schema_free(schema);
  return status;
}
