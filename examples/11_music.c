/* 11_music.c: dilations that are beats.
 *
 * At 100 frames a second a beat of 180, 120, 90 or 60 BPM comes back after 33, 50, 67 or 100 frames.
 * A causal stack with these dilations (after Davies and Boeck's temporal convolutional beat tracker,
 * EUSIPCO 2019, whose dilations are powers of two) has the onsets of the beats before under its taps.
 *
 * The onset envelopes are synthetic, from the seeds printed: a tempo each, beats of which one in
 * seven is left out, as many onsets between the beats as on them, of the same shape, and noise. At
 * every onset the model must say: is this the beat that was due? The past alone can tell; half is
 * right by guessing. Three stacks of equal parameters, layers and steps: [33, 50, 67, 100], powers of
 * two from 1 (the reach is short of all but the fastest beat), and powers of two from 8 (the reach is
 * long enough, the lags are multiples of 8). Two kinds of music: the four tempos, and any between;
 * each stack is trained and tested on each.
 *
 * usage: 11_music [--quick] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>

enum { LAYERS = 4, TAPS = 3, LOCAL = 5, CHANNELS = 12, SETS = 3, MAX_SEEDS = 3 };
enum { FRAMES = 800, HEARD = 200 };

static const int dilations[SETS][LAYERS] = {{33, 50, 67, 100}, {1, 2, 4, 8}, {8, 16, 32, 64}};

typedef struct size {
  int pieces, steps, test, seeds;
} size;

typedef struct batch {
  khop_real *x;    /* (pieces * FRAMES) the onset envelopes, one after the other */
  int32_t *labels; /* 1 on a beat */
  uint8_t *mask;   /* onsets, once two beats of 60 BPM have been heard */
} batch;

static void add_onset(khop_real *x, int64_t at) {
  static const double shape[] = {0.2, 0.6, 1, 0.7, 0.4, 0.2};
  for (int64_t i = 0; i < 6; i++)
    if (at + i >= 2 && at + i - 2 < FRAMES) x[at + i - 2] += (khop_real)shape[i];
}

static void draw_batch(batch *b, const size *z, bool any_tempo, uint64_t seed) {
  static const double tempos[] = {180, 120, 90, 60};
  size_t n = (size_t)z->pieces * FRAMES;
  memset(b->labels, 0, n * sizeof *b->labels);
  memset(b->mask, 0, n);
  for (size_t i = 0; i < n; i++) b->x[i] = (khop_real)(0.2 * lesson_random(&seed));
  for (int64_t first = 0; first < (int64_t)n; first += FRAMES) {
    double four = tempos[(int)(4 * lesson_random(&seed))], any = 60 + 120 * lesson_random(&seed);
    double period = 6000 / (any_tempo ? any : four), phase = period * lesson_random(&seed);
    for (double beat = phase; beat < FRAMES - 1; beat += period) {
      int64_t on = (int64_t)(beat + lesson_random(&seed)); /* to a frame beside it, at random */
      int64_t off = (int64_t)(beat + 7 + (period - 14) * lesson_random(&seed));
      for (int kind = 0; kind < 2; kind++) {
        int64_t at = kind ? on : off;
        if (lesson_random(&seed) < 1.0 / 7 || at >= FRAMES) continue;
        add_onset(b->x + first, at);
        b->labels[first + at] = kind;
        b->mask[first + at] = at >= HEARD;
      }
    }
  }
}

/* A directed path a piece, and every ring that any of the stacks asks for. */
static khop_status make_rings(khop_rings **rings, int pieces) {
  int64_t nodes = (int64_t)pieces * FRAMES, edges = 0;
  int64_t *from = malloc((size_t)nodes * 2 * sizeof *from), *to = from ? from + nodes : NULL;
  int hops[LOCAL + SETS * LAYERS * TAPS], count = 0;
  khop_graph *paths = NULL;
  if (!from) return KHOP_E_MEMORY;
  for (int64_t i = 0; i < nodes; i++)
    if ((i + 1) % FRAMES) from[edges] = i, to[edges++] = i + 1;
  for (int t = 0; t < LOCAL; t++) hops[count++] = t;
  for (int s = 0; s < SETS; s++)
    for (int l = 0; l < LAYERS; l++)
      for (int t = 0; t < TAPS; t++) hops[count++] = t * dilations[s][l];
  const khop_rings_options past = {.direction = KHOP_IN};
  khop_status status = khop_graph_from_coo(&paths, nodes, edges, from, to, true);
  if (status == KHOP_OK) status = khop_rings_build(rings, paths, count, hops, &past);
  khop_graph_free(paths);
  free(from);
  return status;
}

