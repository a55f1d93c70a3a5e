/* batch.c: see batch.h, and khop/batch.h for the public side. */
#include "model/batch.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/stored.h"
#include "rings/block_diagonal.h"

#include <stdlib.h>
#include <string.h>

/* --- room for the largest batch --------------------------------------------------------------- */

static int descending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x < y) - (x > y);
}

/* The sum of the `most` largest of size (count), which is sorted on the way. */
static int64_t sum_of_largest(int64_t *size, int64_t count, int64_t most) {
  int64_t sum = 0;
  qsort(size, (size_t)count, sizeof *size, descending);
  for (int64_t i = 0; i < count && i < most; i++) sum += size[i];
  return sum;
}

static khop_status reserve_rings(khop_batch *b, int64_t *size) {
  khop_status status = KHOP_OK;
  const int64_t *first = khop_graphs_first(b->set);
  int64_t count = khop_graphs_count(b->set);
  for (int r = 0; r < b->rings_count; r++) {
    const khop_rings *from = b->from[r];
    if (khop_rings_nodes(from) != first[count])
      KHOP_FAIL(KHOP_E_SHAPE, "rings of %lld nodes and a set of %lld", (long long)khop_rings_nodes(from),
                (long long)first[count]);
    for (int64_t g = 0; g < count; g++)
      size[g] = khop_i_hop_csr_block_entries(from->csr, first, g);
    KHOP_TRY(khop_i_rings_reserve(&b->rings[r], from, b->most_nodes,
                                  sum_of_largest(size, count, b->most_graphs)));
  }
done:
  return status;
}

static khop_status reserve(khop_batch *b, int count, khop_rings *const *rings) {
  khop_status status = KHOP_OK;
  const int64_t *first = khop_graphs_first(b->set);
  int64_t graphs = khop_graphs_count(b->set), *size = NULL;
  int64_t columns = khop_graphs_features(b->set)->columns;
  KHOP_TRY(khop_i_copy(&b->from, rings, count, sizeof(khop_rings *), "rings of a batch"));
  KHOP_TRY(khop_i_alloc(&b->rings, count, sizeof *b->rings, "rings of a batch"));
  b->rings_count = count;
  KHOP_TRY(khop_i_alloc_raw(&size, graphs, sizeof *size, "sizes of graphs"));
  for (int64_t g = 0; g < graphs; g++) size[g] = first[g + 1] - first[g];
  b->most_nodes = sum_of_largest(size, graphs, b->most_graphs);
  KHOP_TRY(khop_i_alloc(&b->first, b->most_graphs + 1, sizeof *b->first, "graphs of a batch"));
  KHOP_TRY(khop_i_alloc_raw(&b->rows, b->most_nodes, (size_t)columns * sizeof *b->rows, "features of a batch"));
  if (khop_graphs_graph_features(b->set, &b->graph_feature_columns))
    KHOP_TRY(khop_i_alloc(&b->graph_features, b->most_graphs,
                          (size_t)b->graph_feature_columns * sizeof *b->graph_features,
                          "graph features of a batch"));
  b->features = (khop_features){.columns = columns, .dense = b->rows};
  KHOP_TRY(reserve_rings(b, size));
done:
  khop_i_free(size);
  return status;
}

khop_status khop_batch_new(khop_batch **batch, const khop_graphs *set, int count, khop_rings *const *rings,
                           int64_t graphs) {
  khop_batch *made = NULL;
  if (!batch) return khop_i_fail(KHOP_E_ARGUMENT, "khop_batch_new: no place for the batch");
  *batch = NULL;
  if (!set || count < 0 || count > KHOP_MAX_RINGS || (count && !rings) || graphs < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld graphs with %d rings: at least 1 and at most %d",
                       (long long)graphs, count, KHOP_MAX_RINGS);
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "a batch");
  if (status != KHOP_OK) return status;
  made->set = set;
  made->most_graphs = graphs < khop_graphs_count(set) ? graphs : khop_graphs_count(set);
  status = reserve(made, count, rings);
  if (status == KHOP_OK)
    *batch = made;
  else
    khop_batch_free(made);
  return status;
}

