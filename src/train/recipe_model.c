/* recipe_model.c: the model of a recipe: input, features on one scale, a body, the loss of the data. */
#include "base/error.h"
#include "base/options.h"
#include "model/model.h"
#include "train/bodies/body.h"

#include <khop/hops.h>

#include <math.h>

static const khop_i_body *const bodies[] = {
    [KHOP_SPREAD] = &khop_i_body_spread,
    [KHOP_STACK] = &khop_i_body_stack,
    [KHOP_RESIDUAL] = &khop_i_body_residual,
    [KHOP_BODY_GCNII] = &khop_i_body_gcnii,
    [KHOP_BODY_H2GCN] = &khop_i_body_h2gcn,
    [KHOP_BODY_FSGNN] = &khop_i_body_fsgnn,
    [KHOP_BODY_GPR] = &khop_i_body_gpr,
    [KHOP_BODY_DIR] = &khop_i_body_dir,
    [KHOP_BODY_SPMPNN] = &khop_i_body_spmpnn,
    [KHOP_BODY_KPGCN] = &khop_i_body_kpgcn,
    [KHOP_BODY_KPGIN] = &khop_i_body_kpgin,
    [KHOP_BODY_DREW] = &khop_i_body_drew,
    [KHOP_BODY_JUMPING] = &khop_i_body_jumping,
    [KHOP_BODY_LINKX] = &khop_i_body_linkx,
};
#define BODIES ((int)(sizeof bodies / sizeof *bodies))

static khop_status check_recipe(const khop_recipe *r) {
  if ((int)r->body < 0 || (int)r->body >= BODIES || !bodies[r->body])
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no body %d for the nodes of one graph", (int)r->body);
  if (r->layers < 1 || r->layers > KHOP_MAX_LAYERS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d layers: 1 to %d are possible", r->layers,
                       KHOP_MAX_LAYERS);
  if (r->taps < 1 || r->taps > KHOP_RECIPE_TAPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps: 1 to %d are possible in a recipe", r->taps,
                       KHOP_RECIPE_TAPS);
  if (r->dilations < 0 || r->dilations > KHOP_MAX_LAYERS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d dilations: at most %d", r->dilations, KHOP_MAX_LAYERS);
  if (r->dilations && !bodies[r->body]->dilates)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d dilations: the layers of the recipe %s have the same hops", r->dilations,
                       r->name);
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
  const khop_i_body *body = bodies[r->body];
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  khop_value y = body->build ? body->build(m, r, x, outputs) : body->build_on_nodes(m, r, x, outputs, nodes);
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
