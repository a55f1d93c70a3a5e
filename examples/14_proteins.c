/* 14_proteins.c: which residues of a chain touch? A 1-D dilated stack, then a map of pairs, in one model.
 *
 * Contact prediction reads a sequence of L letters and answers with an L x L map. Both live in one typed
 * graph of L + L^2 nodes: the chain ("next", "previous"), the map of pairs (the grid's x+, x-, y+, y-),
 * and from each pair (i, j) one edge to residue i ("row") and one to residue j ("column"). The outer
 * combination is then a convolution as well, over the words "row" and "column", and the gradient of
 * the map reaches the chain through it.
 *
 * The sequences are synthetic (each from its seed), and so is the rule, which no protein obeys: i and j
 * touch where both are hydrophobic (10 of the 20 letters) and both are buried; whether a residue is
 * buried is told by the residue FAR places before it (every other letter; none there: buried). Two
 * models of the same size learn it: dilated 1, 2, 4, 8 the stack reaches 15 residues to each side,
 * 1, 1, 1, 1 only 4 (and the map one more). Test sequences are others than those of the training.
 *
 * usage: 14_proteins [--quick] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>
enum { LETTERS = 20, HYDROPHOBIC = 10, FAR = 12, LAYERS = 4, COLUMNS = 16, MAX_SEEDS = 5 };
enum { NEXT = 4, PREVIOUS, ROW, COLUMN, TYPES }; /* after the grid's 0 "x+", 1 "x-", 2 "y+", 3 "y-" */
enum { CHAIN_WORDS = 3 * LAYERS, ROW_WORD = CHAIN_WORDS, COLUMN_WORD, PAIR_WORDS, WORDS = PAIR_WORDS + 9 };

typedef struct size {
  int64_t length, nodes; /* L, L + L^2 */
  int steps, seeds, tests;
} size;

/* The graph, and every word that the model reads: 3 a layer of the stack, 2 outer, 9 of the map. */
static int build_words(khop_rings **words, const size *s, const int *dilations) {
  int64_t l = s->length, count = 0, most = 6 * l * l + 2 * l;
  int64_t *from = malloc((size_t)most * sizeof *from), *to = malloc((size_t)most * sizeof *to);
  int *type = malloc((size_t)most * sizeof *type);
  if (!from || !to || !type) return 1;
#define EDGE(a, b, t) (from[count] = (a), to[count] = (b), type[count++] = (t))
  for (int64_t i = 0; i < l; i++) {
    if (i + 1 < l) EDGE(i, i + 1, NEXT), EDGE(i + 1, i, PREVIOUS);
    for (int64_t j = 0; j < l; j++) {
      int64_t pair = l + i * l + j;
      EDGE(pair, i, ROW), EDGE(pair, j, COLUMN);
      if (j + 1 < l) EDGE(pair, pair + 1, 0), EDGE(pair + 1, pair, 1);
      if (i + 1 < l) EDGE(pair, pair + l, 2), EDGE(pair + l, pair, 3);
    }
  }
#undef EDGE
  khop_metapath word[WORDS] = {0};
  for (int layer = 0; layer < LAYERS; layer++) { /* d before, here, d after */
    word[3 * layer] = (khop_metapath){1, {{PREVIOUS, dilations[layer]}}};
    word[3 * layer + 2] = (khop_metapath){1, {{NEXT, dilations[layer]}}};
  }
  word[ROW_WORD] = (khop_metapath){1, {{ROW, 1}}};
  word[COLUMN_WORD] = (khop_metapath){1, {{COLUMN, 1}}};
  khop_typed *typed;
  int nine;
  CHECK(khop_stencil(word + PAIR_WORDS, &nine, 2, (int64_t[]){l, l}, (int[]){3, 3}, NULL, NULL));
  CHECK(khop_typed_from_coo(&typed, s->nodes, count, from, to, type, TYPES, NULL));
  CHECK(khop_metapaths_build(words, typed, WORDS, word, NULL));
  khop_typed_free(typed);
  free(from), free(to), free(type);
  return 0;
}

