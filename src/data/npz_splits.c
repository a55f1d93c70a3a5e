/* npz_splits.c: see npz_splits.h. */
#include "data/npz_splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/split.h"

#include <stdio.h>
#include <string.h>

/* More are a mistake: an axis of nodes. */
#define MOST_SPLITS 10000

/* --- masks ---------------------------------------------------------------------------------- */

/* A mask of S rows is turned to one of S columns; where both fit, rows are nodes. */
static khop_status turn(khop_i_array *mask, int64_t nodes) {
  if (mask->dimensions != 2 || mask->shape[0] == nodes || mask->shape[1] != nodes) return KHOP_OK;
  int64_t splits = mask->shape[0];
  char *turned = NULL;
  khop_status status = khop_i_alloc_raw(&turned, mask->count, mask->item_size, "a mask");
  if (status != KHOP_OK) return status;
  for (int64_t s = 0; s < splits; s++)
    for (int64_t i = 0; i < nodes; i++)
      memcpy(turned + (size_t)(i * splits + s) * mask->item_size,
             (const char *)mask->data + (size_t)(s * nodes + i) * mask->item_size, mask->item_size);
  khop_i_free(mask->data);
  mask->data = turned;
  mask->shape[0] = nodes;
  mask->shape[1] = splits;
  return KHOP_OK;
}

/* splits: how many columns it has; a mask (N) goes with any number of columns of the others. */
static khop_status check_mask(int64_t *splits, const khop_i_array *mask, const char *key,
                              int64_t nodes) {
  if (mask->dimensions < 1 || mask->dimensions > 2 || mask->shape[0] != nodes)
    return khop_i_fail(KHOP_E_SHAPE,
                       "%s has %lld rows and %d dimensions, and the graph has %lld "
                       "nodes",
                       key, (long long)(mask->dimensions ? mask->shape[0] : 0), mask->dimensions,
                       (long long)nodes);
  if (!khop_i_array_is_integer(mask))
    return khop_i_fail(KHOP_E_FORMAT, "%s is neither boolean nor of integers", key);
  for (int64_t i = 0; i < mask->count; i++)
    if (khop_i_array_integer(mask, i) >> 1)
      return khop_i_fail(KHOP_E_VALUE, "%s holds %lld, which is neither 0 nor 1", key,
                         (long long)khop_i_array_integer(mask, i));
  int64_t columns = mask->dimensions == 2 ? mask->shape[1] : 1;
  if (columns < 1 || columns > MOST_SPLITS || (mask->dimensions == 2 && *splits && columns != *splits))
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld columns, and the mask before it %lld", key,
                       (long long)columns, (long long)*splits);
  if (mask->dimensions == 2) *splits = columns;
  return KHOP_OK;
}

static void mask_column(uint8_t *out, const khop_i_array *mask, int64_t nodes, int64_t split) {
  int64_t columns = mask->dimensions == 2 ? mask->shape[1] : 1;
  for (int64_t i = 0; i < nodes; i++)
    out[i] = khop_i_array_integer(mask, i * columns + (columns > 1 ? split : 0)) != 0;
}

static khop_status add_masks(khop_data *data, const khop_i_array masks[3], int64_t splits) {
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *parts = NULL;
  khop_status status = khop_i_alloc(&parts, 3 * nodes, 1, "masks");
  for (int64_t s = 0; status == KHOP_OK && s < splits; s++) {
    for (int part = 0; part < 3; part++)
      if (masks[part].data) mask_column(parts + part * nodes, &masks[part], nodes, s);
    status = khop_i_data_split_at(data, splits > 1 ? (int)s : -1, parts, parts + nodes,
                                  parts + 2 * nodes);
  }
  khop_i_free(parts);
  return status;
}

/* The member of a part by any of its names; key keeps the first where there is none. */
static bool find_key(char key[80], const khop_i_members *members, const char *prefix, const char *const *forms,
                     const char *const *names) {
  for (int f = 0; forms[f]; f++)
    for (int n = 0; names[n]; n++) {
      char text[40];
      snprintf(text, sizeof text, forms[f], names[n]);
      snprintf(key, 80, "%.40s%s", prefix, text);
      if (khop_i_npz_has(members->npz, key)) return true;
    }
  snprintf(key, 80, "%.40s%s_mask", prefix, names[0]);
  return false;
}

static const char *const train_names[] = {"train", NULL}, *const val_names[] = {"val", "valid", "validation", NULL},
                  *const test_names[] = {"test", NULL};
static const char *const *const part_names[3] = {train_names, val_names, test_names};

