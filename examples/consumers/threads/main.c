/* Four threads predict with one model at once. A model, a data set and rings may be shared by threads that only read
 * them; what a thread writes (its scores, its runs) is its own. khop's own team is set to one thread, so that four
 * callers do not become sixteen. */
#include <khop/khop.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 64, THREADS = 4 };

static khop_model *model;
static khop_data *data;

typedef struct caller {
  khop_status status;
  char message[256]; /* khop_message() belongs to the thread that failed */
  khop_real scores[NODES][2];
} caller;

static void *predict(void *context) {
  caller *c = context;
  c->status = khop_predict(&c->scores[0][0], model, data, 0);
  if (c->status) snprintf(c->message, sizeof c->message, "%s", khop_message());
  return NULL;
}

static khop_status train(void) {
  const int64_t shape[] = {8, 8};
  khop_graph *graph = NULL;
  khop_recipe recipe;
  khop_report report;
  khop_train_options options = {.save = "threads.safetensors"};
  int32_t labels[NODES];
  uint8_t known[NODES];
  for (int i = 0; i < NODES; i++) labels[i] = i / 32, known[i] = i % 4 == 0;
  khop_status status = khop_graph_grid(&graph, 2, shape, NULL, false, false);
  if (!status) status = khop_data_new(&data, graph, NULL, labels);
  if (!status) status = khop_data_add_split(data, known, NULL, NULL);
  if (!status) status = khop_recipe_find(&recipe, "ring");
  if (status) return status;
  khop_recipe_adapt(&recipe, data);
  recipe.fit.epochs = 20;
  status = khop_train(&report, data, &recipe, &options);
  if (status) return status;
  khop_report_free(&report);
  return khop_model_load(&model, "threads.safetensors");
}

int main(void) {
  static caller callers[THREADS];
  pthread_t thread[THREADS];
  int failed = 0;
  if (train() || khop_set_threads(1)) return fprintf(stderr, "%s\n", khop_message()), 1;
  for (int t = 0; t < THREADS; t++) pthread_create(&thread[t], NULL, predict, &callers[t]);
  for (int t = 0; t < THREADS; t++) pthread_join(thread[t], NULL);
  for (int t = 0; t < THREADS; t++) {
    if (callers[t].status) fprintf(stderr, "%s\n", callers[t].message);
    failed += callers[t].status || memcmp(callers[t].scores, callers[0].scores, sizeof callers->scores) != 0;
  }
  printf("%d threads, one model: %d failed or differ\n", THREADS, failed);
  khop_model_free(model);
  khop_data_free(data);
  return failed != 0;
}
