/* describe.c: a model in words: a line an op. */
#include "model/kinds.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

static void print_taps(FILE *out, const khop_i_op *op) {
  static const char *const norms[] = {"sum", "row", "sym", "col"};
  static const char *const directions[] = {"out", "in", "all"};
  static const char *const operators[] = {"ring", "ball", "power", "support", "word"};
  char number[KHOP_I_NUMBER_BYTES];
  static const char *const weights[] = {"full", "separable", "depthwise", "scalar", "fixed"};
  fprintf(out, "  %s", operators[op->op]);
  for (int t = 0; t < op->taps; t++) fprintf(out, "%c%d", t ? ',' : ' ', op->hops[t]);
  if (op->kind == KHOP_I_PPR) {
    fprintf(out, "%s", " and all beyond it");
    return;
  }
  if (op->kind == KHOP_I_POOL_MAX || op->kind == KHOP_I_POOL_MEAN || op->kind == KHOP_I_ATTENTION) {
    fprintf(out, ", %s", directions[op->direction]);
    if (op->kind == KHOP_I_ATTENTION) fprintf(out, ", %lld heads", (long long)op->groups);
    return;
  }
  fprintf(out, ", %s%s, %s, %s%s", norms[op->norm], op->self_loop ? " with self-loops" : "",
          directions[op->direction], weights[op->weighting], op->concat ? ", concatenated" : "");
  if (op->groups > 1) fprintf(out, ", %lld groups", (long long)op->groups);
  if (op->rate > 0)
    fprintf(out, ", %s of the edges dropped", khop_i_write_number(number, sizeof number, 6, op->rate));
}

static const char *rate_name(khop_i_kind kind) {
  return khop_i_kind_drops(kind) ? "rate" : kind == KHOP_I_SCALE ? "times" : kind == KHOP_I_PPR ? "teleport" : NULL;
}

khop_status khop_model_describe(char **text, const khop_model *model) {
  static const char *const readouts[] = {"sum", "mean", "max", "attention"};
  char *buffer = NULL, number[KHOP_I_NUMBER_BYTES];
  size_t size = 0;
  *text = NULL;
  FILE *out = open_memstream(&buffer, &size);
  if (!out) return khop_i_fail(KHOP_E_MEMORY, "no memory for a description");
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    fprintf(out, "%3d  %-22s", i, khop_i_kind_name(op->kind));
    for (int k = 0; k < op->inputs; k++) fprintf(out, "%s%d", k ? ", " : "of ", op->input[k]);
    fprintf(out, "  -> %lld columns", (long long)op->columns);
    if (op->weights + op->biases)
      fprintf(out, "  %lld parameters", (long long)(op->weights + op->biases));
    if (rate_name(op->kind))
      fprintf(out, "  %s %s", rate_name(op->kind),
              khop_i_write_number(number, sizeof number, 6, op->rate));
    if (op->kind == KHOP_I_SOFTMAX && op->groups > 1) fprintf(out, "  %lld groups", (long long)op->groups);
    if (op->kind == KHOP_I_DROP_BLOCKS) fprintf(out, "  %lld blocks", (long long)op->groups);
    if (op->kind == KHOP_I_READOUT) fprintf(out, "  %s", readouts[op->readout]);
    if (op->taps) print_taps(out, op);
    fputc('\n', out);
  }
  khop_status status = fclose(out) == 0 ? khop_i_strdup(text, buffer)
                                        : khop_i_fail(KHOP_E_MEMORY, "no memory for a description");
  free(buffer);
  return status;
}
