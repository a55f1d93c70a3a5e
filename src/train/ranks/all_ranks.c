/* all_ranks.c: see all_ranks.h. As nodes/all_nodes.c, with a run of several ranks. */
#include "train/ranks/all_ranks.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "distributed/exchange.h"
#include "distributed/shard_run.h"
#include "train/loop.h"
#include "train/nodes/node_split.h"
#include "train/ranks/fingerprint.h"

#include <math.h>

typedef struct all_ranks {
  khop_i_node_split split;
  khop_shard_run *run; /* the caller's */
  void *pattern;       /* a row of each node, from its rank */
  khop_real *own;      /* (rows, outputs) of this rank */
  khop_real *output;   /* (nodes, outputs) of all, in the unit of the targets */
  bool (*progress)(const khop_epoch *epoch, void *context); /* the caller's, or NULL */
  void *context;
  khop_status status; /* of what was agreed on after the last epoch */
} all_ranks;

static void begin_epoch(void *source, int epoch) { (void)source, (void)epoch; }

static bool has_part(const void *source, khop_part part) {
  return khop_i_node_split_has(&((const all_ranks *)source)->split, part);
}

/* What the loss compares with, on one part of the split. */
static khop_status bind_part(const all_ranks *a, khop_part part) {
  int64_t first = khop_shard_first(a->run->shard), outputs = khop_model_output_columns(a->run->model);
  const uint8_t *mask = khop_i_node_split_mask(&a->split, part) + first;
  return a->split.targets ? khop_shard_run_targets(a->run, a->split.targets + first * outputs, mask)
                          : khop_shard_run_labels(a->run, khop_data_labels(a->split.data) + first, mask);
}

static void teach(khop_shard_run *run, double smoothing, const khop_real *class_weights) {
  for (int p = 0; p < run->own; p++) {
    run->run[p]->smoothing = smoothing;
    run->run[p]->class_weights = class_weights;
  }
}

static khop_status learn(double *loss, khop_real **gradients, void *source, const khop_i_lesson *lesson) {
  const all_ranks *a = source;
  khop_status status = bind_part(a, KHOP_TRAIN);
  teach(a->run, lesson->smoothing, lesson->class_weights);
  if (status == KHOP_OK) status = khop_shard_run_forward(loss, a->run, true, lesson->seed, lesson->step);
  if (status == KHOP_OK && isfinite(*loss)) status = khop_shard_run_backward(a->run);
  teach(a->run, 0, NULL); /* what validates has labels as they are, and the weights end with the trainer */
  *gradients = khop_shard_run_gradients(a->run);
  return status;
}

/* The outputs of all rows, in their order and in the unit that the targets have in the data. */
static khop_status gather_outputs(const all_ranks *a) {
  int64_t columns = khop_model_output_columns(a->run->model), nodes = khop_i_node_split_nodes(&a->split);
  khop_status status = khop_shard_run_output(a->own, a->run);
  KHOP_TRY(khop_i_fetch(a->run->exchange, status, a->output, a->own, a->pattern, (size_t)columns * sizeof *a->own));
  if (!a->split.targets || !khop_i_learns_numbers(a->run->model)) goto done;
  for (int64_t i = 0; i < nodes; i++) khop_i_units_undo(a->output + i * columns, a->run->model, &a->split.units);
done:
  return status;
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  const all_ranks *a = source;
  khop_status status = KHOP_OK;
  if (loss) KHOP_TRY(bind_part(a, part));
  KHOP_TRY(khop_shard_run_forward(loss, a->run, false, 0, 0));
  KHOP_TRY(gather_outputs(a));
  const khop_real *targets = khop_data_targets(a->split.data, NULL);
  khop_i_sample sample = {a->output, khop_i_node_split_nodes(&a->split), khop_model_output_columns(a->run->model),
                          targets ? NULL : khop_data_labels(a->split.data), targets,
                          khop_i_node_split_mask(&a->split, part), 0};
  KHOP_TRY(khop_i_agree(a->run->exchange, khop_i_node_split_score(score, &a->split, &sample)));
done:
  return status;
}

static void use_units(void *source, const khop_i_units *units) {
  khop_i_node_split_use_units(&((all_ranks *)source)->split, units);
}

static void free_all_ranks(void *source) {
  all_ranks *a = source;
  for (int p = 0; p < a->run->own; p++) a->run->run[p]->targets = NULL; /* they end here, and the run goes on */
  if (a->pattern) a->run->exchange->close(a->pattern, a->run->exchange->context);
  khop_i_node_split_close(&a->split);
  khop_i_free(a->own);
  khop_i_free(a->output);
  khop_i_free(a);
}

