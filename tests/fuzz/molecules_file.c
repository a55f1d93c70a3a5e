/* molecules_file.c: a file of molecules as a set of graphs. FUZZ_FILE: a name with its extension;
 * FUZZ_TARGET: the column with numbers to learn, or NULL. */
#include "fuzz.h"

#include <khop/molecule_graphs.h>

const fuzz_memory fuzz_promise = {8 << 20, 8192};
void fuzz_prepare(void) {}

static void told(const khop_record *record, const char *reason, void *context) {
  (void)context;
  fuzz_demand(record->line > 0, "a record has its line");
  fuzz_demand(!reason || *reason, "a reason has words");
}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *column = FUZZ_TARGET;
  khop_molecules_options options = {.seen = told,
                                    .records = {.columns = column != NULL, .column = &column}};
  khop_graphs *set = NULL;
  const char *path = fuzz_file(FUZZ_FILE, input, size);
  fuzz_reading();
  khop_status status = khop_molecules_graphs(&set, path, &options);
  fuzz_has_read(status, set);
  if (set) fuzz_check_set(set);
  khop_graphs_free(set);
}
