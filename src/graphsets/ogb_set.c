/* ogb_set.c: see ogb_set.h. */
#include "graphsets/ogb_set.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "data/ogb_files.h"
#include "data/sparse_rows.h"
#include "graphsets/set.h"
#include "graphsets/ogb_set_split.h"
#include "graphsets/set_schema.h"

#include <math.h>
#include <stdio.h>

/* Whole numbers of more values than this are numbers, and not the words of a category; types of edges have a limit of
 * their own. */
#define MOST_WORDS 256

/* --- graphs and edges -------------------------------------------------------------------------- */

typedef struct blocks {
  int64_t graphs, nodes, edges;
  int64_t *first;      /* (graphs + 1) nodes */
  int64_t *first_edge; /* (graphs + 1) */
  int64_t *from, *to;  /* (edges) */
} blocks;

static void free_blocks(blocks *b) {
  khop_i_free(b->first);
  khop_i_free(b->first_edge);
  khop_i_free(b->from);
  khop_i_free(b->to);
}

/* The sums of a list of sizes, a line a graph. */
static khop_status read_sizes(int64_t **first, int64_t *graphs, const char *path, const char *part) {
  khop_i_text_file file;
  khop_status status = khop_i_ogb_open(&file, NULL, path, part);
  if (status != KHOP_OK) return status;
  int64_t lines = khop_i_text_file_lines(&file), size = 0;
  KHOP_TRY(khop_i_alloc(first, lines + 1, sizeof **first, "graphs"));
  for (int64_t g = 0; khop_i_text_file_next(&file); g++) {
    const char *at = file.line.start;
    KHOP_TRY(khop_i_text_file_whole(&size, &file, &at, ',', 0, INT32_MAX));
    (*first)[g + 1] = (*first)[g] + size;
  }
  if (*graphs >= 0 && lines != *graphs)
    KHOP_FAIL(KHOP_E_SHAPE, "%s: %lld lines, and there are %lld graphs", file.name, (long long)lines,
              (long long)*graphs);
  *graphs = lines;
done:
  khop_i_text_file_close(&file);
  return status;
}

/* Ids within a graph become those of the whole. */
static khop_status read_edges(blocks *b, const char *path) {
  khop_i_text_file file;
  khop_status status = khop_i_ogb_open(&file, NULL, path, "raw/edge");
  if (status != KHOP_OK) return status;
  int64_t lines = khop_i_text_file_lines(&file), g = 0;
  if (lines != b->edges)
    KHOP_FAIL(KHOP_E_SHAPE, "%s: %lld lines, and the graphs have %lld edges", file.name, (long long)lines,
              (long long)b->edges);
  KHOP_TRY(khop_i_alloc_raw(&b->from, b->edges, sizeof *b->from, "edges"));
  KHOP_TRY(khop_i_alloc_raw(&b->to, b->edges, sizeof *b->to, "edges"));
  for (int64_t e = 0; khop_i_text_file_next(&file); e++) {
    const char *at = file.line.start;
    while (e >= b->first_edge[g + 1]) g++;
    int64_t nodes = b->first[g + 1] - b->first[g];
    KHOP_TRY(khop_i_text_file_whole(&b->from[e], &file, &at, ',', 0, nodes - 1));
    KHOP_TRY(khop_i_text_file_whole(&b->to[e], &file, &at, ',', 0, nodes - 1));
    b->from[e] += b->first[g];
    b->to[e] += b->first[g];
  }
done:
  khop_i_text_file_close(&file);
  return status;
}

static khop_status read_blocks(blocks *b, const char *path) {
  int64_t graphs = -1;
  khop_status status = read_sizes(&b->first, &graphs, path, "raw/num-node-list");
  if (status == KHOP_OK) status = read_sizes(&b->first_edge, &graphs, path, "raw/num-edge-list");
  if (status != KHOP_OK) return status;
  b->graphs = graphs;
  b->nodes = b->first[graphs];
  b->edges = b->first_edge[graphs];
  return read_edges(b, path);
}

