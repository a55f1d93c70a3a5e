/* ring_unions.h: aromatic rings of a system of rings, alone and joined at bonds. */
#ifndef KHOP_MOLECULES_RING_UNIONS_H
#define KHOP_MOLECULES_RING_UNIONS_H

#include "molecules/cycles.h"

/* Makes the bonds of aromatic rings aromatic in the system that atom start is in, whose rings cycles then holds.
 * electrons (atoms of the molecule): of khop_i_ring_electrons; KHOP_I_NONE is set where an ether is but in large rings.
 * place: as khop_i_cycles_find takes it. scratch: (6 * atoms + 4 * bonds) of the molecule. Errors: MEMORY. */
khop_status khop_i_settle_system(khop_i_cycles *cycles, khop_molecule *molecule, int32_t start, int32_t *electrons,
                                 int32_t *place, int32_t *scratch);

#endif
