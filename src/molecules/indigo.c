/* indigo.c: SMILES and molfiles read with Indigo. Its objects are numbers, in a session of its own for
 * each molecule; strings that it returns share one buffer, so they are used at once. */
#include "molecules/indigo.h"
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/aromaticity.h"

#include <ctype.h>
#include <indigo.h>
#include <string.h>

bool khop_molecules_supported(void) { return true; }

static khop_status open_session(khop_molecule *m) {
  if (!m->has_session) {
    m->session = indigoAllocSessionId();
    m->has_session = true;
    indigoSetSessionId(m->session);
    indigoSetErrorHandler(NULL, NULL);
    indigoSetOptionBool("ignore-stereochemistry-errors", 1);
    indigoSetOption("aromaticity-model", "generic");
    indigoSetOptionBool("dearomatize-verification", 0);
  }
  indigoSetSessionId(m->session);
  return KHOP_OK;
}

void khop_i_molecule_unload(khop_molecule *m) {
  if (!m->has_session) return;
  indigoSetSessionId(m->session);
  indigoFreeAllObjects();
  indigoReleaseSessionId(m->session);
  m->has_session = false;
}

/* Atoms that a SMILES writes, counted before Indigo sees it: one for a bracket, one for a letter or
 * star outside of them, but none for the l of Cl and the r of Br. */
static int64_t count_atoms(const char *text) {
  int64_t atoms = 0;
  for (const char *at = text; *at; at++) {
    if (*at == '[') {
      atoms++;
      while (at[1] && *at != ']') at++;
    } else if ((isalpha((unsigned char)*at) || *at == '*') && !(at > text && *at == 'l' && at[-1] == 'C') &&
               !(at > text && *at == 'r' && at[-1] == 'B')) {
      atoms++;
    }
  }
  return atoms;
}

/* Indigo closes what a SMILES leaves open at its end. */
static bool is_open(const char *text) {
  int depth = 0;
  for (; *text; text++) depth += (*text == '(') - (*text == ')');
  return depth > 0;
}

/* Indigo's reason, without its own name for the place. */
static khop_status refuse(const char *why) {
  static const char *const prefixes[] = {"SMILES loader: ", "molecule auto loader: ", "molfile loader: ",
                                       "element: ", "core: "};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (strncmp(why, prefixes[i], strlen(prefixes[i])) == 0) why += strlen(prefixes[i]);
  return khop_i_fail(KHOP_E_FORMAT, "%.200s", why);
}

/* What a text can hold, so that Indigo is asked for that alone: a call costs a hundred nanoseconds or so.
 * In SMILES charges, isotopes, radicals and centres stand in brackets, the sides of double bonds are
 * slashes, and a ring that may turn out to be aromatic has digits. */
typedef struct marks {
  bool brackets, slashes, rings;
} marks;

static marks marks_of(const char *text) {
  if (strchr(text, '\n')) return (marks){true, true, true};
  return (marks){strchr(text, '[') != NULL, strpbrk(text, "/\\") != NULL,
                 strpbrk(text, "0123456789") != NULL};
}

/* Atom i; *counted is false where Indigo cannot say how many hydrogens it has. */
static void read_atom(khop_atom *atom, bool *counted, int handle, marks seen) {
  int element = indigoAtomicNumber(handle), charge = 0, hydrogens = 0, electrons = 0;
  *atom = (khop_atom){0};
  if (element < 1 || element > 118) return; /* `*`, an R-site, a pseudoatom */
  if (indigoCountHydrogens(handle, &hydrogens) != 1) *counted = false; /* 0 then, as on aromatic N */
  int isotope = 0, stereo = 0;
  if (seen.brackets) {
    indigoGetCharge(handle, &charge);
    indigoGetRadicalElectrons(handle, &electrons);
    isotope = indigoIsotope(handle);
    stereo = indigoStereocenterType(handle);
  }
  *atom = (khop_atom){.element = (uint8_t)element, .charge = (int8_t)charge,
                      .hydrogens = (uint8_t)(hydrogens > 0 ? hydrogens : 0),
                      .radical = (uint8_t)(electrons > 0 ? electrons : 0),
                      .isotope = (uint16_t)(isotope > 0 ? isotope : 0),
                      .stereo = stereo == INDIGO_ABS || stereo == INDIGO_OR || stereo == INDIGO_AND};
}

static void read_bond(khop_bond *bond, int handle, marks seen) {
  int order = indigoBondOrder(handle), side = seen.slashes ? indigoBondStereo(handle) : 0;
  int begin = indigoSource(handle), end = indigoDestination(handle);
  *bond = (khop_bond){.begin = indigoIndex(begin), .end = indigoIndex(end),
                      .order = (uint8_t)(order >= 1 && order <= 4 ? order : 1),
                      .stereo = side == INDIGO_CIS || side == INDIGO_TRANS};
}

