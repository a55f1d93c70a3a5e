/* featurize_graph.c: features of the nodes of any graph: those they have, summed over their rings. */
#include "featurize.h"

#include <stdlib.h>
#include <string.h>

/* Nodes without features of their own are given a column each when a data set is loaded. */
static bool is_identity(const khop_features *f) {
  if (!f->offsets || f->rows != f->columns) return false;
  for (int64_t i = 0; i < f->rows; i++)
    if (f->offsets[i + 1] - f->offsets[i] != 1 || f->indices[f->offsets[i]] != i) return false;
  return true;
}

/* sum += scale * row of the features */
static void add_row(float *sum, const khop_features *f, int64_t row, double scale) {
  if (f->dense) {
    for (int64_t c = 0; c < f->columns; c++) sum[c] += (float)(scale * (double)f->dense[row * f->columns + c]);
  } else {
    for (int64_t e = f->offsets[row]; e < f->offsets[row + 1]; e++)
      sum[f->indices[e]] += (float)(scale * (double)f->values[e]);
  }
}

static char **make_names(const featurize_choice *choice, int64_t width, int64_t columns) {
  char **names = calloc((size_t)columns, sizeof *names), text[64];
  int64_t at = 0;
  for (int h = 0; names && h < choice->hops; h++) {
    for (int64_t c = 0; c <= width; c++) {
      if (c == 0)
        snprintf(text, sizeof text, "ring_%d", choice->hop[h]);
      else
        snprintf(text, sizeof text, "%d:%lld", choice->hop[h], (long long)(c - 1));
      names[at++] = strdup(text);
    }
  }
  return names;
}

/* One row a node: for each hop the size of the ring, then the features summed over it, normalised. */
static khop_status write_rows(khop_table *table, const khop_rings *rings, const khop_features *f,
                              const featurize_choice *choice, int64_t width) {
  int64_t nodes = khop_rings_nodes(rings), columns = choice->hops * (width + 1);
  int slots = khop_rings_slots(rings);
  khop_real *scale = malloc((size_t)(2 * slots * nodes + 1) * sizeof *scale);
  float *row = malloc((size_t)columns * sizeof *row);
  khop_status status = KHOP_OK;
  for (int s = 0; scale && s < slots && status == KHOP_OK; s++)
    status = khop_rings_scales(scale + 2 * s * nodes, scale + (2 * s + 1) * nodes, rings, s,
                               (khop_norm)choice->norm, false);
  for (int64_t i = 0; scale && row && i < nodes && status == KHOP_OK; i++) {
    memset(row, 0, (size_t)columns * sizeof *row);
    for (int s = 0; s < slots; s++) {
      const int32_t *members;
      int64_t size = khop_rings_row(rings, s, i, &members, NULL);
      const khop_real *left = scale + 2 * s * nodes, *right = left + nodes;
      float *sum = row + s * (width + 1);
      sum[0] = (float)size;
      for (int64_t e = 0; width && e < size; e++)
        add_row(sum + 1, f, members[e], (double)left[i] * (double)right[members[e]]);
    }
    status = khop_table_add(table, 1, row, NULL, NULL);
  }
  free(row);
  free(scale);
  return status;
}

static bool show_progress(double share, void *context) {
  (void)context;
  progress_line(false, "building rings: %.0f %%", 100 * share);
  return !was_interrupted();
}

int featurize_graph(const featurize_choice *choice) {
  khop_data *data = NULL;
  khop_rings *rings = NULL;
  khop_table *table = NULL;
  char **names = NULL;
  int64_t columns = 0;
  if (khop_data_load(&data, choice->input, &choice->data.options) != KHOP_OK)
    return failed(&featurize_command);
  const khop_features *f = khop_data_features(data);
  int64_t width = is_identity(f) ? 0 : f->columns;
  khop_rings_options options = {.max_bytes = choice->data.max_bytes, .progress = show_progress};
  catch_interrupts();
  khop_status status = khop_rings_build(&rings, khop_data_graph(data), choice->hops, choice->hop, &options);
  progress_clear();
  columns = choice->hops * (width + 1);
  if (status == KHOP_OK) names = make_names(choice, width, columns);
  if (status == KHOP_OK)
    status = khop_table_new(&table, choice->output, columns, (const char *const *)names, false);
  if (status == KHOP_OK) status = write_rows(table, rings, f, choice, width);
  if (status == KHOP_OK) status = khop_table_commit(table);
  int result = status == KHOP_OK ? EXIT_OK : failed(&featurize_command);
  if (result == EXIT_OK && !choice->data.quiet)
    printf("%s: %lld nodes, %lld columns\n", choice->output, (long long)khop_table_rows(table),
           (long long)columns);
  for (int64_t c = 0; names && c < columns; c++) free(names[c]);
  free(names);
  khop_table_free(table);
  khop_rings_free(rings);
  khop_data_free(data);
  return result;
}
