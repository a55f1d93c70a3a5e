/* test_export.c: exported C against khop: small models of every kind of op, drawn at random, on
 * random graphs; graphs and typed arcs; what is refused. The C is compiled by the compiler of the
 * build, and called through dlopen. */
#include "model_check.h"

#include <khop/export.h>
#include <khop/learn.h>
#include <khop/molecule_graphs.h>
#include <dlfcn.h>

/* In double the two are one but for the order of sums. In float it is khop that rounds, as it sums
 * in float: 1e-6, and three times that for drawn weights of a dozen layers, where nothing was
 * trained to be small. */
static double tolerance(double in_float) { return sizeof(khop_real) == sizeof(float) ? in_float : 1e-12; }

/* --- compiled exports
 * ----------------------------------------------------------------------------- */

typedef int run_nodes(khop_real *, int64_t, const int64_t *, const int32_t *, const khop_real *);
typedef int run_typed(khop_real *, int64_t, const int64_t *, const int64_t *, const int32_t *, const uint8_t *,
                      const khop_real *, const khop_real *);

typedef int run_graphs(khop_real *, int64_t, const int64_t *, const int64_t *, const int32_t *, const khop_real *);

/* Every exported function is one of these; ISO C has no other way from an object's address to a
 * function's. */
typedef struct compiled {
  void *library;
  union {
    void *address;
    run_nodes *nodes;
    run_typed *typed;
    run_graphs *graphs;
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
  snprintf(command, sizeof command,
           "%s -std=c99 -Wall -Wextra -Wconversion -Wpedantic -Werror -O1 -shared -fPIC -o %s %s -lm",
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
static bool alike(const khop_real *got, const khop_real *wanted, int64_t count, double in_float) {
  double *exact = block_of(count, sizeof *exact);
  for (int64_t i = 0; i < count; i++) exact[i] = (double)wanted[i];
  double d = difference(got, exact, count);
  free(exact);
  if (d > worst) worst = d;
  return d <= tolerance(in_float);
}

/* --- random models
 * -------------------------------------------------------------------------------- */

static int draw(khop_i_random *r, int below) { return (int)(khop_i_random_uniform(r) * below); }

static khop_conv_options random_rings(khop_i_random *r, int *hops, bool walks) {
  khop_conv_options o = {.taps = 1 + draw(r, 3),
                         .hops = hops,
                         .norm = (khop_norm)draw(r, 4),
                         .direction = (khop_direction)draw(r, 3),
                         .self_loop = draw(r, 2) == 0,
                         .concat = draw(r, 4) == 0,
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
  case 7: return khop_layer_norm(m, khop_dropout(m, khop_scale(m, x, -1.7), 0.5));
  case 8: return draw(r, 2) ? khop_add(m, x, khop_tanh(m, x)) : khop_multiply(m, x, khop_sigmoid(m, x));
  default: *columns *= 2; return khop_concat(m, 2, (khop_value[]){x, khop_relu(m, x)});
  }
}
enum { KINDS = 20 };

/* Values that explode, as counts of walks do, say nothing: a norm stands behind each op but the
 * last. */
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
  if (alike(out, khop_run_output(b.run), n * g, 1e-6) == break_it) {
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
  khop_model *m = new_model(6);
  khop_linear(m, khop_weigh_blocks(m, khop_linear(m, 0, 6, true), 3), 6, true);
  ok(khop_model_init(m, 3));
  for (int64_t i = 0; i < khop_model_parameters(m); i++) khop_model_parameter_array(m)[i] += random_real(&r);
  compare_on_graph(m, &r, false);
  khop_model_free(m);
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

/* --- sets of graphs
 * ------------------------------------------------------------------------------- */

/* ESOL where it is there, and else some molecules with rings, charges and every order of bonds. */
static khop_graphs *open_molecules(void) {
  static const char few[] = "smiles,y\nCCO,1\nc1ccccc1O,2\nC1CCCCC1C=C,0\nN#CC(=O)O,3\n[NH4+],"
                            "1\nc1ccc2ccccc2c1CC#C,2\nO=C1CCCN1,1\n"
                            "CC(C)(C)c1ccc(cc1)S(=O)(=O)N,4\nC,0\nC1CC2CC1CC2C(=O)[O-],1\n";
  char path[500];
  khop_graphs *set = NULL;
  const char *data = getenv("KHOP_DATA");
  snprintf(path, sizeof path, "%s/esol.csv", data ? data : "");
  if (access(path, R_OK) == 0) {
    ok(khop_molecules_graphs(
        &set, path,
        &(khop_molecules_options){
            .records = {.columns = 1, .column = (const char *const[]){"measured log solubility in mols per litre"}}}));
    return set;
  }
  write_file(at("few.csv"), few, sizeof few - 1);
  ok(khop_molecules_graphs(&set, at("few.csv"),
                           &(khop_molecules_options){.records = {.columns = 1, .column = (const char *const[]){"y"}}}));
  return set;
}

/* A model as training leaves it: with scales of the descriptors, and units of the target. */
static khop_model *molecule_model(const khop_graphs *set, bool typed, unsigned along) {
  khop_model *m = NULL;
  khop_recipe recipe;
  int64_t extras = 0;
  khop_graphs_graph_features(set, &extras);
  ok(khop_recipe_find(&recipe, "property"));
  recipe.typed = recipe.extras = typed;
  recipe.along = along;
  recipe.readouts = 15;
  ok(khop_graphs_model(&m, &recipe, set));
  khop_real *offset = block_of(extras, sizeof *offset), *factor = block_of(extras, sizeof *factor);
  for (int64_t c = 0; c < extras; c++) offset[c] = (khop_real)0.25, factor[c] = (khop_real)0.01;
  if (typed) ok(khop_graph_features_scale(m, offset, factor));
  free(offset);
  free(factor);
  ok(khop_model_set_metadata(m, "target_mean", "-3.05"));
  ok(khop_model_set_metadata(m, "target_deviation", "2.0959999"));
  return m;
}

static void compare_on_set(const khop_graphs *set, bool typed, unsigned along) {
  khop_model *m = molecule_model(set, typed, along);
  compiled c = compile(m);
  int64_t graphs = khop_graphs_count(set);
  khop_real *out = block_of(graphs, sizeof *out), *wanted = block_of(graphs, sizeof *wanted);
  const khop_graph *graph = khop_graphs_graph(set);
  const khop_real *x = khop_graphs_features(set)->dense;
  assert_non_null(x);
  int status =
      typed
          ? c.run.typed(out, graphs, khop_graphs_first(set), khop_graph_offsets(graph), khop_graph_targets(graph),
                        khop_graphs_arc_types(set, NULL), x, khop_graphs_graph_features(set, NULL))
          : c.run.graphs(out, graphs, khop_graphs_first(set), khop_graph_offsets(graph), khop_graph_targets(graph), x);
  assert_int_equal(status, 0);
  ok(khop_graphs_predict(wanted, m, set, 0));
  worst = 0;
  bool good = alike(out, wanted, graphs, 3e-6);
  print_message("# %lld molecules%s: %.3g of the largest\n", (long long)graphs, typed ? ", bonds by type" : "", worst);
  assert_true(good);
  free(out);
  free(wanted);
  khop_model_free(m);
  dlclose(c.library);
}

static void test_molecules_give_khops_predictions(void **state) {
  (void)state;
  khop_graphs *set = open_molecules();
  compare_on_set(set, true, 0);
  compare_on_set(set, true, 1u << 3);
  compare_on_set(set, false, 0);
  khop_graphs_free(set);
}

/* --- what goes wrong
 * ------------------------------------------------------------------------------ */

static khop_model *plain_model(void) {
  khop_model *m = new_model(2);
  khop_relu(m, khop_conv(m, 0, 3, NULL));
  ok(khop_model_init(m, 1));
  return m;
}

static void test_bad_graphs_are_told_by_status(void **state) {
  (void)state;
  khop_model *m = plain_model();
  compiled c = compile(m);
  khop_real x[6] = {1, 2, 3, 4, 5, 6}, out[9];
  const int64_t good[] = {0, 1, 3, 4}, falls[] = {0, 2, 1, 4}, late[] = {1, 1, 3, 4};
  const int32_t targets[] = {1, 0, 2, 1}, beyond[] = {1, 0, 3, 1}, negative[] = {-1, 0, 2, 1};
  const int32_t unsorted[] = {1, 2, 0, 1}, repeated[] = {1, 2, 2, 1};
  assert_int_equal(c.run.nodes(out, 3, good, targets, x), 0);
  assert_int_equal(c.run.nodes(out, 3, falls, targets, x), 1);
  assert_int_equal(c.run.nodes(out, 3, late, targets, x), 1);
  assert_int_equal(c.run.nodes(out, 3, good, beyond, x), 1);
  assert_int_equal(c.run.nodes(out, 3, good, negative, x), 1);
  assert_int_equal(c.run.nodes(out, 3, good, unsorted, x), 1);
  assert_int_equal(c.run.nodes(out, 3, good, repeated, x), 1);
  assert_int_equal(c.run.nodes(out, -1, good, targets, x), 1);
  x[3] = (khop_real)NAN;
  assert_int_equal(c.run.nodes(out, 3, good, targets, x), 3);
  khop_model_free(m);
  dlclose(c.library);
}

static void test_a_workspace_is_as_large_as_it_says(void **state) {
  (void)state;
  typedef int run_in(khop_real *, int64_t, const int64_t *, const int32_t *, const khop_real *, void *, size_t);
  union {
    void *address;
    size_t (*call)(int64_t, int64_t);
  } size;
  union {
    void *address;
    run_in *call;
  } run;
  khop_model *m = plain_model();
  compiled c = compile(m);
  size.address = dlsym(c.library, "net_workspace");
  run.address = dlsym(c.library, "net_run_in");
  khop_real x[6] = {1, 2, 3, 4, 5, 6}, out[9], again[9];
  const int64_t offsets[] = {0, 1, 3, 4};
  const int32_t targets[] = {1, 0, 2, 1};
  size_t bytes = size.call(3, 4);
  char *memory = block_of((int64_t)bytes + 8, 1);
  memset(memory, 0x5a, bytes + 8);
  assert_int_equal(run.call(out, 3, offsets, targets, x, memory, bytes - 1), 2);
  assert_int_equal(run.call(out, 3, offsets, targets, x, memory + 4, bytes), 2);
  assert_int_equal(run.call(out, 3, offsets, targets, x, memory, bytes), 0);
  for (int i = 0; i < 8; i++) assert_int_equal(memory[bytes + (size_t)i], 0x5a);
  assert_int_equal(c.run.nodes(again, 3, offsets, targets, x), 0);
  assert_memory_equal(out, again, sizeof out);
  assert_int_equal(size.call(-1, 4), 0);
  assert_int_equal(size.call(3, -1), 0);
  assert_int_equal(size.call((int64_t)1 << 40, 4), 0);
  free(memory);
  khop_model_free(m);
  dlclose(c.library);
}

static void test_what_has_no_C_form_is_refused_by_name(void **state) {
  (void)state;
  khop_model *m = new_model(2);
  khop_conv(m, khop_relu(m, 0), 3, &(khop_conv_options){.op = KHOP_METAPATH, .taps = 3});
  ok(khop_model_init(m, 1));
  int files = files_in_folder();
  fails(khop_export_c(m, "net", at("metapath.c")), KHOP_E_UNSUPPORTED, "op 2, conv, has no C form", "metapath 0");
  ok(khop_model_set_metadata(m, "hops", "0,1"));
  ok(khop_model_set_metadata(m, "types", "1"));
  fails(khop_export_c(m, "net", at("metapath.c")), KHOP_E_UNSUPPORTED, "op 2, conv, has no C form", "metapath 2");
  assert_int_equal(files_in_folder(), files);
  khop_model_free(m);
}

static void test_mistakes_leave_no_file(void **state) {
  (void)state;
  khop_model *m = plain_model();
  int files = files_in_folder();
  static const char *const names[] = {"",    "3d",         "_x",  "a-b",
                                      "a b", "n\xc3\xa9t", "a/*", "x123456789012345678901234567890123456789x"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    fails(khop_export_c(m, names[i], at("no.c")), KHOP_E_ARGUMENT, "is no name in C", "letter");
  fails(khop_export_c(m, "net", at("none/no.c")), KHOP_E_NOT_FOUND, "none/no.c", "");
  khop_model_parameter_array(m)[4] = (khop_real)INFINITY;
  fails(khop_export_c(m, "net", at("no.c")), KHOP_E_VALUE, "parameter 4", "not finite");
  khop_model_free(m);
  m = new_model(2);
  khop_linear(m, 0, 3, true);
  fails(khop_export_c(m, "net", at("no.c")), KHOP_E_ARGUMENT, "no parameters", "");
  khop_model_free(m);
  assert_int_equal(files_in_folder(), files);
}

static khop_status export_again(void *context) { return khop_export_c(context, "net", at("memory.c")); }

static void test_memory_that_runs_out(void **state) {
  (void)state;
  memory_can_run_out();
  khop_model *m = plain_model();
  assert_true(fail_each(export_again, m) > 3);
  khop_model_free(m);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_op_gives_khops_numbers),
      cmocka_unit_test(test_a_wrong_number_is_seen),
      cmocka_unit_test(test_molecules_give_khops_predictions),
      cmocka_unit_test(test_bad_graphs_are_told_by_status),
      cmocka_unit_test(test_a_workspace_is_as_large_as_it_says),
      cmocka_unit_test(test_what_has_no_C_form_is_refused_by_name),
      cmocka_unit_test(test_mistakes_leave_no_file),
      cmocka_unit_test(test_memory_that_runs_out),
  };
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
