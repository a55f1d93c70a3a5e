/* rings.c: khop rings: one k-hop operator of a graph, described and written to a file. */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/data_options.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <stdio.h>
#include <string.h>


typedef struct rings_choice {
  data_choice data;
  int hop, direction, op, norm, search;
  khop_form form;
  bool self_loop;
  const char *output;
} rings_choice;

static bool set_hop(void *context, const char *value, const char *where) {
  return read_int(&((rings_choice *)context)->hop, value, 0, INT32_MAX, where);
}
static bool set_direction(void *context, const char *value, const char *where) {
  return read_choice(&((rings_choice *)context)->direction, value, direction_names, 3, "a direction",
                     where);
}
static bool set_operator(void *context, const char *value, const char *where) {
  return read_choice(&((rings_choice *)context)->op, value, operator_names, 4, "an operator", where);
}
static bool set_norm(void *context, const char *value, const char *where) {
  return read_choice(&((rings_choice *)context)->norm, value, norm_names, 4, "a norm", where);
}
static bool set_search(void *context, const char *value, const char *where) {
  static const char *const names[] = {"bits", "graphblas"};
  return read_choice(&((rings_choice *)context)->search, value, names, 2, "a search", where);
}
static bool set_form(void *context, const char *value, const char *where) {
  return read_form(&((rings_choice *)context)->form, value, true, where);
}
static bool set_self_loop(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((rings_choice *)context)->self_loop = true;
}
static bool set_output(void *context, const char *value, const char *where) {
  const char *dot = strrchr(value, '.'); /* refused here, before the build */
  if (!read_path(&((rings_choice *)context)->output, value, where)) return false;
  if (dot && (strcmp(dot, ".mtx") == 0 || strcmp(dot, ".npz") == 0)) return true;
  complain("%s: neither .mtx nor .npz: '%s'", where, value);
  return false;
}

static const option_row rows[] = {
    {"hop", 'k', "K", "which: 0 is the identity (required)", set_hop},
    {"direction", 0, "DIR", "paths follow the arcs: out; against them: in; either: all (out)", set_direction},
    {"operator", 0, "OP", "ring: K edges; ball: at most K; power: A^K; support: A^K > 0 (ring)", set_operator},
    {"norm", 0, "NORM", "none, row (mean), sym (by ring degree), col (none)", set_norm},
    {"self-loop", 0, NULL, "add the identity before normalising, as GCN does", set_self_loop},
    {"search", 0, "WAY", "bits, or graphblas: masked products, for the same result (bits)", set_search},
    {"form", 0, "FORM", "stored, matrix-free, ladder, bitmap, auto; all: a table (stored)", set_form},
    {"output", 'o', "FILE", ".npz (scipy.sparse.load_npz; with node_names) or .mtx (Matrix Market)", set_output},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"json", 0, NULL, "one JSON object", set_json},
    GRAPH_OPTION_ROWS,
    MEMORY_OPTION_ROW,
};
const command rings_command = {
    "rings", "DATA --hop K [-o FILE]",
    "Builds one k-hop operator of a graph: row i holds the nodes at exactly K edges from node i.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop rings karate --hop 2\n  khop rings cora --hop 2 --norm sym -o ring2.npz\n", 1, 1, note_given};

static void print_ring(const khop_rings *rings, const rings_choice *choice, const char *name) {
  int64_t entries = khop_rings_entries(rings, 0), nodes = khop_rings_nodes(rings);
  double mean = nodes ? (double)entries / (double)nodes : 0;
  int64_t empty = khop_rings_empty_rows(rings, 0);
  if (!choice->data.json) {
    printf("%s, %s %d (%s): %lld nodes, %lld entries, %.2f a node, %lld empty rows, %s", visible(name),
           operator_names[choice->op], choice->hop, direction_names[choice->direction],
           (long long)nodes, (long long)entries, mean, (long long)empty,
           bytes_text((double)khop_rings_bytes(rings)));
    if (choice->form)
      printf(", %s: %lld entries kept", khop_form_name(khop_rings_form(rings)), (long long)khop_rings_kept(rings, 0));
    putchar('\n');
    return;
  }
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", name);
  cJSON_AddStringToObject(root, "operator", operator_names[choice->op]);
  cJSON_AddStringToObject(root, "direction", direction_names[choice->direction]);
  cJSON_AddStringToObject(root, "norm", norm_names[choice->norm]);
  cJSON_AddStringToObject(root, "form", khop_form_name(khop_rings_form(rings)));
  add_number(root, "kept", (double)khop_rings_kept(rings, 0));
  add_number(root, "hop", choice->hop);
  add_number(root, "nodes", (double)nodes);
  add_number(root, "entries", (double)entries);
  add_number(root, "mean", mean);
  add_number(root, "empty_rows", (double)empty);
  add_number(root, "bytes", (double)khop_rings_bytes(rings));
  print_json(root);
}

