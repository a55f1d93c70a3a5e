/* data_use.c: see data_use.h. */
#include "cli/data_use.h"
#include "cli/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- what kind it is ----------------------------------------------------------------------------- */

/* Formats as khop_read_options and their extensions name them, up to a NULL. */
static const char *const lists[] = {"edges", "ncol", "adjlist", "txt", "edgelist", "el", "csv", "tsv", NULL};
static const char *const open_ones[] = {"dl", "json", "mtx", NULL};

static bool is_one_of(const char *format, const char *const *formats) {
  for (int i = 0; formats[i]; i++)
    if (strcasecmp(format, formats[i]) == 0) return true;
  return false;
}

/* "csv" of "a/b.csv.gz"; to be freed. */
static char *extension_of(const char *path) {
  size_t length = strlen(path);
  if (length > 3 && strcasecmp(path + length - 3, ".gz") == 0) length -= 3;
  size_t begin = length;
  while (begin > 0 && path[begin - 1] != '.' && path[begin - 1] != '/') begin--;
  return strndup(path + begin, length - begin);
}

static data_kind kind_of_graph(const char *name, const data_choice *choice) {
  char *path = NULL, *format;
  struct stat seen;
  if (khop_data_path(&path, name) != KHOP_OK) path = NULL; /* the loader says what is wrong */
  bool folder = stat(path ? path : name, &seen) == 0 && S_ISDIR(seen.st_mode);
  const char *given = choice->options.read.format;
  format = given ? strdup(given) : extension_of(path ? path : name);
  data_kind kind = folder ? DATA_FOLDER : DATA_SAID;
  if (format && !folder && is_one_of(format, lists)) kind = DATA_LIST;
  if (format && !folder && is_one_of(format, open_ones)) kind = DATA_OPEN;
  if (format && !folder && !given && strcasecmp(format, "npz") == 0) kind = DATA_NPZ;
  free(format);
  khop_free(path);
  return kind;
}

data_kind kind_of_data(const char *name, const data_choice *choice, bool set, const graph_set_choice *how) {
  if (set) return is_molecule_file(name, how) ? DATA_MOLECULES : DATA_SET;
  return kind_of_graph(name, choice);
}

static const char *kind_name(data_kind kind) {
  switch (kind) {
    case DATA_LIST: return "a list of edges";
    case DATA_OPEN: case DATA_SAID: return "a graph of another format";
    case DATA_NPZ: return "an .npz";
    case DATA_FOLDER: return "a folder";
    case DATA_SET: return "a set of graphs";
    case DATA_MOLECULES: return "a set of molecules";
  }
  return "";
}

/* --- what it has a use for ------------------------------------------------------------------------- */

#define ONE_GRAPH (DATA_LIST | DATA_OPEN | DATA_SAID | DATA_NPZ | DATA_FOLDER)
#define SETS (DATA_SET | DATA_MOLECULES)
typedef struct option_use {
  const char *option;
  int kinds;       /* of data that have a use for it */
  int with_labels; /* of those that have one with --graph-labels beside them */
  const char *goes_with;
} option_use;
static const option_use uses[] = {
    {"label", ONE_GRAPH | DATA_MOLECULES, SETS, "one graph, molecules, or with --graph-labels"},
    {"split-column", ONE_GRAPH | DATA_MOLECULES, SETS, "one graph, molecules, or with --graph-labels"},
    {"target", ONE_GRAPH | DATA_MOLECULES, SETS, "one graph, molecules, or with --graph-labels"},
    {"masks", DATA_NPZ, 0, "an .npz"},
    {"directed-links", DATA_NPZ, 0, "an .npz"},
    {"directed", DATA_LIST | DATA_OPEN | DATA_FOLDER, 0, "lists of edges and formats that do not say it"},
    {"ids", DATA_LIST, 0, "lists of edges"},
    {"format", DATA_LIST | DATA_OPEN | DATA_SAID, 0, "a file of one graph"},
    {"nodes", ONE_GRAPH, 0, "one graph: a set has --graph-labels"},
    {"features", ONE_GRAPH, 0, "one graph"},
    {"exclude", ONE_GRAPH, 0, "one graph"},
    {"name", ONE_GRAPH, 0, "one graph"},
    {"missing", ONE_GRAPH, 0, "one graph"},
    {"encodings", ONE_GRAPH, 0, "one graph"},
    {"map", ONE_GRAPH, 0, "one graph"},
    {"smiles-column", DATA_MOLECULES, 0, "molecules"},
    {"descriptors", DATA_MOLECULES, 0, "molecules"},
    {"strict", DATA_MOLECULES, 0, "molecules"},
    {"standardise", DATA_MOLECULES, 0, "molecules"},
    {"structure", DATA_SET, 0, "sets of graphs that are not molecules"},
    {"graph-labels", SETS, 0, "a set of graphs: one graph has --nodes"},
    /* what rings of one graph are made of */
    {"rows", ONE_GRAPH, 0, "one graph"},
    {"max-hop", ONE_GRAPH, 0, "one graph"},
    {"ranks", ONE_GRAPH, 0, "one graph"},
    {"exact", ONE_GRAPH, 0, "one graph"},
};

static bool fits(const option_use *use, const data_choice *choice, data_kind kind) {
  int kinds = use->kinds | (choice->graph_labels ? use->with_labels : 0);
  return (kinds & (int)kind) != 0;
}

bool has_use(const data_choice *choice, data_kind kind, const char *option) {
  for (size_t u = 0; u < sizeof uses / sizeof *uses; u++)
    if (strcmp(uses[u].option, option) == 0) return fits(&uses[u], choice, kind);
  return true;
}

int refuse_unused(const data_choice *choice, const char *name, data_kind kind) {
  for (size_t u = 0; u < sizeof uses / sizeof *uses; u++)
    if (!fits(&uses[u], choice, kind) && was_given(choice, uses[u].option))
      return usage_error("--%s goes with %s, and %s is %s", uses[u].option, uses[u].goes_with, name, kind_name(kind));
  return GO_ON;
}

int check_one_graph(const data_choice *choice, const char *name) {
  return refuse_unused(choice, name, kind_of_data(name, choice, false, NULL));
}

int check_direction(const data_choice *choice, const char *name, const khop_data *data, khop_direction direction) {
  if (!was_given(choice, "direction") || direction == KHOP_ALL || khop_graph_is_directed(khop_data_graph(data)) ||
      !khop_data_has_directed_links(data))
    return GO_ON;
  return usage_error("--direction %s: the links of %s were read without a direction; --directed-links reads those that "
                     "have one", direction == KHOP_OUT ? "out" : "in", name);
}