/* --- tables ------------------------------------------------------------------------------------ */

/* A table of a part; *values stays NULL where it is not there. */
static khop_status read_table(double **values, int64_t *columns, const char *path, const char *part, int64_t rows) {
  khop_i_text_file file;
  bool there = false;
  khop_status status = khop_i_ogb_open(&file, &there, path, part);
  if (status == KHOP_OK && there) status = khop_i_ogb_table(values, columns, &file, rows);
  khop_i_text_file_close(&file);
  return status;
}

/* The distinct numbers of a column; none where some are not whole, or missing. */
static khop_status rank_column(khop_i_ranks *ranks, const double *table, int64_t rows, int64_t columns, int64_t c) {
  int64_t *whole = NULL;
  *ranks = (khop_i_ranks){0};
  khop_status status = khop_i_alloc_raw(&whole, rows, sizeof *whole, "a column");
  bool all = status == KHOP_OK;
  for (int64_t i = 0; all && i < rows; i++) {
    double value = table[i * columns + c];
    all = value == floor(value) && fabs(value) < 0x1p53;
    whole[i] = all ? (int64_t)value : 0;
  }
  if (all) status = khop_i_ranks_new(ranks, rows, whole);
  khop_i_free(whole);
  return status;
}

/* --- nodes ------------------------------------------------------------------------------------- */

/* A column of the table as a field: a category of its words, or a number. */
static khop_status add_field(khop_schema *schema, const khop_i_ranks *ranks, int64_t c) {
  khop_i_word_list words = {0};
  char name[40];
  bool category = ranks->count && ranks->count <= MOST_WORDS;
  snprintf(name, sizeof name, "node feature %lld", (long long)c);
  khop_status status = category ? khop_i_ranks_words(&words, ranks) : KHOP_OK;
  if (status == KHOP_OK)
    status = khop_i_schema_add(schema, &(khop_field){.name = name, .columns = category ? words.count : 1,
        .kind = category ? KHOP_FIELD_CATEGORY : KHOP_FIELD_NUMBER, .mean = (double)NAN,
        .vocabulary = (const char *const *)words.word});
  khop_i_word_list_clear(&words);
  return status;
}

/* Entries of a node: a 1 in the column of each word, numbers as they are. */
static khop_status add_node(khop_i_sparse_rows *rows, const khop_i_ranks *ranks, const double *row, int64_t columns) {
  int64_t at = 0;
  khop_status status = KHOP_OK;
  for (int64_t c = 0; c < columns && status == KHOP_OK; c++) {
    bool category = ranks[c].count && ranks[c].count <= MOST_WORDS;
    status = category ? khop_i_sparse_rows_add(rows, at + khop_i_ranks_of(&ranks[c], (int64_t)row[c]), 1)
                      : khop_i_sparse_rows_add(rows, at, row[c]);
    at += category ? ranks[c].count : 1;
  }
  return status == KHOP_OK ? khop_i_sparse_rows_end(rows) : status;
}

/* *schema stays NULL without features. */
static khop_status read_features(khop_features *features, khop_schema **schema, const blocks *b, const char *path) {
  double *table = NULL;
  int64_t columns = 0;
  khop_i_ranks *ranks = NULL;
  khop_i_sparse_rows rows = {0};
  khop_status status = read_table(&table, &columns, path, "raw/node-feat", b->nodes);
  if (status != KHOP_OK || !table) goto done;
  KHOP_TRY(khop_i_alloc(&ranks, columns, sizeof *ranks, "columns"));
  KHOP_TRY(khop_i_schema_new(schema));
  for (int64_t c = 0; c < columns; c++) {
    KHOP_TRY(rank_column(&ranks[c], table, b->nodes, columns, c));
    KHOP_TRY(add_field(*schema, &ranks[c], c));
  }
  for (int64_t i = 0; i < b->nodes; i++) KHOP_TRY(add_node(&rows, ranks, table + i * columns, columns));
  KHOP_TRY(khop_i_sparse_rows_take(features, &rows, khop_schema_columns(*schema)));
done:
  for (int64_t c = 0; ranks && c < columns; c++) khop_i_ranks_free(&ranks[c]);
  khop_i_free(ranks);
  khop_i_sparse_rows_free(&rows);
  khop_i_free(table);
  return status;
}

