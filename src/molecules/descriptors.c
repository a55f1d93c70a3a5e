/* descriptors.c: which columns there are, and what they are called. */
#include "molecules/descriptors.h"
#include "molecules/crippen.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "molecules/counts.h"
#include "molecules/profile.h"
#include "molecules/estate.h"

#include <string.h>

static const char *const features[KHOP_I_FEATURES] = {"counts",   "ring", "wiener", "autocorr",
                                                      "atompair", "crippen",
                                                      "tpsa",     "types",   "profile", "estate", "ecfp",
                                                      "fcfp",     "atom",    "spread"};
static const char *const weights[KHOP_I_WEIGHTS] = {"mass", "volume", "electronegativity",
                                                    "polarizability", "ionisation", "state"};

/* Whether a feature belongs to a row a molecule, or a row an atom; `ring` to both. */
static bool belongs(int feature, bool atoms) {
  return feature == KHOP_I_RING || (feature >= KHOP_I_ATOM) == atoms;
}

static khop_status unknown(const char *name, size_t length, bool atoms) {
  return khop_i_fail(KHOP_E_ARGUMENT, "there is no feature \"%.*s\" with a row %s; there are %s",
                     (int)(length < 40 ? length : 40), name, atoms ? "an atom" : "a molecule",
                     atoms ? "ring, atom, spread"
                           : "counts, ring, wiener, autocorr, atompair, crippen, tpsa, types, profile, "
                             "estate, ecfp, fcfp");
}

static khop_status choose_features(khop_descriptors *d, const char *list) {
  if (!list) {
    for (int f = 0; f < KHOP_I_FEATURES; f++)
      d->wanted[f] = belongs(f, d->atoms) && f != KHOP_I_ECFP && f != KHOP_I_FCFP;
    return KHOP_OK;
  }
  for (const char *at = list; at; at = strchr(at, ',')) {
    if (*at == ',') at++;
    size_t length = strcspn(at, ",");
    int found = -1;
    for (int f = 0; f < KHOP_I_FEATURES; f++)
      if (belongs(f, d->atoms) && strlen(features[f]) == length && memcmp(features[f], at, length) == 0)
        found = f;
    if (found < 0) return unknown(at, length, d->atoms);
    d->wanted[found] = true;
  }
  return KHOP_OK;
}

static khop_status set_hops(khop_descriptors *d, const khop_descriptors_options *o) {
  d->hops = o->hops ? o->hops : 9;
  if (o->hops < 0 || o->hops > KHOP_MAX_DESCRIPTOR_HOP + 1 || (o->hops && !o->hop))
    return khop_i_fail(KHOP_E_ARGUMENT, "%d hops; between 1 and %d are possible", o->hops,
                       KHOP_MAX_DESCRIPTOR_HOP + 1);
  for (int k = 0; k <= KHOP_MAX_DESCRIPTOR_HOP; k++) d->slot[k] = -1;
  for (int h = 0; h < d->hops; h++) {
    int hop = o->hops ? o->hop[h] : h;
    if (hop < 0 || hop > KHOP_MAX_DESCRIPTOR_HOP || (h > 0 && hop <= d->hop[h - 1]))
      return khop_i_fail(KHOP_E_ARGUMENT, "hop %d: hops must ascend, from 0 to %d", hop,
                         KHOP_MAX_DESCRIPTOR_HOP);
    d->hop[h] = hop;
    d->slot[hop] = h;
    d->last = hop;
  }
  return KHOP_OK;
}

static khop_status set_fingerprints(khop_descriptors *d, const khop_descriptors_options *o) {
  d->bits = o->bits ? o->bits : 1024;
  d->fingerprint_bits = o->bits ? o->bits : 2048;
  d->radius = o->radius ? o->radius : 2;
  d->occurrences = o->occurrences;
  if (d->bits < 1 || d->bits > 1 << 20)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d columns for atom pairs or a fingerprint; between 1 and 1048576 are "
                                        "possible", d->bits);
  if (d->radius < 1 || d->radius > KHOP_MAX_RADIUS)
    return khop_i_fail(KHOP_E_ARGUMENT, "a radius of %d bonds; between 1 and %d are possible", d->radius,
                       KHOP_MAX_RADIUS);
  return KHOP_OK;
}

/* --- the columns ------------------------------------------------------------------------------ */

/* Adds a column; the first pass only counts, the second has room for the names. */
#define COLUMN(...)                                                                                \
  do {                                                                                             \
    khop_status status_ = d->name ? khop_i_sprintf(&d->name[d->columns], __VA_ARGS__) : KHOP_OK;   \
    if (status_ != KHOP_OK) return status_;                                                        \
    d->columns++;                                                                                  \
    if (d->name) d->named = d->columns;                                                            \
  } while (0)

