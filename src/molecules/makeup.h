/* makeup.h: of which elements and environments the molecules of a set are, gathered one after the other. */
#ifndef KHOP_MOLECULES_MAKEUP_H
#define KHOP_MOLECULES_MAKEUP_H

#include "graphsets/set.h"
#include "molecules/fingerprint.h"

/* {0} is empty. */
typedef struct khop_i_makeup_list {
  khop_i_makeup made;
  int64_t graphs, atoms, codes;
  khop_i_environments space; /* of the molecule at work */
} khop_i_makeup_list;

/* Appends a molecule. Errors: MEMORY. Cost: O(atoms). */
khop_status khop_i_makeup_add(khop_i_makeup_list *list, const khop_molecule *molecule);
/* Hands the list over to the set of all its molecules. */
void khop_i_makeup_give(khop_graphs *set, khop_i_makeup_list *list);
void khop_i_makeup_clear(khop_i_makeup_list *list);

#endif
