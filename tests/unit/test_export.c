/* test_export.c: exported C against khop: small models of every kind of op, drawn at random, on random graphs; graphs
 * and typed arcs; what is refused. The C is compiled by the compiler of the build, and called through dlopen. */
#include "model_check.h"

#include <khop/batch.h>
#include <khop/export.h>
#include <khop/learn.h>
#include <dlfcn.h>

/* khop sums floats in float: what the sharp comparison in double cannot hide. */
static double tolerance(void) { return sizeof(khop_real) == sizeof(float) ? 1e-6 : 1e-12; }

/* --- compiled exports ----------------------------------------------------------------------------- */

typedef int run_nodes(khop_real *, int64_t, const int64_t *, const int32_t *, const khop_real *);
typedef int run_typed(khop_real *, int64_t, const int64_t *, const int64_t *, const int32_t *, const uint8_t *,
                      const khop_real *, const khop_real *);

/* Every exported function is one of these; ISO C has no other way from an object's address to a function's. */
typedef struct compiled {
  void *library;
  union {
    void *address;
    run_nodes *nodes;
    run_typed *typed;
  } run;
} compiled;

static compiled compile(khop_model *m) {
  static int number;
  char c[400], so[400], command[1200];
  compiled x;
  const char *compiler = getenv("KHOP_CC");
  snprintf(c, sizeof c, "%s/m%d.c", folder, number);
  snprintf(so, sizeof so, "%s/m%d.so", folder, number++);
  ok(khop_export_c(m, "net", c));
  snprintf(command, sizeof command, "%s -std=c99 -Wall -Wextra -Wconversion -Wpedantic -Werror -O1 -shared -fPIC -o %s %s -lm",
           compiler ? compiler : "cc", so, c);
  if (system(command) != 0) fail_msg("%s", command);
  x.library = dlopen(so, RTLD_NOW | RTLD_LOCAL);
  if (!x.library) fail_msg("%s", dlerror());
  x.run.address = dlsym(x.library, "net_run");
  assert_non_null(x.run.address);
  return x;
}

static double worst; /* of all comparisons */

/* Whether got is as wanted (count), by the largest wanted number. */
static bool alike(const khop_real *got, const khop_real *wanted, int64_t count) {
  double *exact = block_of(count, sizeof *exact);
  for (int64_t i = 0; i < count; i++) exact[i] = (double)wanted[i];
  double d = difference(got, exact, count);
  free(exact);
  if (d > worst) worst = d;
  return d <= tolerance();
}

/* --- random models -------------------------------------------------------------------------------- */

static int draw(khop_i_random *r, int below) { return (int)(khop_i_random_uniform(r) * below); }

static khop_conv_options random_rings(khop_i_random *r, int *hops, bool walks) {
  khop_conv_options o = {.taps = 1 + draw(r, 3), .hops = hops, .norm = (khop_norm)draw(r, 4),
                         .direction = (khop_direction)draw(r, 3), .self_loop = draw(r, 2) == 0, .concat = draw(r, 4) == 0,
                         .bias = draw(r, 2) == 0};
  o.op = (khop_operator)(walks && draw(r, 2) ? 2 + draw(r, 2) : draw(r, 2));
  for (int t = 0; t < o.taps; t++) hops[t] = draw(r, 4);
  return o;
}

