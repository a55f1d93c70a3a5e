/* 13_genomics.c: does an enhancer thousands of bases away switch this promoter on?
 *
 * A genome has no picture to shrink: a label belongs to one base, and what decides it may lie
 * thousands of bases off, on either side. Sequences are synthetic, from the seeds printed: random
 * ACGT; promoters (TATAAAAG); enhancers, which are clusters of the site GGGACTTT. The rule: a
 * promoter is active exactly when an enhancer lies within the window, upstream or downstream, and
 * never nearer than a gap. The model names bases: background, site, silent or active promoter. It
 * has no pooling: a scan of 8 taps, dilated layers that weigh -d, 0, +d, and a small head that
 * sees both; one row a base from first to last.
 *
 * Two stacks of equal parameters, steps and layers differ in their dilations alone: 1, 3, 9, .., so
 * that the offsets -d, 0, d add up to every distance once, and 1, 3, 1, 3, .. Rings forget
 * direction, as enhancers do. Edges are typed: "back" for reading, "base" for steps of one base
 * either way, and "coil" for steps of 81, so that a dilation of 2,187 is 27 hops to search for.
 *
 * usage: 13_genomics [--quick] */
#include "lesson.h"
#include <stdlib.h>
#include <string.h>

enum { SCAN = 8, COIL = 81, BASE_LEVELS = 5, MAX_LEVELS = 9, CHANNELS = 16, MAX_SEEDS = 3 };
enum { BACKGROUND, SITE, SILENT, ACTIVE, CLASSES };

typedef struct size {
  int64_t bases, window, gap, element; /* the rule's window; the gap; an enhancer's length */
  int levels, promoters, steps, test, seeds;
} size;

typedef struct scene {
  khop_real *x;    /* (bases, 4) one-hot ACGT */
  int32_t *labels; /* (bases) */
  uint8_t *mask;   /* (bases) what is trained on and scored */
} scene;

static void write_motif(scene *s, int64_t at, const char *motif) {
  for (int64_t i = 0; motif[i]; i++)
    for (int b = 0; b < 4; b++) s->x[(at + i) * 4 + b] = "ACGT"[b] == motif[i];
}

/* Promoters stand at random; those whose nearest enhancer is neither in the window nor clearly out
 * of it are drawn again, and so are those of the kind that is full: half are active. */
static bool draw_scene(scene *s, const size *z, uint64_t seed) {
  int64_t n = z->bases, enhancer[2], wanted[2] = {z->promoters / 2, (z->promoters + 1) / 2};
  memset(s->x, 0, (size_t)n * 4 * sizeof *s->x);
  memset(s->labels, 0, (size_t)n * sizeof *s->labels);
  memset(s->mask, 0, (size_t)n);
  for (int64_t i = 0; i < n; i++) s->x[i * 4 + (int)(4 * lesson_random(&seed))] = 1;
  for (int e = 0; e < 2; e++) { /* one in each half */
    enhancer[e] = (int64_t)((double)(n / 2 - z->element) * lesson_random(&seed)) + e * n / 2;
    for (int64_t at = enhancer[e]; at + SCAN <= enhancer[e] + z->element; at += SCAN + 4) {
      write_motif(s, at, "GGGACTTT");
      s->labels[at + SCAN - 1] = SITE;
      s->mask[at + SCAN - 1] = 1;
    }
  }
  for (int tries = 0; wanted[0] + wanted[1] > 0 && tries < 100000; tries++) {
    int64_t at = (int64_t)((double)(n - SCAN) * lesson_random(&seed)), last = at + SCAN - 1;
    int64_t far = n;
    bool taken = false;
    for (int64_t i = at; i < last + SCAN && i < n && !taken; i++) taken = s->mask[i];
    for (int e = 0; e < 2; e++) {
      int64_t before = enhancer[e] - last, after = at - (enhancer[e] + z->element);
      int64_t distance = before > after ? before : after;
      if (distance < far) far = distance;
    }
    bool active = far <= z->window;
    if (taken || far < z->gap || (!active && far < z->window * 6 / 5) || !wanted[active]) continue;
    write_motif(s, at, "TATAAAAG");
    s->labels[last] = active ? ACTIVE : SILENT;
    s->mask[last] = 1;
    wanted[active]--;
  }
  for (int i = 0; i < z->promoters; i++) s->mask[(int64_t)((double)n * lesson_random(&seed))] = 1;
  return wanted[0] + wanted[1] == 0;
}

