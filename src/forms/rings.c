/* rings.c: the handle: what every form of rings answers in the same way. */
#include "forms/rings.h"
#include "base/error.h"
#include "base/memory.h"
#include "rings/rows_by_count.h"
#include "rings/shifted_rows.h"

#include <pthread.h>

khop_status khop_i_rings_new(khop_rings **out, int64_t nodes, int count, const int *hops) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&rings, 1, sizeof *rings, "rings"));
  rings->nodes = nodes;
  KHOP_TRY(khop_i_copy(&rings->hops, hops, count, sizeof *hops, "hops"));
  rings->slots = khop_i_sort_hops(rings->hops, count);
  *out = rings;
  rings = NULL;
done:
  khop_rings_free(rings);
  return status;
}

static khop_direction opposite(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

/* A handle for the transpose, without its entries. */
static khop_status new_transpose(khop_rings **out, const khop_rings *rings) {
  khop_status status = khop_i_rings_new(out, rings->nodes, rings->slots, rings->hops);
  if (status != KHOP_OK) return status;
  (*out)->direction = opposite(rings->direction);
  (*out)->op = rings->op;
  (*out)->symmetric = rings->symmetric;
  (*out)->either_way = rings->either_way;
  (*out)->form = rings->form;
  return KHOP_OK;
}

static void adopt_transpose(khop_rings *rings, khop_rings *transposed) {
  transposed->is_transpose = true;
  transposed->transposed = rings;
  rings->transposed = transposed;
}

khop_status khop_i_rings_open_transpose(khop_rings *rings) {
  khop_rings *made;
  khop_status status = new_transpose(&made, rings);
  if (status == KHOP_OK) adopt_transpose(rings, made);
  return status;
}

void khop_rings_free(khop_rings *rings) {
  if (!rings) return;
  if (!rings->is_transpose) khop_rings_free(rings->transposed);
  if (rings->form) rings->form->free(rings);
  khop_i_hop_csr_free(rings->csr);
  khop_i_free(rings->counts);
  khop_i_free(rings->row_sums);
  khop_i_free(rings->column_sums);
  khop_i_free(rings->hops);
  khop_i_free(rings);
}

/* --- transpose ------------------------------------------------------------------------------ */

khop_status khop_rings_transpose(khop_rings **out, const khop_rings *rings) {
  khop_status status = KHOP_OK;
  khop_rings *made = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_rings_need_rows(rings, "khop_rings_transpose"));
  KHOP_TRY(new_transpose(&made, rings));
  if (rings->row_sums) { /* the sums of the exact rings: rows become columns there, too */
    int64_t cells = rings->nodes * rings->slots;
    KHOP_TRY(khop_i_copy(&made->row_sums, rings->column_sums, cells, sizeof *rings->row_sums, "ring degrees"));
    KHOP_TRY(khop_i_copy(&made->column_sums, rings->row_sums, cells, sizeof *rings->row_sums, "ring degrees"));
  }
  KHOP_TRY(khop_i_hop_csr_transpose(&made->csr, rings->csr));
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  return status;
}

khop_status khop_i_rings_transposed(const khop_rings **transposed, const khop_rings *rings) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  khop_status status = KHOP_OK;
  *transposed = rings;
  if (rings->symmetric) return KHOP_OK;
  pthread_mutex_lock(&lock);
  if (!rings->transposed) {
    khop_rings *made;
    status = khop_rings_transpose(&made, rings);
    if (status == KHOP_OK) adopt_transpose((khop_rings *)rings, made);
  }
  *transposed = rings->transposed;
  pthread_mutex_unlock(&lock);
  return status;
}

khop_status khop_i_rings_arrange(const khop_rings *rings) {
  int first = khop_i_rings_is_identity(rings, 0);
  if (!rings->csr) return KHOP_OK;
  khop_status status = khop_i_shifted_rows_find(rings->csr, first);
  return status == KHOP_OK ? khop_i_rows_by_count_find(rings->csr, first) : status;
}

