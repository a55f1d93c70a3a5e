/* test_options.c: structs that begin with their size: each door reads what the caller says it has, and no byte behind. */
#include "check.h"

#include "base/options.h"

#include <khop/khop.h>

/* --- the copy ----------------------------------------------------------------------------------------- */

/* As a struct was, is, and will be. */
typedef struct khop_old {
  size_t size;
  int32_t a, b;
} khop_old;
typedef struct khop_now {
  size_t size;
  int32_t a, b;
  int64_t c;
} khop_now;
typedef struct khop_new {
  khop_now now;
  int64_t d;
} khop_new;
#define KHOP_I_FIELDS_khop_now b, c

/* On the heap, with nothing behind: a sanitizer sees each byte that is read beyond. */
static void *copied(const void *from, size_t size) {
  void *to = block_of(1, size);
  memcpy(to, from, size);
  return to;
}

static void what_an_older_header_lacks_is_zero(void **state) {
  (void)state;
  khop_now own;
  struct {
    khop_old old;
    unsigned char garbage[64];
  } o = {{sizeof(khop_old), 1, 2}, {0}};
  memset(o.garbage, 0xa5, sizeof o.garbage);
  for (int zero = 0; zero < 2; zero++) {
    if (zero) o.old.size = 0; /* what 0.2.0 had */
    memset(&own, 0xff, sizeof own);
    ok(KHOP_I_TAKE(khop_now, &own, (const void *)&o));
    assert_true(own.a == 1 && own.b == 2 && own.c == 0 && own.size == sizeof own);
    void *alone = copied(&o, sizeof o.old);
    memset(&own, 0xff, sizeof own);
    ok(KHOP_I_TAKE(khop_now, &own, alone));
    assert_true(own.a == 1 && own.b == 2 && own.c == 0);
    free(alone);
  }
  memset(&own, 0xff, sizeof own);
  ok(KHOP_I_TAKE(khop_now, &own, NULL));
  assert_true(own.a == 0 && own.b == 0 && own.c == 0);
}

static void what_a_newer_header_has_must_be_unset(void **state) {
  (void)state;
  khop_now own;
  khop_new o = {.now = {sizeof o, 1, 2, 3}};
  ok(KHOP_I_TAKE(khop_now, &own, &o.now));
  assert_true(own.a == 1 && own.b == 2 && own.c == 3 && own.size == sizeof own);
  o.d = INT64_C(1) << 56;
  own.a = 7;
  fails(KHOP_I_TAKE(khop_now, &own, &o.now), KHOP_E_UNSUPPORTED, "khop_now: byte 31 of 32 is set", "this version knows 24");
  assert_int_equal(own.a, 7);
}

static void a_size_that_no_struct_has_is_refused(void **state) {
  (void)state;
  const size_t sizes[] = {1, sizeof(size_t) - 1, sizeof(khop_now) + 65537, SIZE_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    khop_now own, o = {.size = sizes[i]};
    fails(KHOP_I_TAKE(khop_now, &own, &o), KHOP_E_ARGUMENT, "khop_now: its size is",
          "sizeof is 24 in this version, and 0 stands for the 16 bytes of 0.2.0");
  }
}

/* --- every door ----------------------------------------------------------------------------------------- */

static khop_graph *path;
static khop_data *data;
static khop_graphs *set;
static khop_taps *taps;
static khop_rings *rings;
static khop_recipe gcn, molecule;
static khop_real room[64];
static const int hops[] = {0, 1};

static void open_all(void) {
  const int64_t from[] = {0, 1, 2}, to[] = {1, 2, 3}, first[] = {0, 2, 4};
  const int32_t labels[] = {0, 1, 0, 1};
  khop_graph *own;
  ok(khop_graph_from_coo(&path, 4, 3, from, to, false));
  ok(khop_graph_from_coo(&own, 4, 3, from, to, false));
  ok(khop_data_new(&data, own, NULL, labels));
  ok(khop_data_add_split(data, (uint8_t[]){1, 1, 0, 0}, (uint8_t[]){0, 0, 1, 0}, (uint8_t[]){0, 0, 0, 1}));
  const int64_t across[] = {0, 2}, there[] = {1, 3};
  ok(khop_graph_from_coo(&own, 4, 2, across, there, false));
  ok(khop_graphs_new(&set, own, 2, first, NULL));
  ok(khop_graphs_set_labels(set, labels, 2, NULL));
  ok(khop_rings_build(&rings, path, 2, hops, NULL));
  ok(khop_taps_new(&taps, rings, 2, hops, KHOP_NORM_ROW, false));
  ok(khop_recipe_find(&gcn, "gcn"));
  ok(khop_recipe_find(&molecule, "molecule"));
}

