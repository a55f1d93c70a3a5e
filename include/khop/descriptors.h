/* khop/descriptors.h: numbers of a molecule that need no training.
 *
 * On a molecule R_k holds the pairs of atoms at topological distance k, and with a column x of numbers
 * of the atoms the classical descriptors are quadratic forms of it:
 *
 *   ring_k       1/2 1' R_k 1        pairs k bonds apart (ring_0: atoms); the distance polynomial
 *   wiener       1/2 sum_k k |R_k|   Wiener, J. Am. Chem. Soc. 1947
 *   autocorr     1/2 x' R_k x        Moreau and Broto, Nouv. J. Chim. 1980
 *   atompair     pairs by kind       Carhart, Smith, Venkataraghavan, J. Chem. Inf. Comput. Sci. 1985
 *
 * Here they are summed by a breadth-first search from each atom, which for so small a graph is the
 * quickest way to its rings. Pairs of atoms that no path joins, as in a salt, are in no ring.
 */
#ifndef KHOP_DESCRIPTORS_H
#define KHOP_DESCRIPTORS_H

#include <khop/molecules.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Hops beyond this are not asked for one by one. */
#define KHOP_MAX_DESCRIPTOR_HOP 255
/* Environments of atoms reach no further, in bonds. */
#define KHOP_MAX_RADIUS 15

typedef struct khop_descriptors_options {
  size_t size; /* sizeof, or 0 */
  const char *features; /* names between commas, from those below; NULL: all but ecfp and fcfp */
  int hops;             /* 0: hops 0 to 8 */
  const int *hop;       /* (hops) ascending */
  int bits;             /* columns that atom pairs or a fingerprint are folded into; 0: 1,024, and 2,048 of ecfp, fcfp */
  int radius;           /* of ecfp and fcfp, in bonds, 1 .. KHOP_MAX_RADIUS; 0: 2 */
  bool occurrences;     /* of ecfp and fcfp: how often, not whether */
  bool atoms;           /* a row an atom instead of a row a molecule */
  size_t reserved[4]; /* 0: what holds this keeps its layout when it grows */
} khop_descriptors_options;

typedef struct khop_descriptors khop_descriptors;

/* What to compute. options may be NULL.
 *
 * A row a molecule; features, in the order of the columns:
 *   counts    atoms, bonds, elements, hydrogens, charges, rings, weight and the like (by name)
 *   ring      ring_K, each hop
 *   wiener    one column: the sum of the finite distances
 *   autocorr  ats_PROPERTY_K = log(1 + sum over pairs K apart of x_i x_j) for mass, volume (van der
 *             Waals), electronegativity (Sanderson), polarizability, ionisation (all relative to
 *             carbon) and state (Kier and Hall's intrinsic state); hop 0: the sum over the atoms of
 *             x^2. NaN where an atom takes part whose property is not tabulated. AUTOCORR2D of RDKit is hops
 *             1 to 8 of it, rounded to three digits, and 0 for what is not tabulated and for some
 *             molecules whose atoms share a property (docs/molecules.md: this and every other difference).
 *   atompair  atompair_B: pairs at the hops above 0, by element, pi electrons and degree of both ends
 *             and their distance (khop_atom_pairs), counted in column (hash of the code) mod bits
 *   crippen   crippen_logp, crippen_mr: the logarithm of the partition between octanol and water, and the
 *             molar refractivity, as sums over 72 types of atoms (Wildman and Crippen, J. Chem. Inf.
 *             Comput. Sci. 1999; their table in RDKit's reading); NaN where an atom is of none, as uranium
 *   tpsa      polar surface of nitrogen and oxygen in square angstroms (Ertl, Rohde and Selzer,
 *             J. Med. Chem. 2000)
 *   types     type_NAME: how many atoms, hydrogens too, are of each of those types
 *   profile   aromatic_share, sp3_share, halogens; ring_bonds_N: bonds whose smallest ring has N atoms;
 *             aromatic_rings, fused_atoms (three bonds of rings); chi_0, chi_1 (Randic) and chi_0v, chi_1v
 *             (Kier and Hall); classes: of atoms that eight rounds of refinement do not tell apart, and
 *             information, the entropy of a molecule over them in bits
 *   estate    estate_TYPE: electrotopological states (Hall, Mohney and Kier, J. Chem. Inf. Comput. Sci. 1991)
 *             S = I + sum_k (diag(R_k 1) - R_k) I / (k + 1)^2, summed over the atoms of each type (sCH3, aaCH, dO
 *             and on: element, bonds, hydrogens; Hall and Kier 1995), estate_others, estate_max and estate_min
 *   ecfp      ecfp_B: 1 where an environment of an atom (khop_molecule_fingerprint) has code mod bits = B; with
 *             occurrences how many have. Only where it is named.
 *   fcfp      fcfp_B: the same of environments by feature (KHOP_FCFP); likewise
 *
 * A row an atom (atoms):
 *   atom      one-hots of element, degree, hydrogens, hybridisation; charge, aromatic, in_ring, stereo
 *   ring      ring_K: how many atoms are K bonds away
 *   spread    K:NAME for hops above 0: the atom columns summed over the ring, R_k X
 *
 * Errors: ARGUMENT (a feature that there is not, hops out of range or not ascending, bits out of 1 ..
 * 1,048,576, a radius out of range), MEMORY. */
