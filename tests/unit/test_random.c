/* test_random.c: the generator by its published numbers, and what is drawn from it. */
#include "check.h"

/* The first numbers of xoshiro256** from the state 1, 2, 3, 4 (the test vectors of Rust's rand_xoshiro, made with the
 * authors' C code), and of splitmix64 from 0, which fill the state (of the Java SDK's SplittableRandom). */
static void the_numbers_are_those_of_xoshiro256(void **state) {
  (void)state;
  khop_i_random r = {{1, 2, 3, 4}};
  const uint64_t wanted[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
  for (int i = 0; i < 4; i++) assert_true(khop_i_random_next(&r) == wanted[i]);
  khop_i_random_seed(&r, 0);
  const uint64_t seeded[] = {0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u, 0x06c45d188009454fu, 0xf88bb8a8724c81ecu};
  for (int i = 0; i < 4; i++) assert_true(r.state[i] == seeded[i]);
}

/* Of 60,000 shuffles of three, 10,000 in each order; 91 is the deviation. */
static void every_order_of_three_is_as_likely(void **state) {
  (void)state;
  khop_i_random r;
  int64_t seen[27] = {0};
  khop_i_random_seed(&r, 3);
  for (int k = 0; k < 60000; k++) {
    int64_t items[3] = {0, 1, 2};
    khop_i_random_shuffle(&r, items, 3);
    seen[9 * items[0] + 3 * items[1] + items[2]]++;
  }
  const int order[6] = {5, 7, 11, 15, 19, 21};
  for (int k = 0; k < 6; k++) assert_in_range(seen[order[k]], 10000 - 500, 10000 + 500);
}

/* 2^64 is 8/3 of the bound: where what is left over is not drawn again, the low third of the numbers comes in 3 of 8
 * draws, not in 1 of 3. Of 9,000 draws the deviation is 45. */
static void no_number_below_a_large_bound_is_favoured(void **state) {
  (void)state;
  khop_i_random r;
  int64_t third = INT64_C(1) << 61, low = 0;
  khop_i_random_seed(&r, 4);
  for (int k = 0; k < 9000; k++) low += khop_i_random_below(&r, 3 * third) < third;
  assert_in_range(low, 3000 - 225, 3000 + 225);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_numbers_are_those_of_xoshiro256),
      cmocka_unit_test(every_order_of_three_is_as_likely),
      cmocka_unit_test(no_number_below_a_large_bound_is_favoured),
  };
  return cmocka_run_group_tests_name("random", tests, NULL, nothing_held);
}
