/* 05_segmentation.c: organs and lesions in one scan: dilations 1, 2, 4, 8; or all 8; or pools.
 *
 * An organ is 30 pixels wide, a lesion 3, and other things look like one or the other (scans.h).
 * Three networks of four 3 x 3 convolutions, with nearly the same number of parameters:
 *
 *   1 2 4 8   dilated: 15 pixels each way, and it sees every one; all layers feed the classifier
 *   8 8 8 8   the same but for its dilations: 32 pixels each way, but one in 64      (gridding)
 *   pooled    1, then 2 x 2 maxima, thrice; the classifier sees cells of 8 x 8, as   (pooling)
 *             in a network with strides before its classes are enlarged to the image
 *
 * The pooled network is exactly that, kept at full size: pixels of a cell hold the same numbers, so
 * a convolution dilated by 2, 4, 8 is the plain one between cells, and cells merge over the edges
 * of a type that joins a pixel to its like in the three cells beside it. The scans are synthetic,
 * from the seeds below; the figures are of scans that were not trained on.
 * usage: 05_segmentation [--quick] */
#include "scans.h"
#include <string.h>

enum {
  LAYERS = 4,
  TAPS = 9,
  POOLS = 3,
  DILATED = 0,
  GRIDDED = 1,
  POOLED = 2,
  NETWORKS = 3,
  SEEDS = 3
};

static const char *const names[NETWORKS] = {"1 2 4 8, skips", "8 8 8 8, skips", "pooled, 8 x 8"};

/* The edges of a pool: a pixel and those whose x, y or both differ in one bit: 2 x 2 cells merge */
static khop_status add_pool(khop_typed *typed, int side, int bit, const char *name) {
  int64_t count = 0, *from = malloc((size_t)(6 * side * side) * sizeof *from);
  int64_t *to = from + 3 * side * side;
  khop_graph *graph = NULL;
  if (!from) return KHOP_E_MEMORY;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      for (int i = 1; i < 4; i++) {
        from[count] = y * side + x;
        to[count++] = (y ^ (i / 2 * bit)) * side + (x ^ (i % 2 * bit));
      }
  khop_status status = khop_graph_from_coo(&graph, side * side, count, from, to, true);
  free(from);
  return status ? status : khop_typed_add(typed, name, graph);
}

/* Words 0 .. 35: 3 x 3 kernels of dilation 1, 2, 4, 8; 36 stays; 37 .. 39 merge cells of 1, 2, 4 */
static khop_status make_words(khop_rings **words, int side) {
  khop_metapath word[LAYERS * TAPS + 1 + POOLS] = {0};
  khop_typed *typed = NULL;
  khop_status status = khop_typed_grid(&typed, 2, (int64_t[]){side, side}, NULL);
  for (int l = 0; l < LAYERS && !status; l++) {
    int d = 1 << l, count;
    status = khop_stencil(word + l * TAPS, &count, 2, (int64_t[]){side, side}, (int[]){3, 3},
                               (int[]){d, d}, NULL);
  }
  for (int p = 0; p < POOLS && !status; p++) {
    status = add_pool(typed, side, 1 << p, (const char *[]){"cell1", "cell2", "cell4"}[p]);
    word[LAYERS * TAPS + 1 + p] = (khop_metapath){.steps = 1, .step = {{.type = 4 + p, .hops = 1}}};
  }
  if (!status) status = khop_metapaths_build(words, typed, LAYERS * TAPS + 1 + POOLS, word, NULL);
  khop_typed_free(typed);
  return status;
}

static khop_status make_model(khop_model **model, int network, int64_t columns, uint64_t seed) {
  const int gridded[LAYERS] = {3, 3, 3, 3};
  int hops[LAYERS * TAPS];
  for (int i = 0; i < LAYERS * TAPS; i++)
    hops[i] = (network == GRIDDED ? gridded[i / TAPS] : i / TAPS) * TAPS + i % TAPS;
  khop_status status = khop_model_new(model);
  if (status) return status;
  khop_value h = khop_input(*model, SCAN_CHANNELS);
  if (network == POOLED) {
    for (int l = 0; l < LAYERS; l++) {
      const khop_conv_options conv = {
          .taps = TAPS, .hops = hops + l * TAPS, .op = KHOP_METAPATH, .bias = true};
      const int merge[2] = {LAYERS * TAPS, LAYERS * TAPS + l};
      const khop_conv_options cell = {.taps = 2, .hops = merge, .op = KHOP_METAPATH};
      if (l > 0) h = khop_pool(*model, h, KHOP_POOL_MAX, &cell);
      h = khop_relu(*model, khop_conv(*model, h, columns, &conv));
    }
  } else {
    h = khop_stack(*model, h,
                   &(khop_stack_options){.layers = LAYERS,
                                         .dilations = (int[]){1, 2, 4, 8},
                                         .columns = columns,
                                         .taps = {.taps = TAPS, .hops = hops, .op = KHOP_METAPATH},
                                         .join = KHOP_JOIN_CONCAT});
  }
  khop_softmax_cross_entropy(*model, khop_linear(*model, h, SCAN_CLASSES, true));
  return khop_model_init(*model, seed);
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick)); /* quick: too little work to share out; 0: all threads */
  int side = quick ? 48 : 64, trains = quick ? 6 : 24, tests = quick ? 4 : 16,
      seeds = quick ? 1 : SEEDS;
  int steps = quick ? 200 : 600;
  double mean[NETWORKS][2], std;
  khop_rings *words;
  CHECK(make_words(&words, side));
  printf("Synthetic scans, %d x %d: %d to train on, %d to test on; %d steps, %d seed%s.\n\n"
         "%-18s%11s%18s%18s\n",
         side, side, trains, tests, steps, seeds, seeds > 1 ? "s" : "", "network", "parameters",
         "organ IoU", "lesion IoU");
  for (int network = 0; network < NETWORKS; network++) {
    double iou[2], kept[2][SEEDS];
    int64_t parameters = 0;
    for (int seed = 0; seed < seeds; seed++) {
      scan scans[64];
      khop_model *model;
      for (int i = 0; i < trains + tests; i++)
        if (scan_new(&scans[i], side, (uint64_t)(1000 * (seed + 1) + i))) return 1;
      CHECK(make_model(&model, network, 8, (uint64_t)seed + 1));
      parameters = khop_model_parameters(model);
      if (scans_fit(iou, model, words, side, scans, trains, scans + trains, tests, steps)) return 1;
      for (int i = 0; i < 2; i++) kept[i][seed] = iou[i];
      khop_model_free(model);
      for (int i = 0; i < trains + tests; i++) scan_free(&scans[i]);
    }
    printf("%-18s%11lld", names[network], (long long)parameters);
    for (int i = 0; i < 2; i++) {
      lesson_mean_std(&mean[network][i], &std, seeds, kept[i]);
      printf("    %6.3f +- %.3f", mean[network][i], std);
    }
    printf("\n");
  }
  khop_rings_free(words);
  /* Lesions are what both others lose, by far; organs may not pay for it. */
  bool shown = true;
  for (int other = GRIDDED; other < NETWORKS; other++)
    shown &= mean[DILATED][1] > mean[other][1] + (quick ? 0.1 : 0.2) &&
             mean[DILATED][0] > mean[other][0] - 0.02;
  puts(shown ? "\nOnly dilations that leave nothing out keep the lesion and the organ."
             : "\nNot shown: the dilated stack should keep lesions that the others lose.");
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
