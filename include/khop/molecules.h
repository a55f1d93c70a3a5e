/* khop/molecules.h: molecules in: SMILES, CSV with a column of SMILES, SDF, one record at a time.
 *
 * A molecule is its heavy atoms and the bonds between them; hydrogens are a number of their atom:
 *
 *   C C ( = O ) [O-]        atoms  0: C 3 H    1: C        2: O     3: O -1
 *   0 1     2    3          bonds  0-1 single  1-2 double  1-3 single
 *
 * The ring R_k of its graph holds the pairs at topological distance k.
 *
 * SMILES is read by khop itself. Molfiles and SDF are read with Indigo, which is GPL-3-only and optional: without it
 * they are UNSUPPORTED.
 */
#ifndef KHOP_MOLECULES_H
#define KHOP_MOLECULES_H

#include <khop/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most atoms of a molecule: more than anyone writes in a line, so that a damaged file is refused at once. */
#define KHOP_MAX_ATOMS 16384

/* --- a molecule ----------------------------------------------------------------------------- */

typedef enum khop_hybridisation {
  KHOP_HYBRID_OTHER = 0, /* no neighbours, element 0, five orbitals and more */
  KHOP_HYBRID_SP = 1,
  KHOP_HYBRID_SP2 = 2,
  KHOP_HYBRID_SP3 = 3
} khop_hybridisation;

typedef struct khop_atom {
  uint8_t element;       /* atomic number; 0: `*`, R-groups and whatever is no element */
  int8_t charge;
  uint8_t hydrogens;     /* that are no atoms of their own */
  uint8_t degree;        /* bonds to other atoms */
  uint8_t hybridisation; /* khop_hybridisation, by orbitals and conjugation */
  uint8_t pi;            /* pi electrons after Carhart: 1 where aromatic, else bond orders less degree */
  uint8_t radical;       /* unpaired electrons */
  bool aromatic;         /* has an aromatic bond */
  bool in_ring;
  bool stereo;           /* a stereocentre whose configuration is given */
  uint16_t isotope;      /* mass number, 0: not given */
} khop_atom;

typedef enum khop_bond_order {
  KHOP_BOND_SINGLE = 1,
  KHOP_BOND_DOUBLE = 2,
  KHOP_BOND_TRIPLE = 3,
  KHOP_BOND_AROMATIC = 4,
  KHOP_BOND_QUADRUPLE = 5
} khop_bond_order;

typedef struct khop_bond {
  int32_t begin, end;
  uint8_t order;   /* khop_bond_order */
  bool in_ring, conjugated;
  bool stereo;     /* a double bond whose sides are given */
} khop_bond;

typedef struct khop_molecule khop_molecule;

/* An empty molecule, to be read into again and again. One molecule belongs to one thread at a time.
 * Errors: MEMORY. */
KHOP_API khop_status khop_molecule_new(khop_molecule **molecule);
KHOP_API void khop_molecule_free(khop_molecule *molecule);

/* Reads SMILES, all of OpenSMILES (opensmiles.org), or a molfile where text has several lines. What was in the molecule
 * before is gone.
 *
 * Atoms keep the order of the text. [H] with one heavy neighbour is counted as a hydrogen of it;
 * isotopes, ions and H2 stay atoms. A salt or a mixture is one graph of several components.
 *
 * What a molecule is does not depend on how it is written, and is what RDKit 2026.09 sees in it:
 *   valences    by element and charge, N+ as C; five-valent nitrogen and halogens bound to =O get charges, as in nitro
 *               groups and perchlorates
 *   lower case  each such atom that lacks a bond gets a double one, by a matching (docs/notes/2026-11-smiles.md)
 *   aromatic    by 4n + 2 electrons of rings and of rings joined at bonds, from the graph alone; such bonds have order
 *               4, however they are written
 *
 * Errors: FORMAT (where and why the text is no SMILES; no Kekule structure; a valence that cannot be; no atom; more
 * than KHOP_MAX_ATOMS), UNSUPPORTED (a molfile, built without Indigo), MEMORY. The molecule is empty then.
 * Cost: O(atoms), 2 microseconds for ten atoms and 5 for thirty; some 100 for a molfile. */
