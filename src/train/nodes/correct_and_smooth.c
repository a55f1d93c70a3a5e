/* correct_and_smooth.c: what is known of the training nodes mends the predictions of all others (Huang et al. 2021).
 *
 *   correct   e_i = known label - prediction at training nodes, 0 elsewhere, is spread;
 *             elsewhere it is scaled to the mean |e| of the training nodes and added
 *   smooth    known labels at training nodes, what is corrected elsewhere, are spread */
#include "base/error.h"
#include "base/memory.h"
#include "train/nodes/spreading.h"

#include <khop/train.h>
#include <math.h>
#include <string.h>

static double size_of(const khop_real *row, int64_t columns) {
  double sum = 0;
  for (int64_t c = 0; c < columns; c++) sum += fabs((double)row[c]);
  return sum;
}

/* error (nodes, classes) at training nodes; their mean size is returned. */
static double find_errors(khop_real *error, const khop_real *scores, const khop_i_known_labels *known) {
  double sum = 0;
  int64_t classes = known->classes, training = 0;
  memset(error, 0, (size_t)(known->nodes * classes) * sizeof *error);
  for (int64_t i = 0; i < known->nodes; i++) {
    if (!known->train[i]) continue;
    for (int64_t c = 0; c < classes; c++)
      error[i * classes + c] = (khop_real)(c == known->labels[i]) - scores[i * classes + c];
    sum += size_of(error + i * classes, classes);
    training++;
  }
  return sum / (double)training;
}

/* Rows that no error has reached stay as they are. */
static void add_errors(khop_real *scores, const khop_real *error, double mean, const khop_i_known_labels *known) {
  int64_t classes = known->classes;
  for (int64_t i = 0; i < known->nodes; i++) {
    double size = size_of(error + i * classes, classes);
    if (known->train[i] || !(size > 0)) continue;
    for (int64_t c = 0; c < classes; c++)
      scores[i * classes + c] += (khop_real)(mean / size * (double)error[i * classes + c]);
  }
}

static void put_labels(khop_real *scores, const khop_i_known_labels *known) {
  int64_t classes = known->classes;
  for (int64_t i = 0; i < known->nodes; i++)
    for (int64_t c = 0; known->train[i] && c < classes; c++) scores[i * classes + c] = c == known->labels[i];
}

static khop_status correct(khop_real *scores, khop_i_spreading *s, const khop_i_known_labels *known, double share,
                           int steps) {
  khop_status status = KHOP_OK;
  khop_real *error = NULL;
  KHOP_TRY(khop_i_alloc_raw(&error, known->nodes * known->classes, sizeof *error, "errors"));
  double mean = find_errors(error, scores, known);
  KHOP_TRY(khop_i_spread(error, s, share, steps));
  add_errors(scores, error, mean, known);
done:
  khop_i_free(error);
  return status;
}

khop_status khop_correct_and_smooth(khop_real *scores, const khop_graph *graph, const int32_t *labels, int64_t classes,
                                    const uint8_t *train, double correct_share, double smooth_share, int steps) {
  static const char *const who = "correct and smooth";
  khop_status status = KHOP_OK;
  khop_i_spreading s = {0};
  if (!scores || !graph) return khop_i_fail(KHOP_E_ARGUMENT, "%s: the scores or the graph are missing", who);
  khop_i_known_labels known = {khop_graph_nodes(graph), classes, labels, train};
  KHOP_TRY(khop_i_known_labels_check(&known, who));
  KHOP_TRY(khop_i_spreading_check(who, correct_share, steps));
  KHOP_TRY(khop_i_spreading_check(who, smooth_share, steps));
  KHOP_TRY(khop_i_spreading_open(&s, graph, classes));
  KHOP_TRY(correct(scores, &s, &known, correct_share, steps));
  put_labels(scores, &known);
  KHOP_TRY(khop_i_spread(scores, &s, smooth_share, steps));
done:
  khop_i_spreading_close(&s);
  return status;
}
