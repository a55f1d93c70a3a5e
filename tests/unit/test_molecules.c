/* test_molecules.c: molecules read, records cut from files, files as sets of graphs; bad ones of each. */
#include "molecules_check.h"

#include <khop/learn.h>
#include <khop/molecule_graphs.h>

/* --- one molecule ----------------------------------------------------------------------------- */

static void paracetamol(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("CC(=O)Nc1ccc(O)cc1");
  static const struct {
    int element, hydrogens, degree, hybridisation, pi, aromatic;
  } wanted[11] = {{6, 3, 1, 3, 0, 0}, {6, 0, 3, 2, 1, 0}, {8, 0, 1, 2, 1, 0}, {7, 1, 2, 2, 0, 0},
                  {6, 0, 3, 2, 1, 1}, {6, 1, 2, 2, 1, 1}, {6, 1, 2, 2, 1, 1}, {6, 0, 3, 2, 1, 1},
                  {8, 1, 1, 2, 0, 0}, {6, 1, 2, 2, 1, 1}, {6, 1, 2, 2, 1, 1}};
  const khop_atom *a = khop_molecule_atom_list(m);
  assert_int_equal(khop_molecule_atoms(m), 11);
  assert_int_equal(khop_molecule_bonds(m), 11);
  for (int i = 0; i < 11; i++) {
    assert_int_equal(a[i].element, wanted[i].element);
    assert_int_equal(a[i].hydrogens, wanted[i].hydrogens);
    assert_int_equal(a[i].degree, wanted[i].degree);
    assert_int_equal(a[i].hybridisation, wanted[i].hybridisation);
    assert_int_equal(a[i].pi, wanted[i].pi);
    assert_int_equal(a[i].aromatic, wanted[i].aromatic);
    assert_int_equal(a[i].in_ring, wanted[i].aromatic);
  }
  const khop_bond *b = khop_molecule_bond_list(m);
  for (int i = 0; i < 11; i++) assert_int_equal(b[i].in_ring, a[b[i].begin].aromatic && a[b[i].end].aromatic);
  khop_molecule_free(m);
}

/* Texts and what they are: atoms, bonds, hydrogens in all, charge in all, rings. */
static void kinds(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int atoms, bonds, hydrogens, charge;
  } wanted[] = {{"C", 1, 0, 4, 0},          {"[Na+].[Cl-]", 2, 0, 0, 0}, {"*CC", 3, 2, 5, 0},
                {"[H]C([H])C", 2, 1, 6, 0}, {"[2H]C", 2, 1, 3, 0},       {"[H][H]", 2, 1, 0, 0},
                {"[H+]", 1, 0, 0, 1},       {"CN(=O)=O", 4, 3, 3, 0},    {"[NH4+]", 1, 0, 4, 1},
                {"C1CC1.O", 4, 3, 8, 0},    {"[CH3]", 1, 0, 3, 0},       {"C[C@H](F)Cl", 4, 3, 4, 0},
                {"F/C=C/F", 4, 3, 2, 0},    {"[13CH4]", 1, 0, 4, 0}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    khop_molecule *m = molecule_of(wanted[i].text);
    const khop_atom *a = khop_molecule_atom_list(m);
    int hydrogens = 0, charge = 0;
    for (int64_t k = 0; k < khop_molecule_atoms(m); k++) hydrogens += a[k].hydrogens, charge += a[k].charge;
    if (khop_molecule_atoms(m) != wanted[i].atoms || khop_molecule_bonds(m) != wanted[i].bonds ||
        hydrogens != wanted[i].hydrogens || charge != wanted[i].charge)
      fail_msg("%s: %lld atoms, %lld bonds, %d hydrogens, charge %d", wanted[i].text,
               (long long)khop_molecule_atoms(m), (long long)khop_molecule_bonds(m), hydrogens, charge);
    khop_molecule_free(m);
  }
  khop_molecule *m = molecule_of("*C[C@H](F)[13CH]=[NH+]C");
  const khop_atom *a = khop_molecule_atom_list(m);
  assert_int_equal(a[0].element, 0);
  assert_true(a[2].stereo && !a[1].stereo);
  assert_int_equal(a[4].isotope, 13);
  assert_int_equal(a[5].charge, 1);
  khop_molecule_free(m);
  m = molecule_of("F/C=C/F");
  assert_true(khop_molecule_bond_list(m)[1].stereo);
  khop_molecule_free(m);
  m = molecule_of("C[CH2]");
  assert_int_equal(khop_molecule_atom_list(m)[1].radical, 1);
  khop_molecule_free(m);
}