khop_status khop_i_rings_prepare(const khop_rings **transposed, const khop_rings *rings) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  khop_status status = khop_i_rings_transposed(transposed, rings);
  if (status != KHOP_OK) return status;
  pthread_mutex_lock(&lock);
  status = khop_i_rings_arrange(rings);
  if (status == KHOP_OK) status = khop_i_rings_arrange(*transposed);
  pthread_mutex_unlock(&lock);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

int64_t khop_rings_nodes(const khop_rings *rings) { return rings->nodes; }
int khop_rings_slots(const khop_rings *rings) { return rings->slots; }
khop_direction khop_rings_direction(const khop_rings *rings) { return rings->direction; }
khop_operator khop_rings_operator(const khop_rings *rings) { return rings->op; }
bool khop_rings_is_symmetric(const khop_rings *rings) { return rings->symmetric; }
khop_form khop_rings_form(const khop_rings *rings) { return rings->form->id; }

static bool has_slot(const khop_rings *rings, int slot) { return slot >= 0 && slot < rings->slots; }

int khop_rings_hop(const khop_rings *rings, int slot) { return has_slot(rings, slot) ? rings->hops[slot] : -1; }

int khop_rings_slot(const khop_rings *rings, int hop) {
  int low = 0, high = rings->slots;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (rings->hops[middle] < hop) low = middle + 1;
    else high = middle;
  }
  return low < rings->slots && rings->hops[low] == hop ? low : -1;
}

int64_t khop_rings_entries(const khop_rings *rings, int slot) {
  int64_t total = 0;
  for (int64_t i = 0; has_slot(rings, slot) && i < rings->nodes; i++) total += khop_i_rings_count(rings, i, slot);
  return total;
}

int64_t khop_rings_empty_rows(const khop_rings *rings, int slot) {
  int64_t empty = 0;
  for (int64_t i = 0; has_slot(rings, slot) && i < rings->nodes; i++)
    empty += khop_i_rings_count(rings, i, slot) == 0;
  return empty;
}

int64_t khop_rings_kept(const khop_rings *rings, int slot) {
  return has_slot(rings, slot) ? rings->form->kept(rings, slot) : 0;
}

/* Where a form keeps both directions, the transpose counts. That of stored rings does not: it is made when a product
 * first needs it. */
size_t khop_rings_bytes(const khop_rings *rings) {
  size_t rows = (size_t)(rings->nodes * rings->slots);
  bool both = !rings->is_transpose && rings->transposed && !rings->form->has_rows;
  return sizeof *rings + (size_t)rings->slots * sizeof *rings->hops + khop_i_hop_csr_bytes(rings->csr) +
         (rings->counts ? rows * sizeof *rings->counts : 0) +
         (rings->row_sums ? 2 * rows * sizeof *rings->row_sums : 0) + rings->form->bytes(rings) +
         (both ? khop_rings_bytes(rings->transposed) : 0);
}

khop_status khop_i_rings_need_rows(const khop_rings *rings, const char *who) {
  if (rings->form->has_rows) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s reads the rings entry by entry, and these are kept in the form %s: build "
                     "them stored", who, rings->form->name);
}

khop_status khop_i_rings_need_symmetry(const khop_rings *rings, const char *who) {
  if (rings->symmetric) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s needs rings that are their own transposes, as those of a whole undirected "
                     "graph are: these are directed, a sample, or of some rows", who);
}

int64_t khop_rings_row(const khop_rings *rings, int slot, int64_t row, const int32_t **columns,
                       const khop_real **values) {
  *columns = NULL;
  if (values) *values = NULL;
  if (!has_slot(rings, slot) || row < 0 || row >= rings->nodes) return 0;
  if (!rings->form->has_rows) return -1;
  int64_t begin = khop_i_hop_csr_begin(rings->csr, row, slot);
  *columns = rings->csr->columns + begin;
  if (values) *values = rings->csr->values ? rings->csr->values + begin : NULL;
  return khop_i_hop_csr_count(rings->csr, row, slot);
}
