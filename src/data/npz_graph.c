/* npz_graph.c: the graph of a NumPy archive.
 *
 *   adj_indptr, adj_indices ..   a matrix as rows (CSR); also without the prefix, as SciPy saves it, csr or csc
 *   row, col ..                  the same in another form of SciPy's: npz_sparse.h
 *   edge_index (2, E)            PyTorch Geometric's arcs
 *   edges (E, 2)                 edges of the heterophilous benchmark, each once
 *   adj (N, N)                   a dense matrix
 *
 * An undirected edge is stored as two arcs, so that arcs of which each has its opposite are an undirected graph. */
#include "data/npz_graph.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/csr.h"
#include "data/npz_sparse.h"
#include "graph/graph.h"
#include "graph/io/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *khop_i_npz_prefix(const khop_i_members *members, const char *const *prefixes) {
  for (; *prefixes; prefixes++) {
    char key[64];
    snprintf(key, sizeof key, "%sindptr", *prefixes);
    if (khop_i_npz_has(members->npz, key)) return *prefixes;
  }
  return NULL;
}

void khop_i_npz_use_prefix(khop_i_members *members, const char *prefix) {
  const char *const parts[] = {"indptr", "indices", "data", "shape"};
  for (int k = 0; k < 4; k++) {
    char key[64];
    snprintf(key, sizeof key, "%s%s", prefix, parts[k]);
    khop_i_members_use(members, key);
  }
  if (!*prefix) khop_i_members_use(members, "format");
}

static int by_id(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static bool is_symmetric(const khop_graph *graph) {
  const int64_t *offsets = graph->offsets;
  const int32_t *targets = graph->targets;
  for (int64_t i = 0; i < graph->nodes; i++) {
    int32_t id = (int32_t)i;
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++) {
      int32_t j = targets[e];
      size_t degree = (size_t)(offsets[j + 1] - offsets[j]);
      if (!degree || !bsearch(&id, targets + offsets[j], degree, sizeof id, by_id)) return false;
    }
  }
  return true;
}

static void take_symmetry(khop_graph *graph) { graph->directed = !is_symmetric(graph); }

/* --- a matrix as rows, or as columns ---------------------------------------------------------- */

/* The form of a matrix that SciPy has saved, "csr" where it does not say. */
static khop_status read_format(char format[8], khop_i_members *members) {
  khop_i_array array = {0};
  snprintf(format, 8, "csr");
  if (!khop_i_npz_has(members->npz, "format")) return KHOP_OK;
  khop_status status = khop_i_members_read(&array, members, "format");
  if (status == KHOP_OK && array.dtype == KHOP_I_BYTES && array.count == 1)
    snprintf(format, 8, "%.*s", (int)array.item_size, (const char *)array.data);
  khop_i_array_free(&array);
  return status;
}

static khop_status not_square(int64_t rows, int64_t columns) {
  return khop_i_fail(KHOP_E_SHAPE, "the adjacency matrix is %lld x %lld, not square", (long long)rows,
                     (long long)columns);
}

/* Arcs i -> j of a matrix as columns are arcs j -> i of one as rows. */
static khop_status transposed(khop_graph **graph, const khop_i_csr *csr) {
  int64_t arcs = csr->offsets[csr->rows];
  int64_t *from = NULL, *to = NULL;
  khop_status status = khop_i_alloc_raw(&from, arcs, sizeof *from, "arcs");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&to, arcs, sizeof *to, "arcs");
  for (int64_t i = 0; status == KHOP_OK && i < csr->rows; i++)
    for (int64_t e = csr->offsets[i]; e < csr->offsets[i + 1]; e++) {
      from[e] = csr->indices[e];
      to[e] = i;
    }
  if (status == KHOP_OK) status = khop_graph_from_coo(graph, csr->rows, arcs, from, to, true);
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

