/* row_batches.c: training and prediction on rows of a file, some at a time: see khop/hops.h.
 *
 *   order    17 3 40 | 8 11 5 | 29      the training nodes, shuffled anew each epoch
 *   x        rows 17, 3 and 40          (size, columns), read from the file for each batch
 *   run      bound to x once: what is read into x is what it sees; rows that are not there in the last
 *            batch are masked
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "model/kinds.h"
#include "base/random.h"
#include "train/loop.h"
#include "train/nodes/node_split.h"
#include "train/scores.h"

#include <khop/hops.h>
#include <math.h>
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
  khop_i_node_split split;
  uint64_t seed;
  int64_t *order;        /* (nodes) ids of the part that is read */
  int64_t trains;        /* training nodes */
  uint8_t *mask;         /* (size) */
  int32_t *labels;       /* (size) or NULL */
  khop_real *targets;    /* (size, outputs) or NULL */
  int64_t most;          /* the most nodes of validation and test, whose outputs are scored at once */
  khop_real *output;     /* (most, outputs) */
  int32_t *part_labels;  /* (most) or NULL */
  khop_real *part_targets; /* (most, outputs) or NULL */
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

/* The ids of a part go to order; how many. */
static int64_t list_part(row_feed *f, khop_part part) {
  const uint8_t *mask = khop_i_node_split_mask(&f->split, part);
  int64_t count = 0, nodes = khop_i_node_split_nodes(&f->split);
  for (int64_t i = 0; mask && i < nodes; i++)
    if (mask[i]) f->order[count++] = i;
  return count;
}

/* Room for the nodes that are read and for what they are compared with. */
static khop_status open_truth(row_feed *f) {
  khop_status status = KHOP_OK;
  int64_t size = f->batch.size, outputs = f->batch.outputs;
  KHOP_TRY(khop_i_alloc(&f->order, khop_i_node_split_nodes(&f->split), sizeof *f->order, "the order of the nodes"));
  f->most = list_part(f, KHOP_VAL);
  int64_t tests = list_part(f, KHOP_TEST);
  if (tests > f->most) f->most = tests;
  f->trains = list_part(f, KHOP_TRAIN);
  KHOP_TRY(khop_i_alloc(&f->mask, size, 1, "a batch"));
  KHOP_TRY(khop_i_alloc(&f->output, f->most * outputs, sizeof *f->output, "outputs"));
  if (khop_data_targets(f->split.data, NULL)) {
    KHOP_TRY(khop_i_alloc(&f->targets, size * outputs, sizeof *f->targets, "targets"));
    KHOP_TRY(khop_i_alloc(&f->part_targets, f->most * outputs, sizeof *f->part_targets, "targets"));
  } else {
    KHOP_TRY(khop_i_alloc(&f->labels, size, sizeof *f->labels, "labels"));
    KHOP_TRY(khop_i_alloc(&f->part_labels, f->most, sizeof *f->part_labels, "labels"));
  }
done:
  return status;
}

static void free_row_feed(void *source) {
  row_feed *f = source;
  void *const blocks[] = {f->order,  f->mask,        f->labels,      f->targets,
                          f->output, f->part_labels, f->part_targets};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) khop_i_free(blocks[i]);
  close_batch(&f->batch);
  khop_i_node_split_close(&f->split);
  khop_i_free(f);
}

/* The rows order[first], .. of the part that is listed, as many as a batch holds. */
static int64_t rows_from(const row_feed *f, int64_t first, int64_t count) {
  return count - first < f->batch.size ? count - first : f->batch.size;
}

/* Reads the rows of ids (count), and binds what their outputs are compared with. */
static khop_status load_rows(double *weight, row_feed *f, int64_t count, const int64_t *ids) {
  int64_t outputs = f->split.targets ? f->batch.outputs : 0;
  const khop_real *targets = f->split.targets;
  const int32_t *labels = khop_data_labels(f->split.data);
  khop_status status = khop_rows_read(f->batch.x, f->batch.rows, count, ids);
  if (status != KHOP_OK) return status;
  memset(f->mask, 0, (size_t)f->batch.size);
  memset(f->mask, 1, (size_t)count);
  *weight = targets ? 0 : (double)count;
  for (int64_t i = 0; i < count; i++) {
    if (!targets) f->labels[i] = labels[ids[i]];
    for (int64_t c = 0; c < outputs; c++) {
      khop_real value = targets[ids[i] * outputs + c];
      f->targets[i * outputs + c] = value;
      *weight += !isnan(value);
    }
  }
  return targets ? khop_run_targets(f->batch.run, f->targets, f->mask)
                 : khop_run_labels(f->batch.run, f->labels, f->mask);
}

