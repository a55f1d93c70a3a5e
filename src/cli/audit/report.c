/* report.c: see report.h. */
#include "cli/audit/report.h"
#include "cli/json.h"
#include "cli/node_names.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>

#define LISTED 16 /* hops in the table for a person */

/* --- for a person --------------------------------------------------------------------------- */

static void print_list(const int *values, int count) {
  for (int i = 0; i < count; i++) printf("%s%d", i ? ", " : "", values[i]);
}

static void print_line(const audit_found *f, const audit_choice *c) {
  const khop_offsets *o = &f->offsets;
  printf("kernel "), print_list(c->kernels, c->kernel_count);
  if (c->layers) printf(", dilations "), print_list(c->dilations, c->layers);
  if (c->strided) printf(", strides "), print_list(c->strides, c->strided);
  if (c->branches) printf(", side by side "), print_list(c->branch, c->branches);
  printf("\n  receptive field   %lld positions on each axis\n", (long long)f->field);
  if (c->padding || c->branches)
    printf("  around an output  from %+lld to %+lld\n", (long long)o->first, (long long)(o->first + o->total - 1));
  if (c->size)
    printf("  size              %lld positions leave %lld\n", (long long)c->size, (long long)f->output);
  printf("  seen              %lld of %lld positions on each axis (%.4g %%)%s\n",
         (long long)o->reached, (long long)o->total, 100 * khop_offsets_share(o, 1),
         o->reached == o->total ? ": no gridding" : ": gridding, the others reach no output");
  if (f->shares[2] < 1 - 1e-9)
    printf("                    %.4g %% of a square, %.4g %% of a cube\n", 100 * f->shares[1], 100 * f->shares[2]);
  if (f->has_hdc) {
    printf("  hybrid test       %s: largest gap %lld, at most %d is allowed (Wang et al. 2018)\n",
           f->hdc.passes ? "passes" : "fails", (long long)f->hdc.gap, c->layers > 1 ? c->kernels[0] : 1);
    if (f->hdc.passes != f->hdc.complete)
      printf("                    the exact count above says otherwise, and is right\n");
  }
  if (f->jump > 1) {
    printf("  jump              %lld: neighbouring outputs look %lld positions apart\n",
           (long long)f->jump, (long long)f->jump);
    printf("  without strides   dilations ");
    for (int l = 0; l < audit_parts(c); l++)
      printf("%s%lld", !l ? "" : l == c->layers ? ", side by side " : ", ", (long long)f->dilated[l].dilation);
    printf(" compute the same, at every position\n");
  }
}

static void print_hops(const khop_audit *a) {
  printf("\n  hop   share seen\n");
  for (int64_t k = 0; k < a->hop_count && k < LISTED; k++) {
    double share = a->share_per_hop[k];
    if (isnan(share)) {
      printf("  %3lld   nobody from here on\n", (long long)k);
      return;
    }
    printf("  %3lld   %8.2f %%%s\n", (long long)k, 100 * share,
           share == 0 ? "   blind" : share < 1 - 1e-12 ? "   in part, over detours" : "");
  }
  if (a->hop_count > LISTED)
    printf("  ...   up to hop %lld; --json has them all\n", (long long)a->hop_count - 1);
}

static void print_graph(const audit_found *f) {
  const khop_audit *a = f->audit;
  printf("\n%s: %lld nodes, diameter %s%lld; 9 of 10 pairs are within %lld hops\n", visible(f->name),
         (long long)a->nodes, a->diameter_exact ? "" : "at least ", (long long)a->diameter,
         (long long)a->effective_diameter);
  printf("  bipartite         %s\n", a->bipartite ? "yes: edges only between two sides" : "no");
  if (a->parity_trap)
    printf("  parity trap       yes: the taps' hops add up to one parity, so an output sees one side\n"
           "                    of the graph and never the other; add a tap at hop 1\n");
  printf("  reach             up to %lld hops", (long long)a->radius);
  if (a->saturated_at)
    printf(a->diameter_exact ? "; layer %d reaches the diameter, later ones only mix again"
                             : "; layer %d reaches the farthest pair that was found",
           a->saturated_at);
  printf("\n");
  if (!isnan(a->share))
    printf("  seen              %.4g %% of the nodes within reach, mean of %lld %s\n", 100 * a->share,
           (long long)a->sources, a->exact ? "nodes: all" : "sampled nodes");
  char number[24];
  if (f->node >= 0)
    printf("  node %-12s number %lld: sees %lld of the %lld nodes\n", visible(node_label(number, f->data, f->node)),
           (long long)f->node, (long long)f->seen, (long long)a->nodes);
  for (int t = 0; t < a->taps; t++)
    if (a->empty_rows[t])
      printf("  tap at hop %-6d empty for %lld of %lld nodes%s\n", a->tap_hops[t],
             (long long)a->empty_rows[t], (long long)a->nodes,
             a->empty_rows[t] == a->nodes ? ": it can be left out" : "");
  print_hops(a);
  if (!a->suggested) return;
  printf("\n  suggested         dilations ");
  for (int l = 0; l < a->suggested; l++)
    printf("%s%lld", l ? "," : "", (long long)a->suggested_dilations[l]);
  printf(": the fewest powers of two that see every ring whole\n");
}

void print_audit_text(const audit_found *f, const audit_choice *c) {
  if (!c->no_schedule) print_line(f, c);
  if (f->span)
    printf("  span of %-9lld %d layers of kernel %d, dilations 1, 2, 4, .., hold it: a field of %lld\n",
           (long long)f->span, f->span_layers, c->kernels[0], (long long)f->span_field);
  if (f->audit) print_graph(f);
  if (c->plot) printf("\n  drawn in %s\n", visible(c->plot));
}

