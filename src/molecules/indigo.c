/* indigo.c: molfiles read with Indigo. Its objects are numbers, in a session of its own for
 * each molecule; strings that it returns share one buffer, so they are used at once. */
#include "molecules/indigo.h"
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"

#include <indigo.h>
#include <string.h>

bool khop_molfiles_supported(void) { return true; }

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

/* Indigo's reason, without its own name for the place. */
static khop_status refuse(const char *why) {
  static const char *const prefixes[] = {"SMILES loader: ", "molecule auto loader: ", "molfile loader: ",
                                       "element: ", "core: "};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (strncmp(why, prefixes[i], strlen(prefixes[i])) == 0) why += strlen(prefixes[i]);
  return khop_i_fail(KHOP_E_FORMAT, "%.200s", why);
}

/* Where Indigo cannot say how many hydrogens an atom has, they follow from its bonds. */
static void read_atom(khop_atom *atom, int handle) {
  int element = indigoAtomicNumber(handle), charge = 0, hydrogens = 0, electrons = 0;
  *atom = (khop_atom){0};
  if (element < 1 || element > 118) return; /* an R-site, a pseudoatom */
  bool counted = indigoCountHydrogens(handle, &hydrogens) == 1;
  indigoGetCharge(handle, &charge);
  indigoGetRadicalElectrons(handle, &electrons);
  int isotope = indigoIsotope(handle), stereo = indigoStereocenterType(handle);
  *atom = (khop_atom){.element = (uint8_t)element, .charge = (int8_t)charge, .pi = !counted,
                      .hydrogens = (uint8_t)(hydrogens > 0 ? hydrogens : 0),
                      .radical = (uint8_t)(electrons > 0 ? electrons : 0),
                      .isotope = (uint16_t)(isotope > 0 ? isotope : 0),
                      .stereo = stereo == INDIGO_ABS || stereo == INDIGO_OR || stereo == INDIGO_AND};
}

/* Indigo's aromatic bond (4) is what a colon is in SMILES: its ends are lower-case atoms, whose hydrogens no molfile
 * holds. */
static void read_bond(khop_molecule *m, khop_bond *bond, int handle) {
  int order = indigoBondOrder(handle), side = indigoBondStereo(handle);
  int source = indigoSource(handle), destination = indigoDestination(handle);
  *bond = (khop_bond){.begin = indigoIndex(source), .end = indigoIndex(destination),
                      .order = (uint8_t)(order >= 1 && order <= 4 ? order : 1),
                      .stereo = order == 2 && (side == INDIGO_CIS || side == INDIGO_TRANS)};
  int32_t ends[2] = {bond->begin, bond->end};
  for (int end = 0; end < 2 && order == KHOP_BOND_AROMATIC; end++) {
    m->atom[ends[end]].aromatic = true;
    m->atom[ends[end]].pi = 1;
    m->atom[ends[end]].hydrogens = 0;
  }
}

/* Indigo counts hydrogens that are atoms too. */
static void uncount_atoms(khop_molecule *m) {
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_atom *x = &m->atom[m->bond[b].begin], *y = &m->atom[m->bond[b].end];
    if (y->element == 1 && x->hydrogens) x->hydrogens--;
    if (x->element == 1 && y->hydrogens) y->hydrogens--;
  }
}

static khop_status take_molecule(khop_molecule *m, int molecule) {
  int atoms = indigoCountAtoms(molecule), bonds = indigoCountBonds(molecule);
  if (atoms < 1) return khop_i_fail(KHOP_E_FORMAT, "there is no atom");
  if (atoms > KHOP_MAX_ATOMS)
    return khop_i_fail(KHOP_E_FORMAT, "it has %d atoms, and khop takes %d", atoms, KHOP_MAX_ATOMS);
  khop_status status = khop_i_molecule_reserve(m, atoms, bonds);
  if (status != KHOP_OK) return status;
  m->atoms = atoms;
  m->bonds = bonds;
  for (int i = 0; i < atoms; i++) read_atom(&m->atom[i], indigoGetAtom(molecule, i));
  for (int i = 0; i < bonds; i++) read_bond(m, &m->bond[i], indigoGetBond(molecule, i));
  uncount_atoms(m);
  for (int i = 0; i < bonds; i++)
    if (m->bond[i].order == KHOP_BOND_AROMATIC) return KHOP_OK; /* of which Indigo knows no valence */
  const char *bad = indigoCheckBadValence(molecule);
  return bad && *bad ? refuse(bad) : KHOP_OK;
}

khop_status khop_i_molecule_load(khop_molecule *m, const char *text) {
  khop_status status = open_session(m);
  if (status != KHOP_OK) return status;
  int molecule = indigoLoadMoleculeFromString(text);
  if (molecule < 0) return refuse(indigoGetLastError());
  status = take_molecule(m, molecule);
  indigoFreeAllObjects(); /* handles of atoms and bonds too: one call instead of many */
  return status;
}

/* --- layout --------------------------------------------------------------------------------------------- */

/* Carbon in the place of every element, and single bonds in that of aromatic ones: only who is bound to whom, and which
 * chains are straight, says where atoms stand. */
static int drawn_molecule(int *handle, const khop_molecule *m) {
  int drawn = indigoCreateMolecule();
  for (int32_t i = 0; drawn >= 0 && i < m->atoms; i++)
    if ((handle[i] = indigoAddAtom(drawn, "C")) < 0) return -1;
  for (int32_t b = 0; drawn >= 0 && b < m->bonds; b++) {
    int order = m->bond[b].order == KHOP_BOND_DOUBLE || m->bond[b].order == KHOP_BOND_TRIPLE ? m->bond[b].order : 1;
    if (indigoAddBond(handle[m->bond[b].begin], handle[m->bond[b].end], order) < 0) return -1;
  }
  return drawn >= 0 && indigoLayout(drawn) >= 0 ? drawn : -1;
}

khop_status khop_i_molecule_layout(double *x, double *y, const khop_molecule *m) {
  int *handle;
  khop_status status = khop_i_alloc(&handle, m->atoms, sizeof *handle, "a layout");
  if (status != KHOP_OK) return status;
  qword session = indigoAllocSessionId();
  indigoSetSessionId(session);
  indigoSetErrorHandler(NULL, NULL);
  if (drawn_molecule(handle, m) < 0) status = khop_i_fail(KHOP_E_INTERNAL, "Indigo: %.200s", indigoGetLastError());
  for (int32_t i = 0; status == KHOP_OK && i < m->atoms; i++) {
    const float *place = indigoXYZ(handle[i]);
    x[i] = place ? (double)place[0] : 0;
    y[i] = place ? (double)place[1] : 0;
  }
  indigoFreeAllObjects();
  indigoReleaseSessionId(session);
  khop_i_free(handle);
  return status;
}
