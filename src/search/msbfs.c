/* msbfs.c: see msbfs.h. */
#include "search/msbfs.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

double khop_i_wide_bytes(int64_t nodes, int slots) {
  double words = (double)((nodes + 63) / 64);
  return words * (3.0 * 64 * sizeof(khop_i_sources) + 8.0 * slots * KHOP_I_WIDE_STEP) + slots;
}

khop_status khop_i_wide_open(khop_i_wide *wide, const khop_graph *graph, int slots) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64;
  *wide = (khop_i_wide){.graph = graph, .words = words};
  KHOP_TRY(khop_i_alloc(&wide->now, 64 * words, sizeof *wide->now, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->next, 64 * words, sizeof *wide->next, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->seen, 64 * words, sizeof *wide->seen, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&wide->bits, slots * words * KHOP_I_WIDE_STEP, sizeof *wide->bits, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->unread, slots, sizeof *wide->unread, "a search"));
done:
  if (status != KHOP_OK) khop_i_wide_close(wide);
  return status;
}

void khop_i_wide_close(khop_i_wide *wide) {
  khop_i_free(wide->now);
  khop_i_free(wide->next);
  khop_i_free(wide->seen);
  khop_i_free(wide->bits);
  khop_i_free(wide->unread);
  *wide = (khop_i_wide){0};
}

/* --- one hop of all sources ----------------------------------------------------------------- */

static uint64_t bit_of(int64_t row) { return UINT64_C(1) << (row / KHOP_I_WIDE_WORDS); }

void khop_i_wide_start(khop_i_wide *w, int64_t first, int64_t rows) {
  memset(w->now, 0, (size_t)(64 * w->words) * sizeof *w->now);
  memset(w->seen, 0, (size_t)(64 * w->words) * sizeof *w->seen);
  w->first = first;
  w->rows = rows;
  w->hop = 0;
  for (int64_t r = 0; r < rows; r++)
    w->now[first + r].word[r % KHOP_I_WIDE_WORDS] = w->seen[first + r].word[r % KHOP_I_WIDE_WORDS] = bit_of(r);
}

/* The arcs of the sources alone; no arc leads from a node to itself. */
static bool first_hop(khop_i_wide *w) {
  const int64_t *offsets = w->graph->offsets + w->first;
  for (int64_t r = 0; r < w->rows; r++) w->now[w->first + r].word[r % KHOP_I_WIDE_WORDS] = 0;
  for (int64_t r = 0; r < w->rows; r++)
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      int32_t v = w->graph->targets[e];
      w->now[v].word[r % KHOP_I_WIDE_WORDS] |= bit_of(r);
      w->seen[v].word[r % KHOP_I_WIDE_WORDS] |= bit_of(r);
    }
  return offsets[w->rows] > offsets[0];
}

bool khop_i_wide_step(khop_i_wide *w) {
  const khop_i_scans *scans = khop_i_scans_now();
  khop_i_sources *next = w->next;
  bool more;
  if (w->hop++ == 0) return first_hop(w);
  if (w->graph->directed) {
    memset(next, 0, (size_t)(64 * w->words) * sizeof *next);
    scans->push(next, w->now, w->graph);
    more = scans->mask(next, w->seen, w->graph->nodes);
  } else {
    more = scans->pull(next, w->seen, w->now, w->graph);
  }
  w->next = w->now;
  w->now = next;
  return more;
}

/* --- rows ----------------------------------------------------------------------------------- */

static uint64_t *bits_of(const khop_i_wide *w, int slot) {
  return w->bits + (int64_t)slot * w->words * KHOP_I_WIDE_STEP;
}

void khop_i_wide_search(khop_i_wide *w, int64_t first, int64_t rows, int slots, const int *hops, bool ball) {
  bool more = true;
  khop_i_wide_start(w, first, rows);
  w->hops = hops;
  w->ball = ball;
  for (w->found = 0; w->found < slots; w->found++) {
    while (w->hop < hops[w->found] && more) more = khop_i_wide_step(w);
    if (!more && !ball) break;
    if (!w->unread[w->found] && !khop_i_is_given(ball, hops[w->found]))
      khop_i_scans_now()->turn(bits_of(w, w->found), KHOP_I_WIDE_STEP, ball ? w->seen : w->now, w->words, rows);
  }
}

void khop_i_wide_sizes(int64_t *sizes, int64_t stride, const khop_i_wide *w, int slot) {
  int32_t counts[KHOP_I_WIDE] = {0};
  const int64_t *offsets = w->graph->offsets + w->first;
  bool given = slot < w->found && khop_i_is_given(w->ball, w->hops[slot]);
  if (slot < w->found && !given)
    khop_i_scans_now()->count(counts, bits_of(w, slot), KHOP_I_WIDE_STEP, w->words, w->rows);
  for (int64_t r = 0; r < w->rows; r++)
    sizes[r * stride] = !given ? counts[r] : w->hops[slot] ? offsets[r + 1] - offsets[r] : 1;
}

void khop_i_wide_row(int32_t *to, const int32_t *end, int64_t count, const khop_i_wide *w, int slot, int64_t row) {
  if (count == 0) return;
  if (!khop_i_is_given(w->ball, w->hops[slot]))
    khop_i_scans_now()->read(to, end, count, bits_of(w, slot) + row, KHOP_I_WIDE_STEP, w->words);
  else if (w->hops[slot] == 0)
    to[0] = (int32_t)(w->first + row);
  else
    memcpy(to, w->graph->targets + w->graph->offsets[w->first + row], (size_t)count * sizeof *to);
}