/* What cannot be read: each with a sentence, and the molecule is empty and can be used again. */
static void bad_texts(void **state) {
  (void)state;
  static const char *const bad[][2] = {
      {"", "no atom"}, {"   ", "no atom"}, {"not a smiles", "invalid character"},
      {"C(C)(C)(C)(C)C", "bad valence on C"}, {"[CH5]C", "valence"}, {"[F](C)C", "valence"},
      {"C1CC", "not closed"}, {"C(C", ""}, {"C)C", ""}, {"[Xx]", ""},
      {"\xff\xfe", ""}};
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    khop_status status = khop_molecule_parse(m, bad[i][0]);
    if (status != KHOP_E_FORMAT || !strstr(khop_message(), bad[i][1]) || !*khop_message())
      fail_msg("'%s': %s: %s", bad[i][0], khop_status_name(status), khop_message());
    assert_int_equal(khop_molecule_atoms(m), 0);
    ok(khop_molecule_parse(m, "CCO"));
    assert_int_equal(khop_molecule_atoms(m), 3);
  }
  /* A line of 1 MB: refused at the first atom that is too many. */
  char *line = block_of((1 << 20) + 1, 1);
  memset(line, 'C', 1 << 20);
  fails(khop_molecule_parse(m, line), KHOP_E_FORMAT, "more than 16384 atoms", "");
  khop_molecule_free(m);
  free(line);
}

static void scaffolds(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int group;
  } wanted[] = {{"CCc1ccccc1", 1}, {"Oc1ccccc1C", 1}, {"CCCC", 0}, {"c1ccncc1", 2}, {"C1CCCCC1", 3},
                {"c1ccccc1CCc1ccccc1", 4}, {"Cc1ccccc1CCc1ccc(O)cc1", 4}, {"c1ccccc1CCCc1ccccc1", 5},
                {"O=C1CCCCC1", 6}, {"CC1CCCCC1", 3}, {"C=O", 0}, {"C1CCC2CCCCC2C1", 7}, {"C1CCCC1C1CCCC1", 8}};
  uint64_t keys[sizeof wanted / sizeof *wanted];
  size_t count = sizeof wanted / sizeof *wanted;
  uint8_t keep[32];
  for (size_t i = 0; i < count; i++) {
    khop_molecule *m = molecule_of(wanted[i].text);
    ok(khop_molecule_scaffold(&keys[i], keep, m));
    assert_true((keys[i] == 0) == (wanted[i].group == 0));
    int kept = 0;
    for (int64_t a = 0; a < khop_molecule_atoms(m); a++) kept += keep[a];
    if (i == 0) assert_int_equal(kept, 6);
    if (i == 8) assert_int_equal(kept, 7); /* with =O */
    khop_molecule_free(m);
  }
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < count; k++)
      assert_true((keys[i] == keys[k]) == (wanted[i].group == wanted[k].group));
}

/* --- records ---------------------------------------------------------------------------------- */

/* Reads all records of a file into one line a record: "line|text|name|problem|values". */
static void all_records(char *out, const char *path, const khop_records_options *options) {
  khop_records *records;
  khop_record r;
  bool more;
  *out = 0;
  ok(khop_records_open(&records, path, options));
  for (;;) {
    ok(khop_records_next(&more, &r, records));
    if (!more) break;
    out += sprintf(out, "%lld|%.60s|%s|%s", (long long)r.line, r.text, r.name, r.problem ? r.problem : "");
    for (int i = 0; options && i < options->columns; i++) out += sprintf(out, "|%g", r.values[i]);
    out += sprintf(out, "\n");
  }
  khop_records_free(records);
}

