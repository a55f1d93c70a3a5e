/* bitmap_spmm.c: a block of rows of bits times features, four columns of bits at a time.
 *
 *   64 rows of x  ->  16 tables, one for each 4 rows, of the 16 sums of some of them
 *   a row of bits     0110 1101 ..        one word
 *                     |    |
 *   sum of the row += table 0 [6] + table 1 [13] + ..       16 additions for up to 64 entries
 *
 * after Arlazarov, Dinic, Kronrod and Faradzhev ("On economical construction of the transitive closure of a directed
 * graph", 1970). The tables of a strip of one cache line are 16 kB and stay in L1; the sums of a block are 64 kB and
 * are read in order. A sum adds only the rows whose bits are 1, so that a NaN in other rows does not spread. */
#include "kernels/isa.h"

#define PARTS (64 / KHOP_VECTOR_BYTES)

typedef khop_real vec1 __attribute__((vector_size(KHOP_VECTOR_BYTES), aligned(sizeof(khop_real)), may_alias));

/* Loads row j of x, scaled; zeros beyond its width and beyond the last row. */
static inline void load_row(vec1 *row, const khop_real *x, int64_t ldx, int64_t j, int64_t n, int width,
                        const khop_real *right) {
  khop_real part[KHOP_I_STRIP] = {0};
  const khop_real *from = x + (j < n ? j : 0) * ldx;
  if (width < KHOP_I_STRIP || j >= n) {
    for (int c = 0; j < n && c < width; c++) part[c] = from[c];
    from = part;
  }
  khop_real scale = right && j < n ? right[j] : 1;
  for (int p = 0; p < PARTS; p++) row[p] = ((const vec1 *)(const void *)from)[p] * scale;
}

/* table[s] = the sum of those of the rows j .. j + 3 whose bit is 1 in s. */
static inline void fill_table(vec1 table[16][PARTS], const khop_real *x, int64_t ldx, int64_t j, int64_t n, int width,
                        const khop_real *right) {
  vec1 row[PARTS];
  for (int p = 0; p < PARTS; p++) table[0][p] = (vec1){0};
  for (int b = 0; b < 4; b++) {
    load_row(row, x, ldx, j + b, n, width, right);
    for (int s = 0; s < 1 << b; s++)
      for (int p = 0; p < PARTS; p++) table[(1 << b) + s][p] = table[s][p] + row[p];
  }
}

void KHOP_ISA_NAME(bits)(khop_real *sum, const uint64_t *bits, int64_t rows, int64_t n, const khop_real *x,
                         int64_t ldx, int width, const khop_real *right) {
  vec1 table[16][16][PARTS] __attribute__((aligned(64)));
  for (int64_t word = 0; 64 * word < n; word++, bits += rows) {
    for (int k = 0; k < 16; k++) fill_table(table[k], x, ldx, 64 * word + 4 * k, n, width, right);
    for (int64_t r = 0; r < rows; r++) {
      uint64_t m = bits[r];
      if (!m) continue;
      vec1 *to = (vec1 *)(void *)(sum + r * KHOP_I_STRIP), even[PARTS], odd[PARTS];
      for (int p = 0; p < PARTS; p++) even[p] = to[p], odd[p] = (vec1){0};
      for (int k = 0; k < 16; k += 2, m >>= 8)
        for (int p = 0; p < PARTS; p++) {
          even[p] += table[k][m & 15][p];
          odd[p] += table[k + 1][m >> 4 & 15][p];
        }
      for (int p = 0; p < PARTS; p++) to[p] = even[p] + odd[p];
    }
  }
}