KHOP_API khop_status khop_molecule_parse(khop_molecule *molecule, const char *text);
/* Whether this khop was built with Indigo, which reads molfiles and SDF. SMILES is always read. */
KHOP_API bool khop_molfiles_supported(void);

/* Borrowed until the next parse. */
KHOP_API int64_t khop_molecule_atoms(const khop_molecule *molecule);
KHOP_API int64_t khop_molecule_bonds(const khop_molecule *molecule);
KHOP_API const khop_atom *khop_molecule_atom_list(const khop_molecule *molecule); /* (atoms) */
KHOP_API const khop_bond *khop_molecule_bond_list(const khop_molecule *molecule); /* (bonds) */

/* Canonical SMILES: one text for all writings of a molecule, in a string for khop_free. khop and RDKit read it back to
 * the same atoms, hydrogens, charges, isotopes and aromatic bonds. isomeric: with isotopes, and with the configurations
 * at atoms (@, @@) and double bonds (/, \) whose inversion is another molecule. Not kept are those of allenes, of atoms
 * with more than four neighbours, of molfiles, of double bonds between hydrogens alone, and where the signs of a ring of
 * double bonds contradict each other. Without isotopes heavy hydrogens are hydrogens of their atoms. The text is khop's
 * own: canonical SMILES of other programs differ. Errors: ARGUMENT, MEMORY. Cost: O(atoms * rounds) for each tie of
 * symmetry. */
KHOP_API khop_status khop_molecule_smiles(char **text, const khop_molecule *molecule, bool isomeric);

/* Steps towards one form of molecules that come as salts, ions, with labels. None is taken unless it is asked for. */
typedef enum khop_standardise {
  KHOP_LARGEST_FRAGMENT = 1, /* the component with most heavy atoms, then the heaviest by them (an isotope weighs its
                              * mass number), then that whose canonical SMILES comes first in the order of bytes */
  KHOP_NEUTRAL = 2,          /* charges are taken away by hydrogens, see below */
  KHOP_DROP_ISOTOPES = 4,    /* mass numbers; [2H] becomes a hydrogen of its atom */
  KHOP_DROP_STEREO = 8,      /* configurations of atoms and double bonds */
  KHOP_STANDARDISE_ALL = 15
} khop_standardise;
#define KHOP_STANDARDISE_STEPS 4

/* Takes the steps (a sum of khop_standardise) on a molecule, in place: isotopes, stereo, largest fragment, neutral, in
 * this order. Atoms that stay keep their order, and a molecule that no step changes is as it was. *changed, may be NULL:
 * which steps changed it. Other writings of a molecule become other writings of one.
 *
 * Neutral: an anion takes as many hydrogens as it has charges, a cation gives them, where its element (no metal, no
 * hydrogen) has the valence that it has then: carboxylates, phenolates, thiolates, ammonium, pyridinium. Charges that
 * are left so (quaternary N, metals, BF4-) are balanced by others of the opposite sign, which stay: beside them (nitro
 * groups, N-oxides, azides, ylides: of charges side by side neither goes), else in the same component (betaines), else
 * in the whole ([Na+] with acetate). Of several that might stay it is that of the strongest acid or base, by a short
 * table, then by the canonical numbering. A lone [Na+] keeps its charge. No bond is made, broken or moved; nitro groups
 * have charges from the reading on. A nitrogen that gives its hydrogen loses its configuration, unless rings hold it.
 *
 * The rules are those of RDKit's rdMolStandardize but for what docs/molecules.md lists.
 * Errors: ARGUMENT, MEMORY; the molecule is empty then. Cost: that of perception, and with charges or equal fragments a
 * canonical numbering. */
