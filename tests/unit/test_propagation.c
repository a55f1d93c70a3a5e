/* test_propagation.c: label propagation, and correct and smooth: by hand, against plain loops, and by no label but those
 * of training. */
#include "model_check.h"

enum { N = 40, CLASSES = 3, STEPS = 7 };

static void a_path_of_two_by_hand(void **state) {
  (void)state;
  khop_graph *path = path_graph(2);
  const int32_t labels[] = {1, -7};
  const uint8_t train[] = {1, 0};
  khop_real scores[4];
  ok(khop_label_propagation(scores, path, labels, 2, train, 0.5, 1));
  const double spread[] = {0, 0.5, 0, 0.5};
  for (int e = 0; e < 4; e++) close_to((double)scores[e], spread[e], 1e-6);
  /* errors (0.4, -0.4) at node 0, halved at both, which at node 1 is scaled back: (0.3, 0.7) becomes (0.7, 0.3) */
  khop_real mended[] = {(khop_real)0.6, (khop_real)0.4, (khop_real)0.3, (khop_real)0.7};
  ok(khop_correct_and_smooth(mended, path, (int32_t[]){0, 99}, 2, train, 0.5, 0.5, 1));
  const double smooth[] = {0.85, 0.15, 0.85, 0.15};
  for (int e = 0; e < 4; e++) close_to((double)mended[e], smooth[e], 1e-6);
  khop_graph_free(path);
}

/* What both functions are tried with. */
typedef struct problem {
  khop_graph *graph;
  bool link[N][N];
  int32_t labels[N];
  uint8_t train[N];
  khop_real scores[N * CLASSES];
} problem;

static problem open_problem(bool directed) {
  problem p = {0};
  khop_i_random r;
  int64_t from[2 * N], to[2 * N];
  khop_i_random_seed(&r, 9);
  for (int e = 0; e < 2 * N; e++) {
    from[e] = khop_i_random_below(&r, N - 1), to[e] = khop_i_random_below(&r, N - 1); /* the last stands alone */
    if (from[e] != to[e]) p.link[from[e]][to[e]] = p.link[to[e]][from[e]] = true;
  }
  ok(khop_graph_from_coo(&p.graph, N, 2 * N, from, to, directed));
  for (int i = 0; i < N; i++) {
    double sum = 0;
    p.labels[i] = (int32_t)khop_i_random_below(&r, CLASSES);
    p.train[i] = i % 3 == 0;
    for (int c = 0; c < CLASSES; c++) sum += (double)(p.scores[i * CLASSES + c] = (khop_real)khop_i_random_uniform(&r));
    for (int c = 0; c < CLASSES; c++) p.scores[i * CLASSES + c] /= (khop_real)sum;
  }
  return p;
}

static void spread_plainly(double y[N][CLASSES], const problem *p, double share) {
  double home[N][CLASSES], next[N][CLASSES], degree[N] = {0};
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) degree[i] += p->link[i][j];
  memcpy(home, y, sizeof home);
  for (int t = 0; t < STEPS; t++) {
    for (int i = 0; i < N; i++)
      for (int c = 0; c < CLASSES; c++) {
        double sum = 0;
        for (int j = 0; j < N; j++)
          if (p->link[i][j]) sum += y[j][c] / sqrt(degree[i] * degree[j]);
        next[i][c] = (1 - share) * home[i][c] + share * sum;
      }
    memcpy(y, next, sizeof next);
  }
}

static double size_of(const double *row) { return fabs(row[0]) + fabs(row[1]) + fabs(row[2]); }

static void mend_plainly(double y[N][CLASSES], const problem *p) {
  double error[N][CLASSES] = {{0}}, mean = 0;
  int training = 0;
  for (int i = 0; i < N; i++) {
    for (int c = 0; c < CLASSES; c++) {
      y[i][c] = (double)p->scores[i * CLASSES + c];
      if (p->train[i]) error[i][c] = (c == p->labels[i]) - y[i][c];
    }
    mean += size_of(error[i]);
    training += p->train[i];
  }
  mean /= training;
  spread_plainly(error, p, 0.8);
  for (int i = 0; i < N; i++) {
    double size = size_of(error[i]);
    for (int c = 0; c < CLASSES; c++)
      y[i][c] = p->train[i] ? c == p->labels[i] : size > 0 ? y[i][c] + mean * error[i][c] / size : y[i][c];
  }
  spread_plainly(y, p, 0.6);
}

