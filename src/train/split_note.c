/* split_note.c: see split_note.h. */
#include "train/split_note.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "base/string_table.h"

#include <khop/evaluate.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_PART 3 /* of a node that no mask selects */
#define MARK_KEY "split mark"
#define PART_KEY "trained part"

/* --- marks ------------------------------------------------------------------------------------- */

static uint64_t hash_of(const void *bytes, int64_t count, size_t size) {
  return bytes ? khop_i_fnv(bytes, (size_t)count * size) : 0;
}

/* first (blocks + 1) or NULL: where the blocks of a set begin. labels, targets: (rows) and (rows, outputs), or NULL. */
static uint64_t mark_of(const khop_graph *graph, const uint8_t *part, int64_t rows, const int64_t *first,
                        const int32_t *labels, const khop_real *targets, int64_t outputs) {
  uint64_t shape = khop_i_random_key(hash_of(khop_graph_offsets(graph), khop_graph_nodes(graph) + 1, sizeof(int64_t)),
                                     first ? hash_of(first, rows + 1, sizeof *first) : 0, (uint64_t)rows);
  uint64_t truth = khop_i_random_key(hash_of(labels, rows, sizeof *labels), 0, (uint64_t)outputs);
  for (int64_t i = 0; targets && i < rows * outputs; i++) { /* as float: the mark of a build in double is the same */
    float value = (float)targets[i];
    truth = khop_i_random_key(truth, hash_of(&value, 1, sizeof value), 1);
  }
  return khop_i_random_key(shape, truth, hash_of(part, rows, 1));
}

static khop_status node_mark(uint64_t *mark, const khop_data *data, int split) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), outputs = 0;
  const khop_real *targets = khop_data_targets(data, &outputs);
  uint8_t *part = NULL;
  khop_status status = khop_i_alloc(&part, nodes, 1, "a split");
  if (status != KHOP_OK) return status;
  memset(part, NO_PART, (size_t)nodes);
  for (int p = KHOP_TRAIN; p <= KHOP_TEST; p++) {
    const uint8_t *mask = khop_data_mask(data, split, (khop_part)p);
    for (int64_t i = 0; mask && i < nodes; i++)
      if (mask[i]) part[i] = (uint8_t)p;
  }
  *mark = mark_of(khop_data_graph(data), part, nodes, NULL, khop_data_labels(data), targets, outputs);
  khop_i_free(part);
  return KHOP_OK;
}

static uint64_t set_mark(const khop_graphs *set, const uint8_t *part) {
  int64_t outputs = 0;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  return mark_of(khop_graphs_graph(set), part, khop_graphs_count(set), khop_graphs_first(set), khop_graphs_labels(set),
                 targets, outputs);
}

/* --- one graph --------------------------------------------------------------------------------- */

khop_status khop_i_note_split_mark(khop_model *model, const khop_data *data, int split) {
  char text[24];
  uint64_t mark = 0;
  khop_status status = node_mark(&mark, data, split);
  snprintf(text, sizeof text, "%016" PRIx64, mark);
  return status == KHOP_OK ? khop_model_set_metadata(model, MARK_KEY, text) : status;
}

khop_status khop_model_trained_split(int *split, bool *same, const khop_model *model, const khop_data *data) {
  const char *number = khop_model_metadata(model, "split"), *kept = khop_model_metadata(model, MARK_KEY);
  uint64_t mark = 0;
  char *end = NULL;
  if (!number) return khop_i_fail(KHOP_E_NOT_FOUND, "the model does not say which split it was trained on");
  long value = strtol(number, &end, 10);
  if (end == number || *end || value < 0 || value > INT32_MAX)
    return khop_i_fail(KHOP_E_FORMAT, "the model was trained on split '%.40s', which is no number", number);
  *split = (int)value;
  *same = *split < khop_data_splits(data);
  if (!kept || !*same) return KHOP_OK; /* a model by an older khop has no mark: its number is all there is */
  khop_status status = node_mark(&mark, data, *split);
  *same = strtoull(kept, NULL, 16) == mark;
  return status;
}

/* --- a set of graphs --------------------------------------------------------------------------- */

