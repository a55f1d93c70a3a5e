/* audit.c: khop audit: how far a stack of dilated layers reaches, what it misses on the way, and what
 * it sees of a given graph. */
#include "cli/messages.h"
#include "cli/audit/choice.h"
#include "cli/audit/influence.h"
#include "cli/audit/report.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/node_names.h"
#include "cli/terminal.h"
#include "cli/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_KERNEL 65536

/* --- options -------------------------------------------------------------------------------- */

static bool set_kernel(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  c->kernel_count = 1;
  if (!strpbrk(value, ",-")) return read_int(&c->kernels[0], value, 1, MOST_KERNEL, where);
  if (!read_list(c->kernels, &c->kernel_count, MOST_PARTS, 1, value, "kernels", where)) return false;
  for (int l = 0; l < c->kernel_count; l++)
    if (c->kernels[l] > MOST_KERNEL) {
      complain("%s: %d is not between 1 and %d", where, c->kernels[l], MOST_KERNEL);
      return false;
    }
  return true;
}
static bool set_branches(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  return read_list(c->branch, &c->branches, KHOP_MAX_BRANCHES, 1, value, "rates", where);
}
static bool set_padding(void *context, const char *value, const char *where) {
  static const char *const words[] = {"same", "causal", "valid"};
  audit_choice *c = context;
  c->padding_count = 0;
  for (int w = 0; w < 3; w++)
    if (strcmp(value, words[w]) == 0) {
      c->padding = (audit_pad)(PAD_SAME + w);
      return true;
    }
  c->padding = PAD_NUMBERS;
  return read_list(c->paddings, &c->padding_count, MOST_PARTS, 0, value, "same, causal, valid or numbers", where);
}
static bool set_size(void *context, const char *value, const char *where) {
  return read_int64(&((audit_choice *)context)->size, value, 1, INT32_MAX, where);
}
static bool set_dilations(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  return read_list(c->dilations, &c->layers, MOST_LAYERS, 1, value, "dilations", where);
}
static bool set_strides(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  return read_list(c->strides, &c->strided, MOST_LAYERS, 1, value, "strides", where);
}
static bool set_hops(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  return read_list(c->hops, &c->taps, MOST_AUDIT_TAPS, 0, value, "hops", where);
}
static bool set_span(void *context, const char *value, const char *where) {
  return read_number(&((audit_choice *)context)->span, value, 1e-9, 1e15, where);
}
static bool set_rate(void *context, const char *value, const char *where) {
  return read_number(&((audit_choice *)context)->rate, value, 1e-9, 1e15, where);
}
static bool set_direction(void *context, const char *value, const char *where) {
  return read_choice(&((audit_choice *)context)->direction, value, direction_names, 3, "direction",
                     where);
}
static bool set_samples(void *context, const char *value, const char *where) {
  return read_int64(&((audit_choice *)context)->samples, value, 1, INT32_MAX, where);
}
static bool set_radius(void *context, const char *value, const char *where) {
  return read_int64(&((audit_choice *)context)->radius, value, 1, INT32_MAX, where);
}
static bool set_exact(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((audit_choice *)context)->exact = true;
}
static bool set_node(void *context, const char *value, const char *where) {
  ((audit_choice *)context)->node = value;
  if (!*value) complain("%s: the name of a node is empty", where);
  return *value;
}
static bool set_plot(void *context, const char *value, const char *where) {
  return read_picture(&((audit_choice *)context)->plot, value, where);
}
static bool set_model(void *context, const char *value, const char *where) {
  return read_path(&((audit_choice *)context)->model, value, where);
}
static bool set_sample_seed(void *context, const char *value, const char *where) {
  return read_seed(&((audit_choice *)context)->seed, value, where);
}
static bool set_filter(void *context, const char *value, const char *where) {
  audit_choice *c = context;
  const char *at = value;
  c->filter_taps = 0;
  for (bool more = true; more;) {
    char *end;
    double number = strtod(at, &end);
    if (end == at || (*end && *end != ',') || !isfinite(number)) {
      complain("%s: not a list of numbers: '%s'", where, value);
      return false;
    }
    if (c->filter_taps == MOST_FILTER) {
      complain("%s: more than %d numbers: '%s'", where, MOST_FILTER, value);
      return false;
    }
    c->filter[c->filter_taps++] = number;
    more = *end == ',';
    at = end + 1;
  }
  return true;
}

