/* outside.h: which molecules lie outside what their model was trained on: a column of khop predict. */
#ifndef KHOP_CLI_PREDICT_OUTSIDE_H
#define KHOP_CLI_PREDICT_OUTSIDE_H

#include "cli/predict/table.h"

/* Fills table->outside with the reasons of each molecule of the set; where the model, of the file at path, does not say
 * what it was trained on, that is told and there is no column. An exit status after a message, or GO_ON. */
int judge_molecules(prediction_table *table, const khop_model *model, const char *path, const khop_graphs *set);
/* Tells how many molecules of a set lie outside, after the predictions at output were written. */
void tell_outside(const char *output, const prediction_table *table, const khop_graphs *set);

#endif