static khop_status name_feature(khop_descriptors *d, int feature) {
  d->start[feature] = d->columns;
  if (feature == KHOP_I_WIENER) COLUMN("wiener");
  if (feature == KHOP_I_TPSA) COLUMN("tpsa");
  for (int c = 0; feature == KHOP_I_CRIPPEN && c < 2; c++) COLUMN("crippen_%s", c ? "mr" : "logp");
  for (int c = 0; feature == KHOP_I_TYPES && c < KHOP_I_CRIPPEN_TYPES; c++)
    COLUMN("type_%s", khop_i_crippen_name(c));
  for (int c = 0; feature == KHOP_I_PROFILE && c < khop_i_profile_columns(); c++)
    COLUMN("%s", khop_i_profile_name(c));
  for (int c = 0; feature == KHOP_I_ESTATE && c < khop_i_estate_columns(); c++)
    COLUMN("estate_%s", khop_i_estate_name(c));
  for (int c = 0; feature == KHOP_I_COUNTS && c < khop_i_count_columns(); c++)
    COLUMN("%s", khop_i_count_name(c));
  for (int h = 0; feature == KHOP_I_RING && h < d->hops; h++) COLUMN("ring_%d", d->hop[h]);
  for (int w = 0; feature == KHOP_I_AUTOCORR && w < KHOP_I_WEIGHTS; w++)
    for (int h = 0; h < d->hops; h++) COLUMN("ats_%s_%d", weights[w], d->hop[h]);
  for (int b = 0; feature == KHOP_I_ATOMPAIR && b < d->bits; b++) COLUMN("atompair_%d", b);
  for (int b = 0; feature == KHOP_I_ECFP && b < d->fingerprint_bits; b++) COLUMN("ecfp_%d", b);
  for (int b = 0; feature == KHOP_I_FCFP && b < d->fingerprint_bits; b++) COLUMN("fcfp_%d", b);
  for (int c = 0; feature == KHOP_I_ATOM && c < khop_atom_columns(); c++)
    COLUMN("%s", khop_atom_column_name(c));
  for (int h = 0; feature == KHOP_I_SPREAD && h < d->hops; h++)
    for (int c = 0; d->hop[h] > 0 && c < khop_atom_columns(); c++)
      COLUMN("%d:%s", d->hop[h], khop_atom_column_name(c));
  return KHOP_OK;
}

static khop_status name_columns(khop_descriptors *d) {
  d->columns = 0;
  for (int f = 0; f < KHOP_I_FEATURES; f++) {
    khop_status status = d->wanted[f] ? name_feature(d, f) : KHOP_OK;
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

khop_status khop_descriptors_new(khop_descriptors **descriptors,
                                 const khop_descriptors_options *options) {
  khop_descriptors_options own, *o = &own;
  khop_descriptors *d = NULL;
  khop_status status = KHOP_OK;
  if (!descriptors) return khop_i_fail(KHOP_E_ARGUMENT, "khop_descriptors_new: descriptors are needed");
  *descriptors = NULL;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_descriptors_options, &own, options));
  KHOP_TRY(khop_i_alloc(&d, 1, sizeof *d, "descriptors"));
  d->atoms = o->atoms;
  KHOP_TRY(set_fingerprints(d, o));
  KHOP_TRY(choose_features(d, o->features));
  KHOP_TRY(set_hops(d, o));
  KHOP_TRY(name_columns(d));
  KHOP_TRY(khop_i_alloc(&d->name, d->columns, sizeof *d->name, "names of columns"));
  KHOP_TRY(name_columns(d));
  KHOP_TRY(khop_i_alloc(&d->sums, d->hops * KHOP_I_WEIGHTS, sizeof *d->sums, "autocorrelations"));
  KHOP_TRY(khop_i_alloc(&d->pairs, d->hops, sizeof *d->pairs, "pairs of atoms"));
  for (int e = 0; e < 119; e++) khop_i_element_properties(d->table[e], e);
  *descriptors = d;
  d = NULL;
done:
  khop_descriptors_free(d);
  return status;
}

void khop_descriptors_free(khop_descriptors *descriptors) {
  if (!descriptors) return;
  for (int64_t i = 0; i < descriptors->named; i++) khop_i_free(descriptors->name[i]);
  khop_i_free(descriptors->name);
  khop_i_free(descriptors->distance);
  khop_i_free(descriptors->queue);
  khop_i_free(descriptors->weight);
  khop_i_free(descriptors->code);
  khop_i_free(descriptors->row);
  khop_i_free(descriptors->scratch);
  khop_i_free(descriptors->codes);
  khop_i_free(descriptors->sums);
  khop_i_free(descriptors->pairs);
  khop_i_environments_clear(&descriptors->environments);
  khop_i_free(descriptors);
}

int64_t khop_descriptors_columns(const khop_descriptors *descriptors) { return descriptors->columns; }

const char *khop_descriptors_name(const khop_descriptors *descriptors, int64_t column) {
  return column >= 0 && column < descriptors->columns ? descriptors->name[column] : NULL;
}