/* Words 0 .. 7: so many bases back. Then a word a dilation 1, 3, 9, ..: both sides at once. */
static khop_status make_words(khop_rings **rings, int64_t n, int levels) {
  khop_typed *typed = NULL;
  khop_graph *graph = NULL;
  khop_metapath words[SCAN + MAX_LEVELS];
  int64_t *from = malloc((size_t)n * 2 * sizeof *from), *to = from ? from + n : NULL;
  khop_status status = from ? khop_typed_new(&typed, n) : KHOP_E_MEMORY;
  static const char *const names[] = {"back", "base", "coil"};
  for (int type = 0; status == KHOP_OK && type < 3; type++) {
    int64_t step = type == 2 ? COIL : 1;
    for (int64_t i = 0; i + step < n; i++) from[i] = i + step, to[i] = i;
    status = khop_graph_from_coo(&graph, n, n - step, from, to, type == 0);
    if (status == KHOP_OK) status = khop_typed_add(typed, names[type], graph);
  }
  for (int t = 0; t < SCAN; t++) words[t] = (khop_metapath){1, {{0, t}}};
  for (int l = 0, d = 1; l < levels; l++, d = d == COIL ? 3 : d * 3)
    words[SCAN + l] = (khop_metapath){1, {{l < BASE_LEVELS ? 1 : 2, d}}};
  if (status == KHOP_OK) status = khop_metapaths_build(rings, typed, SCAN + levels, words, NULL);
  khop_typed_free(typed);
  free(from);
  return status;
}

static khop_status make_model(khop_model **model, int levels, bool far, uint64_t seed) {
  const khop_real even[2] = {(khop_real)0.6, (khop_real)1.2}; /* with row means: all three alike */
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  khop_value x = khop_input(*model, 4);
  khop_conv_options scan = {.op = KHOP_METAPATH, .taps = SCAN, .bias = true};
  khop_value site = khop_relu(*model, khop_conv(*model, x, CHANNELS, &scan));
  khop_value sum = site;
  for (int l = 0; l < levels; l++) {
    const int words[2] = {0, SCAN + (far ? l : l % 2)}; /* the base itself, and both sides */
    sum = khop_conv(*model, sum, CHANNELS, &(khop_conv_options){
              .op = KHOP_METAPATH, .taps = 2, .hops = words, .norm = KHOP_NORM_ROW,
              .weights = KHOP_WEIGHTS_SCALAR, .initial = even});
  }
  x = khop_concat(*model, 2, (khop_value[]){site, sum});
  x = khop_linear(*model, khop_relu(*model, khop_linear(*model, x, 16, true)), CLASSES, true);
  khop_softmax_cross_entropy(*model, x);
  return khop_model_init(*model, seed);
}

/* Counts right answers: [0] promoters (active or silent: half by guessing), [1] all other bases. */
static void count_right(int64_t right[2], int64_t count[2], const khop_real *y, const scene *s,
                        int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    int best = 0, other = s->labels[i] < SILENT;
    for (int c = 1; c < CLASSES; c++) best = y[i * CLASSES + c] > y[i * CLASSES + best] ? c : best;
    count[other]++;
    right[other] += best == s->labels[i];
  }
}

