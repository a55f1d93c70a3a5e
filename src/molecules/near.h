/* near.h: which atoms of a molecule are how many bonds away: all rings at once for small ones, a search from
 * an atom for any. */
#ifndef KHOP_MOLECULES_NEAR_H
#define KHOP_MOLECULES_NEAR_H

#include "molecule.h"

/* The most atoms of a small molecule: the bits of a word. */
#define KHOP_I_SMALL 64

/* All rings of a hop at once, a bit an atom: what is k + 1 from an atom is k from a neighbour of it and
 * was not nearer. Of an atom with up to four neighbours those are listed, the last of them up to four times, and
 * of one without neighbours an atom that is not there and has no ring: four loads without a branch. */
typedef struct khop_i_near {
  uint64_t ring[2][KHOP_I_SMALL + 1], seen[KHOP_I_SMALL];
  const uint64_t *now; /* (atoms) the ring of this hop, one of the two */
  uint8_t near[KHOP_I_SMALL][4];
  bool narrow;         /* no atom has more than four */
} khop_i_near;

/* Hop 0: each atom is its own ring. */
void khop_i_near_first(khop_i_near *near, const khop_molecule *molecule);
/* Goes on to the next hop; false where no ring has an atom left. */
bool khop_i_near_next(khop_i_near *near, const khop_molecule *molecule);

/* distance[i][j]: the bonds between two atoms of a small molecule, 0 where i is j, where no path joins them and
 * where there are more than `most`; read only for j <= i. Loops over it have lengths that the processor
 * foresees, those over the bits of rings have not. */
void khop_i_near_distances(uint8_t (*distance)[KHOP_I_SMALL], const khop_molecule *molecule, int most);

/* The atoms within `most` bonds of source, nearest first, in queue; returns how many. distance must be
 * -1 everywhere, and is set for them alone. */
int32_t khop_i_molecule_search(int32_t *distance, int32_t *queue, const khop_molecule *molecule,
                               int32_t source, int32_t most);

#endif
