/* test_audit.c: receptive fields, gridding, strides to dilations and frequency responses, against
 * brute force: paths followed one by one, networks computed by plain loops, sums written out. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"

#include <khop/audit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LAYERS 5

/* --- every path, one by one ----------------------------------------------------------------- */

/* Marks where the paths start that end at place `at` of layer l's output, walking back to the input;
 * places count from the leftmost start on. */
static void walk(double *paths, int64_t at, int l, const khop_layer *layers) {
  if (l < 0) {
    paths[at] += 1;
    return;
  }
  for (int64_t t = 0; t < layers[l].kernel; t++)
    walk(paths, at * layers[l].stride + t * layers[l].dilation, l - 1, layers);
}

static int draw_stack(khop_layer *layers, khop_i_random *random, bool strides) {
  int count = 1 + (int)khop_i_random_below(random, MOST_LAYERS);
  for (int l = 0; l < count; l++)
    layers[l] = (khop_layer){1 + khop_i_random_below(random, 4), 1 + khop_i_random_below(random, 6),
                             strides ? 1 + khop_i_random_below(random, 3) : 1};
  return count;
}

static bool same_offsets(const khop_offsets *o, const double *paths, int64_t room) {
  double all = 0;
  int64_t last = 0, reached = 0;
  for (int64_t i = 0; i < room; i++) {
    all += paths[i];
    if (paths[i] > 0) last = i, reached++;
  }
  if (o->total != last + 1 || o->reached != reached) return false;
  for (int64_t i = 0; i < o->total; i++) {
    if (o->reaches[i] != (paths[i] > 0)) return false;
    if (!(fabs(o->paths[i] - paths[i] / all) <= 1e-12)) return false;
  }
  return true;
}

static void offsets_are_the_paths(void **state) {
  (void)state;
  enum { ROOM = 20000 };
  static double paths[ROOM];
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  for (int round = 0; round < 600; round++) {
    khop_layer layers[MOST_LAYERS];
    int count = draw_stack(layers, &random, round % 2);
    memset(paths, 0, sizeof paths);
    walk(paths, 0, count - 1, layers);
    int64_t field, jump, expected = 1;
    khop_offsets o;
    assert_int_equal(khop_stack_field(&field, &jump, count, layers), KHOP_OK);
    assert_int_equal(khop_stack_offsets(&o, count, layers), KHOP_OK);
    assert_true(same_offsets(&o, paths, ROOM));
    assert_int_equal(field, o.total);
    for (int l = 0; l < count; l++) expected *= layers[l].stride;
    assert_int_equal(jump, expected);
    assert_true(fabs(khop_offsets_share(&o, 2) - pow((double)o.reached / (double)field, 2)) < 1e-15);
    khop_offsets_clear(&o);
  }
}

static void checker_is_checked(void **state) {
  (void)state;
  const khop_layer layers[] = {{3, 2, 1}, {3, 2, 1}};
  double paths[16] = {0};
  khop_offsets o;
  walk(paths, 0, 1, layers);
  assert_int_equal(khop_stack_offsets(&o, 2, layers), KHOP_OK);
  assert_true(same_offsets(&o, paths, 16));
  o.reaches[1] = 1;
  assert_false(same_offsets(&o, paths, 16));
  o.reaches[1] = 0;
  o.paths[4] = NAN;
  assert_false(same_offsets(&o, paths, 16));
  khop_offsets_clear(&o);
  khop_offsets_clear(&o);
}

