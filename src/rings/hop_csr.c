/* hop_csr.c: the hop-labelled CSR: what is in it, its transpose, its scales. */
#include "rings/shifted_rows.h"
#include "forms/bitmap.h"
#include "forms/forms.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

khop_status khop_i_rings_new(khop_rings **out, int64_t nodes, int count, const int *hops) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&rings, 1, sizeof *rings, "rings"));
  rings->nodes = nodes;
  KHOP_TRY(khop_i_copy(&rings->hops, hops, count, sizeof *hops, "hops"));
  qsort(rings->hops, (size_t)count, sizeof *hops, ascending);
  for (int i = 0; i < count; i++)
    if (i == 0 || rings->hops[i] != rings->hops[rings->slots - 1])
      rings->hops[rings->slots++] = rings->hops[i];
  KHOP_TRY(khop_i_alloc(&rings->offsets, nodes * rings->slots + 1, sizeof *rings->offsets,
                        "ring offsets"));
  *out = rings;
  rings = NULL;
done:
  khop_rings_free(rings);
  return status;
}

void khop_rings_free(khop_rings *rings) {
  if (!rings) return;
  khop_i_free(rings->hops);
  khop_i_free(rings->offsets);
  khop_i_free(rings->columns);
  khop_i_free(rings->values);
  khop_i_free(rings->row_sums);
  khop_i_free(rings->column_sums);
  khop_rings_free(rings->turned);
  khop_i_alike_free(rings->alike, rings->slots);
  khop_i_free(rings->counts);
  khop_graph_free(rings->arcs);
  khop_i_ladder_free(rings->ladder);
  khop_i_bitmap_free(rings->bitmap);
  khop_i_room_free(rings->room);
  khop_i_free(rings);
}

int64_t khop_rings_nodes(const khop_rings *rings) { return rings->nodes; }
int khop_rings_slots(const khop_rings *rings) { return rings->slots; }
khop_direction khop_rings_direction(const khop_rings *rings) { return rings->direction; }
khop_operator khop_rings_operator(const khop_rings *rings) { return rings->op; }
bool khop_rings_is_symmetric(const khop_rings *rings) { return rings->symmetric; }

int khop_rings_hop(const khop_rings *rings, int slot) {
  return slot < 0 || slot >= rings->slots ? -1 : rings->hops[slot];
}

int khop_rings_slot(const khop_rings *rings, int hop) {
  const int *found =
      bsearch(&hop, rings->hops, (size_t)rings->slots, sizeof *rings->hops, ascending);
  return found ? (int)(found - rings->hops) : -1;
}

static bool has_slot(const khop_rings *rings, int slot) {
  return slot >= 0 && slot < rings->slots;
}

int64_t khop_rings_entries(const khop_rings *rings, int slot) {
  int64_t total = 0;
  for (int64_t i = 0; has_slot(rings, slot) && i < rings->nodes; i++)
    total += khop_i_rings_count(rings, i, slot);
  return total;
}

int64_t khop_rings_empty_rows(const khop_rings *rings, int slot) {
  int64_t empty = 0;
  for (int64_t i = 0; has_slot(rings, slot) && i < rings->nodes; i++)
    empty += khop_i_rings_count(rings, i, slot) == 0;
  return empty;
}

size_t khop_rings_bytes(const khop_rings *rings) {
  if (rings->form != KHOP_STORED) return khop_i_form_bytes(rings);
  size_t rows = (size_t)(rings->nodes * rings->slots);
  size_t entry = sizeof *rings->columns + (rings->values ? sizeof *rings->values : 0);
  return sizeof *rings + (rows + 1) * sizeof *rings->offsets +
         (rings->row_sums ? 2 * rows * sizeof *rings->row_sums : 0) +
         (size_t)rings->offsets[rows] * entry + (size_t)rings->slots * sizeof *rings->hops;
}

int64_t khop_rings_row(const khop_rings *rings, int slot, int64_t row, const int32_t **columns,
                       const khop_real **values) {
  if (!has_slot(rings, slot) || row < 0 || row >= rings->nodes) {
    *columns = NULL;
    if (values) *values = NULL;
    return 0;
  }
  if (rings->form != KHOP_STORED) {
    *columns = NULL;
    if (values) *values = NULL;
    return -1;
  }
  int64_t begin = khop_i_rings_begin(rings, row, slot);
  *columns = rings->columns + begin;
  if (values) *values = rings->values ? rings->values + begin : NULL;
  return khop_i_rings_end(rings, row, slot) - begin;
}

/* --- transpose ------------------------------------------------------------------------------ */

