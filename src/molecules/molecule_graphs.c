/* molecule_graphs.c: a file of molecules gathered into one block-diagonal set of graphs. */
#include <khop/molecule_graphs.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "graphsets/set.h"
#include "molecules/copies.h"
#include "molecules/crippen.h"
#include "molecules/descriptors.h"
#include "molecules/estate.h"
#include "molecules/makeup.h"
#include "molecules/records.h"
#include "molecules/refine.h"
#include "molecules/tpsa.h"
#include "molecules/truth_give.h"
#include "molecules/unknown.h"

#include <stdio.h>
#include <string.h>

/* What has been read so far; every array grows by doubling. */
typedef struct gathering {
  const khop_molecules_options *options;
  const char *path;
  khop_records *records;
  khop_molecule *molecule;
  khop_descriptors *descriptors; /* or NULL */
  khop_i_truth truth;
  khop_i_makeup_list makeup;
  int64_t extras;                         /* columns */
  int64_t rows;                           /* records, read or not */
  int64_t changed[KHOP_STANDARDISE_STEPS]; /* molecules, by each step */
  int64_t graphs, graph_capacity;
  int64_t *first, *row, *group, *line;    /* (graphs + 1), (graphs), .. */
  uint64_t *key;                          /* (graphs) */
  khop_real *extra;                       /* (graphs, extras) */
  int64_t nodes, node_capacity;
  khop_real *features;                    /* (nodes, feature columns) */
  int64_t edges, edge_capacity;
  int64_t *from, *to;                     /* (edges) */
  int *type;
  float *scratch;                         /* (extras, or atom columns) */
  int64_t atom_capacity;                      /* of one molecule: */
  double *state;                          /* (2 * atoms) */
  uint64_t *colour;                       /* (2 * atoms) */
  uint8_t *keep;                          /* (atoms) */
  int32_t *distance, *queue;              /* (atoms) */
} gathering;

static void widen(khop_real *to, const float *from, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = (khop_real)from[i];
}

/* The columns of an atom, then what it and its hydrogens add to log P, refractivity and polar surface, and its
 * electrotopological state, each to about 1. An element that none of the types of log P is for adds nothing: it is
 * "other" among the columns before. */
#define ADDED 4
static int feature_columns(void) { return khop_atom_columns() + ADDED; }

static void describe_atom(khop_real *row, float *scratch, const khop_molecule *molecule, double state, int32_t i) {
  double logp, refractivity;
  int width = khop_atom_columns();
  khop_atom_row(scratch, &khop_molecule_atom_list(molecule)[i]);
  khop_i_crippen_atom(&logp, &refractivity, molecule, i);
  widen(row, scratch, width);
  row[width] = (khop_real)logp;
  row[width + 1] = (khop_real)(refractivity / 5);
  row[width + 2] = (khop_real)(khop_i_polar_surface(molecule, i) / 20);
  row[width + 3] = (khop_real)(state / 4);
}

static khop_status reserve(gathering *g, int64_t atoms, int64_t bonds) {
  khop_status status = KHOP_OK;
  if (atoms > g->atom_capacity) {
    int64_t capacity = 2 * atoms;
    KHOP_TRY(khop_i_grow(&g->state, 2 * capacity, sizeof *g->state, "states of atoms"));
    KHOP_TRY(khop_i_grow(&g->distance, capacity, sizeof *g->distance, "distances"));
    KHOP_TRY(khop_i_grow(&g->colour, 2 * capacity, sizeof *g->colour, "colours of atoms"));
    KHOP_TRY(khop_i_grow(&g->keep, capacity, 1, "colours of atoms"));
    KHOP_TRY(khop_i_grow(&g->queue, capacity, sizeof *g->queue, "a queue of atoms"));
    memset(g->distance, -1, (size_t)capacity * sizeof *g->distance);
    g->atom_capacity = capacity;
  }
  if (g->graphs + 1 > g->graph_capacity) {
    int64_t capacity = 2 * g->graph_capacity + 64;
    KHOP_TRY(khop_i_grow(&g->first, capacity + 1, sizeof *g->first, "molecules"));
    KHOP_TRY(khop_i_grow(&g->row, capacity, sizeof *g->row, "molecules"));
    KHOP_TRY(khop_i_grow(&g->group, capacity, sizeof *g->group, "molecules"));
    KHOP_TRY(khop_i_grow(&g->line, capacity, sizeof *g->line, "molecules"));
    KHOP_TRY(khop_i_grow(&g->key, capacity, sizeof *g->key, "molecules"));
    KHOP_TRY(khop_i_grow(&g->extra, capacity * g->extras, sizeof *g->extra, "descriptors"));
    g->graph_capacity = capacity;
  }
  if (g->nodes + atoms > g->node_capacity) {
    int64_t capacity = 2 * g->node_capacity + atoms + 1024;
    KHOP_TRY(khop_i_grow(&g->features, capacity * feature_columns(), sizeof *g->features, "atoms"));
    g->node_capacity = capacity;
  }
  if (g->edges + bonds > g->edge_capacity) {
    int64_t capacity = 2 * g->edge_capacity + bonds + 1024;
    KHOP_TRY(khop_i_grow(&g->from, capacity, sizeof *g->from, "bonds"));
    KHOP_TRY(khop_i_grow(&g->to, capacity, sizeof *g->to, "bonds"));
    KHOP_TRY(khop_i_grow(&g->type, capacity, sizeof *g->type, "bonds"));
    g->edge_capacity = capacity;
  }
done:
  return status;
}

