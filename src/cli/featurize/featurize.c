/* featurize.c: khop featurize: numbers of molecules, of their atoms, or of the nodes of a graph. */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/featurize/choice.h"
#include "cli/featurize/learned.h"
#include "cli/featurize/molecules.h"
#include "cli/featurize/nodes.h"
#include "cli/standardise.h"
#include "cli/values.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool set_descriptors(void *context, const char *value, const char *where) {
  (void)where;
  ((featurize_choice *)context)->features = value;
  return true;
}
static bool set_hops(void *context, const char *value, const char *where) {
  featurize_choice *choice = context;
  if (!read_list(choice->hop, &choice->hops, KHOP_MAX_DESCRIPTOR_HOP + 1, 0, value, "hops", where))
    return false;
  for (int h = 1; h < choice->hops; h++) {
    if (choice->hop[h] > choice->hop[h - 1]) continue;
    complain("%s: hops must ascend: '%s'", where, value);
    return false;
  }
  return choice->hops_given = true;
}
static bool set_per(void *context, const char *value, const char *where) {
  static const char *const names[] = {"molecule", "atom"};
  return read_choice(&((featurize_choice *)context)->per, value, names, 2, "a row for what", where);
}
static bool set_bits(void *context, const char *value, const char *where) {
  return read_int(&((featurize_choice *)context)->bits, value, 1, 1 << 20, where);
}
static bool set_radius(void *context, const char *value, const char *where) {
  return read_int(&((featurize_choice *)context)->radius, value, 1, KHOP_MAX_RADIUS, where);
}
static bool set_occurrences(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((featurize_choice *)context)->occurrences = true;
}
static bool set_smiles_column(void *context, const char *value, const char *where) {
  (void)where;
  ((featurize_choice *)context)->smiles_column = value;
  return true;
}
static bool set_model(void *context, const char *value, const char *where) {
  return read_path(&((featurize_choice *)context)->model, value, where);
}
static bool set_strict(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((featurize_choice *)context)->strict = true;
}
static bool set_standardise(void *context, const char *value, const char *where) {
  return read_standardise(&((featurize_choice *)context)->standardise, value, where);
}
static bool set_norm(void *context, const char *value, const char *where) {
  return read_choice(&((featurize_choice *)context)->norm, value, norm_names, 4, "a norm", where);
}
static bool set_workers(void *context, const char *value, const char *where) {
  return read_int(&((featurize_choice *)context)->threads, value, 1, 256, where) &&
         set_threads(context, value, where);
}
static bool set_output(void *context, const char *value, const char *where) {
  const char *dot = strrchr(value, '.');
  if (!read_path(&((featurize_choice *)context)->output, value, where)) return false;
  if ((dot && strcmp(dot, ".npz") == 0) || strncmp(value, "/dev/", 5) == 0) return true;
  complain("%s: not .npz: '%s'", where, value);
  return false;
}

/* --features is of molecules here, and no option of data. */
static void note_option(void *context, const char *name, const char *value) {
  if (strcmp(name, "features") != 0) note_given(context, name, value);
}

static const option_row rows[] = {
    {"output", 'o', "FILE.npz", "X (rows, columns) float32, names, ok; node_names or id (required)", set_output},
    {"hops", 0, "LIST", "which rings, as 0-8 or 1,2,4 (0-8; graphs 0-3)", set_hops},
    {"threads", 0, "T", "processes for molecules, threads for a graph (all cores)", set_workers},
    {"quiet", 'q', NULL, "say nothing of the lines that cannot be read, nor at the end", set_quiet},
    {NULL, 0, NULL, "Molecules (.smi .smiles .csv .tsv .sdf .mol)", NULL},
    {"features", 0, "LIST", "which, as ring,crippen; see above (all)", set_descriptors},
    {"per", 0, "WHAT", "a row for each molecule or atom (molecule)", set_per},
    {"bits", 0, "N", "columns that atom pairs (1024) or ecfp, fcfp (2048) are folded into", set_bits},
    {"radius", 0, "R", "bonds that ecfp, fcfp look around each atom (2: ECFP4)", set_radius},
    {"occurrences", 0, NULL, "of ecfp, fcfp: how often each bit occurs, not whether", set_occurrences},
    {"smiles-column", 0, "NAME", "column of SMILES in a .csv (smiles, SMILES, ..)", set_smiles_column},
    STANDARDISE_OPTION_ROW(set_standardise),
    {"strict", 0, NULL, "a line that cannot be read ends it: exit status 1", set_strict},
    {"model", 0, "FILE", "learned features of a trained model: what its last layer reads", set_model},
    COLUMNS_OPTION_ROW,
    {NULL, 0, NULL, "Graphs", NULL},
    {"norm", 0, "NORM", "how rings are scaled: none (sum), row (mean), sym, col (none)", set_norm},
    NODES_OPTION_ROW,
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    MEMORY_OPTION_ROW,
};
const command featurize_command = {
    "featurize", "MOLECULES|DATA -o X.npz",
    "Numbers that need no training: descriptors of molecules from their rings of topological\n"
    "distance, a row in the order of the file; or for the nodes of a graph their features summed\n"
    "over each ring. A line that cannot be read keeps its row: NaN, and ok is false.\n"
    "Of a graph it makes a table with named columns; 'khop hops' makes the array 'khop train' reads.\n\n"
    "Features of a molecule: counts, ring, wiener, autocorr, atompair, crippen (log P, refractivity),\n"
    "tpsa (polar surface), types (Crippen's atom types), profile (shares, indices, symmetry),\n"
    "estate (electrotopological states by type of atom); where it is named, ecfp or fcfp (Morgan's\n"
    "fingerprint by connectivity or by feature: donors, acceptors, acids ..; RDKit's bits).\n"
    "Features of an atom: ring, atom, spread.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop featurize mols.smi -o X.npz\n"
    "  khop featurize mols.csv -o X.npz --features ring,autocorr --hops 0-12\n"
    "  khop featurize mols.smi -o X.npz --model solubility.safetensors\n"
    "  khop featurize karate -o X.npz --hops 0-3 --norm row\n", 1, 1, note_option};

