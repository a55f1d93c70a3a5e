/* test_checkpoint.c: models and trainings on disk: the same again, going on as if never stopped,
 * the wrong file, a damaged one, a hostile one. */
#include "train_check.h"

#include "files/safetensors.h"
#include "train/architecture.h"

#include <sys/stat.h>

/* --- saving and loading --------------------------------------------------------------------- */

/* A model with every op kind, and options that are not their defaults. */
static khop_model *every_kind(int loss) {
  khop_model *m;
  const khop_real initial[] = {(khop_real)0.1, (khop_real)-1.0 / 3};
  const int hops[] = {3, 1};
  ok(khop_model_new(&m));
  khop_value x = khop_dropout(m, khop_input(m, 34), 0.99999999), h;
  khop_model_parameter_group(m, 5);
  h = khop_conv(m, x, 4, &(khop_conv_options){.taps = 3, .dilation = 2, .norm = KHOP_NORM_COL,
                                              .self_loop = true, .direction = KHOP_IN, .bias = true});
  h = khop_conv(m, h, 2, &(khop_conv_options){.hops = hops, .concat = true, .op = KHOP_BALL,
                                              .direction = KHOP_ALL, .norm = KHOP_NORM_SYM});
  khop_model_parameter_group(m, 1);
  for (int w = KHOP_WEIGHTS_SEPARABLE; w <= KHOP_WEIGHTS_FIXED; w++)
    h = khop_conv(m, h, 4, &(khop_conv_options){.hops = hops, .weights = (khop_weights)w,
                                                .initial = w < 4 ? NULL : initial, .bias = w != 2,
                                                .op = KHOP_WALK_SUPPORT, .norm = KHOP_NORM_ROW});
  h = khop_relu(m, khop_gelu(m, khop_tanh(m, khop_sigmoid(m, khop_layer_norm(m, h)))));
  h = khop_multiply(m, khop_add(m, h, khop_linear(m, x, 4, false)), h);
  h = khop_bias(m, khop_concat(m, 3, (khop_value[]){h, x, h}));
  h = khop_linear(m, h, loss == 0 ? 3 : 1, true);
  if (loss == 0) khop_softmax_cross_entropy(m, h);
  if (loss == 1) khop_binary_cross_entropy(m, h);
  if (loss == 2) khop_mean_squared_error(m, h);
  ok(khop_model_init(m, 77));
  khop_i_random random;
  khop_i_random_seed(&random, 7);
  for (int64_t i = 0; i < khop_model_parameters(m); i++)
    khop_model_parameter_array(m)[i] = (khop_real)(khop_i_random_uniform(&random) - 0.5);
  return m;
}

static void outputs_of(khop_real *out, khop_model *m) {
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  ok(khop_model_rings(rings, &count, m, khop_data_graph(karate), 0));
  ok(khop_run_new(&run, m, count, rings, khop_data_features(karate), false, 0));
  khop_run_forward(run, false, 0, 0);
  memcpy(out, khop_run_output(run), (size_t)(34 * khop_model_output_columns(m)) * sizeof *out);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
}

