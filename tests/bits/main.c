/* main.c: prints rows of checksums; tests/cli/bits.sh runs it. See bits.h. */
#include "bits.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int usage(void) {
  fprintf(stderr, "usage: bits made-by\n"
                  "       bits integers SHIPPED [REAL]\n"
                  "       bits baseline|avx2|avx512 SHIPPED [REAL]\n"
                  "       bits file KIND NEEDS NAME FILE\n"
                  "made-by: what results in floating point depend on. file: a row of what a file holds.\n"
                  "baseline, ..: the floating results of that instruction set; status 3 where it does not run here.\n");
  return 2;
}

/* The compiler and the libraries, by meson; and the second-level cache, by which wide products choose their way. */
static int made_by(void) { return printf(BITS_MADE_BY " cache-%ld\n", sysconf(_SC_LEVEL2_CACHE_SIZE)) < 0; }

static void real_rows(const char *kind, const place *places, int count) {
  product_rows(kind, places, count);
  conv_rows(kind, places, count);
  model_rows(kind);
}

static int rows(const char *kind, const char *shipped, const char *real) {
  place places[MOST_PLACES];
  if (strcmp(kind, "integers") != 0 && khop_set_simd(kind) != KHOP_OK) {
    fprintf(stderr, "bits: %s\n", khop_message());
    return 3;
  }
  bool large = strcmp(kind, "integers") == 0 || strcmp(kind, "avx2") == 0; /* once is enough */
  int count = places_new(places, shipped, real, large);
  if (strcmp(kind, "integers") == 0) {
    rings_rows(places, count);
    words_rows();
    whole_rows(places, count);
  } else {
    real_rows(kind, places, count);
  }
  places_free(places, count);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "made-by") == 0) return made_by();
  if (argc == 6 && strcmp(argv[1], "file") == 0) return file_row(argv[2], argv[3], argv[4], argv[5]);
  if (argc != 3 && argc != 4) return usage();
  return rows(argv[1], argv[2], argc == 4 ? argv[3] : NULL);
}
