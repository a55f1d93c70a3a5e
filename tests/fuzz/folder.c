/* folder.c: a folder of a public collection. An input is its files in the order of FUZZ_FILES, with
 * form feeds between them; a file of no bytes is not there. FUZZ_SET: the folder is a set of
 * graphs. */
#include "fuzz.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* As files of graphs: a million nodes may be claimed. */
const fuzz_memory fuzz_promise = {128 << 20, 4096};
static char folder[512];
static const char *const files[] = {FUZZ_FILES};

void fuzz_prepare(void) {
  char part[600];
  strcpy(folder, fuzz_path("x"));
  fuzz_demand(mkdir(folder, 0700) == 0, "there is a folder");
  static const char *const below[] = {"raw", "split", "split/random"};
  for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
    snprintf(part, sizeof part, "%s/%s", folder, below[i]);
    fuzz_demand(mkdir(part, 0700) == 0, "there is a folder");
  }
}

static void write_files(const uint8_t *input, size_t size) {
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    char name[300];
    const uint8_t *end = size ? memchr(input, '\f', size) : NULL;
    size_t length = end ? (size_t)(end - input) : size, taken = end ? length + 1 : length;
    snprintf(name, sizeof name, "x/%s", files[f]);
    if (length)
      fuzz_file(name, input, length);
    else
      unlink(fuzz_path(name));
    input += taken;
    size -= taken;
  }
}

#ifdef FUZZ_SET
void fuzz_input(const uint8_t *input, size_t size) {
  khop_graphs *set = NULL;
  write_files(input, size);
  khop_graphs_is_set(folder);
  fuzz_reading();
  khop_status status = khop_graphs_read(&set, folder);
  fuzz_has_read(status, set);
  if (set) fuzz_check_set(set);
  khop_graphs_free(set);
}
#else
void fuzz_input(const uint8_t *input, size_t size) {
  khop_data *data = NULL;
  write_files(input, size);
  fuzz_reading();
  khop_status status = khop_data_load(&data, folder, NULL);
  fuzz_has_read(status, data);
  if (data) fuzz_check_data(data);
  khop_data_free(data);
}
#endif
