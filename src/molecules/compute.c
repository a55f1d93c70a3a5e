/* compute.c: the descriptors of one molecule, by a breadth-first search from each of its atoms. */
#include "descriptors.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The atoms within `most` bonds of source, nearest first, in queue; returns how many. distance must be
 * -1 everywhere, and is set for them alone. */
static int32_t search(int32_t *distance, int32_t *queue, const khop_molecule *m, int32_t source,
                      int32_t most) {
  int32_t first = 0, last = 0;
  distance[source] = 0;
  queue[last++] = source;
  while (first < last) {
    int32_t i = queue[first++], next = distance[i] + 1;
    if (next > most) break;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (distance[other] >= 0) continue;
      distance[other] = next;
      queue[last++] = other;
    }
  }
  return last;
}

/* --- rings of small molecules ----------------------------------------------------------------- */

#define SMALL 64

/* All rings of a hop at once, a bit an atom: what is k + 1 from an atom is k from a neighbour of it and
 * was not nearer. Of an atom with up to four neighbours those are listed, the list filled up with an atom
 * that is not there and has no ring: four loads without a branch. */
typedef struct rings {
  uint64_t ring[2][SMALL + 1], seen[SMALL];
  const uint64_t *now; /* (atoms) the ring of this hop, one of the two */
  uint8_t near[SMALL][4];
  bool narrow;         /* no atom has more than four */
} rings;

static void first_ring(rings *r, const khop_molecule *m) {
  uint8_t degree[SMALL] = {0}, most = 0;
  memset(r->near, SMALL, (size_t)m->atoms * sizeof *r->near);
  for (int32_t b = 0; b < m->bonds; b++) {
    int32_t u = m->bond[b].begin, v = m->bond[b].end;
    r->near[u][degree[u]++ & 3] = (uint8_t)v;
    r->near[v][degree[v]++ & 3] = (uint8_t)u;
  }
  for (int32_t i = 0; i < m->atoms; i++) {
    most = degree[i] > most ? degree[i] : most;
    r->ring[0][i] = r->seen[i] = UINT64_C(1) << i;
  }
  r->narrow = most <= 4;
  r->ring[0][SMALL] = r->ring[1][SMALL] = 0;
  r->now = r->ring[0];
}

static uint64_t around(const rings *r, const khop_molecule *m, int32_t i) {
  uint64_t near = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) near |= r->now[m->neighbour[e]];
  return near;
}

/* Goes on to the next hop; false where no ring has an atom left. */
static bool next_ring(rings *r, const khop_molecule *m) {
  const uint64_t *now = r->now;
  uint64_t *next = r->ring[now == r->ring[0]], any = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    const uint8_t *near = r->near[i];
    uint64_t found = r->narrow ? now[near[0]] | now[near[1]] | now[near[2]] | now[near[3]] : around(r, m, i);
    any |= next[i] = found & ~r->seen[i];
    r->seen[i] |= found;
  }
  r->now = next;
  return any != 0;
}

/* The bits of a word, by sums within ever wider fields: without an instruction for it the compiler would
 * call a function. */
