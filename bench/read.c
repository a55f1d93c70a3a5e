/* read.c: bench_read FILE reads one graph, once, in a process of its own, and prints the seconds, the peak of the
 * process in bytes, and what the graph is: repeats would find the file's pages and the heap warm. */
#include "bench.h"

#include <sys/resource.h>

int main(int argc, char **argv) {
  khop_graph *graph;
  struct rusage used;
  if (argc != 2) usage("bench_read FILE");
  double begin = now();
  must(khop_graph_read(&graph, argv[1], NULL));
  double seconds = now() - begin;
  getrusage(RUSAGE_SELF, &used);
  printf("seconds %.6f\npeak %.0f\nnodes %lld\nedges %lld\n", seconds, 1024.0 * (double)used.ru_maxrss,
         (long long)khop_graph_nodes(graph), (long long)khop_graph_edges(graph));
  khop_graph_free(graph);
  return 0;
}
