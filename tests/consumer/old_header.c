/* old_header.c: a program that calls khop with options of every kind, compiled by tests/cli/old_header.sh against the
 * headers, and against a copy in which the structs lack their last fields. It must not name those fields.
 *
 * It prints "size TYPE BYTES" of each struct, and "sum DOOR NUMBER" of what came of it. */
#include <khop/khop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int hops[] = {0, 1, 2};
static khop_graph *graph;
static khop_data *data;
static khop_real features[12 * 4];

static void must(khop_status status) {
  if (status == KHOP_OK) return;
  fprintf(stderr, "%s\n", khop_message());
  exit(1);
}

static void sum(const char *door, const khop_real *x, int64_t count) {
  double total = 0;
  for (int64_t i = 0; i < count; i++) total += (double)(i % 7 + 1) * (double)x[i];
  printf("sum %s %.9g\n", door, total);
}

/* The struct where nothing follows it but what must not be read. */
static const void *alone(const char *type, const void *given, size_t size) {
  unsigned char *room = malloc(size + 256);
  if (!room) exit(1);
  memcpy(room, given, size);
  memset(room + size, 0xa5, 256);
  printf("size %s %zu\n", type, size);
  return room;
}
#define GIVEN(type, ...) alone(#type, &(const type){.size = sizeof(type), __VA_ARGS__}, sizeof(type))

/* --- models --------------------------------------------------------------------------------------------- */

static khop_value put_block(khop_model *m, khop_value x, int kind) {
  const khop_taps_choice two = {.taps = 2, .norm = KHOP_NORM_ROW};
  switch (kind) {
  case 0: return khop_conv(m, x, 3, GIVEN(khop_conv_options, .taps = 3, .hops = hops, .norm = KHOP_NORM_SYM));
  case 1: return khop_stack(m, x, GIVEN(khop_stack_options, .layers = 2, .dilations = hops + 1, .columns = 4, .taps = two));
  case 2: return khop_aspp(m, x, GIVEN(khop_aspp_options, .rates = 2, .rate = hops + 1, .columns = 3, .outputs = 3));
  case 3: return khop_gated_stack(m, x, GIVEN(khop_gated_options, .layers = 2, .dilations = hops + 1,
                                                     .columns = 4, .skips = 3, .taps = two));
  case 4: return khop_tcn(m, x, GIVEN(khop_tcn_options, .layers = 2, .dilations = hops + 1, .columns = 4));
  case 5: return khop_separable(m, x, GIVEN(khop_separable_options, .dilation = 1, .columns = 3));
  default: return khop_atrous_bank(m, x, GIVEN(khop_atrous_options, .levels = 2, .norm = KHOP_NORM_ROW));
  }
}

static void predict_by(int kind, const char *door) {
  khop_model *m;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  must(khop_model_new(&m));
  put_block(m, khop_input(m, 4), kind);
  must(khop_model_init(m, 1));
  must(khop_model_rings(rings, &count, m, graph, 0));
  must(khop_run_new_with(&run, m, count, rings, khop_data_features(data), GIVEN(khop_run_options, .training = true)));
  khop_run_forward(run, false, 0, 0);
  sum(door, khop_run_output(run), 12 * khop_model_output_columns(m));
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
}

static void train(void) {
  khop_recipe recipe;
  khop_report report;
  khop_explanation *why;
  khop_model *m;
  khop_trainer *trainer;
  must(khop_recipe_find(&recipe, "gcn"));
  recipe.fit.epochs = 3;
  must(khop_train(&report, data, &recipe, GIVEN(khop_train_options, .seeds = 2)));
  sum("train", &(khop_real){(khop_real)report.test_mean}, 1);
  khop_report_free(&report);
  must(khop_recipe_model(&m, &recipe, data));
  must(khop_model_init(m, 1));
  must(khop_explain_node(&why, m, data, 3, GIVEN(khop_explain_options, .tolerance = 1e-3)));
  printf("sum explain %d\n", why != NULL);
  khop_explanation_free(why);
  must(khop_trainer_new_batches(&trainer, m, data, 0, GIVEN(khop_batch_options, .nodes = 2), NULL));
  printf("sum batches %d\n", trainer != NULL);
  khop_trainer_free(trainer);
  khop_model_free(m);
}

/* --- graphs and arrays ----------------------------------------------------------------------------------- */

static void edit_and_audit(void) {
  const int64_t from[] = {0}, to[] = {5};
  const khop_layer layer = {3, 1, 1};
  khop_graph *after;
  khop_audit *audit;
  must(khop_graph_edit(&after, graph, GIVEN(khop_graph_edits, .added_edges = 1, .added_from = from, .added_to = to)));
  must(khop_audit_graph(&audit, after, 1, &layer, GIVEN(khop_audit_options, .seed = 1)));
  printf("sum edit %lld\nsum audit %lld\n", (long long)khop_graph_edges(after), (long long)audit->diameter);
  khop_audit_free(audit);
  khop_graph_free(after);
}

static void convolve(void) {
  const int64_t offsets[] = {0, 1, 2, 2}, columns[] = {1, 0};
  khop_real y[3 * 2], w[4 * 2] = {1, 2, 3, 4, 5, 6, 7, 8};
  khop_rings *rings;
  khop_taps *taps;
  must(khop_taps_from_csr(&taps, 1, GIVEN(khop_csr, .nodes = 3, .offsets = offsets, .columns = columns), false));
  must(khop_conv_forward_with(y, taps, features, w, NULL, GIVEN(khop_conv_call, .f = 4, .g = 2)));
  sum("csr", y, 6);
  khop_taps_free(taps);
  must(khop_rings_build(&rings, graph, 3, hops, GIVEN(khop_rings_options, .direction = KHOP_IN)));
  printf("sum rings %lld\n", (long long)khop_rings_entries(rings, 2));
  must(khop_taps_new(&taps, rings, 3, hops, KHOP_NORM_ROW, false));
  must(khop_hop_features_write("hops.npy", taps, khop_data_features(data), GIVEN(khop_hop_options, .seed = 1)));
  khop_taps_free(taps);
  khop_rings_free(rings);
}

static void load(void) {
  khop_data *loaded;
  FILE *file = fopen("path.edges", "w");
  if (!file || fputs("0 1\n1 2\n", file) < 0 || fclose(file)) exit(1);
  must(khop_data_load(&loaded, "./path.edges", GIVEN(khop_data_options, .graph_only = true)));
  printf("sum data %lld\n", (long long)khop_graph_nodes(khop_data_graph(loaded)));
  khop_data_free(loaded);
}

int main(void) {
  const char *const blocks[] = {"conv", "stack", "aspp", "gated", "tcn", "separable", "atrous"};
  int64_t from[11], to[11];
  int32_t labels[12];
  uint8_t mask[3][12];
  for (int i = 0; i < 11; i++) from[i] = i, to[i] = i + 1;
  for (int i = 0; i < 12; i++) labels[i] = i / 6;
  for (int i = 0; i < 36; i++) mask[i / 12][i % 12] = i % 3 == i / 12;
  for (int i = 0; i < 48; i++) features[i] = (khop_real)(i * 37 % 11) / 8;
  must(khop_graph_from_coo(&graph, 12, 11, from, to, true));
  must(khop_data_new(&data, graph, &(khop_features){.rows = 12, .columns = 4, .dense = features}, labels));
  must(khop_data_add_split(data, mask[0], mask[1], mask[2]));
  for (int kind = 0; kind < 7; kind++) predict_by(kind, blocks[kind]);
  train();
  edit_and_audit();
  convolve();
  load();
  khop_data_free(data);
  return 0;
}
