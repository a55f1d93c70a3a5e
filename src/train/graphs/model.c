/* model.c: the model of a recipe for sets of graphs, and the rings that it takes.
 *
 *   features -> linear -> [+ conv (layer norm)] x layers -> layer norm -> readouts | extras -> linear -> linear
 *
 * Where ring 1 is split by the types of edges, the taps are metapaths: those of all hops are in one khop_rings,
 * and each layer takes those of its own hops. The notes "hops", "types" and "along" say which they are. */
#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"
#include "train/recipes.h"
#include "train/tasks.h"

#include <khop/learn.h>
#include <khop/typed.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_HOPS 128

/* The hops of all layers, ascending, and what splits them. */
typedef struct hop_list {
  int count, hop[MOST_HOPS];
  int types; /* 0: untyped */
  bool along[KHOP_MAX_ARC_TYPES + 1], splits;
} hop_list;

static khop_status add_hop(hop_list *list, int hop) {
  int at = 0;
  while (at < list->count && list->hop[at] < hop) at++;
  if (at < list->count && list->hop[at] == hop) return KHOP_OK;
  if (list->count == MOST_HOPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "the layers have more than %d different hops", MOST_HOPS);
  memmove(&list->hop[at + 1], &list->hop[at], (size_t)(list->count - at) * sizeof *list->hop);
  list->hop[at] = hop;
  list->count++;
  return KHOP_OK;
}

static khop_edge_type_rings metapaths_of(const hop_list *list, const uint8_t *arc_types) {
  return (khop_edge_type_rings){.count = list->count, .hops = list->hop, .arc_types = arc_types,
                                .types = list->types, .along = list->splits ? list->along : NULL};
}

/* The first metapath of a hop, and how many it has. */
static int first_metapath_of(int *count, const hop_list *list, int hop) {
  static const uint8_t present = 0;
  khop_edge_type_rings w = metapaths_of(list, list->types ? &present : NULL);
  for (w.count = 0; w.count < list->count && w.hops[w.count] < hop;) w.count++;
  int first = khop_edge_type_rings_count(&w);
  w.count++;
  *count = khop_edge_type_rings_count(&w) - first;
  return first;
}

static khop_status list_hops(hop_list *list, const khop_recipe *r, const khop_graphs *set) {
  int types = 0;
  *list = (hop_list){0};
  khop_graphs_arc_types(set, &types);
  if (r->typed && types > 1) list->types = types;
  for (int t = 0; t < list->types && t < 32; t++) {
    list->along[t] = r->along >> t & 1;
    list->splits = list->splits || list->along[t];
  }
  for (int l = 0; l < r->layers; l++)
    for (int t = 0; t < r->taps; t++) {
      khop_status status = add_hop(list, r->hops[t] * khop_i_recipe_dilation(r, l));
      if (status != KHOP_OK) return status;
    }
  return KHOP_OK;
}

/* --- the notes -------------------------------------------------------------------------------- */

static khop_status write_notes(khop_model *m, const hop_list *list, const khop_recipe *r) {
  char text[MOST_HOPS * 12 + 1] = "";
  size_t used = 0;
  for (int h = 0; h < list->count; h++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", h ? "," : "", list->hop[h]);
  khop_status status = khop_model_set_metadata(m, "hops", text);
  snprintf(text, sizeof text, "%d", list->types);
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "types", text);
  snprintf(text, sizeof text, "%u", list->splits ? r->along : 0);
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "along", text);
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "recipe", r->name);
  return status;
}

/* What the outputs are called, a line each. */
static khop_status note_outputs(khop_model *m, const khop_graphs *set, int64_t outputs) {
  const char *const *names = khop_graphs_targets(set, NULL) ? khop_graphs_target_names(set)
                                                            : khop_graphs_class_names(set);
  size_t size = 1, used = 0;
  char *text = NULL;
  for (int64_t c = 0; names && c < outputs; c++) size += strlen(names[c]) + 1;
  khop_status status = khop_i_alloc(&text, (int64_t)size, 1, "names of outputs");
  for (int64_t c = 0; status == KHOP_OK && names && c < outputs; c++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", c ? "\n" : "", names[c]);
  if (status == KHOP_OK && names) status = khop_model_set_metadata(m, "outputs", text);
  khop_i_free(text);
  return status;
}

static khop_status read_notes(hop_list *list, const khop_model *m) {
  const char *hops = khop_model_metadata(m, "hops"), *types = khop_model_metadata(m, "types");
  const char *along = khop_model_metadata(m, "along");
  *list = (hop_list){0};
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
    khop_status status = add_hop(list, (int)hop);
    if (status != KHOP_OK) return status;
    at = *end == ',' ? end + 1 : end;
  }
  return list->types > 0 && list->types <= KHOP_MAX_ARC_TYPES && list->count
             ? KHOP_OK
             : khop_i_fail(KHOP_E_FORMAT, "the model's notes give %d types and %d hops", list->types, list->count);
}