static const khop_i_feed feed = {begin_epoch, NULL, has_part, evaluate_part, use_units, NULL, free_all_ranks};

/* --- what ranks agree on after an epoch -------------------------------------------------------------------------- */

/* Weights that differ have been stepped with other options, or by a processor that rounds otherwise. */
static khop_status agree_on_epoch(bool *go_on, const all_ranks *a, bool here) {
  const khop_exchange *e = a->run->exchange;
  const khop_model *model = a->run->model;
  const int64_t *all;
  khop_status status = KHOP_OK;
  int64_t weights = khop_i_fingerprint_weights(model->parameter_array, model->parameters);
  KHOP_TRY(khop_i_agree_on(e, KHOP_OK, 1, &(khop_i_agreed){"weights' fingerprint", weights}));
  KHOP_TRY(khop_i_gather_number(e, KHOP_OK, &all, here));
  for (int r = 0; r < e->ranks; r++) *go_on = *go_on && all[r];
done:
  return status;
}

static bool end_epoch(const khop_epoch *epoch, void *context) {
  all_ranks *a = context;
  bool go_on = true, here = !a->progress || a->progress(epoch, a->context);
  a->status = agree_on_epoch(&go_on, a, here);
  return a->status == KHOP_OK && go_on;
}

static khop_status agree(void *source, khop_status status) {
  const all_ranks *a = source;
  return khop_i_agree(a->run->exchange, status == KHOP_OK ? a->status : status);
}

static const khop_i_ranks_feed ranks = {learn, agree};

/* --- opening ----------------------------------------------------------------------------------------------------- */

static khop_status open_pattern(all_ranks *a) {
  const khop_i_owners *owners = &a->run->shard->owners;
  int count = a->run->exchange->ranks, *owner = NULL;
  int64_t *first = NULL, *length = NULL;
  khop_status status = khop_i_alloc(&owner, count, sizeof *owner, "rows of ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&first, count, sizeof *first, "rows of ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&length, count, sizeof *length, "rows of ranks");
  for (int r = 0; status == KHOP_OK && r < count; r++)
    owner[r] = r, length[r] = owners->starts[r + 1] - owners->starts[r];
  status = khop_i_open(a->run->exchange, status, &a->pattern, owners->rows, count, owner, first, length);
  khop_i_free(owner);
  khop_i_free(first);
  khop_i_free(length);
  return status;
}

/* What a rank does by itself. */
static khop_status open_alone(all_ranks *a, const khop_data *data, int split, const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_model *model = a->run->model;
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), outputs = khop_model_output_columns(model);
  if (nodes != khop_shard_nodes(a->run->shard))
    KHOP_FAIL(KHOP_E_SHAPE, "a run of %lld nodes and data of %lld", (long long)khop_shard_nodes(a->run->shard),
              (long long)nodes);
  if (!a->run->training) KHOP_FAIL(KHOP_E_ARGUMENT, "the run was made without training");
  KHOP_TRY(khop_i_node_split_open(&a->split, data, split, options->metric, model));
  KHOP_TRY(khop_i_alloc_raw(&a->own, khop_shard_rows(a->run->shard) * outputs, sizeof *a->own, "outputs"));
  KHOP_TRY(khop_i_alloc_raw(&a->output, nodes * outputs, sizeof *a->output, "outputs"));
  KHOP_TRY(khop_model_init(model, options->seed));
done:
  return status;
}

khop_status khop_i_trainer_new_ranks(khop_trainer **out, khop_shard_run *run, const khop_data *data, int split,
                                     const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_fit_options own;
  all_ranks *a = NULL;
  *out = NULL;
  status = KHOP_I_TAKE_HELD(khop_fit_options, &own, options);
  if (status == KHOP_OK) status = khop_i_alloc(&a, 1, sizeof *a, "a trainer");
  if (status == KHOP_OK) a->run = run;
  KHOP_TRY(khop_i_agree(run->exchange, status));
  a->progress = own.progress;
  a->context = own.context;
  own.progress = end_epoch;
  own.context = a;
  KHOP_TRY(khop_i_agree(run->exchange, open_alone(a, data, split, &own)));
  KHOP_TRY(open_pattern(a));
  khop_i_truth truth = {khop_data_labels(data), khop_i_node_split_mask(&a->split, KHOP_TRAIN), 1,
                        khop_i_node_split_nodes(&a->split)};
  KHOP_TRY(khop_i_trainer_open(out, &(khop_i_training){.truth = truth, .feed = &feed, .ranks = &ranks, .source = a,
                                                       .model = run->model, .batches = 1, .split = split,
                                                       .nodes = khop_shard_nodes(run->shard)}, &own));
  a = NULL;
done:
  if (a) free_all_ranks(a);
  return status;
}
