/* estate.c: electrotopological states. In operators, with I the intrinsic states,
 *
 *   S = I + sum_k (diag(R_k 1) - R_k) I / (k + 1)^2
 *
 * Hall, Mohney and Kier, J. Chem. Inf. Comput. Sci. 1991; the types of atoms are of Hall and Kier, the same 1995. */
#include "molecules/estate.h"
#include "molecules/distances.h"
#include "molecules/elements.h"

#include <math.h>

/* A type: its element, the neighbours and hydrogens it has, and its bonds by order. */
typedef struct kind {
  const char *name;
  int element, degree, hydrogens, single, twofold, triple, aromatic;
} kind;

static const kind kinds[] = {
    {"ssBH", 5, 2, 1, 2, 0, 0, 0},   {"sssB", 5, 3, 0, 3, 0, 0, 0},   {"ssssB", 5, 4, 0, 4, 0, 0, 0},
    {"sCH3", 6, 1, 3, 1, 0, 0, 0},   {"dCH2", 6, 1, 2, 0, 1, 0, 0},   {"ssCH2", 6, 2, 2, 2, 0, 0, 0},
    {"tCH", 6, 1, 1, 0, 0, 1, 0},    {"dsCH", 6, 2, 1, 1, 1, 0, 0},   {"aaCH", 6, 2, 1, 0, 0, 0, 2},
    {"sssCH", 6, 3, 1, 3, 0, 0, 0},  {"ddC", 6, 2, 0, 0, 2, 0, 0},    {"tsC", 6, 2, 0, 1, 0, 1, 0},
    {"dssC", 6, 3, 0, 2, 1, 0, 0},   {"aasC", 6, 3, 0, 1, 0, 0, 2},   {"aaaC", 6, 3, 0, 0, 0, 0, 3},
    {"ssssC", 6, 4, 0, 4, 0, 0, 0},  {"sNH3", 7, 1, 3, 1, 0, 0, 0},   {"sNH2", 7, 1, 2, 1, 0, 0, 0},
    {"ssNH2", 7, 2, 2, 2, 0, 0, 0},  {"dNH", 7, 1, 1, 0, 1, 0, 0},    {"ssNH", 7, 2, 1, 2, 0, 0, 0},
    {"aaNH", 7, 2, 1, 0, 0, 0, 2},   {"tN", 7, 1, 0, 0, 0, 1, 0},     {"sssNH", 7, 3, 1, 3, 0, 0, 0},
    {"dsN", 7, 2, 0, 1, 1, 0, 0},    {"aaN", 7, 2, 0, 0, 0, 0, 2},    {"sssN", 7, 3, 0, 3, 0, 0, 0},
    {"ddsN", 7, 3, 0, 2, 1, 0, 0},   {"aasN", 7, 3, 0, 1, 0, 0, 2},   {"ssssN", 7, 4, 0, 4, 0, 0, 0},
    {"sOH", 8, 1, 1, 1, 0, 0, 0},    {"dO", 8, 1, 0, 0, 1, 0, 0},     {"ssO", 8, 2, 0, 2, 0, 0, 0},
    {"aaO", 8, 2, 0, 0, 0, 0, 2},    {"sF", 9, 1, 0, 1, 0, 0, 0},     {"sSiH3", 14, 1, 3, 1, 0, 0, 0},
    {"ssSiH2", 14, 2, 2, 2, 0, 0, 0}, {"sssSiH", 14, 3, 1, 3, 0, 0, 0}, {"ssssSi", 14, 4, 0, 4, 0, 0, 0},
    {"sPH2", 15, 1, 2, 1, 0, 0, 0},  {"ssPH", 15, 2, 1, 2, 0, 0, 0},  {"sssP", 15, 3, 0, 3, 0, 0, 0},
    {"dsssP", 15, 4, 0, 3, 1, 0, 0}, {"sssssP", 15, 5, 0, 5, 0, 0, 0}, {"sSH", 16, 1, 1, 1, 0, 0, 0},
    {"dS", 16, 1, 0, 0, 1, 0, 0},    {"ssS", 16, 2, 0, 2, 0, 0, 0},   {"aaS", 16, 2, 0, 0, 0, 0, 2},
    {"dssS", 16, 3, 0, 2, 1, 0, 0},  {"ddssS", 16, 4, 0, 2, 2, 0, 0}, {"sCl", 17, 1, 0, 1, 0, 0, 0},
    {"sBr", 35, 1, 0, 1, 0, 0, 0},   {"sI", 53, 1, 0, 1, 0, 0, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds, OTHERS = KINDS, LARGEST, SMALLEST, COLUMNS };

int khop_i_estate_columns(void) { return COLUMNS; }

const char *khop_i_estate_name(int column) {
  static const char *const others[] = {"others", "max", "min"};
  return column < KINDS ? kinds[column].name : others[column - KINDS];
}

/* --- types ------------------------------------------------------------------------------------ */

/* A nitro group's nitrogen: two oxygens that have no other neighbour, and no hydrogen. */
static bool is_nitro(const khop_molecule *m, int32_t i) {
  int oxygens = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    const khop_atom *a = &m->atom[m->neighbour[e]];
    oxygens += a->element == 8 && a->degree == 1 && a->hydrogens == 0;
  }
  return oxygens >= 2;
}

