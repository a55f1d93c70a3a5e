/* npy.c: an .npy file whose rows are read where they stand. */
#include "fuzz.h"

#include <khop/hops.h>

const fuzz_memory fuzz_promise = {1 << 20, 16};
void fuzz_prepare(void) {}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *path = fuzz_file("f.npy", input, size);
  khop_rows *rows = NULL;
  fuzz_reading();
  khop_status status = khop_rows_open(&rows, path);
  fuzz_has_read(status, rows);
  int64_t count = rows ? khop_rows_count(rows) : 0, columns = rows ? khop_rows_columns(rows) : 0;
  if (count > 0 && columns <= 4096) {
    int64_t ids[3] = {0, count / 2, count - 1};
    khop_real *read = malloc((size_t)(3 * columns + 1) * sizeof *read);
    fuzz_demand(khop_rows_read(read, rows, 3, ids) == KHOP_OK || *khop_message(),
                "a failure has a message");
    free(read);
  }
  khop_rows_close(rows);
}
