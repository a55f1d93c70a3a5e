/* test_descriptors.c: descriptors beside RDKit's (tests/files/esol_descriptors.npz and its generator), and
 * beside khop's own rings; atoms in another order. */
#include "molecules_check.h"

#include "files/npz.h"
#include "molecules/distances.h"
#include "molecules/perceive.h"

#include <khop/descriptors.h>
#include <khop/rings.h>

/* --- ESOL beside RDKit ------------------------------------------------------------------------ */

static uint64_t fnv(uint64_t h, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) h = (h ^ (number >> shift & 255)) * 0x100000001B3u;
  return h;
}
#define FNV 0xCBF29CE484222325u

enum { ESOL = 1128, DISTANCES = 40, LAGS = 8, WEIGHTS = 6 };

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
    assert_int_equal(arrays[i]->shape[0], ESOL);
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
  snprintf(path, sizeof path, "%s/esol.csv", data);
  wanted w = read_wanted();
  khop_records *records;
  khop_record record;
  khop_molecule *m;
  khop_descriptors *rings, *ats;
  int hops[DISTANCES];
  for (int k = 0; k < DISTANCES; k++) hops[k] = k + 1;
  ok(khop_molecule_new(&m));
  ok(khop_descriptors_new(&rings,
                          &(khop_descriptors_options){.features = "ring,wiener", .hops = DISTANCES, .hop = hops}));
  ok(khop_descriptors_new(&ats, &(khop_descriptors_options){.features = "autocorr", .hops = LAGS, .hop = hops}));
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
  assert_int_equal(row, ESOL);
  print_message("# autocorrelations: largest difference %.6f\n", worst);
  for (int i = 0; i < 7; i++) assert_int_equal(bad[i], 0);
  khop_records_free(records);
  khop_descriptors_free(rings);
  khop_descriptors_free(ats);
  khop_molecule_free(m);
  free_wanted(&w);
}

/* The checker is checked: a count, a digest or a sum that is off by a little is seen. */
static void esol_checker(void **state) {
  (void)state;
  int16_t values[WEIGHTS * LAGS] = {0};
  float got[WEIGHTS * LAGS] = {0};
  double worst = 0;
  khop_i_array wanted_ = {.dtype = KHOP_I_INT16, .count = WEIGHTS * LAGS, .item_size = 2, .data = values};
  values[3] = 1000;
  got[3] = 1.0004f;
  assert_int_equal(autocorr_differs(&wanted_, 0, got, &worst), 0);
  got[3] = 1.002f;
  assert_int_equal(autocorr_differs(&wanted_, 0, got, &worst), 1);
  got[3] = NAN;
  assert_int_equal(autocorr_differs(&wanted_, 0, got, &worst), 1);
  assert_true(fnv(fnv(FNV, 1), 2) != fnv(fnv(FNV, 2), 1));
}

/* --- the same features from khop's rings ------------------------------------------------------ */