static void closed_forms(void **state) {
  (void)state;
  for (int64_t k = 1; k <= 9; k++)
    for (int count = 1; count <= 20; count++) {
      khop_layer layers[20];
      int64_t field, closed;
      int needed;
      for (int l = 0; l < count; l++) layers[l] = (khop_layer){k, (int64_t)1 << l, 1};
      assert_int_equal(khop_stack_field(&field, NULL, count, layers), KHOP_OK);
      assert_int_equal(khop_stack_doubling_field(&closed, k, count), KHOP_OK);
      assert_int_equal(field, closed);
      if (k == 1) continue;
      assert_int_equal(khop_stack_layers_for(&needed, k, field), KHOP_OK);
      assert_int_equal(needed, count);
      assert_int_equal(khop_stack_layers_for(&needed, k, field + 1), KHOP_OK);
      assert_int_equal(needed, count + 1);
    }
  int needed;
  assert_int_equal(khop_stack_layers_for(&needed, 2, 32000), KHOP_OK);
  assert_int_equal(needed, 15);
  assert_int_equal(khop_stack_layers_for(&needed, 1, 1), KHOP_OK);
  assert_int_equal(needed, 1);
  assert_int_equal(khop_stack_layers_for(&needed, 2, INT64_MAX), KHOP_OK);
  assert_int_equal(needed, 63);
}

static void origins(void **state) {
  (void)state;
  khop_offsets o;
  assert_int_equal(khop_stack_offsets(&o, 2, (khop_layer[]){{3, 1, 1}, {5, 2, 1}}), KHOP_OK);
  assert_int_equal(o.first, -5); /* centred: 1 + 4 to the left, as many to the right */
  assert_int_equal(o.total, 11);
  khop_offsets_clear(&o);
  assert_int_equal(khop_stack_offsets(&o, 2, (khop_layer[]){{2, 1, 1}, {2, 2, 1}}), KHOP_OK);
  assert_int_equal(o.first, -3); /* causal: the present is the last */
  assert_int_equal(o.first + o.total - 1, 0);
  khop_offsets_clear(&o);
}

/* --- schedules ------------------------------------------------------------------------------ */

static void known_schedules(void **state) {
  (void)state;
  static const struct {
    int64_t kernel, gap;
    int count, reached, total;
    int64_t dilations[6];
    bool passes, complete;
  } known[] = {
      {3, 2, 3, 17, 17, {1, 2, 5}, true, true},   /* Wang et al., section 3.2: works */
      {3, 5, 3, 21, 25, {1, 2, 9}, false, false}, /* and their example that does not */
      {3, 2, 4, 31, 31, {1, 2, 4, 8}, true, true},
      {3, 8, 4, 9, 65, {8, 8, 8, 8}, false, false},
      {3, 2, 3, 7, 13, {2, 2, 2}, true, false}, /* a common factor, which the test cannot see */
      {3, 4, 3, 15, 29, {2, 4, 8}, false, false},
      {3, 1, 1, 3, 3, {1}, true, true},
      {3, 2, 1, 3, 5, {2}, false, false},
      {1, 1, 2, 1, 1, {3, 9}, true, true},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    khop_hdc hdc;
    khop_offsets o;
    khop_layer layers[6];
    for (int l = 0; l < known[i].count; l++)
      layers[l] = (khop_layer){known[i].kernel, known[i].dilations[l], 1};
    assert_int_equal(khop_stack_hdc(&hdc, known[i].kernel, known[i].count, known[i].dilations),
                     KHOP_OK);
    assert_int_equal(khop_stack_offsets(&o, known[i].count, layers), KHOP_OK);
    assert_int_equal(hdc.gap, known[i].gap);
    assert_int_equal(hdc.passes, known[i].passes);
    assert_int_equal(hdc.complete, known[i].complete);
    assert_int_equal(o.reached, known[i].reached);
    assert_int_equal(o.total, known[i].total);
    khop_offsets_clear(&o);
  }
}

/* --- strides to dilations ------------------------------------------------------------------- */

/* A layer of a plain network on `axes` axes: a convolution with zero padding and a bias, or a
 * maximum over the window, which begins at the position itself. */
typedef struct plain_layer {
  khop_layer geometry;
  bool pool;
  double weight[3][3], bias;
} plain_layer;

