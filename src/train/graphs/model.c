/* model.c: the model of a recipe for sets of graphs, and the rings that it takes.
 *
 *   features -> linear -> [+ conv (layer norm)] x layers -> layer norm -> readouts | extras -> linear -> linear
 *
 * Where ring 1 is split by the types of edges, the taps are metapaths: those of all hops are in one khop_rings,
 * and each layer takes those of its own hops. Notes of the model say which they are (hop_list.h). */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "model/model.h"
#include "train/bodies/body.h"
#include "train/graphs/hop_list.h"
#include "train/tasks.h"

#include <khop/learn.h>
#include <khop/typed.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static khop_status list_hops(khop_i_hop_list *list, const khop_recipe *r, const khop_graphs *set) {
  int types = 0;
  *list = (khop_i_hop_list){0};
  khop_graphs_arc_types(set, &types);
  if (r->typed && types > 1) list->types = types;
  for (int t = 0; t < list->types && t < 32; t++) {
    list->along[t] = r->along >> t & 1;
    list->splits = list->splits || list->along[t];
  }
  for (int l = 0; l < r->layers; l++)
    for (int t = 0; t < r->taps; t++) {
      khop_status status = khop_i_hop_list_add(list, r->hops[t] * khop_i_body_dilation(r, l));
      if (status != KHOP_OK) return status;
    }
  return KHOP_OK;
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

khop_status khop_graphs_rings(khop_rings **rings, int *count, const khop_model *model, const khop_graphs *set,
                              int64_t max_bytes) {
  khop_i_hop_list list;
  int types = 0;
  *count = 0;
  khop_status status = khop_i_hop_list_read(&list, model);
  if (status != KHOP_OK) return status;
  if (!list.types) return khop_model_rings(rings, count, model, khop_graphs_graph(set), max_bytes);
  const uint8_t *arc_types = khop_graphs_arc_types(set, &types);
  if (types != list.types)
    return khop_i_fail(KHOP_E_SHAPE, "the model takes %d types of edges, %s has %d", list.types,
                       khop_graphs_name(set), types);
  khop_edge_type_rings metapaths = khop_i_hop_list_metapaths(&list, arc_types);
  status = khop_edge_type_rings_build(&rings[0], khop_graphs_graph(set), &metapaths, max_bytes);
  *count = status == KHOP_OK;
  return status;
}

/* --- the model -------------------------------------------------------------------------------- */

static khop_value convolve(khop_model *m, const khop_recipe *r, const khop_i_hop_list *list, khop_value x, int layer) {
  int hops[KHOP_MAX_TAPS], taps = 0;
  for (int t = 0; t < r->taps; t++) {
    int hop = r->hops[t] * khop_i_body_dilation(r, layer), metapaths = 1, first = hop;
    if (list->types) first = khop_i_hop_list_first(&metapaths, list, hop);
    for (int w = 0; w < metapaths && taps < KHOP_MAX_TAPS; w++) hops[taps++] = first + w;
  }
  khop_conv_options o = {.size = sizeof o, .taps = taps, .hops = hops, .norm = r->norm, .direction = r->direction,
                         .op = r->op, .weights = r->weights, .bias = true};
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

static khop_value build(khop_model *m, const khop_recipe *r, const khop_i_hop_list *list, const khop_graphs *set,
                        int64_t outputs) {
  int64_t extras = 0;
  if (r->extras) khop_graphs_graph_features(set, &extras);
  khop_value x = khop_input(m, khop_graphs_features(set)->columns);
  khop_value h = khop_linear(m, khop_i_body_drop(m, x, r->input_dropout), r->hidden, true);
  h = khop_i_body_activate(m, r, h);
  khop_model_parameter_group(m, 1);
  for (int l = 0; l < r->layers; l++) {
    khop_value q = convolve(m, r, list, khop_layer_norm(m, h), l);
    h = khop_add(m, h, khop_i_body_drop(m, khop_i_body_activate(m, r, q), r->dropout));
  }
  double last = r->head_dropout < 0 ? r->dropout : r->head_dropout;
  khop_value g = read_out(m, r, khop_layer_norm(m, h), extras);
  g = khop_i_body_activate(m, r, khop_linear(m, khop_i_body_drop(m, g, last), r->hidden, true));
  return khop_linear(m, khop_i_body_drop(m, g, last), outputs, true);
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

khop_status khop_graphs_model(khop_model **out, const khop_recipe *recipe, const khop_graphs *set) {
  khop_status status = KHOP_OK;
  khop_recipe own, *r = &own;
  khop_model *m = NULL;
  khop_i_hop_list list;
  int64_t outputs = 0;
  bool regression = khop_graphs_targets(set, &outputs) != NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE(khop_recipe, &own, recipe));
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
  KHOP_TRY(khop_i_hop_list_write(m, &list, r->along));
  KHOP_TRY(khop_model_set_metadata(m, "recipe", r->name));
  KHOP_TRY(note_outputs(m, set, outputs));
  *out = m;
  m = NULL;
done:
  khop_model_free(m);
  return status;
}
