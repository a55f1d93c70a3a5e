/* path.h: integrated gradients along the straight path from the base line. */
#ifndef KHOP_EXPLAIN_PATH_H
#define KHOP_EXPLAIN_PATH_H

#include "explain/subject.h"

/* Whether no op on the way from the features to the output bends: the output is then linear in the features, and each
 * gradient is the same everywhere. */
bool khop_i_is_linear(const khop_model *model);

/* The integral for one output: what was reached, and after how many steps. */
typedef struct khop_i_path {
  double *shares; /* (numbers of the subject), owns */
  khop_real *dy;  /* (rows of the output, outputs), owns: 1 at the output that is explained, else 0 */
  int steps;
  double error;   /* |sum of shares - difference| */
  bool complete;  /* that is at most the tolerance times the sum of |share| */
} khop_i_path;

/* Errors: MEMORY. A path that is {0} can be closed. */
khop_status khop_i_path_open(khop_i_path *path, const khop_i_subject *subject);
void khop_i_path_close(khop_i_path *path);
/* Sets the shares of an output, from `least` steps on, twice as many until they are complete, at most `most`.
 * difference: the output less that of the base line. Errors: those of khop_run_backward_from. */
khop_status khop_i_path_integrate(khop_i_path *path, khop_i_subject *subject, int64_t output, double difference,
                                  double tolerance, int most);

#endif