static void round_trip(void **state) {
  (void)state;
  char long_key[200];
  memset(long_key, 'k', sizeof long_key);
  long_key[199] = 0;
  for (int loss = 0; loss < 4; loss++) {
    khop_model *m = every_kind(loss), *back = NULL;
    khop_real a[34 * 3] = {0}, b[34 * 3] = {0};
    char *mine = NULL, *theirs = NULL;
    ok(khop_model_set_metadata(m, "recipe", "my \"own\"\n\xc3\xa9"));
    ok(khop_model_set_metadata(m, long_key, "long"));
    long_key[198] = 'l'; /* the keys differ in the last letter only */
    ok(khop_model_set_metadata(m, long_key, ""));
    ok(khop_model_save(m, path));
    ok(khop_model_load(&back, path));
    assert_int_equal(khop_model_parameters(m), khop_model_parameters(back));
    assert_memory_equal(khop_model_parameter_array(m), khop_model_parameter_array(back),
                        (size_t)khop_model_parameters(m) * sizeof(khop_real));
    assert_string_equal(khop_model_metadata(back, "recipe"), "my \"own\"\n\xc3\xa9");
    assert_string_equal(khop_model_metadata(back, long_key), "");
    long_key[198] = 'k';
    assert_string_equal(khop_model_metadata(back, long_key), "long");
    ok(khop_i_architecture_write(&mine, m));
    ok(khop_i_architecture_write(&theirs, back));
    assert_string_equal(mine, theirs);
    khop_free(mine);
    khop_free(theirs);
    outputs_of(a, m);
    outputs_of(b, back);
    assert_memory_equal(a, b, sizeof a);
    /* saved again: the same bytes */
    ok(khop_model_save(back, other_path));
    same_files(path, other_path);
    khop_model_free(m);
    khop_model_free(back);
  }
  khop_i_safetensors *file;
  ok(khop_i_safetensors_read(&file, path));
  const khop_i_tensor *tensor = khop_i_safetensors_find(file, "op2.conv.weight");
  assert_non_null(tensor);
  assert_int_equal(tensor->dimensions, 3);
  assert_int_equal(tensor->shape[0], 3);
  assert_int_equal(tensor->shape[1], 34);
  assert_int_equal(tensor->shape[2], 4);
  assert_non_null(khop_i_safetensors_find(file, "op2.conv.bias"));
  khop_i_safetensors_free(file);
}

/* Saving that fails leaves what was there, and says why. */
static void save_fails(void **state) {
  (void)state;
  khop_model *m = every_kind(0), *fresh = NULL, *back = NULL;
  char deep[600], before[4];
  ok(khop_model_new(&fresh));
  khop_input(fresh, 3);
  khop_relu(fresh, 0);
  fails(khop_model_save(fresh, path), KHOP_E_ARGUMENT, "no parameters", "");
  khop_model_free(fresh);
  fails(khop_model_save(m, folder), KHOP_E_IO, folder, "directory");
  snprintf(deep, sizeof deep, "%s/none/x", folder);
  fails(khop_model_save(m, deep), KHOP_E_NOT_FOUND, deep, "No such file");
  fails(khop_model_load(&back, deep), KHOP_E_NOT_FOUND, deep, "");
  fails(khop_model_load(&back, folder), KHOP_E_IO, folder, "");
  struct stat seen;
  if (stat("/dev/full", &seen) == 0)
    fails(khop_model_save(m, "/dev/full"), KHOP_E_IO, "/dev/full", "No space");
  if (geteuid() != 0) { /* nobody may write there: the file stays */
    snprintf(deep, sizeof deep, "%s/closed", folder);
    assert_int_equal(mkdir(deep, 0700), 0);
    snprintf(deep, sizeof deep, "%s/closed/x", folder);
    FILE *file = fopen(deep, "w");
    fputs("abc", file);
    fclose(file);
    snprintf(deep, sizeof deep, "%s/closed", folder);
    chmod(deep, 0500);
    snprintf(deep, sizeof deep, "%s/closed/x", folder);
    fails(khop_model_save(m, deep), KHOP_E_IO, deep, "");
    file = fopen(deep, "r");
    assert_int_equal(fread(before, 1, 4, file), 3);
    assert_memory_equal(before, "abc", 3);
    fclose(file);
    snprintf(deep, sizeof deep, "%s/closed", folder);
    chmod(deep, 0700);
  }
  khop_model_free(m);
}

static void train_epochs(khop_report *report, const char *recipe_name, int stop_after,
                         khop_schedule schedule, const char *save, const char *resume) {
  khop_recipe recipe;
  history h = {.stop_after = stop_after};
  ok(khop_recipe_find(&recipe, recipe_name));
  recipe.fit.epochs = 60;
  recipe.fit.patience = 40;
  recipe.fit.schedule = schedule;
  recipe.fit.plateau = 4;
  recipe.fit.seed = UINT64_C(18446744073709551557); /* beyond what a JSON number holds */
  recipe.fit.progress = stop_after ? remember : NULL;
  recipe.fit.context = &h;
  ok(khop_train(report, karate, &recipe, &(khop_train_options){.save = save, .resume = resume}));
}