static const option_row rows[] = {
    {"kernel", 0, "K", "taps a layer, or a list, one a layer (2, or those of --filter)", set_kernel},
    {"dilations", 0, "LIST", "one a layer, from the input on, as 1,2,4,8 (1, of a list of kernels)", set_dilations},
    {"strides", 0, "LIST", "one a layer, for strided and pooled networks (1)", set_strides},
    {"branches", 0, "LIST", "rates of layers side by side behind these, as 6,12,18", set_branches},
    {"padding", 0, "PAD", "same, causal, valid or LIST (odd kernels same, even ones causal)", set_padding},
    {"size", 0, "N", "how many positions an axis of N leaves", set_size},
    {"span", 0, "N", "how many layers of 1, 2, 4, .. hold N positions", set_span},
    {"rate", 0, "HZ", "--span is in seconds at so many samples each", set_rate},
    {"plot", 0, "FILE", "draw it, as .svg or .png", set_plot},
    {"filter", 0, "LIST", "taps of a filter, whose frequency response --plot draws", set_filter},
    {NULL, 0, NULL, "On a graph (with DATA)", NULL},
    {"hops", 0, "LIST", "taps of a layer before dilation (0 to K-1)", set_hops},
    {"radius", 0, "HOPS", "what the suggested schedule has to reach (the diameter)", set_radius},
    {"direction", 0, "DIR", "out, in or all (out)", set_direction},
    {"samples", 0, "N", "nodes to look from (all up to 2,000, else 1,000; of a model 100)", set_samples},
    {"seed", 0, "S", "by which they are drawn (1)", set_sample_seed},
    {"exact", 0, NULL, "the diameter itself, however long it is searched for (else a bound)", set_exact},
    {"node", 0, "NAME", "a node, by name or number: what it sees, and the plot around it", set_node},
    {NULL, 0, NULL, "Of a trained model (with DATA)", NULL},
    {"model", 0, "FILE", "how much the inputs at each hop move its outputs, by derivatives", set_model},
    NODES_OPTION_ROW,
    {NULL, 0, NULL, "Output", NULL},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"json", 0, NULL, "one JSON object", set_json},
    GRAPH_OPTION_ROWS,
    MEMORY_OPTION_ROW,
};
const command audit_command = {
    "audit", "[DATA] --kernel K --dilations LIST | DATA --model FILE",
    "Says what a stack of dilated layers sees before it is trained: its receptive field, the positions\n"
    "within it that no path reaches (gridding), and, with DATA, which share of each node's ball it\n"
    "sees, hop by hop. DATA is a name (see 'khop data list') or a path.\n\n"
    "With --model, a file of 'khop train --save', it says what a trained model looks at: the sum of\n"
    "|d output / d feature| over all outputs of a node and all features of the nodes at each hop from\n"
    "it, the mean over sampled nodes, as shares; and the mean hop that these weigh (Liang et al. 2025).",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop audit --kernel 2 --dilations 1,2,4,8,16,32,64,128,256,512\n"
    "  khop audit --kernel 3 --dilations 8,8,8,8 --plot gridding.svg\n"
    "  khop audit --kernel 7,3,3,3 --strides 2,2,1,1 --padding 3,1,1,1 --size 224\n"
    "  khop audit --kernel 3 --branches 6,12,18 --padding same\n"
    "  khop audit --kernel 2 --span 2 --rate 16000\n"
    "  khop audit karate --kernel 3 --dilations 2 --plot rings.png\n"
    "  khop audit people.gml --kernel 3 --dilations 2 --node Valjean --plot rings.svg\n"
    "  khop audit --filter 0.25,0.5,0.25 --dilations 2,4 --plot response.svg\n"
    "  khop audit karate --model karate.safetensors --plot influence.svg\n", 0, 1, note_given};

/* --- what is asked -------------------------------------------------------------------------- */

