/* test_targets.c: what columns of a file of molecules say: numbers, answers, classes, a split; and what is told. */
#include "molecules_check.h"

#include "data/answers.h"
#include "molecules/cells.h"

#include <khop/learn.h>
#include <khop/molecule_graphs.h>

static void a_text_is_a_number_an_answer_a_bound_a_comma_a_word_or_missing(void **state) {
  (void)state;
  static const struct {
    const char *text;
    khop_i_cell cell;
    double value;
  } wanted[] = {{"0.5", KHOP_I_CELL_NUMBER, 0.5},  {"-3e2", KHOP_I_CELL_NUMBER, -300}, {"+1", KHOP_I_CELL_NUMBER, 1},
                {"True", KHOP_I_CELL_ANSWER, 1},   {"no", KHOP_I_CELL_ANSWER, 0},      {"", KHOP_I_CELL_MISSING, NAN},
                {"N/A", KHOP_I_CELL_MISSING, NAN}, {"nan", KHOP_I_CELL_MISSING, NAN},  {">3.5", KHOP_I_CELL_BOUND, NAN},
                {"<1e-3", KHOP_I_CELL_BOUND, NAN}, {"~2", KHOP_I_CELL_BOUND, NAN},     {"<= 4", KHOP_I_CELL_BOUND, NAN},
                {"\xe2\x89\xa5 7", KHOP_I_CELL_BOUND, NAN},                            {">0,5", KHOP_I_CELL_BOUND, NAN},
                {"0,5", KHOP_I_CELL_COMMA, NAN},   {"-12,25e-3", KHOP_I_CELL_COMMA, NAN}, {"1,2,3", KHOP_I_CELL_WORD, NAN},
                {"inf", KHOP_I_CELL_WORD, NAN},    {"0.5x", KHOP_I_CELL_WORD, NAN},    {">high", KHOP_I_CELL_WORD, NAN},
                {"blue", KHOP_I_CELL_WORD, NAN},   {",", KHOP_I_CELL_WORD, NAN},       {"1,e5", KHOP_I_CELL_WORD, NAN}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    double value;
    khop_i_cell cell = khop_i_cell_read(&value, wanted[i].text);
    bool same = isnan(wanted[i].value) ? isnan(value) : value == wanted[i].value;
    if (cell != wanted[i].cell || !same) fail_msg("'%s': kind %d, value %g", wanted[i].text, (int)cell, value);
  }
}

static void minus_one_is_no_where_there_is_no_other_no(void **state) {
  (void)state;
  khop_real signs[4] = {-1, 1, (khop_real)NAN, -1}, codes[3] = {-1, 0, 1}, numbers[3] = {-1, 1, 2};
  assert_true(khop_i_answers_minus(signs, 4, false));
  assert_true(signs[0] == 0 && signs[1] == 1 && isnan(signs[2]) && signs[3] == 0);
  assert_false(khop_i_answers_minus(codes, 3, false));
  assert_true(codes[0] == -1);
  assert_false(khop_i_answers_minus(codes, 3, true));
  assert_true(isnan(codes[0]) && codes[1] == 0);
  assert_false(khop_i_answers_minus(numbers, 3, false));
  assert_true(numbers[0] == -1);
}

/* --- columns ---------------------------------------------------------------------------------- */

/* A file of one column y, a molecule a text. */
static const char *column_of(int count, const char *const *texts) {
  static char csv[20000];
  char *at = csv + sprintf(csv, "smiles,y\n");
  for (int i = 0; i < count; i++) {
    for (int c = 0; c <= i; c++) *at++ = 'C';
    at += sprintf(at, ",\"%s\"\n", texts[i]);
  }
  return made_of("column.csv", csv);
}

static const char *const y[] = {"y"};
static khop_molecules_options target_y(void) {
  return (khop_molecules_options){.records = {.columns = 1, .column = y}, .no_graph_features = true};
}

#define COLUMN(...) column_of((int)(sizeof(const char *const[]){__VA_ARGS__} / sizeof(char *)), \
                              (const char *const[]){__VA_ARGS__})

static khop_graphs *read_column(const char *path, khop_molecules_options o) {
  khop_graphs *set = NULL;
  if (khop_molecules_graphs(&set, path, &o) != KHOP_OK) fail_msg("%s", khop_message());
  return set;
}

