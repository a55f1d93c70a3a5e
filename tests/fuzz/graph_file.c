/* graph_file.c: a file of one format of graphs, as data to learn from. FUZZ_FILE: a name with the
 * format's extension. */
#include "fuzz.h"

/* Any file may claim a million nodes (khop_i_check_claim), whose arrays take some tens of bytes each. */
const fuzz_memory fuzz_promise = {128 << 20, 4096};
void fuzz_prepare(void) {}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *path = fuzz_file(FUZZ_FILE, input, size);
  khop_data *data = NULL;
  fuzz_reading();
  khop_status status = khop_data_load(&data, path, NULL);
  fuzz_has_read(status, data);
  if (data) fuzz_check_data(data);
  khop_data_free(data);
}
