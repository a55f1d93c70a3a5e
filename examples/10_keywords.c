/* 10_keywords.c: how many layers hear a spoken word, and a network that keeps one for 1,000 steps.
 *
 * First the arithmetic: a keyword of 1 s at 16 kHz is 16,000 samples; khop/audit.h says how many
 * layers of doubling dilations cover it, and how many undilated ones would.
 *
 * Then a training. Sequences are synthetic, from the seeds printed: noise, and near the start one
 * of four words (fixed patterns of +-1). From the end of the word on the network has to say which
 * it was; it is scored more than 1,000 steps later, having heard nothing but noise ever since. Two
 * temporal convolutional networks (khop_tcn, causal, 4 taps) have the same parameters, blocks and
 * steps: dilations 1, 4, 16, .., whose taps add up to every lag, and 1, 2, 4, .., which stop short.
 * All sequences of a step are one graph, a union of directed paths; the rings never join them.
 *
 * usage: 10_keywords [--quick] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 4, CHANNELS = 12, TAPS = 4, MAX_BLOCKS = 5, MAX_SEEDS = 3, PATTERN = 24 };

typedef struct size {
  int64_t sequences, length, ask, onset, pattern; /* in steps */
  int blocks, steps, test, seeds;
  double rate;
} size;

typedef struct batch {
  khop_real *x;    /* (sequences * length) */
  int32_t *labels; /* (sequences * length) */
  uint8_t *mask;   /* in training from the word on, in tests from `ask` on */
} batch;

static int print_coverage(void) {
  printf("layers that cover 1 s at 16 kHz (16,000 samples)\n%8s%12s%20s%22s\n", "taps k", "doubling",
         "their field R", "without dilation");
  for (int64_t k = 2; k <= 3; k++) {
    int layers;
    int64_t field, less;
    CHECK(khop_stack_layers_for(&layers, k, 16000));
    CHECK(khop_stack_doubling_field(&field, k, layers));
    CHECK(khop_stack_doubling_field(&less, k, layers - 1));
    if (field < 16000 || less >= 16000) return puts("the layers do not fit the span"), 1;
    printf("%8d%12d%20lld%22lld\n", (int)k, layers, (long long)field,
           (long long)((15999 + k - 2) / (k - 1)));
  }
  return 0;
}

static void draw_batch(batch *b, const size *z, bool training, uint64_t seed) {
  uint64_t voice = 2026; /* the words are the same for all */
  double word[WORDS][PATTERN];
  for (int c = 0; c < WORDS; c++)
    for (int i = 0; i < PATTERN; i++) word[c][i] = lesson_random(&voice) < 0.5 ? -1 : 1;
  for (int64_t s = 0; s < z->sequences; s++) {
    khop_real *x = b->x + s * z->length;
    int c = (int)(WORDS * lesson_random(&seed));
    int64_t onset = (int64_t)((double)z->onset * lesson_random(&seed));
    for (int64_t i = 0; i < z->length; i++) {
      double heard = 0.6 * (lesson_random(&seed) - 0.5);
      if (i >= onset && i < onset + z->pattern) heard += word[c][i - onset];
      x[i] = (khop_real)heard;
      b->labels[s * z->length + i] = c;
      b->mask[s * z->length + i] = i >= (training ? onset + z->pattern - 1 : z->ask);
    }
  }
}

static khop_status make_rings(khop_rings **rings, const size *z) {
  int64_t nodes = z->sequences * z->length, edges = 0;
  int64_t *from = malloc((size_t)nodes * 2 * sizeof *from), *to = from ? from + nodes : NULL;
  int hops[2 * TAPS * MAX_BLOCKS], count = 0;
  khop_graph *paths = NULL;
  if (!from) return KHOP_E_MEMORY;
  for (int64_t i = 0; i < nodes; i++)
    if ((i + 1) % z->length) from[edges] = i, to[edges++] = i + 1;
  for (int l = 0; l < z->blocks; l++)
    for (int t = 0; t < TAPS; t++) {
      hops[count++] = t << 2 * l;
      hops[count++] = t << l;
    }
  const khop_rings_options past = {.direction = KHOP_IN};
  khop_status status = khop_graph_from_coo(&paths, nodes, edges, from, to, true);
  if (status == KHOP_OK) status = khop_rings_build(rings, paths, count, hops, &past);
  khop_graph_free(paths);
  free(from);
  return status;
}