static void both_are_what_plain_loops_say(void **state) {
  (void)state;
  for (int directed = 0; directed < 2; directed++) {
    problem p = open_problem(directed);
    khop_real scores[N * CLASSES];
    double wanted[N][CLASSES] = {{0}}, mended[N][CLASSES];
    for (int i = 0; i < N; i++)
      if (p.train[i]) wanted[i][p.labels[i]] = 1;
    spread_plainly(wanted, &p, 0.9);
    mend_plainly(mended, &p);
    ok(khop_label_propagation(scores, p.graph, p.labels, CLASSES, p.train, 0.9, STEPS));
    assert_true(difference(scores, wanted[0], N * CLASSES) <= 1e-5);
    ok(khop_correct_and_smooth(p.scores, p.graph, p.labels, CLASSES, p.train, 0.8, 0.6, STEPS));
    assert_true(difference(p.scores, mended[0], N * CLASSES) <= 1e-5);
    mended[N / 2][0] += 1e-3; /* the checker is checked */
    assert_false(difference(p.scores, mended[0], N * CLASSES) <= 1e-5);
    khop_graph_free(p.graph);
  }
}

/* Labels beyond training may be any, even none that there is: the same bits. */
static void only_labels_of_training_are_read(void **state) {
  (void)state;
  problem p = open_problem(false);
  khop_real first[2][N * CLASSES], again[2][N * CLASSES];
  for (int turn = 0; turn < 3; turn++) {
    int32_t others[N];
    for (int i = 0; i < N; i++) others[i] = p.train[i] || !turn ? p.labels[i] : turn == 1 ? p.labels[N - 1 - i] : 1000 - 50 * i;
    memcpy(again[1], p.scores, sizeof p.scores);
    ok(khop_label_propagation(again[0], p.graph, others, CLASSES, p.train, 0.9, STEPS));
    ok(khop_correct_and_smooth(again[1], p.graph, others, CLASSES, p.train, 0.8, 0.6, STEPS));
    if (!turn) memcpy(first, again, sizeof first);
    assert_memory_equal(first, again, sizeof first);
  }
  p.labels[0] = (p.labels[0] + 1) % CLASSES; /* the checker is checked: a label of training counts */
  ok(khop_label_propagation(again[0], p.graph, p.labels, CLASSES, p.train, 0.9, STEPS));
  assert_memory_not_equal(first[0], again[0], sizeof first[0]);
  khop_graph_free(p.graph);
}

static void bad_input_is_refused(void **state) {
  (void)state;
  problem p = open_problem(false);
  const uint8_t nobody[N] = {0};
  fails(khop_label_propagation(NULL, p.graph, p.labels, CLASSES, p.train, 0.9, 5), KHOP_E_ARGUMENT, "scores", "missing");
  fails(khop_label_propagation(p.scores, p.graph, NULL, CLASSES, p.train, 0.9, 5), KHOP_E_ARGUMENT, "labels", "needed");
  fails(khop_label_propagation(p.scores, p.graph, p.labels, CLASSES, p.train, 1, 5), KHOP_E_ARGUMENT, "share of 1", "[0, 1)");
  fails(khop_correct_and_smooth(p.scores, p.graph, p.labels, CLASSES, p.train, 0.9, (double)NAN, 5), KHOP_E_ARGUMENT, "share",
        "[0, 1)");
  fails(khop_correct_and_smooth(p.scores, p.graph, p.labels, CLASSES, p.train, 0.9, 0.9, 0), KHOP_E_ARGUMENT, "0 steps",
        "one step");
  fails(khop_label_propagation(p.scores, p.graph, p.labels, CLASSES, nobody, 0.9, 5), KHOP_E_VALUE, "no training", "node");
  p.labels[3] = CLASSES;
  fails(khop_label_propagation(p.scores, p.graph, p.labels, CLASSES, p.train, 0.9, 5), KHOP_E_VALUE, "node 3", "label 3");
  khop_graph_free(p.graph);
}

static khop_status propagate(void *context) {
  problem *p = context;
  khop_real scores[N * CLASSES];
  memcpy(scores, p->scores, sizeof scores);
  khop_status status = khop_label_propagation(scores, p->graph, p->labels, CLASSES, p->train, 0.9, 2);
  if (status == KHOP_OK) status = khop_correct_and_smooth(scores, p->graph, p->labels, CLASSES, p->train, 0.9, 0.9, 2);
  return status;
}

static void memory_that_runs_out(void **state) {
  (void)state;
  memory_can_run_out();
  problem p = open_problem(true);
  assert_true(fail_each(propagate, &p) > 6);
  khop_graph_free(p.graph);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_path_of_two_by_hand),
      cmocka_unit_test(both_are_what_plain_loops_say),
      cmocka_unit_test(only_labels_of_training_are_read),
      cmocka_unit_test(bad_input_is_refused),
      cmocka_unit_test(memory_that_runs_out),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
