/* The part in float, and both beside each other: six thirds are 2. */
#include "sum.h"

#include <math.h>
#include <stdio.h>

double sharp_sum(void);

int main(void) {
  double before = sum_of_thirds(), sharp = sharp_sum(), after = sum_of_thirds();
  printf("float %.9f, double %.16f, float again %.9f\n", before, sharp, after);
  return !(fabs(sharp - 2) < 1e-15 && fabs(before - 2) < 1e-6 && before == after);
}
