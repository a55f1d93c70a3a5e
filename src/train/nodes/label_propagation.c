/* label_propagation.c: the labels of training, spread (Zhou et al. 2004): a base line without features or weights. */
#include "base/error.h"
#include "train/nodes/spreading.h"

#include <khop/train.h>
#include <string.h>

khop_status khop_label_propagation(khop_real *scores, const khop_graph *graph, const int32_t *labels, int64_t classes,
                                   const uint8_t *train, double share, int steps) {
  static const char *const who = "label propagation";
  khop_status status = KHOP_OK;
  khop_i_spreading s = {0};
  if (!scores || !graph) return khop_i_fail(KHOP_E_ARGUMENT, "%s: the scores or the graph are missing", who);
  int64_t n = khop_graph_nodes(graph);
  KHOP_TRY(khop_i_known_labels_check(&(khop_i_known_labels){n, classes, labels, train}, who));
  KHOP_TRY(khop_i_spreading_check(who, share, steps));
  KHOP_TRY(khop_i_spreading_open(&s, graph, classes));
  memset(scores, 0, (size_t)(n * classes) * sizeof *scores);
  for (int64_t i = 0; i < n; i++)
    if (train[i]) scores[i * classes + labels[i]] = 1;
  KHOP_TRY(khop_i_spread(scores, &s, share, steps));
done:
  khop_i_spreading_close(&s);
  return status;
}