static bool show_progress(double share, void *context) {
  (void)context;
  progress_line(false, "building rings: %.0f %%", 100 * share);
  return !was_interrupted();
}

/* A line a form: what it keeps, or why it cannot be had. */
static int compare_forms(const khop_data *data, const rings_choice *choice, khop_rings_options options) {
  cJSON *root = cJSON_CreateArray();
  if (!choice->data.json) printf("  %-11s %15s %12s\n", "form", "entries kept", "bytes");
  for (int f = 0; f < KHOP_AUTO; f++) {
    khop_rings *rings = NULL;
    options.form = (khop_form)f;
    khop_status built = khop_rings_build(&rings, khop_data_graph(data), 1, &choice->hop, &options);
    progress_clear();
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "form", khop_form_name((khop_form)f));
    if (built == KHOP_OK) {
      add_number(row, "kept", (double)khop_rings_kept(rings, 0));
      add_number(row, "bytes", (double)khop_rings_bytes(rings));
      if (!choice->data.json)
        printf("  %-11s %15lld %12s\n", khop_form_name((khop_form)f), (long long)khop_rings_kept(rings, 0),
               bytes_text((double)khop_rings_bytes(rings)));
    } else {
      cJSON_AddStringToObject(row, "error", khop_message());
      if (!choice->data.json) printf("  %-11s %s\n", khop_form_name((khop_form)f), khop_message());
    }
    cJSON_AddItemToArray(root, row);
    khop_rings_free(rings);
    if (built == KHOP_E_INTERRUPTED) break;
  }
  char *text = choice->data.json ? cJSON_Print(root) : NULL;
  if (text) puts(text);
  cJSON_free(text);
  cJSON_Delete(root);
  return was_interrupted() ? EXIT_FAILED : EXIT_OK;
}

int run_rings(int argc, char **argv) {
  rings_choice choice = {.hop = -1};
  const char *name;
  khop_data *data = NULL;
  khop_rings *rings = NULL;
  int status = parse_options(&rings_command, &choice, argc, argv, &name);
  if (status != GO_ON) return status;
  if (choice.hop < 0) return usage_error("--hop: which ring? it is required");
  status = check_one_graph(&choice.data, name);
  if (status != GO_ON) return status;
  choice.data.options.graph_only = true;
  if (khop_data_load(&data, name, &choice.data.options) != KHOP_OK) return library_failure();
  tell_graph_notes(data, name, &choice.data);
  status = check_direction(&choice.data, name, data, (khop_direction)choice.direction);
  if (status != GO_ON) {
    khop_data_free(data);
    return status;
  }
  khop_rings_options options = {.size = sizeof options, .direction = (khop_direction)choice.direction,
                                .op = (khop_operator)choice.op, .progress = show_progress,
                                .max_bytes = choice.data.max_bytes,
                                .search = (khop_search)choice.search};
  if ((int)choice.form == ALL_FORMS) {
    status = choice.output ? usage_error("--form all writes no file: leave out -o")
                           : compare_forms(data, &choice, options);
    khop_data_free(data);
    return status;
  }
  options.form = choice.form;
  khop_status built = khop_rings_build(&rings, khop_data_graph(data), 1, &choice.hop, &options);
  progress_clear();
  if (built == KHOP_OK && choice.output && was_interrupted()) {
    status = failure("%s: interrupted", choice.output);
    choice.output = NULL;
  }
  if (built == KHOP_OK && choice.output)
    built = khop_rings_write(rings, 0, (khop_norm)choice.norm, choice.self_loop,
                             khop_data_node_names(data), choice.output);
  if (built != KHOP_OK) status = library_failure();
  else if (status == GO_ON) status = EXIT_OK;
  if (status == EXIT_OK) print_ring(rings, &choice, khop_data_name(data));
  if (status == EXIT_OK && choice.output) tell_names(choice.output, name, data, &choice.data);
  khop_rings_free(rings);
  khop_data_free(data);
  return status;
}
