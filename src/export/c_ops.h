/* c_ops.h: what an exported file has of each op: its weights and rings as tables, and its line in the forward pass. */
#ifndef KHOP_EXPORT_C_OPS_H
#define KHOP_EXPORT_C_OPS_H

#include "export/c_plan.h"

/* The tables of op i: model_w3 its weights, model_b3 its biases, model_r3 its rings, where it has some. */
void khop_i_c_put_tables(const khop_i_c_text *text, const khop_i_c_plan *plan, int i);
/* The call that computes op i from the values before it. */
void khop_i_c_put_call(const khop_i_c_text *text, const khop_i_c_plan *plan, int i);
/* The value of op i, as an expression. */
void khop_i_c_put_value(const khop_i_c_text *text, const khop_i_c_plan *plan, int i);

#endif
