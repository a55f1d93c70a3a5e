/* conformal.h: intervals around the mean of an ensemble, from the validation part: split conformal prediction. */
#ifndef KHOP_TRAIN_GRAPHS_CONFORMAL_H
#define KHOP_TRAIN_GRAPHS_CONFORMAL_H

#include <khop/learn.h>

/* Fills interval (outputs) for the models together: moments (G, outputs) of their predictions on the graphs of part
 * KHOP_VAL and KHOP_TEST. tested and covered are added to what interval holds. unit (outputs): the deviation of each target in
 * training. Errors: MEMORY. */
khop_status khop_i_conformal_fit(khop_interval *interval, const khop_graphs *set, const uint8_t *part,
                                 const khop_moments *moments, const double *unit);
/* Keeps them in a model, for khop_model_interval. Errors: MEMORY. */
khop_status khop_i_conformal_note(khop_model *model, const khop_interval *interval, int64_t outputs);

#endif
