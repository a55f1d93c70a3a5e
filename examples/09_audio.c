/* 09_audio.c: a WaveNet-style stack learns a waveform and continues it, sample by sample.
 *
 * The waveform is synthetic: five tones whose periods have nothing in common, with white noise upon
 * them, drawn from the seeds printed. The model (khop_gated_stack on the directed path, taps 0 and
 * d back) predicts the next sample. It then runs on its own output through khop_stream, which keeps
 * past activations: a sample costs the same whatever the receptive field. Noise is why reach
 * matters: from a few noisy samples no phase can be told, from hundreds it can.
 *
 * Two stacks of equal parameters and steps, with dilations 1, 2, 4, .. and with all 1. Each
 * continues stretches it was not trained on, and is compared with the tones without their noise.
 *
 * usage: 09_audio [--quick] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>

enum { TONES = 5, CHANNELS = 12, MAX_LAYERS = 9, MAX_SEEDS = 3 };

typedef struct size {
  int64_t samples, further; /* of a stretch; how many of them are to be continued */
  int layers, steps, seeds, continuations;
} size;

typedef struct wave {
  double frequency[TONES], phase[TONES]; /* radians a sample */
} wave;

static double clean(const wave *w, int64_t at) {
  double sum = 0;
  for (int t = 0; t < TONES; t++) sum += sin(w->frequency[t] * (double)at + w->phase[t]);
  return 0.3 * sum;
}

/* x (n) from sample `first` on, with noise that is nearly normal: a sum of uniform numbers. */
static void record(khop_real *x, const wave *w, int64_t first, int64_t n, uint64_t *seed) {
  for (int64_t i = 0; i < n; i++) {
    double noise = -2;
    for (int u = 0; u < 4; u++) noise += lesson_random(seed);
    x[i] = (khop_real)(clean(w, first + i) + 0.5 * noise); /* deviation 0.29 */
  }
}

static khop_status make_model(khop_model **model, int layers, bool far, uint64_t seed) {
  int dilations[MAX_LAYERS];
  for (int l = 0; l < layers; l++) dilations[l] = far ? 1 << l : 1;
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  khop_value skips = khop_gated_stack(*model, khop_input(*model, 1), &(khop_gated_options){
                         .layers = layers, .dilations = dilations, .columns = CHANNELS,
                         .taps = {.direction = KHOP_IN}});
  khop_mean_squared_error(*model, khop_linear(*model, skips, 1, true));
  return khop_model_init(*model, seed);
}

/* Each step is another stretch of the recording; y[i] is to be x[i + 1]. */
static int train(khop_model *model, khop_run *run, khop_real *x, khop_real *next, const wave *w,
                 const size *z, uint64_t seed) {
  khop_optimizer *adam;
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.005, .clip = 1}));
  for (int step = 0; step < z->steps; step++) {
    uint64_t draw = seed * 100000 + (uint64_t)step;
    record(next, w, (int64_t)(1e6 * lesson_random(&draw)), z->samples, &draw);
    memcpy(x + 1, next, (size_t)(z->samples - 1) * sizeof *x);
    x[0] = 0;
    khop_run_forward(run, true, seed, (uint64_t)step + 1);
    CHECK(khop_run_backward(run));
    khop_optimizer_step(adam, khop_run_gradients(run), 4 * step < 3 * z->steps ? 1 : 0.2);
  }
  khop_optimizer_free(adam);
  return 0;
}

/* Listens to all but the last `further` samples of x, writes those, and returns the mean square of
 * what they lack to the clean tones over that of the tones. *apart: the largest difference between
 * the streamed outputs and those of the full pass over the same samples. */
static int continue_wave(double *error, double *apart, int64_t *operations, khop_model *model,
                         khop_run *run, khop_real *x, const wave *w, int64_t first, const size *z) {
  khop_stream *stream;
  khop_real y = 0;
  double wrong = 0, power = 0;
  khop_real *streamed = malloc((size_t)z->samples * sizeof *streamed);
  if (!streamed) return 1;
  CHECK(khop_stream_new(&stream, model));
  for (int64_t i = 0; i < z->samples; i++) { /* x[i] is sample first + i - 1 */
    if (i > z->samples - z->further) {
      double truth = clean(w, first + i - 1);
      x[i] = y;
      wrong += ((double)y - truth) * ((double)y - truth);
      power += truth * truth;
    }
    khop_stream_push(stream, &x[i], &y);
    streamed[i] = y;
  }
  *error = wrong / power;
  *operations = khop_stream_operations(stream);
  khop_run_forward(run, false, 0, 0);
  const khop_real *full = khop_run_output(run);
  for (int64_t i = 0; i < z->samples; i++) {
    double difference = fabs((double)(full[i] - streamed[i]));
    if (!(difference <= *apart)) *apart = difference;
  }
  khop_stream_free(stream);
  free(streamed);
  return 0;
}

