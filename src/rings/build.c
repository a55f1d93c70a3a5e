/* build.c: rings from a graph: blocks of rows on all threads, then one hop-labelled CSR.
 *
 *   rows 0..255     -> block 0: hop-labelled rows of its own  --.
 *   rows 256..511   -> block 1                                --+-> offsets, columns (values)
 *   ...                                                       --'   a block is freed once copied
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/chain.h"
#include "rings/forms.h"
#include "rings/search.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

/* What a search leaves of one slot of a block, before its rows are put together. */
typedef struct slice {
  int64_t *offsets; /* (rows + 1), or NULL: empty */
  int32_t *columns;
  khop_real *values;
} slice;

typedef struct chunk {
  int64_t entries;
  int32_t *columns;  /* (entries) in the order of the final rows */
  khop_real *values;
} chunk;

typedef struct build {
  const khop_i_plan *plan;
  GrB_Matrix adjacency;
  khop_rings *rings;
  int64_t blocks;
  chunk *chunk; /* (blocks) */
  atomic_int_fast64_t entries;
  int64_t done; /* blocks reported, in the critical section of the callback */
  atomic_bool stop; /* some block has failed */
  khop_status status;
  char message[512];
} build;

/* --- one block ------------------------------------------------------------------------------ */

static khop_status copy_values(slice *s, const khop_i_level *level, int64_t entries) {
  khop_status status = khop_i_alloc_raw(&s->values, entries, sizeof *s->values, "walk counts");
  for (int64_t e = 0; status == KHOP_OK && e < entries; e++) {
    s->values[e] = (khop_real)level->values[level->iso ? 0 : e];
    if (!isfinite(s->values[e]))
      status = khop_i_fail(KHOP_E_VALUE, "walk counts grow beyond the largest number of this type: "
                                         "use walk support, or shorter walks");
  }
  return status;
}

static khop_status keep_level(const khop_i_level *level, void *context) {
  khop_status status = KHOP_OK;
  slice *s = (slice *)context + level->slot;
  int64_t entries = (int64_t)level->offsets[level->rows];
  KHOP_TRY(khop_i_alloc_raw(&s->offsets, level->rows + 1, sizeof *s->offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc_raw(&s->columns, entries, sizeof *s->columns, "block columns"));
  for (int64_t r = 0; r <= level->rows; r++) s->offsets[r] = (int64_t)level->offsets[r];
  for (int64_t e = 0; e < entries; e++) s->columns[e] = (int32_t)level->columns[e];
  if (level->values) KHOP_TRY(copy_values(s, level, entries));
done:
  return status;
}

/* The slices of a block, a hop each, as rows that hold all hops. Sizes go to offsets[cell + 1]. */
static khop_status join_slices(chunk *out, int64_t *offsets, const slice *slices, int slots,
                               int64_t rows, bool numbers) {
  khop_status status = KHOP_OK;
  out->entries = 0;
  for (int s = 0; s < slots; s++)
    if (slices[s].offsets) out->entries += slices[s].offsets[rows];
  KHOP_TRY(khop_i_alloc_raw(&out->columns, out->entries, sizeof *out->columns, "block columns"));
  if (numbers)
    KHOP_TRY(khop_i_alloc_raw(&out->values, out->entries, sizeof *out->values, "walk counts"));
  int64_t place = 0;
  for (int64_t r = 0; r < rows; r++)
    for (int s = 0; s < slots; s++) {
      const slice *from = &slices[s];
      int64_t begin = from->offsets ? from->offsets[r] : 0;
      int64_t length = from->offsets ? from->offsets[r + 1] - begin : 0;
      offsets[r * slots + s + 1] = length;
      if (!length) continue;
      memcpy(out->columns + place, from->columns + begin, (size_t)length * sizeof *out->columns);
      if (numbers)
        memcpy(out->values + place, from->values + begin, (size_t)length * sizeof *out->values);
      place += length;
    }
done:
  return status;
}

static khop_status within_budget(build *b, int64_t entries) {
  int64_t total = atomic_fetch_add(&b->entries, entries) + entries;
  double bytes = khop_i_plan_bytes(b->plan, (double)total);
  return bytes <= (double)b->plan->max_bytes ? KHOP_OK
                                             : khop_i_plan_refuse(b->plan, bytes, "at least ");
}

static khop_status build_block(build *b, int64_t index) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  int slots = plan->slots;
  slice *slices = NULL;
  GrB_Index sources[KHOP_I_BLOCK_ROWS];
  int64_t first = index * KHOP_I_BLOCK_ROWS, rows = b->rings->nodes - first;
  if (rows > KHOP_I_BLOCK_ROWS) rows = KHOP_I_BLOCK_ROWS;
  for (int64_t r = 0; r < rows; r++) sources[r] = (GrB_Index)(first + r);
  KHOP_TRY(khop_i_alloc(&slices, slots, sizeof *slices, "block slices"));
  KHOP_TRY(khop_i_search(b->adjacency, plan->options.op, plan->symmetric, rows, sources,
                         plan->searched, plan->hops, keep_level, slices));
  KHOP_TRY(join_slices(&b->chunk[index], b->rings->offsets + first * slots, slices, slots, rows,
                       plan->options.op == KHOP_WALK_POWER));
  KHOP_TRY(within_budget(b, b->chunk[index].entries));
done:
  for (int s = 0; slices && s < slots; s++) {
    khop_i_free(slices[s].offsets);
    khop_i_free(slices[s].columns);
    khop_i_free(slices[s].values);
  }
  khop_i_free(slices);
  return status;
}

/* --- all blocks ----------------------------------------------------------------------------- */

