/* random.c: see random.h. */
#include "base/random.h"

#define STEP 0x9e3779b97f4a7c15u /* of splitmix64 */

uint64_t khop_i_random_mix(uint64_t x) {
  x += STEP;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static uint64_t splitmix(uint64_t *state) {
  uint64_t mixed = khop_i_random_mix(*state);
  *state += STEP;
  return mixed;
}

void khop_i_random_seed(khop_i_random *random, uint64_t seed) {
  for (int i = 0; i < 4; i++) random->state[i] = splitmix(&seed);
}

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

uint64_t khop_i_random_next(khop_i_random *random) {
  uint64_t *s = random->state;
  uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 45);
  return result;
}

double khop_i_random_uniform(khop_i_random *random) {
  return (double)(khop_i_random_next(random) >> 11) * 0x1p-53;
}

int64_t khop_i_random_below(khop_i_random *random, int64_t bound) {
  uint64_t n = (uint64_t)bound, limit = UINT64_MAX - UINT64_MAX % n, draw;
  do draw = khop_i_random_next(random);
  while (draw >= limit);
  return (int64_t)(draw % n);
}

void khop_i_random_shuffle(khop_i_random *random, int64_t *items, int64_t count) {
  for (int64_t i = count - 1; i > 0; i--) {
    int64_t j = khop_i_random_below(random, i + 1), held = items[i];
    items[i] = items[j];
    items[j] = held;
  }
}

uint64_t khop_i_random_key(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t state = a;
  uint64_t key = splitmix(&state);
  state ^= b * 0xd1342543de82ef95u + key;
  key = splitmix(&state);
  state ^= c * 0xaf251af3b0f025b5u + key;
  return splitmix(&state);
}
