/* The part in double. */
#include "sum.h"

double sharp_sum(void);

double sharp_sum(void) { return sum_of_thirds(); }
