/* hops.c: khop hops: the features of every node gathered over rings, into a file, for training that
 * needs neither graph nor rings (khop train --hop-features). */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/data_options.h"
#include "cli/hop_rows.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct hops_choice {
  data_choice data;
  int hops[KHOP_RECIPE_TAPS], taps, direction, op, norm;
  khop_form form;
  bool self_loop;
  int64_t sample;
  khop_hop_options options;
  const char *output;
} hops_choice;

static bool ends_with(const char *path, const char *end) {
  const char *dot = strrchr(path, '.');
  return dot && strcmp(dot, end) == 0;
}

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((hops_choice *)context)

SETTER(set_output) {
  if (!read_path(&CHOICE->output, value, where)) return false;
  if (ends_with(value, ".npy") || ends_with(value, ".npz") || strncmp(value, "/dev/", 5) == 0) return true;
  complain("%s: not a name that ends in .npy or .npz: '%s'", where, value);
  return false;
}
SETTER(set_hops) {
  return read_list(CHOICE->hops, &CHOICE->taps, KHOP_RECIPE_TAPS, 0, value, "hops", where);
}
SETTER(set_norm) { return read_choice(&CHOICE->norm, value, norm_names, 4, "a norm", where); }
SETTER(set_direction) {
  return read_choice(&CHOICE->direction, value, direction_names, 3, "a direction", where);
}
SETTER(set_operator) {
  return read_choice(&CHOICE->op, value, operator_names, 4, "an operator", where);
}
SETTER(set_self_loop) {
  (void)value, (void)where;
  return CHOICE->self_loop = true;
}
SETTER(set_row_normalize) {
  (void)value, (void)where;
  return CHOICE->data.options.row_normalize = true;
}
SETTER(set_form) {
  return read_form(&CHOICE->form, value, false, where);
}
SETTER(set_sample) { return read_int64(&CHOICE->sample, value, 1, INT32_MAX, where); }
SETTER(set_project) { return read_int64(&CHOICE->options.project, value, 1, 1 << 20, where); }
SETTER(set_seed) { return read_seed(&CHOICE->options.seed, value, where); }

static const option_row rows[] = {
    {"output", 'o', "FILE.npy", "a NumPy array (N, hops x columns), or .npz with names (required)", set_output},
    {"hops", 0, "LIST", "the rings, as 0,1,2 or 0-2 (0,1,2)", set_hops},
    {"norm", 0, "NORM", "of each ring: none, row (mean), sym (by ring degree), col (row)", set_norm},
    {"direction", 0, "DIR", "paths follow the arcs: out; against them: in; either: all (all)", set_direction},
    {"operator", 0, "OP", "ring; for comparison ball, power, support (ring)", set_operator},
    {"self-loop", 0, NULL, "add the identity before normalising, as GCN does", set_self_loop},
    {"form", 0, "FORM", "stored, matrix-free, ladder, bitmap; auto: by --memory (auto)", set_form},
    {"sample", 0, "M", "at most M nodes of each ring, drawn by --seed (all)", set_sample},
    {"project", 0, "D", "first to D columns, by a random matrix drawn by --seed", set_project},
    {"seed", 0, "S", "of --project and --sample (0)", set_seed},
    {"row-normalize", 0, NULL, "divide a node's features by their sum first", set_row_normalize},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"quiet", 'q', NULL, "no progress line", set_quiet},
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    MEMORY_OPTION_ROW,
    FEATURE_OPTION_ROWS,
};
const command hops_command = {
    "hops", "DATA -o FILE.npy [options]",
    "Gathers the features of every node over rings, once, and writes them side by side: a row a node,\n"
    "a block of columns a hop. 'khop train --hop-features' learns from the rows in batches, without\n"
    "graph and rings, in memory for one batch; it takes a .npy. An .npz is for other programs: X, names\n"
    "(of columns, HOP:FEATURE), node_names. With ring sizes beside, 'khop featurize' writes the same.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop hops cora -o hops.npy --hops 0,1,2\n"
    "  khop train cora --hop-features hops.npy --batch 256\n", 1, 1, note_given};

static bool show_build(double share, void *context) {
  if (!((hops_choice *)context)->data.quiet) progress_line(false, "rings: %.0f %%", 100 * share);
  return !was_interrupted();
}
static bool show_strip(double share, void *context) {
  if (!((hops_choice *)context)->data.quiet) progress_line(false, "columns: %.0f %%", 100 * share);
  return !was_interrupted();
}

/* --- the table with names ----------------------------------------------------------------------- */

static int64_t columns_of(const hops_choice *c, const khop_data *data) {
  return c->options.project ? c->options.project : khop_data_features(data)->columns;
}

