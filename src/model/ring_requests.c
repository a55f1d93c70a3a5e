/* ring_requests.c: every ring that a model asks for: one build for each direction and operator, with all hops. */
#include "base/error.h"
#include "model/kinds.h"
#include "apply/taps.h"
#include "forms/build.h"
#include "model/ring_requests.h"

typedef struct ring_request {
  khop_direction direction;
  khop_operator op;
  bool by_entry; /* some op reads entries one by one */
  int count;
  int hops[KHOP_MAX_TAPS * 16];
} ring_request;

/* On an undirected graph the three directions are one. */
static khop_direction direction_of(const khop_i_op *op, const khop_graph *graph) {
  return khop_graph_is_directed(graph) ? op->direction : KHOP_OUT;
}

static khop_status add_hops(ring_request *w, const khop_i_op *op) {
  for (int t = 0; t < op->taps; t++) {
    bool there = false;
    for (int i = 0; i < w->count; i++) there = there || w->hops[i] == op->hops[t];
    if (there) continue;
    if (w->count == (int)(sizeof w->hops / sizeof *w->hops))
      return khop_i_fail(KHOP_E_UNSUPPORTED, "the model has more than %d different hops", w->count);
    w->hops[w->count++] = op->hops[t];
  }
  return KHOP_OK;
}

static khop_status collect(ring_request *w, const khop_model *model, const khop_graph *graph) {
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (!op->taps || direction_of(op, graph) != w->direction || op->op != w->op) continue;
    w->by_entry = w->by_entry || khop_i_op_entry_reader(op);
    khop_status status = add_hops(w, op);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

/* Whole rings in a form, a sample of so many entries a row (unless 0), or some rows (unless NULL). */
typedef struct ring_source {
  khop_form form;
  int64_t per_row;
  uint64_t seed;
  const khop_i_inner_rows *inner;
} ring_source;

static khop_status build_request(khop_rings **rings, const ring_request *w, const khop_graph *graph,
                                 const ring_source *from, int64_t max_bytes) {
  khop_rings_options options = {
      .size = sizeof options, .direction = w->direction, .op = w->op, .form = from->form, .max_bytes = max_bytes};
  if (from->inner) return khop_i_rings_build_inner(rings, graph, w->count, w->hops, &options, from->inner);
  if (from->per_row)
    return khop_rings_sample(rings, graph, w->count, w->hops, from->per_row, from->seed, &options);
  return khop_i_rings_build(rings, graph, w->count, w->hops, &options, w->by_entry);
}

static khop_status build_requests(khop_rings **rings, int *count, const khop_model *model, const khop_graph *graph,
                                  const ring_source *from, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  *count = 0;
  for (int i = 0; i < model->count; i++)
    if (model->ops[i].taps && model->ops[i].op == KHOP_METAPATH)
      return khop_i_fail(KHOP_E_ARGUMENT, "op %d (%s) is over metapaths, which cannot be built from a "
                         "graph without types: build them with khop_metapaths_build and give them to "
                         "khop_run_new", i, khop_i_kind_name(model->ops[i].kind));
  for (int d = KHOP_OUT; d <= KHOP_ALL; d++)
    for (int o = KHOP_RING; o <= KHOP_WALK_SUPPORT; o++) {
      ring_request w = {.direction = (khop_direction)d, .op = (khop_operator)o};
      KHOP_TRY(collect(&w, model, graph));
      if (!w.count) continue;
      KHOP_TRY(build_request(&rings[*count], &w, graph, from, max_bytes));
      ++*count;
    }
done:
  while (status != KHOP_OK && *count > 0) {
    khop_rings_free(rings[--*count]);
    rings[*count] = NULL;
  }
  return status;
}

khop_status khop_model_rings(khop_rings **rings, int *count, const khop_model *model,
                             const khop_graph *graph, int64_t max_bytes) {
  return khop_model_rings_as(rings, count, model, graph, KHOP_STORED, max_bytes);
}

khop_status khop_model_rings_as(khop_rings **rings, int *count, const khop_model *model,
                                const khop_graph *graph, khop_form form, int64_t max_bytes) {
  return build_requests(rings, count, model, graph, &(ring_source){.form = form}, max_bytes);
}

khop_status khop_model_rings_sample(khop_rings **rings, int *count, const khop_model *model,
                                    const khop_graph *graph, int64_t per_row, uint64_t seed,
                                    int64_t max_bytes) {
  *count = 0;
  if (per_row < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a sample of %lld a row: at least 1", (long long)per_row);
  ring_source from = {.form = KHOP_STORED, .per_row = per_row, .seed = seed};
  return build_requests(rings, count, model, graph, &from, max_bytes);
}

khop_status khop_i_model_rings_inner(khop_rings **rings, int *count, const khop_model *model, const khop_graph *graph,
                                     const khop_i_inner_rows *inner, int64_t max_bytes) {
  return build_requests(rings, count, model, graph, &(ring_source){.form = KHOP_STORED, .inner = inner}, max_bytes);
}
