/* split_model.h: a model whose convolutions are taken apart into products with weights, which a row has for itself, and
 * sums over rings, which are made of the rows of all ranks:
 *
 *   conv, F columns to more         sum over rings of all taps  ->  linear
 *   conv, F columns to fewer        linear  ->  sum over the ring     of each tap, then add or concat  ->  bias
 *
 * The weights stand where they stood, so that both models have one array of parameters. */
#ifndef KHOP_DISTRIBUTED_SPLIT_MODEL_H
#define KHOP_DISTRIBUTED_SPLIT_MODEL_H

#include "model/model.h"

/* The split model, without parameters of its own: the caller lends it those of the model, and takes them back before it
 * frees it. origin (ops of the split model): the op of the model that each stands for. Errors: UNSUPPORTED, naming the op
 * and its recipe, what poisoned the model, MEMORY. */
khop_status khop_i_model_split(khop_model **split, int **origin, const khop_model *model);

#endif
