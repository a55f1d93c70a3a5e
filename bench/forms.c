/* forms.c: what the forms of one ring take, as bench/forms.py asks.
 *
 * bench_forms GRAPH HOP F FORM (stored, streamed, ladder) prints lines of a key and a value: seconds of
 * the build and of one product, forward and transposed; entries of the ring, entries kept by the form for
 * its rung alone, bytes. A ladder's products climb the rungs below too. */
#include "bench.h"
#include "rings/forms.h"

static khop_form form_of(const char *name) {
  if (!strcmp(name, "stored")) return KHOP_STORED;
  if (!strcmp(name, "streamed")) return KHOP_STREAMED;
  if (strcmp(name, "ladder")) usage("bench_forms GRAPH HOP F stored|streamed|ladder");
  return KHOP_LADDER;
}

int main(int argc, char **argv) {
  if (argc != 5) usage("bench_forms GRAPH HOP F stored|streamed|ladder");
  khop_data *data = load(argv[1]);
  const khop_graph *graph = khop_data_graph(data);
  int hop = atoi(argv[2]);
  int64_t f = atoll(argv[3]), n = khop_graph_nodes(graph);
  khop_rings_options options = {.direction = KHOP_ALL, .form = form_of(argv[4])};
  khop_rings *rings;
  khop_taps *taps;
  double forward, back, begin = now();
  must(khop_rings_build(&rings, graph, 1, &hop, &options));
  printf("build %.9g\n", now() - begin);
  must(khop_taps_new(&taps, rings, 1, &hop, KHOP_NORM_ROW, false));
  khop_real *x = numbers(n * f), *y = numbers(n * f);
  for (int64_t i = 0; i < n * f; i++) x[i] = (khop_real)(i * 37 % 101) / 101;
  FASTEST(forward, must(khop_apply(y, f, taps, x, f, f, 0)));
  FASTEST(back, must(khop_apply(y, f, taps, x, f, f, KHOP_TRANSPOSE)));
  int64_t kept = rings->ladder ? khop_i_ladder_entries(rings->ladder, hop) : khop_rings_kept(rings, 0);
  printf("forward %.9g\nback %.9g\nentries %lld\nkept %lld\nbytes %zu\n", forward, back,
         (long long)khop_rings_entries(rings, 0), (long long)kept, khop_rings_bytes(rings));
  khop_i_free(x);
  khop_i_free(y);
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_data_free(data);
  return 0;
}