static void close_all(void) {
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graphs_free(set);
  khop_data_free(data);
  khop_graph_free(path);
}

static khop_value block_of_kind(int kind, khop_model *m, khop_value x, const void *o) {
  switch (kind) {
  case 0: return khop_conv(m, x, 2, o);
  case 1: return khop_pool(m, x, KHOP_POOL_MAX, o);
  case 2: return khop_stack(m, x, o);
  case 3: return khop_aspp(m, x, o);
  case 4: return khop_gated_stack(m, x, o);
  case 5: return khop_tcn(m, x, o);
  case 6: return khop_separable(m, x, o);
  case 8: return khop_gcnii(m, x, o);
  case 9: return khop_h2gcn(m, x, o);
  case 10: return khop_fsgnn(m, x, o);
  case 11: return khop_gpr(m, x, o);
  case 12: return khop_dir(m, x, o);
  case 13: return khop_spmpnn(m, x, o);
  case 16: return khop_linkx(m, x, o);
  case 14: return khop_kpgnn(m, x, o);
  case 15: return khop_drew(m, x, o);
  default: return khop_atrous_bank(m, x, o);
  }
}
static khop_status build_block(int kind, const void *o) {
  khop_model *m;
  ok(khop_model_new(&m));
  block_of_kind(kind, m, khop_input(m, 2), o);
  khop_status status = khop_model_init(m, 1);
  khop_model_free(m);
  return status;
}

static khop_status taken(khop_status status, khop_rings *made) {
  khop_rings_free(made);
  return status;
}

