/* crippen.c: see crippen.h: the atom types of Wildman and Crippen.
 *
 * A type is found from the atom and its bonds, seldom from one bond further. Types are tried in the order of the
 * paper but for the few that its readers changed (RDKit's table is the reading here); the first that fits counts. */
#include "molecules/crippen.h"


enum { C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15, C16, C17, C18, C19, C20, C21, C22, C23, C24,
       C25, C26, C27, CS, H1, H2, H3, H4, HS, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14, NS, O1, O2,
       O3, O4, O5, O6, O7, O8, O9, O10, O11, O12, OS, FL, CL, BR, IO, HAL, PH, S1, S2, S3, ME1, ME2, NONE };

static const struct {
  char name[4];
  double logp, refractivity;
} types[NONE + 1] = {
    {"C1", 0.1441, 2.503},   {"C2", 0, 2.433},        {"C3", -0.2035, 2.753}, {"C4", -0.2051, 2.731},
    {"C5", -0.2783, 5.007},  {"C6", 0.1551, 3.513},   {"C7", 0.0017, 3.888},  {"C8", 0.08452, 2.464},
    {"C9", -0.1444, 2.412},  {"C10", -0.0516, 2.488}, {"C11", 0.1193, 2.582}, {"C12", -0.0967, 2.576},
    {"C13", -0.5443, 4.041}, {"C14", 0, 3.257},       {"C15", 0.245, 3.564},  {"C16", 0.198, 3.18},
    {"C17", 0, 3.104},       {"C18", 0.1581, 3.35},   {"C19", 0.2955, 4.346}, {"C20", 0.2713, 3.904},
    {"C21", 0.136, 3.509},   {"C22", 0.4619, 4.067},  {"C23", 0.5437, 3.853}, {"C24", 0.1893, 2.673},
    {"C25", -0.8186, 3.135}, {"C26", 0.264, 4.305},   {"C27", 0.2148, 2.693}, {"CS", 0.08129, 3.243},
    {"H1", 0.123, 1.057},    {"H2", -0.2677, 1.395},  {"H3", 0.2142, 0.9627}, {"H4", 0.298, 1.805},
    {"HS", 0.1125, 1.112},   {"N1", -1.019, 2.262},   {"N2", -0.7096, 2.173}, {"N3", -1.027, 2.827},
    {"N4", -0.5188, 3},      {"N5", 0.08387, 1.757},  {"N6", 0.1836, 2.428},  {"N7", -0.3187, 1.839},
    {"N8", -0.4458, 2.819},  {"N9", 0.01508, 1.725},  {"N10", -1.95, 0},      {"N11", -0.3239, 2.202},
    {"N12", -1.119, 0},      {"N13", -0.3396, 0.2604}, {"N14", 0.2887, 3.359}, {"NS", -0.4806, 2.134},
    {"O1", 0.1552, 1.08},    {"O2", -0.2893, 0.8238}, {"O3", -0.0684, 1.085}, {"O4", -0.4195, 1.182},
    {"O5", 0.0335, 3.367},   {"O6", -0.3339, 0.7774}, {"O7", -1.189, 0},      {"O8", 0.1788, 3.135},
    {"O9", -0.1526, 0},      {"O10", 0.1129, 0.2215}, {"O11", 0.4833, 0.389}, {"O12", -1.326, 0},
    {"OS", -0.1188, 0.6865}, {"F", 0.4202, 1.108},    {"Cl", 0.6895, 5.853},  {"Br", 0.8456, 8.927},
    {"I", 0.8857, 14.02},    {"Hal", -2.996, 0},      {"P", 0.8612, 6.92},    {"S1", 0.6482, 7.591},
    {"S2", -0.0024, 7.365},  {"S3", 0.6237, 6.691},   {"Me1", -0.3808, 5.754}, {"Me2", -0.0025, 0},
    {"-", 0, 0},
};
_Static_assert((int)NONE == (int)KHOP_I_CRIPPEN_TYPES, "crippen.h says how many types there are");

const char *khop_i_crippen_name(int type) { return types[type].name; }

/* --- neighbours ------------------------------------------------------------------------------- */

#define E(element) (UINT64_C(1) << (element))
#define ANY (~UINT64_C(0))
#define CARBON E(6)
#define HETERO (E(7) | E(8) | E(15) | E(16) | E(9) | E(17) | E(35) | E(53))
enum { ALIPHATIC = 1, AROMATIC = 2, EITHER = 3 };
/* Bonds by order, as bits; PLAIN is single or aromatic. */
enum { SINGLE = 1 << 1, DOUBLE = 1 << 2, TRIPLE = 1 << 3, RING = 1 << 4, PLAIN = SINGLE | RING };

