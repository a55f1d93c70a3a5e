/* update.c: see update.h. */
#include "rings/update.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/block_graphblas.h"
#include "search/arcs.h"

#include <string.h>

/* Rows that a thread searches at a time. Products take the blocks that a build takes (KHOP_I_BLOCK_ROWS): the sums of
 * walk counts then run in the order of a build. */
#define BITS_ROWS 32

typedef struct update {
  const khop_i_plan *plan;
  const khop_i_csr_edit *edit;
  khop_i_hop_csr *made;
  const khop_graph *arcs; /* where bits search */
  khop_graph *turned;     /* owns: that, or NULL */
  khop_i_adjacency *adjacency; /* where products do */
  int64_t count, tasks, rows;  /* searched; tasks of so many rows */
  int32_t *row;                /* (count) ascending */
  khop_i_chunk *chunk;         /* (tasks) */
  khop_status status;
  char message[512];
} update;

/* --- what is searched ------------------------------------------------------------------------- */

/* Blocks that hold a row to search are searched whole. */
static void widen_to_blocks(uint8_t *search, int64_t nodes) {
  for (int64_t first = 0; first < nodes; first += KHOP_I_BLOCK_ROWS) {
    size_t rows = (size_t)(nodes - first < KHOP_I_BLOCK_ROWS ? nodes - first : KHOP_I_BLOCK_ROWS);
    if (memchr(search + first, 1, rows)) memset(search + first, 1, rows);
  }
}

static khop_status list_rows(update *u) {
  int64_t nodes = u->plan->graph->nodes;
  uint8_t *search = u->edit->search;
  if (khop_i_plan_by_products(u->plan)) widen_to_blocks(search, nodes);
  for (int64_t i = 0; i < nodes; i++) u->count += search[i];
  khop_status status = khop_i_alloc_raw(&u->row, u->count, sizeof *u->row, "rows to search");
  if (status != KHOP_OK) return status;
  u->count = 0;
  for (int64_t i = 0; i < nodes; i++)
    if (search[i]) u->row[u->count++] = (int32_t)i;
  return KHOP_OK;
}

static khop_status open_search(update *u) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = u->plan;
  bool products = khop_i_plan_by_products(plan);
  u->rows = products ? KHOP_I_BLOCK_ROWS : BITS_ROWS;
  if (u->count && plan->searched) u->tasks = (u->count + u->rows - 1) / u->rows;
  KHOP_TRY(khop_i_alloc(&u->chunk, u->tasks, sizeof *u->chunk, "blocks"));
  if (!u->tasks) return KHOP_OK;
  if (products) KHOP_TRY(khop_i_adjacency_new(&u->adjacency, plan->graph, plan->options.direction, plan->options.op));
  else KHOP_TRY(khop_i_arcs(&u->arcs, &u->turned, plan->graph, plan->options.direction));
done:
  return status;
}

/* --- the search -------------------------------------------------------------------------------- */

static khop_status search_task(update *u, khop_i_bfs *bfs, int64_t task) {
  khop_status status = KHOP_OK;
  int64_t first = task * u->rows, rows = u->count - first < u->rows ? u->count - first : u->rows;
  int64_t *sizes = u->made->offsets + 1;
  if (u->adjacency) /* row[first], .. stand side by side */
    return khop_i_block_products(&u->chunk[task], sizes + u->row[first] * u->plan->slots, u->plan, u->adjacency,
                                 u->row[first], rows);
  if (!bfs->nodes) KHOP_TRY(khop_i_bfs_open(bfs, u->arcs));
  KHOP_TRY(khop_i_block_sources(&u->chunk[task], sizes, u->plan, bfs, rows, u->row + first));
done:
  return status;
}

/* Messages belong to a thread: that of the first failure is carried over to the thread of the caller. */
static void note_failure(update *u, khop_status status) {
#pragma omp critical(khop_rings_update)
  if (u->status == KHOP_OK) {
    u->status = status;
    strncpy(u->message, khop_message(), sizeof u->message - 1);
  }
}

static khop_status search_all(update *u) {
  int threads = u->tasks < khop_threads() ? (int)u->tasks : khop_threads();
  if (!u->tasks) return KHOP_OK;
#pragma omp parallel num_threads(threads)
  {
    khop_i_bfs bfs = {0};
#pragma omp for schedule(dynamic)
    for (int64_t task = 0; task < u->tasks; task++) {
      khop_status status = search_task(u, &bfs, task);
      if (status != KHOP_OK) note_failure(u, status);
    }
    khop_i_bfs_close(&bfs);
  }
  return u->status == KHOP_OK ? KHOP_OK : khop_i_fail(u->status, "%s", u->message);
}

