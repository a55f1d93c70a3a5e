/* tu.c: a set of graphs in a folder of the TU collection, one fact a file.
 *
 *   <NAME>_A.txt                "1, 2": an edge a line, node ids from 1 on over all graphs
 *   <NAME>_graph_indicator.txt  the graph of each node, from 1 on, ascending
 *   <NAME>_graph_labels.txt     a class a graph            <NAME>_graph_attributes.txt  targets
 *   <NAME>_node_labels.txt      a class a node             <NAME>_node_attributes.txt   numbers
 *   <NAME>_edge_labels.txt      a class a line of _A
 *
 * A line of several labels has its first read as the label, which is told. */
#include "graphsets/tu.h"
#include "graphsets/set.h"
#include "graphsets/set_schema.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/data.h"
#include "data/names.h"
#include "data/numbers.h"
#include "data/text_file.h"
#include "graph/graph.h"
#include "graphsets/ranks.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INDICATOR "_graph_indicator.txt"

/* closedir and readdir keep their own memory. */
khop_status khop_i_graphs_folder_name(char **name, const char *path) {
  *name = NULL;
  DIR *folder = opendir(path);
  if (!folder) return khop_i_fail(KHOP_E_IO, "%s: cannot read: %s", path, strerror(errno));
  khop_status status = KHOP_OK;
  for (const struct dirent *entry; status == KHOP_OK && !*name && (entry = readdir(folder));) {
    size_t length = strlen(entry->d_name), tail = strlen(INDICATOR);
    if (length > tail && strcmp(entry->d_name + length - tail, INDICATOR) == 0)
      status = khop_i_sprintf(name, "%.*s", (int)(length - tail), entry->d_name);
  }
  closedir(folder);
  if (status == KHOP_OK && !*name)
    return khop_i_fail(KHOP_E_NOT_FOUND, "%s: no set of graphs: it has no <NAME>%s", path, INDICATOR);
  return status;
}

/* --- one file -------------------------------------------------------------------------------- */

typedef struct folder {
  const char *path;
  char *name;
  int64_t nodes, graphs, lines; /* lines of _A */
  const char *several[4];       /* parts whose lines have more labels than the first */
  int several_count;
} folder;

/* Opens <NAME>_part.txt; *there is false where it is missing and need not be there. what: what a line
 * stands for; NULL: any number of lines, else exactly `lines`. */
static khop_status open_part(khop_i_numbers *file, char **path, bool *there, const folder *f,
                             const char *part, int64_t lines, const char *what) {
  khop_status status = khop_i_sprintf(path, "%s/%s_%s.txt", f->path, f->name, part);
  if (status != KHOP_OK) return status;
  if (there) {
    *there = access(*path, F_OK) == 0;
    if (!*there) return KHOP_OK;
  }
  status = khop_i_numbers_open(file, *path);
  if (status != KHOP_OK) return status;
  int64_t seen = khop_i_numbers_lines(file);
  if (what && seen != lines)
    return khop_i_fail(KHOP_E_FORMAT, "%s: %lld lines, and there are %lld %s", *path, (long long)seen,
                       (long long)lines, what);
  return KHOP_OK;
}

/* A file of one whole number a line into *values (lines), NULL where the file is missing. */
static khop_status read_labels(int64_t **values, folder *f, const char *part, int64_t lines, const char *what) {
  khop_status status = KHOP_OK;
  khop_i_numbers file = {0};
  char *path = NULL;
  bool there = false, several = false;
  KHOP_TRY(open_part(&file, &path, &there, f, part, lines, what));
  if (!there) goto done;
  KHOP_TRY(khop_i_alloc(values, lines, sizeof **values, "labels"));
  for (int64_t i = 0; i < lines && khop_i_numbers_line(&file); i++) {
    KHOP_TRY(khop_i_numbers_whole(&(*values)[i], &file, INT32_MIN, INT32_MAX, "a label"));
    several = several || khop_i_numbers_more(&file);
  }
  if (several) f->several[f->several_count++] = part;
done:
  khop_i_numbers_close(&file);
  khop_i_free(path);
  return status;
}

