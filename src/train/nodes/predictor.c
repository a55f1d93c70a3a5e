/* predictor.c: a trained model on some nodes of a data set, or on a node that it does not have, through the ball that
 * decides their rows (khop_model_reach).
 *
 *   nodes asked for -> ball -> its graph, its rows of features -> rings -> run -> the rows asked for
 *
 * The nodes of a run are in the order of their distance from those that are asked for, and each op computes the rows
 * that later ones read: the first ones. Nothing of a call is as long as the graph. */
#include "train/nodes/predictor.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/features.h"
#include "model/model_reach.h"
#include "model/ring_requests.h"
#include "model/run.h"
#include "train/nodes/ball_features.h"
#include "train/nodes/ball_order.h"
#include "train/nodes/predict.h"

#include <math.h>
#include <string.h>

struct khop_predictor {
  khop_model *model;     /* borrows */
  const khop_data *data; /* borrows */
  int64_t max_bytes;
  khop_reach reach;
  int64_t *seen;    /* (ops) how far from the output rows of an op are read; -1: not at all */
  int64_t inner;    /* how far rows of rings are read; -1: all rows of the ball are, for the degrees of columns */
  khop_i_degrees degrees; /* of the graph, where an op asks for them and nobody else knows them */
  khop_i_units units;
  const khop_graph *along; /* whose arcs the ball follows */
  khop_graph *turned;      /* owns: that, or NULL where it is the graph of the data */
};

/* Ring 1 of a node has as many as the graph says. How many others have can only be counted. */
static bool knows_degrees(const khop_model *model) {
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (khop_i_op_needs_column_degrees(op) && (op->op != KHOP_RING || khop_i_op_furthest(op) > 1)) return false;
  }
  return true;
}

static bool needs_degrees(const khop_model *model) {
  for (int i = 0; i < model->count; i++)
    if (khop_i_op_needs_column_degrees(&model->ops[i])) return true;
  return false;
}

/* What of the model says how large a ball is, and which rows of it are read. */
static khop_status take_reach(khop_predictor *p) {
  khop_status status = KHOP_OK;
  bool known = knows_degrees(p->model);
  KHOP_TRY(khop_i_alloc_raw(&p->seen, p->model->count, sizeof *p->seen, "the reach of a model"));
  KHOP_TRY(khop_i_model_reach(&p->reach, p->seen, p->model, known));
  p->inner = known ? 0 : -1;
  for (int i = 0; known && i < p->model->count; i++)
    if (p->model->ops[i].taps && p->seen[i] > p->inner) p->inner = p->seen[i];
done:
  return status;
}

khop_status khop_predictor_new(khop_predictor **out, khop_model *model, const khop_data *data, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_predictor *p = NULL;
  if (out) *out = NULL;
  if (!out || !model || !data)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_predictor_new: the model, the data or a place for the result is missing");
  KHOP_TRY(khop_i_predict_check(model, data));
  KHOP_TRY(khop_i_alloc(&p, 1, sizeof *p, "a predictor"));
  p->model = model;
  p->data = data;
  p->max_bytes = max_bytes;
  KHOP_TRY(take_reach(p));
  KHOP_TRY(khop_i_units_open(&p->units, model));
  KHOP_TRY(khop_i_ball_arcs(&p->along, &p->turned, khop_data_graph(data), p->reach.direction));
  if (p->inner >= 0 && needs_degrees(model))
    KHOP_TRY(khop_i_degrees_open(&p->degrees, khop_data_graph(data), p->along));
  *out = p;
  p = NULL;
done:
  khop_predictor_free(p);
  return status;
}

void khop_predictor_free(khop_predictor *p) {
  if (!p) return;
  khop_i_units_close(&p->units);
  khop_i_degrees_close(&p->degrees);
  khop_graph_free(p->turned);
  khop_i_free(p->seen);
  khop_i_free(p);
}

/* --- a run on a ball -------------------------------------------------------------------------------- */

/* The arcs of the outermost nodes lead nowhere that is read, where arcs are followed the way that they stand. */
static int64_t furthest_arcs(const khop_predictor *p) {
  bool as_they_stand = !khop_data_graph(p->data)->directed || p->reach.direction == KHOP_OUT;
  return p->inner >= 0 && as_they_stand && p->reach.hops > 0 ? p->reach.hops - 1 : -1;
}

