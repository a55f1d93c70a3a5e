/* test_allocations.c: a run is one allocation, a training allocates nothing after it, and memory
 * that runs out anywhere is an error in words. */
#include "model_check.h"

#include <dlfcn.h>
#include <errno.h>

/* --- a count of all allocations, whoever makes them ----------------------------------------- */

static atomic_int watching;    /* not 0: allocations are counted */
static atomic_long ours, others; /* by code of khop (which is linked into this program), by the rest */

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void note(const void *caller) {
  Dl_info here, there;
  if (!atomic_load(&watching)) return;
  bool known = dladdr((const void *)(uintptr_t)&note, &here) && dladdr(caller, &there);
  atomic_fetch_add(known && here.dli_fbase == there.dli_fbase ? &ours : &others, 1);
}
#define CALLER __builtin_return_address(0)
#define APART __attribute__((noinline)) /* or the caller is the caller's caller */

APART void *malloc(size_t size) { return note(CALLER), __libc_malloc(size); }
APART void *calloc(size_t count, size_t size) { return note(CALLER), __libc_calloc(count, size); }
APART void *realloc(void *p, size_t size) { return note(CALLER), __libc_realloc(p, size); }
void *memalign(size_t alignment, size_t size);
APART void *memalign(size_t alignment, size_t size) { return note(CALLER), __libc_memalign(alignment, size); }
APART void *aligned_alloc(size_t alignment, size_t size) {
  return note(CALLER), __libc_memalign(alignment, size);
}
APART int posix_memalign(void **p, size_t alignment, size_t size) {
  note(CALLER);
  *p = __libc_memalign(alignment, size);
  return *p ? 0 : ENOMEM;
}
#endif

/* --- allocations ---------------------------------------------------------------------------- */

/* A plan takes two blocks, one of which is gone when it is made; directed rings take their transpose
 * once, which stays with them. */
static void plan_allocations(void **state) {
  (void)state;
  small_set f = open_small_set(30, 5, true);
  khop_model *m = mixed_model(5);
  bound b = bind(m, f.graph, &f.sparse, true); /* the transposes are made here */
  size_t held = khop_bytes_now();
  uint64_t before = khop_allocations();
  khop_run *run;
  ok(khop_run_new(&run, m, b.count, b.rings, &f.sparse, true, 0));
  assert_int_equal(khop_allocations() - before, 2);
  assert_int_equal(khop_bytes_now() - held, khop_run_bytes(run));
  khop_run_free(run);
  assert_int_equal(khop_bytes_now(), held);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* Twenty epochs of a recipe allocate nothing: not through khop's wrapper, and not past it. What the
 * OpenMP runtime and the BLAS do for themselves is said, not judged. */
static void train_quietly(const char *name_or_path, const char *recipe_name, int threads) {
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_model *m;
  khop_trainer *trainer;
  bool more = true;
  ok(khop_set_threads(threads));
  ok(khop_recipe_find(&recipe, recipe_name));
  ok(khop_data_load(&data, name_or_path, &(khop_data_options){.row_normalize = recipe.row_normalize}));
  ok(khop_recipe_model(&m, &recipe, data));
  bound b = bind(m, khop_data_graph(data), khop_data_features(data), true);
  ok(khop_trainer_new(&trainer, b.run, data, 0, &recipe.fit));
  for (int i = 0; i < 3; i++) ok(khop_trainer_epoch(trainer, &more));
  uint64_t before = khop_allocations();
  atomic_store(&ours, 0);
  atomic_store(&others, 0);
  atomic_store(&watching, 1);
  for (int i = 0; i < 20; i++) ok(khop_trainer_epoch(trainer, &more));
  atomic_store(&watching, 0);
  assert_true(more);
  assert_int_equal(khop_allocations() - before, 0);
  assert_int_equal(atomic_load(&ours), 0);
  if (atomic_load(&others))
    print_message("# %s, %d threads: libraries below khop allocated %ld times in 20 epochs\n",
                  recipe_name, threads, atomic_load(&others));
  khop_trainer_free(trainer);
  unbind(&b);
  khop_model_free(m);
  khop_data_free(data);
  ok(khop_set_threads(0));
}

static void epochs_allocate_nothing(void **state) {
  (void)state;
#ifndef SANITIZED /* the counter counts */
  atomic_store(&ours, 0);
  atomic_store(&watching, 1);
  free(malloc(10));
  void *volatile block = malloc(100);
  free(block);
  atomic_store(&watching, 0);
  assert_true(atomic_load(&ours) >= 1);
#endif
  for (int i = 0; i < khop_recipe_count(); i++)
    for (int threads = 1; threads <= 2 && !is_for_sets(khop_recipe_name(i)); threads++)
      train_quietly(fixture("datasets/karate.graphml"), khop_recipe_name(i), threads);
  if (getenv("KHOP_DATA")) {
    train_quietly("cora", "gcn", 2);
    train_quietly("cora", "ring", 2);
  } else {
    skipped("KHOP_DATA is not set");
  }
}

/* --- allocations that fail ------------------------------------------------------------------ */

static khop_status build_work(void *context) {
  (void)context;
  khop_model *m = NULL;
  char *text = NULL;
  khop_status status = khop_model_new(&m);
  if (status != KHOP_OK) {
    assert_null(m);
    return status;
  }
  const khop_real initial[] = {1, 2};
  khop_input(m, 5);
  khop_conv(m, 0, 5, &(khop_conv_options){.weights = KHOP_WEIGHTS_FIXED, .initial = initial});
  for (int i = 0; i < 20; i++) khop_relu(m, khop_linear(m, 1, 3, true));
  khop_softmax_cross_entropy(m, 4);
  status = khop_model_init(m, 1);
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "a", "b");
  if (status == KHOP_OK) status = khop_model_set_metadata(m, "a", "c");
  if (status == KHOP_OK) status = khop_model_describe(&text, m);
  khop_free(text);
  khop_model_free(m);
  return status;
}

