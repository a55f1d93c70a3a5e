/* 07_boxes.c: how well a box can be known that is larger than what the detector sees.
 *
 * At the middle of an object of length L a detector that sees R positions sees min(L, R) of it.
 * While R <= L there is no border in sight, and nothing in the data tells L:
 *
 *   ______|=====================|______     the object, L
 *                 [   R   ]                 R < L: as good as any longer object
 *      [              R              ]      R > L: both ends in view, the box is known
 *
 * One that takes what it sees for the object reaches an IoU of min(L, R) / L (of a square box: its
 * square). One that is trained may also know how long objects mostly are: for those it cannot
 * measure, its best answer is a constant, and for the others the truth. Both curves are computed
 * from the objects alone, beside detectors trained on noisy sequences: residual stacks of six
 * convolutions of 3 taps, of which the first l are dilated by 1, 2, 4, .. (R = 2^(l+1) - 1), and
 * the others have all their taps at offset 0: the same parameters and steps for each R. From the
 * middle of each object they give the logarithms of the distances to both ends; the IoU is of the
 * interval that these make.
 *
 * The data are synthetic, from the seeds below: lengths 5 to 95, as many from 5 to 10 as from 10 to
 * 20 and so on. No figure is of a sequence that was trained on. usage: 07_boxes [--quick] */
#include "lesson.h"
#include <stdlib.h>
#include <string.h>

enum { LAYERS = 6, TAPS = 3, COLUMNS = 12, SEEDS = 3, MOST = 48, LONGEST = 95 };

typedef struct sequence {
  khop_real *values;  /* (n) 1 in an object, 0 outside, and noise */
  khop_real *targets; /* (n, 2) log of the distance to the left end, and to the right one */
  uint8_t *middle;    /* (n) */
  int *length;        /* (n) of the object that has its middle here */
  khop_features features;
} sequence;

static void sequence_free(sequence *s) {
  free(s->values);
  free(s->targets);
  free(s->middle);
  free(s->length);
}

static int sequence_new(sequence *s, int n, uint64_t seed) {
  uint64_t state = seed;
  s->values = calloc((size_t)n, sizeof *s->values);
  s->targets = calloc((size_t)n, 2 * sizeof *s->targets);
  s->middle = calloc((size_t)n, 1);
  s->length = calloc((size_t)n, sizeof *s->length);
  if (!s->values || !s->targets || !s->middle || !s->length) return 1;
  s->features = (khop_features){.rows = n, .columns = 1, .dense = s->values};
  for (int at = 10;;) {
    int half = (int)(2.5 * pow(LONGEST / 5.0, lesson_random(&state))), length = 2 * half + 1;
    if (at + length >= n) break;
    for (int i = at; i < at + length; i++) s->values[i] = 1;
    s->middle[at + half] = 1;
    s->length[at + half] = length;
    for (int i = 0; i < 2; i++) s->targets[2 * (at + half) + i] = (khop_real)log(0.5 * length);
    at += length + 10 + (int)(20 * lesson_random(&state));
  }
  for (int i = 0; i < n; i++) s->values[i] += (khop_real)(lesson_random(&state) - 0.5);
  return 0;
}

static double constant_iou(double guess, double length) {
  return fmin(guess, length) / fmax(guess, length);
}

/* What an R allows on these sequences: iou[0] min(L, R) / L; iou[1] the truth where both ends are
 * in view, and the constant that would be best for the other objects where they are not. */
static void allowed(double iou[2], const sequence *s, int count, int n, int field) {
  double seen = 0, best = 0, objects = 0;
  iou[0] = 0;
  for (int guess = 5; guess <= LONGEST; guess++) {
    double sum = 0;
    for (int i = 0; i < count * n; i++) {
      int length = s[i / n].length[i % n];
      if (!length) continue;
      if (guess == 5) iou[0] += fmin(length, field) / length, seen += length < field, objects++;
      if (length >= field) sum += constant_iou(guess, length);
    }
    best = fmax(best, sum);
  }
  iou[0] /= objects;
  iou[1] = (seen + best) / objects;
}

/* Words 3 l .. 3 l + 2: the kernel dilated by 2^l; the last one stays where it is. */
static khop_status make_words(khop_rings **words, int64_t n) {
  khop_metapath word[LAYERS * TAPS + 1] = {0};
  khop_typed *typed = NULL;
  khop_status status = khop_typed_grid(&typed, 1, &n, NULL);
  for (int l = 0, d = 1, count; l < LAYERS && !status; l++, d *= 2)
    status = khop_stencil(word + l * TAPS, &count, 1, &n, (int[]){TAPS}, &d, NULL);
  if (!status) status = khop_metapaths_build(words, typed, LAYERS * TAPS + 1, word, NULL);
  khop_typed_free(typed);
  return status;
}

