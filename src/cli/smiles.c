/* smiles.c: khop smiles: one text for all writings of a molecule, for other programs to read. */
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/standardise.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST_REASONS 20

typedef struct smiles_choice {
  const char *input, *output, *smiles_column;
  int standardise; /* steps of khop_standardise */
  bool flat, strict, quiet, for_spreadsheets;
} smiles_choice;

static bool set_output(void *context, const char *value, const char *where) {
  const char *dot = strrchr(value, '.');
  if (!read_path(&((smiles_choice *)context)->output, value, where)) return false;
  if ((dot && (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".tsv") == 0)) || strncmp(value, "/dev/", 5) == 0)
    return true;
  complain("%s: not .csv or .tsv: '%s' (without -o .smi goes to standard output)", where, value);
  return false;
}
static bool set_smiles_column(void *context, const char *value, const char *where) {
  (void)where;
  ((smiles_choice *)context)->smiles_column = value;
  return true;
}
static bool set_standardise(void *context, const char *value, const char *where) {
  return read_standardise(&((smiles_choice *)context)->standardise, value, where);
}
static bool set_flat(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((smiles_choice *)context)->flat = true;
}
static bool set_strict(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((smiles_choice *)context)->strict = true;
}
static bool set_quiet_smiles(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((smiles_choice *)context)->quiet = true;
}
static bool set_spreadsheet(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((smiles_choice *)context)->for_spreadsheets = true;
}

static const option_row rows[] = {
    {"output", 'o', "FILE", ".csv or .tsv with line, id, smiles, problem (.smi on standard output)", set_output},
    STANDARDISE_OPTION_ROW(set_standardise),
    {"flat", 0, NULL, "without isotopes and configurations (@, /, \\)", set_flat},
    {"smiles-column", 0, "NAME", "column of SMILES in a .csv (smiles, SMILES, ..)", set_smiles_column},
    {"strict", 0, NULL, "a line that cannot be read ends it: exit status 1", set_strict},
    {"spreadsheet", 0, NULL, "-o: texts that a spreadsheet takes for formulas get a '", set_spreadsheet},
    {"quiet", 'q', NULL, "say nothing of the lines that cannot be read, nor at the end", set_quiet_smiles},
};
const command smiles_command = {
    "smiles", "MOLECULES [-o FILE.csv]",
    "Canonical SMILES: the same text for every writing of a molecule. Without -o a line each, with\n"
    "its name, as other programs read .smi; what cannot be read is told and left out. A table keeps\n"
    "a row for it, with the reason. The text is khop's own: other programs order atoms otherwise.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop smiles drugs.sdf >drugs.smi\n"
    "  khop smiles salts.csv --standardise largest-fragment,neutral -o parents.csv\n"
    "  khop smiles mols.smi | cut -d' ' -f1 | sort | uniq -d     # molecules that come twice\n", 1, 1, NULL};

/* Where texts go, and what is told of them. */
typedef struct smiles_output {
  khop_csv *csv; /* NULL: standard output */
  int64_t molecules, bad, changed;
} smiles_output;

static void write_header(khop_csv *csv) {
  static const char *const columns[] = {"line", "id", "smiles", "problem"};
  for (int i = 0; i < 4; i++) khop_csv_text(csv, columns[i]);
  khop_csv_end_row(csv);
}

/* One molecule; smiles is NULL where there is a problem instead. */
static void write_molecule(smiles_output *to, const khop_record *record, const char *smiles, const char *problem) {
  if (to->csv) {
    khop_csv_integer(to->csv, record->line);
    khop_csv_text(to->csv, record->name);
    khop_csv_text(to->csv, smiles);
    khop_csv_text(to->csv, problem);
    khop_csv_end_row(to->csv);
  } else if (smiles) {
    printf("%s%s%s\n", smiles, *record->name ? " " : "", visible(record->name)); /* a line each, whatever the name */
  }
}