static khop_status measure_span(audit_found *f, const audit_choice *c) {
  double wide = ceil(c->span * (c->rate > 0 ? c->rate : 1) - 1e-9);
  if (!(c->span > 0)) return KHOP_OK;
  f->span = wide >= 9e15 ? (int64_t)9e15 : wide < 1 ? 1 : (int64_t)wide;
  khop_status status = khop_stack_layers_for(&f->span_layers, c->kernels[0], f->span);
  return status == KHOP_OK ? khop_stack_doubling_field(&f->span_field, c->kernels[0], f->span_layers)
                           : status;
}

/* Branches all leave one length; each stands behind the stack in its turn, so that a message counts it after that. */
static khop_status measure_size(audit_found *f, const audit_choice *c, khop_layer *layers, int64_t *before,
                                int64_t *after) {
  int last = c->layers;
  if (!c->branches) return khop_stack_size(&f->output, c->size, last, layers, before, after);
  khop_status status = KHOP_OK;
  for (int b = 0; status == KHOP_OK && b < c->branches; b++) {
    layers[last] = layers[last + b], before[last] = before[last + b], after[last] = after[last + b];
    status = khop_stack_size(&f->output, c->size, last + 1, layers, before, after);
  }
  return status;
}

/* What the branches see together; without any, what the stack sees. */
static khop_status measure_offsets(audit_found *f, const audit_choice *c, khop_layer *layers) {
  int64_t before[MOST_PARTS], after[MOST_PARTS];
  audit_padding(before, after, c);
  khop_status status;
  if (c->branches) {
    status = khop_stack_branches(&f->offsets, f->shares, c->layers, layers, c->branches, layers + c->layers, before);
  } else {
    status = khop_stack_offsets(&f->offsets, c->layers, layers);
    if (status == KHOP_OK) status = khop_stack_begin(&f->offsets.first, c->layers, layers, before);
    for (int a = 0; status == KHOP_OK && a < 3; a++) f->shares[a] = khop_offsets_share(&f->offsets, a + 1);
  }
  return status == KHOP_OK && c->size ? measure_size(f, c, layers, before, after) : status;
}

static khop_status measure_line(audit_found *f, const audit_choice *c) {
  khop_layer layers[MOST_PARTS];
  int64_t dilations[MOST_LAYERS];
  khop_status status = KHOP_OK;
  audit_layers(layers, c);
  f->jump = 1;
  f->has_hdc = !c->branches && audit_one_kernel(c);
  for (int l = 0; l < c->layers; l++) {
    dilations[l] = layers[l].dilation;
    if (layers[l].stride != 1) f->has_hdc = false;
  }
  if (c->layers) status = khop_stack_field(NULL, &f->jump, c->layers, layers);
  if (status == KHOP_OK) status = measure_offsets(f, c, layers);
  audit_layers(layers, c);
  f->field = f->offsets.total;
  if (status == KHOP_OK && c->layers) status = khop_stack_dilate(f->dilated, c->layers, layers, 0, NULL);
  for (int l = c->layers; l < audit_parts(c); l++)
    f->dilated[l] = (khop_layer){layers[l].kernel, layers[l].dilation * f->jump, 1};
  if (status == KHOP_OK && f->has_hdc)
    status = khop_stack_hdc(&f->hdc, c->kernels[0], c->layers, dilations);
  return status == KHOP_OK ? measure_span(f, c) : status;
}

static bool show_progress(double share, void *context) {
  (void)context;
  progress_line(false, "building rings: %.0f %%", 100 * share);
  return !was_interrupted();
}

static khop_audit_options audit_options(const audit_choice *c) {
  return (khop_audit_options){.size = sizeof(khop_audit_options), .hops = c->taps ? c->hops : NULL, .taps = c->taps,
                              .direction = (khop_direction)c->direction, .samples = c->samples,
                              .seed = c->seed, .radius = c->radius, .max_bytes = c->data.max_bytes,
                              .progress = show_progress, .exact_diameter = c->exact, .branches = c->branches};
}

/* --- pictures ------------------------------------------------------------------------------- */

static int64_t best_connected(const khop_graph *graph) {
  const int64_t *offsets = khop_graph_offsets(graph);
  int64_t best = 0;
  for (int64_t i = 1; i < khop_graph_nodes(graph); i++)
    if (offsets[i + 1] - offsets[i] > offsets[best + 1] - offsets[best]) best = i;
  return best;
}

