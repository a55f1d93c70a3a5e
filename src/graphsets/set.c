/* set.c: the set of graphs: what it owns, what it checks, what it shows. */
#include "graphsets/set.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/answers.h"
#include "data/data.h"
#include "graphsets/ranks.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* --- making --------------------------------------------------------------------------------- */

static khop_status check_first(const khop_graph *graph, int64_t count, const int64_t *first) {
  int64_t nodes = khop_graph_nodes(graph);
  if (count < 0 || !first)
    return khop_i_fail(KHOP_E_ARGUMENT, "a set of %lld graphs: the offsets of their nodes are needed",
                       (long long)count);
  if (first[0] != 0 || first[count] != nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "the %lld graphs are nodes %lld to %lld of a graph of %lld nodes",
                       (long long)count, (long long)first[0], (long long)first[count], (long long)nodes);
  for (int64_t g = 0; g < count; g++)
    if (first[g + 1] < first[g])
      return khop_i_fail(KHOP_E_ARGUMENT, "the nodes of graph %lld begin at %lld and end at %lld",
                         (long long)g, (long long)first[g], (long long)first[g + 1]);
  return KHOP_OK;
}

/* After check_first. */
static khop_status check_blocks(const khop_graph *graph, int64_t count, const int64_t *first) {
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  for (int64_t g = 0; g < count; g++)
    for (int64_t i = first[g]; i < first[g + 1]; i++)
      for (int64_t a = offsets[i]; a < offsets[i + 1]; a++)
        if (targets[a] < first[g] || targets[a] >= first[g + 1])
          return khop_i_fail(KHOP_E_ARGUMENT,
                             "an arc leads from node %lld of graph %lld to node %d, which is not one "
                             "of its nodes %lld to %lld", (long long)i, (long long)g, targets[a],
                             (long long)first[g], (long long)first[g + 1] - 1);
  return KHOP_OK;
}

static khop_status column_of_ones(khop_features *features, int64_t nodes) {
  khop_real *ones = NULL;
  khop_status status = khop_i_alloc_raw(&ones, nodes, sizeof *ones, "features");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) ones[i] = 1;
  *features = (khop_features){.rows = nodes, .columns = 1, .dense = ones};
  return status;
}

khop_status khop_graphs_new(khop_graphs **set, khop_graph *graph, int64_t count, const int64_t *first,
                            const khop_features *features) {
  khop_status status = KHOP_OK;
  khop_graphs *made = NULL;
  if (!set) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graphs_new: no place for the set");
  *set = NULL;
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graphs_new: graph is NULL");
  KHOP_TRY(check_first(graph, count, first));
  KHOP_TRY(check_blocks(graph, count, first));
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a set of graphs"));
  made->count = count;
  KHOP_TRY(khop_i_strdup(&made->name, ""));
  KHOP_TRY(khop_i_copy(&made->first, first, count + 1, sizeof *first, "the graphs of a set"));
  if (features) {
    KHOP_TRY(khop_i_features_check(features, khop_graph_nodes(graph)));
    KHOP_TRY(khop_i_features_copy(&made->features, features));
  } else {
    KHOP_TRY(column_of_ones(&made->features, khop_graph_nodes(graph)));
  }
  KHOP_TRY(khop_i_schema_new(&made->schema));
  KHOP_TRY(khop_i_schema_add_columns(made->schema, "features", &made->features));
  made->graph = graph;
  *set = made;
  made = NULL;
done:
  khop_graphs_free(made);
  return status;
}

void khop_i_makeup_drop(khop_i_makeup *makeup) {
  khop_i_free(makeup->element);
  khop_i_free(makeup->first);
  khop_i_free(makeup->code);
  *makeup = (khop_i_makeup){0};
}

void khop_graphs_free(khop_graphs *set) {
  if (!set) return;
  khop_i_free(set->name);
  khop_graph_free(set->graph);
  khop_i_free(set->first);
  khop_i_features_free(&set->features);
  khop_i_free(set->labels);
  khop_i_names_free(set->class_names, set->classes);
  khop_i_free(set->targets);
  khop_i_names_free(set->target_names, set->outputs);
  khop_i_free(set->graph_features);
  khop_i_free(set->arc_types);
  khop_i_free(set->split_groups);
  khop_i_free(set->copies);
  khop_i_free(set->rows);
  khop_i_free(set->parts);
  khop_i_makeup_drop(&set->makeup);
  khop_i_notes_free(&set->notes);
  khop_schema_free(set->schema);
  khop_i_free(set);
}

/* --- what is known of the graphs ------------------------------------------------------------ */

