/* graphs_text.c: a set of graphs in the text form of MUTAG. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {1 << 20, 1024};
void fuzz_prepare(void) {}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *path = fuzz_file("f.txt", input, size);
  khop_graphs *set = NULL;
  khop_graphs_is_set(path);
  fuzz_reading();
  khop_status status = khop_graphs_read(&set, path);
  fuzz_has_read(status, set);
  if (set) fuzz_check_set(set);
  khop_graphs_free(set);
}
