/* descriptors_compute.c: the descriptors of one molecule, from its rings. */
#include "molecules/descriptors.h"
#include "molecules/distances.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "molecules/counts.h"
#include "molecules/profile.h"
#include "molecules/estate.h"
#include "molecules/atom_sums.h"
#include "molecules/atom_pairs.h"

#include <math.h>
#include <string.h>

/* --- a row a molecule ------------------------------------------------------------------------- */

/* The intrinsic state of Kier and Hall, in the form that RDKit's AUTOCORR2D takes: hydrogens are taken
 * from the degree as well, and where nothing is left of it the state is 1. */
static double intrinsic_state(const khop_atom *a) {
  int rest = a->degree - a->hydrogens, n = khop_i_period(a->element);
  if (a->element < 2 || a->degree == 0 || rest <= 0) return 1;
  return (4.0 / (n * n) * (khop_i_elements[a->element].outer - a->hydrogens) + 1) / rest;
}

static void prepare(khop_descriptors *d, const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    const khop_atom *a = &m->atom[i];
    double *w = d->weight + (int64_t)i * KHOP_I_WEIGHTS;
    if (d->wanted[KHOP_I_AUTOCORR]) {
      memcpy(w, d->table[a->element], sizeof d->table[0]);
      w[KHOP_I_PROPERTIES] = intrinsic_state(a);
    }
    if (d->wanted[KHOP_I_ATOMPAIR]) d->code[i] = khop_i_pair_end(a);
  }
  memset(d->sums, 0, (size_t)d->hops * KHOP_I_WEIGHTS * sizeof *d->sums);
  memset(d->pairs, 0, (size_t)d->hops * sizeof *d->pairs);
}

static void fold_pair(float *bits, const khop_descriptors *d, int32_t i, int32_t j, int hop) {
  uint64_t code = (uint64_t)d->code[i] + d->code[j];
  uint64_t smaller = d->code[i] < d->code[j] ? d->code[i] : d->code[j];
  bits[khop_i_random_key(code, smaller, (uint64_t)hop) % (uint64_t)d->bits]++;
}

static void add_pair(float *bits, khop_descriptors *d, int32_t i, int32_t j, int hop) {
  int slot = hop <= d->last ? d->slot[hop] : -1;
  if (slot < 0) return;
  d->pairs[slot]++;
  if (d->wanted[KHOP_I_AUTOCORR]) {
    const double *x = d->weight + (int64_t)i * KHOP_I_WEIGHTS, *y = d->weight + (int64_t)j * KHOP_I_WEIGHTS;
    double *sum = d->sums + (int64_t)slot * KHOP_I_WEIGHTS;
    for (int w = 0; w < KHOP_I_WEIGHTS; w++) sum[w] += x[w] * y[w];
  }
  if (bits && hop > 0) fold_pair(bits, d, i, j, hop);
}

/* Two properties at a time. */
typedef double two __attribute__((vector_size(2 * sizeof(double)), aligned(sizeof(double))));

/* Adds the products of an atom and those before it (itself too, where itself is not NULL) to the sums of their
 * distances. */
static void add_products(double *const *into, double *itself, const double *weight, const uint8_t *distance,
                         int32_t i) {
  const two *x = (const two *)(weight + (int64_t)i * KHOP_I_WEIGHTS);
  for (int32_t j = 0; j < i; j++) {
    const two *y = (const two *)(weight + (int64_t)j * KHOP_I_WEIGHTS);
    two *sum = (two *)into[distance[j]];
    for (int w = 0; w < KHOP_I_WEIGHTS / 2; w++) sum[w] += x[w] * y[w];
  }
  for (int w = 0; itself && w < KHOP_I_WEIGHTS / 2; w++) ((two *)itself)[w] += x[w] * x[w];
}

