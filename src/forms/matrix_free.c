/* matrix_free.c: rings that every product searches for anew, multiplies and discards.
 *
 *   state       the arcs of one way                     12 bytes a node, 4 an arc
 *   counts      the size of every ring                  4 bytes a node and slot
 *   workspace   a search a thread, one source at a time; and one of 512 sources at once where that search is the
 *               faster one and fits the budget: 64 bytes a node and slot
 *
 *   search from i:  columns | i | ring 1 .. | ring 2 .. |     each ascending
 *   tap of hop 2:                 begin ----^           ^---- end
 *
 * Where 512 rows are searched at once, each is then read into such a list. The columns of a ring come in the order in
 * which a stored ring holds them, and the same kernel adds them up, so that the result has the same bits. */
#include "forms/matrix_free.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "forms/rings.h"
#include "search/arcs.h"
#include "search/bfs_cost_model.h"
#include "kernels/dispatch.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* Rows that a thread takes at a time where they are searched one by one, and rows between two calls of progress. */
enum { ROWS_AT_ONCE = 16, ROWS_A_REPORT = 1024 };

static const khop_graph *arcs_of(const khop_rings *rings) { return rings->state; }

/* --- workspace ------------------------------------------------------------------------------ */

static void free_workspace(khop_i_searches *searches) {
  if (!searches) return;
  for (int t = 0; searches->one && t < searches->threads; t++) khop_i_bfs_levels_close(&searches->one[t]);
  for (int t = 0; searches->many && t < searches->threads; t++) khop_i_msbfs_close(&searches->many[t]);
  khop_i_free(searches->one);
  khop_i_free(searches->many);
  pthread_mutex_destroy(&searches->lock);
  khop_i_free(searches);
}

/* left: bytes of the budget beside the arcs and the searches from one source. */
static khop_status open_searches(khop_i_searches *s, const khop_i_plan *plan, const khop_graph *arcs, double left) {
  int threads = khop_i_threads_for(INT64_MAX);
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&s->one, threads, sizeof *s->one, "searches"));
  for (; s->threads < threads; s->threads++)
    KHOP_TRY(khop_i_bfs_levels_open(&s->one[s->threads], arcs, plan->hops[plan->slots - 1]));
  if (threads * khop_i_msbfs_bytes(arcs->nodes, plan->slots) > left ||
      khop_i_bfs_choose(plan, &s->one[0].bfs, false).way != KHOP_I_MSBFS)
    goto done;
  KHOP_TRY(khop_i_alloc(&s->many, threads, sizeof *s->many, "searches"));
  for (int t = 0; t < threads; t++) KHOP_TRY(khop_i_msbfs_open(&s->many[t], arcs, plan->slots));
done:
  return status;
}

static khop_status new_workspace(void **out, const khop_i_plan *plan, const khop_graph *arcs, double left) {
  khop_i_searches *searches = NULL;
  khop_status status = khop_i_alloc(&searches, 1, sizeof *searches, "searches");
  if (status != KHOP_OK) return status;
  pthread_mutex_init(&searches->lock, NULL);
  status = open_searches(searches, plan, arcs, left);
  if (status == KHOP_OK) *out = searches;
  else free_workspace(searches);
  return status;
}

/* Lets all searches follow these arcs: the workspace serves both directions. */
static void follow_arcs(khop_i_searches *s, const khop_graph *arcs) {
  for (int t = 0; t < s->threads; t++) {
    khop_i_bfs_follow(&s->one[t].bfs, arcs);
    if (s->many) s->many[t].graph = arcs;
  }
}

/* --- building: the sizes of all rings ------------------------------------------------------- */

static double least_bytes(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, ways = plan->symmetric || plan->one_way ? 1 : 2;
  double arcs = (double)plan->graph->arcs * (plan->symmetric && plan->graph->directed ? 2 : 1);
  return ways * (12 * n + 4 * arcs + 4 * n * plan->slots) +
         khop_i_threads_for(INT64_MAX) * khop_i_bfs_levels_bytes(plan->graph->nodes, plan->hops[plan->slots - 1]);
}

static khop_status estimate_matrix_free(khop_i_form_cost *cost, const khop_i_plan *plan) {
  *cost = (khop_i_form_cost){least_bytes(plan), INFINITY};
  return KHOP_OK;
}

static void count_row(khop_rings *rings, khop_i_bfs_levels *search, int64_t i) {
  const int32_t *columns = NULL;
  khop_i_bfs_levels_search(search, i, rings->hops[rings->slots - 1]);
  for (int s = 0; s < rings->slots; s++)
    rings->counts[i * rings->slots + s] = (int32_t)khop_i_bfs_levels_ring(search, rings->hops[s], &columns);
}

