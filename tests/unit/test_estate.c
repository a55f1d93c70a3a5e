/* test_estate.c: electrotopological states beside RDKit's, on all molecules of ESOL (tests/files/estate.npz), by their
 * formula from rings, and of molecules whose distances are searched. */
#include "molecules_check.h"

#include "files/npz.h"

#include <khop/descriptors.h>
#include <khop/rings.h>

/* RDKit counts a pattern that is its own mirror image once: one of ethane's two sCH3, one of the two ssCH2 of a ring
 * of three. */
static const char *const excused[] = {"CC", "C=C", "C#C", "O=C2NC(=O)C1(CC1)C(=O)N2",
                                      "Cc3ccnc4N(C1CC1)c2ncccc2C(=O)Nc34", "COc1ccc(cc1)C(O)(C2CC2)c3cncnc3"};
enum { EXCUSED = sizeof excused / sizeof *excused, TYPES = 53, COLUMNS = TYPES + 3 };

static bool is_excused(const char *text) {
  size_t length = strcspn(text, " ");
  for (int i = 0; i < EXCUSED; i++)
    if (strlen(excused[i]) == length && memcmp(excused[i], text, length) == 0) return true;
  return false;
}

/* Thousandths, rounded. */
static bool near_to(float got, int32_t wanted) { return fabs((double)got - wanted / 1000.0) <= 0.0006 + 1e-6 * fabs((double)got); }

static bool row_is_right(const float *row, const int32_t *sums, const int32_t *extremes, bool types) {
  bool right = near_to(row[TYPES + 1], extremes[0]) && near_to(row[TYPES + 2], extremes[1]);
  for (int t = 0; types && t < TYPES; t++) right = right && near_to(row[t], sums[t]);
  return right;
}

static void esol(void **state) {
  (void)state;
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  khop_i_npz *npz = NULL;
  khop_i_array names, sums, extremes;
  khop_records *records;
  khop_record record;
  khop_molecule *m;
  khop_descriptors *d;
  float row[COLUMNS];
  int others = 0;
  bool more = true;
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  ok(khop_i_npz_open(&npz, fixture("tests/files/estate.npz")));
  ok(khop_i_npz_read(&names, npz, "names"));
  ok(khop_i_npz_read(&sums, npz, "sums"));
  ok(khop_i_npz_read(&extremes, npz, "extremes"));
  khop_i_npz_close(npz);
  ok(khop_molecule_new(&m));
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "estate"}));
  assert_int_equal(khop_descriptors_columns(d), COLUMNS);
  for (int t = 0; t < TYPES; t++) {
    char name[20] = "estate_";
    strncat(name, (const char *)names.data + t * 8, 8);
    assert_string_equal(khop_descriptors_name(d, t), name);
  }
  ok(khop_records_open(&records, path, NULL));
  int64_t line = 0;
  for (;; line++) {
    ok(khop_records_next(&more, &record, records));
    if (!more) break;
    const int32_t *sum = (const int32_t *)sums.data + line * TYPES, *extreme = (const int32_t *)extremes.data + line * 2;
    ok(khop_molecule_parse(m, record.text));
    ok(khop_descriptors_compute(row, d, m));
    bool other = is_excused(record.text);
    others += other && !row_is_right(row, sum, extreme, true);
    if (!row_is_right(row, sum, extreme, !other)) fail_msg("%s differs", record.text);
    row[line % TYPES] += 0.002f; /* the checker is checked */
    if (!other) assert_false(row_is_right(row, sum, extreme, true));
    row[line % TYPES] -= 0.002f;
    row[TYPES + 1 + line % 2] = NAN;
    assert_false(row_is_right(row, sum, extreme, !other));
  }
  assert_int_equal(line, 1128);
  assert_int_equal(others, EXCUSED);
  khop_records_free(records);
  khop_descriptors_free(d);
  khop_molecule_free(m);
  khop_i_array_free(&names);
  khop_i_array_free(&sums);
  khop_i_array_free(&extremes);
}

/* S = I + sum_k (diag(R_k 1) - R_k) I / (k + 1)^2 with rings that khop builds, for chains and rings of carbons: the sum
 * of all states is that of the intrinsic ones, and the largest and the smallest are those of the formula. */