static khop_status make_model(khop_model **model, int64_t *reach, int blocks, bool far,
                              uint64_t seed) {
  int dilations[MAX_BLOCKS];
  *reach = 0;
  for (int l = 0; l < blocks; l++) {
    dilations[l] = 1 << (far ? 2 * l : l);
    *reach += 2 * (TAPS - 1) * dilations[l]; /* two convolutions a block */
  }
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  khop_value h = khop_tcn(*model, khop_input(*model, 1), &(khop_tcn_options){
                     .layers = blocks, .dilations = dilations, .columns = CHANNELS,
                     .taps = {.taps = TAPS, .direction = KHOP_IN}});
  khop_softmax_cross_entropy(*model, khop_linear(*model, h, WORDS, true));
  return khop_model_init(*model, seed);
}

/* Trains on new sequences each step and returns the share of right answers on others. */
static int train(double *accuracy, int64_t *parameters, int64_t *reach, khop_rings *rings, batch *b,
                 const size *z, bool far, uint64_t seed) {
  khop_model *model;
  khop_run *run;
  khop_optimizer *adam;
  int64_t nodes = z->sequences * z->length;
  khop_features features = {.rows = nodes, .columns = 1, .dense = b->x};
  CHECK(make_model(&model, reach, z->blocks, far, seed));
  CHECK(khop_run_new(&run, model, 1, &rings, &features, true, 0));
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = z->rate, .clip = 1}));
  *accuracy = 0;
  for (int step = 0; step < z->steps + z->test; step++) {
    bool training = step < z->steps;
    double share;
    draw_batch(b, z, training, 1000000 * seed + (uint64_t)step);
    CHECK(khop_run_labels(run, b->labels, b->mask));
    khop_run_forward(run, training, seed, (uint64_t)step + 1);
    if (training) {
      CHECK(khop_run_backward(run));
      khop_optimizer_step(adam, khop_run_gradients(run), 4 * step < 3 * z->steps ? 1 : 0.2);
    } else {
      CHECK(khop_score(&share, KHOP_ACCURACY, khop_run_output(run), nodes, WORDS, b->labels, NULL,
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
  size z = quick ? (size){.sequences = 12, .length = 130, .ask = 115, .onset = 5, .pattern = 8,
                          .blocks = 3, .steps = 150, .test = 10, .seeds = 2, .rate = 0.01}
                 : (size){.sequences = 8, .length = 1200, .ask = 1100, .onset = 70, .pattern = 24,
                          .blocks = 5, .steps = 500, .test = 20, .seeds = 3, .rate = 0.005};
  khop_rings *rings;
  size_t nodes = (size_t)(z.sequences * z.length);
  batch b = {malloc(nodes * sizeof *b.x), malloc(nodes * sizeof *b.labels), malloc(nodes)};
  if (!b.x || !b.labels || !b.mask || print_coverage()) return 1;
  CHECK(make_rings(&rings, &z));
  printf("\nasked %lld to %lld steps after a word; %d steps of %lld new sequences; tested on %d others;\n"
         "%d seeds from 1\n\n%-20s%8s%12s%22s\n",
         (long long)(z.ask - z.onset - z.pattern + 2), (long long)(z.length - z.pattern), z.steps,
         (long long)z.sequences, z.test * (int)z.sequences, z.seeds, "dilations", "reach",
         "parameters", "words right, %");
  double mean[2], std[2];
  for (int far = 0; far < 2; far++) {
    double right[MAX_SEEDS];
    int64_t parameters = 0, reach = 0;
    for (int i = 0; i < z.seeds; i++) {
      if (train(&right[i], &parameters, &reach, rings, &b, &z, far, (uint64_t)i + 1)) return 1;
      right[i] *= 100;
    }
    lesson_mean_std(&mean[far], &std[far], z.seeds, right);
    printf("%-20s%8lld%12lld%14.1f +- %4.1f\n", far ? "1, 4, 16, .." : "1, 2, 4, ..",
           (long long)reach, (long long)parameters, mean[far], std[far]);
    fflush(stdout);
  }
  bool shown = mean[1] - std[1] > 70 && mean[0] < 45;
  puts(shown ? "\nWithout the reach a network guesses (25 % by chance); with it, it remembers."
             : "\nNot shown in this run.");
  khop_rings_free(rings);
  free(b.x);
  free(b.labels);
  free(b.mask);
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
