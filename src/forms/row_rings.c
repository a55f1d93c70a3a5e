/* row_rings.c: khop_rings_build_rows: some rows of rings, as rings of the ball that decides them (khop/rings.h). */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "forms/build.h"

static khop_status check_rows(int count, const int *hops, khop_norm norm, const khop_rings_options *options) {
  if (count < 1 || !hops) return khop_i_fail(KHOP_E_ARGUMENT, "khop_rings_build_rows: there are no hops to build");
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  if (options->form != KHOP_STORED && options->form != KHOP_AUTO)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "khop_rings_build_rows: rows are kept stored, not in form %d",
                       (int)options->form);
  if (options->op == KHOP_METAPATH)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "khop_rings_build_rows: metapaths are built whole, by khop_metapaths_build");
  return KHOP_OK;
}

khop_status khop_rings_build_rows(khop_rings **rings, int64_t **nodes, int64_t *places, const khop_graph *graph,
                                  int64_t rows_count, const int64_t *rows, int count, const int *hops, khop_norm norm,
                                  const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  khop_rings_options own;
  khop_graph *ball = NULL;
  int64_t furthest = 0;
  if (rings) *rings = NULL;
  if (nodes) *nodes = NULL;
  if (!rings || !nodes || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_rings_build_rows: the graph or a place for the result is missing");
  KHOP_TRY(KHOP_I_TAKE(khop_rings_options, &own, options));
  KHOP_TRY(check_rows(count, hops, norm, &own));
  for (int h = 0; h < count; h++) furthest = hops[h] > furthest ? hops[h] : furthest;
  /* As a model of one layer: khop_model_reach says why. */
  bool degrees = norm == KHOP_NORM_SYM || norm == KHOP_NORM_COL;
  KHOP_TRY(khop_graph_ball(&ball, nodes, places, graph, rows_count, rows, degrees ? 2 * furthest : furthest,
                           degrees ? KHOP_ALL : own.direction));
  KHOP_TRY(khop_i_rings_build(rings, ball, count, hops, &own, true));
done:
  khop_graph_free(ball);
  if (status == KHOP_OK) return KHOP_OK;
  khop_i_free(*nodes);
  *nodes = NULL;
  return status;
}
