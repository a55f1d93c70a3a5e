/* test_graphblas_guest.c: GraphBLAS belongs to the program: it was there first, with an allocator of
 * its own. khop uses it as a guest, mixes no allocators, and never finalises it.
 */
#include "check.h"

#include <khop/graphblas.h>

/* The program's allocator: every block is marked, so that a block of malloc's that is given back
 * here, or one of these that goes to free, is noticed. */
static atomic_llong live, taken, left = -1;
enum { MARK = 64 };
static const char mark[] = "a block of the program's own allocator";

static void *host_malloc(size_t size) {
  if (atomic_load(&left) >= 0 && atomic_fetch_sub(&left, 1) <= 0) {
    atomic_store(&left, 0);
    return NULL;
  }
  char *block = malloc(size + MARK);
  if (!block) return NULL;
  memcpy(block, mark, sizeof mark);
  atomic_fetch_add(&live, 1);
  atomic_fetch_add(&taken, 1);
  return block + MARK;
}

static void host_free(void *pointer) {
  if (!pointer) return;
  char *block = (char *)pointer - MARK;
  if (memcmp(block, mark, sizeof mark) != 0) abort();
  memset(block, 0, sizeof mark);
  atomic_fetch_sub(&live, 1);
  free(block);
}

static void *host_calloc(size_t count, size_t size) {
  void *pointer = host_malloc(count * size);
  return pointer ? memset(pointer, 0, count * size) : NULL;
}

static void guest_builds_rings(void **state) {
  (void)state;
  const int64_t shape[] = {20, 30};
  long long before = atomic_load(&taken);
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, shape, NULL, true, true));
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings *rings = NULL;
    khop_rings_options options = {.op = (khop_operator)op, .search = KHOP_SEARCH_GRAPHBLAS};
    ok(khop_rings_build(&rings, graph, 3, (int[]){0, 1, 3}, &options));
    GrB_Matrix matrix = NULL;
    GrB_Index entries = 0;
    ok(khop_rings_to_graphblas(&matrix, rings, 2, KHOP_NORM_ROW, false));
    assert_int_equal(GrB_Matrix_nvals(&entries, matrix), GrB_SUCCESS);
    assert_int_equal(entries, khop_rings_entries(rings, 2));
    GrB_Matrix_free(&matrix);
    khop_rings_free(rings);
  }
  khop_graph_free(graph);
  assert_true(atomic_load(&taken) > before); /* it was the program's allocator */
}

/* GraphBLAS's own memory runs out: a status, and nothing is left behind on either side. */
static void memory_of_the_host_runs_out(void **state) {
  (void)state;
  const int64_t shape[] = {5, 60};
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, shape, NULL, false, true));
  size_t held = khop_bytes_now();
  ok(khop_set_threads(1));
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings_options options = {.op = (khop_operator)op, .search = KHOP_SEARCH_GRAPHBLAS};
    long long blocks = atomic_load(&live);
    khop_status status = KHOP_E_MEMORY;
    int n = 0;
    for (; status != KHOP_OK; n++) {
      khop_rings *rings = (khop_rings *)(void *)&n;
      assert_true(n < 20000);
      atomic_store(&left, n);
      status = khop_rings_build(&rings, graph, 3, (int[]){0, 2, 5}, &options);
      atomic_store(&left, -1);
      if (status != KHOP_OK) {
        fails(status, KHOP_E_MEMORY, "no memory for GraphBLAS", "");
        assert_null(rings);
      }
      khop_rings_free(rings);
      assert_int_equal(khop_bytes_now(), held);
      assert_int_equal(atomic_load(&live), blocks);
    }
    assert_true(n > 10);
  }
  ok(khop_set_threads(0));
  khop_graph_free(graph);
}

/* khop is done; GraphBLAS still works for its owner. */
static void host_goes_on(void **state) {
  (void)state;
  GrB_Matrix matrix = NULL;
  assert_int_equal(GrB_Matrix_new(&matrix, GrB_BOOL, 3, 3), GrB_SUCCESS);
  assert_int_equal(GrB_Matrix_setElement_BOOL(matrix, true, 1, 2), GrB_SUCCESS);
  assert_int_equal(GrB_Matrix_wait(matrix, GrB_MATERIALIZE), GrB_SUCCESS);
  GrB_Matrix_free(&matrix);
  assert_int_equal(khop_bytes_now(), 0);
  assert_int_equal(GrB_finalize(), GrB_SUCCESS);
  assert_int_equal(atomic_load(&live), 0);
}

int main(void) {
  /* without a realloc of its own, which would have to know the old size */
  if (GxB_init(GrB_NONBLOCKING, host_malloc, host_calloc, NULL, host_free) != GrB_SUCCESS) return 1;
  /* kept blocks would look like leaks */
  int64_t none[64] = {0};
  GxB_Global_Option_set(GxB_MEMORY_POOL, none);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(guest_builds_rings),
      cmocka_unit_test(memory_of_the_host_runs_out),
      cmocka_unit_test(host_goes_on),
  };
  return cmocka_run_group_tests_name("graphblas guest", tests, NULL, NULL);
}
