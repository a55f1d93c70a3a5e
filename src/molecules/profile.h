/* profile.h: the columns of `profile`. */
#ifndef KHOP_MOLECULES_PROFILE_H
#define KHOP_MOLECULES_PROFILE_H

#include "molecules/molecule.h"

/* How many columns there are, the name of each, and the row of a molecule. scratch: (2 * atoms); codes: (2 * atoms). */
int khop_i_profile_columns(void);
const char *khop_i_profile_name(int column);
void khop_i_profile_row(float *row, const khop_molecule *molecule, int32_t *scratch, uint64_t *codes);

#endif