khop_status khop_graphs_set_name(khop_graphs *set, const char *name) {
  char *copy = NULL;
  khop_status status = khop_i_strdup(&copy, name);
  if (status != KHOP_OK) return status;
  khop_i_free(set->name);
  set->name = copy;
  return KHOP_OK;
}

khop_status khop_graphs_set_labels(khop_graphs *set, const int32_t *labels, int64_t classes,
                                   const char *const *names) {
  khop_status status = KHOP_OK;
  int32_t *copy = NULL;
  char **name_copies = NULL;
  int64_t named = classes;
  for (int64_t g = 0; g < set->count; g++) {
    if (labels[g] < -1 || labels[g] >= KHOP_I_MAX_CLASSES)
      KHOP_FAIL(KHOP_E_VALUE, "the label of graph %lld is %d, and labels run from -1 (none) to %d",
                (long long)g, labels[g], KHOP_I_MAX_CLASSES - 1);
    if (labels[g] >= classes) classes = labels[g] + 1;
  }
  if (names && named != classes)
    KHOP_FAIL(KHOP_E_VALUE, "%lld names of classes and labels up to %lld", (long long)named,
              (long long)classes - 1);
  KHOP_TRY(khop_i_copy(&copy, labels, set->count, sizeof *copy, "labels"));
  KHOP_TRY(khop_i_word_list_set(&set->schema->classes, classes, names));
  if (names) KHOP_TRY(khop_i_names_copy(&name_copies, names, classes));
  khop_i_free(set->labels);
  khop_i_names_free(set->class_names, set->classes);
  set->labels = copy;
  set->classes = classes;
  set->class_names = name_copies;
  return KHOP_OK;
done:
  khop_i_free(copy);
  return status;
}

khop_status khop_i_graphs_set_classes(khop_graphs *set, const int64_t *labels) {
  khop_status status = KHOP_OK;
  khop_i_ranks ranks = {0};
  int32_t *classes = NULL;
  char **names = NULL;
  KHOP_TRY(khop_i_ranks_new(&ranks, set->count, labels));
  KHOP_TRY(khop_i_alloc(&classes, set->count, sizeof *classes, "labels"));
  for (int64_t g = 0; g < set->count; g++) classes[g] = (int32_t)khop_i_ranks_of(&ranks, labels[g]);
  KHOP_TRY(khop_i_alloc(&names, ranks.count, sizeof *names, "class names"));
  for (int64_t c = 0; c < ranks.count; c++)
    KHOP_TRY(khop_i_sprintf(&names[c], "%lld", (long long)ranks.value[c]));
  KHOP_TRY(khop_graphs_set_labels(set, classes, ranks.count, (const char *const *)names));
done:
  for (int64_t c = 0; names && c < ranks.count; c++) khop_i_free(names[c]);
  khop_i_free(names);
  khop_i_free(classes);
  khop_i_ranks_free(&ranks);
  return status;
}

/* Copies a table a row a graph; NaN is not known. what: "target". */
static khop_status copy_table(khop_real **copy, const khop_graphs *set, const khop_real *table, int64_t columns,
                              const char *what) {
  int64_t count = 0;
  if (columns < 1 || columns > INT32_MAX || __builtin_mul_overflow(set->count, columns, &count))
    return khop_i_fail(KHOP_E_SHAPE, "%lld columns of %ss", (long long)columns, what);
  for (int64_t i = 0; i < count; i++)
    if (isinf(table[i]))
      return khop_i_fail(KHOP_E_VALUE, "%s %lld of graph %lld is infinite", what, (long long)(i % columns),
                         (long long)(i / columns));
  return khop_i_copy(copy, table, count, sizeof *table, "numbers of graphs");
}

khop_status khop_graphs_set_targets(khop_graphs *set, const khop_real *targets, int64_t outputs,
                                    const char *const *names) {
  khop_status status = KHOP_OK;
  khop_real *copy = NULL;
  char **name_copies = NULL;
  KHOP_TRY(copy_table(&copy, set, targets, outputs, "target"));
  KHOP_TRY(khop_i_word_list_set(&set->schema->targets, outputs, names));
  if (names) KHOP_TRY(khop_i_names_copy(&name_copies, names, outputs));
  khop_i_free(set->targets);
  khop_i_names_free(set->target_names, set->outputs);
  set->targets = copy;
  set->outputs = outputs;
  set->target_names = name_copies;
  set->schema->tasks = false;
  return KHOP_OK;
done:
  khop_i_free(copy);
  return status;
}