/* The order is drawn from the seed and the epoch alone: a training that goes on reads what it would have. */
static void shuffle_training_rows(void *source, int epoch) {
  row_feed *f = source;
  khop_i_random r;
  khop_i_random_seed(&r, khop_i_random_key(f->seed, (uint64_t)epoch, 0x62617463));
  khop_i_random_shuffle(&r, f->order, list_part(f, KHOP_TRAIN));
}

static khop_status bind_training_rows(double *weight, void *source, int64_t batch) {
  row_feed *f = source;
  int64_t first = batch * f->batch.size;
  return load_rows(weight, f, rows_from(f, first, f->trains), f->order + first);
}

static bool has_part(const void *source, khop_part part) {
  return khop_i_node_split_has(&((const row_feed *)source)->split, part);
}

/* Outputs and targets of rows order[first], .. in the unit that the targets have in the data. */
static void take_part_targets(row_feed *f, int64_t first, int64_t rows) {
  int64_t columns = f->batch.outputs;
  const khop_real *targets = khop_data_targets(f->split.data, NULL);
  for (int64_t i = first; i < first + rows; i++) {
    khop_i_units_undo(f->output + i * columns, f->batch.run->model, &f->split.units);
    memcpy(f->part_targets + i * columns, targets + f->order[i] * columns, (size_t)columns * sizeof *targets);
  }
}

static void use_units(void *source, const khop_i_units *units) {
  khop_i_node_split_use_units(&((row_feed *)source)->split, units);
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  row_feed *f = source;
  const row_batch *b = &f->batch;
  int64_t count = list_part(f, part);
  double total = 0, weights = 0, weight;
  for (int64_t first = 0; first < count; first += b->size) {
    int64_t rows = rows_from(f, first, count);
    khop_status status = load_rows(&weight, f, rows, f->order + first);
    if (status != KHOP_OK) return status;
    total += weight * khop_run_forward(b->run, false, 0, 0);
    weights += weight;
    size_t cells = (size_t)(rows * b->outputs);
    memcpy(f->output + first * b->outputs, khop_run_output(b->run), cells * sizeof *f->output);
    if (f->targets) take_part_targets(f, first, rows);
    else memcpy(f->part_labels + first, f->labels, (size_t)rows * sizeof *f->labels);
  }
  if (loss) *loss = weights > 0 ? total / weights : 0;
  khop_i_sample sample = {f->output, count, b->outputs, f->part_labels, f->part_targets, NULL, 0};
  return khop_i_node_split_score(score, &f->split, &sample);
}

static const khop_i_feed feed = {shuffle_training_rows, bind_training_rows, has_part, evaluate_part,
                                 use_units, free_row_feed};

/* --- the public side ------------------------------------------------------------------------- */

static khop_status check_data(const khop_rows *rows, const khop_data *data) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (khop_rows_count(rows) == nodes) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "%lld rows of hop features, and %s has %lld nodes",
                     (long long)khop_rows_count(rows), khop_data_name(data), (long long)nodes);
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
  khop_fit_options own;
  row_feed *f = NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_fit_options, &own, options));
  options = &own;
  KHOP_TRY(check_data(rows, data));
  KHOP_TRY(khop_i_alloc(&f, 1, sizeof *f, "a trainer"));
  f->seed = options->seed;
  KHOP_TRY(open_batch(&f->batch, model, rows, fit_size(data, split, batch), true));
  KHOP_TRY(khop_i_node_split_open(&f->split, data, split, options->metric, model));
  KHOP_TRY(open_truth(f));
  KHOP_TRY(khop_model_init(model, options->seed));
  int64_t batches = (f->trains + f->batch.size - 1) / f->batch.size;
  KHOP_TRY(khop_i_trainer_open(out, &(khop_i_training){.feed = &feed, .source = f, .run = f->batch.run,
                                                       .batches = batches, .split = split}, options));
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