/* Trains on a new sequence each step, the same ones for both stacks, and tests on others. */
static int train(double share[2], int64_t *parameters, khop_rings *rings, scene *s, const size *z,
                 bool far, uint64_t seed) {
  khop_model *model;
  khop_run *run;
  khop_optimizer *adam;
  khop_features features = {.rows = z->bases, .columns = 4, .dense = s->x}; /* redrawn in place */
  CHECK(make_model(&model, z->levels, far, seed));
  CHECK(khop_run_new(&run, model, 1, &rings, &features, true, 0));
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.01, .clip = 1}));
  int64_t right[2] = {0, 0}, count[2] = {0, 0};
  for (int step = 0; step < z->steps + z->test; step++) {
    bool training = step < z->steps;
    if (!draw_scene(s, z, 1000 * seed + (uint64_t)step)) return 1;
    CHECK(khop_run_labels(run, s->labels, s->mask));
    khop_run_forward(run, training, seed, (uint64_t)step + 1);
    if (training) {
      CHECK(khop_run_backward(run));
      khop_optimizer_step(adam, khop_run_gradients(run), 4 * step < 3 * z->steps ? 1 : 0.2);
    } else
      count_right(right, count, khop_run_output(run), s, z->bases);
  }
  for (int i = 0; i < 2; i++) share[i] = (double)right[i] / (double)count[i];
  *parameters = khop_model_parameters(model);
  khop_optimizer_free(adam);
  khop_run_free(run);
  khop_model_free(model);
  return 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick ? 1 : 0)); /* a team of threads is not worth waking for so little */
  size z = quick ? (size){.bases = 2500, .window = 330, .gap = 40, .element = 160, .levels = 6,
                          .promoters = 50, .steps = 250, .test = 5, .seeds = 2}
                 : (size){.bases = 20000, .window = 3000, .gap = 400, .element = 600, .levels = 8,
                          .promoters = 200, .steps = 500, .test = 5, .seeds = 3};
  khop_rings *rings;
  size_t n = (size_t)z.bases;
  scene s = {malloc(n * 4 * sizeof *s.x), malloc(n * sizeof *s.labels), malloc(n)};
  if (!s.x || !s.labels || !s.mask) return 1;
  CHECK(make_words(&rings, z.bases, z.levels));
  printf("%lld bases, a label each; an enhancer within %lld bases switches a promoter on, none is\n"
         "nearer than %lld; %d steps, a new sequence each; tested on %d others; %d seeds from 1\n\n"
         "%-26s%8s%12s%24s%22s\n",
         (long long)z.bases, (long long)z.window, (long long)z.gap, z.steps, z.test, z.seeds,
         "dilations", "reach", "parameters", "promoters right, %", "other bases right, %");
  double mean[2], std[2];
  for (int far = 0; far < 2; far++) {
    double share[2], promoters[MAX_SEEDS], others[MAX_SEEDS], mean_others, std_others;
    int64_t parameters, reach = SCAN - 1, top = 1;
    for (int l = 0, d = 1; l < z.levels; l++, d = far || d == 1 ? 3 * d : 1) reach += top = d;
    for (int i = 0; i < z.seeds; i++) {
      if (train(share, &parameters, rings, &s, &z, far, (uint64_t)i + 1)) return 1;
      promoters[i] = 100 * share[0], others[i] = 100 * share[1];
    }
    lesson_mean_std(&mean[far], &std[far], z.seeds, promoters);
    lesson_mean_std(&mean_others, &std_others, z.seeds, others);
    char dilations[32];
    snprintf(dilations, sizeof dilations, "1, 3, %s %lld", far ? "9, .." : "1, ..", (long long)top);
    printf("%-26s%8lld%12lld%16.1f +- %4.1f%14.1f +- %4.1f\n", dilations, (long long)reach,
           (long long)parameters, mean[far], std[far], mean_others, std_others);
  }
  bool shown = mean[1] > (quick ? 70 : 80) && mean[0] < 60 && mean[1] - std[1] > mean[0] + std[0];
  puts(shown ? "\nWhat decides lies beyond the short stack, which guesses (50 % by chance). The far one sees\n"
               "it, and still answers for single bases."
             : "\nNot shown in this run.");
  khop_rings_free(rings), free(s.x), free(s.labels), free(s.mask);
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
