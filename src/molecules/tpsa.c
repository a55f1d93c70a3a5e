/* tpsa.c: see crippen.h: the table of Ertl, Rohde and Selzer. */
#include "molecules/tpsa.h"
#include "molecules/crippen.h"

#include <math.h>

/* Bonds to heavy atoms by order, hydrogens, charge; whether in a ring of three: 1, not: 0, either: -1. */
typedef struct surroundings {
  int element, single, twofold, triple, aromatic, hydrogens, charge, in_three;
} surroundings;

static const struct {
  surroundings of;
  double surface;
} table[] = {
    {{7, 0, 0, 1, 0, 0, 0, -1}, 23.79}, {{7, 0, 1, 0, 0, 1, 0, -1}, 23.85}, {{7, 1, 0, 0, 0, 2, 0, -1}, 26.02},
    {{7, 0, 1, 0, 0, 2, 1, -1}, 25.59}, {{7, 1, 0, 0, 0, 3, 1, -1}, 27.64}, {{7, 1, 1, 0, 0, 0, 0, -1}, 12.36},
    {{7, 0, 1, 1, 0, 0, 0, -1}, 13.60}, {{7, 2, 0, 0, 0, 1, 0, 1}, 21.94},  {{7, 2, 0, 0, 0, 1, 0, 0}, 12.03},
    {{7, 1, 0, 1, 0, 0, 1, -1}, 4.36},  {{7, 1, 1, 0, 0, 1, 1, -1}, 13.97}, {{7, 2, 0, 0, 0, 2, 1, -1}, 16.61},
    {{7, 0, 0, 0, 2, 0, 0, -1}, 12.89}, {{7, 0, 0, 0, 2, 1, 0, -1}, 15.79}, {{7, 0, 0, 0, 2, 1, 1, -1}, 14.14},
    {{7, 3, 0, 0, 0, 0, 0, 1}, 3.01},   {{7, 3, 0, 0, 0, 0, 0, 0}, 3.24},   {{7, 1, 2, 0, 0, 0, 0, -1}, 11.68},
    {{7, 2, 1, 0, 0, 0, 1, -1}, 3.01},  {{7, 3, 0, 0, 0, 1, 1, -1}, 4.44},  {{7, 0, 0, 0, 3, 0, 0, -1}, 4.41},
    {{7, 1, 0, 0, 2, 0, 0, -1}, 4.93},  {{7, 0, 1, 0, 2, 0, 0, -1}, 8.39},  {{7, 0, 0, 0, 3, 0, 1, -1}, 4.10},
    {{7, 1, 0, 0, 2, 0, 1, -1}, 3.88},  {{7, 4, 0, 0, 0, 0, 1, -1}, 0},     {{8, 0, 1, 0, 0, 0, 0, -1}, 17.07},
    {{8, 1, 0, 0, 0, 1, 0, -1}, 20.23}, {{8, 1, 0, 0, 0, 0, -1, -1}, 23.06}, {{8, 2, 0, 0, 0, 0, 0, 1}, 12.53},
    {{8, 2, 0, 0, 0, 0, 0, 0}, 9.23},   {{8, 0, 0, 0, 2, 0, 0, -1}, 13.14},
};

/* Whether two neighbours of an atom are bound to one another. */
static bool in_three(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t j = m->neighbour[e];
    for (int32_t f = m->offsets[j]; f < m->offsets[j + 1]; f++)
      for (int32_t g = m->offsets[i]; g < m->offsets[i + 1]; g++)
        if (m->neighbour[g] == m->neighbour[f]) return true;
  }
  return false;
}

static surroundings surroundings_of(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  surroundings s = {.element = a->element, .hydrogens = a->hydrogens, .charge = a->charge};
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int order = m->bond[m->through[e]].order;
    if (m->atom[m->neighbour[e]].element == 1) {
      s.hydrogens++;
      continue;
    }
    s.single += order == KHOP_BOND_SINGLE;
    s.twofold += order == KHOP_BOND_DOUBLE;
    s.triple += order == KHOP_BOND_TRIPLE;
    s.aromatic += order == KHOP_BOND_AROMATIC;
  }
  s.in_three = in_three(m, i);
  return s;
}

static bool fits(const surroundings *row, const surroundings *s) {
  return row->element == s->element && row->single == s->single && row->twofold == s->twofold &&
         row->triple == s->triple && row->aromatic == s->aromatic && row->hydrogens == s->hydrogens &&
         row->charge == s->charge && (row->in_three < 0 || row->in_three == s->in_three);
}

double khop_i_polar_surface(const khop_molecule *m, int32_t i) {
  int element = m->atom[i].element;
  if (element != 7 && element != 8) return 0;
  surroundings s = surroundings_of(m, i);
  for (size_t r = 0; r < sizeof table / sizeof *table; r++)
    if (fits(&table[r].of, &s)) return table[r].surface;
  int heavy = s.single + s.twofold + s.triple + s.aromatic; /* what the table lacks: the paper's formula */
  double rest = element == 7 ? 30.5 - 8.2 * heavy : 28.5 - 8.6 * heavy;
  return fmax(0, rest + 1.5 * s.hydrogens);
}