/* Refuses a prefix that no training mask has, with those that some have. */
static khop_status refuse_prefix(const khop_i_members *members, const char *prefix) {
  char found[200] = "";
  size_t used = 0;
  const char *name;
  for (int64_t i = 0; (name = khop_i_npz_name(members->npz, i)) && used < sizeof found; i++) {
    const char *end = strstr(name, "train_mask");
    if (!end || strspn(end + strlen("train_mask"), "s.npy") != strlen(end + strlen("train_mask"))) continue;
    used += (size_t)snprintf(found + used, sizeof found - used, "%s'%.*s'", used ? ", " : "", (int)(end - name), name);
  }
  if (!*found)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%.40strain_mask', nor any other train_mask", prefix);
  return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%.40strain_mask': the masks that there are begin with %s", prefix,
                     found);
}

/* *any: there are masks, or a prefix asks for some. */
static khop_status read_masks(bool *any, khop_data *data, khop_i_members *members, const char *prefix) {
  static const char *const forms[] = {"%s_mask", "%s_masks", NULL};
  khop_i_array masks[3] = {{0}, {0}, {0}};
  char keys[3][80];
  bool there[3];
  int64_t splits = 0, nodes = khop_graph_nodes(data->graph);
  khop_status status = KHOP_OK;
  *any = *prefix;
  for (int part = 0; part < 3; part++) {
    there[part] = find_key(keys[part], members, prefix, forms, part_names[part]);
    *any = *any || there[part];
  }
  if (!*any) return KHOP_OK;
  if (*prefix && !there[KHOP_TRAIN]) return refuse_prefix(members, prefix);
  for (int part = 0; part < 3; part++) {
    if (part != KHOP_TRAIN && !there[part]) continue;
    KHOP_TRY(khop_i_members_read(&masks[part], members, keys[part]));
    KHOP_TRY(turn(&masks[part], nodes));
    KHOP_TRY(check_mask(&splits, &masks[part], keys[part], nodes));
  }
  KHOP_TRY(add_masks(data, masks, splits ? splits : 1));
done:
  for (int part = 0; part < 3; part++) khop_i_array_free(&masks[part]);
  return status;
}

/* --- ids of nodes ---------------------------------------------------------------------------- */

/* Lists of ids: one (n) for all splits, or one a split, as rows (S, n) or as columns (n, S). */
typedef struct id_lists {
  khop_i_array part[3];
  char key[3][80];
  int64_t splits;
  bool columns;
} id_lists;

static khop_status read_lists(id_lists *lists, khop_i_members *members) {
  static const char *const forms[] = {"%s_idx", "%s_index", "%s_indices", "idx_%s", "%s_ids", NULL};
  khop_status status = KHOP_OK;
  for (int part = 0; status == KHOP_OK && part < 3; part++) {
    khop_i_array *ids = &lists->part[part];
    if (!find_key(lists->key[part], members, "", forms, part_names[part])) {
      snprintf(lists->key[part], sizeof lists->key[part], "%s_idx", part_names[part][0]);
      continue;
    }
    status = khop_i_members_read(ids, members, lists->key[part]);
    bool fits = ids->dimensions == 1 || (ids->dimensions == 2 && ids->count);
    if (status == KHOP_OK && ids->dtype == KHOP_I_BOOL)
      status = khop_i_fail(KHOP_E_FORMAT, "%s holds true and false, and ids of nodes are integers: call a mask %s_mask",
                           lists->key[part], part_names[part][0]);
    if (status == KHOP_OK && fits && !khop_i_array_is_integer(ids))
      status = khop_i_fail(KHOP_E_FORMAT, "%s holds no integers, and ids of nodes are integers", lists->key[part]);
    if (status == KHOP_OK && !fits)
      status = khop_i_fail(KHOP_E_SHAPE, "%s has %d dimensions, and ids of nodes are a list, or a list a split",
                           lists->key[part], ids->dimensions);
  }
  return status;
}

/* Whether the lists of all parts agree on the number of splits, which is how long they are along an axis. */
static bool agree(int64_t *splits, const id_lists *lists, int axis) {
  *splits = 0;
  for (int part = 0; part < 3; part++) {
    const khop_i_array *ids = &lists->part[part];
    if (ids->dimensions != 2) continue;
    if (*splits && *splits != ids->shape[axis]) return false;
    *splits = ids->shape[axis];
  }
  return *splits <= MOST_SPLITS;
}

