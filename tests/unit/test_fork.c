/* test_fork.c: the child of a process that worked on several threads works on one, with the same numbers. */
#include "check.h"

#include <khop/apply.h>
#include <khop/data.h>
#include <khop/train.h>
#include <sys/wait.h>

#define SIDE 100
#define NODES (SIDE * SIDE)
#define COLUMNS 32

static uint64_t mix(uint64_t sum, const khop_real *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    uint64_t bits = 0;
    memcpy(&bits, &x[i], sizeof x[i]);
    sum = (sum ^ bits) * 0x100000001b3u;
  }
  return sum;
}

/* A search, products, and an epoch of training with its BLAS, each large enough for a team; a sum over all bits of what
 * comes out. */
static uint64_t work(void) {
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  khop_real *x = block_of(NODES * COLUMNS, sizeof *x), *y = block_of(NODES * COLUMNS, sizeof *y);
  int32_t *labels = block_of(NODES, sizeof *labels);
  uint8_t *train = block_of(NODES, 1), *test = block_of(NODES, 1);
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int i = 0; i < NODES * COLUMNS; i++) x[i] = random_real(&r);
  for (int i = 0; i < NODES; i++) labels[i] = i % SIDE > SIDE / 2, train[i] = i % 3 == 0, test[i] = i % 3 == 1;
  ok(khop_graph_grid(&graph, 2, (int64_t[]){SIDE, SIDE}, NULL, false, false));
  ok(khop_rings_build(&rings, graph, 2, (int[]){0, 3}, NULL));
  ok(khop_taps_new(&taps, rings, 2, (int[]){0, 3}, KHOP_NORM_ROW, false));
  ok(khop_apply(y, COLUMNS, taps, x, COLUMNS, COLUMNS, 0));
  uint64_t sum = mix(0xcbf29ce484222325u, y, NODES * COLUMNS);
  ok(khop_data_new(&data, graph, &(khop_features){.rows = NODES, .columns = COLUMNS, .dense = x}, labels));
  ok(khop_data_add_split(data, train, NULL, test));
  ok(khop_recipe_find(&recipe, "gcn"));
  khop_recipe_adapt(&recipe, data);
  recipe.fit.epochs = 2;
  ok(khop_train(&report, data, &recipe, NULL));
  sum = (sum ^ (uint64_t)(1e6 * report.test_mean)) * 0x100000001b3u;
  khop_report_free(&report);
  khop_data_free(data);
  khop_taps_free(taps);
  khop_rings_free(rings);
  free(x), free(y), free(labels), free(train), free(test);
  return sum;
}

/* What a child answers: how many threads it has, and the sum of its work. An alarm ends one that waits for ever. */
typedef struct answer {
  int threads;
  khop_status several, one;
  uint64_t sum;
} answer;

static answer ask_a_child(bool with_work) {
  int ends[2];
  answer a = {0};
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    alarm(60);
    a.threads = khop_threads();
    a.several = khop_set_threads(2);
    a.one = khop_set_threads(1);
    khop_set_threads(0);
    if (with_work) a.sum = work();
    _exit(write(ends[1], &a, sizeof a) == sizeof a ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  if (!WIFEXITED(status) || WEXITSTATUS(status)) fail_msg("the child ended with %d", status);
  assert_int_equal(read(ends[0], &a, sizeof a), sizeof a);
  close(ends[0]), close(ends[1]);
  return a;
}

/* First, while this process has made no team. */
static void a_child_of_one_thread_may_have_several(void **state) {
  (void)state;
  ok(khop_set_threads(1));
  assert_int_equal(khop_threads(), 1);
  answer a = ask_a_child(false);
  assert_int_equal(a.several, KHOP_OK);
  assert_int_equal(a.one, KHOP_OK);
}

static void a_child_of_several_has_one_and_the_same_bits(void **state) {
  (void)state;
  ok(khop_set_threads(2));
  uint64_t before = work();
  answer a = ask_a_child(true);
  assert_int_equal(a.threads, 1);
  assert_int_equal(a.several, KHOP_E_UNSUPPORTED);
  assert_int_equal(a.one, KHOP_OK);
  assert_true(a.sum == before);
  /* the parent has its threads still, and so have its later children nothing but one */
  assert_int_equal(khop_threads(), 2);
  assert_true(work() == before);
  assert_true(ask_a_child(true).sum == before);
  ok(khop_set_threads(0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(a_child_of_one_thread_may_have_several, nothing_held),
      cmocka_unit_test_teardown(a_child_of_several_has_one_and_the_same_bits, nothing_held),
  };
  return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