static void count_rows(khop_rings *rings, khop_i_msbfs *search, int64_t first, int64_t rows) {
  int64_t sizes[KHOP_I_MSBFS_SOURCES];
  khop_i_msbfs_search(search, first, rows, rings->slots, rings->hops, false);
  for (int s = 0; s < rings->slots; s++) {
    khop_i_msbfs_sizes(sizes, 1, search, s);
    for (int64_t r = 0; r < rows; r++) rings->counts[(first + r) * rings->slots + s] = (int32_t)sizes[r];
  }
}

static khop_status count_rings(khop_rings *rings, const khop_i_plan *plan, khop_i_searches *searches) {
  bool stopped = false;
  int threads = khop_i_threads_for(rings->nodes * 64);
  if (threads > searches->threads) threads = searches->threads;
  int64_t n = plan->first + plan->rows, rows = searches->many ? KHOP_I_MSBFS_SOURCES : ROWS_AT_ONCE;
  int64_t report = searches->many ? threads * rows : ROWS_A_REPORT;
  follow_arcs(searches, arcs_of(rings));
  for (int64_t first = plan->first; first < n && !stopped; first += report) {
    int64_t end = first + report < n ? first + report : n;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int64_t from = first; from < end; from += rows) {
      int64_t to = from + rows < end ? from + rows : end;
      if (searches->many) count_rows(rings, &searches->many[omp_get_thread_num()], from, to - from);
      for (int64_t i = from; !searches->many && i < to; i++) count_row(rings, &searches->one[omp_get_thread_num()], i);
    }
    if (plan->options.progress)
      stopped = !plan->options.progress((double)(end - plan->first) / (double)plan->rows, plan->options.context);
  }
  return stopped ? khop_i_fail(KHOP_E_INTERRUPTED, "the build of the rings was stopped") : KHOP_OK;
}

/* owner: the rings whose workspace both ways share; opened along the arcs of the first one. */
static khop_status build_one_way(khop_rings *rings, const khop_i_plan *plan, khop_rings *owner) {
  khop_status status = KHOP_OK;
  khop_graph *arcs = NULL;
  KHOP_TRY(khop_i_alloc(&rings->counts, rings->nodes * rings->slots, sizeof *rings->counts, "ring sizes"));
  KHOP_TRY(khop_i_arcs_copy(&arcs, plan->graph, rings->direction));
  rings->state = arcs;
  if (!owner->workspace)
    KHOP_TRY(new_workspace(&owner->workspace, plan, arcs, (double)plan->max_bytes - least_bytes(plan)));
  KHOP_TRY(count_rings(rings, plan, owner->workspace));
done:
  return status;
}

static khop_status build_matrix_free(khop_rings *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  double least = least_bytes(plan);
  if (least > (double)plan->max_bytes) return khop_i_form_refuse(plan, rings->form->how, least);
  KHOP_TRY(build_one_way(rings, plan, rings));
  if (plan->symmetric || plan->one_way) goto done;
  KHOP_TRY(khop_i_rings_open_transpose(rings));
  KHOP_TRY(build_one_way(rings->transposed, plan, rings));
done:
  return status;
}

static size_t matrix_free_bytes(const khop_rings *rings) {
  const khop_graph *arcs = arcs_of(rings);
  const khop_i_searches *s = rings->workspace;
  size_t total = (size_t)(rings->nodes + 1) * sizeof *arcs->offsets + (size_t)arcs->arcs * sizeof *arcs->targets;
  if (!s) return total;
  double each = khop_i_bfs_levels_bytes(rings->nodes, rings->hops[rings->slots - 1]);
  if (s->many) each += khop_i_msbfs_bytes(rings->nodes, rings->slots);
  return total + sizeof *s + (size_t)(s->threads * each);
}

static void free_matrix_free(khop_rings *rings) {
  khop_graph_free(rings->state);
  free_workspace(rings->workspace);
}

static int64_t kept_nothing(const khop_rings *rings, int slot) {
  (void)rings, (void)slot;
  return 0;
}

/* --- applying ------------------------------------------------------------------------------- */

/* The state of one thread: its taps point to columns that it searches for itself. */
typedef struct worker {
  const khop_i_product *product;
  int furthest; /* hop */
  khop_i_bfs_levels *one;
  khop_i_msbfs *many;        /* or NULL */
  int first[KHOP_MAX_TAPS]; /* the first tap of the same ring */
  int64_t range[2 * KHOP_MAX_TAPS]; /* begin and end of each tap's columns in this row */
  khop_i_tap tap[KHOP_MAX_TAPS];
} worker;

