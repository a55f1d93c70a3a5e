/* row_batches.c: training and prediction on rows of a file, some at a time: see khop/hops.h.
 *
 *   batch    nodes 17, 3 and 40         node_batches.h
 *   x        rows 17, 3 and 40          (size, columns), read from the file for each batch
 *   run      bound to x once: what is read into x is what it sees; rows that are not there in the last
 *            batch are masked
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "model/kinds.h"
#include "train/loop.h"
#include "train/nodes/node_batches.h"
#include "train/scores.h"

#include <khop/hops.h>
#include <string.h>

/* A model and one batch of rows, to predict with. */
typedef struct row_batch {
  const khop_rows *rows;
  int64_t size, columns, outputs;
  khop_rings *rings[KHOP_MAX_RINGS]; /* of hop 0 alone, where the model has such taps */
  int rings_count;
  khop_run *run;
  khop_real *x;           /* (size, columns) */
  khop_features features; /* a view of x */
} row_batch;

/* What a training needs beyond it. */
typedef struct row_feed {
  row_batch batch;
  khop_i_node_batches nodes;
  uint8_t *mask;         /* (size) */
  int32_t *labels;       /* (size) or NULL */
  khop_real *targets;    /* (size, outputs) or NULL */
} row_feed;

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

/* --- a batch --------------------------------------------------------------------------------- */

/* A graph of so many nodes without an edge: what taps of hop 0 are bound to. */
static khop_status build_bare_rings(row_batch *b, khop_model *model) {
  khop_graph *graph = NULL;
  const int64_t none = 0;
  khop_status status = khop_graph_from_coo(&graph, b->size, 0, &none, &none, false);
  if (status == KHOP_OK)
    status = khop_model_rings(b->rings, &b->rings_count, model, graph, 0);
  khop_graph_free(graph);
  return status;
}

static void close_batch(row_batch *b) {
  khop_run_free(b->run);
  for (int r = 0; r < b->rings_count; r++) khop_rings_free(b->rings[r]);
  khop_i_free(b->x);
}

static khop_status open_batch(row_batch *b, khop_model *model, const khop_rows *rows, int64_t size,
                              bool training) {
  khop_status status = KHOP_OK;
  KHOP_TRY(check_model(model, rows));
  if (size < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "a batch of %lld nodes", (long long)size);
  if (size > khop_rows_count(rows)) size = khop_rows_count(rows);
  b->rows = rows;
  b->size = size;
  b->columns = khop_rows_columns(rows);
  b->outputs = khop_model_output_columns(model);
  if (b->size > INT64_MAX / 64 / b->columns)
    KHOP_FAIL(KHOP_E_MEMORY, "no memory for batches of %lld rows", (long long)size);
  KHOP_TRY(khop_i_alloc(&b->x, b->size * b->columns, sizeof *b->x, "a batch"));
  b->features = (khop_features){.rows = b->size, .columns = b->columns, .dense = b->x};
  KHOP_TRY(build_bare_rings(b, model));
  KHOP_TRY(khop_run_new(&b->run, model, b->rings_count, b->rings, &b->features, training, 0));
done:
  return status;
}

/* --- what a training reads ---------------------------------------------------------------------- */

/* Room for what the nodes of a batch are compared with. */
static khop_status open_truth(row_feed *f) {
  khop_status status = KHOP_OK;
  int64_t size = f->batch.size, outputs = f->batch.outputs;
  KHOP_TRY(khop_i_alloc(&f->mask, size, 1, "a batch"));
  if (f->nodes.split.targets) KHOP_TRY(khop_i_alloc(&f->targets, size * outputs, sizeof *f->targets, "targets"));
  else KHOP_TRY(khop_i_alloc(&f->labels, size, sizeof *f->labels, "labels"));
done:
  return status;
}

static void free_row_feed(void *source) {
  row_feed *f = source;
  khop_i_free(f->mask);
  khop_i_free(f->labels);
  khop_i_free(f->targets);
  close_batch(&f->batch);
  khop_i_node_batches_close(&f->nodes);
  khop_i_free(f);
}

/* Reads the rows of ids (count), and binds what their outputs are compared with. */
static khop_status load_rows(double *weight, row_feed *f, int64_t count, const int64_t *ids) {
  int64_t outputs = f->batch.outputs;
  const khop_real *targets = f->nodes.split.targets;
  const int32_t *labels = khop_data_labels(f->nodes.split.data);
  khop_status status = khop_rows_read(f->batch.x, f->batch.rows, count, ids);
  if (status != KHOP_OK) return status;
  memset(f->mask, 0, (size_t)f->batch.size);
  memset(f->mask, 1, (size_t)count);
  *weight = khop_i_node_batches_weight(&f->nodes, count, ids);
  for (int64_t i = 0; i < count; i++) {
    if (!targets) f->labels[i] = labels[ids[i]];
    for (int64_t c = 0; targets && c < outputs; c++) f->targets[i * outputs + c] = targets[ids[i] * outputs + c];
  }
  return targets ? khop_run_targets(f->batch.run, f->targets, f->mask)
                 : khop_run_labels(f->batch.run, f->labels, f->mask);
}

static void begin_epoch(void *source, int epoch) { khop_i_node_batches_shuffle(&((row_feed *)source)->nodes, epoch); }

