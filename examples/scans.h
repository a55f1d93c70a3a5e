/* scans.h: synthetic scans for the lessons on segmentation, and their training loop.
 *
 * A scan has two channels and this in it, all at random places:
 *
 *   organ    an ellipse about 30 pixels wide, brighter in channel 0      class 1
 *   lesion   a spot of 3 pixels in the organ, bright in channel 1        class 2
 *   vessel   a disc of 11 pixels outside, as bright as the organ         class 0: too small
 *   decoy    a spot like a lesion, but outside the organ                 class 0: wrong place
 *   speckle  single pixels as bright as a lesion, everywhere             no class: noise
 *
 * so that an organ needs the wide view, a lesion the pixels beside it as well as the wide view. */
#ifndef SCANS_H
#define SCANS_H

#include "lesson.h"
#include <stdlib.h>

enum { SCAN_CHANNELS = 2, SCAN_CLASSES = 3 };

typedef struct scan {
  khop_real *pixels;      /* (side, side, SCAN_CHANNELS) */
  int32_t *labels;        /* (side, side) */
  khop_features features; /* the pixels, as a run takes them */
} scan;

static inline bool scan_organ(const double *e, double y, double x) { /* e: y, x, radii y and x */
  double v = (y - e[0]) / e[2], u = (x - e[1]) / e[3];
  return v * v + u * u <= 1;
}

static inline int scan_new(scan *s, int side, uint64_t seed) {
  uint64_t state = seed;
  s->pixels = calloc((size_t)(side * side), SCAN_CHANNELS * sizeof *s->pixels);
  s->labels = calloc((size_t)(side * side), sizeof *s->labels);
  if (!s->pixels || !s->labels) return 1;
  s->features = (khop_features){.rows = side * side, .columns = SCAN_CHANNELS, .dense = s->pixels};
  double organ[4], vessel[4][2];
  for (int a = 0; a < 2; a++) {
    organ[2 + a] = 13 + 4 * lesson_random(&state); /* 26 to 34 pixels wide */
    organ[a] = organ[2 + a] + (side - 2 * organ[2 + a]) * lesson_random(&state);
  }
  for (int i = 0; i < 8; i++) vessel[i / 2][i % 2] = side * lesson_random(&state);
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      khop_real *p = s->pixels + (y * side + x) * SCAN_CHANNELS;
      bool inside = scan_organ(organ, y, x), bright = inside;
      for (int v = 0; v < 4; v++) bright |= hypot(y - vessel[v][0], x - vessel[v][1]) <= 5.5;
      p[0] = bright;
      s->labels[y * side + x] = inside;
    }
  for (int spots = 0; spots < 16; spots++) /* about as many in the organ as outside */
    for (int attempt = 0; attempt < 50; attempt++) {
      int y = 1 + (int)((side - 2) * lesson_random(&state));
      int x = 1 + (int)((side - 2) * lesson_random(&state));
      if (scan_organ(organ, y, x) != (spots < 8)) continue;
      for (int i = 0; i < 9; i++) {
        int at = (y - 1 + i / 3) * side + x - 1 + i % 3;
        s->pixels[at * SCAN_CHANNELS + 1] = 2;
        if (spots < 8) s->labels[at] = 2;
      }
      break;
    }
  for (int i = 0; i < side * side; i++) {
    khop_real *p = s->pixels + i * SCAN_CHANNELS;
    if (lesson_random(&state) < 0.1) p[1] = 2;
    for (int c = 0; c < SCAN_CHANNELS; c++) { /* noise: the sum of 3, deviation 0.5 */
      double noise = lesson_random(&state) + lesson_random(&state) + lesson_random(&state) - 1.5;
      p[c] += (khop_real)(noise * 1.0);
    }
  }
  return 0;
}

static inline void scan_free(scan *s) {
  free(s->pixels);
  free(s->labels);
}

/* Adds one scan's pixels to the counts: intersection and union of organ (with its lesions), lesion.
 */
static inline void scan_count(double counts[4], const scan *s, const khop_real *logits, int side) {
  for (int i = 0; i < side * side; i++) {
    const khop_real *z = logits + i * SCAN_CLASSES;
    int guess = z[1] > z[0] ? 1 : 0, truth = s->labels[i];
    if (z[2] > z[guess]) guess = 2;
    counts[0] += guess && truth;
    counts[1] += guess || truth;
    counts[2] += guess == 2 && truth == 2;
    counts[3] += guess == 2 || truth == 2;
  }
}

/* Trains, a scan a step, and sets iou[0] of organs and iou[1] of lesions over the test scans. */
static inline int scans_fit(double iou[2], khop_model *model, khop_rings *words, int side,
                            const scan *train, int trains, const scan *test, int tests, int steps) {
  khop_run **run = calloc((size_t)(trains + tests), sizeof *run);
  khop_optimizer *adam;
  if (!run) return 1;
  for (int i = 0; i < trains + tests; i++) {
    const scan *s = i < trains ? &train[i] : &test[i - trains];
    CHECK(khop_run_new(&run[i], model, 1, &words, &s->features, i < trains, 0));
    if (i < trains) CHECK(khop_run_labels(run[i], s->labels, NULL));
  }
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.02, .clip = 1}));
  for (int step = 0; step < steps; step++) {
    khop_run_forward(run[step % trains], true, 1, (uint64_t)step);
    CHECK(khop_run_backward(run[step % trains]));
    khop_optimizer_step(adam, khop_run_gradients(run[step % trains]),
                        0.5 + 0.5 * cos(3.14159265358979 * step / steps));
  }
  double counts[4] = {0};
  for (int i = 0; i < tests; i++) {
    khop_run_forward(run[trains + i], false, 0, 0);
    scan_count(counts, &test[i], khop_run_output(run[trains + i]), side);
  }
  for (int i = 0; i < 2; i++) iou[i] = counts[2 * i] / counts[2 * i + 1];
  khop_optimizer_free(adam);
  for (int i = 0; i < trains + tests; i++) khop_run_free(run[i]);
  free(run);
  return 0;
}

#endif
