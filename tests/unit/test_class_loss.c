/* test_class_loss.c: smoothed labels, weights of classes and averaged weights: by formulas written plainly, by hand and
 * by central differences. */
#include "train_check.h"

#include "model/run.h"
#include "train/class_weights.h"

/* --- the loss ------------------------------------------------------------------------------------ */

enum { ROWS = 5, CLASSES = 3, WIDTH = 2 };
static const khop_real features[ROWS * WIDTH] = {1, 0.5, -1, 2, 0.25, -3, 0, 1, 2, 2};
static const int32_t classes[ROWS] = {2, 0, 1, 0, 2};
static const uint8_t learned[ROWS] = {1, 1, 0, 1, 1};
static const khop_real weights[CLASSES] = {0.5, 7, 2};

typedef struct small_run {
  khop_model *model;
  khop_features x;
  khop_run *run;
} small_run;

static void open_small(small_run *s) {
  s->x = (khop_features){ROWS, WIDTH, features, NULL, NULL, NULL};
  ok(khop_model_new(&s->model));
  khop_softmax_cross_entropy(s->model, khop_linear(s->model, khop_input(s->model, WIDTH), CLASSES, true));
  ok(khop_model_init(s->model, 3));
  ok(khop_run_new(&s->run, s->model, 0, NULL, &s->x, true, 0));
  ok(khop_run_labels(s->run, classes, learned));
}

static void close_small(small_run *s) {
  khop_run_free(s->run);
  khop_model_free(s->model);
}

/* mean of w_y sum_c -q_c log p_c, where q gives the label 1 - s and every class s / C. */
static double plainly(const small_run *s, double smoothing, const khop_real *weight) {
  const khop_real *z = khop_run_output(s->run);
  double total = 0, rows = 0;
  for (int i = 0; i < ROWS; i++) {
    if (!learned[i]) continue;
    double sum = 0, loss = 0;
    for (int c = 0; c < CLASSES; c++) sum += exp((double)z[i * CLASSES + c]);
    for (int c = 0; c < CLASSES; c++) {
      double q = (c == classes[i] ? 1 - smoothing : 0) + smoothing / CLASSES;
      loss -= q * log(exp((double)z[i * CLASSES + c]) / sum);
    }
    total += loss * (weight ? (double)weight[classes[i]] : 1);
    rows++;
  }
  return total / rows;
}

static void a_smoothed_and_weighted_loss_is_that_of_its_formula(void **state) {
  (void)state;
  small_run s;
  open_small(&s);
  for (int kind = 0; kind < 4; kind++) {
    s.run->smoothing = kind & 1 ? 0.3 : 0;
    s.run->class_weights = kind & 2 ? weights : NULL;
    double loss = khop_run_forward(s.run, true, 0, 1);
    close_to(loss, plainly(&s, s.run->smoothing, s.run->class_weights), 1e-6);
    if (kind) assert_true(fabs(loss - plainly(&s, 0, NULL)) > 1e-3); /* a loss without either must show */
  }
  close_small(&s);
}

static void its_gradient_is_that_of_central_differences(void **state) {
  (void)state;
  small_run s;
  const double step = sizeof(khop_real) == 8 ? 1e-5 : 1e-2, tolerance = sizeof(khop_real) == 8 ? 1e-9 : 1e-3;
  open_small(&s);
  s.run->smoothing = 0.3;
  s.run->class_weights = weights;
  khop_run_forward(s.run, true, 0, 1);
  ok(khop_run_backward(s.run));
  for (int64_t i = 0; i < s.model->parameters; i++) {
    khop_real kept = s.model->parameter_array[i], slope = s.run->gradients[i];
    s.model->parameter_array[i] = kept + (khop_real)step;
    double above = khop_run_forward(s.run, true, 0, 1);
    s.model->parameter_array[i] = kept - (khop_real)step;
    double below = khop_run_forward(s.run, true, 0, 1);
    s.model->parameter_array[i] = kept;
    close_to((double)slope, (above - below) / (2 * step), tolerance);
  }
  close_small(&s);
}

/* --- balanced weights ----------------------------------------------------------------------------- */

/* Rows that are trained on: three of class 0, one of 2; one of 1 is not. 4 / (2 * 3) and 4 / (2 * 1). */
static void balanced_weights_are_those_worked_out_by_hand(void **state) {
  (void)state;
  const int32_t labels[] = {0, 2, 0, 1, 0, -1};
  const uint8_t part[] = {1, 1, 1, 0, 1, 1};
  khop_real *found = NULL;
  ok(khop_i_balanced_weights(&found, &(khop_i_truth){labels, part, 1, 6}, 4));
  close_to((double)found[0], 2.0 / 3, 1e-7);
  close_to((double)found[1], 0, 0);
  close_to((double)found[2], 2, 1e-7);
  close_to((double)found[3], 0, 0);
  khop_i_free(found);
}

#define SIZED .size = sizeof(khop_fit_options)

/* --- training with them ------------------------------------------------------------------------------ */

static khop_fit_result fit(bench *b, const khop_fit_options *options, history *h) {
  khop_fit_result result = {0};
  khop_fit_options o = *options;
  o.size = sizeof o;
  o.epochs = 8;
  o.progress = remember;
  o.context = h;
  *h = (history){0};
  ok(khop_fit(&result, b->run, karate, 0, &o));
  return result;
}