static void from_rings(void **state) {
  (void)state;
  khop_descriptors *d;
  float row[COLUMNS];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "estate"}));
  for (int n = 3; n < 150; n += n < 20 ? 1 : 37) { /* beyond 64 atoms distances are searched */
    char text[400] = "O";
    for (int i = 1; i < n; i++) strcat(text, "C");
    khop_molecule *m = molecule_of(text);
    khop_graph *graph;
    khop_rings *rings;
    int hops[150];
    double own[150], sum[150], total = 0, wanted = 0, largest = -INFINITY, smallest = INFINITY;
    for (int k = 0; k < n; k++) hops[k] = k;
    ok(khop_graph_grid(&graph, 1, &(int64_t){n}, NULL, false, false));
    ok(khop_rings_build(&rings, graph, n, hops, NULL));
    for (int i = 0; i < n; i++) own[i] = i == 0 ? 6 : i == n - 1 ? 2 : 1.5; /* OH, CH2 and CH3 */
    for (int i = 0; i < n; i++) {
      sum[i] = own[i];
      for (int k = 1; k < n; k++) {
        const int32_t *columns;
        int64_t count = khop_rings_row(rings, k, i, &columns, NULL);
        for (int64_t e = 0; e < count; e++) sum[i] += (own[i] - own[columns[e]]) / ((k + 1.0) * (k + 1.0));
      }
      wanted += own[i];
      largest = fmax(largest, sum[i]);
      smallest = fmin(smallest, sum[i]);
    }
    ok(khop_descriptors_compute(row, d, m));
    for (int t = 0; t <= TYPES; t++) total += (double)row[t];
    assert_true(fabs(total - wanted) <= 1e-4);
    assert_true(fabs((double)row[TYPES + 1] - largest) <= 1e-5);
    assert_true(fabs((double)row[TYPES + 2] - smallest) <= 1e-5);
    assert_true(fabs((double)row[TYPES + 1] - smallest) > 1);
    khop_rings_free(rings);
    khop_graph_free(graph);
    khop_molecule_free(m);
  }
  khop_descriptors_free(d);
}

/* What has no neighbour has no state; a salt's parts do not see one another; other elements are among the others. */
static void corners(void **state) {
  (void)state;
  khop_descriptors *d;
  float row[COLUMNS], alone[COLUMNS];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "estate"}));
  khop_molecule *methane = molecule_of("C"), *salt = molecule_of("CCO.[Na+]"), *ethanol = molecule_of("CCO");
  khop_molecule *tin = molecule_of("C[Sn](C)(C)C"), *any = molecule_of("*CC");
  ok(khop_descriptors_compute(row, d, methane));
  for (int c = 0; c < COLUMNS; c++) assert_true(row[c] == 0);
  ok(khop_descriptors_compute(row, d, salt));
  ok(khop_descriptors_compute(alone, d, ethanol));
  assert_memory_equal(row, alone, (TYPES + 1) * sizeof *row);
  assert_true(alone[TYPES + 2] == 0.25f && row[TYPES + 2] == 0); /* sodium's */
  ok(khop_descriptors_compute(row, d, tin));
  assert_true(row[TYPES] != 0);
  ok(khop_descriptors_compute(row, d, any));
  for (int c = 0; c < COLUMNS; c++) assert_true(isfinite(row[c]));
  khop_molecule_free(methane);
  khop_molecule_free(salt);
  khop_molecule_free(ethanol);
  khop_molecule_free(tin);
  khop_molecule_free(any);
  khop_descriptors_free(d);
}

/* The value of one column of a molecule's row. */
static double estate_of(const char *smiles, const char *name) {
  khop_molecule *m = molecule_of(smiles);
  khop_descriptors *d;
  float row[COLUMNS];
  int64_t column = 0;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "estate"}));
  while (strcmp(khop_descriptors_name(d, column), name) != 0) column++;
  ok(khop_descriptors_compute(row, d, m));
  khop_descriptors_free(d);
  khop_molecule_free(m);
  return (double)row[column];
}

/* By hand. Intrinsic states: N (5 + 1) / 3 = 2, O 7, CH3 2, CH2= 3; a pair d bonds apart exchanges its difference
 * over (d + 1)^2.
 *   nitromethane  CN(=O)O   N  2 + (2 - 7) / 4 + (2 - 7) / 4 + (2 - 2) / 4 = -0.5, of the type ddsN
 *                           O- 7 + (7 - 2) / 4 + (7 - 7) / 9 + (7 - 2) / 9, of no type
 *   a nitrone     C=N(C)O   N  2 + (2 - 3) / 4 + (2 - 2) / 4 + (2 - 7) / 4 = 0.5, of no type: one oxygen is too few
 *                           O- 7 + (7 - 2) / 4 + (7 - 3) / 9 + (7 - 2) / 9, of no type */
static void the_nitrogen_of_a_nitro_group_has_two_oxygens(void **state) {
  (void)state;
  close_to(estate_of("C[N+](=O)[O-]", "estate_ddsN"), -0.5, 1e-6);
  close_to(estate_of("C[N+](=O)[O-]", "estate_others"), 7 + 5 / 4.0 + 5 / 9.0, 1e-5);
  close_to(estate_of("C=[N+](C)[O-]", "estate_ddsN"), 0, 1e-6);
  close_to(estate_of("C=[N+](C)[O-]", "estate_others"), 0.5 + 7 + 5 / 4.0 + 4 / 9.0 + 5 / 9.0, 1e-5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(esol),
      cmocka_unit_test(from_rings),
      cmocka_unit_test(corners),
      cmocka_unit_test(the_nitrogen_of_a_nitro_group_has_two_oxygens),
  };
  return cmocka_run_group_tests_name("estate", tests, open_folder, close_folder);
}