static void smiles_files(void **state) {
  (void)state;
  char seen[2000];
  all_records(seen, made_of("a.smi", "\xef\xbb\xbf" "CC ethane\r\nO\twater, H\xe2\x82\x82O \r\n\r\n  C"), NULL);
  assert_string_equal(seen, "1|CC|ethane|\n2|O|water, H\xe2\x82\x82O|\n3|||the line is empty\n4|C||\n");
  khop_records *records;
  fails(khop_records_open(&records, made_of("empty.smi", ""), NULL), KHOP_E_FORMAT, "empty.smi", "empty");
  fails(khop_records_open(&records, at("missing.smi"), NULL), KHOP_E_NOT_FOUND, "missing.smi", "No such");
  fails(khop_records_open(&records, folder, &(khop_records_options){.format = "smi"}), KHOP_E_IO,
        "directory", "");
  fails(khop_records_open(&records, made_of("a.xyz", "C\n"), NULL), KHOP_E_UNSUPPORTED, "\"xyz\"", ".sdf");
  assert_null(records);
  const char *column = "logP";
  fails(khop_records_open(&records, at("a.smi"), &(khop_records_options){.columns = 1, .column = &column}),
        KHOP_E_ARGUMENT, "logP", "no column");
}

static void csv_files(void **state) {
  (void)state;
  char seen[2000];
  const char *columns[2] = {"y", "a,b"};
  khop_records_options two = {.columns = 2, .column = columns};
  const char *text = "name,smiles,\"a,b\",y\r\nx,CC ,1,2.5\r\n\"q \"\"r\"\"\nz\",\"C,C\",,n/a\r\n\r\n"
                     "short\r\nv,O,1e3,nan";
  all_records(seen, made_of("a.csv", text), &two);
  assert_string_equal(seen, "2|CC|x||2.5|1\n3|C,C|q \"r\"\nz||nan|nan\n"
                            "6||short|the line ends before the column of SMILES|nan|nan\n"
                            "7|O|v||nan|1000\n");
  all_records(seen, made_of("b.tsv", "id\tMY\n1\tCCO\n"), &(khop_records_options){.smiles_column = "MY"});
  assert_string_equal(seen, "2|CCO|1|\n");
  khop_records *records;
  fails(khop_records_open(&records, at("b.tsv"), NULL), KHOP_E_FORMAT, "no column \"smiles\"", "id, MY");
  fails(khop_records_open(&records, at("a.csv"), &(khop_records_options){.smiles_column = "nope"}),
        KHOP_E_FORMAT, "nope", "name, smiles, a,b, y");
  columns[1] = "gone";
  fails(khop_records_open(&records, at("a.csv"), &two), KHOP_E_FORMAT, "\"gone\"", "line 1");
}

static const char molfile[] = "ethanol\n  x\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n"
                              "    0.0000    0.0000    0.0000 C   0  0\n    1.0000    0.0000    0.0000 C   0  0\n"
                              "    2.0000    0.0000    0.0000 O   0  0\n  1  2  1  0\n  2  3  1  0\nM  END\n";

static void sdf_files(void **state) {
  (void)state;
  char text[2000], seen[4000];
  snprintf(text, sizeof text, "%s> <logS>\n-0.5\n\n$$$$\njunk\n$$$$\n%s", molfile, molfile);
  const char *column = "logS";
  khop_records_options one = {.columns = 1, .column = &column};
  khop_records *records;
  khop_record r;
  khop_molecule *m = NULL;
  bool more;
  ok(khop_records_open(&records, made_of("a.sdf", text), &one));
  if (khop_molfiles_supported()) ok(khop_molecule_new(&m));
  const int64_t lines[3] = {1, 15, 17};
  const double values[3] = {-0.5, NAN, NAN};
  for (int i = 0; i < 3; i++) {
    ok(khop_records_next(&more, &r, records));
    assert_true(more);
    assert_int_equal(r.line, lines[i]);
    assert_true(i == 1 ? r.problem != NULL : r.problem == NULL);
    assert_true(isnan(values[i]) ? isnan(r.values[0]) : r.values[0] == values[i]);
    if (!m || i == 1) continue;
    ok(khop_molecule_parse(m, r.text));
    assert_int_equal(khop_molecule_atoms(m), 3);
    assert_int_equal(khop_molecule_atom_list(m)[2].hydrogens, 1);
  }
  ok(khop_records_next(&more, &r, records));
  assert_false(more);
  khop_records_free(records);
  khop_molecule_free(m);
  snprintf(text, sizeof text, "%.100s", molfile);
  all_records(seen, made_of("cut.sdf", text), NULL);
  assert_non_null(strstr(seen, "the file ends inside a molfile"));
}

