/* tensors.h: the parameters of a model as the tensors of its checkpoint: their names and shapes, checked and read.
 *
 *   op            tensors                                           in memory, one behind the other
 *   linear        op3.linear.weight (F, G), .bias (G)               weights, then biases
 *   conv          .weight (T, F / groups, G), .bias (G or T G)
 *   mix           .weight (T, F) depthwise, (T) scalar
 *   layer_norm    .weight (F), .bias (F)                            both among the biases
 *   batch_norm    .weight, .bias, .mean, .variance (F each)         all among the biases
 *   attention     .weight (2, F)
 *   extras        .offset (F), .factor (F)                          both among the biases
 *   readout       .weight (F) of attention
 *
 * docs/formats.md has the same table for those who read or write the files by other means. */
#ifndef KHOP_TRAIN_TENSORS_H
#define KHOP_TRAIN_TENSORS_H

#include "files/safetensors.h"
#include "model/model.h"

#define KHOP_I_REAL_DTYPE (sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32)

/* Room for the name of a tensor; and the most tensors that an op has. */
enum { KHOP_I_TENSOR_NAME = 64, KHOP_I_OP_TENSORS = 4 };

/* Of which layout the tensors of a file are. The first one wrote layer norms as one .bias (2, F), graph features as one
 * .bias (2, F), and the weights of groups with the shape (T, F, G / groups), the numbers in the same order as now. */
typedef enum khop_i_layout { KHOP_I_LAYOUT_1 = 1, KHOP_I_LAYOUT_2 = 2 } khop_i_layout;

/* The layout that a file says it is of: "khop.format" in its metadata, 1 where there is none. Errors: FORMAT. */
khop_status khop_i_layout_of(khop_i_layout *layout, const khop_i_safetensors *file);

/* Tensor `part` of op i over block, the parameters of all ops (may be NULL: then it has no data), with its name in name
 * (KHOP_I_TENSOR_NAME) and *first, where it begins in the block; false if there is none. */
bool khop_i_tensor_of(khop_i_tensor *tensor, char *name, int64_t *first, const khop_model *model, int i, int part,
                      khop_i_layout layout, const khop_real *block);

/* Whether the file has a tensor of this name and shape that holds finite numbers, in either precision.
 * Errors: FORMAT (none, or of other numbers), SHAPE, VALUE. */
khop_status khop_i_tensor_check(const khop_i_safetensors *file, const khop_i_tensor *wanted);
/* Its numbers, after that check: to (all that wanted->shape holds). */
void khop_i_tensor_copy(khop_real *to, const khop_i_safetensors *file, const khop_i_tensor *wanted);

/* The same for all tensors of a model. block: (parameters). */
khop_status khop_i_tensors_check(const khop_model *model, const khop_i_safetensors *file);
void khop_i_tensors_copy(khop_real *block, const khop_model *model, const khop_i_safetensors *file);

#endif
