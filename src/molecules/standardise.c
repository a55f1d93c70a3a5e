/* standardise.c: one form for molecules that are written as salts, ions, with labels, by the steps that are asked for.
 *
 *   [Na+].C[C@H](N)C(=O)[O-]    largest fragment   C[C@H](N)C(=O)[O-]
 *                               neutral            C[C@H](N)C(=O)O
 *                               stereo             CC(N)C(=O)O
 *
 * Isotopes and configurations go before the fragment is chosen, so that it does not depend on them, and charges
 * after it, since a salt is neutral. What a step changed is perceived anew from its Kekule structure. */
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/canonical.h"
#include "molecules/elements.h"
#include "molecules/perceive.h"
#include "molecules/standardise_charges.h"

#include <math.h>
#include <string.h>

/* --- isotopes ------------------------------------------------------------------------------------- */

static bool folds(const khop_molecule *m, int32_t i) {
  int32_t ends = m->offsets[i + 1] - m->offsets[i];
  return m->atom[i].element == 1 && ends == 1 && khop_i_hydrogen_folds(m, i, ends, m->neighbour[m->offsets[i]]);
}

/* A hydrogen that becomes a number of its atom is the last of the neighbours from then on; there is no sense in two. */
static void turn_to_last(khop_molecule *m, int32_t i) {
  int32_t hydrogens = m->atom[i].hydrogens, hydrogen = -1, behind = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (folds(m, m->neighbour[e])) hydrogens++, hydrogen = m->neighbour[e];
  if (hydrogen < 0 || !m->turn[i]) return;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) behind += m->neighbour[e] > hydrogen;
  bool pair = m->offsets[i + 1] - m->offsets[i] < 4;
  m->turn[i] = (uint8_t)(hydrogens > 1 || pair ? 0 : behind & 1 ? 3 - m->turn[i] : m->turn[i]);
}

/* Sides are those of the first neighbours, of which a hydrogen that is none any more cannot be one. */
static void side_of_others(khop_molecule *m, int32_t b, int32_t atom) {
  int32_t first = INT32_MAX, kept = INT32_MAX;
  for (int32_t e = m->offsets[atom]; e < m->offsets[atom + 1]; e++) {
    int32_t other = m->neighbour[e];
    if (m->through[e] == b) continue;
    if (other < first) first = other;
    if (other < kept && !folds(m, other)) kept = other;
  }
  if (kept == INT32_MAX) m->side[b] = 0;
  if (m->side[b] && kept != first) m->side[b] = (uint8_t)(3 - m->side[b]);
}

static bool drop_isotopes(khop_molecule *m) {
  bool changed = false;
  for (int32_t i = 0; i < m->atoms; i++) {
    changed = changed || m->atom[i].isotope;
    m->atom[i].isotope = 0;
  }
  if (!changed) return false;
  for (int32_t i = 0; i < m->atoms; i++) turn_to_last(m, i);
  for (int32_t b = 0; b < m->bonds; b++) {
    side_of_others(m, b, m->bond[b].begin);
    side_of_others(m, b, m->bond[b].end);
  }
  khop_i_molecule_fold(m);
  khop_i_molecule_connect(m);
  return true;
}

/* --- configurations ------------------------------------------------------------------------------- */

static bool drop_stereo(khop_molecule *m) {
  bool changed = false;
  for (int32_t i = 0; i < m->atoms; i++) {
    changed = changed || m->atom[i].stereo;
    m->atom[i].stereo = false;
    m->turn[i] = 0;
  }
  for (int32_t b = 0; b < m->bonds; b++) {
    changed = changed || m->bond[b].stereo;
    m->bond[b].stereo = false;
    m->side[b] = 0;
  }
  return changed;
}

/* --- the largest fragment ------------------------------------------------------------------------- */

/* Of the atoms that are no hydrogens, so that a fragment is as large with its protons as without. Weights are in whole
 * steps, whose sum does not depend on the order of the atoms. */
typedef struct fragment {
  int64_t heavy, weight;
} fragment;

static void add_atom(fragment *f, const khop_atom *a) {
  if (a->element == 1) return;
  f->heavy++;
  f->weight += llround(1e4 * (a->isotope ? a->isotope : khop_i_elements[a->element].weight));
}

/* Takes the atoms of one component to a molecule that has room for them, and may be the same one. index: (atoms). */
static void take_part(khop_molecule *to, int32_t *index, const khop_molecule *m, const int32_t *part, int32_t which) {
  int32_t atoms = 0, bonds = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    if (part[i] != which) continue;
    to->atom[atoms] = m->atom[i];
    to->turn[atoms] = m->turn[i];
    index[i] = atoms++;
  }
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond bond = m->bond[b];
    if (part[bond.begin] != which) continue;
    bond.begin = index[bond.begin];
    bond.end = index[bond.end];
    to->side[bonds] = m->side[b];
    to->bond[bonds++] = bond;
  }
  to->atoms = atoms;
  to->bonds = bonds;
  khop_i_molecule_connect(to);
}