static khop_status open_table(khop_table **table, const hops_choice *c, const khop_data *data) {
  int64_t width = columns_of(c, data), columns = c->taps * width;
  const khop_schema *schema = c->options.project ? NULL : khop_data_schema(data);
  const char *const *nodes = khop_data_node_names(data);
  char **names = calloc((size_t)columns + 1, sizeof *names);
  for (int64_t i = 0; names && i < columns; i++)
    if (!(names[i] = hop_column_name(schema, c->hops[i / width], i % width))) exit(failure("no memory for names"));
  khop_status status = khop_table_new(table, c->output, columns, (const char *const *)names, false);
  if (status == KHOP_OK && nodes) status = khop_table_name_rows(*table, "node_names");
  if (status == KHOP_OK && nodes)
    status = khop_table_add_names(*table, khop_graph_nodes(khop_data_graph(data)), nodes);
  for (int64_t i = 0; names && i < columns; i++) free(names[i]);
  free(names);
  return status;
}

static int copy_rows(khop_table *table, const khop_rows *gathered, int64_t columns) {
  khop_real *row = malloc((size_t)columns * sizeof *row + 1);
  float *line = malloc((size_t)columns * sizeof *line + 1);
  khop_status status = KHOP_OK;
  int result = row && line ? GO_ON : failure("no memory for a row of %lld columns", (long long)columns);
  for (int64_t i = 0; result == GO_ON && i < khop_rows_count(gathered) && status == KHOP_OK; i++) {
    status = khop_rows_read(row, gathered, 1, &i);
    for (int64_t c = 0; status == KHOP_OK && c < columns; c++) line[c] = (float)row[c];
    if (status == KHOP_OK) status = khop_table_add(table, 1, line, NULL, NULL);
  }
  if (status != KHOP_OK) result = library_failure();
  free(line);
  free(row);
  return result;
}

static int write_table(const hops_choice *c, const khop_taps *taps, const khop_data *data) {
  khop_table *table = NULL;
  khop_rows *gathered = NULL;
  int status = gather_hop_rows(&gathered, c->output, taps, khop_data_features(data), &c->options);
  progress_clear();
  if (status != GO_ON) return status;
  if (open_table(&table, c, data) != KHOP_OK) status = library_failure();
  if (status == GO_ON) status = copy_rows(table, gathered, c->taps * columns_of(c, data));
  if (status == GO_ON) status = khop_table_commit(table) == KHOP_OK ? EXIT_OK : library_failure();
  khop_table_free(table);
  khop_rows_close(gathered);
  return status;
}

/* --- the whole ---------------------------------------------------------------------------------- */

static khop_status build_taps(khop_rings **rings, khop_taps **taps, hops_choice *c, const khop_graph *graph) {
  khop_rings_options options = {.size = sizeof options, .direction = (khop_direction)c->direction,
                                .op = (khop_operator)c->op, .max_bytes = c->data.max_bytes,
                                .progress = show_build, .context = c, .form = c->form};
  khop_status status =
      c->sample ? khop_rings_sample(rings, graph, c->taps, c->hops, c->sample, c->options.seed, &options)
                : khop_rings_build(rings, graph, c->taps, c->hops, &options);
  if (status == KHOP_OK) status = khop_taps_new(taps, *rings, c->taps, c->hops, (khop_norm)c->norm, c->self_loop);
  return status;
}

static int write_hops(const hops_choice *c, const khop_taps *taps, const khop_data *data) {
  if (ends_with(c->output, ".npz")) return write_table(c, taps, data);
  khop_status status = khop_hop_features_write(c->output, taps, khop_data_features(data), &c->options);
  progress_clear();
  return status == KHOP_OK ? EXIT_OK : library_failure();
}

static int gather_hops(hops_choice *c, const khop_data *data, const char *name) {
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  c->options.progress = show_strip;
  c->options.context = c;
  khop_status built = build_taps(&rings, &taps, c, khop_data_graph(data));
  progress_clear();
  int status = built == KHOP_OK ? write_hops(c, taps, data) : library_failure();
  progress_clear();
  if (status == EXIT_OK) {
    printf("%s: %lld nodes, %d hops of %lld columns; rings %s\n", visible(c->output),
           (long long)khop_graph_nodes(khop_data_graph(data)), c->taps, (long long)columns_of(c, data),
           bytes_text((double)khop_rings_bytes(rings)));
    tell_names(c->output, name, data, &c->data);
  }
  khop_taps_free(taps);
  khop_rings_free(rings);
  return status;
}

int run_hops(int argc, char **argv) {
  hops_choice choice = {.options = {.size = sizeof choice.options},
                        .hops = {0, 1, 2}, .taps = 3, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL,
                        .form = KHOP_AUTO};
  const char *name;
  khop_data *data = NULL;
  int status = parse_options(&hops_command, &choice, argc, argv, &name);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error("-o: where do they go? it is required");
  status = check_one_graph(&choice.data, name);
  if (status == GO_ON) status = load_data(&data, name, &choice.data);
  if (status != GO_ON) return status;
  status = check_direction(&choice.data, name, data, (khop_direction)choice.direction);
  if (status == GO_ON) status = gather_hops(&choice, data, name);
  khop_data_free(data);
  return status;
}