/* Messages belong to a thread: the first failure's is carried to the caller's. */
static void note_failure(build *b, khop_status status) {
#pragma omp critical(khop_rings_build)
  if (b->status == KHOP_OK) {
    b->status = status;
    strncpy(b->message, khop_message(), sizeof b->message - 1);
    atomic_store(&b->stop, true);
  }
}

static void report_progress(build *b) {
  const khop_rings_options *o = &b->plan->options;
  int64_t done = 0;
  bool go_on = true;
  if (!o->progress) return;
  /* Counted where it is reported, so that the share never falls. */
#pragma omp critical(khop_rings_progress)
  if (!atomic_load(&b->stop)) { /* not asked again once it has said no */
    done = ++b->done;
    go_on = o->progress((double)done / (double)b->blocks, o->context);
    if (!go_on) atomic_store(&b->stop, true);
  }
  if (!go_on)
    note_failure(b, khop_i_fail(KHOP_E_INTERRUPTED, "building the rings was stopped after %lld of "
                                "%lld blocks", (long long)done, (long long)b->blocks));
}

static khop_status run_blocks(build *b) {
  int threads = khop_threads();
  if (threads > b->blocks) threads = (int)b->blocks; /* small graphs need no team */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t i = 0; i < b->blocks; i++) {
    if (atomic_load(&b->stop)) continue;
    khop_status status = build_block(b, i);
    if (status != KHOP_OK)
      note_failure(b, status);
    else
      report_progress(b);
  }
  return b->status == KHOP_OK ? KHOP_OK : khop_i_fail(b->status, "%s", b->message);
}

static khop_status join_chunks(build *b) {
  khop_status status = KHOP_OK;
  khop_rings *rings = b->rings;
  bool numbers = rings->op == KHOP_WALK_POWER;
  int64_t cells = rings->nodes * rings->slots, place = 0;
  for (int64_t c = 0; c < cells; c++) rings->offsets[c + 1] += rings->offsets[c];
  int64_t entries = rings->offsets[cells];
  KHOP_TRY(khop_i_alloc_raw(&rings->columns, entries, sizeof *rings->columns, "ring columns"));
  if (numbers)
    KHOP_TRY(khop_i_alloc_raw(&rings->values, entries, sizeof *rings->values, "walk counts"));
  for (int64_t i = 0; i < b->blocks; i++) {
    chunk *c = &b->chunk[i];
    if (c->entries == 0) continue; /* it may never have been searched */
    memcpy(rings->columns + place, c->columns, (size_t)c->entries * sizeof *c->columns);
    if (numbers)
      memcpy(rings->values + place, c->values, (size_t)c->entries * sizeof *c->values);
    place += c->entries;
    khop_i_free(c->columns);
    khop_i_free(c->values);
    *c = (chunk){0};
  }
done:
  return status;
}

/* The estimate costs a few hundred searches: it is taken only where the worst case would not fit. */
static khop_status check_budget(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, copies = plan->options.op == KHOP_RING ? 1 : plan->slots;
  if (khop_i_plan_bytes(plan, n * n * copies) <= (double)plan->max_bytes) return KHOP_OK;
  khop_estimate estimate;
  khop_status status = khop_rings_estimate(&estimate, NULL, NULL, plan->graph, plan->slots,
                                           plan->hops, &plan->options, 0, 1);
  if (status != KHOP_OK || estimate.bytes <= (double)plan->max_bytes) return status;
  return khop_i_plan_refuse(plan, estimate.bytes, "about ");
}

static khop_status new_rings(khop_rings **rings, const khop_i_plan *plan) {
  double least = khop_i_plan_bytes(plan, 0); /* the offsets alone */
  if (least > (double)plan->max_bytes) return khop_i_plan_refuse(plan, least, "at least ");
  khop_status status = khop_i_rings_new(rings, plan->graph->nodes, plan->slots, plan->hops);
  if (status != KHOP_OK) return status;
  (*rings)->direction = plan->options.direction;
  (*rings)->op = plan->options.op;
  (*rings)->symmetric = plan->symmetric;
  return KHOP_OK;
}

static khop_status search_all(build *b) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  KHOP_TRY(check_budget(plan));
  b->blocks = (plan->graph->nodes + KHOP_I_BLOCK_ROWS - 1) / KHOP_I_BLOCK_ROWS;
  KHOP_TRY(khop_i_alloc(&b->chunk, b->blocks, sizeof *b->chunk, "blocks"));
  if (plan->searched > 0 && b->blocks > 0) {
    KHOP_TRY(khop_i_adjacency(&b->adjacency, plan->graph, plan->options.direction,
                              plan->options.op));
    KHOP_TRY(run_blocks(b));
  }
  KHOP_TRY(join_chunks(b));
done:
  for (int64_t i = 0; b->chunk && i < b->blocks; i++) {
    khop_i_free(b->chunk[i].columns);
    khop_i_free(b->chunk[i].values);
  }
  khop_i_free(b->chunk);
  if (b->adjacency) GrB_Matrix_free(&b->adjacency);
  return status;
}

khop_status khop_rings_build(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                             const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  khop_i_plan plan;
  build b = {.plan = &plan, .status = KHOP_OK};
  bool filled = false;
  *out = NULL;
  if (options && options->form != KHOP_STORED)
    return khop_i_form_build(out, graph, count, hops, options);
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  KHOP_TRY(new_rings(&b.rings, &plan));
  KHOP_TRY(khop_i_chain_fill(&filled, b.rings, &plan));
  if (!filled) KHOP_TRY(search_all(&b));
  *out = b.rings;
  b.rings = NULL;
done:
  khop_rings_free(b.rings);
  khop_i_plan_close(&plan);
  return status;
}
