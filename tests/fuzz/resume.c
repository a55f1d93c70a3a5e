/* resume.c: a training that goes on from a file. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {8 << 20, 1024};
static khop_data *data;
static khop_recipe recipe;

void fuzz_prepare(void) {
  fuzz_demand(khop_data_load(&data, "karate", NULL) == KHOP_OK, "there is a graph");
  fuzz_demand(khop_recipe_find(&recipe, "dilated") == KHOP_OK, "there is a recipe");
  recipe.fit.epochs = 2;
  recipe.hidden = 4;
}

void fuzz_input(const uint8_t *input, size_t size) {
  const char *path = fuzz_file("f.safetensors", input, size);
  khop_report report = {0};
  fuzz_reading();
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){.resume = path});
  fuzz_has_read(status, status == KHOP_OK ? &report : NULL);
  khop_report_free(&report);
}
