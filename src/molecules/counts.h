/* counts.h: the columns of `counts`: atoms, bonds and groups of a molecule. */
#ifndef KHOP_MOLECULES_COUNTS_H
#define KHOP_MOLECULES_COUNTS_H

#include "molecules/molecule.h"

/* How many columns there are, the name of each, and the row of a molecule. scratch: (atoms). */
int khop_i_count_columns(void);
const char *khop_i_count_name(int column);
void khop_i_count_row(float *row, const khop_molecule *molecule, int32_t *scratch);

#endif
