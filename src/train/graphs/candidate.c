/* candidate.c: see candidate.h. */
#include "train/graphs/candidate.h"
#include "base/error.h"
#include "base/options.h"
#include "train/graphs/race.h"

khop_status khop_i_candidate_find(khop_recipe *recipe, const khop_graph_options *o, int c) {
  const void *given = (const char *)o->candidate + (size_t)c * KHOP_I_STRIDE(khop_recipe, o->candidate);
  khop_status status = KHOP_I_TAKE(khop_recipe, recipe, given);
  if (status == KHOP_OK) khop_i_fit_defaults(&recipe->fit);
  return status;
}

khop_status khop_i_candidate_open(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < p->rings_count; i++) khop_rings_free(p->rings[i]);
  p->rings_count = 0;
  khop_model_free(p->model);
  p->model = NULL;
  KHOP_TRY(khop_graphs_model(&p->model, &p->given, p->set));
  if (p->options.notes) KHOP_TRY(khop_model_set_metadata(p->model, "options", p->options.notes));
  KHOP_TRY(khop_model_set_schema(p->model, khop_graphs_schema(p->set)));
  KHOP_TRY(khop_graphs_rings(p->rings, &p->rings_count, p->model, p->set, p->options.max_bytes));
  p->report->parameters = khop_model_parameters(p->model);
done:
  return status;
}

khop_status khop_i_candidate_take(khop_i_protocol *p, int c) {
  khop_status status = khop_i_candidate_find(&p->given, &p->options, c);
  if (status != KHOP_OK) return status;
  p->recipe = p->given;
  if (p->options.protocol == KHOP_NESTED) khop_i_race_settle_folds(p);
  return khop_i_candidate_open(p);
}
