/* split.c: which nodes are for training, validation and test: given masks, and random ones. */
#include "data/split.h"
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>

/* --- given masks ---------------------------------------------------------------------------- */

static const char *const part_names[3] = {"training", "validation", "test"};

/* masks: (3, N). The counts of all overlaps are named at once, since one cause makes them all. */
static khop_status check_overlap(const uint8_t *masks, int64_t nodes) {
  const uint8_t *train = masks, *val = masks + nodes, *test = masks + 2 * nodes;
  int64_t train_val = 0, train_test = 0, val_test = 0;
  for (int64_t i = 0; i < nodes; i++) {
    train_val += train[i] & val[i];
    train_test += train[i] & test[i];
    val_test += val[i] & test[i];
  }
  if (train_val + train_test + val_test == 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE,
                     "the masks overlap: %lld nodes are in training and validation, "
                     "%lld in training and test, %lld in validation and test",
                     (long long)train_val, (long long)train_test, (long long)val_test);
}

static khop_status check_labels(const khop_data *data, const uint8_t *masks) {
  int64_t nodes = khop_graph_nodes(data->graph);
  for (int64_t i = 0; data->labels && i < 3 * nodes; i++)
    if (masks[i] && data->labels[i % nodes] < 0)
      return khop_i_fail(KHOP_E_VALUE, "node %lld is in the %s mask and has no label",
                         (long long)(i % nodes), part_names[i / nodes]);
  return KHOP_OK;
}

static khop_status check_masks(const khop_data *data, const uint8_t *masks) {
  int64_t nodes = khop_graph_nodes(data->graph), selected = 0;
  for (int64_t i = 0; i < nodes; i++) selected += masks[i];
  if (selected == 0)
    return khop_i_fail(KHOP_E_VALUE, "the training mask selects 0 of %lld nodes", (long long)nodes);
  khop_status status = check_overlap(masks, nodes);
  return status == KHOP_OK ? check_labels(data, masks) : status;
}

khop_status khop_i_data_check_splits(const khop_data *data) {
  char prefix[32];
  khop_status status = KHOP_OK;
  for (int s = 0; status == KHOP_OK && s < data->splits; s++) {
    snprintf(prefix, sizeof prefix, "split %d", s);
    status = check_labels(data, data->masks[s]);
    if (data->splits > 1) status = khop_i_prefix(status, prefix);
  }
  return status;
}

static khop_status add_split(khop_data *data, const uint8_t *const parts[3]) {
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  if (status != KHOP_OK) return status;
  for (int part = 0; part < 3; part++)
    for (int64_t i = 0; parts[part] && i < nodes; i++)
      masks[part * nodes + i] = parts[part][i] != 0;
  KHOP_TRY(check_masks(data, masks));
  KHOP_TRY(khop_i_grow(&data->masks, data->splits + 1, sizeof *data->masks, "masks"));
  data->masks[data->splits++] = masks;
  masks = NULL;
done:
  khop_i_free(masks);
  return status;
}

khop_status khop_i_data_split_at(khop_data *data, int number, const uint8_t *train,
                                 const uint8_t *val, const uint8_t *test) {
  char prefix[32];
  snprintf(prefix, sizeof prefix, "split %d", number);
  khop_status status = add_split(data, (const uint8_t *const[3]){train, val, test});
  return number < 0 ? status : khop_i_prefix(status, prefix);
}

khop_status khop_data_add_split(khop_data *data, const uint8_t *train, const uint8_t *val,
                                const uint8_t *test) {
  if (!data || !train)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_add_split: a data set and a training mask are "
                                        "needed");
  return khop_i_data_split_at(data, -1, train, val, test);
}

/* --- a random split ------------------------------------------------------------------------- */

/* The class of a node for the draw: its label; 0 for any node with a target; -1 for none. */
static int32_t draw_class(const khop_data *data, int64_t node) {
  if (data->labels) return data->labels[node];
  for (int64_t j = 0; j < data->outputs; j++)
    if (!isnan(data->targets[node * data->outputs + j])) return 0;
  return -1;
}

/* Deals the nodes of one class: 60 % to training (at least one), 20 % to validation, the rest to
 * test. */
static void deal_class(uint8_t *masks, int64_t nodes, int64_t *members, int64_t count,
                 khop_i_random *random) {
  khop_i_random_shuffle(random, members, count);
  int64_t train = (6 * count + 5) / 10, val = (2 * count + 5) / 10;
  if (train == 0) train = 1;
  for (int64_t m = 0; m < count; m++) {
    int64_t part = m < train ? KHOP_TRAIN : m < train + val ? KHOP_VAL : KHOP_TEST;
    masks[part * nodes + members[m]] = 1;
  }
}

khop_status khop_i_data_split_random(khop_data *data, uint64_t seed) {
  int64_t nodes = khop_graph_nodes(data->graph), classes = data->labels ? data->classes : 1;
  int64_t *starts = NULL, *members = NULL;
  uint8_t *masks = NULL;
  khop_status status = khop_i_alloc(&starts, classes + 2, sizeof *starts, "a random split");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&members, nodes, sizeof *members, "a random split"));
  KHOP_TRY(khop_i_alloc(&masks, 3 * nodes, 1, "masks"));
  /* counting sort by class: afterwards class c stands at starts[c] .. starts[c + 1] */
  for (int64_t i = 0; i < nodes; i++) starts[draw_class(data, i) + 2]++;
  starts[1] = 0; /* nodes of no class are not placed */
  for (int64_t c = 1; c <= classes; c++) starts[c + 1] += starts[c];
  for (int64_t i = 0; i < nodes; i++) {
    int32_t c = draw_class(data, i);
    if (c >= 0) members[starts[c + 1]++] = i;
  }
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  for (int64_t c = 0; c < classes; c++)
    if (starts[c + 1] > starts[c])
      deal_class(masks, nodes, members + starts[c], starts[c + 1] - starts[c], &random);
  KHOP_TRY(khop_i_data_split_at(data, -1, masks, masks + nodes, masks + 2 * nodes));
  data->random_split = true;
done:
  khop_i_free(masks);
  khop_i_free(members);
  khop_i_free(starts);
  return status;
}