/* in: (rows, columns) with rows = 1 on one axis; out: the same divided by the stride. */
static void run_layer(double *out, const double *in, int64_t rows, int64_t columns, int axes,
                      const plain_layer *y) {
  int64_t k = y->geometry.kernel, d = y->geometry.dilation, s = y->geometry.stride;
  int64_t before = y->pool ? 0 : (k - 1) / 2, at = 0, down = axes == 2 ? s : 1;
  for (int64_t i = 0; i < rows; i += down)
    for (int64_t j = 0; j < columns; j += s) {
      double sum = y->bias, most = -INFINITY;
      for (int64_t a = 0; a < (axes == 2 ? k : 1); a++)
        for (int64_t b = 0; b < k; b++) {
          int64_t u = axes == 2 ? i + (a - before) * d : 0, v = j + (b - before) * d;
          bool inside = u >= 0 && u < rows && v >= 0 && v < columns;
          if (inside) sum += y->weight[a][b] * in[u * columns + v];
          if (inside && in[u * columns + v] > most) most = in[u * columns + v];
        }
      out[at++] = y->pool ? most : fmax(sum, 0);
    }
}

enum { MOST_CELLS = 48 * 48 };

/* Runs all layers; values: in and out. Returns the columns that are left. */
static int64_t run_network(double *values, int64_t size, int axes, int count,
                           const plain_layer *layers) {
  static double next[MOST_CELLS];
  for (int l = 0; l < count; l++) {
    int64_t rows = axes == 2 ? size : 1;
    run_layer(next, values, rows, size, axes, &layers[l]);
    size /= layers[l].geometry.stride;
    memcpy(values, next, (size_t)(size * (axes == 2 ? size : 1)) * sizeof *values);
  }
  return size;
}

static int draw_network(plain_layer *layers, khop_i_random *random) {
  int count = 2 + (int)khop_i_random_below(random, 5), strided = 0;
  for (int l = 0; l < count; l++) {
    plain_layer *y = &layers[l];
    bool pool = khop_i_random_below(random, 3) == 0;
    int64_t stride = strided < 3 ? 1 + khop_i_random_below(random, 2) : 1;
    strided += stride > 1;
    y->pool = pool;
    y->geometry = (khop_layer){pool ? 2 : 3, 1 + khop_i_random_below(random, 2), stride};
    y->bias = khop_i_random_uniform(random) - 0.3;
    for (int t = 0; t < 9; t++) y->weight[t / 3][t % 3] = khop_i_random_uniform(random) - 0.4;
  }
  return count;
}

/* The dilated network has the same weights; its outputs at every jump-th position are compared. */
static double difference(const double *strided, const double *dilated, int64_t size, int64_t jump,
                         int axes) {
  double worst = 0;
  int64_t wide = size * jump;
  for (int64_t i = 0; i < (axes == 2 ? size : 1); i++)
    for (int64_t j = 0; j < size; j++) {
      double gap = fabs(strided[i * size + j] - dilated[i * jump * wide + j * jump]);
      if (!(gap <= worst)) worst = gap;
    }
  return worst;
}

static void dilated_networks_equal_strided_ones(void **state) {
  (void)state;
  static double image[MOST_CELLS], strided[MOST_CELLS], dilated[MOST_CELLS];
  khop_i_random random;
  khop_i_random_seed(&random, 2);
  int moved = 0;
  for (int round = 0; round < 200; round++) {
    int axes = 1 + round % 2;
    plain_layer layers[8], turned[8];
    khop_layer in[8], out[8];
    int64_t size = 48, jump, cells = axes == 2 ? size * size : size, shape[2] = {size, size};
    int count = draw_network(layers, &random);
    for (int l = 0; l < count; l++) in[l] = layers[l].geometry;
    assert_int_equal(khop_stack_field(NULL, &jump, count, in), KHOP_OK);
    assert_int_equal(khop_stack_dilate(out, count, in, axes, shape), KHOP_OK);
    for (int l = 0; l < count; l++) turned[l] = layers[l], turned[l].geometry = out[l];
    for (int64_t i = 0; i < cells; i++) image[i] = khop_i_random_uniform(&random) - 0.5;
    memcpy(strided, image, sizeof image);
    memcpy(dilated, image, sizeof image);
    assert_int_equal(run_network(strided, size, axes, count, layers), size / jump);
    assert_int_equal(run_network(dilated, size, axes, count, turned), size);
    assert_true(difference(strided, dilated, size / jump, jump, axes) == 0);
    if (jump == 1) continue;
    moved++;
    dilated[jump] += 1e-3; /* the checker is checked */
    assert_false(difference(strided, dilated, size / jump, jump, axes) == 0);
  }
  assert_true(moved > 100);
}