/* Of components of one size that whose canonical SMILES comes first; *text: that of the best so far. */
static khop_status is_first(bool *first, char **text, khop_molecule *alone, int32_t *index, const khop_molecule *m,
                            const int32_t *part, int32_t best, int32_t other) {
  char *another = NULL;
  khop_status status = khop_i_molecule_reserve(alone, m->atoms, m->bonds);
  for (int k = *text ? 1 : 0; k < 2 && status == KHOP_OK; k++) {
    take_part(alone, index, m, part, k ? other : best);
    status = khop_molecule_smiles(k ? &another : text, alone, true);
  }
  if (status != KHOP_OK) return status;
  *first = strcmp(another, *text) < 0;
  if (*first) {
    khop_free(*text);
    *text = another;
  } else {
    khop_free(another);
  }
  return KHOP_OK;
}

static khop_status choose_part(int32_t *best, int32_t *index, const khop_molecule *m, const int32_t *part,
                               const fragment *f, int32_t parts) {
  khop_molecule *alone = NULL;
  char *text = NULL; /* of the best one, once it is needed */
  khop_status status = khop_molecule_new(&alone);
  *best = 0;
  for (int32_t p = 1; p < parts && status == KHOP_OK; p++) {
    const fragment *a = &f[p], *b = &f[*best];
    bool tie = a->heavy == b->heavy && a->weight == b->weight;
    bool first = a->heavy > b->heavy || (a->heavy == b->heavy && a->weight > b->weight);
    if (tie) status = is_first(&first, &text, alone, index, m, part, *best, p);
    if (!first) continue;
    *best = p;
    if (!tie) {
      khop_free(text);
      text = NULL;
    }
  }
  khop_free(text);
  khop_molecule_free(alone);
  return status;
}

static khop_status keep_largest(bool *changed, khop_molecule *m) {
  int32_t *room = NULL, best = 0;
  fragment *f = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&room, 2 * (int64_t)m->atoms, sizeof *room, "fragments"));
  int32_t *part = room, *index = room + m->atoms, parts = khop_i_molecule_parts(part, index, m);
  if (parts < 2) goto done;
  KHOP_TRY(khop_i_alloc(&f, parts, sizeof *f, "fragments"));
  for (int32_t i = 0; i < m->atoms; i++) add_atom(&f[part[i]], &m->atom[i]);
  KHOP_TRY(choose_part(&best, index, m, part, f, parts));
  take_part(m, index, m, part, best);
  *changed = true;
done:
  khop_i_free(room);
  khop_i_free(f);
  return status;
}

/* --- all steps ------------------------------------------------------------------------------------ */

static bool has_charge(const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++)
    if (m->atom[i].charge) return true;
  return false;
}

/* From the molecule as it was perceived to one that is perceived anew; ranks are found before Kekule's orders, which
 * are not the same in all writings. */
static khop_status perceive_anew(bool *neutralised, khop_molecule *m, bool neutral) {
  khop_i_canonical c = {0};
  khop_status status = KHOP_OK;
  neutral = neutral && has_charge(m);
  if (neutral) KHOP_TRY(khop_i_canonise(&c, m, true, -1, -1));
  for (int32_t i = 0; i < m->atoms; i++) m->atom[i].pi = 0; /* no hydrogens are to be added */
  KHOP_TRY(khop_i_molecule_settle(m));
  if (neutral) KHOP_TRY(khop_i_neutralise(neutralised, m, c.rank));
  KHOP_TRY(khop_i_molecule_conclude(m));
done:
  khop_i_canonical_clear(&c);
  return status;
}

const char *khop_standardise_name(int step) {
  switch (step) {
  case KHOP_LARGEST_FRAGMENT: return "largest-fragment";
  case KHOP_NEUTRAL: return "neutral";
  case KHOP_DROP_ISOTOPES: return "isotopes";
  case KHOP_DROP_STEREO: return "stereo";
  case KHOP_STANDARDISE_ALL: return "all";
  default: return NULL;
  }
}

khop_status khop_molecule_standardise(int *changed, khop_molecule *molecule, int steps) {
  if (!molecule || (steps & ~KHOP_STANDARDISE_ALL))
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "khop_molecule_standardise: a molecule and steps of khop_standardise are needed");
  khop_molecule *m = molecule;
  bool isotopes = false, stereo = false, largest = false, neutral = false;
  khop_status status = KHOP_OK;
  if (steps & KHOP_DROP_ISOTOPES) isotopes = drop_isotopes(m);
  if (steps & KHOP_DROP_STEREO) stereo = drop_stereo(m);
  if (steps & KHOP_LARGEST_FRAGMENT) KHOP_TRY(keep_largest(&largest, m));
  bool charged = (steps & KHOP_NEUTRAL) && has_charge(m);
  if (isotopes || stereo || largest || charged) KHOP_TRY(perceive_anew(&neutral, m, charged));
  if (changed)
    *changed = isotopes * KHOP_DROP_ISOTOPES | stereo * KHOP_DROP_STEREO | largest * KHOP_LARGEST_FRAGMENT |
               neutral * KHOP_NEUTRAL;
done:
  if (status != KHOP_OK) m->atoms = m->bonds = 0;
  return status;
}
