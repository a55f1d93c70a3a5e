/* pairs.c: the atom pairs of a molecule, counted by kind. */
#include "descriptors.h"
#include "near.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

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
  uint32_t code[KHOP_I_SMALL]; /* (kinds) ascending */
  uint8_t kind[KHOP_I_SMALL];  /* (atoms) */
  uint16_t count[KHOP_I_SMALL * (KHOP_I_SMALL + 1) / 2][32];
} table;

static int number_kinds(table *t, const khop_molecule *m) {
  uint8_t number[1 << 9] = {0}; /* of an end's code; before they are known, 1 where there is one */
  uint32_t end[KHOP_I_SMALL];
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
  khop_i_near r;
  int64_t pairs = 0;
  int kinds = number_kinds(t, m), hop = 1;
  *cells = kinds * (kinds + 1) / 2;
  memset(t->count, 0, (size_t)*cells * sizeof *t->count);
  khop_i_near_first(&r, m);
  for (; hop <= *most && khop_i_near_next(&r, m); hop++)
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
