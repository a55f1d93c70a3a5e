/* metapaths.c: products of typed rings, as rings of operator KHOP_METAPATH.
 *
 *   typed rings      each type that the metapaths name is searched once, for all hops asked of it
 *   factor           such a ring as a GraphBLAS matrix (N x N), where a metapath goes on with it
 *   a block of rows  W = rows of the first ring, then W = W any.pair factor, a step at a time;
 *                    the results of the blocks are appended one after another, a slot a metapath
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "graph/typed_graph.h"
#include "search/plan.h"
#include "forms/stored.h"
#include "search/graphblas.h"

#include <khop/typed.h>
#include <string.h>

/* Rows of a block: so many that the overhead of a product does not show, and few beside the rings of all nodes. */
#define ROWS_AT_ONCE 4096

typedef struct factor {
  khop_step step;
  GrB_Matrix matrix;
} factor;

typedef struct metapaths {
  const khop_typed *typed;
  int count;
  const khop_metapath *metapath;
  khop_rings_options options;
  int64_t max_bytes;
  khop_rings **of_type; /* (types); NULL where no metapath names the type */
  int factors;
  factor *factor;
  khop_rings *rings;    /* what is built; its columns have the capacity for `capacity` entries */
  int64_t entries, capacity;
} metapaths;

/* --- along the axes of a grid --------------------------------------------------------------- */

/* Takes whole turns around a closed axis off a step. False: the step leads past an open axis, where nobody is; that
 * is known without a search, and also of an axis of one place, which has no edge. */
static bool stay_on_axis(const metapaths *w, khop_step *step) {
  bool closed;
  int64_t places = khop_i_typed_axis(&closed, w->typed, step->type);
  if (places && closed) step->hops = (int)(step->hops % places);
  return !places || step->hops < places;
}

/* --- checks --------------------------------------------------------------------------------- */

static khop_status check_step(const metapaths *w, int i, khop_step step) {
  bool closed;
  if (step.hops < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "metapath %d: a step of %d hops: hops count from 0", i,
                       step.hops);
  if (step.type < 0 || step.type >= khop_typed_types(w->typed))
    return khop_i_fail(KHOP_E_ARGUMENT, "metapath %d: there is no type %d: the graph has %d", i,
                       step.type, khop_typed_types(w->typed));
  if (step.hops > 0 && khop_graph_edges(khop_typed_graph(w->typed, step.type)) == 0 &&
      !khop_i_typed_axis(&closed, w->typed, step.type))
    return khop_i_fail(KHOP_E_ARGUMENT, "metapath %d: no edge has the type '%s'", i,
                       khop_typed_name(w->typed, step.type));
  return KHOP_OK;
}

static khop_status check_request(const metapaths *w) {
  if (w->count < 1 || !w->metapath)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d metapaths: at least one is needed", w->count);
  if (w->options.op != KHOP_RING && w->options.op != KHOP_METAPATH)
    return khop_i_fail(KHOP_E_ARGUMENT, "metapaths are products of rings, not of operator %d",
                       (int)w->options.op);
  if (w->options.direction != KHOP_OUT)
    return khop_i_fail(KHOP_E_ARGUMENT, "metapaths follow the arcs of their types: transpose them with "
                       "khop_rings_transpose");
  for (int i = 0; i < w->count; i++) {
    if (w->metapath[i].steps < 0 || w->metapath[i].steps > KHOP_MAX_STEPS)
      return khop_i_fail(KHOP_E_ARGUMENT, "metapath %d has %d steps: 0 to %d are possible", i,
                         w->metapath[i].steps, KHOP_MAX_STEPS);
    for (int s = 0; s < w->metapath[i].steps; s++) {
      khop_status status = check_step(w, i, w->metapath[i].step[s]);
      if (status != KHOP_OK) return status;
    }
  }
  return KHOP_OK;
}

static khop_status check_budget(const metapaths *w, int64_t entries) {
  double cells = (double)w->rings->nodes * w->count + 1, bytes = 4.0 * (double)entries + 8 * cells;
  if (bytes <= (double)w->max_bytes) return KHOP_OK;
  return khop_i_fail(KHOP_E_BUDGET, "%d metapaths of %lld nodes take at least %.3g MB and the budget is "
                     "%.3g MB: ask for fewer or shorter metapaths, or raise the budget", w->count,
                     (long long)w->rings->nodes, bytes / 1e6, (double)w->max_bytes / 1e6);
}

/* --- the rings of each type ----------------------------------------------------------------- */