/* A training that stops after `stop` epochs, is saved, and goes on: as if it had not stopped. */
static void stop_and_go_on(const char *recipe, khop_schedule schedule, int stop) {
  khop_report straight, half, rest;
  train_epochs(&straight, recipe, 0, schedule, path, NULL);
  train_epochs(&half, recipe, stop, schedule, other_path, NULL);
  assert_true(half.interrupted && half.run[0].epochs == stop);
  train_epochs(&rest, recipe, 0, schedule, other_path, other_path);
  assert_int_equal(straight.run[0].epochs, rest.run[0].epochs);
  assert_int_equal(straight.run[0].best_epoch, rest.run[0].best_epoch);
  close_to(straight.run[0].val, rest.run[0].val, 0);
  close_to(straight.run[0].test, rest.run[0].test, 0);
  close_to(straight.run[0].loss, rest.run[0].loss, 0);
  assert_int_equal(rest.run[0].resumed, stop);
  same_files(path, other_path); /* weights, best weights, moments and state, bit by bit */
  khop_report_free(&straight);
  khop_report_free(&half);
  khop_report_free(&rest);
}

static void resume(void **state) {
  (void)state;
  const char *const recipes[] = {"ring", "gcn", "dilated"};
  for (int i = 0; i < 3; i++)
    for (int schedule = KHOP_CONSTANT; schedule <= KHOP_PLATEAU; schedule++)
      for (int stop = 25; stop < 29; stop++) /* at each place of a plateau of 4 epochs */
        stop_and_go_on(recipes[i], (khop_schedule)schedule, stop);
}

/* Trains `name` on data for 3 epochs and saves it to path. */
static void save_training(const char *name, const khop_data *data) {
  bench b = open_bench(name, data);
  khop_trainer *trainer;
  bool more;
  b.recipe.fit.seed = 5;
  ok(khop_trainer_new(&trainer, b.run, data, 0, &b.recipe.fit));
  for (int e = 0; e < 3; e++) ok(khop_trainer_epoch(trainer, &more));
  ok(khop_trainer_save(trainer, path));
  khop_trainer_free(trainer);
  close_bench(&b);
}

static khop_status load_into(const khop_recipe *recipe, const khop_data *data, uint64_t seed,
                             int split) {
  khop_recipe r = *recipe;
  khop_model *m;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  khop_trainer *trainer;
  int count;
  bool more;
  ok(khop_recipe_model(&m, &r, data));
  ok(khop_model_rings(rings, &count, m, khop_data_graph(data), 0));
  ok(khop_run_new(&run, m, count, rings, khop_data_features(data), true, 0));
  r.fit.seed = seed;
  ok(khop_trainer_new(&trainer, run, data, split, &r.fit));
  size_t bytes = (size_t)khop_model_parameters(m) * sizeof(khop_real);
  khop_real *before = malloc(bytes);
  assert_non_null(before);
  memcpy(before, khop_model_parameter_array(m), bytes);
  khop_status status = khop_trainer_load(trainer, path);
  if (status != KHOP_OK) assert_memory_equal(before, khop_model_parameter_array(m), bytes);
  ok(khop_trainer_epoch(trainer, &more)); /* it goes on in either case */
  free(before);
  khop_trainer_free(trainer);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
  return status;
}