/* A file of as many numbers a line into *table (lines, *columns), NULL where the file is missing. */
static khop_status read_table(khop_real **table, int64_t *columns, const folder *f, const char *part,
                              int64_t lines, const char *what) {
  khop_status status = KHOP_OK;
  khop_i_numbers file = {0};
  char *path = NULL;
  bool there = false;
  double value;
  *columns = 0;
  KHOP_TRY(open_part(&file, &path, &there, f, part, lines, what));
  for (int64_t i = 0; there && i < lines && khop_i_numbers_line(&file); i++) {
    if (i == 0) { /* the first line says how many */
      char *start = file.at;
      for (; khop_i_numbers_more(&file); ++*columns)
        KHOP_TRY(khop_i_numbers_real(&value, &file, "a number"));
      file.at = start;
      KHOP_TRY(khop_i_alloc(table, lines * *columns, sizeof **table, "attributes"));
    }
    for (int64_t c = 0; c < *columns; c++) {
      KHOP_TRY(khop_i_numbers_real(&value, &file, "a number"));
      (*table)[i * *columns + c] = (khop_real)value;
    }
    KHOP_TRY(khop_i_numbers_end(&file));
  }
done:
  khop_i_numbers_close(&file);
  khop_i_free(path);
  return status;
}

/* --- the graph ------------------------------------------------------------------------------- */

static khop_status read_indicator(int64_t **first, folder *f) {
  khop_status status = KHOP_OK;
  khop_i_numbers file = {0};
  char *path = NULL;
  int64_t graph = 1, before = 1, nodes = 0;
  KHOP_TRY(open_part(&file, &path, NULL, f, "graph_indicator", 0, NULL));
  f->nodes = khop_i_numbers_lines(&file);
  if (f->nodes == 0) KHOP_FAIL(KHOP_E_FORMAT, "%s: it is empty: it holds the graph of each node", path);
  /* a graph of no node is possible between two others, but not many more graphs than nodes */
  KHOP_TRY(khop_i_alloc(first, 2 * f->nodes + 2, sizeof **first, "graphs"));
  while (khop_i_numbers_line(&file)) {
    KHOP_TRY(khop_i_numbers_whole(&graph, &file, before, 2 * f->nodes, "the graph of a node"));
    for (; before < graph; before++) (*first)[before] = nodes;
    nodes++;
  }
  f->graphs = graph;
  (*first)[graph] = nodes;
done:
  khop_i_numbers_close(&file);
  khop_i_free(path);
  return status;
}

static khop_status read_edges(int64_t **from, int64_t **to, folder *f) {
  khop_status status = KHOP_OK;
  khop_i_numbers file = {0};
  char *path = NULL;
  KHOP_TRY(open_part(&file, &path, NULL, f, "A", 0, NULL));
  f->lines = khop_i_numbers_lines(&file);
  KHOP_TRY(khop_i_alloc(from, f->lines, sizeof **from, "edges"));
  KHOP_TRY(khop_i_alloc(to, f->lines, sizeof **to, "edges"));
  for (int64_t e = 0; khop_i_numbers_line(&file); e++) {
    KHOP_TRY(khop_i_numbers_whole(&(*from)[e], &file, 1, f->nodes, "a node"));
    KHOP_TRY(khop_i_numbers_whole(&(*to)[e], &file, 1, f->nodes, "a node"));
    KHOP_TRY(khop_i_numbers_end(&file));
    (*from)[e]--;
    (*to)[e]--;
  }
done:
  khop_i_numbers_close(&file);
  khop_i_free(path);
  return status;
}

/* --- what is known of nodes, edges and graphs -------------------------------------------------- */

/* Columns of 0 and 1 for the labels, whose ranks the caller frees, then the attributes; *table stays NULL where there
 * is neither. */
