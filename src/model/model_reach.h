/* model_reach.h: how far from a row of the output each op of a model is seen. */
#ifndef KHOP_MODEL_MODEL_REACH_H
#define KHOP_MODEL_MODEL_REACH_H

#include "model/model.h"

/* The largest hop of its taps; 0: it has none. */
int64_t khop_i_op_furthest(const khop_i_op *op);
/* Whether a row of the op is scaled by how many rows read its columns. */
bool khop_i_op_needs_column_degrees(const khop_i_op *op);

/* As khop_model_reach, of a model that has an output. seen (ops): rows of each op up to so many hops away from a row of
 * the output are read; -1: none is. degrees_known: the caller has how many rows read a column, and the ball need not
 * hold those rows. Errors: UNSUPPORTED. */
khop_status khop_i_model_reach(khop_reach *reach, int64_t *seen, const khop_model *model, bool degrees_known);

#endif