static void from_rings(void **state) {
  (void)state;
  int hops[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ring,wiener,autocorr", .hops = 9, .hop = hops}));
  assert_int_equal(khop_descriptors_columns(d), 9 + 1 + 6 * 9);
  assert_string_equal(khop_descriptors_name(d, 9), "wiener");
  assert_string_equal(khop_descriptors_name(d, 10), "ats_mass_0");
  for (int i = 0; i < MOLECULES; i++) {
    khop_molecule *m = molecule_of(molecules[i]);
    khop_graph *graph;
    khop_rings *rings;
    float row[64];
    double wiener = 0;
    ok(khop_descriptors_compute(row, d, m));
    ok(khop_molecule_graph(&graph, m));
    int all[64];
    for (int k = 0; k < 64; k++) all[k] = k;
    ok(khop_rings_build(&rings, graph, 64, all, NULL));
    const khop_atom *atom = khop_molecule_atom_list(m);
    static const double masses[54] = {[5] = 10.81, [6] = 12.011, [7] = 14.007, [8] = 15.999,
                                      [9] = 18.998403163, [11] = 22.98976928, [14] = 28.085,
                                      [15] = 30.973761998, [16] = 32.06, [17] = 35.45, [34] = 78.971,
                                      [35] = 79.904, [53] = 126.90447};
    for (int k = 0; k < 64; k++) {
      double entries = (double)khop_rings_entries(rings, k), sum = 0;
      wiener += k * entries / 2;
      if (k > 8) continue;
      close_to(row[k], k == 0 ? entries : entries / 2, 0);
      for (int64_t a = 0; a < khop_molecule_atoms(m); a++) {
        const int32_t *column;
        int64_t size = khop_rings_row(rings, k, a, &column, NULL);
        for (int64_t e = 0; e < size; e++)
          sum += masses[atom[a].element] * masses[atom[column[e]].element] / 12.011 / 12.011;
      }
      close_to(row[10 + k], log1p(k == 0 ? sum : sum / 2), 1e-5);
    }
    close_to(row[9], wiener, 0);
    khop_rings_free(rings);
    khop_graph_free(graph);
    khop_molecule_free(m);
  }
  khop_descriptors_free(d);
}

/* Per atom: rings counted by hand, and columns summed over khop's rings. */
static void per_atom(void **state) {
  (void)state;
  int hops[3] = {0, 1, 3}, width = khop_atom_columns();
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.hops = 3, .hop = hops, .atoms = true}));
  int64_t columns = khop_descriptors_columns(d);
  assert_int_equal(columns, 3 + 3 * width);
  assert_string_equal(khop_descriptors_name(d, 3 + width), "1:B");
  assert_null(khop_descriptors_name(d, columns));
  for (int i = 0; i < MOLECULES; i++) {
    khop_molecule *m = molecule_of(molecules[i]);
    int64_t atoms = khop_molecule_atoms(m);
    float *rows = block_of(atoms * columns, sizeof *rows), *own = block_of(width, sizeof *own);
    double *sum = block_of(width, sizeof *sum);
    khop_graph *graph;
    khop_rings *rings;
    ok(khop_descriptors_compute(rows, d, m));
    ok(khop_molecule_graph(&graph, m));
    ok(khop_rings_build(&rings, graph, 3, hops, NULL));
    for (int64_t a = 0; a < atoms; a++)
      for (int s = 0; s < 3; s++) {
        const int32_t *column;
        int64_t size = khop_rings_row(rings, s, a, &column, NULL);
        memset(sum, 0, (size_t)width * sizeof *sum);
        close_to(rows[a * columns + s], (double)size, 0);
        for (int64_t e = 0; e < size; e++) {
          khop_atom_row(own, &khop_molecule_atom_list(m)[column[e]]);
          for (int c = 0; c < width; c++) sum[c] += own[c];
        }
        for (int c = 0; c < width; c++) close_to(rows[a * columns + 3 + s * width + c], sum[c], 1e-5);
      }
    khop_rings_free(rings);
    khop_graph_free(graph);
    khop_molecule_free(m);
    free(rows);
    free(own);
    free(sum);
  }
  khop_descriptors_free(d);
}

/* --- atoms in another order, and other texts -------------------------------------------------- */

static bool same_rows(const float *a, const float *b, int64_t count) {
  for (int64_t i = 0; i < count; i++)
    if (!(fabsf(a[i] - b[i]) <= 1e-5f * fmaxf(1, fabsf(a[i])))) return false;
  return true;
}

static void check_other_texts(const char *text, int times) {
  khop_molecule *m = molecule_of(text), *other = NULL;
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, NULL));
  ok(khop_molecule_new(&other));
  int64_t columns = khop_descriptors_columns(d);
  float *a = block_of(columns, sizeof *a), *b = block_of(columns, sizeof *b);
  char smiles[20000];
  uint64_t key, again;
  ok(khop_descriptors_compute(a, d, m));
  ok(khop_molecule_scaffold(&key, NULL, m));
  for (int t = 0; t < times; t++) {
    other_smiles(smiles, m, (uint64_t)t + 1);
    if (khop_molecule_parse(other, smiles) != KHOP_OK) fail_msg("%s: %s: %s", text, smiles, khop_message());
    ok(khop_descriptors_compute(b, d, other));
    ok(khop_molecule_scaffold(&again, NULL, other));
    if (!same_rows(a, b, columns)) fail_msg("%s and %s differ", text, smiles);
    assert_true(key == again);
  }
  a[3] += 1; /* the checker is checked */
  assert_false(same_rows(a, b, columns));
  a[3] = NAN;
  assert_false(same_rows(a, b, columns));
  free(a);
  free(b);
  khop_descriptors_free(d);
  khop_molecule_free(other);
  khop_molecule_free(m);
}

