/* training_blocks.c: see training_blocks.h. */
#include "train/training_blocks.h"
#include "base/error.h"

static void add_block(khop_i_blocks *b, const char *name, khop_real *data, const khop_trainer *t) {
  b->data[b->count] = data;
  b->tensor[b->count++] = (khop_i_tensor){.name = name, .dtype = KHOP_I_REAL_DTYPE, .dimensions = 1,
                                          .shape = {t->what.model->parameters}, .data = data};
}

static const char *average_name(bool beside) { return beside ? "running.average" : "train.average"; }

void khop_i_blocks_of(khop_i_blocks *b, const khop_trainer *t, bool beside) {
  b->count = 0;
  add_block(b, beside ? "running.weights" : "train.weights", t->what.model->parameter_array, t);
  add_block(b, beside ? "running.first_moment" : "train.first_moment", t->optimizer->first, t);
  add_block(b, beside ? "running.second_moment" : "train.second_moment", t->optimizer->second, t);
  if (beside) add_block(b, "running.best", t->best, t);
  if (t->average) add_block(b, average_name(beside), t->average, t);
}

khop_status khop_i_blocks_check(const khop_i_blocks *b, const khop_trainer *t, const khop_i_safetensors *file,
                                bool beside) {
  for (int i = 0; i < b->count; i++) {
    khop_status status = khop_i_tensor_check(file, &b->tensor[i]);
    if (status != KHOP_OK) return status;
  }
  return !t->average && khop_i_safetensors_find(file, average_name(beside))
             ? khop_i_fail(KHOP_E_VALUE, "the checkpoint is of a training that averages weights, and this one does not")
             : KHOP_OK;
}

void khop_i_blocks_copy(const khop_i_blocks *b, const khop_i_safetensors *file) {
  for (int i = 0; i < b->count; i++) khop_i_tensor_copy(b->data[i], file, &b->tensor[i]);
}