static khop_value random_op(khop_model *m, khop_i_random *r, khop_value x, int64_t *columns, int kind) {
  int hops[3];
  khop_real initial[3] = {(khop_real)0.5, -2, (khop_real)0.1};
  khop_conv_options o = random_rings(r, hops, kind % 2);
  int64_t f = *columns;
  switch (kind / 2) {
  case 0: *columns = 1 + draw(r, 6); return khop_linear(m, x, *columns, draw(r, 2));
  case 1:
    o.groups = f % 2 == 0 && draw(r, 2) ? 2 : 0;
    *columns = 2 + 2 * draw(r, 3);
    x = khop_conv(m, x, *columns, &o);
    if (o.concat) *columns *= o.taps;
    return x;
  case 2:
    o.weights = (khop_weights)(1 + draw(r, 4));
    if (o.weights >= KHOP_WEIGHTS_SCALAR && draw(r, 2)) o.initial = initial;
    if (o.weights == KHOP_WEIGHTS_SEPARABLE) o.concat = false;
    x = khop_conv(m, x, f, &o);
    if (o.concat) *columns *= o.taps;
    return x;
  case 3: return khop_pool(m, x, (khop_pooling)draw(r, 2), &o);
  case 4: return khop_global_mean(m, x);
  case 5: return khop_bias(m, draw(r, 2) ? khop_gelu(m, x) : khop_relu(m, x));
  case 6: return draw(r, 2) ? khop_tanh(m, x) : khop_sigmoid(m, x);
  case 7: return khop_layer_norm(m, khop_dropout(m, x, 0.5));
  case 8: return draw(r, 2) ? khop_add(m, x, khop_tanh(m, x)) : khop_multiply(m, x, khop_sigmoid(m, x));
  default: *columns *= 2; return khop_concat(m, 2, (khop_value[]){x, khop_relu(m, x)});
  }
}
enum { KINDS = 20 };

/* Values that explode, as counts of walks do, say nothing: a norm stands behind each op but the last. */
static khop_model *random_model(khop_i_random *r, int64_t columns, int first, int ops) {
  khop_model *m = new_model(columns);
  khop_value x = 0;
  for (int i = 0; i < ops; i++) x = random_op(m, r, x, &columns, i == 0 ? first : draw(r, KINDS));
  ok(khop_model_init(m, khop_i_random_next(r)));
  for (int64_t i = 0; i < khop_model_parameters(m); i++) khop_model_parameter_array(m)[i] += random_real(r) / 4;
  return m;
}

static khop_graph *random_graph(khop_i_random *r, int64_t n, bool directed) {
  khop_graph *graph = NULL;
  int64_t edges = 2 * n, from[200], to[200];
  for (int64_t e = 0; e < edges; e++) from[e] = draw(r, (int)n), to[e] = draw(r, (int)n);
  ok(khop_graph_from_coo(&graph, n, edges, from, to, directed));
  return graph;
}

static void compare_on_graph(khop_model *m, khop_i_random *r, bool break_it) {
  compiled c = compile(m);
  int64_t n = 3 + draw(r, 30), f = khop_model_input_columns(m), g = khop_model_output_columns(m);
  khop_graph *graph = random_graph(r, n, draw(r, 2));
  khop_real *x = block_of(n * f, sizeof *x), *out = block_of(n * g, sizeof *out);
  for (int64_t i = 0; i < n * f; i++) x[i] = draw(r, 3) ? random_real(r) : 0;
  khop_features features = {n, f, x, NULL, NULL, NULL};
  bound b = bind(m, graph, &features, false);
  khop_run_forward(b.run, false, 0, 0);
  assert_int_equal(c.run.nodes(out, n, khop_graph_offsets(graph), khop_graph_targets(graph), x), 0);
  if (break_it) out[n * g - 1] += (khop_real)1e-3 + out[n * g - 1];
  if (alike(out, khop_run_output(b.run), n * g) == break_it) {
    char *text = NULL;
    ok(khop_model_describe(&text, m));
    fail_msg("%g away:\n%s", worst, text);
  }
  unbind(&b);
  khop_graph_free(graph);
  free(x);
  free(out);
  dlclose(c.library);
}

static void test_every_op_gives_khops_numbers(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  for (int kind = 0; kind < 2 * KINDS; kind++) {
    khop_model *m = random_model(&r, 2 + 2 * draw(&r, 3), kind % KINDS, 1 + draw(&r, 3));
    compare_on_graph(m, &r, false);
    khop_model_free(m);
  }
  print_message("# the largest difference: %.3g of the largest output\n", worst);
}

static void test_a_wrong_number_is_seen(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  double before = worst;
  khop_model *m = random_model(&r, 4, 2, 2);
  compare_on_graph(m, &r, true);
  khop_model_free(m);
  worst = before;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_op_gives_khops_numbers),
      cmocka_unit_test(test_a_wrong_number_is_seen),
  };
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