/* --- edges ------------------------------------------------------------------------------------- */

/* One number an edge that tells rows of the table apart, *types: how many there could be; 0: too many, or no types. */
static khop_status number_rows(int64_t *number, int64_t *types, const double *table, int64_t rows, int64_t columns) {
  khop_status status = KHOP_OK;
  *types = 1;
  for (int64_t e = 0; e < rows; e++) number[e] = 0;
  for (int64_t c = 0; c < columns && *types; c++) {
    khop_i_ranks ranks;
    KHOP_TRY(rank_column(&ranks, table, rows, columns, c));
    for (int64_t e = 0; ranks.count && e < rows; e++)
      number[e] = number[e] * ranks.count + khop_i_ranks_of(&ranks, (int64_t)table[e * columns + c]);
    if (!ranks.count || __builtin_mul_overflow(*types, ranks.count, types)) *types = 0;
    khop_i_ranks_free(&ranks);
  }
done:
  return status;
}

/* The features of an edge of each type, "0 1". */
static khop_status name_types(khop_i_word_list *words, const int *type, int types, const double *table, int64_t rows,
                              int64_t columns) {
  char text[120];
  khop_status status = KHOP_OK;
  for (int t = 0; t < types && status == KHOP_OK; t++) {
    int64_t e = 0;
    size_t at = 0;
    while (e < rows - 1 && type[e] != t) e++;
    for (int64_t c = 0; c < columns && at < sizeof text - 24; c++)
      at += (size_t)snprintf(text + at, sizeof text - at, "%s%.0f", c ? " " : "", table[e * columns + c]);
    status = khop_i_word_list_add(words, text);
  }
  return status;
}

static khop_status set_types(khop_graphs *set, const blocks *b, const double *table, int64_t columns) {
  khop_i_ranks ranks = {0};
  int64_t *number = NULL, types = 0;
  int *type = NULL;
  khop_i_word_list words = {0};
  khop_status status = khop_i_alloc_raw(&number, b->edges, sizeof *number, "types of edges");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc_raw(&type, b->edges, sizeof *type, "types of edges"));
  KHOP_TRY(number_rows(number, &types, table, b->edges, columns));
  if (types) KHOP_TRY(khop_i_ranks_new(&ranks, b->edges, number));
  if (!types || ranks.count > KHOP_MAX_ARC_TYPES) {
    status = khop_i_graphs_note(set, "edge-feat is not used: more than %d types, or numbers with fractions",
                                KHOP_MAX_ARC_TYPES);
    goto done;
  }
  for (int64_t e = 0; e < b->edges; e++) type[e] = (int)khop_i_ranks_of(&ranks, number[e]);
  KHOP_TRY(khop_graphs_set_edge_types(set, b->edges, b->from, b->to, type, (int)ranks.count));
  KHOP_TRY(name_types(&words, type, (int)ranks.count, table, b->edges, columns));
  khop_i_word_list_move(&set->schema->edge_labels, &words);
done:
  khop_i_word_list_clear(&words);
  khop_i_ranks_free(&ranks);
  khop_i_free(number);
  khop_i_free(type);
  return status;
}

static khop_status read_types(khop_graphs *set, const blocks *b, const char *path) {
  double *table = NULL;
  int64_t columns = 0;
  khop_status status = b->edges ? read_table(&table, &columns, path, "raw/edge-feat", b->edges) : KHOP_OK;
  if (status == KHOP_OK && table) status = set_types(set, b, table, columns);
  khop_i_free(table);
  return status;
}

