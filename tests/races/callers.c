/* callers: four threads that use one graph, one model, one set of rings and their taps, all at the same time.
 *
 *   callers        each caller's answers are those of one that was alone; ends with status 1 where they are not
 *   callers race   the same, and each caller writes into one number of all: the thread sanitizer must say so
 *
 * In a build with -Db_sanitize=thread every race ends it with status 66 (tests/races/run). */
#include <khop/khop.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLERS = 4, WIDE = 16, OUTPUTS = 8, PARTS = 9 };

static void try_call(khop_status status, const char *call) {
  if (status == KHOP_OK) return;
  fprintf(stderr, "callers: %s: %s\n", call, khop_message());
  exit(1);
}
#define TRY(call) try_call((call), #call)

static void *room(int64_t count, size_t size) {
  void *block = calloc((size_t)count, size);
  if (!block) exit(1);
  return block;
}

/* --- what they share -------------------------------------------------------------------------------------- */

static const int hops[] = {0, 1, 2, 5};
enum { TAPS = 4 };

typedef struct shared {
  khop_graph *graph;
  khop_rings *rings[KHOP_AUTO], *of_model[KHOP_MAX_RINGS]; /* one a form */
  khop_taps *taps[KHOP_AUTO];
  int count; /* of the model's rings */
  khop_model *model, *of_data;
  khop_data *data;
  khop_real *x; /* (N, WIDE) */
  khop_features features;
  char path[1000]; /* of a graph */
} shared;

static khop_model *model_new(int64_t columns) {
  khop_model *model;
  TRY(khop_model_new(&model));
  khop_value x = khop_dropout(model, khop_input(model, columns), 0.5);
  khop_value h = khop_conv(model, x, OUTPUTS, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_SYM, .bias = true});
  khop_softmax_cross_entropy(model, khop_linear(model, khop_layer_norm(model, khop_relu(model, h)), 3, true));
  TRY(khop_model_init(model, 7));
  return model;
}

static void shared_open(shared *s, const char *root) {
  /* Arcs that lead one way, so that transposed rings are others, which are made when they are first asked for. */
  TRY(khop_graph_grid(&s->graph, 2, (int64_t[]){40, 40}, NULL, false, true));
  int64_t n = khop_graph_nodes(s->graph);
  s->x = room(n * WIDE, sizeof *s->x);
  for (int64_t i = 0; i < n * WIDE; i++) s->x[i] = (khop_real)(i * 7 % 17 - 8);
  s->features = (khop_features){.rows = n, .columns = WIDE, .dense = s->x};
  for (int form = 0; form < KHOP_AUTO; form++)
    TRY(khop_rings_build(&s->rings[form], s->graph, TAPS, hops, &(khop_rings_options){.form = (khop_form)form}));
  for (int form = 0; form < KHOP_AUTO; form++)
    TRY(khop_taps_new(&s->taps[form], s->rings[form], TAPS, hops, KHOP_NORM_SYM, false));
  s->model = model_new(WIDE);
  TRY(khop_model_rings(s->of_model, &s->count, s->model, s->graph, 0));
  snprintf(s->path, sizeof s->path, "%s/datasets/karate.graphml", root);
  TRY(khop_data_load(&s->data, s->path, NULL));
  s->of_data = model_new(khop_data_features(s->data)->columns);
}

static void shared_close(shared *s) {
  khop_data_free(s->data);
  khop_model_free(s->of_data);
  khop_model_free(s->model);
  for (int i = 0; i < s->count; i++) khop_rings_free(s->of_model[i]);
  for (int form = 0; form < KHOP_AUTO; form++) khop_taps_free(s->taps[form]), khop_rings_free(s->rings[form]);
  khop_graph_free(s->graph);
  free(s->x);
}

/* --- what each does ------------------------------------------------------------------------------------------ */

/* FNV-1a over the bytes of an answer. */
static void add(uint64_t *sum, const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) *sum = (*sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
}