static int64_t bits_of(uint64_t word) {
  word -= word >> 1 & UINT64_C(0x5555555555555555);
  word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
  word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (int64_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

/* --- atom pairs ------------------------------------------------------------------------------- */

uint32_t khop_i_pair_end(const khop_atom *atom) {
  /* 15 less the place of an element; the others are in place 15 */
  static const uint8_t before_last[256] = {
      [5] = 15, [6] = 14, [7] = 13, [8] = 12, [9] = 11, [14] = 10, [15] = 9, [16] = 8,
      [17] = 7, [33] = 6, [34] = 5, [35] = 4, [51] = 3, [52] = 2, [53] = 1};
  uint32_t place = 15u - before_last[atom->element];
  return (uint32_t)(atom->degree & 7) | (uint32_t)(atom->pi & 3) << 3 | place << 5;
}

static int by_code(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* The pairs of a small molecule, counted in a table: kinds of atoms are numbered in the order of their
 * codes, and a cell is larger kind, smaller kind, distance, so that the cells stand in the order of the
 * codes of pairs.
 *
 *   kinds 0 1 2    cells  (0,0) (1,0) (1,1) (2,0) (2,1) (2,2)   each 32 distances wide */
typedef struct table {
  uint32_t code[SMALL]; /* (kinds) ascending */
  uint8_t kind[SMALL];  /* (atoms) */
  uint16_t count[SMALL * (SMALL + 1) / 2][32];
} table;

static int number_kinds(table *t, const khop_molecule *m) {
  uint8_t number[1 << 9] = {0}; /* of an end's code; before they are known, 1 where there is one */
  uint32_t end[SMALL];
  int kinds = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int k = kinds;
    end[i] = khop_i_pair_end(&m->atom[i]);
    if (number[end[i]]) continue;
    number[end[i]] = 1;
    for (; k > 0 && t->code[k - 1] > end[i]; k--) t->code[k] = t->code[k - 1];
    t->code[k] = end[i];
    kinds++;
  }
  for (int k = 0; k < kinds; k++) number[t->code[k]] = (uint8_t)k;
  for (int32_t i = 0; i < m->atoms; i++) t->kind[i] = number[end[i]];
  return kinds;
}

/* Fills the table; returns how many different pairs there are. *most: the largest distance, which is set
 * to the largest there is. */
static int64_t count_small_pairs(table *t, int *cells, const khop_molecule *m, int *most) {
  rings r;
  int64_t pairs = 0;
  int kinds = number_kinds(t, m), hop = 1;
  *cells = kinds * (kinds + 1) / 2;
  memset(t->count, 0, (size_t)*cells * sizeof *t->count);
  first_ring(&r, m);
  for (; hop <= *most && next_ring(&r, m); hop++)
    for (int32_t i = 0; i < m->atoms; i++)
      for (uint64_t rest = r.now[i] >> i; rest; rest &= rest - 1) { /* those after i; i is in no ring */
        int a = t->kind[i], b = t->kind[i + __builtin_ctzll(rest)];
        int smaller = a < b ? a : b, larger = a < b ? b : a;
        pairs += t->count[larger * (larger + 1) / 2 + smaller][hop]++ == 0;
      }
  *most = hop - 1;
  return pairs;
}

static void list_small_pairs(uint32_t *codes, int32_t *counts, const table *t, int cells, int most) {
  int larger = 0, smaller = 0;
  for (int c = 0; c < cells; c++) {
    for (int hop = 1; hop <= most; hop++) {
      if (!t->count[c][hop]) continue;
      *codes++ = khop_i_pair_code(t->code[smaller], t->code[larger], hop);
      *counts++ = t->count[c][hop];
    }
    if (smaller++ == larger) larger++, smaller = 0;
  }
}

static khop_status small_pairs(uint32_t **codes, int32_t **counts, int64_t *pairs, const khop_molecule *m,
                               int most) {
  table t;
  uint32_t *code = NULL;
  int cells;
  khop_status status = KHOP_OK;
  int64_t kinds = count_small_pairs(&t, &cells, m, &most);
  KHOP_TRY(khop_i_alloc_raw(&code, kinds, sizeof *code, "atom pairs"));
  KHOP_TRY(khop_i_alloc_raw(counts, kinds, sizeof **counts, "counts of atom pairs"));
  list_small_pairs(code, *counts, &t, cells, most);
  *codes = code, *pairs = kinds;
  code = NULL;
done:
  khop_i_free(code);
  return status;
}

/* The codes of all pairs; the first call counts them, the second, with room, writes them. */
static int64_t list_pairs(uint32_t *codes, int32_t *distance, int32_t *queue, const khop_molecule *m,
                          int most) {
  int64_t pairs = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t reached = search(distance, queue, m, i, most);
    for (int32_t q = 0; q < reached; q++) {
      int32_t j = queue[q];
      if (j > i && codes)
        codes[pairs] = khop_i_pair_code(khop_i_pair_end(&m->atom[i]), khop_i_pair_end(&m->atom[j]),
                                        distance[j]);
      pairs += j > i;
      distance[j] = -1;
    }
  }
  return pairs;
}

khop_status khop_atom_pairs(uint32_t **codes, int32_t **counts, int64_t *pairs,
                            const khop_molecule *molecule, int most) {
  uint32_t *all = NULL;
  int32_t *count = NULL, *distance = NULL, *queue = NULL;
  khop_status status = KHOP_OK;
  if (!codes || !counts || !pairs || !molecule || most < 1 || most > 31)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_atom_pairs: three results, a molecule and a distance of 1 to "
                                        "31 are needed, not %d", most);
  *codes = NULL, *counts = NULL, *pairs = 0;
  int64_t atoms = molecule->atoms, total = 0, kinds = 0;
  if (atoms <= SMALL) return small_pairs(codes, counts, pairs, molecule, most);
  KHOP_TRY(khop_i_alloc(&distance, atoms, sizeof *distance, "distances"));
  KHOP_TRY(khop_i_alloc(&queue, atoms, sizeof *queue, "a queue of atoms"));
  memset(distance, -1, (size_t)atoms * sizeof *distance);
  total = list_pairs(NULL, distance, queue, molecule, most);
  KHOP_TRY(khop_i_alloc_raw(&all, total, sizeof *all, "atom pairs"));
  KHOP_TRY(khop_i_alloc(&count, total, sizeof *count, "counts of atom pairs"));
  list_pairs(all, distance, queue, molecule, most);
  if (total) qsort(all, (size_t)total, sizeof *all, by_code);
  for (int64_t p = 0; p < total; p++) {
    if (kinds == 0 || all[kinds - 1] != all[p]) all[kinds++] = all[p];
    count[kinds - 1]++;
  }
  *codes = all, *counts = count, *pairs = kinds;
  all = NULL, count = NULL;
done:
  khop_i_free(all);
  khop_i_free(count);
  khop_i_free(distance);
  khop_i_free(queue);
  return status;
}

