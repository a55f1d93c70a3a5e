/* node_table.c: a table beside a graph, whose columns are attributes of the nodes. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {1 << 20, 1024};
static char graph[512];

void fuzz_prepare(void) {
  static const char edges[] = "ann bob\nbob cat\ncat dan\ndan ann\n";
  strcpy(graph, fuzz_file("graph.edges", (const uint8_t *)edges, sizeof edges - 1));
}

void fuzz_input(const uint8_t *input, size_t size) {
  khop_data_options options = {.nodes = fuzz_file("nodes.csv", input, size)};
  khop_data *data = NULL;
  fuzz_reading();
  khop_status status = khop_data_load(&data, graph, &options);
  fuzz_has_read(status, data);
  if (data) fuzz_check_data(data);
  khop_data_free(data);
}