/* Looks from one node: which inputs reach its output, and, with --plot, the picture of it. */
static khop_status look_from(audit_found *f, const audit_choice *c, const khop_graph *graph) {
  int64_t node = f->node >= 0 ? f->node : best_connected(graph), nodes = khop_graph_nodes(graph);
  int far = (int)(f->audit->radius < nodes ? f->audit->radius : nodes);
  khop_audit_options options = audit_options(c);
  uint8_t *reached = malloc(nodes > 0 ? (size_t)nodes : 1);
  khop_status status = reached ? KHOP_OK : KHOP_E_MEMORY;
  if (reached)
    status = khop_audit_reach(reached, graph, audit_parts(c), f->dilated, 1, &node, &options);
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) f->seen += reached[i];
  if (status == KHOP_OK && c->plot && !c->filter_taps)
    status = khop_plot_rings(c->plot, graph, khop_data_node_names(f->data), node, options.direction, far, reached);
  free(reached);
  return status;
}

/* Everything but rings, which are drawn when the node is looked at. */
static khop_status draw_plot(const audit_found *f, const audit_choice *c) {
  if (c->filter_taps) {
    int64_t dilations[4];
    int count = c->no_schedule ? 0 : c->layers < 4 ? c->layers : 4;
    for (int l = 0; l < count; l++) dilations[l] = c->dilations[l];
    return khop_plot_response(c->plot, c->filter_taps, c->filter, count, dilations);
  }
  khop_layer layers[MOST_PARTS];
  bool odd = true;
  audit_layers(layers, c);
  for (int l = 0; l < c->layers; l++) odd = odd && layers[l].kernel % 2;
  return khop_plot_field(c->plot, c->layers, layers, odd && f->field <= KHOP_PLOT_SQUARE ? 2 : 1);
}

/* --- the whole ------------------------------------------------------------------------------ */

static khop_status audit_data(audit_found *f, const audit_choice *c, const khop_data *data) {
  const khop_graph *graph = khop_data_graph(data);
  khop_audit_options options = audit_options(c);
  f->data = data;
  f->name = khop_data_name(data);
  f->nodes = khop_graph_nodes(graph);
  khop_status status = khop_audit_graph(&f->audit, graph, audit_parts(c), f->dilated, &options);
  if (status == KHOP_OK && (f->node >= 0 || (c->plot && !c->filter_taps))) status = look_from(f, c, graph);
  progress_clear();
  return status;
}

int run_audit(int argc, char **argv) {
  audit_choice choice = {.seed = 1};
  const char *name;
  khop_data *data = NULL;
  audit_found found = {.node = -1};
  int status = parse_options(&audit_command, &choice, argc, argv, &name);
  if (status == GO_ON) status = audit_complete(&choice, name);
  if (status == GO_ON && name) status = check_one_graph(&choice.data, name);
  if (status == GO_ON && choice.model) return audit_model(&choice, name);
  if (status != GO_ON) return status;
  khop_status done = measure_line(&found, &choice);
  choice.data.options.graph_only = true;
  if (done == KHOP_OK && name) done = khop_data_load(&data, name, &choice.data.options);
  if (data) tell_graph_notes(data, name, &choice.data);
  if (done == KHOP_OK && data) status = check_direction(&choice.data, name, data, (khop_direction)choice.direction);
  if (done == KHOP_OK && status == GO_ON && data && choice.node)
    status = find_node(&found.node, data, choice.node, "--node", &choice.data);
  bool going = done == KHOP_OK && status == GO_ON;
  if (going && data) done = audit_data(&found, &choice, data);
  if (going && done == KHOP_OK && choice.plot && (!data || choice.filter_taps)) done = draw_plot(&found, &choice);
  if (status == GO_ON) status = done == KHOP_OK ? EXIT_OK : library_failure();
  if (status == EXIT_OK) (choice.data.json ? print_audit_json : print_audit_text)(&found, &choice);
  khop_audit_free(found.audit);
  khop_offsets_clear(&found.offsets);
  khop_data_free(data);
  return status;
}
