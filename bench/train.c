/* train.c: the training that bench/train.py and bench/memory.py measure: two k-hop convolutions over the
 * rings 0, 1 and 2 (sym), 64 columns between them, ReLU, softmax cross-entropy, Adam, no dropout. The
 * weights come from a formula, so that PyTorch starts from the same (bench/peer.py).
 *
 * bench_train DATA, then a line "epochs N" on the input: the answer is the seconds of the fastest epoch,
 * then the loss of each. "bytes 0" answers the peak size of the process and that of khop's own blocks. */
#include "bench.h"

#include <sys/resource.h>

#define HIDDEN 64
static const int hops[] = {0, 1, 2};

typedef struct job {
  khop_data *data;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  khop_optimizer *optimizer;
} job;

/* The same numbers as formula() of bench/peer.py: a mix of the position, to [-1/16, 1/16). */
static khop_real formula(uint32_t i) {
  i *= 2654435761u;
  i ^= i >> 15;
  i *= 2246822519u;
  i ^= i >> 13;
  return ((khop_real)(i >> 8) * 0x1p-24f - (khop_real)0.5) * (khop_real)0.125;
}

static void open_job(job *j, const char *path) {
  khop_conv_options conv = {.taps = 3, .hops = hops, .norm = KHOP_NORM_SYM, .bias = true};
  j->data = load(path);
  const khop_features *features = khop_data_features(j->data);
  must(khop_model_new(&j->model));
  khop_value x = khop_input(j->model, features->columns);
  x = khop_relu(j->model, khop_conv(j->model, x, HIDDEN, &conv));
  khop_softmax_cross_entropy(j->model, khop_conv(j->model, x, khop_data_classes(j->data), &conv));
  must(khop_model_init(j->model, 0));
  khop_real *block = khop_model_parameter_array(j->model);
  for (int64_t i = 0; i < khop_model_parameters(j->model); i++) block[i] = formula((uint32_t)i);
  must(khop_model_rings(j->rings, &j->count, j->model, khop_data_graph(j->data), 0));
  must(khop_run_new(&j->run, j->model, j->count, j->rings, features, true, 0));
  must(khop_run_labels(j->run, khop_data_labels(j->data), khop_data_mask(j->data, 0, KHOP_TRAIN)));
  must(khop_optimizer_new(&j->optimizer, j->model, NULL));
}

static void close_job(job *j) {
  khop_optimizer_free(j->optimizer);
  khop_run_free(j->run);
  for (int i = 0; i < j->count; i++) khop_rings_free(j->rings[i]);
  khop_model_free(j->model);
  khop_data_free(j->data);
}

static void epochs(const job *j, long long count) {
  static double loss[1000];
  double fastest = 1e300;
  for (int e = 0; e < count && e < 1000; e++) {
    double start = now();
    loss[e] = khop_run_forward(j->run, true, 0, (uint64_t)e);
    khop_run_backward(j->run);
    khop_optimizer_step(j->optimizer, khop_run_gradients(j->run), 1);
    double took = now() - start;
    if (took < fastest) fastest = took;
  }
  printf("%.9g", fastest);
  for (int e = 0; e < count && e < 1000; e++) printf(" %.9g", loss[e]);
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc != 2) usage("bench_train DATA");
  job j = {0};
  open_job(&j, argv[1]);
  char what[16];
  long long count;
  struct rusage use;
  while (scanf("%15s %lld", what, &count) == 2) {
    if (!strcmp(what, "epochs")) {
      epochs(&j, count);
    } else {
      getrusage(RUSAGE_SELF, &use);
      printf("%ld %zu\n", use.ru_maxrss * 1024, khop_bytes_peak());
    }
    fflush(stdout);
  }
  close_job(&j);
  return 0;
}