KHOP_API khop_status khop_descriptors_new(khop_descriptors **descriptors,
                                          const khop_descriptors_options *options);
KHOP_API void khop_descriptors_free(khop_descriptors *descriptors);
KHOP_API int64_t khop_descriptors_columns(const khop_descriptors *descriptors);
/* The name of a column; NULL out of range. Borrowed. */
KHOP_API const char *khop_descriptors_name(const khop_descriptors *descriptors, int64_t column);

/* Computes them: rows (columns), or (atoms, columns). The order of the atoms changes nothing but the
 * order of rounding (in double precision) and that of the rows an atom. One object belongs to one thread
 * at a time. Errors: MEMORY. Cost: O(atoms times those within the largest hop); wiener: O(atoms^2). */
KHOP_API khop_status khop_descriptors_compute(float *rows, khop_descriptors *descriptors,
                                              const khop_molecule *molecule);

/* The atom pairs of a molecule, up to most apart (1 .. 31): codes ascending with their counts, in
 * arrays for khop_free. A code is distance | smaller << 5 | larger << 14 of the two ends' codes, each
 * degree mod 8 | pi electrons mod 4 << 3 | place of the element << 5 in B C N O F Si P S Cl As Se Br
 * Sb Te I, others: these are the numbers of RDKit's GetAtomPairFingerprint.
 * Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_atom_pairs(uint32_t **codes, int32_t **counts, int64_t *pairs,
                                     const khop_molecule *molecule, int most);

typedef enum khop_fingerprint {
  KHOP_ECFP = 0, /* by element, bonds, hydrogens, charge, isotope, ring */
  KHOP_FCFP = 1  /* by feature: donor, acceptor, aromatic, halogen, basic, acidic (Gobbi and Poppinger 1998) */
} khop_fingerprint;

/* The circular environments of a molecule's atoms up to radius bonds around (0 .. KHOP_MAX_RADIUS): codes ascending
 * with their counts, in arrays for khop_free. Extended-connectivity fingerprints (Rogers and Hahn, J. Chem. Inf. Model.
 * 2010), of which ECFP4 is radius 2. Codes and counts are those of RDKit's GetMorganGenerator(radius, useChirality off)
 * .GetSparseCountFingerprint, and a code mod 2,048 is its bit: equal wherever both see the same aromatic bonds,
 * hydrogens and charges, but for isotopes that neither occur in nature nor label compounds, whose mass is taken for
 * their mass number. Up to radius 2 the order of the atoms changes nothing; beyond, where two atoms have the same bonds
 * and number, the first of them goes on, in RDKit too: then both are equal for the same order.
 * Errors: ARGUMENT, MEMORY. Cost: O(radius * atoms * (1 + bonds / 64)). */
KHOP_API khop_status khop_molecule_fingerprint(uint32_t **codes, int32_t **counts, int64_t *found,
                                               const khop_molecule *molecule, khop_fingerprint kind, int radius);

/* The columns of an atom as learning takes them: the feature "atom" above. */
KHOP_API int khop_atom_columns(void);
KHOP_API const char *khop_atom_column_name(int column); /* NULL out of range */
KHOP_API void khop_atom_row(float *row, const khop_atom *atom); /* (columns) */

#ifdef __cplusplus
}
#endif
#endif
