/* spreading.c: see spreading.h. */
#include "train/nodes/spreading.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

khop_status khop_i_known_labels_check(const khop_i_known_labels *known, const char *who) {
  int64_t training = 0;
  if (!known->labels || !known->train || known->classes < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: labels, a mask of training nodes and at least one class are needed", who);
  for (int64_t i = 0; i < known->nodes; i++) {
    if (!known->train[i]) continue;
    training++;
    if (known->labels[i] < 0 || known->labels[i] >= known->classes)
      return khop_i_fail(KHOP_E_VALUE, "%s: training node %lld has the label %d, and there are %lld classes", who,
                         (long long)i, (int)known->labels[i], (long long)known->classes);
  }
  return training ? KHOP_OK : khop_i_fail(KHOP_E_VALUE, "%s: there is no training node", who);
}

khop_status khop_i_spreading_check(const char *who, double share, int steps) {
  if (share >= 0 && share < 1 && steps >= 1) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s: a share of %g in %d steps: shares are in [0, 1), and one step is the least",
                     who, share, steps);
}

khop_status khop_i_spreading_open(khop_i_spreading *s, const khop_graph *graph, int64_t columns) {
  khop_status status = KHOP_OK;
  khop_rings_options options = {.size = sizeof options, .direction = KHOP_ALL};
  int hop = 1;
  *s = (khop_i_spreading){.nodes = khop_graph_nodes(graph), .columns = columns};
  KHOP_TRY(khop_rings_build(&s->rings, graph, 1, &hop, &options));
  KHOP_TRY(khop_taps_new(&s->taps, s->rings, 1, &hop, KHOP_NORM_SYM, false));
  KHOP_TRY(khop_i_alloc(&s->home, s->nodes * columns, sizeof *s->home, "rows to spread"));
  KHOP_TRY(khop_i_alloc(&s->next, s->nodes * columns, sizeof *s->next, "rows to spread"));
done:
  return status;
}

void khop_i_spreading_close(khop_i_spreading *s) {
  khop_taps_free(s->taps);
  khop_rings_free(s->rings);
  khop_i_free(s->home);
  khop_i_free(s->next);
  *s = (khop_i_spreading){0};
}

khop_status khop_i_spread(khop_real *y, khop_i_spreading *s, double share, int steps) {
  khop_status status = KHOP_OK;
  int64_t count = s->nodes * s->columns;
  memcpy(s->home, y, (size_t)count * sizeof *y);
  for (int t = 0; t < steps && status == KHOP_OK; t++) {
    status = khop_apply(s->next, s->columns, s->taps, y, s->columns, s->columns, 0);
    for (int64_t e = 0; e < count; e++) y[e] = (khop_real)(1 - share) * s->home[e] + (khop_real)share * s->next[e];
  }
  return status;
}
