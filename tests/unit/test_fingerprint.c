/* test_fingerprint.c: Morgan's environments beside RDKit's, number by number (tests/files/fingerprints.npz), of cases of
 * our own, of 2,000 drug-like molecules in six writings, and of ESOL; what does not depend on their order. */
#include "molecules_check.h"

#include "files/npz.h"

#include <khop/descriptors.h>

enum { WRITINGS = 6, BITS = 2048 };
static const uint64_t FNV = 0xCBF29CE484222325u;

static uint64_t fnv(uint64_t h, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) h = (h ^ (number >> shift & 255)) * 0x100000001B3u;
  return h;
}

/* What the two kinds are called in the fixture and among the features of descriptors. */
static const char *const prefix[] = {"", "feature_"}, *const feature[] = {"ecfp", "fcfp"};

static uint64_t digest(uint64_t h, const khop_molecule *m, khop_fingerprint kind, int radius) {
  uint32_t *codes;
  int32_t *counts;
  int64_t found;
  ok(khop_molecule_fingerprint(&codes, &counts, &found, m, kind, radius));
  for (int64_t c = 0; c < found; c++) h = fnv(fnv(h, codes[c]), (uint32_t)counts[c]);
  khop_free(codes);
  khop_free(counts);
  return h;
}

static uint64_t bits_digest(khop_descriptors *d, const khop_molecule *m) {
  float row[BITS];
  uint64_t h = FNV;
  ok(khop_descriptors_compute(row, d, m));
  for (uint32_t b = 0; b < BITS; b++) h = row[b] != 0 ? fnv(h, b) : h;
  return h;
}

static void read_array(khop_i_array *array, const char *file, const char *key) {
  khop_i_npz *npz = NULL;
  ok(khop_i_npz_open(&npz, fixture(file)));
  ok(khop_i_npz_read(array, npz, key));
  khop_i_npz_close(npz);
}

static void read_kind(khop_i_array *array, khop_fingerprint kind, const char *name) {
  char key[40];
  snprintf(key, sizeof key, "%s%s", prefix[kind], name);
  read_array(array, "tests/files/fingerprints.npz", key);
}

/* One line of a text after another. */
static char *next_line(char **rest) {
  char *line = *rest, *end = strchr(line, '\n');
  assert_non_null(end);
  *end = 0;
  *rest = end + 1;
  return line;
}

/* A text with a zero behind it. */
static char *text_of(const khop_i_array *a) {
  char *text = block_of(a->count + 1, 1);
  memcpy(text, a->data, (size_t)a->count);
  return text;
}

/* Whether a molecule has RDKit's environments at all radii, of the same order of atoms: beyond 2 bonds its numbers, and
 * so khop's, can depend on that. */
static bool is_right(const khop_molecule *m, khop_fingerprint kind, const khop_i_array *radii, uint64_t wanted) {
  uint64_t h = FNV;
  for (int64_t r = 0; r < radii->count; r++) h = digest(h, m, kind, (int)khop_i_array_integer(radii, r));
  return h == wanted;
}

static void check_cases(khop_fingerprint kind) {
  khop_i_array radii, special, specials;
  read_array(&radii, "tests/files/fingerprints.npz", "radii");
  read_array(&special, "tests/files/fingerprints.npz", "special");
  read_kind(&specials, kind, "specials");
  char *text = text_of(&special), *rest = text;
  const uint64_t *wanted = specials.data;
  for (int64_t i = 0; *rest; i++) {
    const char *line = next_line(&rest);
    khop_molecule *m = molecule_of(line);
    if (!is_right(m, kind, &radii, wanted[i])) fail_msg("%s: other environments than RDKit's", line);
    khop_molecule_free(m);
  }
  free(text);
  khop_i_array_free(&radii);
  khop_i_array_free(&special);
  khop_i_array_free(&specials);
}

static void environments_of_our_cases_are_those_of_rdkit(void **state) {
  (void)state;
  check_cases(KHOP_ECFP);
  check_cases(KHOP_FCFP);
}

static void check_drug_like(khop_fingerprint kind) {
  khop_i_array radii, texts, drugs, bits;
  khop_descriptors *d;
  khop_molecule *m;
  int wrong = 0;
  uint64_t first = 0;
  read_array(&radii, "tests/files/fingerprints.npz", "radii");
  read_kind(&drugs, kind, "drugs");
  read_kind(&bits, kind, "bits");
  read_array(&texts, "tests/files/drug_like.npz", "texts");
  char *text = text_of(&texts), *rest = text;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = feature[kind]}));
  assert_int_equal(khop_descriptors_columns(d), BITS);
  ok(khop_molecule_new(&m));
  for (int64_t i = 0; *rest; i++) {
    int64_t molecule = i / WRITINGS;
    ok(khop_molecule_parse(m, next_line(&rest)));
    wrong += i % WRITINGS == 0 && !is_right(m, kind, &radii, ((const uint64_t *)drugs.data)[molecule]);
    if (i % WRITINGS == 0) first = digest(FNV, m, kind, 2);
    wrong += digest(FNV, m, kind, 2) != first;
    wrong += bits_digest(d, m) != ((const uint64_t *)bits.data)[molecule];
    if (i == 0) assert_false(is_right(m, kind, &radii, ((const uint64_t *)drugs.data)[1])); /* of another molecule */
  }
  assert_int_equal(wrong, 0);
  khop_molecule_free(m);
  khop_descriptors_free(d);
  free(text);
  khop_i_array_free(&radii);
  khop_i_array_free(&texts);
  khop_i_array_free(&drugs);
  khop_i_array_free(&bits);
}

