/* msbfs.c: see msbfs.h. */
#include "search/msbfs.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/bitset_dispatch.h"

#include <string.h>

double khop_i_msbfs_bytes(int64_t nodes, int slots) {
  double words = (double)((nodes + 63) / 64);
  return words * (3.0 * 64 * sizeof(khop_i_sources) + 8.0 * slots * KHOP_I_MSBFS_STRIDE) + slots;
}

khop_status khop_i_msbfs_open(khop_i_msbfs *msbfs, const khop_graph *graph, int slots) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64;
  *msbfs = (khop_i_msbfs){.graph = graph, .words = words};
  KHOP_TRY(khop_i_alloc(&msbfs->now, 64 * words, sizeof *msbfs->now, "a search"));
  KHOP_TRY(khop_i_alloc(&msbfs->next, 64 * words, sizeof *msbfs->next, "a search"));
  KHOP_TRY(khop_i_alloc(&msbfs->seen, 64 * words, sizeof *msbfs->seen, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&msbfs->bits, slots * words * KHOP_I_MSBFS_STRIDE, sizeof *msbfs->bits, "a search"));
  KHOP_TRY(khop_i_alloc(&msbfs->unread, slots, sizeof *msbfs->unread, "a search"));
done:
  if (status != KHOP_OK) khop_i_msbfs_close(msbfs);
  return status;
}

void khop_i_msbfs_close(khop_i_msbfs *msbfs) {
  khop_i_free(msbfs->now);
  khop_i_free(msbfs->next);
  khop_i_free(msbfs->seen);
  khop_i_free(msbfs->bits);
  khop_i_free(msbfs->unread);
  *msbfs = (khop_i_msbfs){0};
}

/* --- one hop of all sources ----------------------------------------------------------------- */

static uint64_t bit_of(int64_t row) { return UINT64_C(1) << (row / KHOP_I_MSBFS_WORDS); }

void khop_i_msbfs_start(khop_i_msbfs *m, int64_t first, int64_t rows) {
  memset(m->now, 0, (size_t)(64 * m->words) * sizeof *m->now);
  memset(m->seen, 0, (size_t)(64 * m->words) * sizeof *m->seen);
  m->first = first;
  m->rows = rows;
  m->hop = 0;
  for (int64_t r = 0; r < rows; r++)
    m->now[first + r].word[r % KHOP_I_MSBFS_WORDS] = m->seen[first + r].word[r % KHOP_I_MSBFS_WORDS] = bit_of(r);
}

/* Follows the arcs of the sources alone, one by one. Nothing is tested: no arc leads from a node to itself. */
static bool first_hop(khop_i_msbfs *m) {
  const int64_t *offsets = m->graph->offsets + m->first;
  for (int64_t r = 0; r < m->rows; r++) m->now[m->first + r].word[r % KHOP_I_MSBFS_WORDS] = 0;
  for (int64_t r = 0; r < m->rows; r++)
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      int32_t v = m->graph->targets[e];
      m->now[v].word[r % KHOP_I_MSBFS_WORDS] |= bit_of(r);
      m->seen[v].word[r % KHOP_I_MSBFS_WORDS] |= bit_of(r);
    }
  return offsets[m->rows] > offsets[0];
}

bool khop_i_msbfs_step(khop_i_msbfs *m) {
  const khop_i_bitset_kernels *kernels = khop_i_bitset_kernels_now();
  khop_i_sources *next = m->next;
  bool more;
  if (m->hop++ == 0) return first_hop(m);
  if (m->graph->directed) {
    memset(next, 0, (size_t)(64 * m->words) * sizeof *next);
    kernels->push(next, m->now, m->graph);
    more = kernels->mask(next, m->seen, m->graph->nodes);
  } else {
    more = kernels->pull(next, m->seen, m->now, m->graph);
  }
  m->next = m->now;
  m->now = next;
  return more;
}

/* --- rows ----------------------------------------------------------------------------------- */

static uint64_t *bits_of(const khop_i_msbfs *m, int slot) {
  return m->bits + (int64_t)slot * m->words * KHOP_I_MSBFS_STRIDE;
}

void khop_i_msbfs_search(khop_i_msbfs *m, int64_t first, int64_t rows, int slots, const int *hops, bool ball) {
  bool more = true;
  khop_i_msbfs_start(m, first, rows);
  m->hops = hops;
  m->ball = ball;
  for (m->found = 0; m->found < slots; m->found++) {
    while (m->hop < hops[m->found] && more) more = khop_i_msbfs_step(m);
    if (!more && !ball) break;
    if (!m->unread[m->found] && !khop_i_is_given(ball, hops[m->found]))
      khop_i_bitset_kernels_now()->transpose(bits_of(m, m->found), KHOP_I_MSBFS_STRIDE, ball ? m->seen : m->now,
                                             m->words, rows);
  }
}

void khop_i_msbfs_sizes(int64_t *sizes, int64_t stride, const khop_i_msbfs *m, int slot) {
  int32_t counts[KHOP_I_MSBFS_SOURCES] = {0};
  const int64_t *offsets = m->graph->offsets + m->first;
  bool given = slot < m->found && khop_i_is_given(m->ball, m->hops[slot]);
  if (slot < m->found && !given)
    khop_i_bitset_kernels_now()->count_ones(counts, bits_of(m, slot), KHOP_I_MSBFS_STRIDE, m->words, m->rows);
  for (int64_t r = 0; r < m->rows; r++)
    sizes[r * stride] = !given ? counts[r] : m->hops[slot] ? offsets[r + 1] - offsets[r] : 1;
}

void khop_i_msbfs_row(int32_t *to, const int32_t *end, int64_t count, const khop_i_msbfs *m, int slot, int64_t row) {
  if (count == 0) return;
  if (!khop_i_is_given(m->ball, m->hops[slot]))
    khop_i_bitset_kernels_now()->read_ones(to, end, count, bits_of(m, slot) + row, KHOP_I_MSBFS_STRIDE, m->words);
  else if (m->hops[slot] == 0)
    to[0] = (int32_t)(m->first + row);
  else
    memcpy(to, m->graph->targets + m->graph->offsets[m->first + row], (size_t)count * sizeof *to);
}