static khop_status build_model(khop_model **model, const int *dilations, uint64_t seed) {
  int hops[WORDS];
  for (int w = 0; w < WORDS; w++) hops[w] = w;
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  khop_model *m = *model;
  khop_value h = khop_linear(m, khop_input(m, LETTERS), COLUMNS, true);
  h = khop_stack(m, h, &(khop_stack_options){.layers = LAYERS, .dilations = dilations,
      .taps = {.taps = 3, .hops = hops, .op = KHOP_METAPATH}, .join = KHOP_JOIN_RESIDUAL});
  /* (i, j) from i and j: a product of the two, and a sum */
  khop_conv_options row = {.op = KHOP_METAPATH, .taps = 1, .hops = hops + ROW_WORD, .bias = true};
  khop_conv_options column = {.op = KHOP_METAPATH, .taps = 1, .hops = hops + COLUMN_WORD, .bias = true};
  khop_conv_options both = {.op = KHOP_METAPATH, .taps = 2, .hops = hops + ROW_WORD, .bias = true};
  khop_conv_options near = {.op = KHOP_METAPATH, .taps = 9, .hops = hops + PAIR_WORDS, .bias = true};
  khop_value outer[] = {khop_multiply(m, khop_conv(m, h, COLUMNS, &row), khop_conv(m, h, COLUMNS, &column)),
                        khop_relu(m, khop_conv(m, h, COLUMNS, &both))};
  khop_value p = khop_relu(m, khop_linear(m, khop_concat(m, 2, outer), COLUMNS, true));
  p = khop_add(m, p, khop_relu(m, khop_conv(m, p, COLUMNS, &near)));
  khop_binary_cross_entropy(m, khop_linear(m, p, 1, true));
  return khop_model_init(m, seed);
}

/* x (nodes, LETTERS) one column a letter; labels (nodes); core (nodes) the pairs i < j of hydrophobic
 * residues; upper (nodes) all pairs i < j. */
static void draw_sequence(khop_real *x, int32_t *labels, uint8_t *core, uint8_t *upper, const size *s,
                          uint64_t seed) {
  int64_t l = s->length;
  int letter[64];
  memset(x, 0, (size_t)(s->nodes * LETTERS) * sizeof *x);
  memset(core, 0, (size_t)s->nodes), memset(upper, 0, (size_t)s->nodes);
  memset(labels, 0, (size_t)s->nodes * sizeof *labels);
  for (int64_t i = 0; i < l; i++) {
    letter[i] = (int)(lesson_random(&seed) * LETTERS);
    x[i * LETTERS + letter[i]] = 1;
  }
  for (int64_t i = 0; i < l; i++)
    for (int64_t j = 0; j < l; j++) {
      int64_t pair = l + i * l + j;
      bool oily = i != j && letter[i] < HYDROPHOBIC && letter[j] < HYDROPHOBIC;
      bool buried_i = i < FAR || letter[i - FAR] % 2, buried_j = j < FAR || letter[j - FAR] % 2;
      labels[pair] = oily && buried_i && buried_j;
      upper[pair] = i < j, core[pair] = oily && i < j;
    }
}

/* The share of true contacts among the L pairs i < j with the largest logits. */
static double precision_at_l(const khop_real *logits, const int32_t *labels, uint8_t *open, const size *s) {
  int right = 0;
  for (int64_t k = 0; k < s->length; k++) {
    int64_t best = -1;
    for (int64_t p = s->length; p < s->nodes; p++)
      if (open[p] && (best < 0 || logits[p] > logits[best])) best = p;
    open[best] = 0;
    right += labels[best] == 1;
  }
  return (double)right / (double)s->length;
}

/* Trains on a new sequence each step, then scores on others. chance: the precision of random pairs of
 * hydrophobic residues. */
