/* subject.c: see subject.h. */
#include "explain/subject.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "graph/distance.h"
#include "train/nodes/ball_features.h"
#include "train/nodes/predict.h"

#include <string.h>

/* --- the ball --------------------------------------------------------------------------------------- */

/* The direction in which the ops of a model look, both ways where they differ: distances are counted along it. (That
 * of a khop_reach is both ways for degrees too, which no feature travels.) */
static khop_direction direction_of(const khop_model *model) {
  khop_direction direction = KHOP_OUT;
  bool any = false;
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    bool looks = false;
    for (int t = 0; t < op->taps; t++) looks = looks || op->hops[t] > 0;
    if (!looks) continue;
    if (any && op->direction != direction) return KHOP_ALL;
    direction = op->direction;
    any = true;
  }
  return direction;
}

static khop_status find_distances(khop_i_subject *s, int64_t reach) {
  khop_status status = KHOP_OK;
  const khop_graph *along;
  khop_graph *turned = NULL;
  int32_t *queue = NULL;
  int64_t n = khop_graph_nodes(s->graph);
  KHOP_TRY(khop_i_ball_arcs(&along, &turned, s->graph, direction_of(s->model)));
  KHOP_TRY(khop_i_alloc_raw(&s->hop, n, sizeof *s->hop, "distances"));
  KHOP_TRY(khop_i_alloc_raw(&queue, n, sizeof *queue, "a search"));
  khop_i_graph_search(s->hop, queue, along, s->place);
  for (int64_t i = 0; i < n; i++)
    if (s->hop[i] > reach) s->hop[i] = -1;
  s->hops = (int)reach + 1;
done:
  khop_i_free(queue);
  khop_graph_free(turned);
  return status;
}

static khop_status take_ball(khop_i_subject *s, const khop_data *data, int64_t node) {
  khop_status status = KHOP_OK;
  khop_reach reach;
  const khop_graph *graph = khop_data_graph(data), *along;
  khop_graph *turned = NULL;
  KHOP_TRY(khop_model_reach(&reach, s->model));
  KHOP_TRY(khop_i_ball_arcs(&along, &turned, graph, reach.direction));
  KHOP_TRY(khop_i_ball_add_seeds(&s->ball, along, 1, &node, "an explanation"));
  KHOP_TRY(khop_i_ball_grow(&s->ball, along, reach.ball));
  KHOP_TRY(khop_i_ball_graph(&s->graph, &s->ball, graph, NULL, -1));
  s->place = khop_i_ball_place(&s->ball, node);
  KHOP_TRY(find_distances(s, reach.hops));
done:
  khop_graph_free(turned);
  return status;
}

khop_status khop_i_subject_members(khop_graph **graph, int64_t **places, int64_t *centre, const khop_i_subject *s) {
  return khop_graph_ball(graph, places, centre, s->graph, 1, &s->place, s->hops - 1, direction_of(s->model));
}

/* --- features --------------------------------------------------------------------------------------- */

khop_status khop_i_features_mean(khop_real **mean, const khop_features *x) {
  double *sum = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&sum, x->columns, sizeof *sum, "a base line"));
  KHOP_TRY(khop_i_alloc_raw(mean, x->columns, sizeof **mean, "a base line"));
  for (int64_t e = 0; x->dense && e < x->rows * x->columns; e++) sum[e % x->columns] += (double)x->dense[e];
  for (int64_t e = 0; x->offsets && e < x->offsets[x->rows]; e++) sum[x->indices[e]] += (double)x->values[e];
  for (int64_t c = 0; c < x->columns; c++) (*mean)[c] = (khop_real)(sum[c] / (double)x->rows);
done:
  khop_i_free(sum);
  return status;
}