static bool is_one(const khop_atom *a, int kinds, uint64_t elements) {
  return a->element != 1 && (kinds & (a->aromatic ? AROMATIC : ALIPHATIC)) &&
         (elements & E(a->element < 63 ? a->element : 63));
}

/* How many heavy neighbours of atom i are of these kinds and elements, over bonds of these orders. */
static int neighbours(const khop_molecule *m, int32_t i, int orders, int kinds, uint64_t elements) {
  int count = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    count += (orders >> m->bond[m->through[e]].order & 1) && is_one(&m->atom[m->neighbour[e]], kinds, elements);
  return count;
}

/* The first such neighbour, or -1. */
static int32_t one(const khop_molecule *m, int32_t i, int orders, int kinds, uint64_t elements) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if ((orders >> m->bond[m->through[e]].order & 1) && is_one(&m->atom[m->neighbour[e]], kinds, elements))
      return m->neighbour[e];
  return -1;
}

/* Hydrogens, those that are atoms (isotopes) too. */
static int hydrogens(const khop_molecule *m, int32_t i) {
  int count = m->atom[i].hydrogens;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) count += m->atom[m->neighbour[e]].element == 1;
  return count;
}
static int connections(const khop_molecule *m, int32_t i) { return m->atom[i].degree + m->atom[i].hydrogens; }

/* --- carbon ----------------------------------------------------------------------------------- */

static int saturated(const khop_molecule *m, int32_t i, int h) {
  int carbons = neighbours(m, i, PLAIN, ALIPHATIC, CARBON), hetero = neighbours(m, i, PLAIN, ALIPHATIC, HETERO);
  int aliphatic = neighbours(m, i, PLAIN, ALIPHATIC, ANY), aromatic = neighbours(m, i, PLAIN, AROMATIC, ANY);
  if (h == 4 || (h == 3 && carbons) || (h == 2 && carbons >= 2)) return C1;
  if ((h == 1 && carbons >= 3) || carbons >= 4) return C2;
  if (hetero && (h == 3 || (h == 2 && aliphatic >= 2))) return C3;
  if (hetero && ((h == 1 && aliphatic >= 3) || (h == 0 && aliphatic >= 4))) return C4;
  if (h == 3 && neighbours(m, i, PLAIN, AROMATIC, CARBON)) return C8;
  if (aromatic && h <= 3) return C12 - h;
  return neighbours(m, i, PLAIN, ALIPHATIC, ~(CARBON | HETERO)) ? C27 : CS;
}

static int unsaturated(const khop_molecule *m, int32_t i, int h) {
  int plain = neighbours(m, i, PLAIN, ALIPHATIC, ANY), aromatic = neighbours(m, i, PLAIN, AROMATIC, ANY);
  int doubles = neighbours(m, i, DOUBLE, ALIPHATIC, CARBON);
  if (neighbours(m, i, DOUBLE, ALIPHATIC, ~CARBON)) return C5;
  if (doubles && (h == 2 || (h == 1 && plain) || (h == 0 && plain >= 2) || doubles >= 2)) return C6;
  if (connections(m, i) == 2 && neighbours(m, i, TRIPLE, ALIPHATIC, ANY)) return C7;
  if (doubles && aromatic && (plain || h == 1)) return C26;
  if (doubles && aromatic >= 2 && neighbours(m, i, PLAIN, AROMATIC, CARBON)) return C26;
  return neighbours(m, i, DOUBLE, AROMATIC, CARBON) ? C26 : CS;
}

static int aromatic_carbon(const khop_molecule *m, int32_t i, int h) {
  static const int halogens[] = {9, 17, 35, 53}, bound[] = {6, 7, 8, 16};
  if (h == 0 && neighbours(m, i, SINGLE, ALIPHATIC, ~(CARBON | (HETERO & ~E(15))))) return C13;
  for (int x = 0; x < 4; x++)
    if (neighbours(m, i, PLAIN, EITHER, E(halogens[x]))) return C14 + x;
  if (h == 1) return C18;
  int ring = neighbours(m, i, RING, AROMATIC, ANY);
  if (ring >= 3) return C19;
  if (ring < 2) return CS;
  if (neighbours(m, i, SINGLE, AROMATIC, ANY)) return C20;
  for (int x = 0; x < 4; x++)
    if (neighbours(m, i, SINGLE, ALIPHATIC, E(bound[x]))) return C21 + x;
  return neighbours(m, i, DOUBLE, ALIPHATIC, E(6) | E(7) | E(8)) ? C25 : CS;
}

