/* atom_pairs.c: the atom pairs of a molecule, counted by kind. */
#include "molecules/atom_pairs.h"
#include "molecules/descriptors.h"
#include "molecules/distances.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

uint32_t khop_i_pair_end(const khop_atom *atom) {
  /* 15 less the index of an element in the table; the others have index 15 */
  static const uint8_t before_last[256] = {
      [5] = 15, [6] = 14, [7] = 13, [8] = 12, [9] = 11, [14] = 10, [15] = 9, [16] = 8,
      [17] = 7, [33] = 6, [34] = 5, [35] = 4, [51] = 3, [52] = 2, [53] = 1};
  uint32_t index = 15u - before_last[atom->element];
  return (uint32_t)(atom->degree & 7) | (uint32_t)(atom->pi & 3) << 3 | index << 5;
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
  uint8_t distance[KHOP_I_SMALL][KHOP_I_SMALL];
  int kinds;
  uint32_t code[KHOP_I_SMALL];         /* (kinds) ascending */
  uint8_t kind[KHOP_I_SMALL];          /* (atoms) ascending: those of .. */
  uint8_t atom[KHOP_I_SMALL];          /* (atoms) .. these */
  uint16_t count[KHOP_I_SMALL * (KHOP_I_SMALL + 1) / 2][32];
  uint32_t there[KHOP_I_SMALL * (KHOP_I_SMALL + 1) / 2]; /* a bit a distance that is counted; bit 0: no pair */
} table;

/* Codes are set as bits and read off in order; then the atoms are put in the order of their kinds. */
static void number_kinds(table *t, const khop_molecule *m) {
  uint64_t present[8] = {0};
  uint8_t number[1 << 9]; /* of a code that is present */
  uint8_t start[KHOP_I_SMALL + 1] = {0};
  uint32_t end[KHOP_I_SMALL];
  t->kinds = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    end[i] = khop_i_pair_end(&m->atom[i]);
    present[end[i] >> 6] |= UINT64_C(1) << (end[i] & 63);
  }
  for (uint32_t w = 0; w < 8; w++)
    for (uint64_t rest = present[w]; rest; rest &= rest - 1) {
      uint32_t code = 64 * w + (uint32_t)__builtin_ctzll(rest);
      number[code] = (uint8_t)t->kinds;
      t->code[t->kinds++] = code;
    }
  for (int32_t i = 0; i < m->atoms; i++) start[number[end[i]] + 1]++;
  for (int k = 1; k < t->kinds; k++) start[k] = (uint8_t)(start[k] + start[k - 1]);
  for (int32_t i = 0; i < m->atoms; i++) {
    int at = start[number[end[i]]]++;
    t->kind[at] = number[end[i]];
    t->atom[at] = (uint8_t)i;
  }
}

static void count_small_pairs(table *t, const khop_molecule *m, int most) {
  number_kinds(t, m);
  size_t cells = (size_t)(t->kinds * (t->kinds + 1) / 2);
  memset(t->count, 0, cells * sizeof *t->count);
  memset(t->there, 0, cells * sizeof *t->there);
  khop_i_all_distances(t->distance, m);
  for (int32_t p = 1; p < m->atoms; p++) {
    int first = t->kind[p] * (t->kind[p] + 1) / 2, i = t->atom[p];
    for (int32_t q = 0; q < p; q++) {
      int cell = first + t->kind[q], hop = t->distance[i][t->atom[q]];
      hop = hop > most ? 0 : hop;
      t->count[cell][hop]++;
      t->there[cell] |= 1u << hop;
    }
  }
}

/* Returns how many different pairs there are. */
static int64_t list_small_pairs(uint32_t *codes, int32_t *counts, const table *t) {
  int64_t pairs = 0;
  int cell = 0;
  for (int larger = 0; larger < t->kinds; larger++)
    for (int smaller = 0; smaller <= larger; smaller++, cell++) {
      uint32_t ends = khop_i_pair_code(t->code[smaller], t->code[larger], 0);
      for (uint32_t rest = t->there[cell] & ~1u; rest; rest &= rest - 1) {
        int hop = __builtin_ctz(rest);
        codes[pairs] = ends | (uint32_t)hop;
        counts[pairs++] = t->count[cell][hop];
      }
    }
  return pairs;
}

static khop_status small_pairs(uint32_t **codes, int32_t **counts, int64_t *pairs, const khop_molecule *m,
                               int most) {
  table t;
  uint32_t code[KHOP_I_SMALL * (KHOP_I_SMALL - 1) / 2];
  int32_t count[KHOP_I_SMALL * (KHOP_I_SMALL - 1) / 2];
  count_small_pairs(&t, m, most);
  int64_t found = list_small_pairs(code, count, &t);
  khop_status status = khop_i_copy(codes, code, found, sizeof *code, "atom pairs");
  if (status == KHOP_OK) status = khop_i_copy(counts, count, found, sizeof *count, "counts of atom pairs");
  if (status == KHOP_OK) {
    *pairs = found;
    return KHOP_OK;
  }
  khop_i_free(*codes);
  *codes = NULL;
  return status;
}

/* The codes of all pairs; the first call counts them, the second, with room, writes them. */
static int64_t list_pairs(uint32_t *codes, int32_t *distance, int32_t *queue, const khop_molecule *m,
                          int most) {
  int64_t pairs = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t reached = khop_i_molecule_search(distance, queue, m, i, most);
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
  if (atoms <= KHOP_I_SMALL) return small_pairs(codes, counts, pairs, molecule, most);
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
