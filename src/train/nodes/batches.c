/* batches.c: see batches.h, and khop/hops.h for the public side. */
#include "train/nodes/batches.h"
#include "base/error.h"
#include "model/kinds.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

/* --- which models ---------------------------------------------------------------------------- */

/* Convolutions over ring 0 alone are products of a row. */
static bool reads_own_row(const khop_i_op *op) {
  if (op->kind != KHOP_I_CONV && op->kind != KHOP_I_MIX) return khop_i_kind_reads_own_row(op->kind);
  for (int t = 0; t < op->taps; t++)
    if (op->hops[t] != 0 || op->op == KHOP_METAPATH) return false;
  return true;
}

static khop_status check_model(const khop_model *model, const khop_rows *rows) {
  for (int i = 0; i < model->count; i++)
    if (!reads_own_row(&model->ops[i]))
      return khop_i_fail(KHOP_E_ARGUMENT, "op %d (%s) looks at other rows than its own: with hop "
                         "features that is done before (recipe mlp)", i,
                         khop_i_kind_name(model->ops[i].kind));
  if (khop_model_input_columns(model) == khop_rows_columns(rows)) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "the model takes %lld columns, and the rows have %lld",
                     (long long)khop_model_input_columns(model), (long long)khop_rows_columns(rows));
}

/* --- room ------------------------------------------------------------------------------------ */

/* A graph of so many nodes without an edge: what taps of hop 0 are bound to. */
static khop_status bare_rings(khop_i_batches *b, khop_model *model) {
  khop_graph *graph = NULL;
  const int64_t none = 0;
  khop_status status = khop_graph_from_coo(&graph, b->size, 0, &none, &none, false);
  if (status == KHOP_OK)
    status = khop_model_rings(b->rings, &b->rings_count, model, graph, 0);
  khop_graph_free(graph);
  return status;
}

khop_status khop_i_batches_open(khop_i_batches **out, khop_model *model, const khop_rows *rows,
                                int64_t size, bool training) {
  khop_status status = KHOP_OK;
  khop_i_batches *b = NULL;
  *out = NULL;
  KHOP_TRY(check_model(model, rows));
  if (size < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "a batch of %lld nodes", (long long)size);
  if (size > khop_rows_count(rows)) size = khop_rows_count(rows);
  KHOP_TRY(khop_i_alloc(&b, 1, sizeof *b, "batches"));
  b->rows = rows;
  b->size = size;
  b->columns = khop_rows_columns(rows);
  b->outputs = khop_model_output_columns(model);
  if (b->size > INT64_MAX / 64 / b->columns)
    KHOP_FAIL(KHOP_E_MEMORY, "no memory for batches of %lld rows", (long long)size);
  KHOP_TRY(khop_i_alloc(&b->x, b->size * b->columns, sizeof *b->x, "a batch"));
  KHOP_TRY(khop_i_alloc(&b->mask, b->size, 1, "a batch"));
  b->features = (khop_features){.rows = b->size, .columns = b->columns, .dense = b->x};
  KHOP_TRY(bare_rings(b, model));
  KHOP_TRY(khop_run_new(&b->run, model, b->rings_count, b->rings, &b->features, training, 0));
  *out = b;
  b = NULL;
done:
  khop_i_batches_free(b);
  return status;
}

void khop_i_batches_free(khop_i_batches *b) {
  if (!b) return;
  khop_run_free(b->run);
  for (int r = 0; r < b->rings_count; r++) khop_rings_free(b->rings[r]);
  void *const blocks[] = {b->x,     b->mask,   b->labels,      b->targets,
                          b->order, b->output, b->part_labels, b->part_targets};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) khop_i_free(blocks[i]);
  khop_i_free(b);
}

static int64_t nodes_of(const khop_trainer *t) { return khop_graph_nodes(khop_data_graph(t->data)); }

/* The ids of a part go to order; how many. */
static int64_t list_part(khop_trainer *t, khop_part part) {
  const uint8_t *mask = khop_data_mask(t->data, t->split, part);
  int64_t count = 0;
  for (int64_t i = 0; mask && i < nodes_of(t); i++)
    if (mask[i]) t->batches->order[count++] = i;
  return count;
}