static void texts_that_are_no_numbers_are_counted_and_told_with_the_first(void **state) {
  (void)state;
  khop_graphs *set = read_column(COLUMN("0.5", ">0.5", "", "2", "3,5", "nonsense"), target_y());
  const khop_real *target = khop_graphs_targets(set, NULL);
  assert_true(target[0] == 0.5 && target[3] == 2);
  for (int i = 1; i < 6; i += i == 2 ? 2 : 1) assert_true(isnan(target[i]));
  assert_string_equal(khop_graphs_note(set, 0), "column y: 3 of 5 are no numbers, first '>0.5' in line 3, a bound, which "
                                                "is no value: they are missing");
  assert_int_equal(khop_graphs_notes(set), 1);
  khop_graphs_free(set);
}

static void numbers_alone_are_told_of_nothing(void **state) {
  (void)state;
  khop_graphs *set = read_column(COLUMN("0.5", "", "2"), target_y());
  assert_int_equal(khop_graphs_notes(set), 0);
  khop_graphs_free(set);
}

static void words_alone_are_classes_in_alphabetical_order(void **state) {
  (void)state;
  khop_graphs *set = read_column(COLUMN("red", "blue", "", "green", "red"), target_y());
  const int32_t wanted[5] = {2, 0, -1, 1, 2};
  assert_null(khop_graphs_targets(set, NULL));
  assert_int_equal(khop_graphs_classes(set), 3);
  for (int i = 0; i < 5; i++) assert_int_equal(khop_graphs_labels(set)[i], wanted[i]);
  assert_string_equal(khop_graphs_class_names(set)[0], "blue");
  assert_string_equal(khop_graphs_note(set, 0), "column y holds words: 3 classes, blue, green, red");
  khop_graphs_free(set);
}

static void a_label_takes_numbers_for_classes_in_their_order(void **state) {
  (void)state;
  khop_molecules_options o = {.label = "y", .no_graph_features = true};
  khop_graphs *set = read_column(COLUMN("10", "9", "9.0", "-1", "10"), o);
  const int32_t wanted[5] = {1, 0, 0, -1, 1};
  assert_int_equal(khop_graphs_classes(set), 2);
  for (int i = 0; i < 5; i++) assert_int_equal(khop_graphs_labels(set)[i], wanted[i]);
  assert_string_equal(khop_graphs_class_names(set)[0], "9");
  khop_graphs_free(set);
  fails(khop_molecules_graphs(&set, COLUMN("0.5", "1"), &o), KHOP_E_VALUE, "holds 0.5", "--target y");
}

static void true_and_yes_are_one_and_no_numbers_among_others(void **state) {
  (void)state;
  khop_graphs *set = read_column(COLUMN("True", "no", "1", ""), target_y());
  const khop_real *target = khop_graphs_targets(set, NULL);
  assert_true(target[0] == 1 && target[1] == 0 && target[2] == 1 && isnan(target[3]));
  khop_graphs_free(set);
  set = read_column(COLUMN("yes", "3.5", "7"), target_y());
  assert_true(isnan(khop_graphs_targets(set, NULL)[0]));
  assert_non_null(strstr(khop_graphs_note(set, 0), "1 of 3 are no numbers, first 'yes' in line 2"));
  khop_graphs_free(set);
}

static void several_labels_are_tasks_and_minus_one_is_no(void **state) {
  (void)state;
  khop_molecules_options o = {.label = "a,b", .no_graph_features = true};
  khop_graphs *set = read_column(made_of("tasks.csv", "smiles,a,b\nC,1,-1\nCC,-1,1\nCCC,,1\n"), o);
  int64_t outputs;
  const khop_real *t = khop_graphs_targets(set, &outputs);
  assert_true(khop_graphs_has_tasks(set) && outputs == 2);
  assert_true(t[0] == 1 && t[1] == 0 && t[2] == 0 && t[3] == 1 && isnan(t[4]) && t[5] == 1);
  assert_string_equal(khop_graphs_target_names(set)[1], "b");
  khop_graphs_free(set);
  fails(khop_molecules_graphs(&set, made_of("tasks.csv", "smiles,a,b\nC,1,0\nCC,x,1\n"), &o), KHOP_E_VALUE,
        "column a: 'x' in line 3", "yes/no");
}