static void predict(uint64_t *sum, const shared *s) {
  khop_run *run;
  TRY(khop_run_new(&run, s->model, s->count, s->of_model, &s->features, false, 0));
  for (int step = 0; step < 3; step++) khop_run_forward(run, false, 1, 1);
  add(sum, khop_run_output(run), (size_t)(s->features.rows * 3) * sizeof(khop_real));
  khop_run_free(run);
  int64_t count = 3 * khop_data_features(s->data)->rows;
  khop_real *scores = room(count, sizeof *scores);
  TRY(khop_predict(scores, s->of_data, s->data, 0));
  add(sum, scores, (size_t)count * sizeof *scores);
  free(scores);
}

/* A model of its own on the shared rings. */
static void learn(uint64_t *sum, const shared *s) {
  khop_model *model = model_new(WIDE);
  khop_run *run;
  int32_t *labels = room(s->features.rows, sizeof *labels);
  for (int64_t i = 0; i < s->features.rows; i++) labels[i] = (int32_t)(i % 3);
  TRY(khop_run_new(&run, model, s->count, s->of_model, &s->features, true, 0));
  TRY(khop_run_labels(run, labels, NULL));
  double loss = khop_run_forward(run, true, 3, 1);
  khop_run_backward(run);
  add(sum, &loss, sizeof loss);
  add(sum, khop_run_gradients(run), (size_t)khop_model_parameters(model) * sizeof(khop_real));
  khop_run_free(run);
  khop_model_free(model);
  free(labels);
}

static void apply(uint64_t *sum, const shared *s, unsigned flags) {
  int64_t count = s->features.rows * WIDE;
  khop_real *y = room(count, sizeof *y);
  for (int form = 0; form < KHOP_AUTO; form++) {
    TRY(khop_apply(y, WIDE, s->taps[form], s->x, WIDE, WIDE, flags));
    add(sum, y, (size_t)count * sizeof *y);
  }
  free(y);
}

static void convolve(uint64_t *sum, const shared *s) {
  int64_t count = s->features.rows * OUTPUTS, weights = TAPS * WIDE * OUTPUTS;
  khop_real *y = room(count, sizeof *y), *dw = room(weights, sizeof *dw);
  TRY(khop_conv_forward(y, s->taps[KHOP_STORED], s->x, s->x, NULL, WIDE, OUTPUTS, 0));
  TRY(khop_conv_backward(NULL, dw, NULL, s->taps[KHOP_STORED], s->x, s->x, y, WIDE, OUTPUTS, 0));
  add(sum, y, (size_t)count * sizeof *y);
  add(sum, dw, (size_t)weights * sizeof *dw);
  free(y);
  free(dw);
}

/* Taps of rings whose transpose may not be there yet. */
static void prepare(uint64_t *sum, const shared *s) {
  int64_t n = s->features.rows;
  khop_real *left = room(n, sizeof *left), *right = room(n, sizeof *right);
  khop_taps *taps;
  TRY(khop_taps_new(&taps, s->of_model[0], 1, (int[]){1}, KHOP_NORM_COL, true));
  TRY(khop_rings_scales(left, right, s->of_model[0], 1, KHOP_NORM_SYM, false));
  add(sum, right, (size_t)n * sizeof *right);
  khop_taps_free(taps);
  free(left);
  free(right);
}

static void search(uint64_t *sum, const shared *s) {
  for (int way = 0; way < 2; way++) {
    khop_rings *rings;
    khop_shape shape;
    TRY(khop_rings_build(&rings, s->graph, TAPS, hops,
                         &(khop_rings_options){.direction = KHOP_ALL, .search = (khop_search)way}));
    for (int64_t i = 0; i < khop_rings_nodes(rings); i++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, TAPS - 1, i, &columns, NULL);
      add(sum, columns, (size_t)count * sizeof *columns);
    }
    khop_rings_free(rings);
    TRY(khop_graph_shape(&shape, s->graph, true));
    add(sum, &shape.diameter, sizeof shape.diameter);
  }
}