/* What a trainer needs beyond a prediction. */
static khop_status open_truth(khop_trainer *t) {
  khop_status status = KHOP_OK;
  khop_i_batches *b = t->batches;
  bool regression = khop_data_targets(t->data, NULL) != NULL;
  KHOP_TRY(khop_i_alloc(&b->order, nodes_of(t), sizeof *b->order, "the order of the nodes"));
  b->parts = list_part(t, KHOP_VAL);
  int64_t tests = list_part(t, KHOP_TEST);
  if (tests > b->parts) b->parts = tests;
  KHOP_TRY(khop_i_alloc(&b->output, b->parts * b->outputs, sizeof *b->output, "outputs"));
  if (regression) {
    KHOP_TRY(khop_i_alloc(&b->targets, b->size * b->outputs, sizeof *b->targets, "targets"));
    KHOP_TRY(khop_i_alloc(&b->part_targets, b->parts * b->outputs, sizeof *b->part_targets, "targets"));
  } else {
    KHOP_TRY(khop_i_alloc(&b->labels, b->size, sizeof *b->labels, "labels"));
    KHOP_TRY(khop_i_alloc(&b->part_labels, b->parts, sizeof *b->part_labels, "labels"));
  }
done:
  return status;
}

/* --- a batch --------------------------------------------------------------------------------- */

/* Reads the rows of ids (count), and binds what their outputs are compared with. *weight: how many
 * numbers the loss is a mean of. */
static khop_status load_batch(double *weight, khop_trainer *t, int64_t count, const int64_t *ids) {
  khop_i_batches *b = t->batches;
  int64_t outputs = 0;
  const khop_real *targets = khop_data_targets(t->data, &outputs);
  const int32_t *labels = khop_data_labels(t->data);
  khop_status status = khop_rows_read(b->x, b->rows, count, ids);
  if (status != KHOP_OK) return status;
  memset(b->mask, 0, (size_t)b->size);
  memset(b->mask, 1, (size_t)count);
  *weight = targets ? 0 : (double)count;
  for (int64_t i = 0; i < count; i++) {
    if (!targets) b->labels[i] = labels[ids[i]];
    for (int64_t c = 0; c < outputs; c++) {
      khop_real value = targets[ids[i] * outputs + c];
      b->targets[i * outputs + c] = value;
      *weight += !isnan(value);
    }
  }
  return targets ? khop_run_targets(b->run, b->targets, b->mask)
                 : khop_run_labels(b->run, b->labels, b->mask);
}

static void shuffle(khop_trainer *t, int64_t count) {
  khop_i_random r;
  khop_i_random_seed(&r, khop_i_random_key(t->options.seed, (uint64_t)t->now.epoch, 0x62617463));
  khop_i_random_shuffle(&r, t->batches->order, count);
}

khop_status khop_i_batches_learn(khop_trainer *t) {
  khop_i_batches *b = t->batches;
  int64_t count = list_part(t, KHOP_TRAIN), steps = (count + b->size - 1) / b->size;
  double total = 0, weights = 0, weight;
  shuffle(t, count);
  for (int64_t s = 0; s < steps; s++) {
    int64_t first = s * b->size, rows = count - first < b->size ? count - first : b->size;
    khop_status status = load_batch(&weight, t, rows, b->order + first);
    if (status != KHOP_OK) return status;
    uint64_t step = (uint64_t)(t->now.epoch - 1) * (uint64_t)steps + (uint64_t)s + 1;
    t->now.loss = khop_run_forward(b->run, true, t->options.seed, step);
    status = khop_i_trainer_check_loss(t);
    if (status != KHOP_OK) return status;
    total += weight * t->now.loss;
    weights += weight;
    khop_run_backward(b->run);
    khop_optimizer_step(t->optimizer, b->run->gradients, khop_i_trainer_rate(t));
  }
  t->now.loss = weights > 0 ? total / weights : 0;
  return KHOP_OK;
}