khop_status khop_graphs_set_tasks(khop_graphs *set, const khop_real *answers, int64_t tasks, const char *const *names) {
  khop_i_word_list list = {0};
  khop_status status = khop_i_tasks_check(answers, set->count, tasks, "graph");
  if (status == KHOP_OK) status = khop_i_task_names(&list, tasks, names);
  if (status == KHOP_OK) status = khop_graphs_set_targets(set, answers, tasks, (const char *const *)list.word);
  if (status == KHOP_OK) set->schema->tasks = true;
  khop_i_word_list_clear(&list);
  return status;
}

khop_status khop_graphs_set_graph_features(khop_graphs *set, const khop_real *graph_features, int64_t columns) {
  khop_real *copy = NULL;
  khop_status status = copy_table(&copy, set, graph_features, columns, "extra");
  if (status != KHOP_OK) return status;
  khop_i_free(set->graph_features);
  set->graph_features = copy;
  set->graph_feature_columns = columns;
  return KHOP_OK;
}

khop_status khop_graphs_set_split_groups(khop_graphs *set, const int64_t *groups) {
  int64_t *copy = NULL;
  khop_status status = khop_i_copy(&copy, groups, set->count, sizeof *copy, "groups of graphs");
  if (status != KHOP_OK) return status;
  khop_i_free(set->split_groups);
  set->split_groups = copy;
  return KHOP_OK;
}

khop_status khop_graphs_set_copies(khop_graphs *set, const int64_t *first) {
  for (int64_t g = 0; g < set->count; g++)
    if (first[g] < 0 || first[g] > g || first[first[g]] != first[g])
      return khop_i_fail(KHOP_E_ARGUMENT, "graph %lld is a copy of %lld, which is not the first of its kind",
                         (long long)g, (long long)first[g]);
  int64_t *copy = NULL;
  khop_status status = khop_i_copy(&copy, first, set->count, sizeof *copy, "copies of graphs");
  if (status != KHOP_OK) return status;
  khop_i_free(set->copies);
  set->copies = copy;
  return KHOP_OK;
}

khop_status khop_graphs_set_rows(khop_graphs *set, const int64_t *rows, int64_t total) {
  for (int64_t g = 0; g < set->count; g++)
    if (rows[g] < 0 || rows[g] >= total || (g > 0 && rows[g] <= rows[g - 1]))
      return khop_i_fail(KHOP_E_ARGUMENT, "graph %lld is row %lld: rows ascend from 0 to %lld",
                         (long long)g, (long long)rows[g], (long long)total - 1);
  int64_t *copy = NULL;
  khop_status status = khop_i_copy(&copy, rows, set->count, sizeof *copy, "rows of graphs");
  if (status != KHOP_OK) return status;
  khop_i_free(set->rows);
  set->rows = copy;
  set->rows_total = total;
  return KHOP_OK;
}

khop_status khop_graphs_set_parts(khop_graphs *set, const uint8_t *parts) {
  int64_t trains = 0;
  for (int64_t g = 0; g < set->count; g++) {
    if (parts[g] > KHOP_NO_PART)
      return khop_i_fail(KHOP_E_VALUE, "graph %lld is in part %d of a split: there are 0 to %d", (long long)g, parts[g],
                         KHOP_NO_PART);
    trains += parts[g] == KHOP_TRAIN;
  }
  if (!trains) return khop_i_fail(KHOP_E_VALUE, "none of the %lld graphs is for training", (long long)set->count);
  uint8_t *copy = NULL;
  khop_status status = khop_i_copy(&copy, parts, set->count, 1, "a split");
  if (status != KHOP_OK) return status;
  khop_i_free(set->parts);
  set->parts = copy;
  return KHOP_OK;
}

khop_status khop_i_graphs_note(khop_graphs *set, const char *format, ...) {
  va_list list;
  va_start(list, format);
  khop_status status = khop_i_notes_add(&set->notes, format, list);
  va_end(list);
  return status;
}

void khop_i_graphs_drop_labels(khop_graphs *set) {
  khop_i_names_free(set->class_names, set->classes);
  khop_i_free(set->labels);
  set->class_names = NULL;
  set->labels = NULL;
  set->classes = 0;
  khop_i_word_list_clear(&set->schema->classes);
}

void khop_i_graphs_drop_targets(khop_graphs *set) {
  khop_i_names_free(set->target_names, set->outputs);
  khop_i_free(set->targets);
  set->target_names = NULL;
  set->targets = NULL;
  set->outputs = 0;
  khop_i_word_list_clear(&set->schema->targets);
}

/* --- types of edges ------------------------------------------------------------------------- */

#define NO_TYPE 255