/* A quadruple bond has the type of a triple one. */
static int type_of(const khop_bond *bond) {
  return (bond->order == KHOP_BOND_QUADRUPLE ? KHOP_BOND_TRIPLE : bond->order) - KHOP_BOND_SINGLE;
}

static khop_status add_molecule(gathering *g, const khop_record *record) {
  int64_t atoms = khop_molecule_atoms(g->molecule), bonds = khop_molecule_bonds(g->molecule);
  const khop_bond *bond = khop_molecule_bond_list(g->molecule);
  uint64_t key;
  khop_status status = KHOP_OK;
  KHOP_TRY(reserve(g, atoms, bonds));
  KHOP_TRY(khop_molecule_scaffold(&key, NULL, g->molecule));
  khop_i_estates(g->state, g->molecule, g->distance, g->queue);
  for (int64_t i = 0; i < atoms; i++)
    describe_atom(g->features + (g->nodes + i) * feature_columns(), g->scratch, g->molecule, g->state[i], (int32_t)i);
  for (int64_t b = 0; b < bonds; b++) {
    g->from[g->edges + b] = g->nodes + bond[b].begin;
    g->to[g->edges + b] = g->nodes + bond[b].end;
    g->type[g->edges + b] = type_of(&bond[b]);
  }
  KHOP_TRY(khop_i_truth_add(&g->truth, record));
  KHOP_TRY(khop_i_makeup_add(&g->makeup, g->molecule));
  if (g->descriptors) {
    KHOP_TRY(khop_descriptors_compute(g->scratch, g->descriptors, g->molecule));
    widen(g->extra + g->graphs * g->extras, g->scratch, g->extras);
  }
  g->first[g->graphs] = g->nodes;
  g->row[g->graphs] = g->rows;
  g->line[g->graphs] = record->line;
  g->key[g->graphs] = khop_i_molecule_key(g->molecule, g->keep, g->colour);
  memcpy(&g->group[g->graphs], &key, sizeof key);
  g->graphs++;
  g->nodes += atoms;
  g->edges += bonds;
  if (g->nodes > KHOP_MAX_NODES)
    status = khop_i_fail(KHOP_E_FORMAT, "%s: more than %d atoms in all", g->path, KHOP_MAX_NODES);
done:
  return status;
}

static khop_status start(gathering *g) {
  khop_descriptors_options chosen;
  khop_records_options records;
  khop_status status = KHOP_OK;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_descriptors_options, &chosen, &g->options->descriptors));
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_records_options, &records, &g->options->records));
  if (g->options->standardise & ~KHOP_STANDARDISE_ALL)
    KHOP_FAIL(KHOP_E_ARGUMENT, "standardise: steps that are none of khop_standardise");
  if (chosen.atoms) KHOP_FAIL(KHOP_E_ARGUMENT, "descriptors of a set have a row a molecule");
  KHOP_TRY(khop_i_truth_open(&g->truth, g->path, g->options));
  records.columns = g->truth.columns;
  records.column = g->truth.name;
  KHOP_TRY(khop_records_open(&g->records, g->path, &records));
  KHOP_TRY(khop_molecule_new(&g->molecule));
  if (!chosen.features) chosen.features = "counts,wiener,ring,autocorr,crippen,tpsa,profile,types";
  if (!g->options->no_graph_features) {
    KHOP_TRY(khop_descriptors_new(&g->descriptors, &chosen));
    g->extras = khop_descriptors_columns(g->descriptors);
  }
  int64_t widest = g->extras > khop_atom_columns() ? g->extras : khop_atom_columns();
  KHOP_TRY(khop_i_alloc(&g->scratch, widest, sizeof *g->scratch, "descriptors"));
done:
  return status;
}