/* VGG-16: blocks of 2, 2, 3, 3, 3 convolutions, each but the last followed by a pool. */
static void vgg_blocks(void **state) {
  (void)state;
  static const int convolutions[5] = {2, 2, 3, 3, 3};
  khop_layer in[18], out[18];
  int64_t expected[18], field, same, jump;
  int count = 0;
  for (int block = 0; block < 5; block++) {
    for (int c = 0; c < convolutions[block]; c++, count++)
      in[count] = (khop_layer){3, 1, 1}, expected[count] = 1 << block;
    in[count] = (khop_layer){2, 1, 2}, expected[count++] = 1 << block;
  }
  assert_int_equal(count, 18);
  const int64_t image[2] = {224, 224}, odd[2] = {224, 225};
  assert_int_equal(khop_stack_dilate(out, count, in, 2, image), KHOP_OK);
  for (int l = 0; l < count; l++) {
    assert_int_equal(out[l].dilation, expected[l]);
    assert_int_equal(out[l].stride, 1);
  }
  assert_int_equal(khop_stack_field(&field, &jump, count, in), KHOP_OK);
  assert_int_equal(khop_stack_field(&same, NULL, count, out), KHOP_OK);
  assert_int_equal(field, 212); /* the receptive field of VGG-16's last pool */
  assert_int_equal(same, field);
  assert_int_equal(jump, 32);
  assert_int_equal(khop_stack_dilate(out, count, in, 2, odd), KHOP_E_SHAPE);
  assert_non_null(strstr(khop_message(), "225"));
  assert_non_null(strstr(khop_message(), "32"));
}

/* --- published stacks ----------------------------------------------------------------------- */

static int64_t field_of(int count, const khop_layer *layers) {
  int64_t field;
  assert_int_equal(khop_stack_field(&field, NULL, count, layers), KHOP_OK);
  return field;
}

/* ResNet-50: 7 x 7 by 2 and a pool of 3 by 2, then bottlenecks 1, 3, 1 in stages of 3, 4, 6 and 3. A 3 x 3 adds twice
 * the jump in front of it: stages add 3 * 8, 4 * 16, 6 * 32 and 3 * 64, so 1 + 6 + 4 + 24 + 64 + 192 + 192 = 483. With
 * the stride in the 3 x 3 (torchvision), the first of each stage adds half: 483 - 8 - 16 - 32 = 427. */
static void resnet_50(void **state) {
  (void)state;
  static const int blocks[4] = {3, 4, 6, 3};
  for (int later = 0; later < 2; later++) {
    khop_layer layers[50] = {{7, 1, 2}, {3, 1, 2}};
    int count = 2;
    for (int stage = 0; stage < 4; stage++)
      for (int b = 0; b < blocks[stage]; b++) {
        int64_t stride = stage > 0 && b == 0 ? 2 : 1;
        layers[count++] = (khop_layer){1, 1, later ? 1 : stride};
        layers[count++] = (khop_layer){3, 1, later ? stride : 1};
        layers[count++] = (khop_layer){1, 1, 1};
      }
    assert_int_equal(field_of(count, layers), later ? 427 : 483);
  }
}

