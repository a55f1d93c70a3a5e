/* all_nodes.c: training on all nodes at once: an epoch is one batch, which the run sees whole. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "train/loop.h"
#include "train/nodes/node_split.h"

#include <string.h>

typedef struct all_nodes {
  khop_i_node_split split;
  khop_run *run; /* the caller's */
  khop_real *output; /* (nodes, outputs) in the unit of the targets; NULL: those of the run are */
} all_nodes;

/* What the loss compares with, on one part of the split. */
static khop_status bind_part(const all_nodes *a, khop_part part) {
  const uint8_t *mask = khop_i_node_split_mask(&a->split, part);
  return a->split.targets ? khop_run_targets(a->run, a->split.targets, mask)
                          : khop_run_labels(a->run, khop_data_labels(a->split.data), mask);
}

static void begin_epoch(void *source, int epoch) { (void)source, (void)epoch; }

static khop_status bind_training_nodes(khop_run **run, double *weight, void *source, int64_t batch) {
  (void)batch;
  *run = ((all_nodes *)source)->run;
  *weight = 1; /* the only one */
  return bind_part(source, KHOP_TRAIN);
}

static bool has_part(const void *source, khop_part part) {
  return khop_i_node_split_has(&((const all_nodes *)source)->split, part);
}

/* What is scored: outputs in the unit that the targets have in the data. */
static const khop_real *scored_output(const all_nodes *a) {
  const khop_real *output = khop_run_output(a->run);
  int64_t columns = khop_model_output_columns(a->run->model);
  if (!a->output) return output;
  memcpy(a->output, output, (size_t)(a->run->n * columns) * sizeof *output);
  for (int64_t i = 0; i < a->run->n; i++) khop_i_units_undo(a->output + i * columns, a->run->model, &a->split.units);
  return a->output;
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  const all_nodes *a = source;
  khop_status status = loss ? bind_part(a, part) : KHOP_OK;
  if (status != KHOP_OK) return status;
  double here = khop_run_forward(a->run, false, 0, 0);
  if (loss) *loss = here;
  const khop_real *targets = khop_data_targets(a->split.data, NULL);
  khop_i_sample sample = {scored_output(a), a->run->n, khop_model_output_columns(a->run->model),
                          targets ? NULL : khop_data_labels(a->split.data), targets,
                          khop_i_node_split_mask(&a->split, part), 0};
  return khop_i_node_split_score(score, &a->split, &sample);
}

static void use_units(void *source, const khop_i_units *units) {
  khop_i_node_split_use_units(&((all_nodes *)source)->split, units);
}

static void free_all_nodes(void *source) {
  all_nodes *a = source;
  if (a->run->targets == a->split.targets) a->run->targets = NULL; /* they end here, and the run goes on */
  khop_i_node_split_close(&a->split);
  khop_i_free(a->output);
  khop_i_free(a);
}

static const khop_i_feed feed = {begin_epoch, bind_training_nodes, has_part, evaluate_part, use_units, NULL,
                                 free_all_nodes};

static khop_status check_run(const khop_run *run, const khop_data *data) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (!run->training) return khop_i_fail(KHOP_E_ARGUMENT, "the run was made without training");
  if (run->n == nodes || run->model->ops[run->model->output].pooled) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "a run of %lld nodes and data of %lld", (long long)run->n, (long long)nodes);
}

khop_status khop_trainer_new(khop_trainer **out, khop_run *run, const khop_data *data, int split,
                             const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_fit_options own;
  all_nodes *a = NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_fit_options, &own, options));
  options = &own;
  KHOP_TRY(check_run(run, data));
  KHOP_TRY(khop_i_alloc(&a, 1, sizeof *a, "a trainer"));
  a->run = run;
  KHOP_TRY(khop_i_node_split_open(&a->split, data, split, options->metric, run->model));
  if (a->split.targets && khop_i_learns_numbers(run->model))
    KHOP_TRY(khop_i_alloc(&a->output, run->n * a->split.units.outputs, sizeof *a->output, "outputs"));
  KHOP_TRY(khop_model_init(run->model, options->seed));
  khop_i_truth truth = {khop_data_labels(data), khop_i_node_split_mask(&a->split, KHOP_TRAIN), 1, run->n};
  KHOP_TRY(khop_i_trainer_open(out, &(khop_i_training){.truth = truth, .feed = &feed, .source = a,
                                                       .model = run->model, .batches = 1,
                                                       .split = split, .nodes = run->n}, options));
  a = NULL;
done:
  if (a) free_all_nodes(a);
  return status;
}

khop_status khop_fit(khop_fit_result *result, khop_run *run, const khop_data *data, int split,
                     const khop_fit_options *options) {
  khop_trainer *trainer;
  khop_status status = khop_trainer_new(&trainer, run, data, split, options);
  if (status == KHOP_OK) status = khop_i_trainer_run(result, trainer);
  khop_trainer_free(trainer);
  return status;
}
