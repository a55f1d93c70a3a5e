/* drug_like_check.h: 2,000 drug-like molecules in six writings each and what RDKit says of them
 * (tests/files/drug_like.npz and its generator).
 *
 *   molecule   "O=c1ccoc2ccccc12"                        its first writing, by which it is listed
 *   writing    0 .. 5: other orders, Kekule's, mixed case, hydrogens written
 *   mark       a byte an atom, in the order of the text: aromatic, in a ring, hybridisation, hydrogens
 *   kind       "refused", "atom_aromatic" and on, or a column of the descriptors; of autocorrelations without the lag
 */
#ifndef KHOP_TESTS_DRUG_LIKE_CHECK_H
#define KHOP_TESTS_DRUG_LIKE_CHECK_H

#include "molecules_check.h"

#include "files/npz.h"

#include <khop/descriptors.h>

enum { DRUGS = 2000, WRITINGS = 6, MOST = 400, ARRAYS = 10 };
/* What differs from RDKit in any writing; WRITINGS_DIFFER: from the first writing's scaffold or descriptors. */
enum { REFUSED, ATOMS, AROMATIC, RINGS, HYBRID, HYDROGENS, WRITINGS_DIFFER, SCAFFOLD, PAIRS, KINDS };
static const char *const kinds[KINDS] = {"refused",      "atom_number",        "atom_aromatic",
                                         "atom_in_ring", "atom_hybridisation", "atom_hydrogens",
                                         "writings",     "scaffold",           "atompair"};

typedef struct drugs {
  khop_i_array texts, atoms, marks, names, units, tolerances, values, pairs, number_of_pairs, scaffold;
  char *text[DRUGS * WRITINGS];          /* borrowed from texts */
  const uint8_t *mark[DRUGS * WRITINGS]; /* an atom's byte each */
  int columns, kinds, aromatic_bonds;    /* the last: a kind */
  int64_t place[MOST];                   /* (columns) among khop's */
  int kind[MOST];                        /* (columns) KINDS and on */
  char kind_name[MOST][32];              /* (kinds) */
  khop_descriptors *descriptors;
} drugs;

static inline void list_arrays(khop_i_array **arrays, drugs *d) {
  khop_i_array *all[ARRAYS] = {&d->texts, &d->atoms, &d->marks, &d->names, &d->units, &d->tolerances, &d->values,
                               &d->pairs, &d->number_of_pairs, &d->scaffold};
  memcpy(arrays, all, sizeof all);
}

/* The kind of a column: its name, without the lag of an autocorrelation. Names are sorted. */
static inline void name_kind(drugs *d, int column, const char *name) {
  char stem[32];
  snprintf(stem, sizeof stem, "%s", name);
  if (strncmp(stem, "ats_", 4) == 0) *strrchr(stem, '_') = 0;
  if (column == 0 || strcmp(d->kind_name[d->kinds - 1], stem) != 0) memcpy(d->kind_name[d->kinds++], stem, sizeof stem);
  d->kind[column] = d->kinds - 1;
}

/* Columns are found by their names, each once. */
static inline void find_columns(drugs *d) {
  ok(khop_descriptors_new(&d->descriptors, NULL));
  int64_t all = khop_descriptors_columns(d->descriptors);
  d->columns = (int)d->names.count;
  assert_true(d->columns > 200 && d->columns + KINDS <= MOST);
  for (int k = 0; k < KINDS; k++) snprintf(d->kind_name[d->kinds++], sizeof d->kind_name[0], "%s", kinds[k]);
  for (int c = 0; c < d->columns; c++) {
    char name[32];
    snprintf(name, sizeof name, "%.24s", (const char *)d->names.data + (size_t)c * d->names.item_size);
    d->place[c] = 0;
    while (d->place[c] < all && strcmp(khop_descriptors_name(d->descriptors, d->place[c]), name) != 0) d->place[c]++;
    if (d->place[c] == all) fail_msg("khop has no column %s", name);
    name_kind(d, c, name);
    if (strcmp(name, "aromatic_bonds") == 0) d->aromatic_bonds = d->kind[c];
  }
  assert_true(d->aromatic_bonds > 0);
}

static inline drugs *read_drugs(void) {
  drugs *d = block_of(1, sizeof *d);
  khop_i_npz *npz = NULL;
  khop_i_array *arrays[ARRAYS];
  static const char *const keys[ARRAYS] = {"texts",  "atoms", "marks", "names", "units", "tolerances",
                                           "values", "pairs", "kinds", "scaffold"};
  list_arrays(arrays, d);
  ok(khop_i_npz_open(&npz, fixture("tests/files/drug_like.npz")));
  for (int i = 0; i < ARRAYS; i++) ok(khop_i_npz_read(arrays[i], npz, keys[i]));
  khop_i_npz_close(npz);
  assert_int_equal(d->atoms.count, DRUGS);
  char *text = d->texts.data, *end = text + d->texts.count;
  const uint8_t *mark = d->marks.data;
  for (int i = 0; i < DRUGS * WRITINGS; i++) {
    char *line_end = memchr(text, '\n', (size_t)(end - text));
    assert_non_null(line_end);
    *line_end = 0;
    d->text[i] = text;
    d->mark[i] = mark;
    text = line_end + 1;
    mark += khop_i_array_integer(&d->atoms, i / WRITINGS);
  }
  assert_true(text == end && mark == (const uint8_t *)d->marks.data + d->marks.count);
  find_columns(d);
  return d;
}

static inline void free_drugs(drugs *d) {
  khop_i_array *arrays[ARRAYS];
  list_arrays(arrays, d);
  for (int i = 0; i < ARRAYS; i++) khop_i_array_free(arrays[i]);
  khop_descriptors_free(d->descriptors);
  free(d);
}

/* A number of a molecule, as RDKit has it. */
static inline double wanted(const drugs *d, int column, int molecule) {
  uint32_t value = 0;
  for (int64_t b = 0; b < 4; b++)
    value |= (uint32_t)((const uint8_t *)d->values.data)[(b * d->columns + column) * DRUGS + molecule] << 8 * b;
  return (int32_t)value * (double)((const float *)d->units.data)[column];
}

#endif
