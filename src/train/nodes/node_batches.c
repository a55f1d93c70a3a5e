/* node_batches.c: see node_batches.h. */
#include "train/nodes/node_batches.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

int64_t khop_i_node_batch_size(const khop_data *data, int split, int64_t batch) {
  const uint8_t *mask = khop_data_mask(data, split, KHOP_TRAIN);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), count = 0;
  for (int64_t i = 0; mask && i < nodes; i++) count += mask[i];
  return count > 0 && batch > count ? count : batch;
}

khop_status khop_i_node_batches_open(khop_i_node_batches *b, const khop_data *data, int split, int64_t size,
                                     const khop_fit_options *options, khop_model *model) {
  khop_status status = KHOP_OK;
  b->model = model;
  b->seed = options->seed;
  b->size = size;
  b->outputs = khop_model_output_columns(model);
  KHOP_TRY(khop_i_node_split_open(&b->split, data, split, options->metric, model));
  KHOP_TRY(khop_i_alloc(&b->order, khop_i_node_split_nodes(&b->split), sizeof *b->order, "the order of the nodes"));
  int64_t most = khop_i_node_batches_list(b, KHOP_VAL), tests = khop_i_node_batches_list(b, KHOP_TEST);
  if (tests > most) most = tests;
  b->trains = khop_i_node_batches_list(b, KHOP_TRAIN);
  KHOP_TRY(khop_i_alloc(&b->output, most * b->outputs, sizeof *b->output, "outputs"));
  if (b->split.targets)
    KHOP_TRY(khop_i_alloc(&b->part_targets, most * b->outputs, sizeof *b->part_targets, "targets"));
  else
    KHOP_TRY(khop_i_alloc(&b->part_labels, most, sizeof *b->part_labels, "labels"));
done:
  return status;
}

void khop_i_node_batches_close(khop_i_node_batches *b) {
  khop_i_free(b->order);
  khop_i_free(b->output);
  khop_i_free(b->part_labels);
  khop_i_free(b->part_targets);
  khop_i_node_split_close(&b->split);
}

int64_t khop_i_node_batches_count(const khop_i_node_batches *b) { return (b->trains + b->size - 1) / b->size; }

int64_t khop_i_node_batches_list(khop_i_node_batches *b, khop_part part) {
  const uint8_t *mask = khop_i_node_split_mask(&b->split, part);
  int64_t count = 0, nodes = khop_i_node_split_nodes(&b->split);
  for (int64_t i = 0; mask && i < nodes; i++)
    if (mask[i]) b->order[count++] = i;
  return count;
}

void khop_i_node_batches_shuffle(khop_i_node_batches *b, int epoch) {
  khop_i_random r;
  khop_i_random_seed(&r, khop_i_random_key(b->seed, (uint64_t)epoch, 0x62617463));
  khop_i_random_shuffle(&r, b->order, khop_i_node_batches_list(b, KHOP_TRAIN));
}

int64_t khop_i_node_batches_length(const khop_i_node_batches *b, int64_t first, int64_t count) {
  return count - first < b->size ? count - first : b->size;
}

double khop_i_node_batches_weight(const khop_i_node_batches *b, int64_t count, const int64_t *ids) {
  double known = 0;
  if (!b->split.targets) return (double)count;
  for (int64_t i = 0; i < count; i++)
    for (int64_t c = 0; c < b->outputs; c++) known += !isnan(b->split.targets[ids[i] * b->outputs + c]);
  return known;
}

void khop_i_node_batches_take(khop_i_node_batches *b, const khop_run *run, int64_t first, int64_t count,
                              const int64_t *places) {
  const khop_real *outputs = khop_run_output(run), *targets = khop_data_targets(b->split.data, NULL);
  const int32_t *labels = khop_data_labels(b->split.data);
  size_t bytes = (size_t)b->outputs * sizeof *outputs;
  for (int64_t k = 0; k < count; k++) {
    int64_t i = first + k, node = b->order[i];
    memcpy(b->output + i * b->outputs, outputs + (places ? places[k] : k) * b->outputs, bytes);
    if (b->part_labels) b->part_labels[i] = labels[node];
    if (!b->part_targets) continue;
    khop_i_units_undo(b->output + i * b->outputs, b->model, &b->split.units);
    memcpy(b->part_targets + i * b->outputs, targets + node * b->outputs, bytes);
  }
}

khop_status khop_i_node_batches_score(double *score, const khop_i_node_batches *b, int64_t count) {
  khop_i_sample sample = {b->output, count, b->outputs, b->part_labels, b->part_targets, NULL, 0};
  return khop_i_node_split_score(score, &b->split, &sample);
}