static void wrong_checkpoints(void **state) {
  (void)state;
  khop_recipe r;
  khop_data *small, *two = three_parts();
  ok(khop_recipe_find(&r, "ring"));
  save_training("ring", karate);
  ok(load_into(&r, karate, 5, 0));
  fails(load_into(&r, karate, 6, 0), KHOP_E_VALUE, "seed 5 and split 0", "seed 6");
  ok(khop_data_add_split(two, khop_data_mask(two, 0, KHOP_TRAIN), NULL, NULL));
  fails(load_into(&r, two, 5, 1), KHOP_E_VALUE, "split 0", "split 1");
  khop_data_free(two);
  r.hidden = 32;
  fails(load_into(&r, karate, 5, 0), KHOP_E_SHAPE, "-> 64 columns", "-> 32 columns");
  ok(khop_recipe_find(&r, "ring"));
  r.layers = 7;
  fails(load_into(&r, karate, 5, 0), KHOP_E_SHAPE, "another architecture", "mix");
  ok(khop_recipe_find(&r, "ring"));
  r.teleport = 0.2; /* in the fixed weights alone */
  fails(load_into(&r, karate, 5, 0), KHOP_E_SHAPE, "another architecture", "initial");
  ok(khop_recipe_find(&r, "gcn"));
  fails(load_into(&r, karate, 5, 0), KHOP_E_SHAPE, "another architecture", "rate 0.8");
  /* other nodes, the same features */
  khop_real *ones = calloc(20 * 34, sizeof *ones);
  int32_t labels[20];
  uint8_t all[20];
  for (int i = 0; i < 20; i++) labels[i] = i % (int)khop_data_classes(karate), all[i] = 1;
  khop_features features = {20, 34, ones, NULL, NULL, NULL};
  ok(khop_data_new(&small, path_graph(20), &features, labels));
  ok(khop_data_add_split(small, all, NULL, NULL));
  ok(khop_recipe_find(&r, "ring"));
  fails(load_into(&r, small, 5, 0), KHOP_E_SHAPE, "34 nodes", "have 20");
  khop_data_free(small);
  free(ones);
  /* a model alone is no training; a training is a model */
  khop_model *m = NULL;
  ok(khop_model_load(&m, path));
  ok(khop_model_save(m, path));
  khop_model_free(m);
  fails(load_into(&r, karate, 5, 0), KHOP_E_FORMAT, "no training", path);
}

/* --- shapes --------------------------------------------------------------------------------------- */

/* A model whose tensors have a shape of every sort: groups, depthwise, a number a tap, norms, graph features. */
static khop_model *every_shape(void) {
  khop_model *m;
  ok(khop_model_new(&m));
  khop_value x = khop_input(m, 6), h;
  h = khop_conv(m, x, 4, &(khop_conv_options){.taps = 3, .groups = 2, .bias = true});                 /* 1 */
  h = khop_conv(m, h, 5, &(khop_conv_options){.taps = 2, .concat = true, .bias = true});              /* 2 */
  h = khop_conv(m, h, 10, &(khop_conv_options){.taps = 2, .weights = KHOP_WEIGHTS_DEPTHWISE});        /* 3 */
  h = khop_conv(m, h, 10, &(khop_conv_options){.taps = 2, .weights = KHOP_WEIGHTS_SCALAR});           /* 4 */
  h = khop_layer_norm(m, h);                                                                          /* 5 */
  h = khop_readout(m, khop_linear(m, h, 7, true), KHOP_READOUT_ATTENTION);                            /* 6, 7 */
  khop_value known = khop_graph_features(m, 3);                                                       /* 8 */
  khop_linear(m, khop_concat(m, 2, (khop_value[]){h, known}), 10, false);                             /* 9, 10 */
  ok(khop_model_init(m, 1));
  for (int64_t i = 0; i < khop_model_parameters(m); i++) khop_model_parameter_array(m)[i] = (khop_real)(i + 1);
  return m;
}

typedef struct known_tensor {
  const char *name;
  int dimensions;
  int64_t shape[3];
  double first; /* the number that it begins with, by the sizes of those before it */
} known_tensor;

/* As docs/formats.md has them. */
static const known_tensor known_tensors[] = {
    {"op1.conv.weight", 3, {3, 3, 4}, 1},    {"op1.conv.bias", 1, {4}, 37},
    {"op2.conv.weight", 3, {2, 4, 5}, 41},   {"op2.conv.bias", 1, {10}, 81},
    {"op3.mix.weight", 2, {2, 10}, 91},      {"op4.mix.weight", 1, {2}, 111},
    {"op5.layer_norm.weight", 1, {10}, 113}, {"op5.layer_norm.bias", 1, {10}, 123},
    {"op6.linear.weight", 2, {10, 7}, 133},  {"op6.linear.bias", 1, {7}, 203},
    {"op7.readout.weight", 1, {7}, 210},     {"op8.extras.offset", 1, {3}, 217},
    {"op8.extras.factor", 1, {3}, 220},      {"op10.linear.weight", 2, {10, 10}, 223},
};
enum { KNOWN_TENSORS = sizeof known_tensors / sizeof *known_tensors, MOST_TENSORS = KNOWN_TENSORS + 4, META = 3 };

/* The tensors of a file, which can be given other names and shapes before they are written again. */
typedef struct opened {
  khop_i_safetensors *file;
  khop_i_tensor tensor[MOST_TENSORS];
  int count;
  khop_i_meta meta[META]; /* version, format, architecture */
} opened;