/* --- the rings afterwards ---------------------------------------------------------------------- */

/* The row afterwards of a row before that is copied; -1: it is gone, or searched. */
static int64_t copied_to(const update *u, int64_t i) {
  int64_t row = u->edit->now[i];
  return row >= 0 && !u->edit->search[row] ? row : -1;
}

/* Sizes become offsets; there is room for all entries. */
static khop_status place_rows(update *u) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *made = u->made;
  const khop_i_hop_csr *before = u->edit->before;
  int64_t slots = made->slots, cells = made->nodes * slots;
  for (int64_t i = 0; i < before->nodes; i++) {
    int64_t row = copied_to(u, i);
    for (int s = 0; row >= 0 && s < slots; s++) made->offsets[row * slots + s + 1] = khop_i_hop_csr_count(before, i, s);
  }
  for (int64_t cell = 0; cell < cells; cell++) made->offsets[cell + 1] += made->offsets[cell];
  double bytes = khop_i_plan_bytes(u->plan, (double)made->offsets[cells]);
  if (bytes > (double)u->plan->max_bytes) return khop_i_plan_refuse(u->plan, bytes, "");
  KHOP_TRY(khop_i_alloc_raw(&made->columns, made->offsets[cells], sizeof *made->columns, "ring columns"));
  if (before->values)
    KHOP_TRY(khop_i_alloc_raw(&made->values, made->offsets[cells], sizeof *made->values, "walk counts"));
done:
  return status;
}

static void copy_row(update *u, int64_t i) {
  const khop_i_hop_csr *before = u->edit->before;
  int64_t row = copied_to(u, i);
  if (row < 0) return;
  int64_t slots = before->slots, from = before->offsets[i * slots], count = before->offsets[(i + 1) * slots] - from;
  int64_t to = u->made->offsets[row * slots];
  if (u->edit->renumbered)
    for (int64_t e = 0; e < count; e++) u->made->columns[to + e] = u->edit->now[before->columns[from + e]];
  else if (count)
    memcpy(u->made->columns + to, before->columns + from, (size_t)count * sizeof *before->columns);
  if (before->values && count)
    memcpy(u->made->values + to, before->values + from, (size_t)count * sizeof *before->values);
}

static void copy_task(update *u, int64_t task) {
  const khop_i_chunk *c = &u->chunk[task];
  int64_t slots = u->made->slots, from = 0;
  for (int64_t k = task * u->rows; k < (task + 1) * u->rows && k < u->count; k++) {
    int64_t to = u->made->offsets[u->row[k] * slots], count = u->made->offsets[(u->row[k] + 1) * slots] - to;
    if (!count) continue;
    memcpy(u->made->columns + to, c->columns + from, (size_t)count * sizeof *c->columns);
    if (u->made->values) memcpy(u->made->values + to, c->values + from, (size_t)count * sizeof *c->values);
    from += count;
  }
}

static void fill_rows(update *u) {
  int threads = khop_i_threads_for(khop_i_hop_csr_entries(u->made));
#pragma omp parallel num_threads(threads)
  {
#pragma omp for schedule(dynamic, 512) nowait
    for (int64_t i = 0; i < u->edit->before->nodes; i++) copy_row(u, i);
#pragma omp for schedule(dynamic)
    for (int64_t task = 0; task < u->tasks; task++) copy_task(u, task);
  }
}

khop_status khop_i_hop_csr_update(khop_i_hop_csr **out, const khop_i_plan *plan, const khop_i_csr_edit *edit) {
  khop_status status = KHOP_OK;
  update u = {.plan = plan, .edit = edit, .status = KHOP_OK};
  *out = NULL;
  KHOP_TRY(khop_i_hop_csr_new(&u.made, plan->graph->nodes, plan->slots));
  KHOP_TRY(list_rows(&u));
  KHOP_TRY(open_search(&u));
  KHOP_TRY(search_all(&u));
  KHOP_TRY(place_rows(&u));
  fill_rows(&u);
  *out = u.made;
  u.made = NULL;
done:
  for (int64_t task = 0; u.chunk && task < u.tasks; task++) khop_i_chunk_free(&u.chunk[task]);
  khop_i_free(u.chunk);
  khop_i_free(u.row);
  khop_graph_free(u.turned);
  khop_i_adjacency_free(u.adjacency);
  khop_i_hop_csr_free(u.made);
  return status;
}
