/* hops.c: khop hops: the features of every node gathered over rings, into a file, for training that
 * needs neither graph nor rings (khop train --hop-features). */
#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/terminal.h"
#include "cli/values.h"

#include <stdio.h>

typedef struct hops_choice {
  data_choice data;
  int hops[KHOP_RECIPE_TAPS], taps, direction, op, norm;
  khop_form form;
  bool self_loop;
  int64_t sample;
  khop_hop_options options;
  const char *output;
} hops_choice;

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((hops_choice *)context)

SETTER(set_output) { return read_path(&CHOICE->output, value, where); }
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
    {"output", 'o', "FILE.npy", "where they go: a NumPy array (N, hops x columns) (required)", set_output},
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
    DATA_OPTION_ROWS,
    FEATURE_OPTION_ROWS,
};
const command hops_command = {
    "hops", "DATA -o FILE.npy [options]",
    "Gathers the features of every node over rings, once, and writes them side by side: a row a node,\n"
    "a block of columns a hop. 'khop train --hop-features' learns from the rows in batches, without\n"
    "graph and rings, in memory for one batch. For a table with named columns and ring sizes, take\n"
    "'khop featurize'.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop hops cora -o hops.npy --hops 0,1,2\n"
    "  khop train cora --hop-features hops.npy --batch 256\n", 1, 1, NULL};

static bool show_build(double share, void *context) {
  if (!((hops_choice *)context)->data.quiet) progress_line(false, "rings: %.0f %%", 100 * share);
  return !was_interrupted();
}
static bool show_strip(double share, void *context) {
  if (!((hops_choice *)context)->data.quiet) progress_line(false, "columns: %.0f %%", 100 * share);
  return !was_interrupted();
}

static khop_status gather_hops(hops_choice *c, const khop_data *data) {
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  const khop_graph *graph = khop_data_graph(data);
  khop_rings_options options = {.direction = (khop_direction)c->direction,
                                .op = (khop_operator)c->op, .max_bytes = c->data.max_bytes,
                                .progress = show_build, .context = c, .form = c->form};
  c->options.progress = show_strip;
  c->options.context = c;
  khop_status status =
      c->sample ? khop_rings_sample(&rings, graph, c->taps, c->hops, c->sample, c->options.seed, &options)
                : khop_rings_build(&rings, graph, c->taps, c->hops, &options);
  if (status == KHOP_OK)
    status = khop_taps_new(&taps, rings, c->taps, c->hops, (khop_norm)c->norm, c->self_loop);
  if (status == KHOP_OK)
    status = khop_hop_features_write(c->output, taps, khop_data_features(data), &c->options);
  progress_clear();
  if (status == KHOP_OK) {
    int64_t columns = c->options.project ? c->options.project : khop_data_features(data)->columns;
    printf("%s: %lld nodes, %d hops of %lld columns; rings %s\n", c->output,
           (long long)khop_graph_nodes(graph), c->taps, (long long)columns,
           bytes_text((double)khop_rings_bytes(rings)));
  }
  khop_taps_free(taps);
  khop_rings_free(rings);
  return status;
}

int run_hops(int argc, char **argv) {
  hops_choice choice = {.hops = {0, 1, 2}, .taps = 3, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL,
                        .form = KHOP_AUTO};
  const char *name;
  khop_data *data = NULL;
  int status = parse_options(&hops_command, &choice, argc, argv, &name);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error("-o: where do they go? it is required");
  status = load_data(&data, name, &choice.data);
  if (status != GO_ON) return status;
  catch_interrupts();
  status = gather_hops(&choice, data) == KHOP_OK ? EXIT_OK : library_failure();
  khop_data_free(data);
  return status;
}
