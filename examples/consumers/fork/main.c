/* A child that computes after its parent has computed on two threads. Threads do not come along: the child has one, and
 * its numbers are the parent's. */
#include <khop/khop.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t entries_of_ring(int *threads) {
  const int64_t shape[] = {60, 60};
  const int hops[] = {1, 8};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  int64_t entries = -1;
  if (!khop_graph_grid(&graph, 2, shape, NULL, false, false) && !khop_rings_build(&rings, graph, 2, hops, NULL))
    entries = khop_rings_entries(rings, 1);
  khop_rings_free(rings);
  khop_graph_free(graph);
  *threads = khop_threads();
  return entries;
}

int main(void) {
  int threads, status = 1;
  if (khop_set_threads(2)) return 1;
  int64_t before = entries_of_ring(&threads);
  pid_t child = fork();
  if (child == 0) {
    int64_t seen = entries_of_ring(&threads);
    printf("parent %lld, child %lld on %d thread\n", (long long)before, (long long)seen, threads);
    fflush(stdout);
    _exit(seen != before || threads != 1);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) return 1;
  int64_t after = entries_of_ring(&threads);
  printf("parent again %lld on %d threads\n", (long long)after, threads);
  return status != 0 || after != before || threads != 2;
}
