/* wide.c: see wide.h. */
#include "rings/wide.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* Sources that are tried before the choice. */
#define TRIED 32
/* No more memory a thread than this. */
#define MOST_BYTES (64.0 * (1 << 20))
/* Where there are fewer nodes, one block would be mostly empty. */
enum { LEAST_NODES = 256 };

/* The ring of hop 1 is a row of the graph, that of hop 0 the row itself: they need no bits. */
static bool is_given(bool ball, int hop) { return !ball && hop <= 1; }

/* --- the choice ----------------------------------------------------------------------------- */

/* What the searches of a few sources met, on the average of one. */
typedef struct trial {
  double reached, expanded, followed, kept; /* nodes; nodes before the last hop; their arcs; entries */
  int64_t hops;                             /* of the longest */
} trial;

static trial try_some(const khop_i_plan *plan, khop_i_bfs *bfs) {
  trial t = {0};
  int64_t n = plan->graph->nodes, reached = 0, expanded = 0, followed = 0, kept = 0;
  for (int64_t i = 0; i < TRIED; i++) {
    int64_t hop = 0, found = 1;
    khop_i_bfs_start(bfs, i * n / TRIED);
    for (int slot = 0; slot < plan->searched && found > 0; slot++) {
      for (; hop < plan->hops[slot] && found > 0; hop++) found = khop_i_bfs_step(bfs);
      kept += plan->options.op == KHOP_BALL ? bfs->end : found;
    }
    if (found == 0) hop--;
    for (int64_t k = 0; k < bfs->begin; k++)
      followed += bfs->offsets[bfs->nodes[k] + 1] - bfs->offsets[bfs->nodes[k]];
    expanded += bfs->begin;
    reached += bfs->end;
    if (hop > t.hops) t.hops = hop;
  }
  t.reached = (double)reached / TRIED;
  t.expanded = (double)expanded / TRIED;
  t.followed = (double)followed / TRIED;
  t.kept = (double)kept / TRIED;
  return t;
}

/* Cycles a source, as counted work. Together a hop costs 512 sources all arcs and every node, and a slot
 * every node to turn, and the words of a row to read; the room for them, some for each node, is cleared once, a
 * cycle a byte where its pages are new (a grid of 2,500 nodes to hop 4, in a fresh process: 1.0 ms instead of
 * 1.6 to 2.4 since this counts). Alone a source pays for the arcs it follows, for each node that it follows
 * them from (a branch that is guessed wrong), and for what it reaches. Nanoseconds a source alone and together
 * with AVX-512, and together / alone as the rule had it before the room: cora to hop 2 207 251 (1.0), to hop 3
 * 883 451 (0.8), photo to hop 2 2170 1176 (0.5), ba20000 to hop 2 750 1550 (2.5), to hop 3 7550 5100 (0.6),
 * facebook to hop 2 1202 2092 (2.6), to hop 3 11794 5474 (0.5), power_grid to hop 4 449 893 (2.1), to hop 8
 * 2408 1828 (0.8), minesweeper to hop 4 435 1900 (2.6). */
static double cost_together(const trial *t, const khop_i_plan *plan, const khop_i_bfs *bfs) {
  double n = (double)plan->graph->nodes, arcs = (double)bfs->offsets[plan->graph->nodes], slots = 0;
  for (int slot = 0; slot < plan->searched && plan->hops[slot] <= t->hops; slot++)
    slots += !is_given(plan->options.op == KHOP_BALL, plan->hops[slot]);
  int64_t passes = t->hops > 1 ? t->hops - 1 : 0; /* the first hop follows the sources' arcs alone */
  return (double)passes * (2.5 * arcs + 8 * n) / KHOP_I_WIDE + slots * (8 * n / KHOP_I_WIDE + n / 12) +
         1.2 * t->kept + khop_i_wide_bytes(plan->graph->nodes, plan->searched) / n;
}

static double cost_alone(const trial *t) {
  return t->followed + 20 * t->expanded + 2 * t->reached + 100 * (double)t->hops;
}

bool khop_i_wide_pays(double *entries, const khop_i_plan *plan, khop_i_bfs *bfs) {
  int64_t n = plan->graph->nodes;
  *entries = 0;
  if (n == 0) return false;
  trial t = try_some(plan, bfs);
  *entries = t.kept * (double)n;
  if (n < LEAST_NODES || khop_i_wide_bytes(n, plan->searched) > MOST_BYTES) return false;
  return cost_together(&t, plan, bfs) <= cost_alone(&t);
}

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
    if (!w->unread[w->found] && !is_given(ball, hops[w->found]))
      khop_i_scans_now()->turn(bits_of(w, w->found), KHOP_I_WIDE_STEP, ball ? w->seen : w->now, w->words, rows);
  }
}

void khop_i_wide_sizes(int64_t *sizes, int64_t stride, const khop_i_wide *w, int slot) {
  int32_t counts[KHOP_I_WIDE] = {0};
  const int64_t *offsets = w->graph->offsets + w->first;
  bool given = slot < w->found && is_given(w->ball, w->hops[slot]);
  if (slot < w->found && !given)
    khop_i_scans_now()->count(counts, bits_of(w, slot), KHOP_I_WIDE_STEP, w->words, w->rows);
  for (int64_t r = 0; r < w->rows; r++)
    sizes[r * stride] = !given ? counts[r] : w->hops[slot] ? offsets[r + 1] - offsets[r] : 1;
}

void khop_i_wide_row(int32_t *to, const int32_t *end, int64_t count, const khop_i_wide *w, int slot, int64_t row) {
  if (count == 0) return;
  if (!is_given(w->ball, w->hops[slot]))
    khop_i_scans_now()->read(to, end, count, bits_of(w, slot) + row, KHOP_I_WIDE_STEP, w->words);
  else if (w->hops[slot] == 0)
    to[0] = (int32_t)(w->first + row);
  else
    memcpy(to, w->graph->targets + w->graph->offsets[w->first + row], (size_t)count * sizeof *to);
}