static int carbon(const khop_molecule *m, int32_t i) {
  int h = hydrogens(m, i);
  if (m->atom[i].aromatic) return aromatic_carbon(m, i, h);
  return connections(m, i) == 4 || h == 4 ? saturated(m, i, h) : unsaturated(m, i, h);
}

/* --- nitrogen --------------------------------------------------------------------------------- */

static int neutral_nitrogen(const khop_molecule *m, int32_t i, int h) {
  int aliphatic = neighbours(m, i, PLAIN, ALIPHATIC, ANY), aromatic = neighbours(m, i, PLAIN, AROMATIC, ANY);
  int doubles = neighbours(m, i, DOUBLE, EITHER, ANY), all = aliphatic + aromatic;
  if (h == 2 && aliphatic) return N1;
  if (h == 1 && aliphatic >= 2) return N2;
  if (h == 2 && aromatic) return N3;
  if (h == 1 && aromatic && all >= 2) return N4;
  if (doubles && h == 1) return N5;
  if (doubles && all) return N6;
  if (aliphatic >= 3) return N7;
  if (all >= 3) return N8;
  return neighbours(m, i, TRIPLE, ALIPHATIC, ANY) ? N9 : NS;
}

static int positive_nitrogen(const khop_molecule *m, int32_t i, int h) {
  int aliphatic = neighbours(m, i, PLAIN, ALIPHATIC, ANY), all = neighbours(m, i, PLAIN, EITHER, ANY);
  int doubles = neighbours(m, i, DOUBLE, ALIPHATIC, ANY);
  if (h >= 1 && h <= 3) return N10;
  if (aliphatic >= 4 || (doubles && aliphatic && all >= 2)) return N13;
  if (neighbours(m, i, DOUBLE, EITHER, CARBON) && neighbours(m, i, DOUBLE, EITHER, E(7))) return N13;
  if (neighbours(m, i, TRIPLE, ALIPHATIC, ANY)) return N14;
  if (neighbours(m, i, DOUBLE, ALIPHATIC, E(7)) < 2) return NS;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (m->atom[m->neighbour[e]].element == 7 && m->atom[m->neighbour[e]].charge < 0) return N14;
  return NS;
}

static int nitrogen(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  if (a->aromatic) return a->charge == 0 ? N11 : a->charge > 0 ? N12 : NS;
  if (a->charge == 0) return neutral_nitrogen(m, i, hydrogens(m, i));
  return a->charge < 0 ? N14 : positive_nitrogen(m, i, hydrogens(m, i));
}

/* --- oxygen ----------------------------------------------------------------------------------- */

/* =O of an aliphatic carbon c. */
static int carbonyl(const khop_molecule *m, int32_t c) {
  int h = hydrogens(m, c);
  int carbons = neighbours(m, c, PLAIN, ALIPHATIC, CARBON), aromatic = neighbours(m, c, PLAIN, AROMATIC, ANY);
  int all = neighbours(m, c, PLAIN, EITHER, ANY);
  int rings = neighbours(m, c, PLAIN, AROMATIC, CARBON);
  if (h == 1 && neighbours(m, c, PLAIN, ALIPHATIC, CARBON | E(7) | E(8))) return O9;
  if ((carbons && all - aromatic >= 2) || h == 2) return O9;
  if (connections(m, c) == 2 && neighbours(m, c, DOUBLE, ALIPHATIC, E(8)) == 2) return O9;
  if (h == 1 && rings) return O10;
  if ((carbons && aromatic) || (rings && all >= 2)) return O10;
  return neighbours(m, c, PLAIN, EITHER, ~CARBON) >= 2 ? O11 : OS;
}

