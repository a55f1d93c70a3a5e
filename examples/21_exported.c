/* 21_exported.c: a model that khop exported as C, called by a program that knows nothing of khop.
 *
 *   khop train karate --recipe gcn --hidden 4 --epochs 200 --save club.safetensors
 *   khop export club.safetensors -o 21_club.c --name club
 *   cc -std=c99 21_exported.c 21_club.c -lm
 *
 * Zachary's karate club as it split: the model was told the side of two members, and tells those of the others from the
 * arcs. It has no features but a column a member. */
#include <stdint.h>
#include <stdio.h>

enum { MEMBERS = 34, SIDES = 2 };

/* From the comment at the head of 21_club.c. */
int club_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x);

/* Who spent time with whom: those of member i are targets[offsets[i]] .. targets[offsets[i + 1] - 1]. */
static const int64_t offsets[MEMBERS + 1] = {
    0, 16, 25, 35, 41, 44, 48, 52, 56, 61, 63, 66, 67, 69, 74, 76, 78, 80, 82, 84, 87, 89, 91, 93, 98, 101,
    104, 106, 110, 113, 117, 121, 127, 139, 156};
static const int32_t targets[] = {
    1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31, 0, 2, 3, 7, 13, 17, 19, 21, 30, 0, 1, 3, 7, 8, 9,
    13, 27, 28, 32, 0, 1, 2, 7, 12, 13, 0, 6, 10, 0, 6, 10, 16, 0, 4, 5, 16, 0, 1, 2, 3, 0, 2, 30, 32, 33, 2,
    33, 0, 4, 5, 0, 0, 3, 0, 1, 2, 3, 33, 32, 33, 32, 33, 5, 6, 0, 1, 32, 33, 0, 1, 33, 32, 33, 0, 1, 32, 33,
    25, 27, 29, 32, 33, 25, 27, 31, 23, 24, 31, 29, 33, 2, 23, 24, 33, 2, 31, 33, 23, 26, 32, 33, 1, 8, 32, 33,
    0, 24, 25, 28, 32, 33, 2, 8, 14, 15, 18, 20, 22, 23, 29, 30, 31, 33, 8, 9, 13, 14, 15, 18, 19, 20, 22, 23,
    26, 27, 28, 29, 30, 31, 32};
/* With Mr. Hi, or with the officer. */
static const char side[] = "HHHHHHHHHOHHHHOOHHOHOHOOOOOOOOOOOO";

int main(void) {
  static float x[MEMBERS * MEMBERS], out[MEMBERS * SIDES];
  int right = 0;
  for (int i = 0; i < MEMBERS; i++) x[i * MEMBERS + i] = 1;
  int status = club_run(out, MEMBERS, offsets, targets, x);
  if (status) return printf("club_run: status %d\n", status), 1;
  for (int i = 0; i < MEMBERS; i++) {
    const float *p = out + i * SIDES;
    char told = p[0] > p[1] ? 'H' : 'O';
    right += told == side[i];
    if (told != side[i]) printf("member %d went to %c: told with %.2f and %.2f\n", i, side[i], (double)p[0], (double)p[1]);
  }
  printf("%d of %d members are told right\n", right, MEMBERS);
  return right < 30;
}
