/* distances.h: which atoms of a molecule are how many bonds away: all distances at once for small ones, a search from
 * an atom for any. */
#ifndef KHOP_MOLECULES_DISTANCES_H
#define KHOP_MOLECULES_DISTANCES_H

#include "molecules/molecule.h"

/* The most atoms of a small molecule: a row of distances is then 64 bytes, one cache line, and 64 x 64 of them 4 KB. */
#define KHOP_I_SMALL 64

/* distance[i][j]: the bonds between two atoms of a small molecule, KHOP_I_SMALL where no path joins them. */
void khop_i_all_distances(uint8_t (*distance)[KHOP_I_SMALL], const khop_molecule *molecule);

/* The atoms within `most` bonds of source, nearest first, in queue; returns how many. distance must be
 * -1 everywhere, and is set for them alone. */
int32_t khop_i_molecule_search(int32_t *distance, int32_t *queue, const khop_molecule *molecule,
                               int32_t source, int32_t most);

#endif
