/* npz_splits.c: see npz_splits.h. */
#include "data/npz_splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/split.h"

#include <stdio.h>
#include <string.h>

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
  if (columns < 1 || columns > 10000 || (mask->dimensions == 2 && *splits && columns != *splits))
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

static khop_status mark_ids(uint8_t *mask, const khop_i_array *ids, const char *key, int64_t nodes) {
  if (ids->dimensions != 1 || !khop_i_array_is_integer(ids) || ids->dtype == KHOP_I_BOOL)
    return khop_i_fail(KHOP_E_SHAPE, "%s has %d dimensions, and one list of the ids of nodes is read", key,
                       ids->dimensions);
  for (int64_t i = 0; i < ids->count; i++) {
    int64_t id = khop_i_array_integer(ids, i);
    if (id < 0 || id >= nodes)
      return khop_i_fail(KHOP_E_VALUE, "%s[%lld] is %lld, and there are nodes 0 to %lld", key, (long long)i,
                         (long long)id, (long long)nodes - 1);
    mask[id] = 1;
  }
  return KHOP_OK;
}

static khop_status read_ids(khop_data *data, khop_i_members *members) {
  static const char *const forms[] = {"%s_idx", "%s_index", "%s_indices", "idx_%s", "%s_ids", NULL};
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  khop_i_array ids = {0};
  char key[80];
  if (!find_key(key, members, "", forms, part_names[KHOP_TRAIN])) return KHOP_OK;
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  for (int part = 0; status == KHOP_OK && part < 3; part++) {
    if (!find_key(key, members, "", forms, part_names[part])) continue;
    KHOP_TRY(khop_i_members_read(&ids, members, key));
    KHOP_TRY(mark_ids(masks + part * nodes, &ids, key, nodes));
    khop_i_array_free(&ids);
  }
  if (status == KHOP_OK) status = khop_i_data_split_at(data, -1, masks, masks + nodes, masks + 2 * nodes);
done:
  khop_i_array_free(&ids);
  khop_i_free(masks);
  return status;
}

khop_status khop_i_npz_splits(khop_data *data, khop_i_members *members, const char *prefix) {
  bool any = false;
  khop_status status = read_masks(&any, data, members, prefix);
  return status == KHOP_OK && !any ? read_ids(data, members) : status;
}
