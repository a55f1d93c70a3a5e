/* consumer.c: a program outside the tree, as a user would write it: a graph, features and labels from
 * arrays, a model trained on them, its scores. Built against the installed library with what pkg-config
 * says, as C and as C++, in float and in double. */
#include <khop/khop.h>
#include <stdio.h>

#define MEMBERS 34
#define FRIENDSHIPS 78

/* Zachary's karate club (1977). Members 0 and 33 lead the two factions. */
static const int64_t from[FRIENDSHIPS] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  1,  1,  1,  1,
    1,  1,  1,  1,  2,  2,  2,  2,  2,  2,  2,  2,  3,  3,  3,  4,  4,  5,  5,  5,
    6,  8,  8,  8,  9,  13, 14, 14, 15, 15, 18, 18, 19, 20, 20, 22, 22, 23, 23, 23,
    23, 23, 24, 24, 24, 25, 26, 26, 27, 28, 28, 29, 29, 30, 30, 31, 31, 32};
static const int64_t to[FRIENDSHIPS] = {
    1,  2,  3,  4,  5,  6,  7,  8,  10, 11, 12, 13, 17, 19, 21, 31, 2,  3,  7,  13,
    17, 19, 21, 30, 3,  7,  8,  9,  13, 27, 28, 32, 7,  12, 13, 6,  10, 6,  10, 16,
    16, 30, 32, 33, 33, 33, 32, 33, 32, 33, 32, 33, 33, 32, 33, 32, 33, 25, 27, 29,
    32, 33, 25, 27, 31, 31, 29, 33, 33, 31, 33, 32, 33, 32, 33, 32, 33, 33};

static int fail(void) {
  fprintf(stderr, "consumer: %s\n", khop_message());
  return 1;
}

int main(void) {
  khop_graph *graph;
  khop_data *data;
  khop_recipe recipe;
  khop_report report;
  static khop_train_options options; /* all zero: the defaults */
  int32_t labels[MEMBERS];
  uint8_t train[MEMBERS] = {0};
  int wrong = 0;

  for (int i = 0; i < MEMBERS; i++) labels[i] = i >= 9;
  for (int i = 10; i < 22; i++)
    if (i != 14 && i != 15 && i != 18 && i != 20) labels[i] = 0;
  labels[9] = labels[14] = labels[15] = labels[18] = labels[20] = 1;
  labels[8] = 1;
  train[0] = train[33] = 1;

  if (khop_graph_from_coo(&graph, MEMBERS, FRIENDSHIPS, from, to, false)) return fail();
  if (khop_data_new(&data, graph, NULL, labels)) return fail();
  if (khop_data_add_split(data, train, NULL, NULL)) return fail();
  if (khop_recipe_find(&recipe, "ring")) return fail();
  khop_recipe_adapt(&recipe, data);
  options.save = "consumer.safetensors";
  if (khop_train(&report, data, &recipe, &options)) return fail();
  khop_report_free(&report);

  khop_model *model;
  khop_real scores[MEMBERS][2];
  if (khop_model_load(&model, "consumer.safetensors")) return fail();
  if (khop_predict(&scores[0][0], model, data, 0)) return fail();
  for (int i = 0; i < MEMBERS; i++) wrong += (scores[i][1] > scores[i][0]) != labels[i];
  printf("khop %s, %d bytes a number: %d of %d members in the wrong faction\n", khop_version(),
         (int)sizeof(khop_real), wrong, MEMBERS);
  khop_model_free(model);
  khop_data_free(data);
  return wrong > 3;
}
