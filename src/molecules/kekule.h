/* kekule.h: single and double bonds for what is written in lower case. */
#ifndef KHOP_MOLECULES_KEKULE_H
#define KHOP_MOLECULES_KEKULE_H

#include "molecules/molecule.h"

/* Gives every bond whose order is not written one: double bonds so that each lower-case atom that lacks one has one,
 * single bonds elsewhere. Needs the neighbours and in_ring. Errors: FORMAT (no way to do so, naming an atom; a
 * lower-case atom outside of rings). Cost: O(atoms) where greedy choices do, as nearly always, else O(atoms) for each
 * atom that they leave. */
khop_status khop_i_kekulise(khop_molecule *molecule);

#endif