/* Writes all hops of a type that the metapaths ask for, and returns how many there are. hops: (all steps). */
static int collect_hops(int *hops, const metapaths *w, int type) {
  int count = 0;
  for (int i = 0; i < w->count; i++)
    for (int s = 0; s < w->metapath[i].steps; s++) {
      khop_step step = w->metapath[i].step[s];
      if (step.type == type && stay_on_axis(w, &step) && step.hops > 0) hops[count++] = step.hops;
    }
  return count;
}

static khop_status build_types(metapaths *w) {
  khop_status status = KHOP_OK;
  khop_rings_options options = w->options;
  int *hops = NULL, types = khop_typed_types(w->typed);
  options.op = KHOP_RING;
  KHOP_TRY(khop_i_alloc_raw(&hops, (int64_t)w->count * KHOP_MAX_STEPS, sizeof *hops, "hops"));
  KHOP_TRY(khop_i_alloc(&w->of_type, types, sizeof *w->of_type, "typed rings"));
  for (int t = 0; t < types; t++) {
    int count = collect_hops(hops, w, t);
    if (count)
      KHOP_TRY(khop_rings_build(&w->of_type[t], khop_typed_graph(w->typed, t), count, hops,
                                &options));
  }
done:
  khop_i_free(hops);
  return status;
}

/* --- rings as matrices, and back ------------------------------------------------------------ */

/* Rows first .. first + rows - 1 of one typed ring. */
static khop_status import_rows(GrB_Matrix *matrix, const khop_rings *rings, int slot, int64_t first,
                               int64_t rows) {
  khop_status status = KHOP_OK;
  const int32_t *from;
  GrB_Index *offsets = NULL, *columns = NULL, entries = 0;
  bool *ones = NULL;
  KHOP_TRY(khop_i_alloc_raw(&offsets, rows + 1, sizeof *offsets, "typed ring offsets"));
  offsets[0] = 0;
  for (int64_t r = 0; r < rows; r++)
    offsets[r + 1] = entries += (GrB_Index)khop_rings_row(rings, slot, first + r, &from, NULL);
  KHOP_TRY(khop_i_alloc_raw(&columns, (int64_t)entries, sizeof *columns, "typed ring columns"));
  KHOP_TRY(khop_i_alloc_raw(&ones, (int64_t)entries, sizeof *ones, "typed ring values"));
  memset(ones, true, entries);
  for (int64_t r = 0; r < rows; r++) {
    int64_t count = khop_rings_row(rings, slot, first + r, &from, NULL);
    for (int64_t k = 0; k < count; k++) columns[offsets[r] + (GrB_Index)k] = (GrB_Index)from[k];
  }
  KHOP_GRB(GrB_Matrix_import_BOOL(matrix, GrB_BOOL, (GrB_Index)rows, (GrB_Index)rings->nodes,
                                  offsets, columns, ones, (GrB_Index)rows + 1, entries, entries,
                                  GrB_CSR_FORMAT));
done:
  khop_i_free(offsets);
  khop_i_free(columns);
  khop_i_free(ones);
  return status;
}

static khop_status find_factor(GrB_Matrix *matrix, metapaths *w, khop_step step) {
  const khop_rings *rings = w->of_type[step.type];
  for (int f = 0; f < w->factors; f++)
    if (w->factor[f].step.type == step.type && w->factor[f].step.hops == step.hops) {
      *matrix = w->factor[f].matrix;
      return KHOP_OK;
    }
  khop_status status = khop_i_grow(&w->factor, w->factors + 1, sizeof *w->factor, "typed rings");
  if (status != KHOP_OK) return status;
  w->factor[w->factors] = (factor){.step = step};
  factor *made = &w->factor[w->factors++];
  status = import_rows(&made->matrix, rings, khop_rings_slot(rings, step.hops), 0, rings->nodes);
  *matrix = made->matrix;
  return status;
}

/* A block is computed a metapath at a time, while the rings hold all metapaths of a row side by side: so its columns
 * are kept apart until the block is complete. */
typedef struct block {
  int64_t first, rows;
  int64_t **offsets;  /* (count) of (rows + 1) */
  int32_t **columns;  /* (count) */
} block;

static void block_clear(block *b, int count) {
  for (int i = 0; i < count; i++) {
    khop_i_free(b->offsets[i]);
    khop_i_free(b->columns[i]);
    b->offsets[i] = NULL;
    b->columns[i] = NULL;
  }
}

/* --- one metapath of one block -------------------------------------------------------------- */

