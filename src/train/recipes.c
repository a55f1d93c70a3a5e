/* recipes.c: models by name: defaults that work, and the bodies they are made of.
 *
 * The figures that chose the defaults (validation accuracy only) are in docs/notes/2026-11-default-recipe.md. */
#include "train/recipes.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/data.h"
#include "model/model.h"

#include <khop/hops.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct preset {
  const char *about;
  khop_recipe recipe;
} preset;

static const preset presets[] = {
    {"an MLP whose logits spread over rings 0, 1, 2, eight times, with teleport",
     {.name = "ring", .body = KHOP_SPREAD, .feature_norm = 4, .hidden = 64, .layers = 8, .taps = 3, .hops = {0, 1, 2},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .input_dropout = 0.8, .dropout = 0.8,
      .teleport = 0.1,
      .fit = {.optimizer = {.rate = 0.01, .decay = {0.02}}, .epochs = 500, .patience = 100}}},
    {"residual k-hop convolutions with dilations 1, 2, 4, layer norm and skips",
     {.name = "dilated", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 3, .taps = 3,
      .hops = {0, 1, 2}, .dilations = 3, .dilation = {1, 2, 4}, .norm = KHOP_NORM_ROW,
      .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.2,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"two k-hop convolutions, their taps 0, 1, 2 concatenated (after MixHop)",
     {.name = "mixhop", .body = KHOP_STACK, .feature_norm = 4, .hidden = 32, .layers = 2, .taps = 3, .hops = {0, 1, 2},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .concat = true, .input_dropout = 0.5,
      .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3, 5e-3}}, .epochs = 500, .patience = 100}}},
    {"one k-hop convolution, its taps 0 to 3 concatenated, one hidden layer (after SIGN)",
     {.name = "sign", .body = KHOP_STACK, .feature_norm = 4, .hidden = 32, .layers = 1, .taps = 4, .hops = {0, 1, 2, 3},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .concat = true, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3, 5e-3}}, .epochs = 500, .patience = 100}}},
    {"residual convolutions on rings 0 and 1, layer norm, little regularisation: many labels",
     {.name = "residual", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 3, .taps = 2, .hops = {0, 1},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.4,
      .fit = {.optimizer = {.rate = 0.005}, .epochs = 500, .patience = 100}}},
    {"twelve residual convolutions on rings 0 and 1: what lies far, with many labels",
     {.name = "deep", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 12, .taps = 2, .hops = {0, 1},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.2,
      .fit = {.optimizer = {.rate = 0.01}, .epochs = 1000, .patience = 150}}},
    {"an MLP whose logits spread over ring 1 with self-loops, ten times, with teleport (APPNP)",
     {.name = "appnp", .body = KHOP_SPREAD, .feature_norm = 4, .hidden = 64, .layers = 10, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5, .dropout = 0.5,
      .teleport = 0.1,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3}}, .epochs = 500, .patience = 100}}},
    {"the graph convolutional network of Kipf and Welling: ring 1 with self-loops, two layers",
     {.name = "gcn", .body = KHOP_STACK, .feature_norm = 1, .hidden = 16, .layers = 2, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5,
      .dropout = 0.5, .row_normalize = true,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4}}, .epochs = 200, .patience = -1}}},
    {"no graph: two linear layers on each node's own features",
     {.name = "mlp", .body = KHOP_STACK, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 1, .hops = {0},
      .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3}}, .epochs = 500, .patience = 100}}},
    {"sets of graphs: residual convolutions, ring 1 split by bond, readouts, descriptors",
     {.name = "molecule", .body = KHOP_GRAPHS, .hidden = 64, .layers = 3, .taps = 5,
      .hops = {0, 1, 2, 3, 4}, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .dropout = 0.2,
      .typed = true, .extras = true,
      .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN | 1 << KHOP_READOUT_ATTENTION,
      .batch = 32, .average = 0.99, .head_dropout = -1,
      .fit = {.optimizer = {.rate = 0.002, .decay = {0.01, 0.01}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 100, .patience = -1}}},
    {"numbers of molecules: as molecule, larger steps, less dropout, more decay, the last epoch's weights",
     {.name = "property", .body = KHOP_GRAPHS, .hidden = 64, .layers = 2, .taps = 4, .hops = {0, 1, 2, 3},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .dropout = 0.1, .typed = true, .extras = true,
      .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN | 1 << KHOP_READOUT_ATTENTION,
      .batch = 32, .average = 0.99, .head_dropout = 0, .keep_last = true, .open_length = true,
      .open_decay = true,
      .fit = {.optimizer = {.rate = 0.005, .decay = {0.3, 4}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 80, .patience = -1}}},
};
#define PRESETS ((int)(sizeof presets / sizeof *presets))

int khop_recipe_count(void) { return PRESETS; }
const char *khop_recipe_name(int i) { return i < 0 || i >= PRESETS ? NULL : presets[i].recipe.name; }
const char *khop_recipe_about(int i) { return i < 0 || i >= PRESETS ? NULL : presets[i].about; }

khop_status khop_recipe_find(khop_recipe *recipe, const char *name) {
  char names[128] = "";
  for (int i = 0; i < PRESETS; i++) {
    if (strcmp(presets[i].recipe.name, name) == 0) {
      *recipe = presets[i].recipe;
      recipe->size = sizeof *recipe;
      recipe->fit.size = sizeof recipe->fit;
      recipe->fit.optimizer.size = sizeof recipe->fit.optimizer;
      return KHOP_OK;
    }
    strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
    strncat(names, presets[i].recipe.name, sizeof names - strlen(names) - 1);
  }
  return khop_i_fail(KHOP_E_NOT_FOUND, "not a recipe: '%s' (%s)", name, names);
}

/* Twice as many training nodes as features, or more, in the first split. */
static bool has_many_labels(const khop_data *data) {
  return khop_i_data_count_part(data, 0, KHOP_TRAIN) >= 2 * khop_data_features(data)->columns;
}

void khop_recipe_adapt(khop_recipe *recipe, const khop_data *data) {
  if (khop_data_has_tasks(data)) recipe->fit.metric = KHOP_ROC_AUC;
  if (recipe->body != KHOP_GRAPHS && has_many_labels(data))
    for (int g = 0; g < KHOP_PARAMETER_GROUPS; g++) recipe->fit.optimizer.decay[g] *= 0.1;
  if (!khop_data_has_identity_features(data)) return;
  recipe->input_dropout = recipe->dropout = 0;
  memset(recipe->fit.optimizer.decay, 0, sizeof recipe->fit.optimizer.decay);
}

/* --- bodies --------------------------------------------------------------------------------- */

khop_value khop_i_recipe_activation(khop_model *m, const khop_recipe *r, khop_value x) {
  return r->activation == KHOP_GELU   ? khop_gelu(m, x)
         : r->activation == KHOP_TANH ? khop_tanh(m, x)
                                      : khop_relu(m, x);
}

khop_value khop_i_recipe_dropout(khop_model *m, khop_value x, double rate) {
  return rate > 0 ? khop_dropout(m, x, rate) : x;
}

int khop_i_recipe_dilation(const khop_recipe *r, int layer) {
  return r->dilations ? r->dilation[layer % r->dilations] : 1;
}

/* The convolution of a layer; hops (taps) takes its dilated hops. */
static khop_conv_options layer_options(const khop_recipe *r, int layer, int *hops) {
  int dilation = khop_i_recipe_dilation(r, layer);
  for (int t = 0; t < r->taps; t++) hops[t] = r->hops[t] * dilation;
  return (khop_conv_options){.size = sizeof(khop_conv_options), .taps = r->taps, .hops = hops, .norm = r->norm,
                             .direction = r->direction, .op = r->op, .self_loop = r->self_loop,
                             .weights = r->weights, .bias = true};
}

static khop_value build_spread(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  khop_real shares[KHOP_RECIPE_TAPS], teleport = (khop_real)r->teleport;
  for (int t = 0; t < r->taps; t++) shares[t] = (khop_real)((1 - r->teleport) / r->taps);
  khop_value h = khop_linear(m, khop_i_recipe_dropout(m, x, r->input_dropout), r->hidden, true);
  h = khop_i_recipe_activation(m, r, h);
  khop_model_parameter_group(m, 1);
  khop_value z = khop_linear(m, khop_i_recipe_dropout(m, h, r->dropout), outputs, false);
  khop_value home = khop_conv(m, z, outputs, &(khop_conv_options){
      .taps = 1, .hops = (int[]){0}, .direction = r->direction, .op = r->op,
      .weights = KHOP_WEIGHTS_FIXED, .initial = &teleport});
  for (int l = 0; l < r->layers; l++) {
    khop_conv_options o = layer_options(r, l, hops);
    o.weights = KHOP_WEIGHTS_FIXED;
    o.initial = shares;
    o.bias = false;
    z = khop_add(m, khop_conv(m, z, outputs, &o), home);
  }
  return khop_bias(m, z);
}

static khop_value build_stack(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  for (int l = 0; l < r->layers; l++) {
    bool last = l == r->layers - 1;
    khop_conv_options o = layer_options(r, l, hops);
    o.concat = r->concat;
    if (l == 1) khop_model_parameter_group(m, 1);
    x = khop_i_recipe_dropout(m, x, l ? r->dropout : r->input_dropout);
    x = khop_conv(m, x, last && !r->concat ? outputs : r->hidden, &o);
    if (!last || r->concat) x = khop_i_recipe_activation(m, r, x);
  }
  return r->concat ? khop_linear(m, khop_i_recipe_dropout(m, x, r->dropout), outputs, true) : x;
}

static khop_value build_residual(khop_model *m, const khop_recipe *r, khop_value x,
                                 int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  khop_value h = khop_linear(m, khop_i_recipe_dropout(m, x, r->input_dropout), r->hidden, true);
  h = khop_i_recipe_activation(m, r, h);
  h = khop_i_recipe_dropout(m, h, r->dropout);
  khop_model_parameter_group(m, 1);
  for (int l = 0; l < r->layers; l++) {
    khop_conv_options o = layer_options(r, l, hops);
    khop_value q = khop_conv(m, khop_layer_norm(m, h), r->hidden, &o);
    h = khop_add(m, h, khop_i_recipe_dropout(m, khop_i_recipe_activation(m, r, q), r->dropout));
  }
  return khop_linear(m, khop_layer_norm(m, h), outputs, true);
}

static khop_status check_recipe(const khop_recipe *r) {
  if (r->layers < 1 || r->layers > KHOP_MAX_LAYERS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d layers: 1 to %d are possible", r->layers,
                       KHOP_MAX_LAYERS);
  if (r->taps < 1 || r->taps > KHOP_RECIPE_TAPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps: 1 to %d are possible in a recipe", r->taps,
                       KHOP_RECIPE_TAPS);
  if (r->dilations < 0 || r->dilations > KHOP_MAX_LAYERS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d dilations: at most %d", r->dilations, KHOP_MAX_LAYERS);
  for (int d = 0; d < r->dilations; d++)
    if (r->dilation[d] < 1)
      return khop_i_fail(KHOP_E_ARGUMENT, "a dilation of %d: dilations count from 1",
                         r->dilation[d]);
  for (int t = 0; t < r->taps; t++)
    for (int d = 0; d < r->dilations; d++)
      if (r->hops[t] > INT32_MAX / r->dilation[d])
        return khop_i_fail(KHOP_E_ARGUMENT, "hop %d at dilation %d is out of range", r->hops[t],
                           r->dilation[d]);
  if (!(r->teleport >= 0 && r->teleport <= 1))
    return khop_i_fail(KHOP_E_ARGUMENT, "a teleport of %g is not in [0, 1]", r->teleport);
  return KHOP_OK;
}

/* What the features are multiplied by, so that no recipe depends on their unit. Nodes without features of their own have
 * a column each, which has no unit. */
static double feature_factor(const khop_recipe *r, const khop_data *data) {
  const khop_features *x = khop_data_features(data);
  const khop_real *values = x->dense ? x->dense : x->values;
  int64_t count = x->dense ? x->rows * x->columns : x->offsets[x->rows];
  double sum = 0;
  if (!(r->feature_norm > 0) || khop_data_has_identity_features(data)) return 1;
  for (int64_t e = 0; e < count; e++) sum += (double)values[e] * (double)values[e];
  double factor = r->feature_norm / sqrt(sum / (double)x->rows);
  return isfinite(factor) && isfinite((khop_real)factor) ? factor : 1;
}

static khop_status make_model(khop_model **out, const khop_recipe *given, const khop_data *data,
                              int64_t columns, bool rows) {
  khop_status status = KHOP_OK;
  khop_recipe own, *r = &own;
  khop_model *m = NULL;
  int64_t outputs = 0;
  bool regression = khop_data_targets(data, &outputs) != NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE(khop_recipe, &own, given));
  if (r->body == KHOP_GRAPHS)
    KHOP_FAIL(KHOP_E_ARGUMENT, "the recipe %s is for sets of graphs, and %s is one graph", r->name,
              khop_data_name(data));
  KHOP_TRY(check_recipe(r));
  if (!regression) outputs = khop_data_classes(data);
  if (outputs < 1)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: the data have neither labels nor targets to learn",
              khop_data_name(data));
  KHOP_TRY(khop_model_new(&m));
  khop_value x = khop_input(m, columns);
  double factor = rows ? 1 : feature_factor(r, data);
  if (factor != 1) x = khop_scale(m, x, factor);
  khop_value y = r->body == KHOP_SPREAD  ? build_spread(m, r, x, outputs)
                 : r->body == KHOP_STACK ? build_stack(m, r, x, outputs)
                                         : build_residual(m, r, x, outputs);
  if (khop_data_has_tasks(data))
    khop_binary_cross_entropy(m, y);
  else if (regression)
    khop_mean_squared_error(m, y);
  else
    khop_softmax_cross_entropy(m, y);
  KHOP_TRY(khop_model_init(m, r->fit.seed));
  KHOP_TRY(khop_model_set_metadata(m, "recipe", r->name));
  KHOP_TRY(khop_model_set_metadata(m, "row_normalize", r->row_normalize ? "1" : "0"));
  *out = m;
  m = NULL;
done:
  khop_model_free(m);
  return status;
}

khop_status khop_recipe_model(khop_model **out, const khop_recipe *r, const khop_data *data) {
  return make_model(out, r, data, khop_data_features(data)->columns, false);
}

khop_status khop_recipe_model_rows(khop_model **out, const khop_recipe *recipe, const khop_data *data,
                                   int64_t columns) {
  khop_recipe own, *r = &own;
  *out = NULL;
  khop_status status = KHOP_I_TAKE(khop_recipe, &own, recipe);
  if (status != KHOP_OK) return status;
  for (int t = 0; t < r->taps && t < KHOP_RECIPE_TAPS; t++)
    if (r->hops[t] != 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "recipe %s gathers over the graph (hop %d): with hop features "
                         "that is done before, and what is left is recipe mlp", r->name, r->hops[t]);
  return make_model(out, r, data, columns, true);
}