static void draw_sample(uint64_t *sum, const shared *s) {
  khop_rings *rings;
  TRY(khop_rings_sample(&rings, s->graph, TAPS, hops, 3, 5, &(khop_rings_options){.direction = KHOP_ALL}));
  int64_t entries = khop_rings_entries(rings, TAPS - 1);
  add(sum, &entries, sizeof entries);
  khop_rings_free(rings);
}

static void read_and_train(uint64_t *sum, const shared *s) {
  khop_graph *graph;
  khop_recipe recipe;
  khop_report report;
  TRY(khop_graph_read(&graph, s->path, NULL));
  TRY(khop_recipe_find(&recipe, "gcn"));
  recipe.fit.epochs = 3;
  TRY(khop_train(&report, s->data, &recipe, NULL));
  add(sum, &report.test_mean, sizeof report.test_mean);
  khop_report_free(&report);
  khop_graph_free(graph);
}

/* --- callers ---------------------------------------------------------------------------------------------------- */

typedef struct caller {
  const shared *shared;
  int number;
  uint64_t sums[PARTS]; /* of what it was answered */
  uint64_t *everyones;  /* a race, where there is to be one */
} caller;

/* Its own failures have its own message. */
static void fail(uint64_t *sum, const caller *c) {
  char text[40];
  khop_rings *rings = NULL;
  snprintf(text, sizeof text, "%d", -1 - c->number);
  khop_status status = khop_rings_build(&rings, c->shared->graph, 1, (int[]){-1 - c->number}, NULL);
  *sum = status == KHOP_E_ARGUMENT && strstr(khop_message(), text) != NULL;
}

/* Every caller begins at another part, so that different ones run beside one another too. */
static void *call(void *argument) {
  caller *c = argument;
  const shared *s = c->shared;
  if (c->everyones) *c->everyones ^= (uint64_t)c->number; /* before anything that might order two callers */
  for (int i = 0; i < PARTS; i++) {
    int part = (i + 2 * c->number) % PARTS;
    uint64_t *sum = &c->sums[part];
    *sum = 0xcbf29ce484222325;
    switch (part) {
    case 0: predict(sum, s); break;
    case 1: learn(sum, s); break;
    case 2: apply(sum, s, 0); break;
    case 3: apply(sum, s, KHOP_TRANSPOSE); break;
    case 4: convolve(sum, s); break;
    case 5: prepare(sum, s); break;
    case 6: search(sum, s); draw_sample(sum, s); break;
    case 7: read_and_train(sum, s); break;
    default: fail(sum, c);
    }
  }
  return NULL;
}

int main(int count, char **argument) {
  bool race = count > 1 && strcmp(argument[1], "race") == 0;
  const char *root = getenv("KHOP_SOURCE_ROOT");
  static shared s;
  uint64_t everyones = 0;
  caller alone = {.shared = &s}, together[CALLERS];
  pthread_t threads[CALLERS];
  TRY(khop_set_threads(2));
  shared_open(&s, root ? root : ".");
  for (int i = 0; i < CALLERS; i++) {
    together[i] = (caller){.shared = &s, .number = i, .everyones = race ? &everyones : NULL};
    if (pthread_create(&threads[i], NULL, call, &together[i])) exit(1);
  }
  for (int i = 0; i < CALLERS; i++) pthread_join(threads[i], NULL);
  call(&alone);
  int wrong = 0;
  for (int i = 0; i < CALLERS; i++)
    for (int part = 0; part < PARTS; part++)
      if (together[i].sums[part] != alone.sums[part])
        wrong++, printf("caller %d: part %d: %016" PRIx64 ", not %016" PRIx64 "\n", i, part, together[i].sums[part],
                        alone.sums[part]);
  shared_close(&s);
  if (khop_bytes_now() != 0) wrong++, printf("%zu bytes are still held\n", khop_bytes_now());
  return wrong ? 1 : 0;
}