void khop_batch_free(khop_batch *batch) {
  if (!batch) return;
  for (int r = 0; r < batch->rings_count; r++) khop_rings_free(batch->rings[r]);
  khop_i_free((void *)(uintptr_t)batch->from);
  khop_i_free(batch->rings);
  khop_i_free(batch->first);
  khop_i_free(batch->rows);
  khop_i_free(batch->graph_features);
  khop_i_free(batch);
}

/* --- filling ---------------------------------------------------------------------------------- */

/* Everything is checked before anything is changed. */
static khop_status check_choice(const khop_batch *b, int64_t count, const int64_t *chosen) {
  const int64_t *first = khop_graphs_first(b->set);
  int64_t graphs = khop_graphs_count(b->set), nodes = 0;
  if (count < 0 || count > b->most_graphs)
    return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld graphs: there is room for %lld", (long long)count,
                       (long long)b->most_graphs);
  for (int64_t k = 0; k < count; k++) {
    if (chosen[k] < 0 || chosen[k] >= graphs)
      return khop_i_fail(KHOP_E_ARGUMENT, "there is no graph %lld: the set has %lld", (long long)chosen[k],
                         (long long)graphs);
    nodes += first[chosen[k] + 1] - first[chosen[k]];
  }
  if (nodes > b->most_nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld nodes: there is room for %lld, which is as many as "
                       "%lld different graphs have", (long long)nodes, (long long)b->most_nodes,
                       (long long)b->most_graphs);
  for (int r = 0; r < b->rings_count; r++)
    if (!khop_i_rings_have_room(b->rings[r], b->from[r], first, count, chosen))
      return khop_i_fail(KHOP_E_ARGUMENT, "a batch of more ring entries than %lld different graphs have",
                         (long long)b->most_graphs);
  return KHOP_OK;
}

static void copy_rows(khop_real *to, const khop_features *x, int64_t begin, int64_t end) {
  size_t bytes = (size_t)((end - begin) * x->columns) * sizeof *to;
  if (x->dense) {
    memcpy(to, x->dense + begin * x->columns, bytes);
    return;
  }
  memset(to, 0, bytes);
  for (int64_t i = begin; i < end; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
      to[(i - begin) * x->columns + x->indices[e]] = x->values[e];
}

khop_status khop_batch_fill(khop_batch *b, int64_t count, const int64_t *chosen) {
  khop_status status = check_choice(b, count, chosen);
  if (status != KHOP_OK) return status;
  const int64_t *first = khop_graphs_first(b->set);
  const khop_real *graph_features = khop_graphs_graph_features(b->set, NULL);
  b->graphs = count;
  for (int64_t k = 0; k < count; k++) {
    int64_t g = chosen[k];
    b->first[k + 1] = b->first[k] + first[g + 1] - first[g];
    copy_rows(b->rows + b->first[k] * b->features.columns, khop_graphs_features(b->set), first[g], first[g + 1]);
    if (graph_features)
      memcpy(b->graph_features + k * b->graph_feature_columns, graph_features + g * b->graph_feature_columns,
             (size_t)b->graph_feature_columns * sizeof *graph_features);
  }
  b->nodes = b->features.rows = b->first[count];
  for (int r = 0; r < b->rings_count; r++)
    khop_i_rings_take_blocks(b->rings[r], b->from[r], first, count, chosen);
  return KHOP_OK;
}

int64_t khop_batch_graphs(const khop_batch *batch) { return batch->graphs; }
const int64_t *khop_batch_first(const khop_batch *batch) { return batch->first; }
const khop_features *khop_batch_features(const khop_batch *batch) { return &batch->features; }
const khop_real *khop_batch_graph_features(const khop_batch *batch) { return batch->graph_features; }
const khop_rings *khop_batch_rings(const khop_batch *batch, int i) {
  return i < 0 || i >= batch->rings_count ? NULL : batch->rings[i];
}