/* A model of the recipe gcn on the path, and a run of it. */
static khop_status with_run(int kind, const void *o) {
  khop_model *m;
  khop_rings *needed[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  khop_trainer *trainer = NULL;
  khop_optimizer *optimizer = NULL;
  khop_fit_result result;
  int count;
  khop_status status;
  ok(khop_recipe_model(&m, &gcn, data));
  ok(khop_model_rings(needed, &count, m, path, 0));
  if (kind == 0) {
    status = khop_run_new_with(&run, m, count, needed, khop_data_features(data), o);
  } else {
    ok(khop_run_new(&run, m, count, needed, khop_data_features(data), true, 0));
    status = kind == 1   ? khop_trainer_new(&trainer, run, data, 0, o)
             : kind == 2 ? khop_fit(&result, run, data, 0, o)
                         : khop_optimizer_new(&optimizer, m, o);
  }
  khop_optimizer_free(optimizer);
  khop_trainer_free(trainer);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(needed[i]);
  khop_model_free(m);
  return status;
}

static khop_status by_recipe(int kind, const void *r) {
  khop_model *m = NULL;
  khop_report report = {0};
  khop_graph_report graphs_report = {0};
  khop_status status;
  switch (kind) {
  case 0: status = khop_recipe_model(&m, r, data); break;
  case 1: status = khop_recipe_model_rows(&m, r, data, 3); break;
  case 2: status = khop_graphs_model(&m, r, set); break;
  case 3: status = khop_train(&report, data, r, NULL); break;
  default: status = khop_graphs_train(&graphs_report, set, r, NULL); break;
  }
  khop_model_free(m);
  khop_report_free(&report);
  khop_graph_report_free(&graphs_report);
  return status;
}

static khop_status in_training(bool graphs, const void *o) {
  khop_report report = {0};
  khop_graph_report graphs_report = {0};
  khop_status status =
      graphs ? khop_graphs_train(&graphs_report, set, &molecule, o) : khop_train(&report, data, &gcn, o);
  khop_report_free(&report);
  khop_graph_report_free(&graphs_report);
  return status;
}

static khop_status new_node(const void *o) {
  khop_model *m;
  khop_predictor *p;
  ok(khop_recipe_model(&m, &gcn, data));
  ok(khop_predictor_new(&p, m, data, 0));
  khop_status status = khop_predictor_new_node(room, p, o);
  khop_predictor_free(p);
  khop_model_free(m);
  return status;
}

static khop_status from_file(int kind, const void *o) {
  khop_graph *graph = NULL;
  khop_data *loaded = NULL;
  khop_graphs *molecules = NULL;
  khop_records *records = NULL;
  khop_descriptors *descriptors = NULL;
  khop_debian *debian = NULL;
  khop_status status;
  FILE *none = fopen("/dev/null", "r");
  switch (kind) {
  case 0: status = khop_graph_read(&graph, "nowhere.csv", o); break;
  case 1: status = khop_data_load(&loaded, "./nowhere.csv", o); break;
  case 2: status = khop_molecules_graphs(&molecules, "nowhere.smi", o); break;
  case 3: status = khop_records_open(&records, "nowhere.smi", o); break;
  case 4: status = khop_descriptors_new(&descriptors, o); break;
  case 5: status = khop_debian_read(&debian, none, "nothing", o); break;
  case 6: status = khop_graphs_read_labels(set, "nowhere.csv", o); break;
  default: status = khop_hop_features_write("/nowhere/x.npy", taps, khop_data_features(data), o); break;
  }
  if (none) fclose(none);
  khop_graph_free(graph);
  khop_data_free(loaded);
  khop_graphs_free(molecules);
  khop_records_free(records);
  khop_descriptors_free(descriptors);
  khop_debian_free(debian);
  return status;
}

static khop_status ringed(int kind, const void *o) {
  khop_rings *made = NULL;
  khop_estimate estimate;
  int64_t *nodes = NULL, row = 1, place;
  khop_status status;
  switch (kind) {
  case 0: status = khop_rings_build(&made, path, 2, hops, o); break;
  case 1: status = khop_rings_sample(&made, path, 2, hops, 1, 1, o); break;
  case 2: status = khop_rings_estimate(&estimate, NULL, NULL, path, 2, hops, o, 0, 1); break;
  default:
    status = khop_rings_build_rows(&made, &nodes, &place, path, 1, &row, 2, hops, KHOP_NORM_ROW, o);
    khop_free(nodes);
  }
  return taken(status, made);
}

static khop_status audited(bool whole, const void *o) {
  const khop_layer layer = {3, 1, 1};
  const int64_t node = 0;
  khop_audit *audit = NULL;
  uint8_t reached[4];
  khop_status status = whole ? khop_audit_graph(&audit, path, 1, &layer, o)
                             : khop_audit_reach(reached, path, 1, &layer, 1, &node, o);
  khop_audit_free(audit);
  return status;
}

static khop_status convolved(bool forward, const void *o) {
  return forward ? khop_conv_forward_with(room, taps, room, room, NULL, o)
                 : khop_conv_backward_with(NULL, NULL, NULL, taps, room, room, room, o);
}

static khop_status edited(bool graph_alone, const void *o) {
  khop_graph *after = NULL;
  khop_rings *updated = NULL;
  khop_status status = graph_alone ? khop_graph_edit(&after, path, o) : khop_rings_update(&updated, rings, path, o, 0);
  khop_graph_free(after);
  return taken(status, updated);
}

static khop_status batched(bool batches, const void *o) {
  const khop_batch_options two = {.nodes = 2};
  khop_trainer *trainer = NULL;
  khop_model *m;
  ok(khop_recipe_model(&m, &gcn, data));
  khop_status status = khop_trainer_new_batches(&trainer, m, data, 0, batches ? o : &two, batches ? NULL : o);
  khop_trainer_free(trainer);
  khop_model_free(m);
  return status;
}

static khop_status explained(int node, const void *o) {
  khop_explanation *why = NULL;
  khop_model *m;
  ok(khop_recipe_model(&m, &gcn, data));
  ok(khop_model_init(m, 1));
  khop_status status = khop_explain_node(&why, m, data, node, o);
  khop_explanation_free(why);
  khop_model_free(m);
  return status;
}

static khop_status influenced(int kind, const void *o) {
  (void)kind;
  khop_influence *influence = NULL;
  khop_model *m;
  ok(khop_recipe_model(&m, &gcn, data));
  ok(khop_model_init(m, 1));
  khop_status status = khop_audit_influence(&influence, m, data, o);
  khop_influence_free(influence);
  khop_model_free(m);
  return status;
}

static khop_status tapped(int kind, const void *o) {
  (void)kind;
  khop_taps *made = NULL;
  khop_status status = khop_taps_from_csr(&made, 1, o, false);
  khop_taps_free(made);
  return status;
}

static khop_status encoded(int kind, const void *o) {
  (void)kind;
  return khop_data_add_encodings(data, o);
}

static khop_status seen_encoded(int kind, const void *o) {
  (void)kind;
  khop_data *made = NULL;
  khop_status status = khop_data_with_encodings(&made, data, o);
  khop_data_free(made);
  return status;
}

#define DOOR(name, kind, call) static khop_status name##_##kind(const void *o) { return call(kind, o); }
#define DOORS(do)                                                                                                      \
  do(build_block, 0, khop_conv_options) do(build_block, 1, khop_conv_options) do(build_block, 2, khop_stack_options)   \
  do(build_block, 3, khop_aspp_options) do(build_block, 4, khop_gated_options) do(build_block, 5, khop_tcn_options)    \
  do(build_block, 6, khop_separable_options) do(build_block, 7, khop_atrous_options)                                   \
  do(build_block, 8, khop_gcnii_options) do(build_block, 9, khop_h2gcn_options) do(build_block, 10, khop_fsgnn_options) \
  do(build_block, 11, khop_gpr_options) do(build_block, 12, khop_dir_options) do(build_block, 13, khop_spmpnn_options) \
  do(build_block, 14, khop_kpgnn_options) do(build_block, 15, khop_drew_options)                                       \
  do(build_block, 16, khop_linkx_options)                                                                              \
  do(with_run, 0, khop_run_options) do(with_run, 1, khop_fit_options) do(with_run, 2, khop_fit_options)                \
  do(with_run, 3, khop_optimizer_options) do(by_recipe, 0, khop_recipe) do(by_recipe, 1, khop_recipe)                  \
  do(by_recipe, 2, khop_recipe) do(by_recipe, 3, khop_recipe) do(by_recipe, 4, khop_recipe)                            \
  do(in_training, 0, khop_train_options) do(in_training, 1, khop_graph_options)                                        \
  do(from_file, 0, khop_read_options) do(from_file, 1, khop_data_options) do(from_file, 2, khop_molecules_options)     \
  do(from_file, 3, khop_records_options) do(from_file, 4, khop_descriptors_options)                                    \
  do(from_file, 5, khop_debian_options) do(from_file, 6, khop_graph_labels_options) do(from_file, 7, khop_hop_options) \
  do(ringed, 0, khop_rings_options) do(ringed, 1, khop_rings_options) do(ringed, 2, khop_rings_options)                \
  do(ringed, 3, khop_rings_options) do(audited, 0, khop_audit_options) do(audited, 1, khop_audit_options)              \
  do(convolved, 0, khop_conv_call) do(convolved, 1, khop_conv_call) do(tapped, 0, khop_csr)         \
  do(encoded, 0, khop_encodings)                                                                                       \
  do(seen_encoded, 0, khop_encodings)                                                                                  \
  do(edited, 0, khop_graph_edits) do(edited, 1, khop_graph_edits) do(explained, 0, khop_explain_options)     \
  do(batched, 0, khop_fit_options) do(batched, 1, khop_batch_options) do(influenced, 0, khop_influence_options)
#define FUNCTION(name, kind, type) DOOR(name, kind, name)
#define ROW(name, kind, type) {#type, sizeof(type), name##_##kind},
DOORS(FUNCTION)
static khop_status node_0(const void *o) { return new_node(o); }
static const struct {
  const char *type;
  size_t size;
  khop_status (*call)(const void *options);
} doors[] = {DOORS(ROW){"khop_new_node", sizeof(khop_new_node), node_0}};

static void every_door_looks_at_the_size_first(void **state) {
  (void)state;
  open_all();
  for (size_t d = 0; d < sizeof doors / sizeof *doors; d++) {
    size_t *o = block_of(1, doors[d].size + 64);
    char wanted[96];
    *o = sizeof *o - 1;
    snprintf(wanted, sizeof wanted, "%s: its size is 7", doors[d].type);
    fails(doors[d].call(o), KHOP_E_ARGUMENT, wanted, "");
    *o = doors[d].size + 64;
    ((char *)o)[doors[d].size + 63] = 1;
    snprintf(wanted, sizeof wanted, "%s: byte %zu of %zu", doors[d].type, doors[d].size + 63, doors[d].size + 64);
    fails(doors[d].call(o), KHOP_E_UNSUPPORTED, wanted, "");
    free(o);
  }
  close_all();
}

/* A struct that ends behind its size, with nothing behind it, is one whose fields are all 0: the sanitizer sees more. */
static void no_door_reads_behind_the_size(void **state) {
  (void)state;
  open_all();
  for (size_t d = 0; d < sizeof doors / sizeof *doors; d++) {
    size_t *cut = block_of(1, sizeof *cut), *whole = block_of(1, doors[d].size);
    char said[512];
    *cut = sizeof *cut;
    *whole = doors[d].size;
    khop_status status = doors[d].call(whole);
    snprintf(said, sizeof said, "%s", khop_message());
    if (doors[d].call(cut) != status || (status != KHOP_OK && strcmp(said, khop_message()) != 0))
      fail_msg("%s, door %zu: %s with all fields 0, and with none: %s", doors[d].type, d, said, khop_message());
    free(cut);
    free(whole);
  }
  close_all();
}

/* --- structs in structs, and in a row -------------------------------------------------------------------- */

static void what_stands_in_another_is_looked_at_too(void **state) {
  (void)state;
  open_all();
  fails(build_block(2, &(khop_stack_options){.layers = 1, .dilations = hops + 1, .taps = {.size = 3}}), KHOP_E_ARGUMENT,
        "khop_taps_choice: its size is 3", "");
  khop_recipe r = gcn;
  r.fit.reserved[0] = 1; /* a field of a version to come */
  fails(by_recipe(3, &r), KHOP_E_UNSUPPORTED, "khop_fit_options: byte", "is set");
  r = gcn;
  r.fit.optimizer.size = 2;
  fails(by_recipe(3, &r), KHOP_E_ARGUMENT, "khop_optimizer_options: its size is 2", "");
  fails(from_file(1, &(khop_data_options){.read = {.size = 6}}), KHOP_E_ARGUMENT, "khop_read_options: its size is 6", "");
  fails(from_file(2, &(khop_molecules_options){.records = {.size = 6}}), KHOP_E_ARGUMENT, "khop_records_options", "");
  fails(from_file(2, &(khop_molecules_options){.descriptors = {.size = 6}}), KHOP_E_ARGUMENT, "khop_descriptors_options", "");
  close_all();
}

/* An array of a newer header: each matrix is found by the size that the first says. */
static void arrays_of_structs_go_by_the_size_of_the_first(void **state) {
  (void)state;
  const int64_t offsets[] = {0, 1, 2}, other[] = {0, 0, 1};
  const int32_t columns[] = {1, 0}, one[] = {0};
  struct {
    khop_csr known;
    int64_t newer;
  } two[2] = {{{.size = sizeof *two, .nodes = 2, .offsets = offsets, .columns = columns}, 0},
              {{.size = sizeof *two, .nodes = 2, .offsets = other, .columns = one}, 0}};
  khop_taps *t;
  khop_real x[] = {1, 10}, y[4];
  ok(khop_taps_from_csr(&t, 2, &two[0].known, false));
  ok(khop_apply(y, 2, t, x, 1, 1, KHOP_CONCAT));
  khop_taps_free(t);
  assert_true(y[0] == 10 && y[1] == 0 && y[2] == 1 && y[3] == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_an_older_header_lacks_is_zero),
      cmocka_unit_test(what_a_newer_header_has_must_be_unset),
      cmocka_unit_test(a_size_that_no_struct_has_is_refused),
      cmocka_unit_test(every_door_looks_at_the_size_first),
      cmocka_unit_test(no_door_reads_behind_the_size),
      cmocka_unit_test(what_stands_in_another_is_looked_at_too),
      cmocka_unit_test(arrays_of_structs_go_by_the_size_of_the_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
