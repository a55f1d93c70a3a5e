/* filters.c: published wavelet filters: the two low-pass ones; the high-pass ones follow from them.
 *
 * Coefficients: Daubechies, "Ten lectures on wavelets" (SIAM 1992), chapter 6 for db2, db4, sym4,
 * chapter 8 for the spline pair (2, 2); times sqrt 2 where the book's sum to 1, so that each
 * low-pass sums to sqrt 2. haar, db2 and the spline pair are algebraic. */
#include "base/error.h"

#include <khop/wavelet.h>
#include <string.h>

#define ROOT_HALF 0.70710678118654752440 /* 1 / sqrt 2 */

typedef struct pair {
  const char *name;
  int length;
  double dec_low[KHOP_FILTER_TAPS], rec_low[KHOP_FILTER_TAPS];
} pair;

/* An orthogonal filter is given by its synthesis alone: analysis is the same backwards. */
static const pair pairs[] = {
    {.name = "haar", .length = 2, .rec_low = {ROOT_HALF, ROOT_HALF}},
    {.name = "db2", .length = 4, /* (1 + r, 3 + r, 3 - r, 1 - r) / (4 sqrt 2), r = sqrt 3 */
     .rec_low = {0.48296291314453414, 0.83651630373780790, 0.22414386804201339,
                 -0.12940952255126037}},
    {.name = "db4", .length = 8,
     .rec_low = {0.23037781330889651, 0.71484657055291567, 0.63088076792985892,
                 -0.027983769416859854, -0.18703481171909309, 0.030841381835560764,
                 0.032883011666885197, -0.010597401785069032}},
    {.name = "sym4", .length = 8,
     .rec_low = {0.032223100604042702, -0.012603967262037833, -0.099219543576847216,
                 0.29785779560527736, 0.80373875180591614, 0.49761866763201545,
                 -0.02963552764599851, -0.075765714789273325}},
    {.name = "bior2.2", .length = 6,
     .dec_low = {0, -ROOT_HALF / 4, ROOT_HALF / 2, ROOT_HALF * 3 / 2, ROOT_HALF / 2,
                 -ROOT_HALF / 4},
     .rec_low = {0, ROOT_HALF / 2, ROOT_HALF, ROOT_HALF / 2, 0, 0}},
};
#define PAIRS ((int)(sizeof pairs / sizeof *pairs))

int khop_filters_count(void) { return PAIRS; }
const char *khop_filters_name(int i) { return i < 0 || i >= PAIRS ? NULL : pairs[i].name; }

/* The high-pass of each side is the other side's low-pass with alternating signs. */
static void fill(khop_filters *filters, const pair *p) {
  *filters = (khop_filters){.name = p->name, .length = p->length};
  bool orthogonal = true;
  for (int k = 0; k < p->length; k++) orthogonal = orthogonal && p->dec_low[k] == 0;
  for (int k = 0; k < p->length; k++) {
    filters->rec_low[k] = p->rec_low[k];
    filters->dec_low[k] = orthogonal ? p->rec_low[p->length - 1 - k] : p->dec_low[k];
  }
  for (int k = 0; k < p->length; k++) {
    double sign = k % 2 ? 1 : -1;
    filters->dec_high[k] = sign * filters->rec_low[k];
    filters->rec_high[k] = -sign * filters->dec_low[k];
  }
}

khop_status khop_filters_find(khop_filters *filters, const char *name) {
  char names[128] = "";
  *filters = (khop_filters){0};
  for (int i = 0; i < PAIRS; i++) {
    if (name && strcmp(pairs[i].name, name) == 0) {
      fill(filters, &pairs[i]);
      return KHOP_OK;
    }
    strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
    strncat(names, pairs[i].name, sizeof names - strlen(names) - 1);
  }
  return khop_i_fail(KHOP_E_NOT_FOUND, "not a wavelet: '%s' (%s)", name ? name : "", names);
}
