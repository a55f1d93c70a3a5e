/* form_streamed.c: rings searched, multiplied and thrown away, a row at a time.
 *
 *   walk from i:  columns | i | ring 1 .. | ring 2 .. |     each ascending
 *   tap of hop 2:               begin ----^           ^---- end
 *
 * The columns of a ring come in the order in which a stored ring holds them, and the same kernel adds
 * them up: the result has the same bits. */
#include "base/threads.h"
#include "kernels/forms.h"
#include "rings/forms.h"

#include <omp.h>
#include <string.h>

/* What one thread works with: its taps point at places of its own. */
typedef struct worker {
  khop_i_walk *walk;
  int64_t place[2 * KHOP_MAX_TAPS];
  khop_i_tap tap[KHOP_MAX_TAPS];
} worker;

static void open_worker(worker *w, const khop_i_product *p, khop_i_walk *walk) {
  w->walk = walk;
  memcpy(w->tap, p->tap, (size_t)p->taps->count * sizeof *p->tap);
  for (int t = 0; t < p->taps->count; t++) {
    if (w->tap[t].slot < 0) continue; /* the identity: no entries */
    w->tap[t].offsets = w->place + 2 * t;
    w->tap[t].stride = 0; /* every row finds its begin and end in the same place */
    w->tap[t].columns = walk->columns;
  }
}

static void apply_row(worker *w, const khop_i_product *p, const int *hops, int furthest, int64_t i) {
  khop_i_walk *walk = w->walk;
  khop_i_walk_from(walk, i, furthest);
  for (int t = 0; t < p->taps->count; t++) {
    if (w->tap[t].slot < 0) continue;
    int hop = hops[w->tap[t].slot];
    w->place[2 * t] = hop < walk->levels ? walk->starts[hop] : 0;
    w->place[2 * t + 1] = hop < walk->levels ? walk->starts[hop + 1] : 0;
  }
  khop_i_kernels_now()->gather(p->y + i * p->ldy, p->ldy, p->x, p->ldx, p->f, p->taps->count, w->tap,
                               i, i + 1, p->accumulate);
}

void khop_i_streamed_gather(const khop_i_product *p) {
  const khop_rings *rings = p->transposed ? p->taps->turned : p->taps->rings;
  khop_i_room *room = p->taps->rings->room;
  int furthest = 0, threads = khop_i_threads_for(p->taps->entries * (p->f + 1));
  for (int t = 0; t < p->taps->count; t++)
    if (p->tap[t].slot >= 0 && rings->hops[p->tap[t].slot] > furthest)
      furthest = rings->hops[p->tap[t].slot];
  pthread_mutex_lock(&room->lock);
  if (threads > room->walks) threads = room->walks;
  for (int w = 0; w < room->walks; w++) room->walk[w].arcs = rings->arcs;
#pragma omp parallel num_threads(threads)
  {
    worker w;
    open_worker(&w, p, &room->walk[omp_get_thread_num()]);
#pragma omp for schedule(dynamic, 16)
    for (int64_t i = 0; i < p->taps->nodes; i++) apply_row(&w, p, rings->hops, furthest, i);
  }
  pthread_mutex_unlock(&room->lock);
}
