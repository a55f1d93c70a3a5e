/* propagation.c: see propagation.h. */
#include "train/auto/propagation.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>

/* As in the paper's experiments. */
#define SHARE 0.9
#define STEPS 50

khop_status khop_i_score_propagation(double *score, const khop_data *data, int split, khop_metric metric) {
  khop_status status = KHOP_OK;
  khop_real *scores = NULL;
  int64_t classes = khop_data_classes(data);
  const khop_graph *graph = khop_data_graph(data);
  const int32_t *labels = khop_data_labels(data);
  const uint8_t *train = khop_data_mask(data, split, KHOP_TRAIN), *val = khop_data_mask(data, split, KHOP_VAL);
  *score = NAN;
  if (!labels || classes < 1 || khop_data_has_tasks(data) || !train || !val || !khop_metric_rises(metric)) return KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&scores, khop_graph_nodes(graph) * classes, sizeof *scores, "scores"));
  KHOP_TRY(khop_label_propagation(scores, graph, labels, classes, train, SHARE, STEPS));
  status = khop_score(score, metric, scores, khop_graph_nodes(graph), classes, labels, NULL, val);
  if (status == KHOP_E_VALUE) status = KHOP_OK, *score = NAN; /* ROC-AUC of one class */
done:
  khop_i_free(scores);
  return status;
}
