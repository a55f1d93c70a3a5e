/* build.h: how a builder answers a mistake. */
#ifndef KHOP_MODEL_BUILD_H
#define KHOP_MODEL_BUILD_H

#include "model/model.h"

/* Poisons the builder with the first mistake; returns -1. */
khop_value khop_i_model_poison(khop_model *model, khop_status status, const char *format, ...)
    KHOP_PRINTF(3, 4);
/* Whether it may still be built upon; x, an earlier op, is checked too. */
bool khop_i_model_ready(khop_model *model, const char *what, khop_value x);
/* Whether the options of an op were taken (base/options.h); otherwise the model is poisoned with
 * what they failed by. */
bool khop_i_model_took(khop_model *model, const char *what, khop_status status);
/* Adds an op of which the caller has filled in what its kind needs; inputs are copied, and hops and initial of a
 * convolution as well. */
khop_value khop_i_model_append(khop_model *model, khop_i_op op, int inputs, const khop_value *input);

#endif