/* WaveNet: kernel 2, dilations 1 .. 512: 1 + 1023; three such blocks 1 + 3 * 1023. TCN (Bai, Kolter and Koltun, 2018):
 * two convolutions a level, kernel 3, eight levels: 1 + 2 * 2 * 255. A mixed one: 1 + 6 + 2 * 2 * 2 + 4 * 3 * 4. */
static void wavenet_and_tcn(void **state) {
  (void)state;
  khop_layer layers[30];
  for (int l = 0; l < 30; l++) layers[l] = (khop_layer){2, (int64_t)1 << l % 10, 1};
  assert_int_equal(field_of(10, layers), 1024);
  assert_int_equal(field_of(30, layers), 3070);
  for (int l = 0; l < 16; l++) layers[l] = (khop_layer){3, (int64_t)1 << l / 2, 1};
  assert_int_equal(field_of(16, layers), 1021);
  assert_int_equal(field_of(3, (khop_layer[]){{7, 1, 2}, {3, 2, 2}, {5, 3, 1}}), 63);
}

/* DeepLab's pyramids: rate r sees -r, 0, r; together 2 * branches + 1 on an axis, and 8 * branches + 1 in a square. */
static void deeplab_pyramids(void **state) {
  (void)state;
  const khop_layer rates[] = {{3, 6, 1}, {3, 12, 1}, {3, 18, 1}, {3, 24, 1}};
  khop_offsets o;
  double shares[3];
  for (int branches = 1; branches <= 4; branches++) {
    double wide = 12 * branches + 1;
    assert_int_equal(khop_stack_branches(&o, shares, 0, NULL, branches, rates, NULL), KHOP_OK);
    assert_int_equal(o.total, 12 * branches + 1);
    assert_int_equal(o.first, -6 * branches);
    assert_int_equal(o.reached, 2 * branches + 1);
    assert_true(fabs(shares[0] - (2 * branches + 1) / wide) <= 1e-14);
    assert_true(fabs(shares[1] - (8 * branches + 1) / (wide * wide)) <= 1e-14);
    assert_true(fabs(shares[2] - (26 * branches + 1) / (wide * wide * wide)) <= 1e-14);
    assert_true(fabs(o.paths[6 * branches] - 1 / 3.0) <= 1e-15); /* every branch has its centre there */
    khop_offsets_clear(&o);
  }
}

/* --- one input at a time -------------------------------------------------------------------- */

typedef struct padded_stack {
  int count, branches;
  khop_layer layers[4], branch[3];
  int64_t before[7], after[7];
} padded_stack;

enum { MOST_SIDE = 64 };
typedef struct image {
  int64_t rows, columns;
  double cell[MOST_SIDE * MOST_SIDE];
} image_of;

/* A convolution of ones with zero padding, on one axis (a single row) or two. */
static void convolve_ones(image_of *out, const image_of *in, khop_layer y, int64_t before, int64_t after, bool flat) {
  int64_t top = flat ? 0 : before, tall = flat ? 1 : y.kernel, span = (y.kernel - 1) * y.dilation;
  int64_t high = flat ? 1 : in->rows + before + after - span, wide = in->columns + before + after - span;
  out->rows = out->columns = 0;
  for (int64_t i = 0; i < high; i += y.stride, out->rows++) {
    out->columns = 0;
    for (int64_t j = 0; j < wide; j += y.stride, out->columns++) {
      double sum = 0;
      for (int64_t a = 0; a < tall; a++)
        for (int64_t b = 0; b < y.kernel; b++) {
          int64_t u = i - top + a * y.dilation, v = j - before + b * y.dilation;
          if (u >= 0 && u < in->rows && v >= 0 && v < in->columns) sum += in->cell[u * in->columns + v];
        }
      out->cell[out->rows * wide + out->columns] = sum;
    }
  }
  for (int64_t i = 0; i < out->rows; i++) /* rows were written `wide` apart */
    for (int64_t j = 0; j < out->columns; j++)
      out->cell[i * out->columns + j] = out->cell[i * wide + j];
}

