/* units.h: numbers are learned in units of their own: (y - mean) / deviation, over the rows for training. The units
 * are notes of the model, and whatever it predicts is put back into the unit of the data. */
#ifndef KHOP_TRAIN_UNITS_H
#define KHOP_TRAIN_UNITS_H

#include "model/model.h"

/* 0 and 1 where a model learns as the data are: classes, yes/no tasks, and models that were saved before units. */
typedef struct khop_i_units {
  int64_t outputs;
  double *mean, *deviation; /* (outputs), owns */
} khop_i_units;

/* Mean and deviation of each target, from and into the model's notes: (outputs) 0 and 1 where the model has
 * none. Errors: FORMAT, MEMORY. */
khop_status khop_i_units_read(double *mean, double *deviation, const khop_model *model);
khop_status khop_i_units_write(khop_model *model, const double *mean, const double *deviation);
/* The same, and into the model's schema, for those who read it. */
khop_status khop_i_units_keep(khop_model *model, const khop_i_units *units);

/* Those of a model. Units that are {0} can be closed. Errors: FORMAT, MEMORY. */
khop_status khop_i_units_open(khop_i_units *units, const khop_model *model);
void khop_i_units_close(khop_i_units *units);

/* Whether a model with a loss learns numbers, whose unit is free: by their squared error. */
bool khop_i_learns_numbers(const khop_model *model);
/* Mean and deviation (1 where there is none) of column c of a table (rows, columns), of the rows whose part is
 * `selected`, NaN left out. */
void khop_i_unit_measure(double *mean, double *deviation, const khop_real *table, int64_t rows, int64_t columns,
                         int64_t c, const uint8_t *part, uint8_t selected);

/* One row (outputs) into the units, NaN staying NaN, and outputs of the model back into the unit of the data: those of
 * a model without a loss, too. */
void khop_i_units_apply(khop_real *row, const khop_real *targets, const khop_i_units *units);
void khop_i_units_undo(khop_real *row, const khop_model *model, const khop_i_units *units);

#endif