static int compare(double *error, double *apart, int64_t *operations, int64_t *parameters,
                   khop_rings *rings, const size *z, bool far, uint64_t seed) {
  wave w;
  uint64_t draw = seed;
  for (int t = 0; t < TONES; t++) {
    w.frequency[t] = 0.05 + 0.09 * (t + lesson_random(&draw)); /* periods of 12 to 125 samples */
    w.phase[t] = 6.28318 * lesson_random(&draw);
  }
  khop_model *model;
  khop_run *run;
  khop_real *x = malloc((size_t)z->samples * 2 * sizeof *x), *next = x ? x + z->samples : NULL;
  if (!x) return 1;
  khop_features features = {.rows = z->samples, .columns = 1, .dense = x};
  CHECK(make_model(&model, z->layers, far, seed));
  CHECK(khop_run_new(&run, model, 1, &rings, &features, true, 0));
  CHECK(khop_run_targets(run, next, NULL));
  if (train(model, run, x, next, &w, z, seed)) return 1;
  *error = 0;
  for (int c = 0; c < z->continuations; c++) { /* beyond all that was trained on */
    int64_t first = 2000000 + 12345 * c;
    double e;
    record(x + 1, &w, first, z->samples - 1, &draw);
    x[0] = 0;
    if (continue_wave(&e, apart, operations, model, run, x, &w, first, z)) return 1;
    *error += e / z->continuations;
  }
  *parameters = khop_model_parameters(model);
  khop_run_free(run);
  khop_model_free(model);
  free(x);
  return 0;
}

/* R = 1 + (k - 1)(2^L - 1) in the closed form, and as the sum over layers that it stands for. */
static int print_fields(int64_t fields[2], int layers) {
  khop_layer doubling[MAX_LAYERS], ones[MAX_LAYERS];
  printf("layers L, 2 taps         ");
  for (int l = 1; l <= layers; l++) printf("%5d", l);
  printf("\nfield R, dilations 2^l   ");
  for (int l = 1; l <= layers; l++) {
    int64_t closed;
    doubling[l - 1] = (khop_layer){2, (int64_t)1 << (l - 1), 1};
    ones[l - 1] = (khop_layer){2, 1, 1};
    CHECK(khop_stack_doubling_field(&closed, 2, l));
    CHECK(khop_stack_field(&fields[1], NULL, l, doubling));
    if (closed != fields[1]) return puts("the closed form is not the sum"), 1;
    printf("%5lld", (long long)closed);
  }
  printf("\nfield R, all dilations 1 ");
  for (int l = 1; l <= layers; l++) {
    CHECK(khop_stack_field(&fields[0], NULL, l, ones));
    printf("%5lld", (long long)fields[0]);
  }
  return puts("\n"), 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick ? 1 : 0)); /* a team of threads is not worth waking for so little */
  size z = quick ? (size){.samples = 600, .further = 100, .layers = 7, .steps = 100, .seeds = 2,
                          .continuations = 4}
                 : (size){.samples = 2000, .further = 300, .layers = 9, .steps = 400, .seeds = 3,
                          .continuations = 8};
  int hops[MAX_LAYERS + 1] = {0};
  for (int l = 0; l < z.layers; l++) hops[l + 1] = 1 << l;
  khop_graph *path;
  khop_rings *rings;
  int64_t fields[2] = {0, 0}, operations = 0, parameters = 0;
  double mean[2], std[2], apart = 0;
  const khop_rings_options past = {.direction = KHOP_IN};
  if (print_fields(fields, z.layers)) return 1;
  CHECK(khop_graph_grid(&path, 1, &z.samples, NULL, false, true));
  CHECK(khop_rings_build(&rings, path, z.layers + 1, hops, &past));
  printf("%d steps, each on %lld new samples; %lld samples continued, %d times; %d seeds from 1\n\n"
         "%-22s%9s%12s%18s%30s\n",
         z.steps, (long long)z.samples, (long long)z.further, z.continuations, z.seeds, "dilations",
         "field R", "parameters", "products a sample", "error / power of the tones");
  for (int far = 0; far < 2; far++) {
    double errors[MAX_SEEDS];
    for (int i = 0; i < z.seeds; i++)
      if (compare(&errors[i], &apart, &operations, &parameters, rings, &z, far, (uint64_t)i + 1))
        return 1;
    lesson_mean_std(&mean[far], &std[far], z.seeds, errors);
    printf("%-22s%9lld%12lld%18lld%21.3f +- %5.3f\n", far ? "1, 2, 4, .." : "1, 1, 1, ..",
           (long long)fields[far], (long long)parameters, (long long)operations, mean[far], std[far]);
  }
  printf("\nlargest difference of the stream to the full pass: %.1e\n", apart);
  const bool shown = apart <= 1e-4 && mean[1] < 0.5 && 2 * mean[1] < mean[0];
  puts(shown ? "Reach tells the phases from the noise; the price of a sample is the same."
             : "Not shown in this run.");
  khop_rings_free(rings), khop_graph_free(path);
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