/* The scores of the rows that the order begins with. */
static khop_status run_rows(khop_real *scores, const khop_predictor *p, const khop_graph *graph,
                            const khop_features *x, const khop_i_ball_order *order, int64_t count) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int64_t *first_rows = NULL;
  int made = 0;
  khop_i_inner_rows inner = khop_i_ball_order_rows(order, p->inner);
  KHOP_TRY(khop_i_model_rings_inner(rings, &made, p->model, graph, &inner, p->max_bytes));
  KHOP_TRY(khop_i_alloc_raw(&first_rows, p->model->count, sizeof *first_rows, "the rows of a run"));
  for (int i = 0; i < p->model->count; i++)
    first_rows[i] = p->seen[i] < 0 ? 0 : khop_i_ball_order_within(order, p->seen[i]);
  first_rows[0] = order->count;
  KHOP_TRY(khop_i_run_new_first_rows(&run, p->model, made, rings, x, first_rows, p->max_bytes));
  khop_run_forward(run, false, 0, 0);
  memcpy(scores, khop_run_output(run), (size_t)(count * khop_model_output_columns(p->model)) * sizeof *scores);
done:
  khop_run_free(run);
  khop_i_free(first_rows);
  for (int i = 0; i < made; i++) khop_rings_free(rings[i]);
  return status;
}

/* Scores (count, output columns) of the middle of a ball: of its seeds, ascending, or of the guest. */
static khop_status run_ball(khop_real *scores, const khop_predictor *p, const khop_i_ball *ball,
                            const khop_i_guest *guest, const khop_features *row, int64_t count) {
  khop_status status = KHOP_OK;
  const khop_graph *whole = khop_data_graph(p->data);
  khop_graph *graph = NULL;
  khop_i_ball_order order = {0};
  khop_features x = {0};
  KHOP_TRY(khop_i_ball_graph(&graph, ball, whole, guest, furthest_arcs(p)));
  KHOP_TRY(khop_i_ball_order_open(&order, ball, p->reach.ball, guest, &p->degrees));
  KHOP_TRY(khop_i_ball_features_take(&x, khop_data_features(p->data), order.count, order.nodes, row));
  KHOP_TRY(run_rows(scores, p, graph, &x, &order, count));
done:
  khop_i_features_free(&x);
  khop_i_ball_order_close(&order);
  khop_graph_free(graph);
  return status;
}

khop_status khop_predictor_nodes(khop_real *scores, const khop_predictor *p, int64_t count, const int64_t *nodes) {
  khop_status status = KHOP_OK;
  khop_i_ball ball = {0};
  khop_real *rows = NULL;
  int64_t *rank = NULL;
  if (!p || (count > 0 && !scores))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_predictor_nodes: the predictor or a place for the scores is missing");
  if (count == 0) return KHOP_OK;
  int64_t columns = khop_model_output_columns(p->model);
  KHOP_TRY(khop_i_ball_add_seeds(&ball, p->along, count, nodes, "khop_predictor_nodes"));
  KHOP_TRY(khop_i_ball_grow(&ball, p->along, p->reach.ball));
  KHOP_TRY(khop_i_alloc_raw(&rows, count * columns, sizeof *rows, "scores"));
  KHOP_TRY(khop_i_alloc_raw(&rank, ball.count, sizeof *rank, "nodes"));
  KHOP_TRY(run_ball(rows, p, &ball, NULL, NULL, count));
  for (int64_t i = 0, seeds = 0; i < ball.count; i++) rank[i] = ball.hops[i] == 0 ? seeds++ : -1;
  for (int64_t k = 0; k < count; k++) {
    khop_real *row = scores + k * columns;
    memcpy(row, rows + rank[khop_i_ball_place(&ball, nodes[k])] * columns, (size_t)columns * sizeof *row);
    KHOP_TRY(khop_i_predict_finish(row, p->model, &p->units, nodes[k]));
  }
done:
  khop_i_free(rank);
  khop_i_free(rows);
  khop_i_ball_close(&ball);
  return status;
}

khop_status khop_predict_nodes(khop_real *scores, khop_model *model, const khop_data *data, int64_t count,
                               const int64_t *nodes, int64_t max_bytes) {
  khop_predictor *p;
  khop_status status = khop_predictor_new(&p, model, data, max_bytes);
  if (status == KHOP_OK) status = khop_predictor_nodes(scores, p, count, nodes);
  khop_predictor_free(p);
  return status;
}

khop_status khop_i_predict_in_balls(khop_real *scores, khop_model *model, const khop_data *data, int64_t batch,
                                    int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_predictor *predictor = NULL;
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(model), *nodes = NULL;
  KHOP_TRY(khop_predictor_new(&predictor, model, data, max_bytes));
  KHOP_TRY(khop_i_alloc_raw(&nodes, n, sizeof *nodes, "nodes"));
  for (int64_t i = 0; i < n; i++) nodes[i] = i;
  for (int64_t first = 0; first < n; first += batch)
    KHOP_TRY(khop_predictor_nodes(scores + first * columns, predictor, batch < n - first ? batch : n - first,
                                  nodes + first));
done:
  khop_i_free(nodes);
  khop_predictor_free(predictor);
  return status;
}