/* The karate club has two classes: with the first step's weights the smoothed loss is known from the plain one. */
static void what_validates_has_labels_as_they_are(void **state) {
  (void)state;
  bench b = open_bench("mlp", karate);
  history plain, smooth, balanced;
  /* a rate so small that all losses are those of the first weights */
  khop_fit_options o = {.optimizer = {.rate = 1e-30}, .seed = 2};
  fit(&b, &o, &plain);
  o.label_smoothing = 0.5;
  fit(&b, &o, &smooth);
  o.label_smoothing = 0;
  o.class_weights = KHOP_WEIGHTS_BALANCED;
  fit(&b, &o, &balanced);
  assert_true(plain.epoch[0].loss != smooth.epoch[0].loss && plain.epoch[0].loss != balanced.epoch[0].loss);
  assert_true(plain.epoch[0].val_loss == smooth.epoch[0].val_loss);
  assert_true(plain.epoch[0].val_loss == balanced.epoch[0].val_loss);
  close_bench(&b);
}

/* The run outlives the trainer, whose weights it must not read again: after a loss that is no number either. */
static void a_run_keeps_no_weights_of_a_trainer(void **state) {
  (void)state;
  bench b = open_bench("mlp", karate);
  khop_trainer *trainer;
  bool more = true;
  khop_fit_options o = {SIZED, .label_smoothing = 0.1, .class_weights = KHOP_WEIGHTS_BALANCED};
  ok(khop_trainer_new(&trainer, b.run, karate, 0, &o));
  for (int64_t p = 0; p < khop_model_parameters(b.model); p++) khop_model_parameter_array(b.model)[p] = (khop_real)NAN;
  fails(khop_trainer_epoch(trainer, &more), KHOP_E_VALUE, "the training loss is", "lower the learning rate");
  assert_null(b.run->class_weights);
  close_to(b.run->smoothing, 0, 0);
  khop_trainer_free(trainer);
  close_bench(&b);
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  bench b = open_bench("mlp", karate);
  khop_trainer *trainer;
  fails(khop_trainer_new(&trainer, b.run, karate, 0, &(khop_fit_options){SIZED, .label_smoothing = 1}),
        KHOP_E_ARGUMENT, "smoothing of 1", "below 1");
  fails(khop_trainer_new(&trainer, b.run, karate, 0, &(khop_fit_options){SIZED, .class_weights = (khop_class_weights)7}),
        KHOP_E_ARGUMENT, "class weights 7", "");
  fails(khop_trainer_new(&trainer, b.run, karate, 0, &(khop_fit_options){SIZED, .select = (khop_select)7}),
        KHOP_E_ARGUMENT, "selection 7", "");
  fails(khop_trainer_new(&trainer, b.run, karate, 0, &(khop_fit_options){SIZED, .warm_up = -1}),
        KHOP_E_ARGUMENT, "warm-up of -1", "500");
  close_bench(&b);
  khop_data *numbers = three_parts();
  khop_real targets[34];
  for (int i = 0; i < 34; i++) targets[i] = (khop_real)(i * i);
  ok(khop_data_set_targets(numbers, targets, 1));
  b = open_bench("mlp", numbers);
  khop_fit_options o = {.size = sizeof o, .metric = KHOP_RMSE, .label_smoothing = 0.1};
  fails(khop_trainer_new(&trainer, b.run, numbers, 0, &o), KHOP_E_ARGUMENT, "label smoothing is for classes", "");
  o.label_smoothing = 0;
  o.class_weights = KHOP_WEIGHTS_BALANCED;
  fails(khop_trainer_new(&trainer, b.run, numbers, 0, &o), KHOP_E_ARGUMENT, "a weight by class is for classes", "");
  close_bench(&b);
  khop_data_free(numbers);
}

/* Averaged by the rule of test_selection.c; one graph is scored by the average, which one step at a rate that moves
 * nothing leaves as it was. */
static void one_graph_is_learned_with_averaged_weights(void **state) {
  (void)state;
  khop_report plain = {0}, averaged = {0};
  khop_recipe r;
  ok(khop_recipe_find(&r, "gcn"));
  r.fit.epochs = 12;
  r.fit.seed = 5;
  ok(khop_train(&plain, karate, &r, NULL));
  r.average = 0.9;
  ok(khop_train(&averaged, karate, &r, NULL));
  assert_true(plain.run[0].loss == averaged.run[0].loss); /* steps are the same, whatever is averaged beside */
  khop_report_free(&plain);
  khop_report_free(&averaged);
  r.average = 1;
  fails(khop_train(&averaged, karate, &r, NULL), KHOP_E_ARGUMENT, "averaged with a decay of 1", "");
  khop_report_free(&averaged);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_smoothed_and_weighted_loss_is_that_of_its_formula),
      cmocka_unit_test(its_gradient_is_that_of_central_differences),
      cmocka_unit_test(balanced_weights_are_those_worked_out_by_hand),
      cmocka_unit_test(what_validates_has_labels_as_they_are),
      cmocka_unit_test(a_run_keeps_no_weights_of_a_trainer),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(one_graph_is_learned_with_averaged_weights),
  };
  return cmocka_run_group_tests_name("class_loss", tests, open_karate, close_karate);
}