static opened open_tensors(const char *from) {
  opened o = {0};
  ok(khop_i_safetensors_read(&o.file, from));
  for (; khop_i_safetensors_at(o.file, o.count); o.count++) {
    assert_true(o.count < MOST_TENSORS);
    o.tensor[o.count] = *khop_i_safetensors_at(o.file, o.count);
  }
  const char *const keys[META] = {"khop.version", "khop.architecture", "khop.format"};
  for (int i = 0; i < META; i++) o.meta[i] = (khop_i_meta){keys[i], khop_i_safetensors_meta(o.file, keys[i])};
  return o;
}

static khop_i_tensor *tensor_named(opened *o, const char *name) {
  for (int i = 0; i < o->count; i++)
    if (strcmp(o->tensor[i].name, name) == 0) return &o->tensor[i];
  fail_msg("there is no tensor %s", name);
  return NULL;
}

static void drop_tensor(opened *o, const char *name) {
  khop_i_tensor *t = tensor_named(o, name);
  *t = o->tensor[--o->count];
}

/* metas: META, or META - 1 for a file of the first layout. */
static void write_tensors(const opened *o, int metas) {
  ok(khop_i_safetensors_write(path, o->count, o->tensor, metas, o->meta));
}

static void tensors_have_the_shapes_of_the_headers(void **state) {
  (void)state;
  khop_model *m = every_shape();
  ok(khop_model_save(m, path));
  opened o = open_tensors(path);
  assert_int_equal(o.count, KNOWN_TENSORS);
  assert_string_equal(o.meta[2].value, "2");
  for (int i = 0; i < KNOWN_TENSORS; i++) {
    const known_tensor *known = &known_tensors[i];
    const khop_i_tensor *t = tensor_named(&o, known->name);
    assert_int_equal(t->dimensions, known->dimensions);
    for (int d = 0; d < known->dimensions; d++) assert_int_equal(t->shape[d], known->shape[d]);
    close_to((double)((const khop_real *)t->data)[0], known->first, 0);
  }
  khop_i_safetensors_free(o.file);
  khop_model_free(m);
}

/* Loads what is at path, which must be refused in one sentence with both words. */
static void refused(khop_status wanted, const char *a, const char *b) {
  khop_model *m = NULL;
  fails(khop_model_load(&m, path), wanted, a, b);
  assert_null(m);
}

/* Each tensor of a right file in turn: dimensions in another order, joined, split, one too many or too few; the numbers
 * are all there. */
static void every_other_shape_is_refused(void **state) {
  (void)state;
  khop_model *m = every_shape();
  ok(khop_model_save(m, other_path));
  opened o = open_tensors(other_path);
  for (int i = 0; i < o.count; i++) {
    khop_i_tensor kept = o.tensor[i], *t = &o.tensor[i];
    int64_t count = 1, *s = t->shape;
    int n = kept.dimensions;
    for (int d = 0; d < n; d++) count *= s[d];
    for (int a = 0; a < n; a++)
      for (int b = a + 1; b < n; b++) { /* two dimensions exchanged */
        if (s[a] == s[b]) continue;
        s[a] = kept.shape[b], s[b] = kept.shape[a];
        write_tensors(&o, META);
        refused(KHOP_E_SHAPE, kept.name, n == 2   ? ": it is the transpose"
                                         : a == 1 ? ": the matrix of each tap is the transpose"
                                                  : ": its dimensions stand in another order");
        *t = kept;
      }
    t->shape[t->dimensions++] = 1;
    write_tensors(&o, META);
    refused(KHOP_E_SHAPE, kept.name, ", 1) and its op takes (");
    t->dimensions = 2, s[0] = 1, s[1] = count;
    write_tensors(&o, META);
    refused(KHOP_E_SHAPE, kept.name, "has the shape (1, ");
    if (n > 1) {
      t->dimensions = 1, s[0] = count;
      write_tensors(&o, META);
      refused(KHOP_E_SHAPE, kept.name, "and its op takes (");
    }
    *t = kept;
    t->shape[0]--;
    write_tensors(&o, META);
    refused(KHOP_E_SHAPE, kept.name, "has the shape (");
    *t = kept;
  }
  write_tensors(&o, META); /* the right file is right */
  khop_model *back = NULL;
  ok(khop_model_load(&back, path));
  khop_model_free(back);
  khop_i_safetensors_free(o.file);
  khop_model_free(m);
}