static void other_texts(void **state) {
  (void)state;
  for (int i = 0; i < MOLECULES; i++) check_other_texts(molecules[i], 20);
}

static void other_texts_of_esol(void **state) {
  (void)state;
  const char *data = getenv("KHOP_DATA");
  khop_records *records;
  khop_record record;
  char path[1000];
  bool more = true;
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  ok(khop_records_open(&records, path, NULL));
  for (;;) {
    ok(khop_records_next(&more, &record, records));
    if (!more) break;
    check_other_texts(record.text, 1);
  }
  khop_records_free(records);
}

/* One molecule, several texts by hand: Kekule's bonds, explicit hydrogens, charges. */
static void written_otherwise(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"c1ccccc1O", "C1=CC=CC=C1O"}, {"CN(=O)=O", "C[N+](=O)[O-]"}, {"CC", "[H]C([H])([H])C"},
      {"c1ccccn1=O", "c1cccc[n+]1[O-]"}, {"CN=N#N", "CN=[N+]=[N-]"}, {"O=c1cc[nH]cc1", "O=C1C=CNC=C1"},
      {"c1ccc2c(c1)c3cccc4cccc2c34", "c1ccc2c(c1)-c1cccc3cccc-2c13"}, {"c1cCCC1", "C1=CCCC1"},
      {"C[C](C)C", "[CH3][C]([CH3])[CH3]"}};
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, NULL));
  int64_t columns = khop_descriptors_columns(d);
  float *rows = block_of(2 * columns, sizeof *rows);
  for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
    for (int side = 0; side < 2; side++) {
      khop_molecule *m = molecule_of(pairs[p][side]);
      ok(khop_descriptors_compute(rows + side * columns, d, m));
      khop_molecule_free(m);
    }
    if (!same_rows(rows, rows + columns, columns)) fail_msg("%s and %s differ", pairs[p][0], pairs[p][1]);
  }
  free(rows);
  khop_descriptors_free(d);
}

/* --- atom pairs by hand, folding, bad options ------------------------------------------------- */

static void pairs_by_hand(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("CCO"); /* codes from RDKit */
  uint32_t *codes;
  int32_t *counts;
  int64_t pairs;
  ok(khop_atom_pairs(&codes, &counts, &pairs, m, 30));
  assert_int_equal(pairs, 3);
  const uint32_t wanted_[3] = {558113, 1590306, 1590337};
  for (int p = 0; p < 3; p++) assert_int_equal(codes[p], wanted_[p]);
  for (int p = 0; p < 3; p++) assert_int_equal(counts[p], 1);
  khop_free(codes);
  khop_free(counts);
  ok(khop_atom_pairs(&codes, &counts, &pairs, m, 1));
  assert_int_equal(pairs, 2);
  khop_free(codes);
  khop_free(counts);
  fails(khop_atom_pairs(&codes, &counts, &pairs, m, 32), KHOP_E_ARGUMENT, "1 to 31", "32");
  /* folded, the counts of all columns add up to the pairs */
  khop_descriptors *d;
  float row[7], sum = 0;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "atompair", .bits = 7}));
  ok(khop_descriptors_compute(row, d, m));
  for (int b = 0; b < 7; b++) sum += row[b];
  close_to(sum, 3, 0);
  khop_descriptors_free(d);
  khop_molecule_free(m);
}

/* Acetylene: both ends have degree 1, two pi electrons and carbon's index 1, which is 1 | 2 << 3 | 1 << 5 = 49. */
static void an_end_of_an_atom_pair_counts_two_pi_electrons(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("C#C");
  uint32_t *codes;
  int32_t *counts;
  int64_t pairs;
  ok(khop_atom_pairs(&codes, &counts, &pairs, m, 3));
  assert_int_equal(pairs, 1);
  assert_int_equal(codes[0], 1 | 49 << 5 | 49 << 14);
  assert_int_equal(counts[0], 1);
  khop_free(codes);
  khop_free(counts);
  khop_molecule_free(m);
}