/* Marks the ids of a part in a split; *twice counts those that were marked before. */
static khop_status mark_ids(uint8_t *mask, int64_t *twice, const id_lists *lists, int part, int64_t split,
                            int64_t nodes) {
  const khop_i_array *ids = &lists->part[part];
  bool many = ids->dimensions == 2;
  int64_t length = !many ? ids->count : ids->shape[lists->columns ? 0 : 1];
  int64_t step = many && lists->columns ? ids->shape[1] : 1;
  int64_t begin = !many ? 0 : lists->columns ? split : split * length;
  for (int64_t k = 0; k < length; k++) {
    int64_t id = khop_i_array_integer(ids, begin + k * step);
    if (id < 0 || id >= nodes)
      return khop_i_fail(KHOP_E_VALUE, "%s[%lld] is %lld, and there are nodes 0 to %lld", lists->key[part],
                         (long long)(begin + k * step), (long long)id, (long long)nodes - 1);
    *twice += mask[id];
    mask[id] = 1;
  }
  return KHOP_OK;
}

/* masks: (3, N), overwritten. Rows or columns are no splits where an id comes twice in one. */
static khop_status count_twice(int64_t *twice, uint8_t *masks, const id_lists *lists, int64_t nodes) {
  *twice = 0;
  for (int64_t s = 0; s < lists->splits; s++) {
    memset(masks, 0, (size_t)(3 * nodes));
    for (int part = 0; part < 3; part++) { /* all into one mask: parts that overlap are no split either */
      khop_status status = mark_ids(masks, twice, lists, part, s, nodes);
      if (status != KHOP_OK) return status;
    }
  }
  return KHOP_OK;
}

/* Where the parts agree along both axes, those are splits that hold no id twice; the fewer, if both are. */
static khop_status find_axis(id_lists *lists, khop_data *data, uint8_t *masks) {
  int64_t rows, columns, in_rows, in_columns, nodes = khop_graph_nodes(data->graph);
  bool by_rows = agree(&rows, lists, 0), by_columns = agree(&columns, lists, 1);
  int first = 0;
  while (first < 2 && lists->part[first].dimensions != 2) first++;
  const khop_i_array *ids = &lists->part[first];
  if (!by_rows && !by_columns)
    return khop_i_fail(KHOP_E_SHAPE, "%s is (%lld, %lld), and the parts of the splits do not agree on their number",
                       lists->key[first], (long long)ids->shape[0], (long long)ids->shape[1]);
  if (by_rows && by_columns && rows) {
    lists->splits = rows;
    khop_status status = count_twice(&in_rows, masks, lists, nodes);
    lists->splits = columns;
    lists->columns = true;
    if (status == KHOP_OK) status = count_twice(&in_columns, masks, lists, nodes);
    if (status != KHOP_OK) return status;
    by_rows = in_rows == in_columns ? rows <= columns : in_rows < in_columns;
  }
  lists->columns = !by_rows;
  lists->splits = by_rows ? rows : columns;
  if (!lists->splits) lists->splits = 1; /* one list a part */
  return ids->dimensions != 2 ? KHOP_OK
                              : khop_i_data_note(data, "%s is (%lld, %lld): %lld splits, a %s each", lists->key[first],
                                                 (long long)ids->shape[0], (long long)ids->shape[1],
                                                 (long long)lists->splits, by_rows ? "row" : "column");
}

static khop_status read_ids(khop_data *data, khop_i_members *members) {
  int64_t nodes = khop_graph_nodes(data->graph), twice = 0;
  uint8_t *masks = NULL;
  id_lists lists = {0};
  khop_status status = read_lists(&lists, members);
  bool others = lists.part[KHOP_VAL].data || lists.part[KHOP_TEST].data;
  if (status == KHOP_OK && others && !lists.part[KHOP_TRAIN].data)
    status = khop_i_fail(KHOP_E_NOT_FOUND, "has ids for validation or test, and no '%s'", lists.key[KHOP_TRAIN]);
  if (status != KHOP_OK || !lists.part[KHOP_TRAIN].data) goto done;
  KHOP_TRY(khop_i_alloc(&masks, 3 * nodes, 1, "masks"));
  KHOP_TRY(find_axis(&lists, data, masks));
  for (int64_t s = 0; s < lists.splits; s++) {
    memset(masks, 0, (size_t)(3 * nodes));
    for (int part = 0; part < 3; part++)
      KHOP_TRY(mark_ids(masks + part * nodes, &twice, &lists, part, s, nodes));
    KHOP_TRY(khop_i_data_split_at(data, lists.splits > 1 ? (int)s : -1, masks, masks + nodes, masks + 2 * nodes));
  }
  if (twice) status = khop_i_data_note(data, "%s and the like name %lld nodes twice", lists.key[0], (long long)twice);
done:
  for (int part = 0; part < 3; part++) khop_i_array_free(&lists.part[part]);
  khop_i_free(masks);
  return status;
}

khop_status khop_i_npz_splits(khop_data *data, khop_i_members *members, const char *prefix) {
  bool any = false;
  khop_status status = read_masks(&any, data, members, prefix);
  return status == KHOP_OK && !any ? read_ids(data, members) : status;
}
