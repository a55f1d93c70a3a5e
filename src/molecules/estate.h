/* estate.h: the columns of `estate`, and the states themselves. */
#ifndef KHOP_MOLECULES_ESTATE_H
#define KHOP_MOLECULES_ESTATE_H

#include "molecules/molecule.h"

/* How many columns there are, the name of each, and the row of a molecule. state: (2 * atoms), of which the first half
 * becomes the states of the atoms; distance: (atoms), -1 before and after; queue: (atoms). */
int khop_i_estate_columns(void);
const char *khop_i_estate_name(int column);
void khop_i_estate_row(float *row, const khop_molecule *molecule, double *state, int32_t *distance, int32_t *queue);
/* The states alone. */
void khop_i_estates(double *state, const khop_molecule *molecule, int32_t *distance, int32_t *queue);

#endif
