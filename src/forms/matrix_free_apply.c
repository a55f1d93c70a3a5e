/* matrix_free_apply.c: rings searched, multiplied and thrown away, a row at a time.
 *
 *   walk from i:  columns | i | ring 1 .. | ring 2 .. |     each ascending
 *   tap of hop 2:               begin ----^           ^---- end
 *
 * Where 512 rows are searched at once (search/msbfs.h), each is then read into the same columns. The columns of a
 * ring come in the order in which a stored ring holds them, and the same kernel adds them up: the result has
 * the same bits. */
#include "base/threads.h"
#include "forms/products.h"
#include "forms/forms.h"

#include <omp.h>
#include <string.h>

/* What one thread works with: its taps point at places of its own. */
typedef struct worker {
  const khop_i_product *product;
  const khop_rings *rings; /* of the way it goes */
  int furthest;            /* hop */
  khop_i_walk *walk;
  khop_i_wide *wide;       /* or NULL */
  int first[KHOP_MAX_TAPS]; /* the first tap of the same ring */
  int64_t place[2 * KHOP_MAX_TAPS];
  khop_i_tap tap[KHOP_MAX_TAPS];
} worker;

static void open_worker(worker *w, const khop_i_product *p, const khop_rings *rings, khop_i_room *room) {
  int taps = p->taps->count, thread = omp_get_thread_num();
  w->product = p;
  w->rings = rings;
  w->furthest = 0;
  w->walk = &room->walk[thread];
  w->wide = room->wide ? &room->wide[thread] : NULL;
  memcpy(w->tap, p->tap, (size_t)taps * sizeof *p->tap);
  if (w->wide) memset(w->wide->unread, true, (size_t)rings->slots);
  for (int t = 0; t < taps; t++) {
    int slot = w->tap[t].slot;
    if (slot < 0) continue; /* the identity: no entries */
    for (w->first[t] = 0; w->tap[w->first[t]].slot != slot;) w->first[t]++;
    if (rings->hops[slot] > w->furthest) w->furthest = rings->hops[slot];
    if (w->wide) w->wide->unread[slot] = false;
    w->tap[t].offsets = w->place + 2 * t;
    w->tap[t].stride = 0; /* every row finds its begin and end in the same place */
    w->tap[t].columns = w->walk->bfs.nodes;
  }
}

static void close_worker(worker *w) {
  if (w->wide) memset(w->wide->unread, false, (size_t)w->rings->slots);
}

static void gather_row(const worker *w, int64_t i) {
  const khop_i_product *p = w->product;
  khop_i_kernels_now()->gather(p->y + i * p->ldy, p->ldy, p->x, p->ldx, p->f, p->taps->count, w->tap,
                               i, i + 1, p->accumulate);
}

static void walk_row(worker *w, int64_t i) {
  const khop_i_walk *walk = w->walk;
  khop_i_walk_from(w->walk, i, w->furthest);
  for (int t = 0; t < w->product->taps->count; t++) {
    if (w->tap[t].slot < 0) continue;
    int hop = w->rings->hops[w->tap[t].slot];
    w->place[2 * t] = hop < walk->levels ? walk->starts[hop] : 0;
    w->place[2 * t + 1] = hop < walk->levels ? walk->starts[hop + 1] : 0;
  }
  gather_row(w, i);
}

/* The rings of a row are apart, so they have room beside one another in the columns of a walk. */
static void read_row(worker *w, int64_t i) {
  int32_t *columns = w->walk->bfs.nodes;
  const int32_t *counts = w->rings->counts + i * w->rings->slots;
  int64_t filled = 0;
  for (int t = 0; t < w->product->taps->count; t++) {
    int slot = w->tap[t].slot;
    if (slot < 0) continue;
    if (w->first[t] == t) {
      khop_i_wide_row(columns + filled, columns + w->rings->nodes + KHOP_I_SLACK, counts[slot], w->wide, slot,
                      i - w->wide->first);
      w->place[2 * t] = filled;
      w->place[2 * t + 1] = filled += counts[slot];
    } else {
      memcpy(w->place + 2 * t, w->place + 2 * w->first[t], 2 * sizeof *w->place);
    }
  }
  gather_row(w, i);
}

static void apply_rows(worker *w, int64_t first, int64_t end) {
  if (w->wide) {
    int slots = w->rings->slots;
    while (slots > 0 && w->rings->hops[slots - 1] > w->furthest) slots--;
    khop_i_wide_search(w->wide, first, end - first, slots, w->rings->hops, false);
  }
  for (int64_t i = first; i < end; i++)
    if (w->wide)
      read_row(w, i);
    else
      walk_row(w, i);
}

void khop_i_streamed_gather(const khop_i_product *p) {
  const khop_rings *rings = p->transposed ? p->taps->turned : p->taps->rings;
  khop_i_room *room = p->taps->rings->room;
  int threads = khop_i_threads_for(p->taps->entries * (p->f + 1));
  pthread_mutex_lock(&room->lock);
  int64_t n = p->taps->nodes, piece = room->wide ? KHOP_I_WIDE : 16;
  if (threads > room->walks) threads = room->walks;
  khop_i_room_follow(room, rings->arcs);
#pragma omp parallel num_threads(threads)
  {
    worker w;
    open_worker(&w, p, rings, room);
#pragma omp for schedule(dynamic, 1)
    for (int64_t first = 0; first < n; first += piece) apply_rows(&w, first, first + piece < n ? first + piece : n);
    close_worker(&w);
  }
  pthread_mutex_unlock(&room->lock);
}