static int kind_of(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int bonds[KHOP_BOND_QUADRUPLE + 1] = {0};
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) bonds[m->bond[m->through[e]].order]++;
  bool aromatic_nitrogen = a->element == 7 && a->degree == 3 && bonds[KHOP_BOND_AROMATIC] == 3;
  if (aromatic_nitrogen) bonds[KHOP_BOND_SINGLE] = 1, bonds[KHOP_BOND_AROMATIC] = 2; /* goes with aasN */
  for (int k = 0; k < KINDS; k++) {
    const kind *s = &kinds[k];
    if (s->element != a->element || s->degree != a->degree || s->hydrogens != a->hydrogens ||
        s->single != bonds[KHOP_BOND_SINGLE] || s->twofold != bonds[KHOP_BOND_DOUBLE] ||
        s->triple != bonds[KHOP_BOND_TRIPLE] || s->aromatic != bonds[KHOP_BOND_AROMATIC])
      continue;
    bool nitrogen_between_oxygens = a->element == 7 && s->twofold == 1 && s->degree == 3;
    return nitrogen_between_oxygens && !is_nitro(m, i) ? OTHERS : k;
  }
  return OTHERS;
}

/* --- states ----------------------------------------------------------------------------------- */

static double intrinsic(const khop_atom *a) {
  int n = khop_i_period(a->element);
  if (a->degree == 0 || a->element == 0) return 0;
  return (4.0 / (n * n) * (khop_i_elements[a->element].outer - a->hydrogens) + 1) / a->degree;
}

static void add_difference(double *state, const double *own, int32_t i, int32_t j, int distance) {
  double apart = (double)distance + 1, difference = (own[i] - own[j]) / (apart * apart);
  state[i] += difference;
  state[j] -= difference;
}

static void states_of_few(double *state, const double *own, const khop_molecule *m) {
  uint8_t distance[KHOP_I_SMALL][KHOP_I_SMALL];
  khop_i_all_distances(distance, m);
  for (int32_t i = 0; i < m->atoms; i++)
    for (int32_t j = i + 1; j < m->atoms; j++)
      if (distance[i][j] < KHOP_I_SMALL) add_difference(state, own, i, j, distance[i][j]);
}

static void states_of_many(double *state, const double *own, const khop_molecule *m, int32_t *distance,
                           int32_t *queue) {
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t reached = khop_i_molecule_search(distance, queue, m, i, INT32_MAX - 1);
    for (int32_t q = 0; q < reached; q++) {
      int32_t j = queue[q];
      if (j > i) add_difference(state, own, i, j, distance[j]);
      distance[j] = -1;
    }
  }
}

void khop_i_estates(double *state, const khop_molecule *m, int32_t *distance, int32_t *queue) {
  double *own = state + m->atoms;
  for (int32_t i = 0; i < m->atoms; i++) own[i] = state[i] = intrinsic(&m->atom[i]);
  if (m->atoms <= KHOP_I_SMALL) states_of_few(state, own, m);
  else states_of_many(state, own, m, distance, queue);
}

void khop_i_estate_row(float *row, const khop_molecule *m, double *state, int32_t *distance, int32_t *queue) {
  double sums[KINDS + 1] = {0}, largest = -INFINITY, smallest = INFINITY;
  khop_i_estates(state, m, distance, queue);
  for (int32_t i = 0; i < m->atoms; i++) {
    sums[kind_of(m, i)] += state[i];
    largest = fmax(largest, state[i]);
    smallest = fmin(smallest, state[i]);
  }
  for (int k = 0; k <= KINDS; k++) row[k] = (float)sums[k];
  row[LARGEST] = (float)largest;
  row[SMALLEST] = (float)smallest;
}