/* Ertl, Rohde and Selzer 2000, table 1. */
static void polar_surface_knows_rings_of_three_from_chains(void **state) {
  static const struct {
    const char *text;
    double surface;
  } known[] = {{"C1CN1", 21.94}, {"CNC", 12.03}, {"C1CO1", 12.53}, {"COC", 9.23}, {"CN1CC1", 3.01}, {"CN(C)C", 3.24}};
  (void)state;
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "tpsa"}));
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    khop_molecule *m = molecule_of(known[i].text);
    float surface;
    ok(khop_descriptors_compute(&surface, d, m));
    close_to((double)surface, known[i].surface, 1e-4);
    khop_molecule_free(m);
  }
  khop_descriptors_free(d);
}

static void bad_options(void **state) {
  (void)state;
  khop_descriptors *d;
  int falling[2] = {2, 1}, far[1] = {256};
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ring,nope"}), KHOP_E_ARGUMENT,
        "\"nope\"", "atompair");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "wiener", .atoms = true}),
        KHOP_E_ARGUMENT, "wiener", "spread");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.features = ""}), KHOP_E_ARGUMENT, "\"\"", "");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.hops = 2, .hop = falling}), KHOP_E_ARGUMENT,
        "hop 1", "ascend");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.hops = 1, .hop = far}), KHOP_E_ARGUMENT,
        "256", "255");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.bits = -1}), KHOP_E_ARGUMENT, "-1", "1048576");
  assert_null(d);
}

static khop_status whole_work(void *context) {
  khop_molecule *m = NULL;
  khop_descriptors *d = NULL;
  khop_graph *graph = NULL;
  uint32_t *codes = NULL;
  int32_t *counts = NULL;
  int64_t pairs;
  uint64_t key;
  float row[2000];
  khop_status status = khop_molecule_new(&m);
  if (status == KHOP_OK) status = khop_molecule_parse(m, context);
  if (status == KHOP_OK) status = khop_descriptors_new(&d, NULL);
  if (status == KHOP_OK) status = khop_descriptors_compute(row, d, m);
  if (status == KHOP_OK) status = khop_molecule_graph(&graph, m);
  if (status == KHOP_OK) status = khop_molecule_scaffold(&key, NULL, m);
  if (status == KHOP_OK) status = khop_atom_pairs(&codes, &counts, &pairs, m, 30);
  khop_free(codes);
  khop_free(counts);
  khop_graph_free(graph);
  khop_descriptors_free(d);
  khop_molecule_free(m);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  char polymer[400] = "c1ccccc1";
  for (int i = 0; i < 40; i++) strcat(polymer, "C(CC)"); /* larger than what a molecule begins with */
  memory_can_run_out();
  assert_true(fail_each(whole_work, polymer) > 1000);
  memory_is_plenty();
}

/* A chain of 10,000 atoms: every number is known. */
static void polymer(void **state) {
  (void)state;
  int64_t n = 10000;
  char *text = block_of(n + 1, 1);
  memset(text, 'C', (size_t)n);
  khop_molecule *m = molecule_of(text);
  khop_descriptors *d;
  float row[10];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ring,wiener"}));
  ok(khop_descriptors_compute(row, d, m));
  for (int k = 0; k < 9; k++) close_to(row[k], (double)(n - k), 0);
  close_to(row[9] / ((double)n * (double)(n * n - 1) / 6), 1, 1e-6);
  khop_descriptors_free(d);
  khop_molecule_free(m);
  free(text);
}

/* Chains on either side of 64 atoms, where words end and searches begin, alone and as salts of two: every
 * number is known. Of atom pairs those up to 31 bonds count. */
