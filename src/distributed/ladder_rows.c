/* ladder_rows.c: see ladder_rows.h. */
#include "distributed/ladder_rows.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/form.h"
#include "forms/ladder/form.h"
#include "forms/ladder/row_cover.h"

#include <string.h>

/* Rows between two reports of progress. */
enum { ROWS_A_REPORT = 1024 };

typedef struct finder {
  const khop_i_plan *plan;
  khop_i_rung *rung;
  int furthest;
  int32_t *size;  /* (furthest, nodes) of the rings 1 .. of near nodes; owns */
  int32_t *first; /* (nodes) a near node is itself, another one is -1: bases_open then leaves it alone; owns */
  int64_t entries;
} finder;

/* --- rings of the rows and of their neighbours ------------------------------------------------------ */

static void mark_near(finder *s) {
  const khop_i_plan *plan = s->plan;
  const khop_graph *g = plan->graph;
  memset(s->first, 0xff, (size_t)g->nodes * sizeof *s->first); /* -1 */
  for (int64_t i = plan->first; i < plan->first + plan->rows; i++) {
    s->first[i] = (int32_t)i;
    for (int64_t a = g->offsets[i]; a < g->offsets[i + 1]; a++) s->first[g->targets[a]] = g->targets[a];
  }
}

/* Sizes of the rings up to the last that a base may have. */
static khop_status measure_near(finder *s) {
  khop_status status = KHOP_OK;
  khop_i_bfs_levels levels = {0};
  const khop_graph *g = s->plan->graph;
  const int32_t *columns;
  KHOP_TRY(khop_i_bfs_levels_open(&levels, g, s->furthest));
  for (int64_t i = 0; i < g->nodes; i++) {
    if (s->first[i] < 0) continue;
    khop_i_bfs_levels_search(&levels, i, s->furthest - 1);
    for (int hop = 1; hop < s->furthest; hop++)
      s->size[(hop - 1) * g->nodes + i] = (int32_t)khop_i_bfs_levels_ring(&levels, hop, &columns);
  }
done:
  khop_i_bfs_levels_close(&levels);
  return status;
}

/* --- a rung ----------------------------------------------------------------------------------------- */

static khop_status refuse(const finder *s, double bytes) {
  return khop_i_form_refuse(s->plan, khop_i_ladder_form.how, bytes);
}

/* Puts a row behind those before it. */
static khop_status add_row(finder *s, int hop, int64_t r, const khop_i_rung_row *row, const khop_i_row_cover *cover) {
  khop_status status = KHOP_OK;
  khop_i_rung *rung = &s->rung[hop - 1];
  int64_t *end = rung->steps->offsets + r * KHOP_I_PARTS, *large = rung->large->offsets + r;
  int64_t count = row->bases + row->plus + row->minus;
  s->entries += count + 2 * row->large;
  if (4 * (double)s->entries > (double)s->plan->max_bytes) return refuse(s, 4 * (double)s->entries);
  KHOP_TRY(khop_i_room(&rung->steps->columns, end[0] + count, sizeof *rung->steps->columns, "a rung"));
  KHOP_TRY(khop_i_room(&rung->large->columns, large[0] + row->large, sizeof *rung->large->columns, "a rung"));
  KHOP_TRY(khop_i_room(&rung->large->values, large[0] + row->large, sizeof *rung->large->values, "a rung"));
  if (count) memcpy(rung->steps->columns + end[0], cover->out, (size_t)count * sizeof *cover->out);
  if (row->large) {
    memcpy(rung->large->columns + large[0], cover->out + count, (size_t)row->large * sizeof *cover->out);
    memcpy(rung->large->values + large[0], cover->values, (size_t)row->large * sizeof *cover->values);
  }
  end[1] = end[0] + row->bases;
  end[2] = end[1] + row->plus;
  end[3] = end[2] + row->minus;
  large[1] = large[0] + row->large;
  rung->q[r] = (khop_real)row->q;
  rung->own[r] = (khop_real)row->own;
done:
  return status;
}

static khop_status report(const finder *s, int hop, int64_t rows) {
  const khop_rings_options *options = &s->plan->options;
  if (!options->progress || rows % ROWS_A_REPORT) return KHOP_OK;
  double share = (hop - 1 + (double)rows / (double)s->plan->rows) / s->furthest;
  return options->progress(share, options->context)
             ? KHOP_OK
             : khop_i_fail(KHOP_E_INTERRUPTED, "the build of the rings was stopped");
}

static void keep_counts(int32_t *counts, const khop_i_plan *plan, int64_t r, int hop, int64_t size) {
  for (int s = 0; s < plan->slots; s++)
    if (plan->hops[s] == hop) counts[r * plan->slots + s] = (int32_t)size;
}

