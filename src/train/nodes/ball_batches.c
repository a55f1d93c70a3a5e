/* ball_batches.c: training on some nodes at a time, each batch in the ball that decides their rows (khop_model_reach):
 * see khop_trainer_new_batches in khop/train.h.
 *
 *   nodes of a batch -> ball -> its graph, its rows of features -> rings -> run, whose loss is masked to the nodes
 *
 * Activations of one ball are held at a time, whatever the size of the graph. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "train/loop.h"
#include "train/nodes/ball_cut.h"
#include "train/nodes/node_batches.h"
#include "train/nodes/predict.h"

/* A batch that is bound: all of it goes with the next one. */
typedef struct ball_batch {
  khop_i_ball_cut cut;
  khop_rings *rings[KHOP_MAX_RINGS];
  int rings_count;
  khop_run *run;
  uint8_t *mask;      /* (nodes of the ball) */
  int32_t *labels;    /* beside it, or NULL */
  khop_real *targets; /* (nodes of the ball, outputs), or NULL */
} ball_batch;

typedef struct ball_feed {
  khop_i_node_batches nodes;
  const khop_data *data;
  khop_form form;
  int64_t max_bytes;
  khop_reach reach;
  const khop_graph *along; /* whose arcs balls follow */
  khop_graph *turned;      /* owns: that, or NULL where it is the graph of the data */
  ball_batch batch;
  size_t run_bytes, ring_bytes; /* the most that a batch has held */
} ball_feed;

/* --- a batch ----------------------------------------------------------------------------------- */

static void close_batch(ball_batch *b) {
  khop_run_free(b->run);
  for (int r = 0; r < b->rings_count; r++) khop_rings_free(b->rings[r]);
  khop_i_ball_cut_close(&b->cut);
  khop_i_free(b->mask);
  khop_i_free(b->labels);
  khop_i_free(b->targets);
  *b = (ball_batch){0};
}

/* What the outputs of the nodes are compared with; those of the rest of the ball are masked. */
static khop_status bind_truth(ball_feed *f, int64_t count, const int64_t *ids) {
  khop_status status = KHOP_OK;
  ball_batch *b = &f->batch;
  int64_t rows = b->cut.graph->nodes, outputs = f->nodes.outputs;
  const int32_t *labels = khop_data_labels(f->data);
  const khop_real *targets = f->nodes.split.targets;
  KHOP_TRY(khop_i_alloc(&b->mask, rows, 1, "a batch"));
  if (targets) KHOP_TRY(khop_i_alloc(&b->targets, rows * outputs, sizeof *b->targets, "targets"));
  else KHOP_TRY(khop_i_alloc(&b->labels, rows, sizeof *b->labels, "labels"));
  for (int64_t k = 0; k < count; k++) {
    b->mask[b->cut.places[k]] = 1;
    if (b->labels) b->labels[b->cut.places[k]] = labels[ids[k]];
    for (int64_t c = 0; targets && c < outputs; c++)
      b->targets[b->cut.places[k] * outputs + c] = targets[ids[k] * outputs + c];
  }
  KHOP_TRY(targets ? khop_run_targets(b->run, b->targets, b->mask) : khop_run_labels(b->run, b->labels, b->mask));
done:
  return status;
}

static void note_bytes(ball_feed *f) {
  size_t run = khop_run_bytes(f->batch.run), rings = 0;
  for (int r = 0; r < f->batch.rings_count; r++) rings += khop_rings_bytes(f->batch.rings[r]);
  if (run > f->run_bytes) f->run_bytes = run;
  if (rings > f->ring_bytes) f->ring_bytes = rings;
}

static khop_status open_batch(ball_feed *f, int64_t count, const int64_t *ids, bool training) {
  khop_status status = KHOP_OK;
  ball_batch *b = &f->batch;
  close_batch(b);
  KHOP_TRY(khop_i_ball_cut_open(&b->cut, f->data, f->along, f->reach.ball, count, ids, "a batch"));
  KHOP_TRY(khop_model_rings_as(b->rings, &b->rings_count, f->nodes.model, b->cut.graph, f->form, f->max_bytes));
  KHOP_TRY(khop_run_new(&b->run, f->nodes.model, b->rings_count, b->rings, &b->cut.x, training, f->max_bytes));
  KHOP_TRY(bind_truth(f, count, ids));
  note_bytes(f);
done:
  return status;
}

/* --- what the loop asks for -------------------------------------------------------------------- */

