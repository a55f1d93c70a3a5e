/* 15_vgg.c: a strided, pooled network becomes a dilated one, with the same weights and the same numbers.
 *
 * VGG-16 (Simonyan and Zisserman, ICLR 2015) halves the image after each of its five blocks: one output
 * for 32 x 32 pixels. khop_stack_dilate turns strides into dilations, block by block 1, 2, 4, 8, 16.
 * The dilated network has an output at every pixel, and at every 32nd (inside: 2nd, 4th, ..) it must be
 * the strided network's, which is computed here in plain loops, in double precision. Image and weights
 * are random numbers (seeds 1, 2, 3), channels fewer than VGG's. To check the check, the strides are
 * also dropped *without* dilating: that must differ.
 *
 * usage: 15_vgg [--quick] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>
enum { BLOCKS = 5, LAYERS = 18, SEEDS = 3 };

typedef struct network {
  int64_t height, width;
  int64_t columns[LAYERS + 1]; /* [l]: what layer l reads; [l + 1]: what it gives */
  khop_layer layer[LAYERS];    /* kernel 3: convolution, bias, ReLU; kernel 2: largest of 2 x 2 */
} network;

static network vgg(bool quick) {
  static const int64_t small[BLOCKS] = {4, 6, 8, 8, 8}, large[BLOCKS] = {8, 16, 24, 32, 32};
  static const int convolutions[BLOCKS] = {2, 2, 3, 3, 3};
  network net = {.height = quick ? 64 : 96, .width = quick ? 64 : 128, .columns = {3}};
  for (int b = 0, l = 0; b < BLOCKS; b++)
    for (int i = 0; i <= convolutions[b]; i++, l++) {
      bool pool = i == convolutions[b];
      net.layer[l] = pool ? (khop_layer){2, 1, 2} : (khop_layer){3, 1, 1};
      net.columns[l + 1] = (quick ? small : large)[b];
    }
  return net;
}

/* The weights (9, F, G) and biases (G) of all convolutions, one after the other, as khop keeps them. */
static void draw_weights(khop_real *w, const network *net, uint64_t *state) {
  for (int l = 0; l < LAYERS; l++) {
    int64_t f = net->columns[l], g = net->columns[l + 1], weights = 9 * f * g;
    if (net->layer[l].kernel != 3) continue;
    for (int64_t i = 0; i < weights + g; i++) { /* He's uniform: values neither grow nor fade */
      double limit = i < weights ? sqrt(6.0 / (9.0 * (double)f)) : 0.2;
      *w++ = (khop_real)(limit * (2 * lesson_random(state) - 1));
    }
  }
}

/* --- the strided network, in plain loops --------------------------------------------------- */

static void convolve(double *y, const double *x, const khop_real *w, int64_t high, int64_t wide,
                     int64_t f, int64_t g) {
  const khop_real *bias = w + 9 * f * g;
  for (int64_t r = 0; r < high; r++)
    for (int64_t c = 0; c < wide; c++) {
      double *to = y + (r * wide + c) * g;
      for (int64_t o = 0; o < g; o++) to[o] = (double)bias[o];
      for (int t = 0; t < 9; t++) {
        int64_t row = r + t / 3 - 1, column = c + t % 3 - 1;
        if (row < 0 || row >= high || column < 0 || column >= wide) continue;
        for (int64_t i = 0; i < f; i++)
          for (int64_t o = 0; o < g; o++)
            to[o] += x[(row * wide + column) * f + i] * (double)w[(t * f + i) * g + o];
      }
      for (int64_t o = 0; o < g; o++) to[o] = fmax(to[o], 0);
    }
}

static void pool(double *y, const double *x, int64_t high, int64_t wide, int64_t f) {
  for (int64_t r = 0; r < high / 2; r++)
    for (int64_t c = 0; c < wide / 2; c++)
      for (int64_t i = 0; i < f; i++) {
        const double *from = x + (2 * r * wide + 2 * c) * f + i;
        y[(r * (wide / 2) + c) * f + i] =
            fmax(fmax(from[0], from[f]), fmax(from[wide * f], from[wide * f + f]));
      }
}

/* --- the dilated network, in khop: one size from beginning to end -------------------------- */

/* The words of one layer of a stack without strides. */
static khop_status layer_words(khop_metapath *words, int *count, const network *net,
                               const khop_layer *layer) {
  int d = (int)layer->dilation;
  if (layer->kernel == 3)
    return khop_stencil(words, count, 2, (int64_t[]){net->height, net->width}, (int[]){3, 3},
                             (int[]){d, d}, NULL);
  const khop_step right = {0, d}, below = {2, d}; /* types of the grid: 0 "x+", 2 "y+" */
  words[0] = (khop_metapath){.steps = 0};             /* a pool's window: here, d away, both */
  words[1] = (khop_metapath){1, {right}};
  words[2] = (khop_metapath){1, {below}};
  words[3] = (khop_metapath){2, {below, right}};
  *count = 4;
  return KHOP_OK;
}

/* Runs both networks on the same image with the same weights. worst[b]: the largest difference at the
 * strided positions of block b's layers, relative to the largest number of the layer; compared[b]: how
 * many numbers that were. */
