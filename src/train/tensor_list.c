/* tensor_list.c: the parameters of a model by the names and shapes of its checkpoint, for weights of other libraries. */
#include "base/error.h"
#include "model/kinds.h"
#include "train/tensors.h"

#include <khop/train.h>
#include <math.h>
#include <string.h>

_Static_assert(KHOP_TENSOR_NAME == KHOP_I_TENSOR_NAME, "the names of tensors fit into those of the header");

int khop_model_tensors(const khop_model *model) {
  char name[KHOP_I_TENSOR_NAME];
  khop_i_tensor tensor;
  int64_t first;
  int count = 0;
  for (int i = 0; model && i < model->count; i++)
    for (int part = 0; part < KHOP_I_OP_TENSORS; part++)
      count += khop_i_tensor_of(&tensor, name, &first, model, i, part, KHOP_I_LAYOUT_2, NULL);
  return count;
}

/* Tensor number `wanted`, or the one called `name` where there is a name; false if there is none. */
static bool find(khop_tensor *found, khop_model *model, int wanted, const char *name) {
  khop_real *block = khop_model_parameter_array(model);
  khop_i_tensor tensor;
  int64_t first;
  for (int i = 0, count = 0; i < model->count; i++)
    for (int part = 0; part < KHOP_I_OP_TENSORS; part++) {
      if (!khop_i_tensor_of(&tensor, found->name, &first, model, i, part, KHOP_I_LAYOUT_2, block)) continue;
      if (name ? strcmp(name, found->name) != 0 : count++ != wanted) continue;
      found->dimensions = tensor.dimensions;
      for (int d = 0; d < 3; d++) found->shape[d] = d < tensor.dimensions ? tensor.shape[d] : 1;
      found->data = block + first;
      return true;
    }
  return false;
}

khop_status khop_model_tensor(khop_tensor *tensor, khop_model *model, int i) {
  if (!tensor || !model) return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_tensor: an argument is NULL");
  if (!khop_model_parameter_array(model))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_tensor: the model has no parameters yet: khop_model_init first");
  if (!find(tensor, model, i, NULL))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_tensor: there is no tensor %d: the model has %d", i,
                       khop_model_tensors(model));
  return KHOP_OK;
}

khop_status khop_model_tensor_named(khop_tensor *tensor, khop_model *model, const char *name) {
  if (!tensor || !model || !name) return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_tensor_named: an argument is NULL");
  if (!khop_model_parameter_array(model))
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "khop_model_tensor_named: the model has no parameters yet: khop_model_init first");
  if (!find(tensor, model, 0, name))
    return khop_i_fail(KHOP_E_NOT_FOUND, "the model has no tensor '%s'", name);
  return KHOP_OK;
}

khop_status khop_tensor_from_torch(const khop_tensor *tensor, int64_t tap, const khop_real *weight, int64_t out,
                                   int64_t in) {
  if (!tensor || !weight) return khop_i_fail(KHOP_E_ARGUMENT, "khop_tensor_from_torch: an argument is NULL");
  int64_t taps = tensor->dimensions == 3 ? tensor->shape[0] : 1;
  int last = tensor->dimensions - 1;
  if (tensor->dimensions < 2)
    return khop_i_fail(KHOP_E_SHAPE, "tensor '%s' is no matrix: copy its %lld numbers as they are", tensor->name,
                       (long long)tensor->shape[0]);
  if (tap < 0 || tap >= taps)
    return khop_i_fail(KHOP_E_ARGUMENT, "tensor '%s' has no tap %lld: it has %lld", tensor->name, (long long)tap,
                       (long long)taps);
  if (tensor->shape[last] != out || tensor->shape[last - 1] != in)
    return khop_i_fail(KHOP_E_SHAPE, "a weight (%lld out, %lld in) for tensor '%s', which has %lld out and %lld in",
                       (long long)out, (long long)in, tensor->name, (long long)tensor->shape[last],
                       (long long)tensor->shape[last - 1]);
  for (int64_t i = 0; i < out * in; i++)
    if (!isfinite(weight[i]))
      return khop_i_fail(KHOP_E_VALUE, "a weight for tensor '%s': number %lld is not finite", tensor->name, (long long)i);
  for (int64_t o = 0; o < out; o++)
    for (int64_t f = 0; f < in; f++) tensor->data[(tap * in + f) * out + o] = weight[o * in + f];
  return KHOP_OK;
}