/* Where an atom has three aromatic bonds. */
static bool is_fused(const khop_molecule *m, int bonds, int atoms) {
  int32_t *count = m->scratch;
  bool fused = false;
  memset(count, 0, (size_t)atoms * sizeof *count);
  for (int b = 0; b < bonds; b++) {
    if (m->bond[b].order != KHOP_BOND_AROMATIC) continue;
    fused = ++count[m->bond[b].begin] > 2 || fused;
    fused = ++count[m->bond[b].end] > 2 || fused;
  }
  return fused;
}

static void read_bonds(khop_molecule *m, int molecule, int bonds, marks seen) {
  for (int i = 0; i < bonds; i++) {
    int handle = indigoGetBond(molecule, i);
    read_bond(&m->bond[i], handle, seen);
  }
}

/* SMILES may write the bonds of a ring in lower case that is not aromatic itself, between two rings
 * that are (fluoranthene). Kekule's bonds and back gives what every other text of the molecule gives. */
static void read_fused_bonds(khop_molecule *m, int molecule, int bonds, marks seen) {
  if (indigoDearomatize(molecule) < 0) return;
  indigoAromatize(molecule);
  read_bonds(m, molecule, bonds, seen);
}

/* Lower-case atoms that Indigo left without a double bond get one, and then may be aromatic. */
static void mend(khop_molecule *m, int molecule, const char *text, marks seen) {
  if (!khop_i_pair_lower_case(m, text)) return;
  for (int b = 0; b < m->bonds; b++) {
    int handle = indigoGetBond(molecule, b);
    if (m->bond[b].order == KHOP_BOND_DOUBLE) indigoSetBondOrder(handle, KHOP_BOND_DOUBLE);
  }
  indigoAromatize(molecule);
  read_bonds(m, molecule, m->bonds, seen);
}

static khop_status take_molecule(khop_molecule *m, int molecule, const char *text) {
  int atoms = indigoCountAtoms(molecule), bonds = indigoCountBonds(molecule);
  bool counted = true;
  marks seen = marks_of(text);
  if (atoms < 1) return khop_i_fail(KHOP_E_FORMAT, "there is no atom");
  if (atoms > KHOP_MAX_ATOMS)
    return khop_i_fail(KHOP_E_FORMAT, "it has %d atoms, and khop takes %d", atoms, KHOP_MAX_ATOMS);
  if (seen.rings) indigoAromatize(molecule);
  khop_status status = khop_i_molecule_reserve(m, atoms, bonds);
  if (status != KHOP_OK) return status;
  for (int i = 0; i < atoms; i++) {
    int handle = indigoGetAtom(molecule, i);
    read_atom(&m->atom[i], &counted, handle, seen);
  }
  read_bonds(m, molecule, bonds, seen);
  if (is_fused(m, bonds, atoms)) read_fused_bonds(m, molecule, bonds, seen);
  m->atoms = atoms;
  m->bonds = bonds;
  bool molfile = strchr(text, '\n') != NULL;
  if (!molfile) mend(m, molecule, text, seen);
  /* Outside of brackets the hydrogens follow from the valence, so that to count them is to check it. */
  if (counted && !seen.brackets) return KHOP_OK;
  const char *bad = indigoCheckBadValence(molecule);
  return bad && *bad ? refuse(bad) : KHOP_OK;
}

khop_status khop_i_molecule_load(khop_molecule *m, const char *text) {
  bool molfile = strchr(text, '\n') != NULL;
  if (!molfile && !text[strspn(text, " \t")]) return khop_i_fail(KHOP_E_FORMAT, "there is no atom");
  int64_t atoms = molfile ? 0 : count_atoms(text);
  if (atoms > KHOP_MAX_ATOMS)
    return khop_i_fail(KHOP_E_FORMAT, "it has %lld atoms, and khop takes %d", (long long)atoms,
                       KHOP_MAX_ATOMS);
  if (!molfile && is_open(text)) return khop_i_fail(KHOP_E_FORMAT, "a parenthesis is not closed");
  khop_status status = open_session(m);
  if (status != KHOP_OK) return status;
  int molecule = indigoLoadMoleculeFromString(text);
  if (molecule < 0) return refuse(indigoGetLastError());
  status = take_molecule(m, molecule, text);
  indigoFreeAllObjects(); /* handles of atoms and bonds too: one call instead of many */
  return status;
}
