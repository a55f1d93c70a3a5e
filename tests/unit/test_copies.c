/* test_copies.c: a model meets its data again, written another way.
 *
 *   edges.csv   source,target        nodes.csv   id,a,b,..,shade,label
 *               n0,n33                           n0,1,0,..,dark,class 2
 *
 * Data sets are written as such a pair, and a model is trained on them. Then come copies whose rows, columns, edges
 * and ways to write a number differ, which give every node the same scores, and copies that mean something else,
 * which are refused by the name of what differs. */
#include "check.h"

#include <khop/train.h>

#include <inttypes.h>

#define MOST_COLUMNS 24

/* What becomes of a copy. */
typedef enum way {
  AS_IT_IS,
  ROWS_REVERSED,
  COLUMNS_REVERSED,
  NUMBERS_REWRITTEN,
  QUOTED,
  ALL_OF_THESE,
  ONE_RENAMED,
  ONE_MISSING,
  ONE_MORE,
  A_NEW_WORD,
  A_NUMBER_OF_WORDS
} way;

typedef struct source {
  khop_data *data;
  int columns, column[MOST_COLUMNS]; /* of its features, those that are written */
  khop_real *cells;                  /* (N, columns) */
} source;

static char graph_path[300], table_path[300], model_path[300];

/* --- writing a copy ------------------------------------------------------------------------------ */

static bool reverses_rows(way w) { return w == ROWS_REVERSED || w == ALL_OF_THESE; }
static bool reverses_columns(way w) { return w == COLUMNS_REVERSED || w == ALL_OF_THESE; }

static void write_edges(const source *s, way w) {
  const khop_graph *graph = khop_data_graph(s->data);
  const int64_t *offsets = khop_graph_offsets(graph);
  int64_t n = khop_graph_nodes(graph);
  FILE *file = fopen(graph_path, "wb");
  assert_non_null(file);
  fputs(reverses_columns(w) ? "weight,target,source\n" : "source,target\n", file);
  for (int64_t step = 0; step < n; step++) {
    int64_t i = reverses_rows(w) ? n - 1 - step : step;
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++) {
      int64_t j = khop_graph_targets(graph)[e];
      if (j < i) continue;
      fprintf(file, reverses_columns(w) ? "1,n%" PRId64 ",n%" PRId64 "\n" : "n%" PRId64 ",n%" PRId64 "\n", i, j);
    }
  }
  assert_int_equal(fclose(file), 0);
}

/* A word that depends on the node alone, so that it is the same in every copy. */
static const char *shade(const source *s, int64_t i, way w) {
  static const char *const words[] = {"dark", "light", "grey"};
  const int64_t *offsets = khop_graph_offsets(khop_data_graph(s->data));
  if (w == A_NEW_WORD && i == 0) return "violet";
  return words[(offsets[i + 1] - offsets[i]) % 3];
}

/* Column c of `columns` feature columns, then shade, then the label. */
static void write_cell(FILE *file, const source *s, int64_t i, int c, way w) {
  const char *quote = w == QUOTED || w == ALL_OF_THESE ? "\"" : "";
  if (c == s->columns) {
    fprintf(file, ",%s%s%s", quote, shade(s, i, w), quote);
  } else if (c > s->columns) {
    fprintf(file, ",%sclass %d%s", quote, (int)khop_data_labels(s->data)[i], quote);
  } else if (w == A_NUMBER_OF_WORDS && c == 0) {
    fprintf(file, ",%s", s->cells[i * s->columns] > 0 ? "much" : "little");
  } else {
    bool rewritten = w == NUMBERS_REWRITTEN || w == ALL_OF_THESE;
    fprintf(file, rewritten ? ",%s%.9e%s" : ",%s%.9g%s", quote, (double)s->cells[i * s->columns + c], quote);
  }
}

