/* text_form.c: sets of graphs in one text file.
 *
 *   188            graphs
 *   23 2           nodes and label of the first
 *   2 2 1 13       its node 0: tag 2, two neighbours, 1 and 13
 *   ...            so many lines; an edge stands at both of its ends
 */
#include "graphsets/text_form.h"
#include "graphsets/set.h"
#include "graphsets/set_schema.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/numbers.h"
#include "graphsets/ranks.h"

/* The file as lists. */
typedef struct reading {
  khop_i_numbers file;
  int64_t graphs, nodes, edges;
  int64_t *first, *label; /* (graphs + 1), (graphs) */
  int64_t *tag;           /* (nodes) */
  int64_t *from, *to;     /* (edges), as the file has them */
} reading;

static khop_status more_edge(reading *r) {
  khop_status status = khop_i_room(&r->from, r->edges + 1, sizeof *r->from, "edges");
  return status == KHOP_OK ? khop_i_room(&r->to, r->edges + 1, sizeof *r->to, "edges") : status;
}

/* "tag m j1 .. jm" of node i of a graph of n nodes. */
static khop_status read_node(reading *r, int64_t begin, int64_t i, int64_t n) {
  khop_status status = KHOP_OK;
  int64_t neighbours, j;
  KHOP_TRY(khop_i_room(&r->tag, r->nodes + 1, sizeof *r->tag, "node tags"));
  KHOP_TRY(khop_i_numbers_whole(&r->tag[r->nodes], &r->file, INT32_MIN, INT32_MAX, "a node's tag"));
  KHOP_TRY(khop_i_numbers_whole(&neighbours, &r->file, 0, INT32_MAX, "a number of neighbours"));
  for (int64_t k = 0; k < neighbours; k++) {
    KHOP_TRY(khop_i_numbers_whole(&j, &r->file, 0, n - 1, "a neighbour"));
    KHOP_TRY(more_edge(r));
    r->from[r->edges] = begin + i;
    r->to[r->edges++] = begin + j;
  }
  KHOP_TRY(khop_i_numbers_end(&r->file));
  r->nodes++;
done:
  return status;
}

static khop_status next_line(reading *r, const char *what, int64_t number, int64_t of) {
  if (khop_i_numbers_line(&r->file)) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "%s: it ends after line %lld, before %s %lld of %lld", r->file.path,
                     (long long)r->file.line, what, (long long)number, (long long)of);
}

static khop_status read_graph(reading *r, int64_t g) {
  khop_status status = KHOP_OK;
  int64_t begin = r->nodes, n;
  KHOP_TRY(next_line(r, "graph", g, r->graphs));
  KHOP_TRY(khop_i_numbers_whole(&n, &r->file, 0, KHOP_MAX_NODES - begin, "a number of nodes"));
  KHOP_TRY(khop_i_numbers_whole(&r->label[g], &r->file, INT32_MIN, INT32_MAX, "a label"));
  KHOP_TRY(khop_i_numbers_end(&r->file));
  for (int64_t i = 0; i < n; i++) {
    KHOP_TRY(next_line(r, "node", i, n));
    KHOP_TRY(read_node(r, begin, i, n));
  }
  r->first[g + 1] = r->nodes;
done:
  return status;
}

static khop_status read_file(reading *r) {
  khop_status status = KHOP_OK;
  int64_t lines = khop_i_numbers_lines(&r->file);
  if (!khop_i_numbers_line(&r->file))
    KHOP_FAIL(KHOP_E_FORMAT, "%s: it is empty: the first line is the number of graphs", r->file.path);
  KHOP_TRY(khop_i_numbers_whole(&r->graphs, &r->file, 1, INT32_MAX, "the number of graphs"));
  KHOP_TRY(khop_i_numbers_end(&r->file));
  if (r->graphs > lines)
    KHOP_FAIL(KHOP_E_FORMAT, "%s: line 1 says %lld graphs, and %lld lines follow", r->file.path,
              (long long)r->graphs, (long long)lines - 1);
  KHOP_TRY(khop_i_alloc(&r->first, r->graphs + 1, sizeof *r->first, "graphs"));
  KHOP_TRY(khop_i_alloc(&r->label, r->graphs, sizeof *r->label, "labels"));
  for (int64_t g = 0; g < r->graphs; g++) KHOP_TRY(read_graph(r, g));
  if (khop_i_numbers_line(&r->file))
    KHOP_FAIL(KHOP_E_FORMAT, "%s: line %lld: it goes on after the last of the %lld graphs", r->file.path,
              (long long)r->file.line, (long long)r->graphs);
done:
  return status;
}

/* Tags as sparse columns of 0 and 1. *graph becomes NULL once the set owns it. */
static khop_status make_set(khop_graphs **set, const reading *r, khop_graph **graph) {
  khop_status status = KHOP_OK;
  khop_i_ranks ranks = {0};
  int64_t *offsets = NULL;
  int32_t *indices = NULL;
  khop_real *values = NULL;
  KHOP_TRY(khop_i_ranks_new(&ranks, r->nodes, r->tag));
  KHOP_TRY(khop_i_alloc(&offsets, r->nodes + 1, sizeof *offsets, "features"));
  KHOP_TRY(khop_i_alloc(&indices, r->nodes, sizeof *indices, "features"));
  KHOP_TRY(khop_i_alloc(&values, r->nodes, sizeof *values, "features"));
  for (int64_t i = 0; i < r->nodes; i++) {
    offsets[i + 1] = i + 1;
    indices[i] = (int32_t)khop_i_ranks_of(&ranks, r->tag[i]);
    values[i] = 1;
  }
  khop_features tags = {r->nodes, ranks.count, NULL, offsets, indices, values};
  KHOP_TRY(khop_graphs_new(set, *graph, r->graphs, r->first, ranks.count ? &tags : NULL));
  *graph = NULL;
  if (ranks.count) KHOP_TRY(khop_i_graphs_describe(*set, &ranks, 0));
done:
  khop_i_ranks_free(&ranks);
  khop_i_free(offsets);
  khop_i_free(indices);
  khop_i_free(values);
  return status;
}

khop_status khop_i_graphs_from_text(khop_graphs **set, const char *path) {
  khop_status status = KHOP_OK;
  reading r = {0};
  khop_graph *graph = NULL;
  khop_graphs *made = NULL;
  KHOP_TRY(khop_i_numbers_open(&r.file, path));
  KHOP_TRY(read_file(&r));
  KHOP_TRY(khop_graph_from_coo(&graph, r.nodes, r.edges, r.from, r.to, false));
  KHOP_TRY(make_set(&made, &r, &graph));
  KHOP_TRY(khop_i_graphs_set_classes(made, r.label));
  *set = made;
  made = NULL;
done:
  khop_graphs_free(made);
  khop_graph_free(graph);
  khop_i_numbers_close(&r.file);
  khop_i_free(r.first);
  khop_i_free(r.label);
  khop_i_free(r.tag);
  khop_i_free(r.from);
  khop_i_free(r.to);
  return status;
}