void khop_i_part_of_folds(uint8_t *part, const int32_t *fold, int64_t count, int number, int validates) {
  for (int64_t g = 0; g < count; g++)
    part[g] = (uint8_t)(fold[g] == number ? KHOP_TEST : fold[g] == validates ? KHOP_VAL : KHOP_TRAIN);
}

static khop_status draw_part(uint8_t *part, const khop_graphs *set, const khop_i_trained_part *how) {
  int64_t graphs = khop_graphs_count(set);
  int32_t *fold = NULL;
  if (how->protocol == KHOP_SPLITS && khop_graphs_parts(set)) {
    memcpy(part, khop_graphs_parts(set), (size_t)graphs);
    return KHOP_OK;
  }
  if (how->protocol == KHOP_SPLITS)
    return khop_graphs_split(part, set, how->by, how->val, how->test, how->seed + (uint64_t)how->number);
  khop_status status = khop_i_alloc(&fold, graphs, sizeof *fold, "folds");
  if (status == KHOP_OK) status = khop_graphs_folds(fold, set, how->by, how->folds, how->seed);
  int validates = how->protocol == KHOP_FOLDS ? (how->number + 1) % how->folds : -1;
  if (status == KHOP_OK) khop_i_part_of_folds(part, fold, graphs, how->number, validates);
  khop_i_free(fold);
  return status;
}

#define PART_FORM "protocol %d by %d number %d folds %d seed %llu val %31s test %31s mark %llx"

khop_status khop_i_note_trained_part(khop_model *model, const khop_graphs *set, const khop_i_trained_part *how,
                                     const uint8_t *part) {
  char text[256], val[KHOP_I_NUMBER_BYTES], test[KHOP_I_NUMBER_BYTES];
  snprintf(text, sizeof text, "protocol %d by %d number %d folds %d seed %llu val %s test %s mark %llx",
           (int)how->protocol, (int)how->by, how->number, how->folds, (unsigned long long)how->seed,
           khop_i_write_number(val, sizeof val, 17, how->val), khop_i_write_number(test, sizeof test, 17, how->test),
           (unsigned long long)set_mark(set, part));
  return khop_model_set_metadata(model, PART_KEY, text);
}

khop_status khop_i_trained_number(int *number, const khop_model *model) {
  const char *note = khop_model_metadata(model, PART_KEY);
  if (note && sscanf(note, "protocol %*d by %*d number %d", number) == 1 && *number >= 0 && *number < INT32_MAX)
    return KHOP_OK;
  return khop_i_fail(KHOP_E_NOT_FOUND, "the model does not say which graphs it was trained on");
}

khop_status khop_model_trained_part(uint8_t *part, bool *same, const khop_model *model, const khop_graphs *set) {
  const char *note = khop_model_metadata(model, PART_KEY);
  khop_i_trained_part how = {0};
  char val[32] = "", test[32] = "";
  int protocol = 0, by = 0;
  unsigned long long seed = 0, mark = 0;
  *same = false;
  if (!note) return khop_i_fail(KHOP_E_NOT_FOUND, "the model does not say which graphs it was trained on");
  int read = sscanf(note, PART_FORM, &protocol, &by, &how.number, &how.folds, &seed, val, test, &mark);
  how.val = khop_i_read_number(val, NULL);
  how.test = khop_i_read_number(test, NULL);
  if (read != 8 || protocol < KHOP_SPLITS || protocol > KHOP_NESTED || how.number < 0)
    return khop_i_fail(KHOP_E_FORMAT, "the model does not say rightly which graphs it was trained on: '%.80s'", note);
  how.protocol = (khop_protocol)protocol;
  how.by = (khop_split_by)by;
  how.seed = seed;
  bool fewer = how.protocol != KHOP_SPLITS && how.folds > khop_graphs_count(set);
  if (fewer || (how.by != KHOP_SPLIT_RANDOM && !khop_graphs_split_groups(set))) return KHOP_OK; /* another set */
  khop_status status = draw_part(part, set, &how);
  if (status == KHOP_OK) *same = set_mark(set, part) == mark;
  return status;
}
