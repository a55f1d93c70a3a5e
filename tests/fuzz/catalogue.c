/* catalogue.c: a catalogue.json that a user may have in $KHOP_DATA. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {1 << 20, 1024};

void fuzz_prepare(void) {
  setenv("KHOP_DATA", fuzz_path(""), 1);
}

void fuzz_input(const uint8_t *input, size_t size) {
  khop_catalogue *catalogue = NULL;
  char *path = NULL;
  fuzz_file("catalogue.json", input, size);
  fuzz_reading();
  khop_status status = khop_catalogue_load(&catalogue);
  fuzz_has_read(status, catalogue);
  for (int i = 0; catalogue && i < khop_catalogue_count(catalogue); i++) {
    const khop_entry *e = khop_catalogue_entry(catalogue, i);
    fuzz_demand(*e->name && e->file && e->origin && e->licence && e->sha256 && e->about,
                "an entry is whole");
  }
  khop_catalogue_free(catalogue);
  khop_data_path(&path, "cora");
  khop_free(path);
}
