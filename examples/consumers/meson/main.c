/* Trains on a grid whose halves are the classes, from a quarter of its nodes, and scores another quarter. */
#include <khop/khop.h>
#include <stdio.h>

int main(void) {
  const int64_t shape[] = {8, 8};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  int32_t labels[64];
  uint8_t train[64], test[64];
  for (int i = 0; i < 64; i++) labels[i] = i / 32, train[i] = i % 4 == 0, test[i] = i % 4 == 2;
  khop_status status = khop_graph_grid(&graph, 2, shape, NULL, false, false);
  if (!status) status = khop_data_new(&data, graph, NULL, labels); /* which takes the graph */
  if (!status) status = khop_data_add_split(data, train, NULL, test);
  if (!status) status = khop_recipe_find(&recipe, "ring");
  if (!status) {
    khop_recipe_adapt(&recipe, data);
    recipe.fit.epochs = 60;
    status = khop_train(&report, data, &recipe, NULL);
  }
  if (status) fprintf(stderr, "%s\n", khop_message());
  if (!status) {
    printf("%.0f %% of the test nodes are in their half\n", 100 * report.test_mean);
    khop_report_free(&report);
  }
  khop_data_free(data);
  return status != KHOP_OK;
}