static int train(double *precision, double *auc, double *chance, int64_t *parameters, const size *s,
                 const int *dilations, uint64_t seed) {
  size_t n = (size_t)s->nodes;
  size_t tested = n * (size_t)s->tests;
  khop_real *x = malloc(n * LETTERS * sizeof *x), *scores = malloc(tested * sizeof *scores);
  int32_t *labels = malloc(n * sizeof *labels), *truth = malloc(tested * sizeof *truth);
  uint8_t *core = malloc(n), *upper = malloc(n);
  khop_rings *words;
  khop_model *model;
  khop_run *run;
  khop_optimizer *adam;
  if (!x || !scores || !labels || !truth || !core || !upper || build_words(&words, s, dilations)) return 1;
  draw_sequence(x, labels, core, upper, s, 0);
  const khop_features features = {.rows = s->nodes, .columns = LETTERS, .dense = x};
  CHECK(build_model(&model, dilations, seed));
  CHECK(khop_run_new(&run, model, 1, &words, &features, true, 0));
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.01, .clip = 1}));
  for (int step = 0; step < s->steps; step++) {
    draw_sequence(x, labels, core, upper, s, seed * 1000003 + (uint64_t)step); /* the run reads x anew */
    CHECK(khop_run_labels(run, labels, upper));
    khop_run_forward(run, true, seed, (uint64_t)step + 1);
    CHECK(khop_run_backward(run));
    khop_optimizer_step(adam, khop_run_gradients(run), 0.5 + 0.5 * cos(3.14159265 * step / s->steps));
  }
  int64_t pairs = 0;
  *precision = *chance = 0;
  for (int t = 0; t < s->tests; t++) {
    draw_sequence(x, labels, core, upper, s, 999999000 + (uint64_t)t);
    khop_run_forward(run, false, 0, 0);
    const khop_real *logits = khop_run_output(run);
    for (int64_t p = 0; p < s->nodes; p++)
      if (core[p]) scores[pairs] = logits[p], truth[pairs] = labels[p], *chance += truth[pairs++];
    *precision += precision_at_l(logits, labels, upper, s) / s->tests;
  }
  CHECK(khop_score(auc, KHOP_ROC_AUC, scores, pairs, 1, truth, NULL, NULL));
  *parameters = khop_model_parameters(model), *chance /= (double)pairs;
  khop_optimizer_free(adam);
  khop_run_free(run);
  khop_model_free(model);
  khop_rings_free(words);
  free(x), free(scores), free(labels), free(truth), free(core), free(upper);
  return 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  static const int dilations[2][LAYERS] = {{1, 2, 4, 8}, {1, 1, 1, 1}};
  size s = {.length = quick ? 32 : 48, .steps = quick ? 400 : 500, .tests = 16};
  s.seeds = quick ? 2 : MAX_SEEDS;
  s.nodes = s.length + s.length * s.length;
  double precision[2], auc[2], chance, std[2];
  int64_t parameters[2];
  CHECK(khop_set_threads(1)); /* products as small as these do not gain from a second one */
  printf("Chains of %lld residues; contacts hang on the residue %d places before. %d steps of one new\n"
         "sequence each, %d seeds, tested on %d other sequences.\n\n"
         "dilations   field  parameters   precision of the L best pairs   ROC-AUC, hydrophobic pairs\n",
         (long long)s.length, FAR, s.steps, s.seeds, s.tests);
  for (int side = 0; side < 2; side++) {
    const int *d = dilations[side];
    double p[MAX_SEEDS], a[MAX_SEEDS];
    khop_layer stack[LAYERS];
    int64_t field;
    for (int l = 0; l < LAYERS; l++) stack[l] = (khop_layer){3, d[l], 1};
    CHECK(khop_stack_field(&field, NULL, LAYERS, stack));
    for (int i = 0; i < s.seeds; i++)
      if (train(&p[i], &a[i], &chance, &parameters[side], &s, d, (uint64_t)i + 1)) return 1;
    lesson_mean_std(&precision[side], &std[0], s.seeds, p);
    lesson_mean_std(&auc[side], &std[1], s.seeds, a);
    printf("%d %d %d %d  %7lld  %10lld   %17.3f +- %.3f     %14.3f +- %.3f\n", d[0], d[1], d[2], d[3],
           (long long)field, (long long)parameters[side], precision[side], std[0], auc[side], std[1]);
  }
  bool shown = parameters[0] == parameters[1] && precision[0] > precision[1] + 0.25 &&
               auc[0] > 0.8 && auc[1] < 0.65;
  printf("chance among hydrophobic pairs %20.3f %32.3f\n\n%s\n", chance, 0.5,
         shown ? "With reach the map is read off; without it, to see who is hydrophobic is all there is."
               : "NOT shown.");
  return shown ? 0 : 1;
}
