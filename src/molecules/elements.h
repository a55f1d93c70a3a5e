/* elements.h: what is known of an element, for perception and for descriptors. */
#ifndef KHOP_MOLECULES_ELEMENTS_H
#define KHOP_MOLECULES_ELEMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* Atomic weights (IUPAC 2013, abridged), outer electrons by group, and the common valence: 0 where the
 * element has none of its own. */
typedef struct khop_i_element {
  const char *symbol;
  double weight;
  int outer, valence;
} khop_i_element;
extern const khop_i_element khop_i_elements[119]; /* 0: `*` */

/* The valences that an element takes, as bits: 1 << 3 | 1 << 5 for phosphorus; 0: any, as for metals. By the numbers of
 * outer electrons, and those that inorganic chemistry knows above them; RDKit's list (its PeriodicTable). */
uint8_t khop_i_valences(int element);
bool khop_i_is_metal(int element);
/* Whether a takes electrons from b: more outer electrons, or as many in a higher row. */
static inline bool khop_i_more_electronegative(int a, int b) {
  int more = khop_i_elements[a].outer - khop_i_elements[b].outer;
  return more > 0 || (more == 0 && a < b);
}

static inline int khop_i_period(int element) {
  return 1 + (element > 2) + (element > 10) + (element > 18) + (element > 36) + (element > 54) + (element > 86);
}

/* The properties of autocorrelations, relative to carbon; NaN where they are not known:
 *   mass               atomic weight; not of `*`
 *   volume             van der Waals radius cubed (Bondi, J. Phys. Chem. 1964; of metals of the main groups and of
 *                      heavy elements Mantina et al., J. Phys. Chem. A 2009); not of most transition metals
 *   electronegativity  Sanderson's ("Polar Covalence", 1983); not of technetium to palladium and most after barium
 *   polarizability     static dipole (Miller, in the CRC Handbook), to nobelium
 *   ionisation         first ionisation energy (NIST), to rutherfordium, without astatine
 * as Todeschini and Consonni tabulate them ("Molecular Descriptors for Chemoinformatics", 2009). Equal to those of
 * RDKit's AUTOCORR2D, which takes what it does not know for 0. */
enum { KHOP_I_PROPERTIES = 5 };
void khop_i_element_properties(double *properties, int element);

#endif
