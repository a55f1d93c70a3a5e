/* random.h: random numbers that depend on nothing but their seeds.
 *
 * A stream (xoshiro256**, Blackman and Vigna 2018, seeded by splitmix64) for draws in sequence, and
 * a hash of a position for draws in any order by any thread, such as dropout. */
#ifndef KHOP_BASE_RANDOM_H
#define KHOP_BASE_RANDOM_H

#include <stdint.h>

typedef struct khop_i_random {
  uint64_t state[4];
} khop_i_random;

void khop_i_random_seed(khop_i_random *random, uint64_t seed);
uint64_t khop_i_random_next(khop_i_random *random);
double khop_i_random_uniform(khop_i_random *random);                   /* [0, 1) */
int64_t khop_i_random_below(khop_i_random *random, int64_t bound);     /* 0 .. bound-1, unbiased */
void khop_i_random_shuffle(khop_i_random *random, int64_t *items, int64_t count);

/* A number from which x is no longer to be told: splitmix64's (Steele, Lea and Flood, OOPSLA 2014) from the state x. */
uint64_t khop_i_random_mix(uint64_t x);
/* Mixes three numbers into one key; their order matters, so (1, 2, 3) and (2, 1, 3) differ. */
uint64_t khop_i_random_key(uint64_t a, uint64_t b, uint64_t c);

#endif
