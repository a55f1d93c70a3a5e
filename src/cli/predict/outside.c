/* outside.c: see outside.h. */
#include "cli/predict/outside.h"
#include "cli/messages.h"

#include <stdlib.h>
#include <string.h>

static int judge_all(prediction_table *t, const khop_domain *domain, const khop_graphs *set) {
  const int64_t *rows = khop_graphs_rows(set, NULL);
  char why[KHOP_OUTSIDE_BYTES];
  t->outside = calloc((size_t)t->rows + 1, sizeof *t->outside);
  if (!t->outside) return failure("no memory for %lld rows", (long long)t->rows);
  for (int64_t g = 0; g < khop_graphs_count(set); g++) {
    int64_t row = rows ? rows[g] : g;
    if (khop_domain_check(why, domain, set, g) != KHOP_OK) return library_failure();
    if (*why && !(t->outside[row] = strdup(why))) return failure("no memory for %lld rows", (long long)t->rows);
  }
  return GO_ON;
}

int judge_molecules(prediction_table *t, const khop_model *model, const char *path, const khop_graphs *set) {
  khop_domain *domain = NULL;
  khop_status status = khop_model_domain(&domain, model);
  if (status == KHOP_E_NOT_FOUND) {
    note("%s: it does not say which molecules it was trained on, as models of an older khop: no column outside", path);
    return GO_ON;
  }
  if (status != KHOP_OK) return failure("%s: %s", path, khop_message());
  int result = judge_all(t, domain, set);
  khop_domain_free(domain);
  return result;
}

void tell_outside(const char *output, const prediction_table *t, const khop_graphs *set) {
  int64_t count = 0;
  for (int64_t row = 0; t->outside && row < t->rows; row++) count += t->outside[row] != NULL;
  if (count)
    note("%s: %lld of %lld molecules lie outside what the model was trained on%s", output, (long long)count,
         (long long)khop_graphs_count(set), takes_names(output) ? ": why is in the column outside" : "");
}
