/* base_rings.c: see base_rings.h. */
#include "forms/ladder/base_rings.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#include <omp.h>
#include <string.h>

/* Words that a row of so many columns takes. */
static int64_t words_of(const khop_i_bases *bases, int64_t size) {
  int64_t listed = (size + 1) / 2;
  return listed < bases->words ? listed : bases->words;
}
static bool is_listed(const khop_i_bases *bases, int64_t size) {
  return (size + 1) / 2 < bases->words;
}

/* Chooses the rows to keep, those with most arcs to them first, by a counting sort, and returns how many words they
 * take. uses: (nodes), order: (nodes). */
static int64_t choose_rows(khop_i_bases *bases, int64_t capacity, int32_t *uses, int32_t *order,
                      int64_t *start) {
  int64_t n = bases->arcs->nodes, used = 0;
  memset(uses, 0, (size_t)n * sizeof *uses);
  memset(start, 0, (size_t)(n + 1) * sizeof *start);
  for (int64_t a = 0; a < bases->arcs->arcs; a++) uses[bases->arcs->targets[a]]++;
  for (int64_t i = 0; i < n; i++) start[n - uses[i]]++; /* fewer than n arcs lead to a node */
  for (int64_t u = 0, sum = 0; u <= n; u++) {
    int64_t here = start[u];
    start[u] = sum;
    sum += here;
  }
  for (int64_t i = 0; i < n; i++) order[start[n - uses[i]]++] = (int32_t)i;
  for (int64_t o = 0; o < n; o++) {
    int64_t h = order[o], words = words_of(bases, bases->size[h]);
    bool fits = uses[h] > 0 && khop_i_bases_serves(bases, h) && words <= capacity - used;
    bases->start_of[h] = fits ? used : -1;
    if (fits) used += words;
  }
  return used;
}

static void write_row(const khop_i_bases *bases, int64_t h, const int32_t *columns, int64_t size) {
  uint64_t *to = bases->kept + bases->start_of[h];
  if (is_listed(bases, size)) {
    if (size) memcpy(to, columns, (size_t)size * sizeof *columns);
    return;
  }
  memset(to, 0, (size_t)bases->words * sizeof *to);
  for (int64_t c = 0; c < size; c++) to[columns[c] / 64] |= (uint64_t)1 << columns[c] % 64;
}

static void keep_row(khop_i_bases *bases, int64_t h, khop_i_bfs_levels *levels) {
  const int32_t *columns = NULL;
  khop_i_bfs_levels_search(levels, h, bases->hop);
  int64_t size = khop_i_bfs_levels_ring(levels, bases->hop, &columns);
  write_row(bases, h, columns, size);
}

static khop_status keep_rows(khop_i_bases *bases) {
  khop_status status = KHOP_OK;
  khop_i_bfs_levels *levels = NULL;
  int threads = khop_i_threads_for(bases->arcs->nodes * 64);
  KHOP_TRY(khop_i_alloc(&levels, threads, sizeof *levels, "searches"));
  for (int t = 0; t < threads; t++)
    KHOP_TRY(khop_i_bfs_levels_open(&levels[t], bases->arcs, bases->hop));
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads)
  for (int64_t h = 0; h < bases->arcs->nodes; h++)
    if (bases->start_of[h] >= 0) keep_row(bases, h, &levels[omp_get_thread_num()]);
done:
  for (int t = 0; levels && t < threads; t++) khop_i_bfs_levels_close(&levels[t]);
  khop_i_free(levels);
  return status;
}

khop_status khop_i_bases_open(khop_i_bases *bases, const khop_graph *arcs, int hop,
                              const int32_t *size, const int32_t *first, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int32_t *uses = NULL, *order = NULL;
  int64_t *start = NULL, n = arcs->nodes;
  *bases = (khop_i_bases){.arcs = arcs, .hop = hop, .size = size, .first = first, .words = n / 64 + 1};
  if (hop == 1) return KHOP_OK; /* the graph's own rows */
  KHOP_TRY(khop_i_alloc_raw(&bases->start_of, n, sizeof *bases->start_of, "places of rows"));
  KHOP_TRY(khop_i_alloc_raw(&uses, n, sizeof *uses, "uses of rows"));
  KHOP_TRY(khop_i_alloc_raw(&order, n, sizeof *order, "an order of rows"));
  KHOP_TRY(khop_i_alloc_raw(&start, n + 1, sizeof *start, "an order of rows"));
  int64_t words = choose_rows(bases, max_bytes / 8, uses, order, start);
  KHOP_TRY(khop_i_alloc_raw(&bases->kept, words, sizeof *bases->kept, "rows of a ring"));
  KHOP_TRY(keep_rows(bases));
done:
  khop_i_free(uses);
  khop_i_free(order);
  khop_i_free(start);
  if (status != KHOP_OK) khop_i_bases_close(bases);
  return status;
}

khop_status khop_i_bases_open_neighbours(khop_i_bases *bases, const khop_graph *arcs, int hop, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int64_t n = arcs->nodes;
  *bases = (khop_i_bases){.arcs = arcs, .hop = hop, .words = n / 64 + 1, .capacity = max_bytes / 8};
  KHOP_TRY(khop_i_alloc(&bases->found, n, sizeof *bases->found, "ring sizes"));
  bases->size = bases->found;
  for (int64_t i = 0; hop == 1 && i < n; i++) bases->found[i] = (int32_t)(arcs->offsets[i + 1] - arcs->offsets[i]);
  if (hop == 1) return KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&bases->start_of, n, sizeof *bases->start_of, "places of rows"));
  KHOP_TRY(khop_i_alloc_raw(&bases->kept, bases->capacity, sizeof *bases->kept, "rows of a ring"));
done:
  if (status != KHOP_OK) khop_i_bases_close(bases);
  return status;
}

void khop_i_bases_fill_neighbours(khop_i_bases *bases, int64_t i, khop_i_bfs_levels *levels) {
  int64_t used = 0;
  if (bases->hop == 1) return;
  for (int64_t a = bases->arcs->offsets[i]; a < bases->arcs->offsets[i + 1]; a++) {
    const int32_t *columns = NULL;
    int32_t h = bases->arcs->targets[a];
    khop_i_bfs_levels_search(levels, h, bases->hop);
    int64_t size = khop_i_bfs_levels_ring(levels, bases->hop, &columns), words = words_of(bases, size);
    bases->found[h] = (int32_t)size;
    bases->start_of[h] = words <= bases->capacity - used ? used : -1;
    if (bases->start_of[h] < 0) continue;
    write_row(bases, h, columns, size);
    used += words;
  }
}

void khop_i_bases_close(khop_i_bases *bases) {
  khop_i_free(bases->found);
  bases->found = NULL;
  khop_i_free(bases->start_of);
  khop_i_free(bases->kept);
  bases->start_of = NULL;
  bases->kept = NULL;
}

khop_i_base khop_i_bases_row(const khop_i_bases *bases, int64_t h, khop_i_bfs_levels *levels) {
  khop_i_base row = {.size = bases->size[h]};
  if (bases->hop == 1) {
    row.columns = bases->arcs->targets + bases->arcs->offsets[h];
  } else if (bases->start_of[h] < 0) {
    khop_i_bfs_levels_search(levels, h, bases->hop);
    khop_i_bfs_levels_ring(levels, bases->hop, &row.columns);
  } else if (is_listed(bases, row.size)) {
    row.columns = (const int32_t *)(const void *)(bases->kept + bases->start_of[h]);
  } else {
    row.bits = bases->kept + bases->start_of[h];
  }
  return row;
}