static khop_status make_model(khop_model **model, int set, uint64_t seed) {
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  const khop_conv_options local = {.taps = LOCAL, .direction = KHOP_IN, .bias = true};
  khop_value x = khop_relu(*model, khop_conv(*model, khop_input(*model, 1), CHANNELS, &local));
  x = khop_stack(*model, x, &(khop_stack_options){
          .layers = LAYERS, .dilations = dilations[set], .join = KHOP_JOIN_CONCAT,
          .taps = {.taps = TAPS, .direction = KHOP_IN}});
  khop_binary_cross_entropy(*model, khop_linear(*model, x, 1, true));
  return khop_model_init(*model, seed);
}

/* Trains on new pieces each step and returns the share of onsets that are told right in others. */
static int train(double *accuracy, int64_t *parameters, khop_rings *rings, batch *b, const size *z,
                 int set, bool any_tempo, uint64_t seed) {
  khop_model *model;
  khop_run *run;
  khop_optimizer *adam;
  int64_t nodes = (int64_t)z->pieces * FRAMES;
  khop_features features = {.rows = nodes, .columns = 1, .dense = b->x}; /* redrawn in place */
  CHECK(make_model(&model, set, seed));
  CHECK(khop_run_new(&run, model, 1, &rings, &features, true, 0));
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.01, .clip = 1}));
  *accuracy = 0;
  for (int step = 0; step < z->steps + z->test; step++) {
    bool training = step < z->steps;
    double share;
    draw_batch(b, z, any_tempo, 1000000 * seed + (uint64_t)step);
    CHECK(khop_run_labels(run, b->labels, b->mask));
    khop_run_forward(run, training, seed, (uint64_t)step + 1);
    if (training) {
      CHECK(khop_run_backward(run));
      khop_optimizer_step(adam, khop_run_gradients(run), 4 * step < 3 * z->steps ? 1 : 0.2);
    } else {
      CHECK(khop_score(&share, KHOP_ACCURACY, khop_run_output(run), nodes, 1, b->labels, NULL,
                       b->mask));
      *accuracy += share / z->test;
    }
  }
  *parameters = khop_model_parameters(model);
  khop_optimizer_free(adam);
  khop_run_free(run);
  khop_model_free(model);
  return 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick ? 1 : 0)); /* a team of threads is not worth waking for so little */
  size z = quick ? (size){.pieces = 5, .steps = 60, .test = 10, .seeds = 2}
                 : (size){.pieces = 16, .steps = 300, .test = 20, .seeds = 3};
  khop_rings *rings;
  size_t nodes = (size_t)z.pieces * FRAMES;
  batch b = {malloc(nodes * sizeof *b.x), malloc(nodes * sizeof *b.labels), malloc(nodes)};
  if (!b.x || !b.labels || !b.mask) return 1;
  CHECK(make_rings(&rings, z.pieces));
  printf("%d steps of %d new pieces of %d s; tested on %d others; %d seeds from 1;\n"
         "onsets told right, %% (half by guessing)\n\n%-20s%8s%12s%24s%24s\n",
         z.steps, z.pieces, FRAMES / 100, z.test * z.pieces, z.seeds, "dilations", "reach",
         "parameters", "60, 90, 120, 180 BPM", "any of 60 to 180 BPM");
  double mean[SETS][2], std[SETS][2];
  for (int set = 0; set < SETS; set++) {
    const int *d = dilations[set];
    int64_t parameters = 0;
    for (int any = 0; any < 2; any++) {
      double right[MAX_SEEDS];
      for (int i = 0; i < z.seeds; i++) {
        if (train(&right[i], &parameters, rings, &b, &z, set, any, (uint64_t)i + 1)) return 1;
        right[i] *= 100;
      }
      lesson_mean_std(&mean[set][any], &std[set][any], z.seeds, right);
    }
    char name[32];
    snprintf(name, sizeof name, "[%d, %d, %d, %d]", d[0], d[1], d[2], d[3]);
    printf("%-20s%8d%12lld%16.1f +- %4.1f%16.1f +- %4.1f\n", name,
           LOCAL - 1 + (TAPS - 1) * (d[0] + d[1] + d[2] + d[3]), (long long)parameters,
           mean[set][0], std[set][0], mean[set][1], std[set][1]);
    fflush(stdout);
  }
  bool shown = mean[0][0] > mean[1][0] + 15 && mean[0][0] > mean[2][0];
  puts(!shown ? "\nNot shown in this run."
       : mean[2][1] > mean[0][1] ? "\nWhere the tempo is one of the four, lags that are beats tell most. Where it is any, powers\n"
                                   "of two that reach as far tell more: the beats' lags are right for four tempos alone."
                                 : "\nLags that are beats tell most, for the four tempos and for any.");
  khop_rings_free(rings);
  free(b.x);
  free(b.labels);
  free(b.mask);
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