khop_status khop_graphs_rings(khop_rings **rings, int *count, const khop_model *model, const khop_graphs *set,
                              int64_t max_bytes) {
  hop_list list;
  int types = 0;
  *count = 0;
  khop_status status = read_notes(&list, model);
  if (status != KHOP_OK) return status;
  if (!list.types) return khop_model_rings(rings, count, model, khop_graphs_graph(set), max_bytes);
  const uint8_t *arc_types = khop_graphs_arc_types(set, &types);
  if (types != list.types)
    return khop_i_fail(KHOP_E_SHAPE, "the model takes %d types of edges, %s has %d", list.types,
                       khop_graphs_name(set), types);
  khop_edge_type_rings metapaths = metapaths_of(&list, arc_types);
  status = khop_edge_type_rings_build(&rings[0], khop_graphs_graph(set), &metapaths, max_bytes);
  *count = status == KHOP_OK;
  return status;
}

/* --- the model -------------------------------------------------------------------------------- */

static khop_value convolve(khop_model *m, const khop_recipe *r, const hop_list *list, khop_value x, int layer) {
  int hops[KHOP_MAX_TAPS], taps = 0;
  for (int t = 0; t < r->taps; t++) {
    int hop = r->hops[t] * khop_i_recipe_dilation(r, layer), metapaths = 1, first = hop;
    if (list->types) first = first_metapath_of(&metapaths, list, hop);
    for (int w = 0; w < metapaths && taps < KHOP_MAX_TAPS; w++) hops[taps++] = first + w;
  }
  khop_conv_options o = {.taps = taps, .hops = hops, .norm = r->norm, .direction = r->direction, .op = r->op,
                         .weights = r->weights, .bias = true};
  if (list->types) {
    o.op = KHOP_METAPATH;
    o.direction = KHOP_OUT;
  }
  return khop_conv(m, x, r->hidden, &o);
}

static khop_value read_out(khop_model *m, const khop_recipe *r, khop_value h, int64_t extras) {
  khop_value parts[8];
  int count = 0;
  for (int k = KHOP_READOUT_SUM; k <= KHOP_READOUT_ATTENTION; k++)
    if (r->readouts >> k & 1) parts[count++] = khop_readout(m, h, (khop_readout_kind)k);
  if (extras) parts[count++] = khop_graph_features(m, extras);
  return count == 1 ? parts[0] : khop_concat(m, count, parts);
}

static khop_value build(khop_model *m, const khop_recipe *r, const hop_list *list, const khop_graphs *set,
                        int64_t outputs) {
  int64_t extras = 0;
  if (r->extras) khop_graphs_graph_features(set, &extras);
  khop_value x = khop_input(m, khop_graphs_features(set)->columns);
  khop_value h = khop_linear(m, khop_i_recipe_dropout(m, x, r->input_dropout), r->hidden, true);
  h = khop_i_recipe_activation(m, r, h);
  khop_model_parameter_group(m, 1);
  for (int l = 0; l < r->layers; l++) {
    khop_value q = convolve(m, r, list, khop_layer_norm(m, h), l);
    h = khop_add(m, h, khop_i_recipe_dropout(m, khop_i_recipe_activation(m, r, q), r->dropout));
  }
  double last = r->head_dropout < 0 ? r->dropout : r->head_dropout;
  khop_value g = read_out(m, r, khop_layer_norm(m, h), extras);
  g = khop_i_recipe_activation(m, r, khop_linear(m, khop_i_recipe_dropout(m, g, last), r->hidden, true));
  return khop_linear(m, khop_i_recipe_dropout(m, g, last), outputs, true);
}

static khop_status check_recipe(const khop_recipe *r, const khop_graphs *set) {
  if (r->body != KHOP_GRAPHS)
    return khop_i_fail(KHOP_E_ARGUMENT, "the recipe %s is for one graph, and %s is a set of %lld: take the "
                       "recipe molecule", r->name, khop_graphs_name(set), (long long)khop_graphs_count(set));
  if (!(r->readouts & 15) || r->readouts > 15)
    return khop_i_fail(KHOP_E_ARGUMENT, "readouts %#x: at least one of four is needed", r->readouts);
  if (r->layers < 0 || r->layers > KHOP_MAX_LAYERS || r->taps < 1 || r->taps > KHOP_RECIPE_TAPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d layers of %d taps: up to %d of 1 to %d", r->layers, r->taps,
                       KHOP_MAX_LAYERS, KHOP_RECIPE_TAPS);
  return KHOP_OK;
}

khop_status khop_graphs_model(khop_model **out, const khop_recipe *r, const khop_graphs *set) {
  khop_status status = KHOP_OK;
  khop_model *m = NULL;
  hop_list list;
  int64_t outputs = 0;
  bool regression = khop_graphs_targets(set, &outputs) != NULL;
  *out = NULL;
  KHOP_TRY(check_recipe(r, set));
  if (!regression) outputs = khop_graphs_classes(set);
  if (outputs < 1)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: the graphs have neither labels nor targets to learn", khop_graphs_name(set));
  KHOP_TRY(list_hops(&list, r, set));
  KHOP_TRY(khop_model_new(&m));
  khop_value y = build(m, r, &list, set, outputs);
  if (!regression)
    khop_softmax_cross_entropy(m, y);
  else if (khop_graphs_has_tasks(set) || khop_i_metric_of_tasks(r->fit.metric))
    khop_binary_cross_entropy(m, y);
  else
    khop_mean_squared_error(m, y);
  KHOP_TRY(khop_model_init(m, r->fit.seed));
  KHOP_TRY(write_notes(m, &list, r));
  KHOP_TRY(note_outputs(m, set, outputs));
  *out = m;
  m = NULL;
done:
  khop_model_free(m);
  return status;
}