static void drug_like_molecules_have_bits_and_counts_of_rdkit_in_all_writings(void **state) {
  (void)state;
  check_drug_like(KHOP_ECFP);
  check_drug_like(KHOP_FCFP);
}

static void check_esol(khop_fingerprint kind) {
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  khop_i_array radii, esol;
  khop_records *records;
  khop_record record;
  khop_molecule *m;
  bool more = true;
  int64_t wrong = 0, row = 0;
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  read_array(&radii, "tests/files/fingerprints.npz", "radii");
  read_kind(&esol, kind, "esol");
  ok(khop_records_open(&records, path, NULL));
  ok(khop_molecule_new(&m));
  for (ok(khop_records_next(&more, &record, records)); more; ok(khop_records_next(&more, &record, records)), row++) {
    ok(khop_molecule_parse(m, record.text));
    wrong += !is_right(m, kind, &radii, ((const uint64_t *)esol.data)[row]);
  }
  assert_int_equal(row, esol.count);
  assert_int_equal(wrong, 0);
  khop_molecule_free(m);
  khop_records_free(records);
  khop_i_array_free(&radii);
  khop_i_array_free(&esol);
}

static void esol_has_environments_of_rdkit(void **state) {
  (void)state;
  check_esol(KHOP_ECFP);
  check_esol(KHOP_FCFP);
}

/* By hand. Ethane's two carbons are alike: radius 0 has one number twice. Their bond is one environment, which the first
 * of them has; the other goes no further. */
static void an_environment_whose_bonds_are_known_is_left_out(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("CC");
  uint32_t *codes;
  int32_t *counts;
  int64_t found;
  ok(khop_molecule_fingerprint(&codes, &counts, &found, m, KHOP_ECFP, 3));
  assert_int_equal(found, 2);
  assert_int_equal(counts[0] + counts[1], 3);
  khop_free(codes);
  khop_free(counts);
  khop_molecule_free(m);
}

/* 300 atoms: bonds take several words. */
static void environments_do_not_depend_on_the_order_of_atoms(void **state) {
  (void)state;
  char large[1300] = "", text[40000];
  for (int i = 0; i < 50; i++) strcat(large, "CC(=O)NC1CCC(C1)O");
  strcat(large, "C");
  const char *texts[] = {large, "CC(=O)Nc1ccc(O)cc1", "C12C3C4C1C5C2C3C45", "[Na+].[Cl-]", "C[N+](=O)[O-]"};
  for (int t = 0; t < 5; t++) {
    khop_molecule *m = molecule_of(texts[t]);
    other_smiles(text, m, (uint64_t)t + 1);
    khop_molecule *other = molecule_of(text);
    for (int radius = 0; radius <= KHOP_MAX_RADIUS; radius += 3)
      for (khop_fingerprint kind = KHOP_ECFP; kind <= KHOP_FCFP; kind++)
        assert_true(digest(FNV, m, kind, radius) == digest(FNV, other, kind, radius));
    khop_molecule_free(m);
    khop_molecule_free(other);
  }
}

static void what_is_asked_wrongly_is_refused(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("CC");
  khop_descriptors *d;
  uint32_t *codes;
  int32_t *counts;
  int64_t found;
  fails(khop_molecule_fingerprint(&codes, &counts, &found, m, KHOP_ECFP, 16), KHOP_E_ARGUMENT, "15", "16");
  fails(khop_molecule_fingerprint(&codes, &counts, &found, m, (khop_fingerprint)7, 2), KHOP_E_ARGUMENT, "7", "");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ecfp", .radius = 16}), KHOP_E_ARGUMENT, "16",
        "15");
  fails(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ecfp", .bits = -1}), KHOP_E_ARGUMENT, "-1",
        "1048576");
  khop_molecule_free(m);
}

/* Counts sum to the environments; columns are named; a wider radius has more. */
static void rows_count_environments(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("CCCCCCCCO");
  khop_descriptors *d;
  float row[64], sum = 0;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "ecfp", .bits = 64, .occurrences = true}));
  assert_string_equal(khop_descriptors_name(d, 63), "ecfp_63");
  ok(khop_descriptors_compute(row, d, m));
  for (int b = 0; b < 64; b++) sum += row[b];
  assert_true(sum == 9 + 9 + 7); /* of radius 2 the ends' reach has no more bonds than their neighbours' of radius 1 */
  khop_descriptors_free(d);
  khop_molecule_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(environments_of_our_cases_are_those_of_rdkit),
      cmocka_unit_test(drug_like_molecules_have_bits_and_counts_of_rdkit_in_all_writings),
      cmocka_unit_test(esol_has_environments_of_rdkit),
      cmocka_unit_test(an_environment_whose_bonds_are_known_is_left_out),
      cmocka_unit_test(environments_do_not_depend_on_the_order_of_atoms),
      cmocka_unit_test(what_is_asked_wrongly_is_refused),
      cmocka_unit_test(rows_count_environments),
  };
  return cmocka_run_group_tests_name("fingerprint", tests, open_folder, close_folder);
}