static void write_header(FILE *file, const source *s, way w) {
  fputs("id", file);
  for (int step = 0; step < s->columns + 2; step++) {
    int c = reverses_columns(w) ? s->columns + 1 - step : step;
    if (w == ONE_MISSING && c == 1) continue;
    if (c >= s->columns)
      fputs(c == s->columns ? ",shade" : ",label", file);
    else
      fprintf(file, w == ONE_RENAMED && c == 1 ? ",other%dx" : ",f%dx", s->column[c]);
  }
  fputs(w == ONE_MORE ? ",height\n" : "\n", file);
}

static void write_table(const source *s, way w) {
  int64_t n = khop_graph_nodes(khop_data_graph(s->data));
  FILE *file = fopen(table_path, "wb");
  assert_non_null(file);
  write_header(file, s, w);
  for (int64_t step = 0; step < n; step++) {
    int64_t i = reverses_rows(w) ? n - 1 - step : step;
    fprintf(file, "n%" PRId64, i);
    for (int c = 0; c < s->columns + 2; c++) {
      int chosen = reverses_columns(w) ? s->columns + 1 - c : c;
      if (w != ONE_MISSING || chosen != 1) write_cell(file, s, i, chosen, w);
    }
    fprintf(file, w == ONE_MORE ? ",%d\n" : "\n", (int)(i % 7));
  }
  assert_int_equal(fclose(file), 0);
}

/* --- sources --------------------------------------------------------------------------------------- */

static khop_real cell_of(const khop_features *x, int64_t i, int c) {
  if (x->dense) return x->dense[i * x->columns + c];
  for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
    if (x->indices[e] == c) return x->values[e];
  return 0;
}

/* The first columns in which nodes differ. */
static source open_source(const char *name) {
  source s = {0};
  ok(khop_data_load(&s.data, name, NULL));
  const khop_features *x = khop_data_features(s.data);
  int64_t n = x->rows;
  for (int c = 0; c < x->columns && s.columns < MOST_COLUMNS; c++) {
    bool differs = false;
    for (int64_t i = 1; i < n && !differs; i++) differs = cell_of(x, i, c) != cell_of(x, 0, c);
    if (differs) s.column[s.columns++] = c;
  }
  assert_true(s.columns > 1);
  s.cells = block_of(n * s.columns, sizeof *s.cells);
  for (int64_t i = 0; i < n; i++)
    for (int c = 0; c < s.columns; c++) s.cells[i * s.columns + c] = cell_of(x, i, s.column[c]);
  return s;
}

static void close_source(source *s) {
  khop_data_free(s->data);
  free(s->cells);
}

/* --- the model ------------------------------------------------------------------------------------- */

static void train_on(const char *path, const khop_data_options *options) {
  khop_data *data;
  khop_recipe recipe;
  khop_report report;
  ok(khop_data_load(&data, path, options));
  ok(khop_recipe_find(&recipe, "mixhop"));
  recipe.fit.epochs = 4;
  recipe.hidden = 8;
  recipe.row_normalize = false;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = model_path}));
  khop_report_free(&report);
  khop_data_free(data);
}

/* The scores (N, columns) of a copy, a row at the number that its node has in the source. */
static khop_status score_copy(khop_real **scores, int64_t *columns) {
  khop_model *model;
  khop_schema *schema;
  khop_data *data;
  ok(khop_model_load(&model, model_path));
  ok(khop_model_schema(&schema, model));
  khop_status status = khop_data_load(&data, graph_path, &(khop_data_options){.nodes = table_path, .schema = schema});
  if (status == KHOP_OK) {
    int64_t n = khop_graph_nodes(khop_data_graph(data));
    *columns = khop_model_output_columns(model);
    khop_real *rows = block_of(n * *columns, sizeof *rows);
    *scores = block_of(n * *columns, sizeof **scores);
    ok(khop_predict(rows, model, data, 0));
    for (int64_t i = 0; i < n; i++) {
      int64_t node = strtoll(khop_data_node_names(data)[i] + 1, NULL, 10);
      assert_in_range(node, 0, n - 1);
      memcpy(*scores + node * *columns, rows + i * *columns, (size_t)*columns * sizeof **scores);
    }
    free(rows);
    khop_data_free(data);
  }
  khop_schema_free(schema);
  khop_model_free(model);
  return status;
}