static khop_status rows_of_matrix(khop_graph **graph, bool *weighted, khop_i_members *members, const char *prefix,
                                  bool columns) {
  khop_i_csr csr = {0};
  int64_t *targets = NULL;
  khop_i_npz_use_prefix(members, prefix);
  khop_status status = khop_i_csr_read(&csr, members->npz, prefix, true, columns ? "csc" : "csr");
  if (status != KHOP_OK) goto done;
  if (csr.rows != csr.columns) {
    status = not_square(csr.rows, csr.columns);
    goto done;
  }
  *weighted = csr.weighted;
  int64_t arcs = csr.offsets[csr.rows];
  if (columns) {
    KHOP_TRY(transposed(graph, &csr));
    goto done;
  }
  KHOP_TRY(khop_i_alloc_raw(&targets, arcs, sizeof *targets, "arcs"));
  for (int64_t e = 0; e < arcs; e++) targets[e] = csr.indices[e];
  KHOP_TRY(khop_graph_from_csr(graph, csr.rows, csr.offsets, targets, true));
done:
  khop_i_free(targets);
  khop_i_csr_free(&csr);
  return status;
}

/* --- lists of arcs ------------------------------------------------------------------------------ */

/* Where arc e has its ends: array[first + e * step]. */
typedef struct arc_ends {
  const khop_i_array *array;
  int64_t from_first, to_first, step, count;
} arc_ends;

/* How many nodes the other members speak of; 0: none says. */
static khop_status nodes_by_rows(int64_t *nodes, khop_i_members *members) {
  static const char *const keys[] = {"num_nodes", "x", "node_features", "attr_matrix", "y",
                                     "node_labels", "labels", NULL};
  khop_i_array array = {0};
  const char *key = khop_i_members_first(members, keys);
  *nodes = 0;
  if (!key) return KHOP_OK;
  bool said = key == keys[0];
  khop_status status = said ? khop_i_members_read(&array, members, key)
                            : khop_i_npz_describe(&array, members->npz, key);
  if (status == KHOP_E_UNSUPPORTED && !said) return KHOP_OK; /* whoever needs it says so */
  if (status == KHOP_OK && array.dimensions) *nodes = array.shape[0];
  if (status == KHOP_OK && said && array.count == 1) *nodes = khop_i_array_integer(&array, 0);
  khop_i_array_free(&array);
  return status;
}