/* What output (r, c) is of the image, added over the branches; *size: outputs along an axis. */
static double run_padded(int64_t *size, const image_of *image, const padded_stack *s, int64_t r, int64_t c) {
  static image_of now, next;
  double sum = 0;
  now = *image;
  for (int l = 0; l < s->count; l++) {
    convolve_ones(&next, &now, s->layers[l], s->before[l], s->after[l], image->rows == 1);
    now = next;
  }
  for (int b = 0; b < s->branches; b++) {
    int l = s->count + b;
    convolve_ones(&next, &now, s->branch[b], s->before[l], s->after[l], image->rows == 1);
    sum += next.cell[r * next.columns + c];
    *size = next.columns;
  }
  if (!s->branches) sum = now.cell[r * now.columns + c], *size = now.columns;
  return sum;
}

/* Kernels from 1 to 4, 'same' of odd spans included, or any numbers where no branches have to fit one another. */
static void draw_padded(padded_stack *s, khop_i_random *random, int axes) {
  s->count = (int)khop_i_random_below(random, axes == 1 ? 4 : 2);
  s->branches = (int)khop_i_random_below(random, 4);
  if (s->count + s->branches == 0) s->branches = 2;
  int kind = (int)khop_i_random_below(random, s->branches ? 2 : 3);
  for (int l = 0; l < s->count + s->branches; l++) {
    khop_layer y = {1 + khop_i_random_below(random, 4), 1 + khop_i_random_below(random, 3),
                    l < s->count ? 1 + khop_i_random_below(random, 2) : 1};
    int64_t span = (y.kernel - 1) * y.dilation;
    s->before[l] = kind == 0 ? span / 2 : kind == 1 ? span : khop_i_random_below(random, span + 2);
    s->after[l] = kind == 2 ? s->before[l] : span - s->before[l];
    *(l < s->count ? &s->layers[l] : &s->branch[l - s->count]) = y;
  }
}

static void inputs_one_at_a_time(void **state) {
  (void)state;
  static image_of image;
  khop_i_random random;
  khop_i_random_seed(&random, 4);
  int even = 0, judged = 0;
  for (int round = 0; round < 300; round++) {
    int axes = round % 4 ? 1 : 2;
    padded_stack s;
    khop_offsets o;
    double shares[3] = {0};
    int64_t jump = 1, size, side = axes == 1 ? 64 : 28, output = 0, found;
    draw_padded(&s, &random, axes);
    if (s.branches) {
      assert_int_equal(khop_stack_branches(&o, shares, s.count, s.layers, s.branches, s.branch, s.before), KHOP_OK);
    } else {
      assert_int_equal(khop_stack_offsets(&o, s.count, s.layers), KHOP_OK);
      assert_int_equal(khop_stack_begin(&o.first, s.count, s.layers, s.before), KHOP_OK);
      shares[1] = khop_offsets_share(&o, 2);
    }
    if (s.count) assert_int_equal(khop_stack_field(NULL, &jump, s.count, s.layers), KHOP_OK);
    while (output * jump + o.first < 0) output++; /* the first whose field lies within the axis */
    bool fits = output * jump + o.first + o.total <= side;
    image = (image_of){axes == 1 ? 1 : side, side, {0}};
    int64_t reached = 0;
    for (int64_t i = 0; fits && i < image.rows * side; i++) {
      image.cell[i] = 1;
      bool moves = run_padded(&found, &image, &s, axes == 1 ? 0 : output, output) > 0;
      image.cell[i] = 0;
      reached += moves;
      int64_t at = i % side - output * jump - o.first;
      if (axes == 1) assert_int_equal(moves, at >= 0 && at < o.total && o.reaches[at]);
    }
    if (fits) {
      khop_layer all[5];
      memcpy(all, s.layers, sizeof s.layers);
      if (s.branches) all[s.count] = s.branch[0];
      assert_int_equal(khop_stack_size(&size, side, s.count + (s.branches > 0), all, s.before, s.after), KHOP_OK);
      assert_int_equal(size, found);
      double whole = pow((double)o.total, axes);
      if (axes == 1) assert_int_equal(reached, o.reached);
      else assert_true(fabs(shares[1] * whole - (double)reached) <= 1e-6);
      judged++, even += o.total % 2 == 0;
    }
    khop_offsets_clear(&o);
  }
  assert_true(judged > 200 && even > 40);
}