static khop_status make_model(khop_model **model, int reaching, uint64_t seed) {
  const int dilations[LAYERS] = {1, 2, 4, 8, 16, 32};
  int hops[LAYERS * TAPS];
  for (int i = 0; i < LAYERS * TAPS; i++) hops[i] = i / TAPS < reaching ? i : LAYERS * TAPS;
  khop_status status = khop_model_new(model);
  if (status) return status;
  khop_value h =
      khop_stack(*model, khop_input(*model, 1),
                 &(khop_stack_options){.layers = LAYERS,
                                       .dilations = dilations,
                                       .columns = COLUMNS,
                                       .join = KHOP_JOIN_RESIDUAL,
                                       .taps = {.taps = TAPS, .hops = hops, .op = KHOP_METAPATH}});
  khop_mean_squared_error(*model, khop_linear(*model, h, 2, true));
  return khop_model_init(*model, seed);
}

/* Trains, a sequence a step; iou: mean over the objects of the test sequences. */
static int fit(double *iou, khop_model *model, khop_rings *words, const sequence *s, int n,
               int trains, int tests, int steps) {
  khop_run *run[MOST];
  khop_optimizer *adam;
  for (int i = 0; i < trains + tests; i++) {
    CHECK(khop_run_new(&run[i], model, 1, &words, &s[i].features, i < trains, 0));
    if (i < trains) CHECK(khop_run_targets(run[i], s[i].targets, s[i].middle));
  }
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.01, .clip = 1}));
  for (int step = 0; step < steps; step++) {
    khop_run_forward(run[step % trains], true, 1, (uint64_t)step);
    CHECK(khop_run_backward(run[step % trains]));
    khop_optimizer_step(adam, khop_run_gradients(run[step % trains]),
                        0.5 + 0.5 * cos(3.14159265358979 * step / steps));
  }
  double sum = 0, objects = 0;
  for (int i = trains; i < trains + tests; i++) {
    khop_run_forward(run[i], false, 0, 0);
    const khop_real *y = khop_run_output(run[i]);
    for (int at = 0; at < n; at++) {
      double half = 0.5 * s[i].length[at], left = exp((double)y[2 * at]),
             right = exp((double)y[2 * at + 1]);
      if (!s[i].middle[at]) continue;
      sum += (fmin(left, half) + fmin(right, half)) / (fmax(left, half) + fmax(right, half));
      objects++;
    }
  }
  *iou = sum / objects;
  khop_optimizer_free(adam);
  for (int i = 0; i < trains + tests; i++) khop_run_free(run[i]);
  return 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick)); /* quick: too little work to share out; 0: all threads */
  int n = quick ? 1024 : 2048, trains = quick ? 12 : 32, tests = quick ? 6 : 12,
      seeds = quick ? 1 : SEEDS;
  int steps = quick ? 150 : 400, step = quick ? 3 : 1;
  double trained = 0, std, before = 0, first = 0;
  bool shown = true;
  khop_rings *words;
  CHECK(make_words(&words, n));
  printf("Synthetic objects of length 5 to %d: %d sequences of %d to train on, %d to test on; %d "
         "steps,\n"
         "%d seed%s. IoU of the interval that is given at an object's "
         "middle:\n\n%6s%13s%16s%22s%20s\n",
         LONGEST, trains, n, tests, steps, seeds, seeds > 1 ? "s" : "", "R", "parameters",
         "min(L, R) / L", "best that R allows", "trained");
  for (int reaching = 0; reaching <= LAYERS; reaching += step) {
    int field = (2 << reaching) - 1;
    double limit[2] = {0}, one[2], kept[SEEDS];
    int64_t parameters = 0;
    for (int seed = 0; seed < seeds; seed++) {
      sequence s[MOST];
      khop_model *model;
      for (int i = 0; i < trains + tests; i++)
        if (sequence_new(&s[i], n, (uint64_t)(1000 * (seed + 1) + i))) return 1;
      CHECK(make_model(&model, reaching, (uint64_t)seed + 1));
      parameters = khop_model_parameters(model);
      if (fit(&kept[seed], model, words, s, n, trains, tests, steps)) return 1;
      allowed(one, s + trains, tests, n, field);
      for (int i = 0; i < 2; i++) limit[i] += one[i] / seeds;
      khop_model_free(model);
      for (int i = 0; i < trains + tests; i++) sequence_free(&s[i]);
    }
    lesson_mean_std(&trained, &std, seeds, kept);
    printf("%6d%13lld%16.3f%22.3f%13.3f +- %.3f\n", field, (long long)parameters, limit[0],
           limit[1], trained, std);
    fflush(stdout);
    /* Never better than R allows, nor far worse; and it grows with R. */
    shown &= trained < limit[1] + 0.02 && trained > limit[1] - (quick ? 0.25 : 0.15);
    shown &= trained > before - 0.02;
    before = trained;
    if (reaching == 0) first = trained;
  }
  khop_rings_free(words);
  shown &= trained > first + (quick ? 0.15 : 0.3);
  puts(shown ? "\nThe box is as good as the view: an end that is not seen cannot be learned."
             : "\nNot shown: the trained IoU should follow what R allows.");
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
