/* 06_aspp.c: atrous spatial pyramid pooling: rates 6, 12 and 18 at once, against one of them.
 *
 * The scans are those of lesson 05 (scans.h): organs of 30 pixels, lesions of 3 in them, vessels of
 * 11 and spots outside that only look like them. Two 3 x 3 convolutions look at the details; then a
 * head looks around (khop_aspp: Chen et al., 2017), and both feed the classifier:
 *
 *   scan -> 3x3 -> 3x3 -+-> { 1x1 | 3x3 at each rate | mean of the image } -> 1x1 -+-> class
 *                       +----------------------------------------------------------+
 *
 * What is shown is that the three together are far better than a plain head (rate 1), clearly
 * better than the worst single rate, and no worse than the best one, which one does not know
 * beforehand. A head of one rate gets more columns, so that all have the same number of parameters
 * to a few per cent; the mean of the image is in every head, so each run is one scan. The scans are
 * synthetic, from the seeds below; the figures are of scans that were not trained on.
 * usage: 06_aspp [--quick] */
#include "scans.h"
#include <string.h>

enum { TAPS = 9, COLUMNS = 8, RATES = 4, HEADS = 5, SEEDS = 5 };

static const int all_rates[RATES] = {1, 6, 12, 18};

/* A head: which of the rates, and how many columns a branch. */
static const struct head {
  const char *name;
  int rates, first; /* all_rates[first] .. */
  int64_t columns;
} heads[HEADS] = {{"6, 12, 18", 3, 1, 4},
                  {"1 (plain)", 1, 0, 10},
                  {"6", 1, 1, 10},
                  {"12", 1, 2, 10},
                  {"18", 1, 3, 10}};

/* Words 0 .. 35: 3 x 3 kernels at each of the rates. */
static khop_status make_words(khop_rings **words, int side) {
  khop_metapath word[RATES * TAPS];
  khop_typed *typed = NULL;
  khop_status status = khop_typed_grid(&typed, 2, (int64_t[]){side, side}, NULL);
  for (int r = 0; r < RATES && !status; r++) {
    int count;
    status = khop_stencil(word + r * TAPS, &count, 2, (int64_t[]){side, side}, (int[]){3, 3},
                               (int[]){all_rates[r], all_rates[r]}, NULL);
  }
  if (!status) status = khop_metapaths_build(words, typed, RATES * TAPS, word, NULL);
  khop_typed_free(typed);
  return status;
}

static khop_status make_model(khop_model **model, const struct head *head, uint64_t seed) {
  const khop_conv_options near = {.taps = TAPS, .op = KHOP_METAPATH, .bias = true}; /* words 0 .. 8 */
  int hops[RATES * TAPS];
  for (int i = 0; i < RATES * TAPS; i++) hops[i] = i;
  khop_status status = khop_model_new(model);
  if (status) return status;
  khop_value h = khop_input(*model, SCAN_CHANNELS);
  for (int l = 0; l < 2; l++) h = khop_relu(*model, khop_conv(*model, h, COLUMNS, &near));
  khop_value around =
      khop_aspp(*model, h,
                &(khop_aspp_options){
                    .rates = head->rates,
                    .rate = all_rates + head->first,
                    .columns = head->columns,
                    .outputs = COLUMNS,
                    .taps = {.taps = TAPS, .hops = hops + head->first * TAPS, .op = KHOP_METAPATH}});
  h = khop_concat(*model, 2, (khop_value[]){h, around});
  khop_softmax_cross_entropy(*model, khop_linear(*model, h, SCAN_CLASSES, true));
  return khop_model_init(*model, seed);
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick");
  CHECK(khop_set_threads(quick)); /* quick: too little work to share out; 0: all threads */
  int side = quick ? 48 : 64, trains = quick ? 6 : 24, tests = quick ? 4 : 16,
      seeds = quick ? 1 : SEEDS;
  int steps = quick ? 120 : 600, shown_heads = quick ? 2 : HEADS; /* quick: the first two heads */
  double mean, std, kept[HEADS][2][SEEDS], lead[SEEDS], plain = 0, most = 0;
  bool shown = true;
  khop_rings *words;
  CHECK(make_words(&words, side));
  printf("Synthetic scans, %d x %d: %d to train on, %d to test on; %d steps, %d seed%s.\n\n"
         "%-12s%12s%15s%18s%26s\n",
         side, side, trains, tests, steps, seeds, seeds > 1 ? "s" : "", "rates", "parameters",
         "organ IoU", "lesion IoU", "lead of the three (organ)");
  for (int head = 0; head < shown_heads; head++) {
    double iou[2];
    int64_t parameters = 0;
    for (int seed = 0; seed < seeds; seed++) {
      scan scans[64];
      khop_model *model;
      for (int i = 0; i < trains + tests; i++)
        if (scan_new(&scans[i], side, (uint64_t)(1000 * (seed + 1) + i))) return 1;
      CHECK(make_model(&model, &heads[head], (uint64_t)seed + 1));
      parameters = khop_model_parameters(model);
      if (scans_fit(iou, model, words, side, scans, trains, scans + trains, tests, steps)) return 1;
      for (int i = 0; i < 2; i++) kept[head][i][seed] = iou[i];
      khop_model_free(model);
      for (int i = 0; i < trains + tests; i++) scan_free(&scans[i]);
    }
    printf("%-12s%12lld", heads[head].name, (long long)parameters);
    for (int i = 0; i < 2; i++) {
      lesson_mean_std(&mean, &std, seeds, kept[head][i]);
      printf("   %6.3f +- %.3f", mean, std);
    }
    /* The same scans for every head: differences seed by seed vary less than the figures. */
    for (int seed = 0; seed < seeds; seed++) lead[seed] = kept[0][0][seed] - kept[head][0][seed];
    lesson_mean_std(&mean, &std, seeds, lead);
    if (head > 0) printf("     %6.3f +- %.3f", mean, std);
    printf("\n");
    fflush(stdout);
    if (head > 0) shown &= mean > -0.01; /* behind no single rate */
    if (head == 1) plain = mean;
    if (mean > most && head > 1) most = mean;
  }
  khop_rings_free(words);
  shown &= quick ? plain > 0.04 : plain > 0.1 && most > 0.04; /* quick: the plain head alone */
  puts(shown
           ? "\nFar better than a plain head, and behind no single rate: none is to be chosen."
           : "\nNot shown: three rates should find the organ at least as well as any one.");
  return shown && fflush(stdout) == 0 ? 0 : 1;
}
