/* arcs_file.c: see arcs_file.h. */
#include "data/arcs_file.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/text_file.h"
#include "graph/graph.h"
#include "graph/io/limits.h"

static khop_status read_pairs(int64_t *from, int64_t *to, khop_i_text_file *file, const khop_i_arcs_file *arcs,
                              int64_t nodes) {
  khop_status status = KHOP_OK;
  if (arcs->header) khop_i_text_file_next(file);
  for (int64_t e = 0; status == KHOP_OK && khop_i_text_file_next(file); e++) {
    const char *at = file->line.start;
    status = khop_i_text_file_whole(&from[e], file, &at, arcs->separator, 0, nodes - 1);
    if (status == KHOP_OK) status = khop_i_text_file_whole(&to[e], file, &at, arcs->separator, 0, nodes - 1);
    if (status == KHOP_OK && at < file->line.end) status = khop_i_text_file_fail(file, "more than two nodes in");
  }
  return status;
}

/* The same pairs as arcs and as edges: an edge is two arcs, so that fewer were there where some has no opposite. */
static khop_status make_graph(khop_graph **graph, khop_i_arcs_file *file, int64_t nodes, const int64_t *ends[2],
                              int64_t count, bool directed) {
  khop_graph *arcs = NULL, *edges = NULL;
  khop_status status = khop_graph_from_coo(&arcs, nodes, count, ends[0], ends[1], true);
  if (status == KHOP_OK && !directed) status = khop_graph_from_coo(&edges, nodes, count, ends[0], ends[1], false);
  if (status == KHOP_OK) {
    file->one_way = edges && arcs->arcs != edges->arcs;
    *graph = directed ? arcs : edges;
  }
  if (*graph != arcs) khop_graph_free(arcs);
  if (*graph != edges) khop_graph_free(edges);
  return status;
}

khop_status khop_i_arcs_file_read(khop_graph **graph, khop_i_arcs_file *arcs, const char *folder, int64_t nodes,
                                  bool directed) {
  khop_i_text_file file = {0};
  int64_t *from = NULL, *to = NULL;
  khop_status status = khop_i_text_file_open(&file, folder, arcs->name);
  if (status != KHOP_OK) return status;
  int64_t count = khop_i_text_file_lines(&file) - arcs->header;
  if (count < 0) count = 0;
  KHOP_TRY(khop_i_check_claim(nodes, file.text.length));
  KHOP_TRY(khop_i_alloc_raw(&from, count, sizeof *from, "arcs"));
  KHOP_TRY(khop_i_alloc_raw(&to, count, sizeof *to, "arcs"));
  KHOP_TRY(read_pairs(from, to, &file, arcs, nodes));
  khop_i_text_file_close(&file);
  KHOP_TRY(make_graph(graph, arcs, nodes, (const int64_t *[2]){from, to}, count, directed));
done:
  khop_i_free(from);
  khop_i_free(to);
  khop_i_text_file_close(&file);
  return status;
}

khop_status khop_i_arcs_file_note(khop_data *data) {
  return khop_i_data_note(data, "the direction of its arcs is left out: --directed keeps it");
}