static khop_status take_dense(khop_i_subject *s, const khop_features *from, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int64_t columns = from->columns;
  double bytes = 2.0 * (double)s->x.rows * (double)columns * sizeof(khop_real);
  if (bytes > (double)max_bytes)
    KHOP_FAIL(KHOP_E_BUDGET, "%lld nodes of %lld features, zeros included, take %.3g MB and the budget is %.3g MB",
              (long long)s->x.rows, (long long)columns, bytes / 1e6, (double)max_bytes / 1e6);
  s->numbers = s->x.rows * columns;
  KHOP_TRY(khop_i_alloc(&s->own, s->numbers, sizeof *s->own, "features of a ball"));
  for (int64_t i = 0; i < s->x.rows; i++) {
    khop_real *row = s->own + i * columns;
    int64_t node = s->ball.nodes[i];
    if (from->dense) memcpy(row, from->dense + node * columns, (size_t)columns * sizeof *row);
    for (int64_t e = from->dense ? 0 : from->offsets[node]; !from->dense && e < from->offsets[node + 1]; e++)
      row[from->indices[e]] = from->values[e];
  }
  KHOP_TRY(khop_i_copy(&s->now, s->own, s->numbers, sizeof *s->now, "features of a ball"));
  s->x.dense = s->now;
done:
  return status;
}

static khop_status take_sparse(khop_i_subject *s, const khop_features *from) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_ball_features_take(&s->x, from, s->ball.count, s->ball.nodes, NULL));
  s->numbers = s->x.offsets[s->x.rows];
  KHOP_TRY(khop_i_copy(&s->own, s->x.values, s->numbers, sizeof *s->own, "features of a ball"));
  s->now = (khop_real *)(uintptr_t)s->x.values;
done:
  return status;
}

static khop_status take_features(khop_i_subject *s, const khop_data *data, khop_baseline baseline, bool dense,
                                 int64_t max_bytes) {
  const khop_features *from = khop_data_features(data);
  khop_status status = KHOP_OK;
  s->x = (khop_features){.rows = khop_graph_nodes(s->graph), .columns = from->columns};
  if (baseline == KHOP_BASELINE_MEAN) KHOP_TRY(khop_i_features_mean(&s->base, from));
  KHOP_TRY(from->dense || s->base || dense ? take_dense(s, from, max_bytes) : take_sparse(s, from));
done:
  return status;
}

/* --- opening ---------------------------------------------------------------------------------------- */

khop_status khop_i_subject_open(khop_i_subject *s, khop_model *model, const khop_data *data, int64_t node,
                                khop_baseline baseline, bool dense, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_run_options options = {.size = sizeof options, .training = true, .input_gradient = true, .max_bytes = max_bytes};
  *s = (khop_i_subject){.model = model};
  KHOP_TRY(khop_i_predict_check(model, data));
  KHOP_TRY(take_ball(s, data, node));
  KHOP_TRY(take_features(s, data, baseline, dense, max_bytes));
  s->output_rows = s->x.rows;
  KHOP_TRY(khop_model_rings(s->rings, &s->made, model, s->graph, max_bytes));
  KHOP_TRY(khop_run_new_with(&s->run, model, s->made, s->rings, &s->x, &options));
done:
  return status;
}

void khop_i_subject_close(khop_i_subject *s) {
  khop_run_free(s->run);
  for (int i = 0; i < s->made; i++) khop_rings_free(s->rings[i]);
  if (!s->batch) khop_i_features_free(&s->x);
  khop_batch_free(s->batch);
  khop_graphs_free(s->set);
  khop_i_free(s->own);
  khop_i_free(s->base);
  khop_i_free(s->hop);
  khop_i_ball_close(&s->ball);
  khop_graph_free(s->graph);
  *s = (khop_i_subject){0};
}

/* --- moving ----------------------------------------------------------------------------------------- */

/* A run keeps sparse features by column, or as a dense array, as they were when it was laid out. */
static void run_forward(khop_i_subject *s) {
  if (s->x.offsets) khop_i_run_lay_out(s->run);
  khop_run_forward(s->run, false, 0, 0);
}

void khop_i_subject_move(khop_i_subject *s, double share) {
  for (int64_t e = 0; e < s->numbers; e++)
    s->now[e] = share == 1 ? s->own[e] : (khop_real)((double)s->own[e] - (1 - share) * khop_i_subject_step(s, e));
  run_forward(s);
}

void khop_i_subject_hide(khop_i_subject *s, int hop) {
  for (int64_t i = 0; i < s->x.rows; i++)
    for (int64_t e = khop_i_subject_first(s, i); e < khop_i_subject_first(s, i + 1); e++)
      s->now[e] = s->hop[i] != hop ? s->own[e] : s->base ? s->base[khop_i_subject_column(s, e)] : 0;
  run_forward(s);
}

const khop_real *khop_i_subject_output(const khop_i_subject *s) {
  return khop_run_output(s->run) + s->place * khop_model_output_columns(s->model);
}
