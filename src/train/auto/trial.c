/* trial.c: see trial.h. */
#include "train/auto/trial.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/selection.h"

#include <math.h>

khop_status khop_i_trials_open(khop_i_trials *t, const khop_data *data, const khop_auto_options *options,
                               khop_metric metric, int most_epochs) {
  *t = (khop_i_trials){.data = data, .options = *options, .metric = metric, .most = most_epochs};
  return khop_i_alloc(&t->curve, most_epochs, sizeof *t->curve, "a curve");
}

static void free_rings(khop_i_trials *t) {
  for (int i = 0; i < t->rings_count; i++) khop_rings_free(t->rings[i]);
  t->rings_count = 0;
}

void khop_i_trials_close(khop_i_trials *t) {
  free_rings(t);
  khop_i_free(t->curve);
  *t = (khop_i_trials){0};
}

/* With the rings that there are, or, where the model needs others, with its own. */
static khop_status open_run(khop_run **run, khop_i_trials *t, khop_model *model) {
  const khop_features *features = khop_data_features(t->data);
  khop_status status =
      khop_run_new(run, model, t->rings_count, t->rings, features, true, t->options.max_bytes);
  if (status != KHOP_E_ARGUMENT) return status;
  free_rings(t);
  status = khop_model_rings_as(t->rings, &t->rings_count, model, khop_data_graph(t->data), t->options.form,
                               t->options.max_bytes);
  if (status != KHOP_OK) return status;
  return khop_run_new(run, model, t->rings_count, t->rings, features, true, t->options.max_bytes);
}

static bool note_epoch(const khop_epoch *epoch, void *context) {
  khop_i_trials *t = context;
  if (epoch->epoch <= t->most) t->curve[t->epochs++] = epoch->val;
  if (!t->options.progress || t->options.progress(epoch, t->recipe, t->index, t->of, t->options.context)) return true;
  t->interrupted = true;
  return false;
}

khop_status khop_i_trial(double *score, khop_i_trials *t, const khop_recipe *recipe, int epochs, int split, uint64_t seed) {
  khop_status status = KHOP_OK;
  double merit = NAN;
  khop_model *model = NULL;
  khop_run *run = NULL;
  khop_fit_result ignored;
  khop_fit_options fit = recipe->fit;
  *score = NAN;
  fit.metric = t->metric;
  fit.seed = seed;
  fit.epochs = epochs < t->most ? epochs : t->most;
  fit.patience = -1;
  fit.progress = note_epoch;
  fit.context = t;
  t->epochs = 0;
  t->recipe = recipe->name;
  KHOP_TRY(khop_recipe_model(&model, recipe, t->data));
  KHOP_TRY(open_run(&run, t, model));
  KHOP_TRY(khop_fit(&ignored, run, t->data, split, &fit));
  if (t->interrupted || t->epochs == 0) goto done;
  khop_i_curve_best(&merit, t->curve, t->epochs, khop_metric_rises(t->metric), KHOP_I_CURVE_WINDOW);
  *score = khop_metric_rises(t->metric) ? merit : -merit;
done:
  khop_run_free(run);
  khop_model_free(model);
  return status;
}