static int oxygen(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int h = hydrogens(m, i), aromatic = neighbours(m, i, PLAIN, AROMATIC, ANY);
  int all = neighbours(m, i, PLAIN, EITHER, ANY);
  bool alone = a->charge < 0 && connections(m, i) == 1;
  if (a->aromatic) return O1;
  if (h == 1 || h == 2) return O2;
  if (all - aromatic >= 2) return O3;
  if (aromatic && all >= 2) return O4;
  if (neighbours(m, i, DOUBLE, EITHER, E(7) | E(8)) || (alone && neighbours(m, i, PLAIN, EITHER, E(7)))) return O5;
  int32_t sulfur = one(m, i, DOUBLE, EITHER, E(16));
  if (alone && neighbours(m, i, PLAIN, EITHER, E(16))) return O6;
  if (sulfur >= 0 && a->charge == 0 && m->atom[sulfur].charge == 0) return O6;
  int32_t acid = a->charge == -1 ? one(m, i, PLAIN, ALIPHATIC, CARBON) : -1;
  if (acid >= 0 && neighbours(m, acid, DOUBLE, ALIPHATIC, E(8))) return O12;
  if (alone && all) return O7;
  if (neighbours(m, i, DOUBLE, AROMATIC, CARBON)) return O8;
  int32_t c = one(m, i, DOUBLE, ALIPHATIC, CARBON);
  return c >= 0 ? carbonyl(m, c) : OS;
}

/* --- the others ------------------------------------------------------------------------------- */

static int sulfur(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  if (a->aromatic) return S3;
  bool pseudo = neighbours(m, i, DOUBLE, ALIPHATIC, E(7) | E(8) | E(15) | E(16)) > 0;
  return a->charge || pseudo ? S2 : S1;
}

static int metal(int element) {
  static const uint8_t main_group[] = {3,  11, 19, 37, 55, 4,  12, 20, 38, 56, 5,  13, 31, 49,
                                       81, 14, 32, 50, 82, 33, 51, 83, 34, 52, 84};
  for (size_t i = 0; i < sizeof main_group; i++)
    if (main_group[i] == element) return ME1;
  bool transition = (element >= 21 && element <= 30) || (element >= 39 && element <= 48) ||
                    (element >= 72 && element <= 80);
  return transition ? ME2 : NONE;
}

/* Halogens, and the metals of salts. */
static int ion_or_halogen(const khop_atom *a) {
  static const uint8_t halogens[] = {9, 17, 35, 53};
  bool alkali = a->element == 3 || a->element == 11 || a->element == 19 || a->element == 37 || a->element == 55;
  if (alkali && a->charge == 1) return HAL;
  for (int x = 0; x < 4; x++) {
    if (a->element != halogens[x]) continue;
    if (a->charge == 0) return FL + x;
    return a->charge == -1 || (a->element == 53 && a->charge > 0) ? HAL : NONE;
  }
  return metal(a->element);
}

/* A hydrogen on atom i. */
static int hydrogen(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  if (a->element == 6 || a->element == 1) return H1;
  if (a->element == 8 && !a->aromatic) {
    int32_t c = one(m, i, PLAIN, EITHER, CARBON);
    if (c >= 0 && (m->atom[c].aromatic || connections(m, c) == 4)) return H2;
    if (neighbours(m, i, PLAIN, EITHER, ~E(7)) > neighbours(m, i, PLAIN, ALIPHATIC, CARBON | E(8) | E(16))) return H2;
    if (hydrogens(m, i) > 1) return H2; /* water: the other hydrogen */
    if (neighbours(m, i, PLAIN, EITHER, E(7))) return H3;
    if (c >= 0 && (neighbours(m, c, DOUBLE, EITHER, E(6) | E(7)) ||
                   neighbours(m, c, DOUBLE, ALIPHATIC, E(8) | E(16))))
      return H4;
    return neighbours(m, i, PLAIN, ALIPHATIC, E(8) | E(16)) ? H4 : HS;
  }
  return a->element == 7 ? H3 : H2;
}

int khop_i_crippen_type(const khop_molecule *m, int32_t i) {
  switch (m->atom[i].element) {
  case 1:
    return m->atom[i].degree ? hydrogen(m, m->neighbour[m->offsets[i]]) : m->atom[i].hydrogens ? H1 : HS;
  case 6:
    return carbon(m, i);
  case 7:
    return nitrogen(m, i);
  case 8:
    return oxygen(m, i);
  case 15:
    return PH;
  case 16:
    return sulfur(m, i);
  default:
    return ion_or_halogen(&m->atom[i]);
  }
}

int khop_i_crippen_hydrogen(const khop_molecule *m, int32_t i) { return hydrogen(m, i); }

void khop_i_crippen_atom(double *logp, double *refractivity, const khop_molecule *m, int32_t i) {
  int type = khop_i_crippen_type(m, i), h = m->atom[i].hydrogens;
  int bound = h ? hydrogen(m, i) : HS;
  *logp = types[type].logp + h * types[bound].logp;
  *refractivity = types[type].refractivity + h * types[bound].refractivity;
}