/* --- a new node ------------------------------------------------------------------------------------- */

static khop_status check_row(const khop_features *x, int64_t columns) {
  if (!x || !x->dense == !x->offsets)
    return khop_i_fail(KHOP_E_ARGUMENT, "a new node: its features are dense or sparse, one of the two");
  if (x->rows != 1 || x->columns != columns)
    return khop_i_fail(KHOP_E_SHAPE, "a new node: %lld rows of %lld features, and the model takes one of %lld",
                       (long long)x->rows, (long long)x->columns, (long long)columns);
  for (int64_t c = 0; x->dense && c < columns; c++)
    if (!isfinite(x->dense[c]))
      return khop_i_fail(KHOP_E_VALUE, "a new node: its feature %lld is not finite", (long long)c);
  for (int64_t e = x->dense ? 0 : x->offsets[0]; !x->dense && e < x->offsets[1]; e++) {
    bool rises = x->indices[e] >= 0 && x->indices[e] < columns &&
                 (e == x->offsets[0] || x->indices[e] > x->indices[e - 1]);
    if (!rises)
      return khop_i_fail(KHOP_E_VALUE, "a new node: feature %lld follows another one out of order, or is not one of "
                         "%lld", (long long)x->indices[e], (long long)columns);
    if (!isfinite(x->values[e]))
      return khop_i_fail(KHOP_E_VALUE, "a new node: its feature %lld is not finite", (long long)x->indices[e]);
  }
  return KHOP_OK;
}

/* Checks one list of arcs by a ball of its own, in which a node can be once. */
static khop_status check_links(const khop_graph *graph, int64_t count, const int64_t *nodes) {
  khop_i_ball seen = {0};
  khop_status status = khop_i_ball_add_seeds(&seen, graph, count, nodes, "a new node's links");
  khop_i_ball_close(&seen);
  return status;
}

static khop_status check_new_node(const khop_predictor *p, const khop_new_node *node) {
  const khop_graph *graph = khop_data_graph(p->data);
  khop_status status = KHOP_OK;
  if (!graph->directed && node->in)
    return khop_i_fail(KHOP_E_ARGUMENT, "a new node: the graph is undirected, and %lld links are arcs towards it: list "
                       "each link once, in `to`", (long long)node->in);
  KHOP_TRY(check_links(graph, node->out, node->to));
  KHOP_TRY(check_links(graph, node->in, node->from));
  KHOP_TRY(check_row(node->features, khop_model_input_columns(p->model)));
done:
  return status;
}

static khop_status add_all(khop_i_ball *ball, int64_t count, const int64_t *nodes) {
  khop_status status = KHOP_OK;
  bool fresh;
  for (int64_t k = 0; status == KHOP_OK && k < count; k++) status = khop_i_ball_add(ball, nodes[k], &fresh);
  return status;
}

/* The ball around the node, without it: its neighbours, and what lies one hop less around them. */
static khop_status grow_around(khop_i_ball *ball, const khop_predictor *p, const khop_new_node *node) {
  khop_status status = KHOP_OK;
  khop_direction direction = p->along->directed ? p->reach.direction : KHOP_ALL;
  if (p->reach.ball == 0) return KHOP_OK;
  ball->hop = 1;
  if (direction != KHOP_IN) KHOP_TRY(add_all(ball, node->out, node->to));
  if (direction != KHOP_OUT) KHOP_TRY(add_all(ball, node->in, node->from));
  KHOP_TRY(khop_i_ball_grow(ball, p->along, p->reach.ball - 1));
done:
  return status;
}

khop_status khop_predictor_new_node(khop_real *scores, const khop_predictor *p, const khop_new_node *given) {
  khop_status status = KHOP_OK;
  khop_new_node own, *node = &own;
  khop_i_ball ball = {0};
  if (!p || !given || !scores)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_predictor_new_node: the predictor, the node or a place for the scores is "
                       "missing");
  KHOP_TRY(KHOP_I_TAKE(khop_new_node, &own, given));
  KHOP_TRY(check_new_node(p, node));
  KHOP_TRY(grow_around(&ball, p, node));
  khop_i_guest guest = {node->out, node->in, node->to, node->from};
  KHOP_TRY(run_ball(scores, p, &ball, &guest, node->features, 1));
  KHOP_TRY(khop_i_predict_finish(scores, p->model, &p->units, khop_data_graph(p->data)->nodes));
done:
  khop_i_ball_close(&ball);
  return status;
}
