/* atom_sums.c: see atom_sums.h. */
#include "molecules/atom_sums.h"
#include "molecules/crippen.h"
#include "molecules/tpsa.h"

#include <math.h>

void khop_i_crippen_row(float *row, const khop_molecule *m) {
  double logp = 0, refractivity = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    double p = NAN, r = NAN;
    if (khop_i_crippen_type(m, i) < KHOP_I_CRIPPEN_TYPES) khop_i_crippen_atom(&p, &r, m, i);
    logp += p;
    refractivity += r;
  }
  row[0] = (float)logp;
  row[1] = (float)refractivity;
}

void khop_i_type_row(float *row, const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    int type = khop_i_crippen_type(m, i);
    if (type < KHOP_I_CRIPPEN_TYPES) row[type]++;
    if (m->atom[i].hydrogens) row[khop_i_crippen_hydrogen(m, i)] += m->atom[i].hydrogens;
  }
}

float khop_i_polar_sum(const khop_molecule *m) {
  double sum = 0;
  for (int32_t i = 0; i < m->atoms; i++) sum += khop_i_polar_surface(m, i);
  return (float)sum;
}