/* All of a small molecule, whose distances are below the number of its atoms; returns the Wiener index. */
static int64_t sum_small(float *bits, khop_descriptors *d, const khop_molecule *m) {
  uint8_t distance[KHOP_I_SMALL][KHOP_I_SMALL];
  int64_t count[KHOP_I_SMALL + 1] = {0}, wiener = 0;
  double aside[KHOP_I_WEIGHTS] = {0}, *into[KHOP_I_SMALL + 1], *itself = d->slot[0] < 0 ? NULL : d->sums;
  bool counts = d->wanted[KHOP_I_RING] || d->wanted[KHOP_I_WIENER];
  khop_i_all_distances(distance, m);
  into[KHOP_I_SMALL] = aside;
  for (int hop = 1; hop < m->atoms; hop++) {
    int slot = hop <= d->last ? d->slot[hop] : -1;
    into[hop] = slot < 0 ? aside : d->sums + (int64_t)slot * KHOP_I_WEIGHTS;
  }
  for (int32_t i = 0; i < m->atoms; i++) {
    for (int32_t j = 0; counts && j < i; j++) count[distance[i][j]]++;
    if (d->wanted[KHOP_I_AUTOCORR]) add_products(into, itself, d->weight, distance[i], i);
    for (int32_t j = 0; bits && j < i; j++)
      if (into[distance[i][j]] != aside) fold_pair(bits, d, i, j, distance[i][j]);
  }
  count[0] = m->atoms;
  for (int hop = 1; hop < m->atoms; hop++) wiener += hop * count[hop];
  for (int h = 0; h < d->hops && d->hop[h] < m->atoms; h++) d->pairs[h] = count[d->hop[h]];
  return wiener;
}

static int64_t sum_large(float *bits, khop_descriptors *d, const khop_molecule *m) {
  int32_t most = d->wanted[KHOP_I_WIENER] ? INT32_MAX - 1 : d->last;
  int64_t wiener = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t reached = khop_i_molecule_search(d->distance, d->queue, m, i, most);
    for (int32_t q = 0; q < reached; q++) {
      int32_t j = d->queue[q];
      if (j >= i) add_pair(bits, d, i, j, d->distance[j]);
      if (j > i) wiener += d->distance[j];
      d->distance[j] = -1;
    }
  }
  return wiener;
}

/* Every environment counts once, or as often as it occurs. */
static khop_status fingerprint_row(float *row, khop_descriptors *d, const khop_molecule *m, khop_fingerprint kind) {
  khop_i_environments *e = &d->environments;
  khop_status status = khop_i_environments_reserve(e, m, d->radius);
  if (status != KHOP_OK) return status;
  khop_i_invariants(e->now, m, kind);
  khop_i_environments_find(e, m, d->radius);
  for (int64_t i = 0; i < e->count; i++) {
    float *bit = row + e->code[i] % (uint32_t)d->fingerprint_bits;
    *bit = d->occurrences ? *bit + 1 : 1;
  }
  return KHOP_OK;
}

static void molecule_row(float *row, khop_descriptors *d, const khop_molecule *m) {
  float *bits = d->wanted[KHOP_I_ATOMPAIR] ? row + d->start[KHOP_I_ATOMPAIR] : NULL;
  bool searches = d->wanted[KHOP_I_RING] || d->wanted[KHOP_I_WIENER] || d->wanted[KHOP_I_AUTOCORR] || bits;
  int64_t wiener = 0;
  prepare(d, m);
  if (searches) wiener = (m->atoms <= KHOP_I_SMALL ? sum_small : sum_large)(bits, d, m);
  if (d->wanted[KHOP_I_COUNTS]) khop_i_count_row(row + d->start[KHOP_I_COUNTS], m, d->queue);
  if (d->wanted[KHOP_I_CRIPPEN]) khop_i_crippen_row(row + d->start[KHOP_I_CRIPPEN], m);
  if (d->wanted[KHOP_I_TPSA]) row[d->start[KHOP_I_TPSA]] = khop_i_polar_sum(m);
  if (d->wanted[KHOP_I_TYPES]) khop_i_type_row(row + d->start[KHOP_I_TYPES], m);
  if (d->wanted[KHOP_I_PROFILE]) khop_i_profile_row(row + d->start[KHOP_I_PROFILE], m, d->scratch, d->codes);
  if (d->wanted[KHOP_I_ESTATE]) /* the weights have done their work */
    khop_i_estate_row(row + d->start[KHOP_I_ESTATE], m, d->weight, d->distance, d->queue);
  if (d->wanted[KHOP_I_WIENER]) row[d->start[KHOP_I_WIENER]] = (float)wiener;
  for (int h = 0; d->wanted[KHOP_I_RING] && h < d->hops; h++)
    row[d->start[KHOP_I_RING] + h] = (float)d->pairs[h];
  for (int h = 0; d->wanted[KHOP_I_AUTOCORR] && h < d->hops; h++)
    for (int w = 0; w < KHOP_I_WEIGHTS; w++) {
      double sum = d->sums[(int64_t)h * KHOP_I_WEIGHTS + w]; /* none is negative but by rounding; NaN: not known */
      if (!(sum <= 0)) row[d->start[KHOP_I_AUTOCORR] + (int64_t)w * d->hops + h] = logf((float)(1 + sum));
    }
}