static double farthest(const khop_real *a, const khop_real *b, int64_t count) {
  double worst = 0;
  for (int64_t i = 0; i < count; i++) {
    double d = fabs((double)a[i] - (double)b[i]);
    if (!(d <= worst)) worst = d;
  }
  return worst;
}

static void same_scores(const source *s, way w, const khop_real *wanted, int64_t columns) {
  khop_real *scores;
  int64_t seen;
  write_edges(s, w);
  write_table(s, w);
  ok(score_copy(&scores, &seen));
  assert_int_equal(seen, columns);
  double d = farthest(scores, wanted, columns * khop_graph_nodes(khop_data_graph(s->data)));
  if (!(d <= 1e-5)) fail_msg("copy %d: scores differ by %g", (int)w, d);
  free(scores);
}

static void refused(const source *s, way w, const char *word) {
  khop_real *scores;
  int64_t columns;
  write_edges(s, w);
  write_table(s, w);
  fails(score_copy(&scores, &columns), KHOP_E_VALUE, word, graph_path);
}

/* The scores of two different tables do differ, or the comparison could not fail. */
static void other_numbers_give_other_scores(source *s, const khop_real *wanted, int64_t columns) {
  khop_real *scores, kept = s->cells[0];
  s->cells[0] += 3;
  write_edges(s, AS_IT_IS);
  write_table(s, AS_IT_IS);
  ok(score_copy(&scores, &columns));
  double d = farthest(scores, wanted, columns * khop_graph_nodes(khop_data_graph(s->data)));
  if (!(d > 1e-4)) fail_msg("another number changes scores by no more than %g", d);
  s->cells[0] = kept;
  free(scores);
}

static void copies_of(const char *name) {
  source s = open_source(name);
  khop_real *wanted;
  int64_t columns;
  char first[40];
  print_message("# %s: %d columns\n", khop_data_name(s.data), s.columns);
  write_edges(&s, AS_IT_IS);
  write_table(&s, AS_IT_IS);
  train_on(graph_path, &(khop_data_options){.nodes = table_path});
  ok(score_copy(&wanted, &columns));
  for (way w = ROWS_REVERSED; w <= ALL_OF_THESE; w++) same_scores(&s, w, wanted, columns);
  other_numbers_give_other_scores(&s, wanted, columns);
  snprintf(first, sizeof first, "f%dx", s.column[1]);
  refused(&s, ONE_RENAMED, first);
  refused(&s, ONE_MISSING, first);
  refused(&s, ONE_MORE, "height");
  refused(&s, A_NEW_WORD, "violet");
  snprintf(first, sizeof first, "f%dx", s.column[0]);
  refused(&s, A_NUMBER_OF_WORDS, first);
  free(wanted);
  close_source(&s);
}

static void karate_written_anew_scores_the_same_or_is_refused(void **state) {
  (void)state;
  copies_of(fixture("datasets/karate.graphml"));
}

static void real_data_written_anew_score_the_same_or_are_refused(void **state) {
  (void)state;
  static const char *const names[] = {"texas", "cora", "chameleon_filtered", "minesweeper"};
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) copies_of(names[i]);
}

static int open_files(void **state) {
  if (open_folder(state) != 0) return -1;
  snprintf(graph_path, sizeof graph_path, "%s/edges.csv", folder);
  snprintf(table_path, sizeof table_path, "%s/nodes.csv", folder);
  snprintf(model_path, sizeof model_path, "%s/model.safetensors", folder);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(karate_written_anew_scores_the_same_or_is_refused, nothing_held),
      cmocka_unit_test_teardown(real_data_written_anew_score_the_same_or_are_refused, nothing_held),
  };
  return cmocka_run_group_tests(tests, open_files, close_folder);
}