khop_status khop_i_batches_score(double *value, double *loss, khop_trainer *t, khop_part part) {
  khop_i_batches *b = t->batches;
  int64_t count = list_part(t, part);
  double total = 0, weights = 0, weight;
  for (int64_t first = 0; first < count; first += b->size) {
    int64_t rows = count - first < b->size ? count - first : b->size;
    khop_status status = load_batch(&weight, t, rows, b->order + first);
    if (status != KHOP_OK) return status;
    total += weight * khop_run_forward(b->run, false, 0, 0);
    weights += weight;
    size_t cells = (size_t)(rows * b->outputs);
    memcpy(b->output + first * b->outputs, khop_run_output(b->run), cells * sizeof *b->output);
    if (b->targets)
      memcpy(b->part_targets + first * b->outputs, b->targets, cells * sizeof *b->targets);
    else
      memcpy(b->part_labels + first, b->labels, (size_t)rows * sizeof *b->labels);
  }
  if (loss) *loss = weights > 0 ? total / weights : 0;
  khop_i_sample sample = {b->output, count, b->outputs, b->part_labels, b->part_targets, NULL};
  return khop_i_trainer_score(value, t, &sample);
}

/* --- the public side ------------------------------------------------------------------------- */

static khop_status check_data(const khop_rows *rows, const khop_data *data, const khop_model *model) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), outputs = 0;
  if (khop_rows_count(rows) != nodes)
    return khop_i_fail(KHOP_E_SHAPE, "%lld rows of hop features, and %s has %lld nodes",
                       (long long)khop_rows_count(rows), khop_data_name(data), (long long)nodes);
  if (khop_data_targets(data, &outputs) && outputs != khop_model_output_columns(model))
    return khop_i_fail(KHOP_E_SHAPE, "the model has %lld outputs, the data %lld targets",
                       (long long)khop_model_output_columns(model), (long long)outputs);
  return KHOP_OK;
}

/* No batch is larger than the training nodes are many. */
static int64_t fit_size(const khop_data *data, int split, int64_t batch) {
  const uint8_t *mask = khop_data_mask(data, split, KHOP_TRAIN);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), count = 0;
  for (int64_t i = 0; mask && i < nodes; i++) count += mask[i];
  return count > 0 && batch > count ? count : batch;
}

khop_status khop_trainer_new_rows(khop_trainer **out, khop_model *model, const khop_rows *rows,
                                  const khop_data *data, int split, int64_t batch,
                                  const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_trainer *t = NULL;
  *out = NULL;
  KHOP_TRY(check_data(rows, data, model));
  KHOP_TRY(khop_i_alloc(&t, 1, sizeof *t, "a trainer"));
  t->data = data;
  t->split = split;
  if (options) t->options = *options;
  KHOP_TRY(khop_i_batches_open(&t->batches, model, rows, fit_size(data, split, batch), true));
  t->run = t->batches->run;
  KHOP_TRY(open_truth(t));
  KHOP_TRY(khop_i_trainer_open(t));
  *out = t;
  t = NULL;
done:
  khop_trainer_free(t);
  return status;
}

khop_status khop_fit_rows(khop_fit_result *result, khop_model *model, const khop_rows *rows,
                          const khop_data *data, int split, int64_t batch,
                          const khop_fit_options *options) {
  khop_trainer *trainer;
  khop_status status = khop_trainer_new_rows(&trainer, model, rows, data, split, batch, options);
  for (bool more = true; status == KHOP_OK && more;) status = khop_trainer_epoch(trainer, &more);
  if (status == KHOP_OK) status = khop_trainer_finish(trainer, result);
  khop_trainer_free(trainer);
  return status;
}

khop_status khop_predict_rows(khop_real *scores, khop_model *model, const khop_rows *rows,
                              int64_t batch) {
  khop_status status = KHOP_OK;
  khop_i_batches *b = NULL;
  int64_t *ids = NULL;
  KHOP_TRY(khop_i_batches_open(&b, model, rows, batch, false));
  KHOP_TRY(khop_i_alloc(&ids, b->size, sizeof *ids, "a batch"));
  for (int64_t first = 0, n = khop_rows_count(rows); first < n; first += b->size) {
    int64_t count = n - first < b->size ? n - first : b->size;
    for (int64_t i = 0; i < count; i++) ids[i] = first + i;
    KHOP_TRY(khop_rows_read(b->x, rows, count, ids));
    khop_run_forward(b->run, false, 0, 0);
    memcpy(scores + first * b->outputs, khop_run_output(b->run),
           (size_t)(count * b->outputs) * sizeof *scores);
  }
  KHOP_TRY(khop_i_to_scores(scores, model, khop_rows_count(rows)));
done:
  khop_i_free(ids);
  khop_i_batches_free(b);
  return status;
}