/* --- a row an atom ---------------------------------------------------------------------------- */

static void atom_rows(float *rows, khop_descriptors *d, const khop_molecule *m) {
  int width = khop_atom_columns();
  for (int32_t i = 0; i < m->atoms; i++) khop_atom_row(d->row + (int64_t)i * width, &m->atom[i]);
  for (int32_t i = 0; i < m->atoms; i++) {
    float *row = rows + i * d->columns;
    int32_t reached = khop_i_molecule_search(d->distance, d->queue, m, i, d->last);
    for (int32_t q = 0; q < reached; q++) {
      int32_t j = d->queue[q], hop = d->distance[j], slot = d->slot[hop];
      d->distance[j] = -1;
      if (slot < 0) continue;
      if (d->wanted[KHOP_I_RING]) row[d->start[KHOP_I_RING] + slot]++;
      if (!d->wanted[KHOP_I_SPREAD] || hop == 0) continue;
      int before = d->hop[0] == 0 ? slot - 1 : slot; /* hop 0 has no columns there */
      float *sum = row + d->start[KHOP_I_SPREAD] + (int64_t)before * width;
      for (int c = 0; c < width; c++) sum[c] += d->row[(int64_t)j * width + c];
    }
    if (d->wanted[KHOP_I_ATOM])
      memcpy(row + d->start[KHOP_I_ATOM], d->row + (int64_t)i * width, (size_t)width * sizeof *row);
  }
}

/* --- the whole -------------------------------------------------------------------------------- */

static khop_status reserve(khop_descriptors *d, int64_t atoms) {
  khop_status status = KHOP_OK;
  if (atoms <= d->capacity) return KHOP_OK;
  int64_t capacity = atoms + atoms / 2;
  KHOP_TRY(khop_i_grow(&d->distance, capacity, sizeof *d->distance, "distances"));
  KHOP_TRY(khop_i_grow(&d->queue, capacity, sizeof *d->queue, "a queue of atoms"));
  KHOP_TRY(khop_i_grow(&d->weight, capacity * KHOP_I_WEIGHTS, sizeof *d->weight, "properties of atoms"));
  KHOP_TRY(khop_i_grow(&d->code, capacity, sizeof *d->code, "codes of atoms"));
  KHOP_TRY(khop_i_grow(&d->row, capacity * khop_atom_columns(), sizeof *d->row, "rows of atoms"));
  KHOP_TRY(khop_i_grow(&d->scratch, 2 * capacity, sizeof *d->scratch, "searches"));
  KHOP_TRY(khop_i_grow(&d->codes, 2 * capacity, sizeof *d->codes, "classes of atoms"));
  memset(d->distance, -1, (size_t)capacity * sizeof *d->distance);
  d->capacity = capacity;
done:
  return status;
}

khop_status khop_descriptors_compute(float *rows, khop_descriptors *descriptors,
                                     const khop_molecule *molecule) {
  if (!descriptors || !molecule || !rows)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_descriptors_compute: rows, descriptors and a molecule are "
                                        "needed");
  int64_t count = descriptors->atoms ? molecule->atoms : 1;
  khop_status status = reserve(descriptors, molecule->atoms);
  if (status != KHOP_OK) return status;
  memset(rows, 0, (size_t)(count * descriptors->columns) * sizeof *rows);
  if (descriptors->atoms)
    atom_rows(rows, descriptors, molecule);
  else
    molecule_row(rows, descriptors, molecule);
  if (descriptors->wanted[KHOP_I_ECFP])
    status = fingerprint_row(rows + descriptors->start[KHOP_I_ECFP], descriptors, molecule, KHOP_ECFP);
  if (status == KHOP_OK && descriptors->wanted[KHOP_I_FCFP])
    status = fingerprint_row(rows + descriptors->start[KHOP_I_FCFP], descriptors, molecule, KHOP_FCFP);
  return status;
}