/* Rung 1 is the graph itself, and has no bases. */
static khop_status first_rung(finder *s, int32_t *counts) {
  khop_status status = KHOP_OK;
  const khop_graph *g = s->plan->graph;
  for (int64_t r = 0; r < s->plan->rows; r++) {
    int64_t begin = g->offsets[s->plan->first + r], degree = g->offsets[s->plan->first + r + 1] - begin;
    khop_i_row_cover cover = {.out = g->targets + begin};
    KHOP_TRY(add_row(s, 1, r, &(khop_i_rung_row){.plus = degree}, &cover));
    keep_counts(counts, s->plan, r, 1, degree);
  }
done:
  return status;
}

static khop_status next_rung(finder *s, int32_t *counts, int hop) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = s->plan;
  khop_i_bases bases = {0};
  khop_i_row_cover cover = {0};
  const int32_t *size = s->size + (hop - 2) * plan->graph->nodes;
  KHOP_TRY(khop_i_bases_open(&bases, plan->graph, hop - 1, size, s->first, plan->max_bytes / 2));
  KHOP_TRY(khop_i_row_cover_open(&cover, &bases));
  for (int64_t r = 0; r < plan->rows; r++) {
    khop_i_rung_row row;
    int64_t ring;
    KHOP_TRY(khop_i_row_cover_find(&row, &ring, &cover, plan->first + r));
    KHOP_TRY(add_row(s, hop, r, &row, &cover));
    KHOP_TRY(report(s, hop, r + 1));
    keep_counts(counts, plan, r, hop, ring);
  }
done:
  khop_i_row_cover_close(&cover);
  khop_i_bases_close(&bases);
  return status;
}

static khop_status open_rung(khop_i_rung *rung, int64_t rows) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_hop_csr_new(&rung->steps, rows, KHOP_I_PARTS));
  KHOP_TRY(khop_i_hop_csr_new(&rung->large, rows, 1));
  KHOP_TRY(khop_i_alloc(&rung->q, rows, sizeof *rung->q, "a rung's diagonal"));
  KHOP_TRY(khop_i_alloc(&rung->own, rows, sizeof *rung->own, "a rung's diagonal"));
done:
  return status;
}

/* --- all of them ------------------------------------------------------------------------------------ */

khop_status khop_i_ladder_rows_find(khop_i_rung *rung, int32_t *counts, int furthest, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  finder s = {.plan = plan, .rung = rung, .furthest = furthest};
  int64_t n = plan->graph->nodes;
  double least = (4.0 * furthest + 12) * (double)n + 64.0 * furthest * (double)plan->rows;
  if (least > (double)plan->max_bytes) return refuse(&s, least);
  for (int64_t r = 0; r < plan->rows; r++) keep_counts(counts, plan, r, 0, 1);
  for (int hop = 1; hop <= furthest; hop++) KHOP_TRY(open_rung(&rung[hop - 1], plan->rows));
  if (furthest > 1) {
    KHOP_TRY(khop_i_alloc_raw(&s.first, n, sizeof *s.first, "neighbours"));
    KHOP_TRY(khop_i_alloc(&s.size, (furthest - 1) * n, sizeof *s.size, "ring sizes"));
    mark_near(&s);
    KHOP_TRY(measure_near(&s));
  }
  for (int hop = 1; hop <= furthest; hop++)
    KHOP_TRY(hop == 1 ? first_rung(&s, counts) : next_rung(&s, counts, hop));
done:
  khop_i_free(s.size);
  khop_i_free(s.first);
  return status;
}

void khop_i_ladder_rows_close(khop_i_rung *rung, int furthest) {
  for (int k = 0; rung && k < furthest; k++) {
    khop_i_hop_csr_free(rung[k].steps);
    khop_i_hop_csr_free(rung[k].large);
    khop_i_free(rung[k].q);
    khop_i_free(rung[k].own);
    rung[k] = (khop_i_rung){0};
  }
}

static void mark_part(uint8_t *marks, const khop_i_hop_csr *csr, int slot) {
  for (int64_t r = 0; r < csr->nodes; r++)
    for (int64_t e = khop_i_hop_csr_begin(csr, r, slot); e < khop_i_hop_csr_end(csr, r, slot); e++)
      marks[csr->columns[e]] = 1;
}

void khop_i_ladder_rows_mark(uint8_t *marks, const khop_i_rung *rung, int furthest, int space) {
  if (space > 0) {
    mark_part(marks, rung[space].steps, KHOP_I_BASES); /* of the rung above */
    return;
  }
  for (int k = 0; k < furthest; k++) {
    mark_part(marks, rung[k].steps, KHOP_I_PLUS);
    mark_part(marks, rung[k].steps, KHOP_I_MINUS);
    mark_part(marks, rung[k].large, 0);
  }
}
