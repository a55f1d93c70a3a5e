/* pin.c: loaded before the command (LD_PRELOAD), it holds khop to AVX2, which the command has no option for: its
 * results are then the same on every processor that has it. Where it has not, nothing is changed. */
#include <khop/base.h>

__attribute__((constructor)) static void pin(void) { (void)khop_set_simd("avx2"); }
