/* nodes.c: features of the nodes of any graph: the size of each ring and, gathered by the library as `khop hops`
 * does, the node's features over it:
 *
 *   khop hops      hop 0: x x x   hop 1: x x x          columns of a hop file beside the output
 *   this table     ring_0 x x x   ring_1 x x x          with a size before each hop */
#include "cli/featurize/nodes.h"
#include "cli/hop_rows.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <stdio.h>
#include <stdlib.h>

/* Nodes without features of their own are given a column each when a data set is loaded. */
static bool is_identity(const khop_features *f) {
  if (!f->offsets || f->rows != f->columns) return false;
  for (int64_t i = 0; i < f->rows; i++)
    if (f->offsets[i + 1] - f->offsets[i] != 1 || f->indices[f->offsets[i]] != i) return false;
  return true;
}

/* NULL when memory ends. */
static char **make_names(const featurize_choice *choice, const khop_schema *schema, int64_t width, int64_t columns) {
  char **names = calloc((size_t)columns + 1, sizeof *names);
  int64_t at = 0;
  for (int h = 0; names && h < choice->hops; h++) {
    if (asprintf(&names[at++], "ring_%d", choice->hop[h]) < 0) exit(failure("no memory for the names of columns"));
    for (int64_t c = 0; c < width; c++) names[at++] = hop_column_name(schema, choice->hop[h], c);
  }
  return names;
}

/* Adds one row a node: for each hop the size of the ring, then the features gathered over it, from hops.
 * row: (slots * (width + 1)) and gathered: (slots * width), scratch. */
static khop_status write_rows(khop_table *table, float *row, khop_real *gathered, const khop_rings *rings,
                              const khop_rows *hops, int64_t width) {
  int slots = khop_rings_slots(rings);
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < khop_rings_nodes(rings) && status == KHOP_OK; i++) {
    if (width) status = khop_rows_read(gathered, hops, 1, &i);
    for (int s = 0; s < slots; s++) {
      const int32_t *members;
      float *part = row + s * (width + 1);
      part[0] = (float)khop_rings_row(rings, s, i, &members, NULL);
      for (int64_t c = 0; c < width; c++) part[1 + c] = (float)gathered[s * width + c];
    }
    if (status == KHOP_OK) status = khop_table_add(table, 1, row, NULL, NULL);
  }
  return status;
}

static bool show_progress(double share, void *context) {
  (void)context;
  progress_line(false, "building rings: %.0f %%", 100 * share);
  return !was_interrupted();
}

static khop_status open_table(khop_table **table, const featurize_choice *choice, const khop_data *data,
                              int64_t width) {
  int64_t columns = choice->hops * (width + 1);
  const char *const *nodes = khop_data_node_names(data);
  char **names = make_names(choice, khop_data_schema(data), width, columns);
  khop_status status = khop_table_new(table, choice->output, columns, (const char *const *)names, false);
  if (status == KHOP_OK && nodes) status = khop_table_name_rows(*table, "node_names");
  if (status == KHOP_OK && nodes)
    status = khop_table_add_names(*table, khop_graph_nodes(khop_data_graph(data)), nodes);
  for (int64_t c = 0; names && c < columns; c++) free(names[c]);
  free(names);
  return status;
}

static int gather(khop_rows **hops, const khop_rings *rings, const khop_features *f, const featurize_choice *choice) {
  khop_taps *taps = NULL;
  if (khop_taps_new(&taps, rings, choice->hops, choice->hop, (khop_norm)choice->norm, false) != KHOP_OK)
    return library_failure();
  int status = gather_hop_rows(hops, choice->output, taps, f, NULL);
  khop_taps_free(taps);
  return status;
}

static int fill_table(khop_table *table, const khop_rings *rings, const khop_features *f, int64_t width,
                      const featurize_choice *choice) {
  khop_rows *hops = NULL;
  int64_t columns = choice->hops * (width + 1);
  float *row = calloc((size_t)columns, sizeof *row);
  khop_real *gathered = calloc((size_t)columns, sizeof *gathered);
  int result = GO_ON;
  if (!row || !gathered) result = failure("no memory for a row of %lld columns", (long long)columns);
  if (result == GO_ON && width) result = gather(&hops, rings, f, choice);
  if (result == GO_ON) {
    khop_status status = write_rows(table, row, gathered, rings, hops, width);
    if (status == KHOP_OK) status = khop_table_commit(table);
    result = status == KHOP_OK ? EXIT_OK : library_failure();
  }
  khop_rows_close(hops);
  free(gathered);
  free(row);
  return result;
}

int featurize_nodes(const featurize_choice *choice) {
  khop_data *data = NULL;
  khop_rings *rings = NULL;
  khop_table *table = NULL;
  int loaded = load_data(&data, choice->input, &choice->data);
  if (loaded != GO_ON) return loaded;
  const khop_features *f = khop_data_features(data);
  int64_t width = is_identity(f) ? 0 : f->columns;
  khop_rings_options options = {.size = sizeof options, .max_bytes = choice->data.max_bytes, .progress = show_progress};
  khop_status status = khop_rings_build(&rings, khop_data_graph(data), choice->hops, choice->hop, &options);
  progress_clear();
  if (status == KHOP_OK) status = open_table(&table, choice, data, width);
  int result = status == KHOP_OK ? fill_table(table, rings, f, width, choice) : library_failure();
  if (result == EXIT_OK && !choice->data.quiet)
    printf("%s: %lld nodes, %lld columns\n", visible(choice->output), (long long)khop_table_rows(table),
           (long long)(choice->hops * (width + 1)));
  if (result == EXIT_OK) tell_names(choice->output, choice->input, data, &choice->data);
  khop_table_free(table);
  khop_rings_free(rings);
  khop_data_free(data);
  return result;
}
