/* forms.c: what the forms of one ring take, as bench/forms.py asks.
 *
 * bench_forms GRAPH HOP F FORM .. (stored, matrix-free, ladder) prints lines of a key and a value, for each form:
 * FORM.build, FORM.forward and FORM.back, seconds of the build and of one product, forward and transposed;
 * FORM.kept, entries that the form keeps for the ring's rung alone; FORM.bytes; FORM.off, the largest
 * difference of the products from those of the first form, as a share of the largest number of those. Then
 * `entries` of the ring. A ladder's products take what they need of the rungs below. */
#include "bench.h"
#include "forms/forms.h"
#include "forms/ladder/ladder.h"

#include <math.h>

static const char words[] = "bench_forms GRAPH HOP F stored|matrix-free|ladder ..";

static khop_form form_of(const char *name) {
  if (!strcmp(name, "stored")) return KHOP_STORED;
  if (!strcmp(name, "matrix-free")) return KHOP_MATRIX_FREE;
  if (strcmp(name, "ladder")) usage(words);
  return KHOP_LADDER;
}

/* Numbers of the first form, both ways, that the others are held against. */
static double off(const khop_real *y, const khop_real *first, int64_t count) {
  double most = 0, size = 0;
  for (int64_t i = 0; i < count; i++) {
    most = fmax(most, fabs((double)y[i] - (double)first[i]));
    size = fmax(size, fabs((double)first[i]));
  }
  return size > 0 ? most / size : most;
}

static void measure(const char *name, const khop_graph *graph, int hop, int64_t f, khop_real *first, bool is_first) {
  int64_t n = khop_graph_nodes(graph);
  khop_rings_options options = {.direction = KHOP_ALL, .form = form_of(name)};
  khop_real *x = numbers(n * f), *y = is_first ? first : numbers(2 * n * f);
  double forward, back, begin = now();
  khop_rings *rings;
  khop_taps *taps;
  must(khop_rings_build(&rings, graph, 1, &hop, &options));
  printf("%s.build %.9g\n", name, now() - begin);
  must(khop_taps_new(&taps, rings, 1, &hop, KHOP_NORM_ROW, false));
  for (int64_t i = 0; i < n * f; i++) x[i] = (khop_real)(i * 37 % 101) / 101;
  FASTEST(forward, must(khop_apply(y, f, taps, x, f, f, 0)));
  FASTEST(back, must(khop_apply(y + n * f, f, taps, x, f, f, KHOP_TRANSPOSE)));
  bool ladder = khop_rings_form(rings) == KHOP_LADDER;
  int64_t kept = ladder ? khop_i_ladder_entries(rings->state, hop) : khop_rings_kept(rings, 0);
  printf("%s.forward %.9g\n%s.back %.9g\n%s.kept %lld\n%s.bytes %zu\n", name, forward, name, back, name,
         (long long)kept, name, khop_rings_bytes(rings));
  if (is_first) printf("entries %lld\n", (long long)khop_rings_entries(rings, 0));
  else printf("%s.off %.3g\n", name, fmax(off(y, first, n * f), off(y + n * f, first + n * f, n * f)));
  fflush(stdout);
  khop_i_free(x);
  if (!is_first) khop_i_free(y);
  khop_taps_free(taps);
  khop_rings_free(rings);
}

int main(int argc, char **argv) {
  if (argc < 5) usage(words);
  khop_data *data = load(argv[1]);
  const khop_graph *graph = khop_data_graph(data);
  int64_t f = atoll(argv[3]);
  khop_real *first = numbers(2 * khop_graph_nodes(graph) * f);
  for (int a = 4; a < argc; a++) measure(argv[a], graph, atoi(argv[2]), f, first, a == 4);
  khop_i_free(first);
  khop_data_free(data);
  return 0;
}