static khop_status node_features(khop_real **table, int64_t *columns, khop_i_ranks *ranks, folder *f) {
  khop_status status = KHOP_OK;
  int64_t *labels = NULL, attributes;
  khop_real *numbers = NULL;
  KHOP_TRY(read_labels(&labels, f, "node_labels", f->nodes, "nodes"));
  KHOP_TRY(read_table(&numbers, &attributes, f, "node_attributes", f->nodes, "nodes"));
  if (labels) KHOP_TRY(khop_i_ranks_new(ranks, f->nodes, labels));
  *columns = ranks->count + attributes;
  if (*columns == 0) goto done;
  KHOP_TRY(khop_i_alloc(table, f->nodes, (size_t)*columns * sizeof **table, "features"));
  for (int64_t i = 0; i < f->nodes; i++) {
    khop_real *row = *table + i * *columns;
    if (labels) row[khop_i_ranks_of(ranks, labels[i])] = 1;
    for (int64_t c = 0; c < attributes; c++) row[ranks->count + c] = numbers[i * attributes + c];
  }
done:
  khop_i_free(labels);
  khop_i_free(numbers);
  return status;
}

static khop_status set_edge_labels(khop_graphs *set, folder *f, const int64_t *from,
                                   const int64_t *to) {
  khop_status status = KHOP_OK;
  khop_i_ranks ranks = {0};
  khop_i_word_list words = {0};
  int64_t *labels = NULL;
  int *type = NULL;
  KHOP_TRY(read_labels(&labels, f, "edge_labels", f->lines, "edges"));
  if (!labels || f->lines == 0) goto done;
  KHOP_TRY(khop_i_ranks_new(&ranks, f->lines, labels));
  KHOP_TRY(khop_i_alloc(&type, f->lines, sizeof *type, "types of edges"));
  for (int64_t e = 0; e < f->lines; e++) type[e] = (int)khop_i_ranks_of(&ranks, labels[e]);
  KHOP_TRY(khop_graphs_set_edge_types(set, f->lines, from, to, type,
                                      (int)(ranks.count < INT32_MAX ? ranks.count : INT32_MAX)));
  KHOP_TRY(khop_i_ranks_words(&words, &ranks));
  khop_i_word_list_move(&set->schema->edge_labels, &words);
done:
  khop_i_word_list_clear(&words);
  khop_i_ranks_free(&ranks);
  khop_i_free(labels);
  khop_i_free(type);
  return status;
}

static khop_status set_what_to_learn(khop_graphs *set, folder *f) {
  khop_status status = KHOP_OK;
  int64_t *labels = NULL, outputs;
  khop_real *targets = NULL;
  KHOP_TRY(read_labels(&labels, f, "graph_labels", f->graphs, "graphs"));
  if (labels) KHOP_TRY(khop_i_graphs_set_classes(set, labels));
  KHOP_TRY(read_table(&targets, &outputs, f, "graph_attributes", f->graphs, "graphs"));
  if (targets) KHOP_TRY(khop_graphs_set_targets(set, targets, outputs, NULL));
done:
  khop_i_free(labels);
  khop_i_free(targets);
  return status;
}

/* --- what is told ---------------------------------------------------------------------------- */

static bool is_read(const char *name, const folder *f) {
  static const char *const parts[] = {"A.txt", "graph_indicator.txt", "graph_labels.txt", "graph_attributes.txt",
                                      "node_labels.txt", "node_attributes.txt", "edge_labels.txt"};
  size_t length = strlen(f->name);
  if (strncmp(name, f->name, length) != 0 || name[length] != '_') return strstr(name, ".txt") == NULL;
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
    if (strcmp(name + length + 1, parts[k]) == 0) return true;
  return false;
}