static void what_holds_nothing_to_learn_is_refused_with_the_reason(void **state) {
  (void)state;
  khop_graphs *set;
  khop_molecules_options o = target_y(), asked = {.label = "y", .no_graph_features = true};
  fails(khop_molecules_graphs(&set, COLUMN("", "NA"), &o), KHOP_E_VALUE, "column y: all 2 values are missing", "");
  fails(khop_molecules_graphs(&set, COLUMN("0,5", "1,5"), &o), KHOP_E_VALUE, "2 of 2 are no numbers", "a decimal comma");
  fails(khop_molecules_graphs(&set, COLUMN("1", "a", "b"), &o), KHOP_E_VALUE, "2 of 3", "--label y takes every text");
  fails(khop_molecules_graphs(&set, COLUMN("a", "a", ""), &o), KHOP_E_VALUE, "the only class is a", "");
  fails(khop_molecules_graphs(&set, COLUMN("", ""), &asked), KHOP_E_VALUE, "no molecule has a class", "");
  o.label = "y";
  fails(khop_molecules_graphs(&set, COLUMN("1", "2"), &o), KHOP_E_ARGUMENT, "targets and a label", "");
  o.label = NULL;
  o.optional = true; /* as where a model is to predict them */
  set = read_column(COLUMN("", "NA"), o);
  khop_graphs_free(set);
}

static void names_are_no_classes(void **state) {
  (void)state;
  const char *texts[30];
  char name[30][8];
  khop_graphs *set;
  khop_molecules_options o = target_y(), asked = {.label = "y", .no_graph_features = true};
  for (int i = 0; i < 30; i++) snprintf(name[i], sizeof name[i], "m%d", i), texts[i] = name[i];
  fails(khop_molecules_graphs(&set, column_of(30, texts), &o), KHOP_E_VALUE, "30 different texts on 30 molecules", "m0");
  set = read_column(column_of(30, texts), asked);
  assert_int_equal(khop_graphs_classes(set), 30);
  khop_graphs_free(set);
}

static void a_column_of_the_file_is_the_split(void **state) {
  (void)state;
  khop_molecules_options o = {.split = "y", .no_graph_features = true};
  khop_graphs *set = read_column(COLUMN("train", "Valid", "TEST", "training", "", "dev"), o);
  const uint8_t wanted[6] = {KHOP_TRAIN, KHOP_VAL, KHOP_TEST, KHOP_TRAIN, KHOP_NO_PART, KHOP_VAL};
  assert_memory_equal(khop_graphs_parts(set), wanted, 6);
  assert_non_null(strstr(khop_graphs_note(set, 0), "1 of 6 molecules are in no part of the split"));
  khop_graphs_free(set);
  fails(khop_molecules_graphs(&set, COLUMN("train", "rest"), &o), KHOP_E_VALUE, "'rest'", "train, val or test");
}

/* --- splits and writings, by RDKit (tests/files/make_molecule_splits.py) --------------------------- */

static void the_scaffold_split_is_that_of_moleculenet(void **state) {
  (void)state;
  khop_molecules_options o = {.split = "part", .no_graph_features = true};
  khop_graphs *set = read_column(fixture("tests/files/molecule_splits.csv"), o);
  uint8_t part[400];
  int64_t graphs = khop_graphs_count(set);
  assert_in_range(graphs, 200, 400);
  ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS_IN_ORDER, .1, .1, 0));
  assert_memory_equal(part, khop_graphs_parts(set), (size_t)graphs);
  khop_graphs_free(set);
}

static void all_writings_of_a_molecule_are_copies_and_no_other_molecule_is(void **state) {
  (void)state;
  static const char *const molecule[] = {"molecule"};
  khop_molecules_options o = {.records = {.columns = 1, .column = molecule}, .no_graph_features = true};
  khop_graphs *set = read_column(fixture("tests/files/molecule_splits.csv"), o);
  const int64_t *first = khop_graphs_copies(set);
  const khop_real *number = khop_graphs_targets(set, NULL);
  for (int64_t a = 0; a < khop_graphs_count(set); a++)
    for (int64_t b = 0; b <= a; b++)
      if ((number[a] == number[b]) != (first[a] == first[b])) fail_msg("molecules %d and %d", (int)a, (int)b);
  khop_graphs_free(set);
  o.copies_apart = true;
  set = read_column(fixture("tests/files/molecule_splits.csv"), o);
  assert_null(khop_graphs_copies(set));
  khop_graphs_free(set);
}

