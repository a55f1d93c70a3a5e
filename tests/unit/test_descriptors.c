/* test_descriptors.c: descriptors beside RDKit's (tests/files/esol_descriptors.npz and its generator), and
 * beside khop's own rings; atoms in another order. */
#include "check.h"

#include "files/npz.h"

#include <khop/descriptors.h>
#include <khop/rings.h>

/* --- ESOL beside RDKit ------------------------------------------------------------------------ */

static uint64_t fnv(uint64_t h, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) h = (h ^ (number >> shift & 255)) * 0x100000001B3u;
  return h;
}
#define FNV 0xCBF29CE484222325u

enum { MOLECULES = 1128, DISTANCES = 40, LAGS = 8, WEIGHTS = 6 };

typedef struct wanted {
  khop_i_array atoms, distances, wiener, autocorr, pairs, kinds, hybrid, aromatic, scaffold;
} wanted;

static wanted read_wanted(void) {
  wanted w;
  khop_i_npz *npz = NULL;
  ok(khop_i_npz_open(&npz, fixture("tests/files/esol_descriptors.npz")));
  khop_i_array *arrays[] = {&w.atoms, &w.distances, &w.wiener, &w.autocorr, &w.pairs, &w.kinds, &w.hybrid,
                            &w.aromatic, &w.scaffold};
  static const char *const names[] = {"atoms", "distances", "wiener", "autocorr", "pairs", "kinds",
                                      "hybrid", "aromatic", "scaffold"};
  for (int i = 0; i < 9; i++) {
    ok(khop_i_npz_read(arrays[i], npz, names[i]));
    assert_int_equal(arrays[i]->shape[0], MOLECULES);
  }
  khop_i_npz_close(npz);
  return w;
}

static void free_wanted(wanted *w) {
  khop_i_array *arrays[] = {&w->atoms, &w->distances, &w->wiener, &w->autocorr, &w->pairs, &w->kinds,
                            &w->hybrid, &w->aromatic, &w->scaffold};
  for (int i = 0; i < 9; i++) khop_i_array_free(arrays[i]);
}

static uint64_t word(const khop_i_array *a, int64_t i) { return ((const uint64_t *)a->data)[i]; }

static uint64_t pair_digest(int64_t *kinds, const khop_molecule *m) {
  uint32_t *codes;
  int32_t *counts;
  uint64_t h = FNV;
  ok(khop_atom_pairs(&codes, &counts, kinds, m, 30));
  for (int64_t p = 0; p < *kinds; p++) h = fnv(fnv(h, codes[p]), (uint32_t)counts[p]);
  khop_free(codes);
  khop_free(counts);
  return h;
}

/* A property that all atoms share is 0 to RDKit, log(1 + sum) to khop. */
static int autocorr_differs(const khop_i_array *wanted_, int64_t row, const float *got, double *worst) {
  int differ = 0;
  for (int w = 0; w < WEIGHTS; w++) {
    bool all_zero = true;
    for (int k = 0; k < LAGS; k++)
      all_zero = all_zero && khop_i_array_integer(wanted_, (row * WEIGHTS + w) * LAGS + k) == 0;
    for (int k = 0; k < LAGS && !all_zero; k++) {
      double error = fabs(got[w * LAGS + k] -
                          (double)khop_i_array_integer(wanted_, (row * WEIGHTS + w) * LAGS + k) / 1000);
      if (!(error <= *worst)) *worst = error;
      differ += !(error <= 0.0015);
    }
  }
  return differ;
}

static void esol(void **state) {
  (void)state;
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  if (!khop_molecules_supported()) {
    skipped("built without Indigo");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  wanted w = read_wanted();
  khop_records *records;
  khop_record record;
  khop_molecule *m;
  khop_descriptors *rings, *ats;
  int hops[DISTANCES];
  for (int k = 0; k < DISTANCES; k++) hops[k] = k + 1;
  ok(khop_molecule_new(&m));
  ok(khop_descriptors_new(&rings, &(khop_descriptors_options){"ring,wiener", DISTANCES, hops, 0, false}));
  ok(khop_descriptors_new(&ats, &(khop_descriptors_options){"autocorr", LAGS, hops, 0, false}));
  ok(khop_records_open(&records, path, NULL));
  int64_t row = 0;
  int bad[8] = {0};
  double worst = 0;
  bool more = true;
  for (;; row++) {
    ok(khop_records_next(&more, &record, records));
    if (!more) break;
    assert_null(record.problem);
    ok(khop_molecule_parse(m, record.text));
    int64_t atoms = khop_molecule_atoms(m), kinds;
    const khop_atom *atom = khop_molecule_atom_list(m);
    float got[DISTANCES + 1], sums[WEIGHTS * LAGS];
    ok(khop_descriptors_compute(got, rings, m));
    ok(khop_descriptors_compute(sums, ats, m));
    bool wrong[8] = {atoms != khop_i_array_integer(&w.atoms, row)};
    for (int k = 0; k < DISTANCES; k++)
      wrong[1] |= (int64_t)got[k] != khop_i_array_integer(&w.distances, row * DISTANCES + k);
    wrong[2] = (int64_t)got[DISTANCES] != khop_i_array_integer(&w.wiener, row);
    wrong[3] = pair_digest(&kinds, m) != word(&w.pairs, row) || kinds != khop_i_array_integer(&w.kinds, row);
    wrong[4] = autocorr_differs(&w.autocorr, row, sums, &worst) > 0;
    uint64_t hybrid = FNV, aromatic = FNV;
    for (int64_t i = 0; i < atoms; i++) {
      hybrid = fnv(hybrid, atom[i].hybridisation);
      aromatic = fnv(aromatic, atom[i].aromatic);
    }
    wrong[5] = hybrid != word(&w.hybrid, row);
    wrong[6] = aromatic != word(&w.aromatic, row);
    for (int i = 0; i < 7; i++) {
      if (!wrong[i]) continue;
      bad[i]++;
      static const char *const what[] = {"atoms", "distances", "wiener", "pairs", "autocorr", "hybrid",
                                         "aromatic"};
      print_message("# line %lld: %s: %s\n", (long long)record.line, what[i], record.text);
    }
  }
  assert_int_equal(row, MOLECULES);
  print_message("# autocorrelations: largest difference %.6f\n", worst);
  for (int i = 0; i < 7; i++) assert_int_equal(bad[i], 0);
  khop_records_free(records);
  khop_descriptors_free(rings);
  khop_descriptors_free(ats);
  khop_molecule_free(m);
  free_wanted(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(esol),
  };
  return cmocka_run_group_tests_name("descriptors", tests, open_folder, close_folder);
}