/* The sentence with both shapes, whole. */
static void the_transpose_is_called_so(void **state) {
  (void)state;
  char wanted[500];
  khop_model *m = every_shape();
  ok(khop_model_save(m, other_path));
  opened o = open_tensors(other_path);
  khop_i_tensor *t = tensor_named(&o, "op6.linear.weight");
  t->shape[0] = 7, t->shape[1] = 10;
  write_tensors(&o, META);
  snprintf(wanted, sizeof wanted, "%s: tensor 'op6.linear.weight' has the shape (7, 10) and its op takes (10, 7): it "
           "is the transpose", path);
  refused(KHOP_E_SHAPE, wanted, "");
  assert_string_equal(khop_message(), wanted);
  khop_i_safetensors_free(o.file);
  khop_model_free(m);
}

/* Files of 0.1.0 before the layout had a number: norms and graph features as one tensor (2, F), groups as
 * (T, F, G / groups). They load; shapes of the other layout do not, nor does a layout of the future. */
static void files_of_the_first_layout_load(void **state) {
  (void)state;
  khop_model *m = every_shape(), *back = NULL;
  ok(khop_model_save(m, other_path));
  opened o = open_tensors(other_path);
  khop_real norm[20], known[6];
  write_tensors(&o, META - 1);
  refused(KHOP_E_SHAPE, "'op1.conv.weight'", "(3, 3, 4) and its op takes (3, 6, 2)");
  khop_i_tensor *t = tensor_named(&o, "op1.conv.weight");
  t->shape[1] = 6, t->shape[2] = 2;
  write_tensors(&o, META - 1);
  refused(KHOP_E_SHAPE, "'op5.layer_norm.bias'", "(10) and its op takes (2, 10)");
  for (int i = 0; i < 20; i++) norm[i] = (khop_real)(113 + i);
  for (int i = 0; i < 6; i++) known[i] = (khop_real)(217 + i);
  t = tensor_named(&o, "op5.layer_norm.bias");
  t->dimensions = 2, t->shape[0] = 2, t->shape[1] = 10, t->data = norm;
  drop_tensor(&o, "op5.layer_norm.weight");
  write_tensors(&o, META - 1);
  refused(KHOP_E_FORMAT, "no tensor 'op8.extras.bias'", "");
  t = tensor_named(&o, "op8.extras.offset");
  *t = (khop_i_tensor){.name = "op8.extras.bias", .dtype = t->dtype, .dimensions = 2, .shape = {2, 3}, .data = known};
  drop_tensor(&o, "op8.extras.factor");
  write_tensors(&o, META - 1);
  ok(khop_model_load(&back, path));
  assert_memory_equal(khop_model_parameter_array(back), khop_model_parameter_array(m),
                      (size_t)khop_model_parameters(m) * sizeof(khop_real));
  write_tensors(&o, META);
  refused(KHOP_E_SHAPE, "'op1.conv.weight'", "(3, 6, 2) and its op takes (3, 3, 4)");
  o.meta[2].value = "3";
  write_tensors(&o, META);
  refused(KHOP_E_FORMAT, "the layout '3'", "reads 1 and 2");
  khop_i_safetensors_free(o.file);
  khop_model_free(back);
  khop_model_free(m);
}

/* --- hostile files -------------------------------------------------------------------------- */

/* Whatever is in the file: an error with the path in front, or a model that runs. */
static bool survives(khop_trainer *trainer) {
  khop_model *m = NULL;
  khop_status status = khop_model_load(&m, path);
  if (status != KHOP_OK) {
    assert_null(m);
    if (strncmp(khop_message(), path, strlen(path)) != 0) fail_msg("no path in: %s", khop_message());
  } else {
    for (int64_t i = 0; i < khop_model_parameters(m); i++)
      assert_true(isfinite(khop_model_parameter_array(m)[i]));
  }
  khop_model_free(m);
  khop_status loaded = khop_trainer_load(trainer, path);
  if (loaded == KHOP_OK) {
    bool more;
    khop_status epoch = khop_trainer_epoch(trainer, &more);
    if (epoch != KHOP_OK) assert_int_equal(epoch, KHOP_E_VALUE); /* a loss that is not finite */
  }
  return status == KHOP_OK;
}

