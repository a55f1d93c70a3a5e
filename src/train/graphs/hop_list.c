/* hop_list.c: see hop_list.h. */
#include "train/graphs/hop_list.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

khop_status khop_i_hop_list_add(khop_i_hop_list *list, int hop) {
  int at = 0;
  while (at < list->count && list->hop[at] < hop) at++;
  if (at < list->count && list->hop[at] == hop) return KHOP_OK;
  if (list->count == KHOP_I_MOST_HOPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "the layers have more than %d different hops", KHOP_I_MOST_HOPS);
  memmove(&list->hop[at + 1], &list->hop[at], (size_t)(list->count - at) * sizeof *list->hop);
  list->hop[at] = hop;
  list->count++;
  return KHOP_OK;
}

khop_edge_type_rings khop_i_hop_list_metapaths(const khop_i_hop_list *list, const uint8_t *arc_types) {
  return (khop_edge_type_rings){.count = list->count, .hops = list->hop, .arc_types = arc_types,
                                .types = list->types, .along = list->splits ? list->along : NULL};
}

int khop_i_hop_list_first(int *count, const khop_i_hop_list *list, int hop) {
  static const uint8_t present = 0;
  khop_edge_type_rings w = khop_i_hop_list_metapaths(list, list->types ? &present : NULL);
  for (w.count = 0; w.count < list->count && w.hops[w.count] < hop;) w.count++;
  int first = khop_edge_type_rings_count(&w);
  w.count++;
  *count = khop_edge_type_rings_count(&w) - first;
  return first;
}

khop_status khop_i_hop_list_write(khop_model *m, const khop_i_hop_list *list, unsigned along) {
  char text[KHOP_I_MOST_HOPS * 12 + 1] = "";
  size_t used = 0;
  for (int h = 0; h < list->count; h++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", h ? "," : "", list->hop[h]);
  khop_status status = khop_model_set_metadata(m, "hops", text);
  snprintf(text, sizeof text, "%d", list->types);
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "types", text);
  snprintf(text, sizeof text, "%u", list->splits ? along : 0);
  return status == KHOP_OK ? khop_model_set_metadata(m, "along", text) : status;
}

khop_status khop_i_hop_list_read(khop_i_hop_list *list, const khop_model *m) {
  const char *hops = khop_model_metadata(m, "hops"), *types = khop_model_metadata(m, "types");
  const char *along = khop_model_metadata(m, "along");
  *list = (khop_i_hop_list){0};
  if (!types || !hops || strcmp(types, "0") == 0) return KHOP_OK;
  list->types = atoi(types);
  unsigned long marks = along ? strtoul(along, NULL, 10) : 0;
  for (int t = 0; t < 32; t++) list->along[t] = marks >> t & 1;
  list->splits = marks != 0;
  for (const char *at = hops; *at;) {
    char *end;
    long hop = strtol(at, &end, 10);
    if (end == at || hop < 0 || hop > INT32_MAX)
      return khop_i_fail(KHOP_E_FORMAT, "the model's note of its hops cannot be read: '%.60s'", hops);
    khop_status status = khop_i_hop_list_add(list, (int)hop);
    if (status != KHOP_OK) return status;
    at = *end == ',' ? end + 1 : end;
  }
  return list->types > 0 && list->types <= KHOP_MAX_ARC_TYPES && list->count
             ? KHOP_OK
             : khop_i_fail(KHOP_E_FORMAT, "the model's notes give %d types and %d hops", list->types, list->count);
}