static khop_status bind_training_rows(khop_run **run, double *weight, void *source, int64_t batch) {
  row_feed *f = source;
  const khop_i_node_batches *n = &f->nodes;
  int64_t first = batch * n->size;
  *run = f->batch.run;
  return load_rows(weight, f, khop_i_node_batches_length(n, first, n->trains), n->order + first);
}

static bool has_part(const void *source, khop_part part) {
  return khop_i_node_split_has(&((const row_feed *)source)->nodes.split, part);
}

static void use_units(void *source, const khop_i_units *units) {
  khop_i_node_split_use_units(&((row_feed *)source)->nodes.split, units);
}

static void held_bytes(size_t *run, size_t *rings, const void *source) {
  *run = khop_run_bytes(((const row_feed *)source)->batch.run);
  *rings = 0;
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  row_feed *f = source;
  khop_i_node_batches *n = &f->nodes;
  int64_t count = khop_i_node_batches_list(n, part);
  double total = 0, weights = 0, weight;
  for (int64_t first = 0; first < count; first += n->size) {
    int64_t length = khop_i_node_batches_length(n, first, count);
    khop_status status = load_rows(&weight, f, length, n->order + first);
    if (status != KHOP_OK) return status;
    total += weight * khop_run_forward(f->batch.run, false, 0, 0);
    weights += weight;
    khop_i_node_batches_take(n, f->batch.run, first, length, NULL);
  }
  if (loss) *loss = weights > 0 ? total / weights : 0;
  return khop_i_node_batches_score(score, n, count);
}

static const khop_i_feed feed = {begin_epoch, bind_training_rows, has_part, evaluate_part, use_units, held_bytes,
                                 free_row_feed};

/* --- the public side ------------------------------------------------------------------------- */

static khop_status check_data(const khop_rows *rows, const khop_data *data) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (khop_rows_count(rows) == nodes) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "%lld rows of hop features, and %s has %lld nodes",
                     (long long)khop_rows_count(rows), khop_data_name(data), (long long)nodes);
}

khop_status khop_trainer_new_rows(khop_trainer **out, khop_model *model, const khop_rows *rows,
                                  const khop_data *data, int split, int64_t batch,
                                  const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_fit_options own;
  row_feed *f = NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_fit_options, &own, options));
  options = &own;
  KHOP_TRY(check_data(rows, data));
  KHOP_TRY(khop_i_alloc(&f, 1, sizeof *f, "a trainer"));
  KHOP_TRY(open_batch(&f->batch, model, rows, khop_i_node_batch_size(data, split, batch), true));
  KHOP_TRY(khop_i_node_batches_open(&f->nodes, data, split, f->batch.size, options, model));
  KHOP_TRY(open_truth(f));
  KHOP_TRY(khop_model_init(model, options->seed));
  khop_i_truth truth = {khop_data_labels(data), khop_i_node_split_mask(&f->nodes.split, KHOP_TRAIN), 1,
                        khop_i_node_split_nodes(&f->nodes.split)};
  KHOP_TRY(khop_i_trainer_open(out, &(khop_i_training){.truth = truth, .feed = &feed, .source = f,
                                                       .model = model,
                                                       .batches = khop_i_node_batches_count(&f->nodes),
                                                       .split = split,
                                                       .nodes = f->batch.run->n}, options));
  f = NULL;
done:
  if (f) free_row_feed(f);
  return status;
}

khop_status khop_fit_rows(khop_fit_result *result, khop_model *model, const khop_rows *rows,
                          const khop_data *data, int split, int64_t batch,
                          const khop_fit_options *options) {
  khop_trainer *trainer;
  khop_status status = khop_trainer_new_rows(&trainer, model, rows, data, split, batch, options);
  if (status == KHOP_OK) status = khop_i_trainer_run(result, trainer);
  khop_trainer_free(trainer);
  return status;
}

khop_status khop_predict_rows(khop_real *scores, khop_model *model, const khop_rows *rows,
                              int64_t batch) {
  khop_status status = KHOP_OK;
  row_batch b = {0};
  khop_i_units units = {0};
  int64_t *ids = NULL;
  KHOP_TRY(khop_i_units_open(&units, model));
  KHOP_TRY(open_batch(&b, model, rows, batch, false));
  KHOP_TRY(khop_i_alloc(&ids, b.size, sizeof *ids, "a batch"));
  for (int64_t first = 0, n = khop_rows_count(rows); first < n; first += b.size) {
    int64_t count = n - first < b.size ? n - first : b.size;
    khop_real *some = scores + first * b.outputs;
    for (int64_t i = 0; i < count; i++) ids[i] = first + i;
    KHOP_TRY(khop_rows_read(b.x, rows, count, ids));
    khop_run_forward(b.run, false, 0, 0);
    memcpy(some, khop_run_output(b.run), (size_t)(count * b.outputs) * sizeof *some);
    for (int64_t i = 0; i < count; i++) {
      KHOP_TRY(khop_i_row_to_scores(some + i * b.outputs, model, "node", first + i));
      khop_i_units_undo(some + i * b.outputs, model, &units);
    }
  }
done:
  khop_i_free(ids);
  khop_i_units_close(&units);
  close_batch(&b);
  return status;
}