/* --- a row a molecule ------------------------------------------------------------------------- */

static int period(int element) {
  static const int last[] = {2, 10, 18, 36, 54, 86};
  int n = 1;
  while (n <= 6 && element > last[n - 1]) n++;
  return n;
}

/* The intrinsic state of Kier and Hall, in the form that RDKit's AUTOCORR2D takes: hydrogens are taken
 * from the degree as well, and where nothing is left of it the state is 1. */
static double intrinsic_state(const khop_atom *a) {
  int rest = a->degree - a->hydrogens, n = period(a->element);
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

/* sums += x_i times the sum of x_j over the atoms j = i, i + 1, .. of a ring. */
static void add_products(double *sums, const double *weight, int32_t i, uint64_t rest) {
  const double *x = weight + (int64_t)i * KHOP_I_WEIGHTS;
  two near[KHOP_I_WEIGHTS / 2] = {{0}}, *sum = (two *)sums;
  for (; rest; rest &= rest - 1) {
    const two *y = (const two *)(x + (int64_t)__builtin_ctzll(rest) * KHOP_I_WEIGHTS);
    for (int w = 0; w < KHOP_I_WEIGHTS / 2; w++) near[w] += y[w];
  }
  for (int w = 0; w < KHOP_I_WEIGHTS / 2; w++) sum[w] += ((const two *)x)[w] * near[w];
}

/* The same, summed over the rings of a small molecule; returns the Wiener index. */
static int64_t sum_small(float *bits, khop_descriptors *d, const khop_molecule *m, int32_t most) {
  bool autocorr = d->wanted[KHOP_I_AUTOCORR];
  rings r;
  bool counts = d->wanted[KHOP_I_RING] || d->wanted[KHOP_I_WIENER];
  int64_t wiener = 0;
  int hop = 0;
  first_ring(&r, m);
  do {
    int slot = hop <= d->last ? d->slot[hop] : -1;
    int64_t pairs = 0;
    if (counts)
      for (int32_t i = 0; i < m->atoms; i++) pairs += bits_of(r.now[i] >> i);
    for (int32_t i = 0; autocorr && slot >= 0 && i < m->atoms; i++)
      if (r.now[i] >> i) add_products(d->sums + (int64_t)slot * KHOP_I_WEIGHTS, d->weight, i, r.now[i] >> i);
    for (int32_t i = 0; bits && slot >= 0 && hop > 0 && i < m->atoms; i++)
      for (uint64_t rest = r.now[i] >> i; rest; rest &= rest - 1)
        fold_pair(bits, d, i, i + __builtin_ctzll(rest), hop);
    if (slot >= 0) d->pairs[slot] = pairs;
    wiener += hop * pairs;
  } while (hop++ < most && next_ring(&r, m));
  return wiener;
}

static int64_t sum_large(float *bits, khop_descriptors *d, const khop_molecule *m, int32_t most) {
  int64_t wiener = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t reached = search(d->distance, d->queue, m, i, most);
    for (int32_t q = 0; q < reached; q++) {
      int32_t j = d->queue[q];
      if (j >= i) add_pair(bits, d, i, j, d->distance[j]);
      if (j > i) wiener += d->distance[j];
      d->distance[j] = -1;
    }
  }
  return wiener;
}