/* bytes: of the archive, of which the highest id may claim no more nodes than it can mean. */
static khop_status graph_of_arcs(khop_graph **graph, const arc_ends *ends, int64_t nodes, bool directed,
                                 const char *key, int64_t bytes) {
  int64_t *from = NULL, *to = NULL;
  bool bounded = nodes > 0;
  khop_status status = KHOP_OK;
  if (!khop_i_array_is_integer(ends->array))
    KHOP_FAIL(KHOP_E_FORMAT, "%s is not of integers", key);
  KHOP_TRY(khop_i_alloc_raw(&from, ends->count, sizeof *from, "arcs"));
  KHOP_TRY(khop_i_alloc_raw(&to, ends->count, sizeof *to, "arcs"));
  for (int64_t e = 0; e < ends->count; e++) {
    from[e] = khop_i_array_integer(ends->array, ends->from_first + e * ends->step);
    to[e] = khop_i_array_integer(ends->array, ends->to_first + e * ends->step);
    int64_t least = from[e] < to[e] ? from[e] : to[e], most = from[e] < to[e] ? to[e] : from[e];
    if (least < 0 || (bounded && most >= nodes))
      KHOP_FAIL(KHOP_E_VALUE, "%s: arc %lld is from %lld to %lld, and there are nodes 0 to %lld", key, (long long)e,
                (long long)from[e], (long long)to[e], (long long)(bounded ? nodes : most + 1) - 1);
    if (!bounded && most >= nodes) nodes = most + 1;
  }
  KHOP_TRY(khop_i_check_claim(nodes, bytes));
  KHOP_TRY(khop_graph_from_coo(graph, nodes, ends->count, from, to, directed));
done:
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

static khop_status read_edge_array(khop_graph **graph, khop_i_members *members, const char *key, bool once) {
  khop_i_array a = {0};
  int64_t nodes = 0;
  khop_status status = khop_i_members_read(&a, members, key);
  if (status != KHOP_OK) return status;
  bool tall = a.dimensions == 2 && a.shape[1] == 2;
  bool wide = a.dimensions == 2 && a.shape[0] == 2 && !(once && tall);
  if (!wide && !tall)
    KHOP_FAIL(KHOP_E_SHAPE, "%s is neither (2, E) nor (E, 2): it has %d dimensions, and %lld rows", key, a.dimensions,
              (long long)(a.dimensions ? a.shape[0] : 0));
  KHOP_TRY(nodes_by_rows(&nodes, members));
  arc_ends ends = {&a, 0, wide ? a.shape[1] : 1, wide ? 1 : 2, wide ? a.shape[1] : a.shape[0]};
  khop_i_members_use(members, "num_nodes");
  KHOP_TRY(graph_of_arcs(graph, &ends, nodes, !once, key, khop_i_npz_bytes(members->npz)));
done:
  khop_i_array_free(&a);
  return status;
}

/* --- which ------------------------------------------------------------------------------------ */

/* What else the archive has, for the sentence that it has no graph. */
static khop_status no_graph(const khop_i_members *members) {
  char there[300];
  khop_i_members_list(there, sizeof there, members);
  return khop_i_fail(KHOP_E_NOT_FOUND, "has no graph: no member 'adj_indptr', 'indptr', 'edge_index', 'edges', 'row' "
                     "or 'adj' among %s", there);
}

static khop_status read_matrix(khop_graph **graph, bool *weighted, khop_i_members *members, const char *prefix) {
  char format[8];
  if (prefix && *prefix) return rows_of_matrix(graph, weighted, members, prefix, false);
  khop_status status = read_format(format, members);
  if (status != KHOP_OK) return status;
  if (!khop_i_npz_has(members->npz, "format") && !prefix) snprintf(format, sizeof format, "coo");
  if (strcmp(format, "coo") == 0 || strcmp(format, "bsr") == 0 || strcmp(format, "dia") == 0)
    return khop_i_npz_sparse(graph, weighted, members, format);
  return rows_of_matrix(graph, weighted, members, "", strcmp(format, "csc") == 0);
}

khop_status khop_i_npz_graph(khop_graph **graph, bool *weighted, khop_i_members *members, bool use_directed) {
  static const char *const adjacency[] = {"adj_", "", "adj_matrix.", NULL};
  static const char *const links[] = {"dir_", NULL};
  static const char *const lists[] = {"edge_index", "edges", NULL};
  static const char *const matrices[] = {"adj", "adj_matrix", "adjacency", "adjacency_matrix", "A", NULL};
  const char *prefix = khop_i_npz_prefix(members, use_directed ? links : adjacency);
  const char *list = prefix ? NULL : khop_i_members_first(members, lists);
  const char *dense = prefix || list ? NULL : khop_i_members_first(members, matrices);
  bool saved = khop_i_npz_has(members->npz, "format") ||
               (khop_i_npz_has(members->npz, "row") && khop_i_npz_has(members->npz, "col"));
  khop_status status;
  if (use_directed && !prefix)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no directed links: no member 'dir_indptr'");
  if (list)
    status = read_edge_array(graph, members, list, list == lists[1]);
  else if (prefix || saved)
    status = read_matrix(graph, weighted, members, prefix);
  else
    status = dense ? khop_i_npz_dense(graph, weighted, members, dense) : no_graph(members);
  if (status == KHOP_OK && !use_directed && khop_graph_is_directed(*graph)) take_symmetry(*graph);
  return status;
}