static khop_status keep_identity(block *b, int i) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&b->offsets[i], b->rows + 1, sizeof **b->offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc_raw(&b->columns[i], b->rows, sizeof **b->columns, "block columns"));
  for (int64_t r = 0; r <= b->rows; r++) b->offsets[i][r] = r;
  for (int64_t r = 0; r < b->rows; r++) b->columns[i][r] = (int32_t)(b->first + r);
done:
  return status;
}

static khop_status keep_nothing(block *b, int i) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&b->offsets[i], b->rows + 1, sizeof **b->offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc_raw(&b->columns[i], 0, sizeof **b->columns, "block columns"));
done:
  return status;
}

static khop_status keep_ring(block *b, int i, const khop_rings *rings, int slot) {
  khop_status status = KHOP_OK;
  const int32_t *from;
  int64_t entries = 0;
  KHOP_TRY(khop_i_alloc(&b->offsets[i], b->rows + 1, sizeof **b->offsets, "block offsets"));
  for (int64_t r = 0; r < b->rows; r++)
    b->offsets[i][r + 1] = entries += khop_rings_row(rings, slot, b->first + r, &from, NULL);
  KHOP_TRY(khop_i_alloc_raw(&b->columns[i], entries, sizeof **b->columns, "block columns"));
  for (int64_t r = 0; r < b->rows; r++) {
    int64_t count = khop_rings_row(rings, slot, b->first + r, &from, NULL);
    if (count)
      memcpy(b->columns[i] + b->offsets[i][r], from, (size_t)count * sizeof **b->columns);
  }
done:
  return status;
}

typedef struct keeping {
  block *b;
  int i;
} keeping;

/* Copies what GraphBLAS holds: whoever initialised it chose its allocator. */
static khop_status keep_level(const khop_i_level *level, void *context) {
  const keeping *k = context;
  int64_t **offsets = &k->b->offsets[k->i], entries = (int64_t)level->offsets[level->rows];
  int32_t **columns = &k->b->columns[k->i];
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(offsets, level->rows + 1, sizeof **offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc_raw(columns, entries, sizeof **columns, "block columns"));
  for (int64_t r = 0; r <= level->rows; r++) (*offsets)[r] = (int64_t)level->offsets[r];
  for (int64_t e = 0; e < entries; e++) (*columns)[e] = (int32_t)level->columns[e];
done:
  return status;
}

static khop_status keep_matrix(block *b, int i, GrB_Matrix matrix) {
  return khop_i_graphblas_lend(matrix, false, b->rows, 0, keep_level, &(keeping){b, i}, NULL);
}

static khop_status keep_product(block *b, int i, metapaths *w, const khop_step *step, int steps) {
  khop_status status = KHOP_OK;
  const khop_rings *first = w->of_type[step[0].type];
  GrB_Matrix left = NULL, product = NULL, right;
  KHOP_TRY(import_rows(&left, first, khop_rings_slot(first, step[0].hops), b->first, b->rows));
  for (int s = 1; s < steps; s++) {
    KHOP_TRY(find_factor(&right, w, step[s]));
    KHOP_GRB(GrB_Matrix_new(&product, GrB_BOOL, (GrB_Index)b->rows, (GrB_Index)first->nodes));
    KHOP_GRB(GrB_mxm(product, NULL, NULL, GxB_ANY_PAIR_BOOL, left, right, NULL));
    GrB_Matrix_free(&left);
    left = product;
    product = NULL;
  }
  KHOP_TRY(keep_matrix(b, i, left));
done:
  if (left) GrB_Matrix_free(&left);
  if (product) GrB_Matrix_free(&product);
  return status;
}

static khop_status keep_metapath(block *b, int i, metapaths *w) {
  khop_step step[KHOP_MAX_STEPS];
  int steps = 0;
  for (int s = 0; s < w->metapath[i].steps; s++) {
    step[steps] = w->metapath[i].step[s];
    if (!stay_on_axis(w, &step[steps])) return keep_nothing(b, i);
    if (step[steps].hops > 0) steps++;
  }
  if (steps == 0) return keep_identity(b, i);
  if (steps > 1) return keep_product(b, i, w, step, steps);
  const khop_rings *rings = w->of_type[step[0].type];
  return keep_ring(b, i, rings, khop_rings_slot(rings, step[0].hops));
}

/* --- all of them ---------------------------------------------------------------------------- */

