/* fuzz.c: see fuzz.h. */
#include "fuzz.h"

#include <math.h>
#include <sanitizer/allocator_interface.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static atomic_size_t held, most; /* bytes allocated now, and at most since fuzz_reading */
static size_t at_start, input_size;

void fuzz_demand(bool holds, const char *sentence) {
  if (holds) return;
  dprintf(2, "does not hold: %s (khop's last message: %s)\n", sentence, khop_message());
  abort();
}

/* --- memory ----------------------------------------------------------------------------------- */

static void count_allocated(const volatile void *block, size_t size) {
  (void)block;
  size_t now = atomic_fetch_add(&held, size) + size, before = atomic_load(&most);
  while (before < now && !atomic_compare_exchange_weak(&most, &before, now)) continue;
}

static void count_freed(const volatile void *block) {
  if (block) atomic_fetch_sub(&held, __sanitizer_get_allocated_size(block));
}

void fuzz_reading(void) {
  at_start = atomic_load(&held);
  atomic_store(&most, at_start);
}

void fuzz_has_read(khop_status status, const void *made) {
  size_t taken = atomic_load(&most) - at_start,
         promised = fuzz_promise.bytes + fuzz_promise.factor * input_size;
  fuzz_demand((status == KHOP_OK) == (made != NULL),
              "a reader that succeeds makes something, one that fails nothing");
  fuzz_demand(status == KHOP_OK || *khop_message(), "a failure has a message");
  fuzz_demand(status != KHOP_E_INTERNAL, "no input is an internal error");
  if (taken <= promised) return;
  fprintf(stderr, "an input of %zu bytes took %zu, more than the %zu that are promised\n",
          input_size, taken, promised);
  abort();
}

/* --- inputs ----------------------------------------------------------------------------------- */

char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  fuzz_demand(text != NULL, "there is memory");
  if (size) memcpy(text, data, size);
  text[size] = 0;
  return text;
}

const char *fuzz_path(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size) {
  const char *path = fuzz_path(name);
  FILE *file = fopen(path, "wb");
  fuzz_demand(file && fwrite(data, 1, size, file) == size && fclose(file) == 0,
              "the input is written to a file");
  return path;
}

/* tests/fuzz/run removes the folder: a process that a fault ends cannot. */
static void make_folder(void) {
  const char *parent = getenv("KHOP_FUZZ_FOLDER");
  snprintf(folder, sizeof folder, "%s/khop-fuzz-XXXXXX", parent ? parent : "/tmp");
  fuzz_demand(mkdtemp(folder) != NULL, "there is a folder for the input's file");
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  make_folder();
  khop_set_threads(1);
  fuzz_prepare();
  fuzz_demand(__sanitizer_install_malloc_and_free_hooks(count_allocated, count_freed),
              "allocations are counted");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t before = khop_bytes_now();
  input_size = size;
  fuzz_input(data, size);
  fuzz_demand(khop_bytes_now() == before, "khop keeps no memory of an input");
  return 0;
}

/* --- what was read ---------------------------------------------------------------------------- */

void fuzz_check_graph(const khop_graph *graph) {
  int64_t nodes = khop_graph_nodes(graph);
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  fuzz_demand(offsets[0] == 0, "offsets begin at 0");
  for (int64_t i = 0; i < nodes; i++) {
    fuzz_demand(offsets[i] <= offsets[i + 1], "offsets ascend");
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) {
      fuzz_demand(targets[a] >= 0 && targets[a] < nodes && targets[a] != i,
                  "an arc leads to another node");
      fuzz_demand(a == offsets[i] || targets[a - 1] < targets[a], "a row ascends");
    }
  }
}

void fuzz_check_features(const khop_features *f, int64_t rows) {
  fuzz_demand(f->rows == rows, "features have a row a node");
  int64_t values = f->offsets ? f->offsets[rows] : rows * f->columns;
  for (int64_t i = 0; i < values; i++) {
    fuzz_demand(isfinite(f->offsets ? f->values[i] : f->dense[i]), "features are finite");
    fuzz_demand(!f->offsets || (f->indices[i] >= 0 && f->indices[i] < f->columns),
                "a column is one of the features'");
  }
}

void fuzz_check_labels(const int32_t *labels, int64_t count, int64_t classes) {
  for (int64_t i = 0; labels && i < count; i++)
    fuzz_demand(labels[i] >= -1 && labels[i] < classes, "a label is a class, or -1");
}

void fuzz_check_data(const khop_data *data) {
  const khop_graph *graph = khop_data_graph(data);
  int64_t nodes = khop_graph_nodes(graph);
  fuzz_check_graph(graph);
  fuzz_check_features(khop_data_features(data), nodes);
  fuzz_check_labels(khop_data_labels(data), nodes, khop_data_classes(data));
  for (int c = 0; c < khop_graph_columns(graph); c++) {
    const khop_column *column = khop_graph_column(graph, c);
    for (int64_t i = 0; column->strings && i < nodes; i++)
      fuzz_demand(strlen(column->strings[i]) < SIZE_MAX, "a string ends");
  }
}

void fuzz_check_set(const khop_graphs *set) {
  int64_t count = khop_graphs_count(set), nodes = khop_graph_nodes(khop_graphs_graph(set));
  const int64_t *first = khop_graphs_first(set);
  fuzz_check_graph(khop_graphs_graph(set));
  fuzz_check_features(khop_graphs_features(set), nodes);
  fuzz_check_labels(khop_graphs_labels(set), count, khop_graphs_classes(set));
  fuzz_demand(first[0] == 0 && first[count] == nodes, "graphs are all nodes");
  for (int64_t g = 0; g < count; g++)
    fuzz_demand(first[g] <= first[g + 1], "graphs follow one another");
}
