/* estate.h: the columns of `estate`, and the states themselves. */
#ifndef KHOP_MOLECULES_ESTATE_H
#define KHOP_MOLECULES_ESTATE_H

#include "molecules/molecule.h"

/* The same of `estate`; and the states of the atoms alone, the first half of state. state: (2 * atoms); distance:
 * (atoms), -1 before and after; queue: (atoms). */
int khop_i_estate_columns(void);
const char *khop_i_estate_name(int column);
void khop_i_estate_row(float *row, const khop_molecule *molecule, double *state, int32_t *distance, int32_t *queue);
void khop_i_estates(double *state, const khop_molecule *molecule, int32_t *distance, int32_t *queue);

#endif
