/* tensors.c: see tensors.h. */
#include "train/tensors.h"
#include "base/error.h"
#include "model/kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- which tensors there are ------------------------------------------------------------------------ */

khop_status khop_i_layout_of(khop_i_layout *layout, const khop_i_safetensors *file) {
  const char *text = khop_i_safetensors_meta(file, "khop.format");
  *layout = text ? KHOP_I_LAYOUT_2 : KHOP_I_LAYOUT_1;
  return !text || strcmp(text, "2") == 0
             ? KHOP_OK
             : khop_i_fail(KHOP_E_FORMAT, "its tensors are of the layout '%s': this version reads 1 and 2", text);
}

/* Rows of numbers that count as biases, so that no weight decay reaches them: the names of the rows. */
static const char *const *names_of_rows(const khop_i_op *op) {
  static const char *const norm[] = {"weight", "bias", "mean", "variance"}, *const features[] = {"offset", "factor"};
  bool norms = op->kind == KHOP_I_LAYER_NORM || op->kind == KHOP_I_BATCH_NORM;
  return norms ? norm : op->kind == KHOP_I_GRAPH_FEATURES ? features : NULL;
}

/* The shape of the weights of an op; the number of dimensions is returned. */
static int shape_of_weights(int64_t shape[3], const khop_model *model, const khop_i_op *op, khop_i_layout layout) {
  int64_t f = model->ops[op->input[0]].columns;
  if (op->kind == KHOP_I_NODE_WEIGHTS) return shape[0] = op->weights / op->columns, shape[1] = op->columns, 2;
  if (op->kind == KHOP_I_LINEAR) return shape[0] = f, shape[1] = op->columns, 2;
  if (op->kind == KHOP_I_CONV) {
    int64_t in = layout == KHOP_I_LAYOUT_1 ? f : f / op->groups;
    return shape[0] = op->taps, shape[1] = in, shape[2] = op->weights / (op->taps * in), 3;
  }
  if (op->kind == KHOP_I_ATTENTION) return shape[0] = 2, shape[1] = f, 2;
  if (op->weighting == KHOP_WEIGHTS_DEPTHWISE) return shape[0] = op->taps, shape[1] = f, 2;
  return shape[0] = op->weights, 1;
}

bool khop_i_tensor_of(khop_i_tensor *tensor, char *name, int64_t *first, const khop_model *model, int i, int part,
                      khop_i_layout layout, const khop_real *block) {
  const khop_i_op *op = &model->ops[i];
  const char *const *rows = layout == KHOP_I_LAYOUT_1 ? NULL : names_of_rows(op);
  if (rows ? part >= op->biases / op->columns : part > 1 || !(part ? op->biases : op->weights)) return false;
  snprintf(name, KHOP_I_TENSOR_NAME, "op%d.%s.%s", i, khop_i_kind_name(op->kind),
           rows ? rows[part] : part ? "bias" : "weight");
  *tensor = (khop_i_tensor){.name = name, .dtype = KHOP_I_REAL_DTYPE, .dimensions = 1, .shape = {op->biases}};
  *first = op->first + (part ? op->weights : 0);
  if (rows)
    tensor->shape[0] = op->columns, *first = op->first + part * op->columns;
  else if (names_of_rows(op))
    tensor->dimensions = 2, tensor->shape[0] = op->biases / op->columns, tensor->shape[1] = op->columns;
  else if (!part)
    tensor->dimensions = shape_of_weights(tensor->shape, model, op, layout);
  tensor->data = block ? block + *first : NULL;
  return true;
}

/* --- the check -------------------------------------------------------------------------------------- */

static int64_t numbers_of(const khop_i_tensor *tensor) {
  int64_t count = 1;
  for (int d = 0; d < tensor->dimensions; d++) count *= tensor->shape[d];
  return count;
}

static double number_at(const khop_i_tensor *tensor, int64_t i) {
  return tensor->dtype == KHOP_I_FLOAT64 ? ((const double *)tensor->data)[i]
                                         : (double)((const float *)tensor->data)[i];
}

enum { SHAPE_TEXT = 24 * KHOP_I_MAX_DIMENSIONS };