/* README.txt is about the data, and not of them. */
static khop_status note_unused(khop_graphs *set, const folder *f) {
  char **names = NULL, text[300] = "";
  int64_t count = 0;
  khop_status status = khop_i_folder_list(&names, &count, f->path);
  for (int64_t i = 0; i < count; i++) {
    size_t at = strlen(text);
    if (!is_read(names[i], f) && khop_i_strncasecmp(names[i], "readme", 6) != 0)
      snprintf(text + at, sizeof text - at, "%s%.80s", at ? ", " : "", names[i]);
  }
  khop_i_names_free(names, count);
  return status == KHOP_OK && *text ? khop_i_graphs_note(set, "not used: %s", text) : status;
}

/* An edge of _A is to stand there in both directions. Fewer lines than arcs: some stand in one. More lines than arcs
 * are repeats, and only the arcs themselves tell. */
static khop_status note_one_way(khop_graphs *set, const folder *f, const int64_t *from, const int64_t *to) {
  khop_graph *arcs = NULL;
  int64_t both = set->graph->arcs, there = f->lines;
  khop_status status = KHOP_OK;
  if (there > both || set->graph->loops || set->graph->repeats) {
    status = khop_graph_from_coo(&arcs, f->nodes, f->lines, from, to, true);
    if (status == KHOP_OK) there = arcs->arcs;
    khop_graph_free(arcs);
  }
  if (status != KHOP_OK || there >= both) return status;
  return khop_i_graphs_note(set, "%lld of its %lld edges stand in one direction alone: they are read as undirected",
                            (long long)(both - there), (long long)(both / 2));
}

static khop_status note_several(khop_graphs *set, const folder *f) {
  khop_status status = KHOP_OK;
  for (int k = 0; status == KHOP_OK && k < f->several_count; k++)
    status = khop_i_graphs_note(set, "%s_%s.txt has several labels a line: the first is read, and the others are not",
                                f->name, f->several[k]);
  return status;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* The graph, its nodes' features and its edges' types. */
static khop_status make_set(khop_graphs **set, folder *f) {
  khop_status status = KHOP_OK;
  khop_graph *graph = NULL;
  khop_real *table = NULL;
  khop_i_ranks ranks = {0};
  int64_t *first = NULL, *from = NULL, *to = NULL, columns = 0;
  KHOP_TRY(read_indicator(&first, f));
  KHOP_TRY(read_edges(&from, &to, f));
  KHOP_TRY(khop_graph_from_coo(&graph, f->nodes, f->lines, from, to, false));
  KHOP_TRY(node_features(&table, &columns, &ranks, f));
  khop_features features = {.rows = f->nodes, .columns = columns, .dense = table};
  KHOP_TRY(khop_graphs_new(set, graph, f->graphs, first, table ? &features : NULL));
  graph = NULL;
  if (table) KHOP_TRY(khop_i_graphs_describe(*set, &ranks, columns - ranks.count));
  KHOP_TRY(set_edge_labels(*set, f, from, to));
  KHOP_TRY(note_one_way(*set, f, from, to));
done:
  khop_i_ranks_free(&ranks);
  khop_graph_free(graph);
  khop_i_free(first);
  khop_i_free(from);
  khop_i_free(to);
  khop_i_free(table);
  return status;
}

khop_status khop_i_graphs_from_folder(khop_graphs **set, const char *path) {
  folder f = {.path = path};
  khop_graphs *made = NULL;
  khop_status status = khop_i_graphs_folder_name(&f.name, path);
  if (status == KHOP_OK) status = make_set(&made, &f);
  if (status == KHOP_OK) status = set_what_to_learn(made, &f);
  if (status == KHOP_OK) status = note_several(made, &f);
  if (status == KHOP_OK) status = note_unused(made, &f);
  khop_i_free(f.name);
  if (status == KHOP_OK)
    *set = made;
  else
    khop_graphs_free(made);
  bool named = strncmp(khop_message(), path, strlen(path)) == 0; /* the file within it */
  return named ? status : khop_i_prefix(status, path);
}