KHOP_API khop_status khop_molecule_standardise(int *changed, khop_molecule *molecule, int steps);
/* "largest-fragment", "neutral", "isotopes", "stereo"; "all"; NULL for what is none of them. */
KHOP_API const char *khop_standardise_name(int step);

/* Its undirected graph, node i for atom i. Errors: MEMORY. */
KHOP_API khop_status khop_molecule_graph(khop_graph **graph, const khop_molecule *molecule);

/* The scaffold of Bemis and Murcko ("The properties of known drugs. 1. Molecular frameworks",
 * J. Med. Chem. 1996): rings and what joins them, with the atoms bound to those by a double bond.
 * keep (atoms), may be NULL: 1 where an atom is of it. *key: a number that equal scaffolds share,
 * whatever the order of the atoms (a hash of refined neighbourhoods; 0: no ring).
 * Errors: MEMORY. Cost: O(atoms^2). */
KHOP_API khop_status khop_molecule_scaffold(uint64_t *key, uint8_t *keep,
                                            const khop_molecule *molecule);

/* The symbol of an element, "*" for 0; NULL above 118. */
KHOP_API const char *khop_element_symbol(int element);

/* --- files of molecules --------------------------------------------------------------------- */

typedef struct khop_records_options {
  size_t size; /* sizeof, or 0 */
  const char *format;        /* "smi", "csv", "sdf"; NULL: by the extension (.smi .smiles .ism; .csv
                              * .tsv; .sdf .sd .mol) */
  const char *smiles_column; /* csv; NULL: the first of smiles, SMILES, Smiles, canonical_smiles */
  int columns;               /* numbers that are wanted with each record: */
  const char *const *column; /* (columns) names of csv columns or SDF data fields */
  size_t reserved[4]; /* 0: what holds this keeps its layout when it grows */
} khop_records_options;

typedef struct khop_records khop_records;

/* Opens a file of molecules; options may be NULL.
 *   .smi   a SMILES a line, then blanks and a name; an empty line is a record that cannot be read
 *   .csv   a first line of names, fields between commas (tabs in .tsv), quotes as in RFC 4180; blank
 *          lines are passed over
 *   .sdf   molfiles, each with its data fields, ended by $$$$
 * Line ends may be those of Windows. Errors: NOT_FOUND, IO, FORMAT (an empty file; a column that is
 * missing, with those that are there, or comes twice), UNSUPPORTED (an extension), MEMORY. */
KHOP_API khop_status khop_records_open(khop_records **records, const char *path,
                                       const khop_records_options *options);
KHOP_API void khop_records_free(khop_records *records);

/* A record: borrowed until the next. */
typedef struct khop_record {
  int64_t line;        /* on which it begins, from 1 */
  const char *text;    /* SMILES or molfile, for khop_molecule_parse */
  const char *name;    /* "" where there is none; of a csv the column id, name, compound id .., in any case */
  const char *problem; /* why there is no text, or NULL */
  const double *values; /* (columns), NaN where empty or no number */
  const char *const *texts; /* (columns) what stands there, without blanks around it; "" where there is nothing */
} khop_record;

/* The next record; *more is false after the last. A record that cannot be read has a problem, and
 * stops nothing. Memory: one record. Errors: IO, MEMORY. */
KHOP_API khop_status khop_records_next(bool *more, khop_record *record, khop_records *records);
/* Names of the columns of a table, or of the data fields that records of an SDF had so far (the first 1,000): i counts
 * from 0; NULL after the last. Borrowed until the next record. */
KHOP_API const char *khop_records_column(const khop_records *records, int64_t i);
/* Bytes read so far and bytes of the file. */
KHOP_API void khop_records_progress(int64_t *done, int64_t *total, const khop_records *records);

#ifdef __cplusplus
}
#endif
#endif
