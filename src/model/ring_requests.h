/* ring_requests.h: the rings that a model asks for, where only some of their rows are read. */
#ifndef KHOP_MODEL_RING_REQUESTS_H
#define KHOP_MODEL_RING_REQUESTS_H

#include "forms/inner_rings.h"

#include <khop/model.h>

/* As khop_model_rings. */
khop_status khop_i_model_rings_inner(khop_rings **rings, int *count, const khop_model *model, const khop_graph *graph,
                                     const khop_i_inner_rows *inner, int64_t max_bytes);

#endif