static bool is_molecules(const char *path) {
  static const char *const extensions[] = {"smi", "smiles", "ism", "csv", "tsv", "sdf", "sd", "mol"};
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; dot && i < sizeof extensions / sizeof *extensions; i++)
    if (strcasecmp(dot + 1, extensions[i]) == 0) return true;
  return false;
}

/* An edge list as well as molecules: with a table of nodes beside it, it is the first. */
static bool is_text_table(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot && (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".tsv") == 0);
}

/* Of molecules, whose numbers need neither a graph nor its rings; learned: those of a model. */
static int refuse_options_of_graphs(const featurize_choice *choice, bool learned) {
  static const char *const of_graphs[] = {"norm", "nodes", "label", "split-column", "directed-links", "directed", "ids",
                                          "format", "memory"};
  for (size_t i = 0; i < sizeof of_graphs / sizeof *of_graphs; i++)
    if (was_given(&choice->data, of_graphs[i]) && !(learned && strcmp(of_graphs[i], "memory") == 0))
      return usage_error("--%s goes with a graph, and '%s' is a %s", of_graphs[i], choice->input,
                         learned ? "set of graphs: --model takes no other" : "file of molecules");
  return GO_ON;
}

int run_featurize(int argc, char **argv) {
  featurize_choice choice = {0};
  int status = parse_options(&featurize_command, &choice, argc, argv, &choice.input);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error("-o: where to? it is required");
  bool numbers = choice.bits || choice.radius || choice.occurrences;
  if (choice.model && (choice.features || choice.per || choice.hops_given || numbers))
    return usage_error("--model: --features, --per, --bits, --radius, --occurrences and --hops are not for learned "
                       "features");
  if (!choice.model && was_given(&choice.data, "columns")) return usage_error("--columns goes with --model");
  graph_set_choice how = {.smiles_column = choice.smiles_column};
  if (choice.model) status = refuse_options_of_graphs(&choice, true);
  if (choice.model && status == GO_ON)
    status = refuse_unused(&choice.data, choice.input, kind_of_data(choice.input, &choice.data, true, &how));
  if (choice.model) return status == GO_ON ? featurize_learned(&choice) : status;
  bool molecules = is_molecules(choice.input) && !(choice.data.options.nodes && is_text_table(choice.input));
  for (int h = 0; !choice.hops_given && h < (molecules ? 9 : 4); h++) choice.hop[choice.hops++] = h;
  if (choice.threads == 0) choice.threads = khop_threads();
  bool fingerprint = choice.features && (strstr(choice.features, "ecfp") || strstr(choice.features, "fcfp"));
  if (molecules && !fingerprint && (choice.radius || choice.occurrences))
    return usage_error("--radius and --occurrences are for --features ecfp or fcfp");
  bool for_molecules = choice.features || choice.per || choice.smiles_column || choice.strict || choice.standardise ||
                       numbers;
  if (!molecules && for_molecules)
    return usage_error("--features, --per, --bits, --radius, --occurrences, --smiles-column, --standardise and "
                       "--strict are for molecules, and '%s' is a graph", choice.input);
  status = molecules ? refuse_options_of_graphs(&choice, false) : check_one_graph(&choice.data, choice.input);
  if (status != GO_ON) return status;
  return molecules ? featurize_molecules(&choice) : featurize_nodes(&choice);
}
