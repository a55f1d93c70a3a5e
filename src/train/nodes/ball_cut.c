/* ball_cut.c: see ball_cut.h. */
#include "train/nodes/ball_cut.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "train/nodes/ball_features.h"

khop_status khop_i_ball_cut_open(khop_i_ball_cut *cut, const khop_data *data, const khop_graph *along, int64_t hops,
                                 int64_t count, const int64_t *nodes, const char *who) {
  khop_status status = KHOP_OK;
  khop_i_ball ball = {0};
  KHOP_TRY(khop_i_ball_add_seeds(&ball, along, count, nodes, who));
  KHOP_TRY(khop_i_ball_grow(&ball, along, hops));
  KHOP_TRY(khop_i_ball_graph(&cut->graph, &ball, khop_data_graph(data), NULL, -1));
  KHOP_TRY(khop_i_ball_features_take(&cut->x, khop_data_features(data), ball.count, ball.nodes, NULL));
  KHOP_TRY(khop_i_alloc_raw(&cut->places, count, sizeof *cut->places, "nodes"));
  for (int64_t k = 0; k < count; k++) cut->places[k] = khop_i_ball_place(&ball, nodes[k]);
done:
  khop_i_ball_close(&ball);
  return status;
}

void khop_i_ball_cut_close(khop_i_ball_cut *cut) {
  khop_i_features_free(&cut->x);
  khop_graph_free(cut->graph);
  khop_i_free(cut->places);
  *cut = (khop_i_ball_cut){0};
}