/* The canonical text of a record; where it cannot be read *problem says why. Errors: MEMORY. */
static khop_status canonical_text(char **smiles, const char **problem, int *changed, khop_molecule *molecule,
                                  const khop_record *record, const smiles_choice *choice) {
  *smiles = NULL;
  *changed = 0;
  if ((*problem = record->problem)) return KHOP_OK;
  khop_status status = khop_molecule_parse(molecule, record->text);
  if (status == KHOP_E_FORMAT || status == KHOP_E_UNSUPPORTED) {
    *problem = khop_message();
    return KHOP_OK;
  }
  if (status == KHOP_OK && choice->standardise)
    status = khop_molecule_standardise(changed, molecule, choice->standardise);
  return status == KHOP_OK ? khop_molecule_smiles(smiles, molecule, !choice->flat) : status;
}

static int write_all(smiles_output *to, khop_records *records, khop_molecule *molecule, const smiles_choice *choice) {
  khop_record record;
  bool more = true;
  for (;;) {
    char *smiles;
    const char *problem;
    int changed;
    int64_t done, total;
    if (was_interrupted()) return failure("%s: interrupted", choice->input);
    if (khop_records_next(&more, &record, records) != KHOP_OK) return library_failure();
    if (!more) return EXIT_OK;
    if (canonical_text(&smiles, &problem, &changed, molecule, &record, choice) != KHOP_OK) return library_failure();
    to->molecules++;
    to->changed += changed != 0;
    if (problem && (choice->strict || (to->bad < MOST_REASONS && !choice->quiet)))
      failure("%s: line %lld: %s", choice->input, (long long)record.line, problem);
    to->bad += problem != NULL;
    if (!problem || !choice->strict) write_molecule(to, &record, smiles, problem);
    khop_free(smiles);
    if (problem && choice->strict) return EXIT_FAILED;
    khop_records_progress(&done, &total, records);
    progress_line(false, "%s: %lld molecules, %.0f %%", choice->input, (long long)to->molecules,
                  total ? 100.0 * (double)done / (double)total : 0);
  }
}

/* What was done, where standard output is not the result. */
static void tell(const smiles_output *to, const smiles_choice *choice) {
  if (choice->quiet) return;
  if (to->bad > MOST_REASONS)
    failure("%s: and %lld more", choice->input, (long long)(to->bad - MOST_REASONS));
  if (choice->standardise)
    note("%s: standardised, of %lld molecules %lld changed", choice->input, (long long)(to->molecules - to->bad),
         (long long)to->changed);
  if (to->csv)
    printf("%s: %lld molecules, %lld of them bad\n", visible(choice->output), (long long)to->molecules,
           (long long)to->bad);
}

int run_smiles(int argc, char **argv) {
  smiles_choice choice = {0};
  smiles_output to = {0};
  khop_records *records = NULL;
  khop_molecule *molecule = NULL;
  int status = parse_options(&smiles_command, &choice, argc, argv, &choice.input);
  if (status != GO_ON) return status;
  if (choice.for_spreadsheets && !choice.output) return usage_error("--spreadsheet goes with -o");
  khop_records_options how = {.size = sizeof how, .smiles_column = choice.smiles_column};
  if (khop_records_open(&records, choice.input, &how) != KHOP_OK || khop_molecule_new(&molecule) != KHOP_OK ||
      (choice.output && khop_csv_new(&to.csv, choice.output) != KHOP_OK)) {
    status = library_failure();
  } else {
    if (to.csv && choice.for_spreadsheets) khop_csv_for_spreadsheets(to.csv);
    if (to.csv) write_header(to.csv);
    status = write_all(&to, records, molecule, &choice);
    progress_clear();
    if (status == EXIT_OK && to.csv && khop_csv_commit(to.csv) != KHOP_OK) status = library_failure();
    if (status == EXIT_OK) tell(&to, &choice);
  }
  khop_csv_free(to.csv);
  khop_molecule_free(molecule);
  khop_records_free(records);
  return status;
}