/* Gives a type to the arc from a to b; false where there is none. */
static bool set_arc(uint8_t *arc_types, const khop_graph *graph, int64_t a, int64_t b, uint8_t type) {
  int64_t nodes = khop_graph_nodes(graph);
  if (a < 0 || b < 0 || a >= nodes || b >= nodes) return false;
  const int32_t *targets = khop_graph_targets(graph);
  int64_t low = khop_graph_offsets(graph)[a], end = khop_graph_offsets(graph)[a + 1], high = end;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (targets[middle] < b) low = middle + 1;
    else high = middle;
  }
  if (low == end || targets[low] != b) return false;
  arc_types[low] = type;
  return true;
}

khop_status khop_graphs_set_edge_types(khop_graphs *set, int64_t edges, const int64_t *from,
                                       const int64_t *to, const int *type, int types) {
  khop_status status = KHOP_OK;
  uint8_t *made = NULL;
  const khop_graph *graph = set->graph;
  int64_t arcs = khop_graph_offsets(graph)[khop_graph_nodes(graph)];
  if (types < 1 || types > KHOP_MAX_ARC_TYPES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%d types of edges: 1 to %d are possible", types, KHOP_MAX_ARC_TYPES);
  KHOP_TRY(khop_i_alloc_raw(&made, arcs, sizeof *made, "types of arcs"));
  memset(made, NO_TYPE, (size_t)arcs);
  for (int64_t e = 0; e < edges; e++) {
    if (type[e] < 0 || type[e] >= types)
      KHOP_FAIL(KHOP_E_ARGUMENT, "edge %lld has type %d: there are types 0 to %d", (long long)e, type[e],
                types - 1);
    if (from[e] == to[e]) continue; /* graphs drop loops, so that no arc waits for this type */
    bool there = set_arc(made, graph, from[e], to[e], (uint8_t)type[e]);
    if (there && !khop_graph_is_directed(graph)) set_arc(made, graph, to[e], from[e], (uint8_t)type[e]);
    if (!there)
      KHOP_FAIL(KHOP_E_ARGUMENT, "edge %lld joins %lld and %lld, which the graph does not", (long long)e,
                (long long)from[e], (long long)to[e]);
  }
  for (int64_t a = 0; a < arcs; a++)
    if (made[a] == NO_TYPE)
      KHOP_FAIL(KHOP_E_ARGUMENT, "arc %lld of %lld, to node %d, has no type", (long long)a,
                (long long)arcs, khop_graph_targets(graph)[a]);
  KHOP_TRY(khop_i_word_list_set(&set->schema->edge_labels, types, NULL));
  khop_i_free(set->arc_types);
  set->arc_types = made;
  set->types = types;
  made = NULL;
done:
  khop_i_free(made);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

const char *khop_graphs_name(const khop_graphs *set) { return set->name; }
int64_t khop_graphs_count(const khop_graphs *set) { return set->count; }
const int64_t *khop_graphs_first(const khop_graphs *set) { return set->first; }
const khop_graph *khop_graphs_graph(const khop_graphs *set) { return set->graph; }
const khop_features *khop_graphs_features(const khop_graphs *set) { return &set->features; }
const int32_t *khop_graphs_labels(const khop_graphs *set) { return set->labels; }
int64_t khop_graphs_classes(const khop_graphs *set) { return set->labels ? set->classes : 0; }
const char *const *khop_graphs_class_names(const khop_graphs *set) {
  return (const char *const *)set->class_names;
}
const khop_real *khop_graphs_targets(const khop_graphs *set, int64_t *outputs) {
  if (outputs) *outputs = set->outputs;
  return set->targets;
}
const char *const *khop_graphs_target_names(const khop_graphs *set) {
  return (const char *const *)set->target_names;
}
bool khop_graphs_has_tasks(const khop_graphs *set) { return set->schema->tasks; }
const khop_real *khop_graphs_graph_features(const khop_graphs *set, int64_t *columns) {
  if (columns) *columns = set->graph_feature_columns;
  return set->graph_features;
}
const uint8_t *khop_graphs_arc_types(const khop_graphs *set, int *types) {
  if (types) *types = set->types;
  return set->arc_types;
}
const int64_t *khop_graphs_split_groups(const khop_graphs *set) { return set->split_groups; }
const int64_t *khop_graphs_copies(const khop_graphs *set) { return set->copies; }
const int64_t *khop_graphs_rows(const khop_graphs *set, int64_t *total) {
  if (total) *total = set->rows ? set->rows_total : set->count;
  return set->rows;
}
const uint8_t *khop_graphs_parts(const khop_graphs *set) { return set->parts; }
int khop_graphs_notes(const khop_graphs *set) { return set->notes.count; }
const char *khop_graphs_note(const khop_graphs *set, int i) { return khop_i_notes_get(&set->notes, i); }