static void copies_are_counted_and_so_are_those_that_contradict(void **state) {
  (void)state;
  khop_molecules_options o = target_y();
  khop_graphs *set = read_column(
      made_of("c.csv", "smiles,y\nCCO,1\nOCC,1\nc1ccccc1C,2\nC(O)C,3\nC1=CC=CC=C1C,\nCC,5\n"), o);
  assert_int_equal(khop_graphs_notes(set), 2);
  assert_string_equal(khop_graphs_note(set, 0),
                      "2 molecules are written twice or more: each stays on one side of a split (lines 2 and 3)");
  assert_string_equal(khop_graphs_note(set, 1), "1 molecule is written again with other values (lines 2 and 5)");
  khop_graphs_free(set);
  khop_molecules_options cut = {.split = "s", .no_graph_features = true};
  set = read_column(made_of("d.csv", "smiles,s\nCCO,train\nOCC,test\nCC,train\n"), cut);
  assert_string_equal(khop_graphs_note(set, 1), "1 molecule is on both sides of the split of the file (lines 2 and 3)");
  khop_graphs_free(set);
}

/* --- files ------------------------------------------------------------------------------------ */

static void a_field_that_no_record_of_an_sdf_has_is_refused_with_those_that_are(void **state) {
  (void)state;
  if (!khop_molfiles_supported()) return; /* molfiles */
  static const char sdf[] = "methane\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n"
                            "    0.0000    0.0000    0.0000 C   0  0\nM  END\n> <logS>\n>3.5\n\n> <y>\n2\n\n$$$$\n";
  static const char *const wrong[] = {"logP"};
  khop_graphs *set;
  khop_molecules_options o = target_y();
  set = read_column(made_of("a.sdf", sdf), o);
  assert_true(khop_graphs_targets(set, NULL)[0] == 2);
  khop_graphs_free(set);
  o.records.column = wrong;
  fails(khop_molecules_graphs(&set, at("a.sdf"), &o), KHOP_E_FORMAT, "no record has the field \"logP\"", "logS, y");
  o.optional = true;
  set = read_column(at("a.sdf"), o);
  khop_graphs_free(set);
}

static void a_wanted_column_that_stands_twice_is_refused(void **state) {
  (void)state;
  khop_records *records;
  khop_records_options o = {.columns = 1, .column = y};
  fails(khop_records_open(&records, made_of("twice.csv", "smiles,y,z,y\nC,1,2,3\n"), &o), KHOP_E_FORMAT, "two columns",
        "\"y\"");
  ok(khop_records_open(&records, at("twice.csv"), NULL));
  assert_string_equal(khop_records_column(records, 1), "y");
  assert_string_equal(khop_records_column(records, 2), "z");
  assert_null(khop_records_column(records, 3));
  assert_null(khop_records_column(records, -1));
  khop_records_free(records);
}

static khop_status read_words(void *context) {
  khop_graphs *set = NULL;
  khop_molecules_options o = {.label = "y", .split = "z", .no_graph_features = true};
  khop_status status = khop_molecules_graphs(&set, context, &o);
  khop_graphs_free(set);
  return status;
}

static void memory_may_end_anywhere(void **state) {
  (void)state;
  char path[400];
  snprintf(path, sizeof path, "%s", made_of("m.csv", "smiles,y,z\nC,a,train\nCC,b,\nCCC,a,test\n"));
  memory_can_run_out();
  assert_true(fail_each(read_words, path) > 30);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_text_is_a_number_an_answer_a_bound_a_comma_a_word_or_missing),
      cmocka_unit_test(minus_one_is_no_where_there_is_no_other_no),
      cmocka_unit_test(texts_that_are_no_numbers_are_counted_and_told_with_the_first),
      cmocka_unit_test(numbers_alone_are_told_of_nothing),
      cmocka_unit_test(words_alone_are_classes_in_alphabetical_order),
      cmocka_unit_test(a_label_takes_numbers_for_classes_in_their_order),
      cmocka_unit_test(true_and_yes_are_one_and_no_numbers_among_others),
      cmocka_unit_test(several_labels_are_tasks_and_minus_one_is_no),
      cmocka_unit_test(what_holds_nothing_to_learn_is_refused_with_the_reason),
      cmocka_unit_test(names_are_no_classes),
      cmocka_unit_test(a_column_of_the_file_is_the_split),
      cmocka_unit_test(a_field_that_no_record_of_an_sdf_has_is_refused_with_those_that_are),
      cmocka_unit_test(a_wanted_column_that_stands_twice_is_refused),
      cmocka_unit_test(the_scaffold_split_is_that_of_moleculenet),
      cmocka_unit_test(all_writings_of_a_molecule_are_copies_and_no_other_molecule_is),
      cmocka_unit_test(copies_are_counted_and_so_are_those_that_contradict),
      cmocka_unit_test(memory_may_end_anywhere),
  };
  return cmocka_run_group_tests_name("targets", tests, open_folder, close_folder);
}