/* Too long, and no text. */
static void odd_records(void **state) {
  (void)state;
  int64_t size = (16 << 20) + 10;
  char *big = block_of(size + 3, 1), seen[1000];
  memset(big, 'C', (size_t)size);
  memcpy(big + size, "\nO", 2);
  write_file(at("big.smi"), big, (size_t)size + 2);
  all_records(seen, at("big.smi"), NULL);
  assert_string_equal(seen, "1|||the record has more than 16 MB\n2|O||\n");
  write_file(at("nul.smi"), "C\0C\nO\n", 6);
  all_records(seen, at("nul.smi"), NULL);
  assert_string_equal(seen, "1|||a NUL byte; this is not text\n2|O||\n");
  free(big);
}

/* --- a set of graphs -------------------------------------------------------------------------- */

static void count_bad(const khop_record *record, const char *reason, void *context) {
  if (reason) *(int64_t *)context += record->line;
}

static const char csv[] = "smiles,y,z\nCCO,1,\nnonsense,2,2\n[Na+].[Cl-],,4\nc1ccccc1C,5,6\n";
static const char *const targets[2] = {"y", "z"};

static void sets(void **state) {
  (void)state;
  khop_graphs *set;
  int64_t bad = 0, outputs, extras, total;
  int types;
  khop_molecules_options o = {.records = {.columns = 2, .column = targets}, .seen = count_bad, .context = &bad};
  ok(khop_molecules_graphs(&set, made_of("s.csv", csv), &o));
  assert_int_equal(bad, 3);
  assert_int_equal(khop_graphs_count(set), 3);
  const int64_t first[4] = {0, 3, 5, 12}, rows[3] = {0, 2, 3};
  for (int i = 0; i < 4; i++) assert_int_equal(khop_graphs_first(set)[i], first[i]);
  for (int i = 0; i < 3; i++) assert_int_equal(khop_graphs_rows(set, &total)[i], rows[i]);
  assert_int_equal(total, 4);
  const khop_real *y = khop_graphs_targets(set, &outputs);
  assert_int_equal(outputs, 2);
  assert_true(y[0] == 1 && isnan(y[1]) && isnan(y[2]) && y[3] == 4 && y[4] == 5 && y[5] == 6);
  assert_string_equal(khop_graphs_target_names(set)[1], "z");
  assert_non_null(khop_graphs_graph_features(set, &extras));
  const khop_features *atoms = khop_graphs_features(set);
  assert_int_equal(atoms->columns, khop_atom_columns() + 4);
  const double states[3] = {1.680556, 0.25, 7.569444}; /* of ethanol, by RDKit */
  for (int i = 0; i < 3; i++)
    assert_true(fabs((double)atoms->dense[(i + 1) * atoms->columns - 1] - states[i] / 4) <= 1e-6);
  const uint8_t *type = khop_graphs_arc_types(set, &types);
  const khop_graph *graph = khop_graphs_graph(set);
  assert_int_equal(types, 4);
  assert_int_equal(khop_graph_edges(graph), 9);
  int64_t arcs = khop_graph_offsets(graph)[12];
  for (int64_t a = 0; a < arcs; a++) { /* those of ethanol, those of the ring, the methyl group */
    bool single = a < 4 || khop_graph_targets(graph)[a] == 11 || a == arcs - 1;
    assert_int_equal(type[a], single ? 0 : 3);
  }
  const int64_t *groups = khop_graphs_split_groups(set);
  assert_true(groups[0] == 0 && groups[1] == 0 && groups[2] != 0);
  khop_graphs_free(set);
  o.strict = true;
  fails(khop_molecules_graphs(&set, at("s.csv"), &o), KHOP_E_FORMAT, "s.csv: line 3: ", "invalid character: 'e'");
  assert_null(set);
  o = (khop_molecules_options){0};
  fails(khop_molecules_graphs(&set, made_of("none.smi", "x\ny\n"), &o), KHOP_E_FORMAT, "none of its 2", "");
}

