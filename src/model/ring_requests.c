/* ring_requests.c: every ring that a model asks for: one build for each direction and operator, with all hops. */
#include "base/error.h"
#include "model/kinds.h"
#include "apply/taps.h"
#include "forms/build.h"

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
    w->by_entry = w->by_entry || op->kind == KHOP_I_POOL_MAX;
    khop_status status = add_hops(w, op);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

/* per_row of 0: whole rings. */
static khop_status build_requests(khop_rings **rings, int *count, const khop_model *model,
                        const khop_graph *graph, khop_form form, int64_t per_row, uint64_t seed,
                        int64_t max_bytes) {
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
      khop_rings_options options = {
          .size = sizeof options, .direction = w.direction, .op = w.op, .max_bytes = max_bytes};
      KHOP_TRY(collect(&w, model, graph));
      if (!w.count) continue;
      options.form = form;
      KHOP_TRY(per_row ? khop_rings_sample(&rings[*count], graph, w.count, w.hops, per_row, seed,
                                           &options)
                       : khop_i_rings_build(&rings[*count], graph, w.count, w.hops, &options, w.by_entry));
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
  return build_requests(rings, count, model, graph, KHOP_STORED, 0, 0, max_bytes);
}

khop_status khop_model_rings_as(khop_rings **rings, int *count, const khop_model *model,
                                const khop_graph *graph, khop_form form, int64_t max_bytes) {
  return build_requests(rings, count, model, graph, form, 0, 0, max_bytes);
}

khop_status khop_model_rings_sample(khop_rings **rings, int *count, const khop_model *model,
                                    const khop_graph *graph, int64_t per_row, uint64_t seed,
                                    int64_t max_bytes) {
  *count = 0;
  if (per_row < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a sample of %lld a row: at least 1", (long long)per_row);
  return build_requests(rings, count, model, graph, KHOP_STORED, per_row, seed, max_bytes);
}