static void begin_epoch(void *source, int epoch) { khop_i_node_batches_shuffle(&((ball_feed *)source)->nodes, epoch); }

static khop_status bind_batch(khop_run **run, double *weight, void *source, int64_t batch) {
  ball_feed *f = source;
  const khop_i_node_batches *n = &f->nodes;
  int64_t first = batch * n->size, count = khop_i_node_batches_length(n, first, n->trains);
  khop_status status = open_batch(f, count, n->order + first, true);
  *run = f->batch.run;
  *weight = khop_i_node_batches_weight(n, count, n->order + first);
  return status;
}

static bool has_part(const void *source, khop_part part) {
  return khop_i_node_split_has(&((const ball_feed *)source)->nodes.split, part);
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  ball_feed *f = source;
  khop_i_node_batches *n = &f->nodes;
  int64_t count = khop_i_node_batches_list(n, part);
  double total = 0, weights = 0;
  for (int64_t first = 0; first < count; first += n->size) {
    int64_t length = khop_i_node_batches_length(n, first, count);
    khop_status status = open_batch(f, length, n->order + first, false);
    if (status != KHOP_OK) return status;
    double weight = khop_i_node_batches_weight(n, length, n->order + first);
    total += weight * khop_run_forward(f->batch.run, false, 0, 0);
    weights += weight;
    khop_i_node_batches_take(n, f->batch.run, first, length, f->batch.cut.places);
  }
  if (loss) *loss = weights > 0 ? total / weights : 0;
  return khop_i_node_batches_score(score, n, count);
}

static void use_units(void *source, const khop_i_units *units) {
  khop_i_node_split_use_units(&((ball_feed *)source)->nodes.split, units);
}

static void held_bytes(size_t *run, size_t *rings, const void *source) {
  const ball_feed *f = source;
  *run = f->run_bytes;
  *rings = f->ring_bytes;
}

static void free_ball_feed(void *source) {
  ball_feed *f = source;
  close_batch(&f->batch);
  khop_i_node_batches_close(&f->nodes);
  khop_graph_free(f->turned);
  khop_i_free(f);
}

static const khop_i_feed feed = {begin_epoch, bind_batch, has_part, evaluate_part, use_units, held_bytes,
                                 free_ball_feed};

/* --- the public side ---------------------------------------------------------------------------- */

static khop_status open_feed(ball_feed *f, khop_model *model, const khop_data *data, int split,
                             const khop_batch_options *batches, const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  f->data = data;
  f->form = batches->form;
  f->max_bytes = batches->max_bytes;
  KHOP_TRY(khop_i_predict_check(model, data));
  KHOP_TRY(khop_model_reach(&f->reach, model));
  if (batches->nodes < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "a batch of %lld nodes", (long long)batches->nodes);
  KHOP_TRY(khop_i_ball_arcs(&f->along, &f->turned, khop_data_graph(data), f->reach.direction));
  KHOP_TRY(khop_i_node_batches_open(&f->nodes, data, split, khop_i_node_batch_size(data, split, batches->nodes),
                                    options, model));
done:
  return status;
}

khop_status khop_trainer_new_batches(khop_trainer **out, khop_model *model, const khop_data *data, int split,
                                     const khop_batch_options *given, const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_batch_options batches;
  khop_fit_options own;
  ball_feed *f = NULL;
  if (out) *out = NULL;
  if (!out || !model || !data || !given)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_trainer_new_batches: the model, the data, the batches or a place for the "
                       "result is missing");
  KHOP_TRY(KHOP_I_TAKE(khop_batch_options, &batches, given));
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_fit_options, &own, options));
  options = &own;
  KHOP_TRY(khop_i_alloc(&f, 1, sizeof *f, "a trainer"));
  KHOP_TRY(open_feed(f, model, data, split, &batches, options));
  KHOP_TRY(khop_model_init(model, options->seed));
  khop_i_truth truth = {khop_data_labels(data), khop_i_node_split_mask(&f->nodes.split, KHOP_TRAIN), 1,
                        khop_i_node_split_nodes(&f->nodes.split)};
  KHOP_TRY(khop_i_trainer_open(out, &(khop_i_training){.truth = truth, .feed = &feed, .source = f,
                                                       .model = model,
                                                       .batches = khop_i_node_batches_count(&f->nodes),
                                                       .split = split,
                                                       .nodes = khop_i_node_split_nodes(&f->nodes.split)}, options));
  f = NULL;
done:
  if (f) free_ball_feed(f);
  return status;
}