/* --- frequency response --------------------------------------------------------------------- */

/* The dilated filter written out, zeros and all, and its sum taken term by term. */
static void responses_are_direct_sums(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 3);
  for (int round = 0; round < 100; round++) {
    double filter[8], spread[8 * 9] = {0}, w[16], real[16], imaginary[16], again[16];
    int taps = 1 + (int)khop_i_random_below(&random, 8);
    int64_t d = 1 + khop_i_random_below(&random, 9);
    for (int t = 0; t < taps; t++) spread[t * d] = filter[t] = khop_i_random_uniform(&random) - 0.5;
    for (int i = 0; i < 16; i++) w[i] = 7 * khop_i_random_uniform(&random) - 3;
    assert_int_equal(khop_filter_response(real, imaginary, taps, filter, d, 16, w), KHOP_OK);
    for (int i = 0; i < 16; i++) {
      double x = 0, y = 0;
      for (int64_t n = 0; n < taps * d; n++)
        x += spread[n] * cos(w[i] * (double)n), y -= spread[n] * sin(w[i] * (double)n);
      assert_true(fabs(real[i] - x) <= 1e-12 && fabs(imaginary[i] - y) <= 1e-12);
      w[i] *= (double)d; /* H_d(w) = H(d w) */
    }
    assert_int_equal(khop_filter_response(again, NULL, taps, filter, 1, 16, w), KHOP_OK);
    for (int i = 0; i < 16; i++) assert_true(fabs(again[i] - real[i]) <= 1e-12);
  }
}

/* --- bad input ------------------------------------------------------------------------------ */

static void says(khop_status found, khop_status expected, const char *word) {
  assert_int_equal(found, expected);
  assert_non_null(strstr(khop_message(), word));
}

static void bad_input(void **state) {
  (void)state;
  int64_t field;
  int layers;
  khop_offsets o;
  khop_hdc hdc;
  khop_layer out[2];
  const double tap = 1;
  says(khop_stack_field(&field, NULL, 0, NULL), KHOP_E_ARGUMENT, "0 layers");
  says(khop_stack_field(&field, NULL, 2, (khop_layer[]){{3, 1, 1}, {3, 0, 1}}), KHOP_E_ARGUMENT,
       "layer 1 has dilation 0");
  says(khop_stack_field(&field, NULL, 1, (khop_layer[]){{0, 1, 1}}), KHOP_E_ARGUMENT, "kernel 0");
  says(khop_stack_field(&field, NULL, 1, (khop_layer[]){{3, 1, -1}}), KHOP_E_ARGUMENT, "stride -1");
  says(khop_stack_field(&field, NULL, 1, (khop_layer[]){{INT64_MAX, 3, 1}}), KHOP_E_ARGUMENT, "63");
  says(khop_stack_field(&field, NULL, 2, (khop_layer[]){{1, 1, INT64_MAX}, {1, 1, 2}}),
       KHOP_E_ARGUMENT, "strides");
  says(khop_stack_doubling_field(&field, 2, 63), KHOP_E_ARGUMENT, "63");
  says(khop_stack_doubling_field(&field, 0, 3), KHOP_E_ARGUMENT, "kernel 0");
  says(khop_stack_layers_for(&layers, 1, 2), KHOP_E_ARGUMENT, "kernel 1");
  says(khop_stack_layers_for(&layers, 2, 0), KHOP_E_ARGUMENT, "span");
  says(khop_stack_offsets(&o, 1, (khop_layer[]){{3, 1000000000, 1}}), KHOP_E_BUDGET, "2000000001");
  says(khop_stack_offsets(&o, 2, (khop_layer[]){{1 << 24, 1, 1}, {1 << 24, 1, 1}}), KHOP_E_BUDGET,
       "taps");
  assert_null(o.reaches);
  says(khop_stack_hdc(&hdc, 3, 2, (int64_t[]){1, 0}), KHOP_E_ARGUMENT, "dilation 0");
  says(khop_stack_dilate(out, 1, (khop_layer[]){{3, 1, 0}}, 0, NULL), KHOP_E_ARGUMENT, "stride 0");
  says(khop_stack_dilate(out, 1, (khop_layer[]){{3, 1, 2}}, 1, (int64_t[]){7}), KHOP_E_SHAPE, "7");
  says(khop_filter_response(NULL, NULL, 1, &tap, 0, 0, NULL), KHOP_E_ARGUMENT, "dilated by 0");
  says(khop_filter_response(NULL, NULL, 0, &tap, 1, 0, NULL), KHOP_E_ARGUMENT, "no filter");
}

