/* precision.c: the name by which a program finds the library of its own precision, and no other (khop/base.h). */
#include <khop/base.h>

void KHOP_PRECISION(void) {}