/* --- for a program -------------------------------------------------------------------------- */

static void add_share(cJSON *array, double value) {
  cJSON_AddItemToArray(array, create_number(value));
}

static cJSON *node_json(const audit_found *f) {
  char number[24];
  cJSON *node = cJSON_CreateObject();
  add_number(node, "number", (double)f->node);
  cJSON_AddStringToObject(node, "name", node_label(number, f->data, f->node));
  add_number(node, "seen", (double)f->seen);
  return node;
}

static cJSON *graph_json(const audit_found *f) {
  const khop_audit *a = f->audit;
  cJSON *graph = cJSON_CreateObject();
  cJSON_AddStringToObject(graph, "dataset", f->name);
  add_number(graph, "nodes", (double)a->nodes);
  cJSON_AddBoolToObject(graph, "bipartite", a->bipartite);
  cJSON_AddBoolToObject(graph, "parity_trap", a->parity_trap);
  add_number(graph, "diameter", (double)a->diameter);
  cJSON_AddBoolToObject(graph, "diameter_exact", a->diameter_exact);
  add_number(graph, "effective_diameter", (double)a->effective_diameter);
  add_number(graph, "radius", (double)a->radius);
  cJSON_AddItemToObject(graph, "share", create_number(a->share));
  cJSON *shares = cJSON_AddArrayToObject(graph, "share_per_hop");
  for (int64_t k = 0; k < a->hop_count; k++) add_share(shares, a->share_per_hop[k]);
  cJSON *hops = cJSON_AddArrayToObject(graph, "tap_hops");
  cJSON *empty = cJSON_AddArrayToObject(graph, "empty_rows");
  for (int t = 0; t < a->taps; t++) {
    add_share(hops, a->tap_hops[t]);
    add_share(empty, (double)a->empty_rows[t]);
  }
  cJSON_AddItemToObject(graph, "saturated_at", a->saturated_at ? create_number(a->saturated_at)
                                                               : cJSON_CreateNull());
  cJSON *suggested = cJSON_AddArrayToObject(graph, "suggested_dilations");
  for (int l = 0; l < a->suggested; l++) add_share(suggested, (double)a->suggested_dilations[l]);
  if (f->node >= 0) cJSON_AddItemToObject(graph, "node", node_json(f));
  add_number(graph, "sources", (double)a->sources);
  cJSON_AddBoolToObject(graph, "exact", a->exact);
  return graph;
}

static void add_padding(cJSON *root, const audit_choice *c) {
  static const char *const words[] = {"", "same", "causal", "valid"};
  if (c->padding == PAD_NUMBERS)
    cJSON_AddItemToObject(root, "padding", cJSON_CreateIntArray(c->paddings, c->padding_count));
  else
    cJSON_AddStringToObject(root, "padding", words[c->padding]);
}

static void add_line(cJSON *root, const audit_found *f, const audit_choice *c) {
  const khop_offsets *o = &f->offsets;
  cJSON_AddItemToObject(root, "dilations", cJSON_CreateIntArray(c->dilations, c->layers));
  if (c->strided) {
    cJSON_AddItemToObject(root, "strides", cJSON_CreateIntArray(c->strides, c->strided));
    cJSON *equal = cJSON_AddArrayToObject(root, "dilated_equivalent");
    for (int l = 0; l < audit_parts(c); l++) add_share(equal, (double)f->dilated[l].dilation);
  }
  if (c->branches) cJSON_AddItemToObject(root, "branches", cJSON_CreateIntArray(c->branch, c->branches));
  if (c->padding) add_padding(root, c);
  add_number(root, "receptive_field", (double)f->field);
  add_number(root, "jump", (double)f->jump);
  add_number(root, "offsets_reached", (double)o->reached);
  add_number(root, "offsets_total", (double)o->total);
  add_number(root, "share", f->shares[0]);
  add_number(root, "square_share", f->shares[1]);
  add_number(root, "cube_share", f->shares[2]);
  add_number(root, "first_offset", (double)o->first);
  add_number(root, "last_offset", (double)(o->first + o->total - 1));
  if (c->size) add_number(root, "size", (double)c->size);
  if (c->size) add_number(root, "output_size", (double)f->output);
  if (f->has_hdc) {
    cJSON *hdc = cJSON_AddObjectToObject(root, "hybrid_test");
    add_number(hdc, "gap", (double)f->hdc.gap);
    cJSON_AddBoolToObject(hdc, "passes", f->hdc.passes);
    cJSON_AddBoolToObject(hdc, "complete", f->hdc.complete);
  }
}

void print_audit_json(const audit_found *f, const audit_choice *c) {
  cJSON *root = cJSON_CreateObject();
  if (c->kernel_count > 1)
    cJSON_AddItemToObject(root, "kernels", cJSON_CreateIntArray(c->kernels, c->kernel_count));
  else
    add_number(root, "kernel", c->kernels[0]);
  if (!c->no_schedule) add_line(root, f, c);
  if (f->span) {
    add_number(root, "span", (double)f->span);
    add_number(root, "layers_needed", f->span_layers);
    add_number(root, "layers_field", (double)f->span_field);
  }
  if (c->taps) cJSON_AddItemToObject(root, "hops", cJSON_CreateIntArray(c->hops, c->taps));
  if (f->audit) cJSON_AddItemToObject(root, "graph", graph_json(f));
  if (c->plot) cJSON_AddStringToObject(root, "plot", c->plot);
  print_json(root);
}