static void chains(void **state) {
  (void)state;
  int hops[66];
  khop_descriptors *d;
  for (int k = 0; k < 66; k++) hops[k] = k;
  ok(khop_descriptors_new(&d,
                          &(khop_descriptors_options){.features = "ring,wiener,autocorr", .hops = 66, .hop = hops}));
  for (int n = 1; n <= 66; n++)
    for (int parts = 1; parts <= 2 && n * parts <= 66; parts++) {
      char text[80] = "";
      float row[66 + 1 + 66 * 6];
      uint32_t *codes;
      int32_t *counts;
      int64_t pairs, all = 0, wanted_all = 0;
      for (int p = 0; p < parts; p++) {
        if (p) strcat(text, ".");
        for (int i = 0; i < n; i++) strcat(text, "C");
      }
      khop_molecule *m = molecule_of(text);
      ok(khop_descriptors_compute(row, d, m));
      for (int k = 0; k < 66; k++) {
        double here = k < n ? parts * (n - k) : 0;
        close_to(row[k], here, 0);
        close_to(row[67 + k], log1p(here), 1e-5); /* the mass of carbon is 1 */
        if (k >= 1 && k <= 31) wanted_all += (int64_t)here;
      }
      close_to(row[66], parts * (double)n * ((double)n * n - 1) / 6, 0);
      ok(khop_atom_pairs(&codes, &counts, &pairs, m, 31));
      for (int64_t p = 0; p < pairs; p++) {
        all += counts[p];
        if (p && !(codes[p - 1] < codes[p])) fail_msg("%s: code %lld does not ascend", text, (long long)p);
      }
      assert_int_equal(all, wanted_all);
      khop_free(codes);
      khop_free(counts);
      khop_molecule_free(m);
    }
  khop_descriptors_free(d);
}

/* Bonds between any atoms in any order, as no text has them: trees, rings and parts that are joined late. The
 * distances are those of a search. */
static void any_order_of_bonds(void **state) {
  (void)state;
  enum { MOST = 2 * KHOP_I_SMALL };
  khop_i_random random;
  khop_i_random_seed(&random, 31);
  for (int round = 0; round < 2000; round++) {
    khop_atom atom[KHOP_I_SMALL] = {0};
    khop_bond bond[MOST];
    int32_t offsets[KHOP_I_SMALL + 1], neighbour[2 * MOST], through[2 * MOST], queue[KHOP_I_SMALL], found[KHOP_I_SMALL];
    bool joined[KHOP_I_SMALL][KHOP_I_SMALL] = {{false}};
    uint8_t distance[KHOP_I_SMALL][KHOP_I_SMALL];
    khop_molecule m = {.atoms = 1 + (int32_t)khop_i_random_below(&random, KHOP_I_SMALL), .atom = atom, .bond = bond,
                       .offsets = offsets, .neighbour = neighbour, .through = through};
    int64_t tries = khop_i_random_below(&random, round % 2 ? 2 * m.atoms : m.atoms);
    while (tries--) {
      int32_t u = (int32_t)khop_i_random_below(&random, m.atoms), v = (int32_t)khop_i_random_below(&random, m.atoms);
      if (u == v || joined[u][v]) continue;
      joined[u][v] = joined[v][u] = true;
      bond[m.bonds++] = (khop_bond){.begin = u, .end = v, .order = 1};
    }
    khop_i_molecule_connect(&m);
    khop_i_all_distances(distance, &m);
    for (int32_t i = 0; i < m.atoms; i++) {
      memset(found, -1, sizeof found);
      khop_i_molecule_search(found, queue, &m, i, INT32_MAX - 1);
      for (int32_t j = 0; j < m.atoms; j++) {
        int32_t is = distance[i][j], wanted_ = found[j] < 0 ? KHOP_I_SMALL : found[j];
        if (is != wanted_) fail_msg("round %d: %d bonds from %d to %d, not %d", round, is, i, j, wanted_);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(esol),
      cmocka_unit_test(esol_checker),
      cmocka_unit_test(from_rings),
      cmocka_unit_test(per_atom),
      cmocka_unit_test(other_texts),
      cmocka_unit_test(other_texts_of_esol),
      cmocka_unit_test(written_otherwise),
      cmocka_unit_test(pairs_by_hand),
      cmocka_unit_test(an_end_of_an_atom_pair_counts_two_pi_electrons),
      cmocka_unit_test(polar_surface_knows_rings_of_three_from_chains),
      cmocka_unit_test(bad_options),
      cmocka_unit_test(out_of_memory),
      cmocka_unit_test(polymer),
      cmocka_unit_test(chains),
      cmocka_unit_test(any_order_of_bonds),
  };
  return cmocka_run_group_tests_name("descriptors", tests, open_folder, close_folder);
}
