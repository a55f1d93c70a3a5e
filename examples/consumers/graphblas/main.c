/* GraphBLAS is begun by the program, with an allocator that counts; khop then uses it as it is, and never ends it.
 * khop's own memory comes from another allocator that counts. At the end nothing is left in either. */
#include <khop/graphblas.h>
#include <khop/khop.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_long of_graphblas, of_khop; /* blocks */

static void *graphblas_malloc(size_t size) {
  of_graphblas++;
  return malloc(size);
}
static void *graphblas_calloc(size_t count, size_t size) {
  of_graphblas++;
  return calloc(count, size);
}
static void *graphblas_realloc(void *pointer, size_t size) {
  if (!pointer) of_graphblas++;
  return realloc(pointer, size);
}
static void graphblas_free(void *pointer) {
  if (pointer) of_graphblas--;
  free(pointer);
}

static void *khop_take(size_t size, void *context) {
  (void)context;
  of_khop++;
  return malloc(size);
}
static void khop_give_back(void *pointer, void *context) {
  (void)context;
  if (pointer) of_khop--;
  free(pointer);
}

int main(void) {
  const int64_t shape[] = {4, 4};
  const int hops[] = {1, 2};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL, *walks = NULL;
  GrB_Matrix ring = NULL;
  GrB_Index entries = 0;
  khop_rings_options supports = {.op = KHOP_WALK_SUPPORT}; /* products: GraphBLAS computes them */
  if (khop_set_allocator(&(khop_allocator){khop_take, khop_give_back, NULL})) return 1; /* before any other call */
  GxB_init(GrB_NONBLOCKING, graphblas_malloc, graphblas_calloc, graphblas_realloc, graphblas_free);
  if (khop_graph_grid(&graph, 2, shape, NULL, false, false) || khop_rings_build(&rings, graph, 2, hops, NULL) ||
      khop_rings_build(&walks, graph, 2, hops, &supports) ||
      khop_rings_to_graphblas(&ring, rings, 1, KHOP_NORM_NONE, false)) {
    fprintf(stderr, "%s\n", khop_message());
    return 1;
  }
  GrB_Matrix_nvals(&entries, ring);
  printf("ring 2 of a 4 x 4 grid as a GrB_Matrix: %llu entries; walks of 2: %lld\n", (unsigned long long)entries,
         (long long)khop_rings_entries(walks, 1));
  GrB_Matrix_free(&ring);
  khop_rings_free(walks);
  khop_rings_free(rings);
  khop_graph_free(graph);
  GrB_finalize();
  printf("left: %ld blocks of GraphBLAS, %ld of khop\n", of_graphblas, of_khop);
  return of_graphblas != 0 || of_khop != 0 || entries != 68;
}