static khop_status read_set(void *context) {
  khop_graphs *set = NULL;
  khop_molecules_options o = {.records = {.columns = 2, .column = targets}};
  khop_status status = khop_molecules_graphs(&set, context, &o);
  khop_graphs_free(set);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  char path[400];
  snprintf(path, sizeof path, "%s", made_of("s.csv", csv));
  memory_can_run_out();
  assert_true(fail_each(read_set, path) > 30);
  memory_is_plenty();
}

/* What Indigo reads: molfiles. Without it: a sentence, not a crash. */
static void molfiles(void **state) {
  (void)state;
  khop_molecule *m;
  khop_graphs *set;
  ok(khop_molecule_new(&m));
  if (khop_molfiles_supported()) {
    fails(khop_molecule_parse(m, "\n\n\nno molfile\n"), KHOP_E_FORMAT, "", "");
  } else {
    fails(khop_molecule_parse(m, molfile), KHOP_E_UNSUPPORTED, "Indigo", "libindigo-dev");
    fails(khop_molecules_graphs(&set, made_of("w.sdf", molfile), NULL), KHOP_E_UNSUPPORTED, "w.sdf: ", "Indigo");
  }
  ok(khop_molecule_parse(m, "CCO"));
  assert_int_equal(khop_molecule_atoms(m), 3);
  khop_molecule_free(m);
}

/* --- learned features ---------------------------------------------------------------------------- */

static void learned_of_another_smiles(void **state) {
  (void)state;
  static char one[20000], other[20000], smiles[6000];
  khop_recipe r;
  khop_model *model;
  khop_graphs *set, *again;
  ok(khop_recipe_find(&r, "molecule"));
  r.extras = true;
  for (uint64_t seed = 0; seed < 10; seed++) {
    size_t used[2] = {0, 0};
    used[0] += (size_t)sprintf(one, "smiles,y\n");
    used[1] += (size_t)sprintf(other, "smiles,y\n");
    for (int i = 0; i < MOLECULES; i++) {
      khop_molecule *m = molecule_of(molecules[i]);
      other_smiles(smiles, m, seed * 100 + (uint64_t)i);
      used[0] += (size_t)sprintf(one + used[0], "%s,%d\n", molecules[i], i);
      used[1] += (size_t)sprintf(other + used[1], "%s,%d\n", smiles, i);
      assert_true(used[0] + 1000 < sizeof one && used[1] + 1000 < sizeof other);
      khop_molecule_free(m);
    }
    static const char *const y[] = {"y"};
    khop_molecules_options o = {.records = {.columns = 1, .column = y}};
    ok(khop_molecules_graphs(&set, made_of("one.csv", one), &o));
    ok(khop_molecules_graphs(&again, made_of("other.csv", other), &o));
    r.fit.seed = seed;
    ok(khop_graphs_model(&model, &r, set));
    int64_t count = MOLECULES * khop_graphs_hidden_columns(model);
    khop_real *a = block_of(count, sizeof *a), *b = block_of(count, sizeof *b);
    ok(khop_graphs_hidden(a, model, set, 0));
    ok(khop_graphs_hidden(b, model, again, 0));
    for (int64_t i = 0; i < count; i++) close_to((double)b[i], (double)a[i], 1e-5 * fmax(1, fabs((double)a[i])));
    assert_true(memcmp(a, a + count / 2, (size_t)khop_graphs_hidden_columns(model) * sizeof *a) != 0);
    free(a), free(b);
    khop_model_free(model);
    khop_graphs_free(set), khop_graphs_free(again);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paracetamol),  cmocka_unit_test(kinds),       cmocka_unit_test(bad_texts),
      cmocka_unit_test(scaffolds),    cmocka_unit_test(smiles_files), cmocka_unit_test(csv_files),
      cmocka_unit_test(sdf_files),    cmocka_unit_test(odd_records), cmocka_unit_test(sets),
      cmocka_unit_test(out_of_memory), cmocka_unit_test(molfiles),
      cmocka_unit_test(learned_of_another_smiles),
  };
  return cmocka_run_group_tests_name("molecules", tests, open_folder, close_folder);
}
