/* exact_cover.c: see exact_cover.h. */
#include "forms/ladder/exact_cover.h"

/* Values of `missing`: from -KHOP_I_COVER_BASES to 1. */
enum { NUMBERS = KHOP_I_COVER_BASES + 2 };

/* Of the current set of bases. */
typedef struct tally {
  int64_t bases;
  int64_t wrong;            /* nodes outside the own rings where `missing` is not 0 */
  int64_t asks[2][NUMBERS]; /* nodes of each own ring, by what is missing there */
} tally;

static void change_missing(tally *t, int32_t *missing, const uint8_t *state, const int32_t *columns, int64_t count,
                           int32_t by) {
  for (int64_t c = 0; c < count; c++) {
    int32_t j = columns[c], now = missing[j], then = now + by;
    int own_ring = state[j] >> 2;
    missing[j] = then;
    if (own_ring) {
      t->asks[own_ring - 1][now + KHOP_I_COVER_BASES]--;
      t->asks[own_ring - 1][then + KHOP_I_COVER_BASES]++;
    } else {
      t->wrong += (then != 0) - (now != 0);
    }
  }
}

/* Finds the number of an own ring that leaves the least to correct; returns that, with 1 for the number itself. */
static int64_t settle_number(int32_t *times, const int64_t *asks, int64_t nodes) {
  int64_t most = asks[KHOP_I_COVER_BASES];
  *times = 0;
  for (int v = 0; v < NUMBERS; v++)
    if (asks[v] - 1 > most) most = asks[v] - 1, *times = v - KHOP_I_COVER_BASES;
  return nodes - most;
}

static khop_i_exact_choice cost_of_set(const tally *t, const khop_i_exact_cover *cover, unsigned set) {
  khop_i_exact_choice c = {.set = set, .cost = t->bases + t->wrong};
  for (int d = 0; d < 2; d++) c.cost += settle_number(&c.times[d], t->asks[d], cover->own_ring[d]);
  return c;
}

khop_i_exact_choice khop_i_exact_cover_find(const khop_i_exact_cover *cover, int64_t ring, int32_t *missing,
                                            const uint8_t *state) {
  tally t = {.wrong = ring};
  for (int d = 0; d < 2; d++) t.asks[d][KHOP_I_COVER_BASES] = cover->own_ring[d];
  khop_i_exact_choice best = cost_of_set(&t, cover, 0);
  unsigned set = 0;
  for (unsigned step = 1; step <= 1u << cover->count; step++) { /* the last step takes the last base away again */
    int h = step < 1u << cover->count ? __builtin_ctz(step) : cover->count - 1;
    bool comes = !(set >> h & 1);
    set ^= 1u << h;
    t.bases += comes ? 1 : -1;
    change_missing(&t, missing, state, cover->columns + cover->start[h], cover->start[h + 1] - cover->start[h],
                   comes ? -1 : 1);
    khop_i_exact_choice now = cost_of_set(&t, cover, set);
    if (now.cost < best.cost) best = now;
  }
  return best;
}