/* Appends a complete block to the rings, row by row. */
static khop_status append_block(metapaths *w, const block *b) {
  khop_rings *rings = w->rings;
  int64_t entries = w->entries;
  for (int i = 0; i < w->count; i++) entries += b->offsets[i][b->rows];
  khop_status status = check_budget(w, entries);
  if (status == KHOP_OK && entries > w->capacity) {
    /* The blocks so far predict the others; with the last one the count is exact. */
    double share = (double)(b->first + b->rows) / (double)rings->nodes;
    int64_t guess = share < 1 ? (int64_t)((double)entries / share * 1.05) : entries;
    status = khop_i_grow(&rings->csr->columns, guess, sizeof *rings->csr->columns, "metapath columns");
    w->capacity = guess;
  }
  for (int64_t r = 0; status == KHOP_OK && r < b->rows; r++)
    for (int i = 0; i < w->count; i++) {
      int64_t begin = b->offsets[i][r], length = b->offsets[i][r + 1] - begin;
      if (length)
        memcpy(rings->csr->columns + w->entries, b->columns[i] + begin,
               (size_t)length * sizeof *rings->csr->columns);
      w->entries += length;
      rings->csr->offsets[(b->first + r) * w->count + i + 1] = w->entries;
    }
  return status;
}

static khop_status build_blocks(metapaths *w) {
  khop_status status = KHOP_OK;
  int64_t n = w->rings->nodes;
  block b = {0};
  KHOP_TRY(khop_i_alloc(&b.offsets, w->count, sizeof *b.offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc(&b.columns, w->count, sizeof *b.columns, "block columns"));
  for (b.first = 0; b.first < n; b.first += ROWS_AT_ONCE) {
    b.rows = n - b.first < ROWS_AT_ONCE ? n - b.first : ROWS_AT_ONCE;
    for (int i = 0; i < w->count; i++) KHOP_TRY(keep_metapath(&b, i, w));
    KHOP_TRY(append_block(w, &b));
    block_clear(&b, w->count);
    if (w->options.progress &&
        !w->options.progress((double)(b.first + b.rows) / (double)n, w->options.context))
      KHOP_FAIL(KHOP_E_INTERRUPTED, "building the metapaths was stopped after %lld of %lld rows",
                (long long)(b.first + b.rows), (long long)n);
  }
  if (!w->rings->csr->columns)
    KHOP_TRY(khop_i_alloc(&w->rings->csr->columns, 0, sizeof *w->rings->csr->columns, "metapath columns"));
done:
  if (b.offsets && b.columns) block_clear(&b, w->count);
  khop_i_free(b.offsets);
  khop_i_free(b.columns);
  return status;
}

static khop_status new_rings(metapaths *w) {
  int *numbers = NULL;
  khop_status status = khop_i_alloc_raw(&numbers, w->count, sizeof *numbers, "metapaths");
  for (int i = 0; status == KHOP_OK && i < w->count; i++) numbers[i] = i;
  if (status == KHOP_OK)
    status = khop_i_rings_new_stored(&w->rings, khop_typed_nodes(w->typed), w->count, numbers);
  khop_i_free(numbers);
  if (status != KHOP_OK) return status;
  w->rings->direction = KHOP_OUT;
  w->rings->op = KHOP_METAPATH;
  return check_budget(w, 0);
}

khop_status khop_metapaths_build(khop_rings **rings, const khop_typed *typed, int count,
                             const khop_metapath *metapath, const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  metapaths w = {.typed = typed, .count = count, .metapath = metapath};
  if (!rings) return khop_i_fail(KHOP_E_ARGUMENT, "khop_metapaths_build: no place for the rings");
  *rings = NULL;
  if (!typed) return khop_i_fail(KHOP_E_ARGUMENT, "khop_metapaths_build: the typed graph is missing");
  KHOP_TRY(KHOP_I_TAKE(khop_rings_options, &w.options, options));
  w.max_bytes = w.options.max_bytes > 0 ? w.options.max_bytes : khop_i_half_of_memory();
  KHOP_TRY(check_request(&w));
  KHOP_TRY(khop_i_graphblas());
  KHOP_TRY(new_rings(&w));
  KHOP_TRY(build_types(&w));
  KHOP_TRY(build_blocks(&w));
  *rings = w.rings;
  w.rings = NULL;
done:
  for (int f = 0; f < w.factors; f++) GrB_Matrix_free(&w.factor[f].matrix);
  for (int t = 0; w.of_type && t < khop_typed_types(typed); t++) khop_rings_free(w.of_type[t]);
  khop_i_free(w.factor);
  khop_i_free(w.of_type);
  khop_rings_free(w.rings);
  return status;
}