static int compare(double *worst, int64_t *compared, const network *net, khop_model *model,
                   khop_rings *words, const khop_value *value, uint64_t seed) {
  int64_t n = net->height * net->width, jump = 1;
  khop_real *x = malloc((size_t)(3 * n) * sizeof *x), *w = khop_model_parameter_array(model);
  double *here = malloc((size_t)(32 * n) * sizeof *here);
  double *next = malloc((size_t)(32 * n) * sizeof *next), *swap;
  if (!x || !here || !next) return 1;
  draw_weights(w, net, &seed); /* both read them here */
  for (int64_t i = 0; i < 3 * n; i++) here[i] = (double)(x[i] = (khop_real)lesson_random(&seed));
  khop_run *run;
  const khop_features image = {.rows = n, .columns = 3, .dense = x};
  CHECK(khop_run_new(&run, model, 1, &words, &image, false, 0));
  khop_run_forward(run, false, 0, 0);
  for (int l = 0, b = 0; l < LAYERS; l++) {
    int64_t f = net->columns[l], g = net->columns[l + 1];
    if (net->layer[l].kernel == 3) {
      convolve(next, here, w, net->height / jump, net->width / jump, f, g);
      w += 9 * f * g + g;
    } else {
      pool(next, here, net->height / jump, net->width / jump, g);
    }
    swap = here, here = next, next = swap;
    jump *= net->layer[l].stride;
    int64_t across = net->width / jump, numbers = net->height / jump * across * g;
    const khop_real *dense = khop_run_value(run, value[l]);
    double difference = 0, largest = 0;
    for (int64_t i = 0; i < numbers; i++) {
      int64_t row = i / g / across * jump, column = i / g % across * jump;
      double gap = fabs((double)dense[(row * net->width + column) * g + i % g] - here[i]);
      difference = fmax(difference, isnan(gap) ? INFINITY : gap);
      largest = fmax(largest, here[i]);
    }
    worst[b] = fmax(worst[b], largest > 0 ? difference / largest : INFINITY);
    compared[b] += numbers;
    b += net->layer[l].stride == 2;
  }
  khop_run_free(run);
  free(x), free(here), free(next);
  return 0;
}

/* Builds khop's network for a stack without strides, and compares so many times. */
static int examine(double *worst, int64_t *compared, const network *net, const khop_layer *layer,
                   uint64_t seeds) {
  khop_typed *grid;
  khop_rings *rings;
  khop_model *model;
  khop_metapath words[9 * LAYERS];
  CHECK(khop_model_new(&model));
  khop_value h = khop_input(model, net->columns[0]), value[LAYERS];
  int count = 0, hops[9], failed = 0;
  for (int l = 0; l < LAYERS; l++) {
    khop_conv_options o = {.op = KHOP_METAPATH, .hops = hops, .bias = true};
    CHECK(layer_words(words + count, &o.taps, net, &layer[l]));
    for (int t = 0; t < o.taps; t++) hops[t] = count++;
    h = layer[l].kernel == 2 ? khop_pool(model, h, KHOP_POOL_MAX, &o)
                             : khop_relu(model, khop_conv(model, h, net->columns[l + 1], &o));
    value[l] = h;
  }
  CHECK(khop_model_init(model, 0));
  CHECK(khop_typed_grid(&grid, 2, (int64_t[]){net->height, net->width}, NULL));
  CHECK(khop_metapaths_build(&rings, grid, count, words, NULL));
  for (uint64_t seed = 1; seed <= seeds && !failed; seed++)
    failed = compare(worst, compared, net, model, rings, value, seed);
  khop_model_free(model);
  khop_rings_free(rings);
  khop_typed_free(grid);
  return failed;
}

int main(int argc, char **argv) {
  network net = vgg(argc > 1 && !strcmp(argv[1], "--quick"));
  khop_layer converted[LAYERS], careless[LAYERS]; /* careless: strides dropped, nothing dilated */
  int64_t field, same_field, jump, compared[BLOCKS] = {0}, unused[BLOCKS] = {0}, total = 0;
  double worst[BLOCKS] = {0}, wrong[BLOCKS] = {0};
  CHECK(khop_stack_dilate(converted, LAYERS, net.layer, 2,
                          (int64_t[]){net.height, net.width}));
  CHECK(khop_stack_field(&field, &jump, LAYERS, net.layer));
  CHECK(khop_stack_field(&same_field, NULL, LAYERS, converted));
  for (int l = 0; l < LAYERS; l++) careless[l] = (khop_layer){net.layer[l].kernel, 1, 1};
  printf("VGG-16's layers, %lld x %lld pixels: receptive field %lld, an output each %lld pixels.\n"
         "Dilated: receptive field %lld, an output each pixel. The same weights, %d seeds.\n\n",
         (long long)net.height, (long long)net.width, (long long)field, (long long)jump,
         (long long)same_field, SEEDS);
  if (examine(worst, compared, &net, converted, SEEDS)) return 1;
  if (examine(wrong, unused, &net, careless, 1)) return 1;

  bool shown = field == same_field;
  printf("block  dilation  numbers compared  largest difference  without dilating\n");
  for (int b = 0, l = 0; b < BLOCKS; b++) {
    int64_t dilation = converted[l].dilation;
    printf("%5d  %8lld  %16lld  %18.1e  %16.1e\n", b + 1, (long long)dilation,
           (long long)compared[b], worst[b], wrong[b]);
    while (net.layer[l++].stride == 1) continue;
    shown &= dilation == 1 << b && worst[b] <= 1e-5 && (b == 0 || wrong[b] >= 1e-2);
    total += compared[b];
  }
  printf("(relative to the largest number of the layer; each block ends with its pool)\n\n%s %lld\n",
         shown ? "At every strided position the dilated network is the strided one. Compared:"
               : "NOT shown. Compared:", (long long)total);
  return shown ? 0 : 1;
}
