/* training.c: some steps of a training on the ranks of MPI (khop/shard_run.h): rank 0 prints each loss, and 64 bits of the
 * weights that came of it. mpi.sh compares the lines of 1 to 4 ranks.
 *
 *   training GRAPH [STEPS [SECONDS]]     a data set, of which the links alone are taken; 10 steps; how long a rank waits for
 *                                        the others (khop_petsc_limit) */
#include <khop/khop.h>
#include <khop/petsc.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 6, CLASSES = 3 };

static const khop_exchange *exchange;

/* All ranks fail together, and one says why. */
static void must(khop_status status) {
  if (status == KHOP_OK) return;
  if (!exchange || exchange->rank == 0) fprintf(stderr, "training: %s\n", khop_message());
  PetscFinalize();
  exit(1);
}

static khop_model *new_model(void) {
  khop_model *model;
  must(khop_model_new(&model));
  khop_conv_options o = {.taps = 3, .norm = KHOP_NORM_SYM, .bias = true};
  khop_value x = khop_dropout(model, khop_input(model, COLUMNS), 0.2);
  x = khop_relu(model, khop_conv(model, x, 8, &o));
  khop_softmax_cross_entropy(model, khop_conv(model, x, CLASSES, &o));
  must(khop_model_init(model, 1));
  return model;
}

/* Numbers and classes that the number of a node gives, whoever owns it. */
static void draw_rows(khop_real *x, int32_t *labels, int64_t first, int64_t rows) {
  for (int64_t i = 0; i < rows; i++) {
    labels[i] = (int32_t)((first + i) * 7 / 3 % CLASSES);
    for (int c = 0; c < COLUMNS; c++) x[i * COLUMNS + c] = (khop_real)((first + i) * (c + 2) % 17) / 17;
  }
}

static void train(khop_shard_run *run, khop_model *model, int steps) {
  khop_optimizer *optimizer;
  must(khop_optimizer_new(&optimizer, model, NULL));
  for (int step = 0; step < steps; step++) {
    double loss;
    must(khop_shard_run_forward(&loss, run, true, 1, (uint64_t)step));
    must(khop_shard_run_backward(run));
    khop_optimizer_step(optimizer, khop_shard_run_gradients(run), 1);
    if (exchange->rank == 0) printf("%d: %a\n", step, loss), fflush(stdout);
  }
  khop_optimizer_free(optimizer);
}

static void print_weights(const khop_model *model) {
  const unsigned char *bytes = (const void *)khop_model_parameter_array((khop_model *)(uintptr_t)model);
  uint64_t hash = 0;
  for (size_t b = 0; b < (size_t)khop_model_parameters(model) * sizeof(khop_real); b++)
    hash = (hash ^ bytes[b]) * UINT64_C(0x100000001b3); /* FNV-1a */
  if (exchange->rank == 0) printf("weights: %016llx\n", (unsigned long long)hash);
}

int main(int argc, char **argv) {
  khop_exchange e;
  khop_data *data;
  khop_shard *shard;
  khop_shard_run *run;
  if (argc < 2 || argc > 4) return fprintf(stderr, "training GRAPH [STEPS [SECONDS]]\n"), 2;
  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  if (khop_petsc_open(&e, PETSC_COMM_WORLD)) return fprintf(stderr, "training: %s\n", khop_petsc_message(&e)), 1;
  if (khop_petsc_limit(&e, argc > 3 ? atof(argv[3]) : 0))
    return fprintf(stderr, "training: %s\n", khop_petsc_message(&e)), 1;
  exchange = &e;
  must(khop_data_load(&data, argv[1], NULL));
  must(khop_shard_of(&shard, &e, khop_data_graph(data)));
  int64_t rows = khop_shard_rows(shard);
  khop_real *x = calloc((size_t)(rows * COLUMNS), sizeof *x);
  int32_t *labels = calloc((size_t)rows, sizeof *labels);
  if (!x || !labels) abort();
  draw_rows(x, labels, khop_shard_first(shard), rows);
  khop_model *model = new_model();
  must(khop_shard_run_new(&run, model, shard, &(khop_features){.rows = rows, .columns = COLUMNS, .dense = x}, 12, true));
  must(khop_shard_run_labels(run, labels, NULL));
  train(run, model, argc > 2 ? atoi(argv[2]) : 10);
  print_weights(model);
  khop_shard_run_free(run);
  khop_model_free(model);
  khop_shard_free(shard);
  khop_data_free(data);
  free(labels);
  free(x);
  khop_petsc_close(&e);
  return PetscFinalize();
}
