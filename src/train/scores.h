/* scores.h: what the outputs of a model say: probabilities of the classes, or numbers. */
#ifndef KHOP_TRAIN_SCORES_H
#define KHOP_TRAIN_SCORES_H

#include "model/model.h"

/* Turns one row of outputs into scores in place: softmax for softmax cross-entropy, a sigmoid for binary
 * cross-entropy, else as they are. Errors: VALUE (an output that is not finite, of "node" or "graph" number). */
khop_status khop_i_row_to_scores(khop_real *row, const khop_model *model, const char *what, int64_t number);

#endif