static khop_status run_work(void *context) {
  const khop_data *data = context;
  khop_model *m = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_recipe recipe;
  khop_run *run = NULL;
  int count = 0;
  ok(khop_recipe_find(&recipe, "mixhop"));
  khop_status status = khop_recipe_model(&m, &recipe, data);
  if (status == KHOP_OK) status = khop_model_rings(rings, &count, m, khop_data_graph(data), 0);
  if (status == KHOP_OK)
    status = khop_run_new(&run, m, count, rings, khop_data_features(data), true, 0);
  if (status != KHOP_OK) assert_null(run);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
  return status;
}

static char checkpoint[300];

static khop_status train_work(void *context) {
  const khop_data *data = context;
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 2;
  recipe.fit.metric = KHOP_MACRO_F1;
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){
      .seeds = 2, .save = checkpoint, .notes = "--notes"});
  khop_report_free(&report);
  return status;
}

static khop_status resume_work(void *context) {
  const khop_data *data = context;
  khop_recipe recipe;
  khop_report report;
  khop_model *m = NULL;
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 3;
  recipe.fit.metric = KHOP_MACRO_F1;
  ok(khop_set_threads(1));
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){.resume = checkpoint});
  khop_report_free(&report);
  if (status == KHOP_OK) status = khop_model_load(&m, checkpoint);
  if (status != KHOP_OK) assert_null(m);
  khop_model_free(m);
  ok(khop_set_threads(0));
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  snprintf(checkpoint, sizeof checkpoint, "%s/model.safetensors", folder);
  memory_can_run_out();
  ok(khop_data_load(&data, fixture("datasets/karate.graphml"), NULL));
  assert_in_range(fail_each(build_work, NULL), 40, 400);
  assert_in_range(fail_each(run_work, data), 20, 400);
  assert_in_range(fail_each(train_work, data), 50, 1000);
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 2;
  recipe.fit.metric = KHOP_MACRO_F1;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = checkpoint}));
  khop_report_free(&report);
  assert_in_range(fail_each(resume_work, data), 50, 1000);
  khop_data_free(data);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plan_allocations),
      cmocka_unit_test(epochs_allocate_nothing),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("allocations", tests, open_folder, close_folder);
}
