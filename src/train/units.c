/* units.c: see units.h. */
#include "train/units.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "data/schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- notes of the model --------------------------------------------------------------------------- */

static khop_status read_numbers(double *to, const khop_model *model, const char *key) {
  const char *text = khop_model_metadata(model, key);
  for (int64_t c = 0; text && c < khop_model_output_columns(model); c++) {
    char *end;
    to[c] = khop_i_read_number(text, &end);
    if (end == text || !isfinite(to[c]))
      return khop_i_fail(KHOP_E_FORMAT, "the model's note '%s' cannot be read: number %lld", key, (long long)c);
    text = *end == ',' ? end + 1 : end;
  }
  return KHOP_OK;
}

khop_status khop_i_units_read(double *mean, double *deviation, const khop_model *model) {
  for (int64_t c = 0; c < khop_model_output_columns(model); c++) mean[c] = 0, deviation[c] = 1;
  khop_status status = read_numbers(mean, model, "target_mean");
  return status == KHOP_OK ? read_numbers(deviation, model, "target_deviation") : status;
}

static khop_status write_numbers(khop_model *model, const char *key, const double *numbers) {
  int64_t count = khop_model_output_columns(model);
  size_t used = 0, size = (size_t)count * (KHOP_I_NUMBER_BYTES + 1) + 1;
  char *text = NULL, number[KHOP_I_NUMBER_BYTES];
  khop_status status = khop_i_alloc(&text, (int64_t)size, 1, "a note");
  for (int64_t c = 0; status == KHOP_OK && c < count; c++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", c ? "," : "",
                             khop_i_write_number(number, sizeof number, 17, numbers[c]));
  if (status == KHOP_OK) status = khop_model_set_metadata(model, key, text);
  khop_i_free(text);
  return status;
}

khop_status khop_i_units_write(khop_model *model, const double *mean, const double *deviation) {
  khop_status status = write_numbers(model, "target_mean", mean);
  return status == KHOP_OK ? write_numbers(model, "target_deviation", deviation) : status;
}

/* In its schema, where the targets are. */
static khop_status describe_units(khop_model *model, const khop_i_units *units) {
  khop_schema *schema = NULL;
  khop_status status = khop_model_schema(&schema, model);
  if (status != KHOP_OK || !schema || schema->targets.count != units->outputs) goto done;
  KHOP_TRY(khop_i_schema_set_units(schema, units->mean, units->deviation));
  KHOP_TRY(khop_model_set_schema(model, schema));
done:
  khop_schema_free(schema);
  return status;
}

khop_status khop_i_units_keep(khop_model *model, const khop_i_units *units) {
  khop_status status = khop_i_units_write(model, units->mean, units->deviation);
  return status == KHOP_OK ? describe_units(model, units) : status;
}

khop_status khop_i_units_open(khop_i_units *units, const khop_model *model) {
  khop_status status = KHOP_OK;
  *units = (khop_i_units){.outputs = khop_model_output_columns(model)};
  KHOP_TRY(khop_i_alloc(&units->mean, units->outputs, sizeof *units->mean, "units"));
  KHOP_TRY(khop_i_alloc(&units->deviation, units->outputs, sizeof *units->deviation, "units"));
  KHOP_TRY(khop_i_units_read(units->mean, units->deviation, model));
done:
  return status;
}

void khop_i_units_close(khop_i_units *units) {
  khop_i_free(units->mean);
  khop_i_free(units->deviation);
  *units = (khop_i_units){0};
}

/* --- rows ------------------------------------------------------------------------------------------- */

bool khop_i_learns_numbers(const khop_model *model) { return model->ops[model->loss].kind == KHOP_I_MEAN_SQUARED_ERROR; }

void khop_i_unit_measure(double *mean, double *deviation, const khop_real *table, int64_t rows, int64_t columns,
                         int64_t c, const uint8_t *part, uint8_t selected) {
  khop_moments m = {0};
  for (int64_t i = 0; i < rows; i++) {
    double y = (double)table[i * columns + c];
    if (part[i] == selected && !isnan(y)) khop_moments_add(&m, y);
  }
  *mean = m.mean;
  *deviation = m.count ? sqrt(m.squares / (double)m.count) : 0;
  if (!(*deviation > 1e-8 * fabs(*mean)) || !(*deviation > 1e-12)) *deviation = 1;
}

void khop_i_units_apply(khop_real *row, const khop_real *targets, const khop_i_units *units) {
  for (int64_t c = 0; c < units->outputs; c++)
    row[c] = (khop_real)(((double)targets[c] - units->mean[c]) / units->deviation[c]);
}

void khop_i_units_undo(khop_real *row, const khop_model *model, const khop_i_units *units) {
  if (model->loss >= 0 && !khop_i_learns_numbers(model)) return;
  for (int64_t c = 0; c < units->outputs; c++)
    row[c] = (khop_real)((double)row[c] * units->deviation[c] + units->mean[c]);
}