static void damaged_files(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  khop_trainer *trainer;
  khop_i_random random;
  int good = 0, rounds = 3000;
  save_training("gcn", karate);
  bench b = open_bench("gcn", karate);
  b.recipe.fit.seed = 5;
  ok(khop_trainer_new(&trainer, b.run, karate, 0, &b.recipe.fit));
  ok(khop_i_infile_read(&bytes, &size, path));
  assert_true(survives(trainer));
  uint64_t header;
  memcpy(&header, bytes, 8);
  for (size_t cut = 0; cut < size; cut += cut < header + 16 ? 13 : 997) {
    write_file(path, bytes, cut);
    assert_false(survives(trainer));
  }
  khop_i_random_seed(&random, 12);
  for (int round = 0; round < rounds; round++) {
    /* mostly in the header, where the meaning is */
    size_t at = (size_t)khop_i_random_below(&random, round % 4 ? (int64_t)header + 8 : (int64_t)size);
    char kept = bytes[at];
    bytes[at] = (char)(bytes[at] ^ (1 << khop_i_random_below(&random, 8)));
    if (round % 3 == 0) bytes[at] = (char)('0' + khop_i_random_below(&random, 10));
    write_file(path, bytes, size);
    good += survives(trainer);
    bytes[at] = kept;
  }
  assert_in_range(good, rounds / 100, rounds - rounds / 10);
  khop_i_free(bytes);
  khop_trainer_free(trainer);
  close_bench(&b);
}

#define INPUT "{\"op\":\"input\",\"columns\":4}"
#define HOPS ",\"norm\":\"row\",\"direction\":\"out\",\"operator\":\"ring\""