static void molecule_row(float *row, khop_descriptors *d, const khop_molecule *m) {
  float *bits = d->wanted[KHOP_I_ATOMPAIR] ? row + d->start[KHOP_I_ATOMPAIR] : NULL;
  int32_t most = d->wanted[KHOP_I_WIENER] ? INT32_MAX - 1 : d->last;
  bool looks = d->wanted[KHOP_I_RING] || d->wanted[KHOP_I_WIENER] || d->wanted[KHOP_I_AUTOCORR] || bits;
  int64_t wiener = 0;
  prepare(d, m);
  if (looks) wiener = (m->atoms <= SMALL ? sum_small : sum_large)(bits, d, m, most);
  if (d->wanted[KHOP_I_COUNTS]) khop_i_count_row(row + d->start[KHOP_I_COUNTS], m, d->queue);
  if (d->wanted[KHOP_I_CRIPPEN]) khop_i_crippen_row(row + d->start[KHOP_I_CRIPPEN], m);
  if (d->wanted[KHOP_I_TPSA]) row[d->start[KHOP_I_TPSA]] = khop_i_polar_sum(m);
  if (d->wanted[KHOP_I_TYPES]) khop_i_type_row(row + d->start[KHOP_I_TYPES], m);
  if (d->wanted[KHOP_I_PROFILE]) khop_i_profile_row(row + d->start[KHOP_I_PROFILE], m, d->scratch, d->codes);
  if (d->wanted[KHOP_I_WIENER]) row[d->start[KHOP_I_WIENER]] = (float)wiener;
  for (int h = 0; d->wanted[KHOP_I_RING] && h < d->hops; h++)
    row[d->start[KHOP_I_RING] + h] = (float)d->pairs[h];
  for (int h = 0; d->wanted[KHOP_I_AUTOCORR] && h < d->hops; h++)
    for (int w = 0; w < KHOP_I_WEIGHTS; w++) {
      double sum = d->sums[(int64_t)h * KHOP_I_WEIGHTS + w]; /* none is negative but by rounding */
      if (sum > 0) row[d->start[KHOP_I_AUTOCORR] + (int64_t)w * d->hops + h] = logf((float)(1 + sum));
    }
}

/* --- a row an atom ---------------------------------------------------------------------------- */

static void atom_rows(float *rows, khop_descriptors *d, const khop_molecule *m) {
  int width = khop_atom_columns();
  for (int32_t i = 0; i < m->atoms; i++) khop_atom_row(d->row + (int64_t)i * width, &m->atom[i]);
  for (int32_t i = 0; i < m->atoms; i++) {
    float *row = rows + i * d->columns;
    int32_t reached = search(d->distance, d->queue, m, i, d->last);
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
  if (atoms <= d->room) return KHOP_OK;
  int64_t room = atoms + atoms / 2;
  KHOP_TRY(khop_i_grow(&d->distance, room, sizeof *d->distance, "distances"));
  KHOP_TRY(khop_i_grow(&d->queue, room, sizeof *d->queue, "a queue of atoms"));
  KHOP_TRY(khop_i_grow(&d->weight, room * KHOP_I_WEIGHTS, sizeof *d->weight, "properties of atoms"));
  KHOP_TRY(khop_i_grow(&d->code, room, sizeof *d->code, "codes of atoms"));
  KHOP_TRY(khop_i_grow(&d->row, room * khop_atom_columns(), sizeof *d->row, "rows of atoms"));
  KHOP_TRY(khop_i_grow(&d->scratch, 2 * room, sizeof *d->scratch, "searches"));
  KHOP_TRY(khop_i_grow(&d->codes, 2 * room, sizeof *d->codes, "classes of atoms"));
  memset(d->distance, -1, (size_t)room * sizeof *d->distance);
  d->room = room;
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
  return KHOP_OK;
}
