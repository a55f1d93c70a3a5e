/* protocol.c: see protocol.h. */
#include "train/graphs/protocol.h"

khop_status khop_i_protocol_train(khop_fit_result *result, khop_i_protocol *p, double *curve, int member, int end,
                                  const khop_i_fit_files *files) {
  khop_recipe recipe = p->recipe;
  recipe.fit.seed += (uint64_t)member;
  if (p->options.protocol == KHOP_NESTED || p->options.protocol == KHOP_SHARED_EPOCH) recipe.fit.patience = -1;
  if (p->options.progress) p->options.progress(p->done, p->of, p->options.context);
  khop_status status = khop_i_graphs_fit(result, curve, p->scores, p->model, p->set, p->rings_count, p->rings,
                                         p->part, &recipe, end, files);
  if (status != KHOP_OK) return status;
  p->done++;
  p->seconds += result->seconds;
  p->epochs += result->epochs - result->resumed;
  p->report->interrupted = p->report->interrupted || result->interrupted;
  return KHOP_OK;
}

int64_t khop_i_protocol_count(const khop_i_protocol *p, khop_part part) {
  int64_t count = 0;
  for (int64_t g = 0; g < p->graphs; g++) count += p->part[g] == part;
  return count;
}