static void hostile_architectures(void **state) {
  (void)state;
  static const char *const bad[] = {
      "", "{", "[]", "{}", "null", "{\"ops\":7}", "{\"ops\":{}}", "{\"ops\":[]}", "{\"ops\":[3]}",
      "{\"ops\":[null,null]}", "{\"ops\":[[[[]]]]}", "{\"ops\":[" INPUT "]}",
      "{\"ops\":[{\"op\":\"input\"}]}", "{\"ops\":[{\"op\":7,\"columns\":4}]}",
      "{\"ops\":[{\"op\":\"input\",\"columns\":\"4\"}]}", "{\"ops\":[{\"op\":\"input\",\"columns\":0}]}",
      "{\"ops\":[{\"op\":\"input\",\"columns\":-1}]}", "{\"ops\":[{\"op\":\"input\",\"columns\":1e300}]}",
      "{\"ops\":[{\"op\":\"input\",\"columns\":4.5}]}", "{\"ops\":[{\"op\":\"magic\",\"columns\":4}]}",
      "{\"ops\":[" INPUT "," INPUT "]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":0}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[0,0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[1]}]}", /* of itself */
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[2]},{\"op\":\"relu\",\"columns\":4,\"of\":[1]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[-1]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[1e20]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[\"0\"]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":5,\"of\":[0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"relu\",\"columns\":4,\"of\":[0],\"group\":8}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"dropout\",\"columns\":4,\"of\":[0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"dropout\",\"columns\":4,\"of\":[0],\"rate\":1}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"dropout\",\"columns\":4,\"of\":[0],\"rate\":-0.1}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"add\",\"columns\":4,\"of\":[0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"concat\",\"columns\":4,\"of\":[]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"concat\",\"columns\":4,\"of\":[0,0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"mean_squared_error\",\"columns\":1,\"of\":[0]},{\"op\":\"relu\",\"columns\":4,\"of\":[0]}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\"}]}",
      /* flags that are not there, each in its turn */
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\",\"hops\":[1],\"self_loop\":false,\"concat\":false" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\",\"hops\":[1],\"self_loop\":false,\"bias\":false" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\",\"hops\":[1],\"concat\":false,\"bias\":false" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\",\"hops\":[]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"full\",\"hops\":[-1]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":2,\"of\":[0],\"weights\":\"scalar\",\"hops\":[1]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"mix\",\"columns\":4,\"of\":[0],\"weights\":\"full\",\"hops\":[1]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"conv\",\"columns\":3,\"of\":[0],\"concat\":true,\"weights\":\"full\",\"hops\":[0,1]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"mix\",\"columns\":4,\"of\":[0],\"weights\":\"fixed\",\"hops\":[1],\"initial\":[1,2]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"mix\",\"columns\":4,\"of\":[0],\"weights\":\"fixed\",\"hops\":[1],\"initial\":[1e999]" HOPS "}]}",
      "{\"ops\":[" INPUT ",{\"op\":\"mix\",\"columns\":4,\"of\":[0],\"weights\":\"fixed\",\"hops\":[1],\"initial\":[\"x\"]" HOPS "}]}",
      "{\"ops\":[{\"op\":\"input\",\"columns\":2147483647},{\"op\":\"conv\",\"columns\":2147483647,\"of\":[0],"
      "\"weights\":\"full\",\"hops\":[0,1,2]" HOPS "}]}",
      /* right in itself, but the file has no such tensor: refused before room is made for it */
      "{\"ops\":[{\"op\":\"input\",\"columns\":100000},{\"op\":\"linear\",\"columns\":100000,\"of\":[0]}]}",
  };
  khop_model *m = NULL;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    khop_i_meta meta = {"khop.architecture", bad[i]};
    ok(khop_i_safetensors_write(path, 0, NULL, 1, &meta));
    size_t peak = khop_bytes_peak();
    khop_status status = khop_model_load(&m, path);
    if (status != KHOP_E_FORMAT)
      fail_msg("%s: %s: %s", bad[i], khop_status_name(status), khop_message());
    assert_null(m);
    assert_true(khop_bytes_peak() - peak < 10000000);
  }
  khop_i_meta meta = {"khop.architecture", "{\"ops\":[" INPUT ",{\"op\":\"linear\",\"columns\":2,\"of\":[0]}]}"};
  ok(khop_i_safetensors_write(path, 0, NULL, 1, &meta));
  fails(khop_model_load(&m, path), KHOP_E_FORMAT, "op 1: bias", path);
  ok(khop_i_safetensors_write(path, 0, NULL, 0, NULL));
  fails(khop_model_load(&m, path), KHOP_E_FORMAT, "khop.architecture", path);
  /* a state with numbers out of range */
  char *text = NULL;
  size_t size;
  static const char *const swaps[][2] = {{"\\\"epoch\\\":3", "\\\"epoch\\\":x"}, {"\\\"waited\\\":", "\\\"wAited\\\":"},
                                         {"\\\"rate_scale\\\":1", "\\\"rate_scale\\\":9"},
                                         {"\\\"steps\\\":3", "\\\"sTeps\\\":3"},
                                         {"\\\"best_epoch\\\":", "\\\"bEst_epoch\\\":"},
                                         {"\\\"loss\\\":", "\\\"lOss\\\":"}, {"\\\"format\\\":2", "\\\"format\\\":3"}};
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "gcn"));
  for (size_t s = 0; s < sizeof swaps / sizeof *swaps; s++) {
    save_training("gcn", karate);
    ok(khop_i_infile_read(&text, &size, path));
    char *place = memmem(text, size, swaps[s][0], strlen(swaps[s][0]));
    if (!place) fail_msg("%s is not there", swaps[s][0]);
    memcpy(place, swaps[s][1], strlen(swaps[s][1]));
    write_file(path, text, size);
    khop_i_free(text);
    fails(load_into(&recipe, karate, 5, 0), KHOP_E_FORMAT, "training", path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip),
      cmocka_unit_test(save_fails),
      cmocka_unit_test(resume),
      cmocka_unit_test(wrong_checkpoints),
      cmocka_unit_test(tensors_have_the_shapes_of_the_headers),
      cmocka_unit_test(every_other_shape_is_refused),
      cmocka_unit_test(the_transpose_is_called_so),
      cmocka_unit_test(files_of_the_first_layout_load),
      cmocka_unit_test(damaged_files),
      cmocka_unit_test(hostile_architectures),
  };
  return cmocka_run_group_tests_name("checkpoint", tests, open_karate, close_karate);
}