/* --- graphs ------------------------------------------------------------------------------------ */

static khop_status set_targets(khop_graphs *set, const double *table, int64_t columns) {
  khop_real *targets = NULL;
  bool answers = true;
  for (int64_t k = 0; k < set->count * columns; k++)
    answers = answers && (isnan(table[k]) || table[k] == 0 || table[k] == 1);
  khop_status status = khop_i_alloc_raw(&targets, set->count, (size_t)columns * sizeof *targets, "targets");
  for (int64_t k = 0; status == KHOP_OK && k < set->count * columns; k++) targets[k] = (khop_real)table[k];
  if (status == KHOP_OK)
    status = answers ? khop_graphs_set_tasks(set, targets, columns, NULL)
                     : khop_graphs_set_targets(set, targets, columns, NULL);
  khop_i_free(targets);
  return status;
}

/* One column of whole numbers of few values is a class; columns of 0, 1 and missing ones are yes/no tasks. */
static khop_status read_labels(khop_graphs *set, const char *path) {
  double *table = NULL;
  int64_t columns = 0, *labels = NULL;
  khop_i_ranks ranks = {0};
  khop_status status = read_table(&table, &columns, path, "raw/graph-label", set->count);
  if (status != KHOP_OK || !table) goto done;
  if (columns == 1) KHOP_TRY(rank_column(&ranks, table, set->count, 1, 0));
  if (!ranks.count || ranks.count > MOST_WORDS) {
    status = set_targets(set, table, columns);
    goto done;
  }
  KHOP_TRY(khop_i_alloc_raw(&labels, set->count, sizeof *labels, "labels"));
  for (int64_t g = 0; g < set->count; g++) labels[g] = (int64_t)table[g];
  KHOP_TRY(khop_i_graphs_set_classes(set, labels));
done:
  khop_i_ranks_free(&ranks);
  khop_i_free(labels);
  khop_i_free(table);
  return status;
}

static khop_status make_set(khop_graphs **set, const blocks *b, const char *path) {
  khop_graph *graph = NULL;
  khop_features features = {0};
  khop_schema *schema = NULL;
  khop_status status = khop_graph_from_coo(&graph, b->nodes, b->edges, b->from, b->to, false);
  if (status == KHOP_OK) status = read_features(&features, &schema, b, path);
  if (status == KHOP_OK) status = khop_graphs_new(set, graph, b->graphs, b->first, schema ? &features : NULL);
  if (status == KHOP_OK) graph = NULL;
  if (status == KHOP_OK && schema) {
    khop_schema_free((*set)->schema);
    (*set)->schema = schema;
    schema = NULL;
  }
  khop_i_features_free(&features);
  khop_schema_free(schema);
  khop_graph_free(graph);
  return status;
}

static khop_status note_unused(khop_graphs *set, const char *path) {
  static const char *const used[] = {"edge", "node-feat", "edge-feat", "graph-label", "num-node-list", "num-edge-list",
                                     NULL};
  char text[300];
  khop_status status = khop_i_ogb_unused(text, path, used);
  return *text && status == KHOP_OK ? khop_i_graphs_note(set, "not used: %s", text) : status;
}

khop_status khop_i_graphs_from_ogb(khop_graphs **set, const char *path) {
  blocks b = {0};
  khop_graphs *made = NULL;
  khop_status status = read_blocks(&b, path);
  if (status == KHOP_OK) status = make_set(&made, &b, path);
  if (status == KHOP_OK) status = read_types(made, &b, path);
  if (status == KHOP_OK) status = read_labels(made, path);
  if (status == KHOP_OK) status = khop_i_ogb_set_split(made, path);
  if (status == KHOP_OK) status = note_unused(made, path);
  free_blocks(&b);
  if (status == KHOP_OK)
    *set = made;
  else
    khop_graphs_free(made);
  return khop_i_prefix(status, path);
}