static void what_padding_and_branches_refuse(void **state) {
  (void)state;
  int64_t out;
  khop_offsets o;
  double shares[3];
  const khop_layer two[] = {{3, 1, 1}, {3, 256, 1}}, strides[] = {{3, 6, 1}, {3, 12, 2}};
  const int64_t none[] = {0, 0}, below[] = {0, -1};
  assert_int_equal(khop_stack_size(&out, 515, 2, two, none, none), KHOP_OK);
  assert_int_equal(out, 1);
  says(khop_stack_size(&out, 514, 2, two, none, none), KHOP_E_SHAPE,
       "layer 1: a kernel of 3, 256 apart, spans 513 positions, and its input has 512, padding included");
  says(khop_stack_size(&out, 0, 2, two, none, none), KHOP_E_ARGUMENT, "0 positions");
  says(khop_stack_size(&out, 9, 2, two, none, below), KHOP_E_ARGUMENT, "layer 1 has padding 0 and -1");
  says(khop_stack_begin(&out, 2, two, below), KHOP_E_ARGUMENT, "layer 1 has padding -1");
  says(khop_stack_begin(&out, 2, two, NULL), KHOP_E_ARGUMENT, "missing");
  says(khop_stack_branches(&o, shares, 0, NULL, 17, two, NULL), KHOP_E_ARGUMENT, "17 branches: 1 to 16");
  says(khop_stack_branches(&o, shares, 0, NULL, 2, strides, NULL), KHOP_E_ARGUMENT, "branch 1 has stride 2");
  says(khop_stack_branches(&o, shares, 1, NULL, 1, two, NULL), KHOP_E_ARGUMENT, "a stack of 1 layers");
  says(khop_stack_branches(&o, shares, 0, NULL, 1, (khop_layer[]){{3, 0, 1}}, NULL), KHOP_E_ARGUMENT, "dilation 0");
  assert_null(o.reaches);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(offsets_are_the_paths),
      cmocka_unit_test(checker_is_checked),
      cmocka_unit_test(closed_forms),
      cmocka_unit_test(origins),
      cmocka_unit_test(known_schedules),
      cmocka_unit_test(dilated_networks_equal_strided_ones),
      cmocka_unit_test(vgg_blocks),
      cmocka_unit_test(resnet_50),
      cmocka_unit_test(wavenet_and_tcn),
      cmocka_unit_test(deeplab_pyramids),
      cmocka_unit_test(inputs_one_at_a_time),
      cmocka_unit_test(what_padding_and_branches_refuse),
      cmocka_unit_test(responses_are_direct_sums),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