/* A record that cannot be read: told, or with strict an error. */
static khop_status skip_record(const gathering *g, const khop_record *record, const char *reason) {
  if (g->options->seen) g->options->seen(record, reason, g->options->context);
  if (!g->options->strict) return KHOP_OK;
  char kept[300];
  strncpy(kept, reason, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  return khop_i_fail(KHOP_E_FORMAT, "%s: line %lld: %s", g->path, (long long)record->line, kept);
}

static khop_status read_molecule(gathering *g, const char *text) {
  int changed = 0;
  khop_status status = khop_molecule_parse(g->molecule, text);
  if (status == KHOP_OK && g->options->standardise)
    status = khop_molecule_standardise(&changed, g->molecule, g->options->standardise);
  for (int s = 0; s < KHOP_STANDARDISE_STEPS; s++) g->changed[s] += changed >> s & 1;
  return status;
}

/* How many molecules each step changed, of those that were asked for. */
static khop_status note_steps(khop_graphs *set, const gathering *g) {
  char text[200] = "";
  for (int s = 0; s < KHOP_STANDARDISE_STEPS; s++)
    if (g->options->standardise >> s & 1)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %lld", *text ? ", " : "",
               khop_standardise_name(1 << s), (long long)g->changed[s]);
  return *text ? khop_i_graphs_note(set, "standardised, of %lld molecules changed: %s", (long long)g->graphs, text)
               : KHOP_OK;
}

static khop_status gather(gathering *g) {
  khop_record record;
  khop_status status = KHOP_OK;
  bool more = true;
  for (; status == KHOP_OK; g->rows++) {
    status = khop_records_next(&more, &record, g->records);
    if (status != KHOP_OK || !more) break;
    if (record.problem) {
      status = skip_record(g, &record, record.problem);
      continue;
    }
    status = read_molecule(g, record.text);
    if (status == KHOP_E_FORMAT) {
      status = skip_record(g, &record, khop_message());
      continue;
    }
    if (status == KHOP_E_UNSUPPORTED) status = khop_i_prefix(status, g->path);
    if (status == KHOP_OK) status = add_molecule(g, &record);
    if (status == KHOP_OK && g->options->seen) g->options->seen(&record, NULL, g->options->context);
  }
  if (status == KHOP_OK && g->graphs == 0)
    status = khop_i_fail(KHOP_E_FORMAT, "%s: none of its %lld records is a molecule", g->path,
                         (long long)g->rows);
  if (status == KHOP_OK && !g->options->optional) status = khop_i_records_check_fields(g->records);
  if (status == KHOP_OK) g->first[g->graphs] = g->nodes;
  return status;
}

static khop_status make_set(khop_graphs **set, gathering *g) {
  khop_graph *graph = NULL;
  khop_graphs *made = NULL;
  khop_features features = {.rows = g->nodes, .columns = feature_columns(), .dense = g->features};
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_graph_from_coo(&graph, g->nodes, g->edges, g->from, g->to, false));
  KHOP_TRY(khop_graphs_new(&made, graph, g->graphs, g->first, &features));
  graph = NULL;
  KHOP_TRY(khop_graphs_set_name(made, g->path));
  KHOP_TRY(khop_graphs_set_edge_types(made, g->edges, g->from, g->to, g->type, 4));
  KHOP_TRY(note_steps(made, g));
  KHOP_TRY(khop_i_truth_give(made, &g->truth));
  if (g->descriptors) {
    KHOP_TRY(khop_graphs_set_graph_features(made, g->extra, g->extras));
    KHOP_TRY(khop_i_unknown_note(made, g->descriptors, g->extra, g->line));
  }
  KHOP_TRY(khop_graphs_set_split_groups(made, g->group));
  KHOP_TRY(khop_graphs_set_rows(made, g->row, g->rows));
  KHOP_TRY(khop_i_copies_give(made, g->key, g->line, g->options->copies_apart, g->options->optional));
  khop_i_makeup_give(made, &g->makeup);
  *set = made;
  made = NULL;
done:
  khop_graphs_free(made);
  khop_graph_free(graph);
  return status;
}

khop_status khop_molecules_graphs(khop_graphs **set, const char *path,
                                  const khop_molecules_options *options) {
  khop_molecules_options own;
  if (!set || !path)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecules_graphs: a set and a path are needed");
  *set = NULL;
  khop_status status = KHOP_I_TAKE(khop_molecules_options, &own, options);
  if (status != KHOP_OK) return status;
  gathering g = {.options = &own, .path = path};
  status = start(&g);
  if (status == KHOP_OK) status = gather(&g);
  if (status == KHOP_OK) status = make_set(set, &g);
  khop_i_truth_close(&g.truth);
  khop_i_makeup_clear(&g.makeup);
  khop_records_free(g.records);
  khop_molecule_free(g.molecule);
  khop_descriptors_free(g.descriptors);
  void *const arrays[] = {g.first, g.row, g.group, g.extra, g.features, g.from, g.to, g.type,
                          g.scratch, g.state, g.distance, g.queue, g.line, g.key, g.colour, g.keep};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) khop_i_free(arrays[i]);
  return status;
}
