/* checkpoint.c: a model from a file. It is described, and applied to nodes and to graphs. */
#include "fuzz.h"

#include <khop/learn.h>

enum { MOST_COLUMNS = 1000, BUDGET = 100 << 20 };
const fuzz_memory fuzz_promise = {4 << 20, 1024};
static khop_data *data;
static khop_graphs *set;

void fuzz_prepare(void) {
  static const char molecules[] = "3\n2 0\n0 1 1\n1 1 0\n3 1\n0 1 1\n1 2 0 2\n0 1 1\n1 0\n0 0\n";
  fuzz_demand(khop_data_load(&data, "karate", NULL) == KHOP_OK, "there is a graph");
  const char *path = fuzz_file("set.txt", (const uint8_t *)molecules, sizeof molecules - 1);
  fuzz_demand(khop_graphs_read(&set, path) == KHOP_OK, "there is a set");
}

static void apply(khop_model *model) {
  int64_t columns = khop_model_output_columns(model);
  char *text = NULL;
  fuzz_demand(khop_model_describe(&text, model) == KHOP_OK && *text, "a model is described");
  khop_free(text);
  if (columns > MOST_COLUMNS) return;
  khop_real *scores = malloc((size_t)(64 * columns) * sizeof *scores);
  fuzz_demand(khop_predict(scores, model, data, BUDGET) == KHOP_OK || *khop_message(),
              "a failure has a message");
  fuzz_demand(khop_graphs_predict(scores, model, set, BUDGET) == KHOP_OK || *khop_message(),
              "a failure has a message");
  free(scores);
}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *path = fuzz_file("f.safetensors", input, size);
  khop_model *model = NULL;
  fuzz_reading();
  khop_status status = khop_model_load(&model, path);
  fuzz_has_read(status, model);
  if (model) apply(model);
  khop_model_free(model);
}