static khop_direction opposite(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

/* A counting sort by (column, slot); rows come in ascending order, so each new row is sorted. */
khop_status khop_rings_transpose(khop_rings **out, const khop_rings *rings) {
  khop_status status = KHOP_OK;
  khop_rings *turned = NULL;
  int64_t *next = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_rings_need_entries(rings, "khop_rings_transpose"));
  int64_t slots = rings->slots, cells = rings->nodes * slots, entries = rings->offsets[cells];
  KHOP_TRY(khop_i_rings_new(&turned, rings->nodes, rings->slots, rings->hops));
  turned->direction = opposite(rings->direction);
  turned->op = rings->op;
  turned->symmetric = rings->symmetric;
  turned->either_way = rings->either_way;
  if (rings->row_sums) { /* of the exact rings, which turn as well */
    KHOP_TRY(khop_i_copy(&turned->row_sums, rings->column_sums, cells, sizeof *rings->row_sums,
                         "ring degrees"));
    KHOP_TRY(khop_i_copy(&turned->column_sums, rings->row_sums, cells, sizeof *rings->row_sums,
                         "ring degrees"));
  }
  KHOP_TRY(khop_i_alloc_raw(&turned->columns, entries, sizeof *turned->columns, "ring columns"));
  if (rings->values)
    KHOP_TRY(khop_i_alloc_raw(&turned->values, entries, sizeof *turned->values, "walk counts"));
  for (int64_t cell = 0; cell < cells; cell++)
    for (int64_t e = rings->offsets[cell]; e < rings->offsets[cell + 1]; e++)
      turned->offsets[rings->columns[e] * slots + cell % slots + 1]++;
  for (int64_t cell = 0; cell < cells; cell++) turned->offsets[cell + 1] += turned->offsets[cell];
  KHOP_TRY(khop_i_copy(&next, turned->offsets, cells + 1, sizeof *next, "transpose cursors"));
  for (int64_t cell = 0; cell < cells; cell++)
    for (int64_t e = rings->offsets[cell]; e < rings->offsets[cell + 1]; e++) {
      int64_t place = next[rings->columns[e] * slots + cell % slots]++;
      turned->columns[place] = (int32_t)(cell / slots);
      if (rings->values) turned->values[place] = rings->values[e];
    }
  *out = turned;
  turned = NULL;
done:
  khop_i_free(next);
  khop_rings_free(turned);
  return status;
}

khop_status khop_i_rings_turned(const khop_rings **turned, const khop_rings *rings) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  khop_status status = KHOP_OK;
  *turned = rings;
  if (rings->symmetric) return KHOP_OK;
  if (rings->form != KHOP_STORED) { /* made both ways at once */
    *turned = rings->turned;
    return KHOP_OK;
  }
  pthread_mutex_lock(&lock);
  if (!rings->turned) status = khop_rings_transpose(&((khop_rings *)rings)->turned, rings);
  *turned = rings->turned;
  pthread_mutex_unlock(&lock);
  return status;
}

/* --- scales --------------------------------------------------------------------------------- */

static double row_sum(const khop_rings *rings, int64_t row, int slot) {
  if (rings->row_sums) return (double)rings->row_sums[row * rings->slots + slot];
  if (!rings->values) return (double)khop_i_rings_count(rings, row, slot);
  int64_t begin = khop_i_rings_begin(rings, row, slot), end = khop_i_rings_end(rings, row, slot);
  double sum = 0;
  for (int64_t e = begin; e < end; e++) sum += (double)rings->values[e];
  return sum;
}

/* 1/sum or its root, 0 for an empty row: the mean over nothing is 0. */
static khop_real inverse(double sum, bool root) {
  return (khop_real)(sum > 0 ? 1 / (root ? sqrt(sum) : sum) : 0);
}

void khop_i_rings_scale(khop_real *left, khop_real *right, const khop_rings *rings,
                        const khop_rings *turned, int slot, khop_norm norm, bool self_loop) {
  double loop = self_loop && khop_i_rings_takes_loop(rings, slot) ? 1 : 0;
  bool root = norm == KHOP_NORM_SYM;
  for (int64_t i = 0; i < rings->nodes; i++) {
    if (left)
      left[i] = root || norm == KHOP_NORM_ROW ? inverse(row_sum(rings, i, slot) + loop, root) : 1;
    if (right)
      right[i] = root || norm == KHOP_NORM_COL ? inverse(row_sum(turned, i, slot) + loop, root) : 1;
  }
}

khop_status khop_rings_scales(khop_real *left, khop_real *right, const khop_rings *rings, int slot,
                              khop_norm norm, bool self_loop) {
  const khop_rings *turned;
  if (!has_slot(rings, slot))
    return khop_i_fail(KHOP_E_ARGUMENT, "slot %d: the rings have %d slots", slot, rings->slots);
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  khop_status status = khop_i_rings_turned(&turned, rings);
  if (status == KHOP_OK) khop_i_rings_scale(left, right, rings, turned, slot, norm, self_loop);
  return status;
}
