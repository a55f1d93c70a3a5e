/* debian.c: an index of packages. What is made of it and written is data that khop reads. */
#include "fuzz.h"

#include <khop/debian.h>
#include <stdio.h>

const fuzz_memory fuzz_promise = {4 << 20, 1024};
void fuzz_prepare(void) {}

void fuzz_input(const uint8_t *input, size_t size) {
  FILE *index = fopen(fuzz_file("index", input, size), "rb");
  khop_debian *packages = NULL;
  fuzz_reading();
  khop_status status =
      khop_debian_read(&packages, index, "index", &(khop_debian_options){.least = 1, .most = 1});
  fuzz_has_read(status, packages);
  fclose(index);
  const char *path = fuzz_path("made.npz");
  if (packages && khop_debian_write(packages, path) == KHOP_OK) {
    khop_data *data = NULL;
    fuzz_demand(khop_data_load(&data, path, NULL) == KHOP_OK, "what is written is read");
    fuzz_check_data(data);
    khop_data_free(data);
  }
  khop_debian_free(packages);
}