static void open_worker(worker *w, const khop_i_product *p, khop_i_searches *searches) {
  int thread = omp_get_thread_num();
  w->product = p;
  w->furthest = 0;
  w->one = &searches->one[thread];
  w->many = searches->many ? &searches->many[thread] : NULL;
  memcpy(w->tap, p->tap, (size_t)p->count * sizeof *p->tap);
  if (w->many) memset(w->many->unread, true, (size_t)p->rings->slots);
  for (int t = 0; t < p->count; t++) {
    int slot = w->tap[t].slot;
    if (slot < 0) continue; /* the identity: no entries */
    for (w->first[t] = 0; w->tap[w->first[t]].slot != slot;) w->first[t]++;
    if (p->rings->hops[slot] > w->furthest) w->furthest = p->rings->hops[slot];
    if (w->many) w->many->unread[slot] = false;
    w->tap[t].offsets = w->range + 2 * t;
    w->tap[t].stride = 0; /* the offsets of every row are range[2 t] and range[2 t + 1] */
    w->tap[t].columns = w->one->bfs.nodes;
  }
}

static void close_worker(worker *w) {
  if (w->many) memset(w->many->unread, false, (size_t)w->product->rings->slots);
}

static void gather_row(const worker *w, int64_t i) {
  const khop_i_product *p = w->product;
  khop_i_kernels_now()->gather(p->y + (i - p->first) * p->ldy, p->ldy, p->x, p->ldx, p->f, p->count, w->tap, i, i + 1,
                               p->accumulate);
}

static void search_row(worker *w, int64_t i) {
  const khop_i_bfs_levels *one = w->one;
  khop_i_bfs_levels_search(w->one, i, w->furthest);
  for (int t = 0; t < w->product->count; t++) {
    if (w->tap[t].slot < 0) continue;
    int hop = w->product->rings->hops[w->tap[t].slot];
    w->range[2 * t] = hop < one->levels ? one->starts[hop] : 0;
    w->range[2 * t + 1] = hop < one->levels ? one->starts[hop + 1] : 0;
  }
  gather_row(w, i);
}

/* The rings of a row are disjoint, so all of them fit into the list of nodes of one search. */
static void read_row(worker *w, int64_t i) {
  const khop_rings *rings = w->product->rings;
  int32_t *columns = w->one->bfs.nodes;
  const int32_t *counts = rings->counts + i * rings->slots;
  int64_t filled = 0;
  for (int t = 0; t < w->product->count; t++) {
    int slot = w->tap[t].slot;
    if (slot < 0) continue;
    if (w->first[t] == t) {
      khop_i_msbfs_row(columns + filled, columns + rings->nodes + KHOP_I_SLACK, counts[slot], w->many, slot,
                      i - w->many->first);
      w->range[2 * t] = filled;
      w->range[2 * t + 1] = filled += counts[slot];
    } else {
      memcpy(w->range + 2 * t, w->range + 2 * w->first[t], 2 * sizeof *w->range);
    }
  }
  gather_row(w, i);
}

static void apply_rows(worker *w, int64_t first, int64_t end) {
  const khop_rings *rings = w->product->rings;
  if (w->many) {
    int slots = rings->slots;
    while (slots > 0 && rings->hops[slots - 1] > w->furthest) slots--;
    khop_i_msbfs_search(w->many, first, end - first, slots, rings->hops, false);
  }
  for (int64_t i = first; i < end; i++)
    if (w->many)
      read_row(w, i);
    else
      search_row(w, i);
}

static void apply_matrix_free(const khop_i_product *p) {
  khop_i_searches *searches = khop_i_rings_workspace(p->rings);
  int threads = khop_i_threads_for(p->entries * (p->f + 1));
  pthread_mutex_lock(&searches->lock);
  int64_t end = p->first + p->rows, rows = searches->many ? KHOP_I_MSBFS_SOURCES : ROWS_AT_ONCE;
  if (threads > searches->threads) threads = searches->threads;
  follow_arcs(searches, arcs_of(p->rings));
#pragma omp parallel num_threads(threads)
  {
    worker w;
    open_worker(&w, p, searches);
#pragma omp for schedule(dynamic, 1)
    for (int64_t first = p->first; first < end; first += rows)
      apply_rows(&w, first, first + rows < end ? first + rows : end);
    close_worker(&w);
  }
  pthread_mutex_unlock(&searches->lock);
}

const khop_i_form khop_i_matrix_free_form = {
    .id = KHOP_MATRIX_FREE,
    .name = "matrix-free",
    .how = "matrix-free",
    .fallback = 2,
    .estimate = estimate_matrix_free,
    .build = build_matrix_free,
    .apply = apply_matrix_free,
    .kept = kept_nothing,
    .bytes = matrix_free_bytes,
    .free = free_matrix_free,
};