/* "(3, 34, 64)" */
static const char *shape_text(char text[SHAPE_TEXT], const khop_i_tensor *tensor) {
  size_t used = (size_t)snprintf(text, SHAPE_TEXT, "(");
  for (int d = 0; d < tensor->dimensions; d++)
    used += (size_t)snprintf(text + used, SHAPE_TEXT - used, "%s%lld", d ? ", " : "", (long long)tensor->shape[d]);
  snprintf(text + used, SHAPE_TEXT - used, ")");
  return text;
}

/* Whether two shapes of n dimensions have the same sizes in some order. */
static bool same_sizes(const int64_t *a, const int64_t *b, int n) {
  bool same = true;
  for (int d = 0; d < n; d++) {
    int excess = 0;
    for (int e = 0; e < n; e++) excess += (a[e] == a[d]) - (b[e] == a[d]);
    same = same && excess == 0;
  }
  return same;
}

/* What two shapes that differ have to do with one another, as the end of a sentence. Matrices of other libraries are
 * often (columns out, columns in), and one tensor may have the matrices of all taps. */
static const char *relation(const khop_i_tensor *a, const khop_i_tensor *b) {
  int n = a->dimensions;
  if (n != b->dimensions || !same_sizes(a->shape, b->shape, n)) return "";
  if (n == 2) return ": it is the transpose";
  return a->shape[0] == b->shape[0] ? ": the matrix of each tap is the transpose"
                                    : ": its dimensions stand in another order";
}

static bool same_shape(const khop_i_tensor *a, const khop_i_tensor *b) {
  bool same = a->dimensions == b->dimensions;
  for (int d = 0; same && d < a->dimensions; d++) same = a->shape[d] == b->shape[d];
  return same;
}

khop_status khop_i_tensor_check(const khop_i_safetensors *file, const khop_i_tensor *wanted) {
  const khop_i_tensor *from = khop_i_safetensors_find(file, wanted->name);
  char there[SHAPE_TEXT], here[SHAPE_TEXT];
  if (!from) return khop_i_fail(KHOP_E_FORMAT, "the checkpoint has no tensor '%s'", wanted->name);
  if (!same_shape(from, wanted))
    return khop_i_fail(KHOP_E_SHAPE, "tensor '%s' has the shape %s and its op takes %s%s", wanted->name,
                       shape_text(there, from), shape_text(here, wanted), relation(from, wanted));
  if (from->dtype != KHOP_I_FLOAT32 && from->dtype != KHOP_I_FLOAT64)
    return khop_i_fail(KHOP_E_FORMAT, "tensor '%s' is not of 32- or 64-bit floats", wanted->name);
  int64_t count = numbers_of(wanted);
  for (int64_t i = 0; i < count; i++)
    if (!isfinite((khop_real)number_at(from, i)))
      return khop_i_fail(KHOP_E_VALUE, "tensor '%s': number %lld is not finite", wanted->name, (long long)i);
  return KHOP_OK;
}

void khop_i_tensor_copy(khop_real *to, const khop_i_safetensors *file, const khop_i_tensor *wanted) {
  const khop_i_tensor *from = khop_i_safetensors_find(file, wanted->name);
  int64_t count = numbers_of(wanted);
  for (int64_t i = 0; i < count; i++) to[i] = (khop_real)number_at(from, i);
}

/* --- all tensors of a model ------------------------------------------------------------------------- */

khop_status khop_i_tensors_check(const khop_model *model, const khop_i_safetensors *file) {
  char name[KHOP_I_TENSOR_NAME];
  khop_i_tensor tensor;
  khop_i_layout layout;
  int64_t first;
  khop_status status = khop_i_layout_of(&layout, file);
  for (int i = 0; i < model->count; i++)
    for (int part = 0; status == KHOP_OK && part < KHOP_I_OP_TENSORS; part++)
      if (khop_i_tensor_of(&tensor, name, &first, model, i, part, layout, NULL))
        status = khop_i_tensor_check(file, &tensor);
  return status;
}

void khop_i_tensors_copy(khop_real *block, const khop_model *model, const khop_i_safetensors *file) {
  char name[KHOP_I_TENSOR_NAME];
  khop_i_tensor tensor;
  khop_i_layout layout;
  int64_t first;
  khop_i_layout_of(&layout, file);
  for (int i = 0; i < model->count; i++)
    for (int part = 0; part < KHOP_I_OP_TENSORS; part++)
      if (khop_i_tensor_of(&tensor, name, &first, model, i, part, layout, NULL))
        khop_i_tensor_copy(block + first, file, &tensor);
}
