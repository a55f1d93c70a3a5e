/* khop/graph.h: graphs in: from arrays, from files, from formulas.
 *
 * A graph is a set of nodes 0 .. N-1 and arcs. Distances count arcs, so the graph is kept simple:
 * self-loops are dropped and repeated edges count once (how many went is kept and reported).
 * Directed graphs stay directed; an undirected edge is stored as two arcs.
 *
 *   offsets  0   2   3       6        N + 1 numbers; the arcs of node i are
 *            |   |   |       |        targets[offsets[i]] .. targets[offsets[i + 1] - 1]
 *   targets  1 4 | 0 | 3 4 5 |        ascending within a node
 */
#ifndef KHOP_GRAPH_H
#define KHOP_GRAPH_H

#include <khop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_graph khop_graph;

/* Which way a path runs from a node i to the nodes j of its ring. OUT follows the arcs, IN goes
 * against them, ALL forgets their direction. On an undirected graph the three are one. */
typedef enum khop_direction { KHOP_OUT = 0, KHOP_IN = 1, KHOP_ALL = 2 } khop_direction;

/* The largest number of nodes: columns are 32 bits wide. */
#define KHOP_MAX_NODES INT32_MAX

/* --- from arrays ---------------------------------------------------------------------------- */

/* A graph from a list of edges. from, to: (edges). The arrays are copied.
 * Errors: ARGUMENT (nodes or edges out of range, an id outside 0 .. nodes-1), MEMORY.
 * Cost: O(nodes + edges) time and memory, by counting sort. */
KHOP_API khop_status khop_graph_from_coo(khop_graph **graph, int64_t nodes, int64_t edges,
                                         const int64_t *from, const int64_t *to, bool directed);

/* A graph from compressed rows. offsets: (nodes + 1), targets: (offsets[nodes]); copied. With
 * directed = false each arc counts in both directions, whether its mirror is present or not; a
 * mirror is then no repeat.
 * Errors: ARGUMENT (offsets that fall, ids out of range), MEMORY.
 * Cost: O(nodes + arcs) time and memory. */
KHOP_API khop_status khop_graph_from_csr(khop_graph **graph, int64_t nodes, const int64_t *offsets,
                                         const int64_t *targets, bool directed);

/* --- from formulas -------------------------------------------------------------------------- */

/* A regular grid of 1 to 3 dimensions; node ids in C order (the last dimension varies fastest).
 * corners = false joins nodes that differ by 1 in one coordinate (2, 4, 6 neighbours), corners =
 * true those that differ by at most 1 in every coordinate (2, 8, 26). periodic (dimensions), NULL:
 * open everywhere, joins the last place of an axis to its first. directed = true keeps only the
 * steps that lead to the larger id (where they do not wrap): in one dimension the directed path
 * 0 -> 1 -> 2 .., or the directed cycle. Steps that wrap onto the node itself, or onto a neighbour it
 * has already, add nothing.
 * Errors: ARGUMENT, MEMORY. Cost: O(nodes). */
KHOP_API khop_status khop_graph_grid(khop_graph **graph, int dimensions, const int64_t *shape,
                                     const bool *periodic, bool corners, bool directed);

/* --- from files ----------------------------------------------------------------------------- */

/* What numbers in an edge list are. COMPACT: names; the nodes are those that occur, in ascending order, and where
 * these are not 0 .. N-1 already the column "name" keeps the numbers. POSITION: the nodes are 0 .. the largest id. */
typedef enum khop_ids { KHOP_IDS_COMPACT = 0, KHOP_IDS_POSITION = 1 } khop_ids;

typedef struct khop_read_options {
  size_t size; /* sizeof, or 0 */
  /* "graphml", "gexf", "gml", "pajek", "ncol", "lgl", "dl", "edges", "adjlist", "mtx", "json"; NULL: by the extension
   * (.graphml .gexf .gml .net .paj .ncol .lgl .dl .txt .edges .edgelist .el .csv .tsv .adjlist .mtx .json). */
  const char *format;
  bool directed;  /* edge lists, ncol, dl, json that does not say: the edges have a direction; mtx: see below. The other
                   * formats say so themselves; LGL is undirected */
  int64_t max_id; /* edge lists: larger node ids are an error; 0: 100,000,000 by position, else no limit */
  khop_ids ids;   /* edge lists */
  size_t reserved[4]; /* 0: what holds this keeps its layout when it grows */
} khop_read_options;

/* Reads a graph. options may be NULL. Every message begins with the path. A file whose name ends with .gz is unpacked
 * in memory, whatever its format; "-" is standard input, whose format must be named.
 *
 * docs/formats.md lists what is read of each format, what is left out (khop_graph_note says so, a line each) and what
 * is refused.
 *
 * Edge lists: two node ids a line, numbers or names, `#` and `%` comments, blanks, tabs, commas or semicolons between
 * fields, which may stand in double quotes. A header (source and target, from and to, u and v ..) says which columns
 * hold the ends; else they are the first two. Comments of SNAP and KONECT say the direction. The column "name" keeps
 * ids that are not 0 .. N-1: numbers in ascending order, names in the order of first mention. Lines of different
 * length whose fields are all nodes are an adjacency list. They alone can come from a pipe.
 *
 * GraphML and GEXF are read with libxml2. Vertex attributes become columns: numbers, booleans
 * (0 and 1) and strings. Their ids are a column "id", as those of GML and JSON are, unless they are the numbers of
 * the nodes, 0 .. N-1.
 *
 * Nodes that a file knows by their numbers from 1 on (Matrix Market, Pajek and DL without names) have these in "id":
 * "1" to "N", of two sides "left 1" .. and "right 1" ...
 *
 * Matrix Market is read with CHOLMOD. A stored entry is an edge from its row to its column, also
 * where its value is zero; in `array` files each entry that is not zero is. A general matrix whose
 * pattern is symmetric is read as undirected, unless options->directed; one whose pattern is not is
 * directed. Where rows and columns are not as many, they are two sets of nodes, told apart by the column "side".
 *
 * A file that claims far more nodes than its size can account for (more than 1,000,000 + 16 a byte)
 * is refused, except edge lists, where max_id decides.
 *
 * Errors: NOT_FOUND, IO, FORMAT (with the line where known), UNSUPPORTED (an extension without a
 * format; a pipe), ARGUMENT (an unknown format, max_id out of range), MEMORY. */
KHOP_API khop_status khop_graph_read(khop_graph **graph, const char *path,
                                     const khop_read_options *options);

KHOP_API void khop_graph_free(khop_graph *graph);

/* --- what is in it -------------------------------------------------------------------------- */

KHOP_API int64_t khop_graph_nodes(const khop_graph *graph);
/* Edges: pairs if the graph is undirected, arcs if it is directed. */
KHOP_API int64_t khop_graph_edges(const khop_graph *graph);
KHOP_API bool khop_graph_is_directed(const khop_graph *graph);
/* What was dropped when the graph was made: self-loops, and edges that repeat another. */
KHOP_API int64_t khop_graph_dropped_loops(const khop_graph *graph);
KHOP_API int64_t khop_graph_dropped_repeats(const khop_graph *graph);
/* The compressed rows drawn above; they belong to the graph. */
KHOP_API const int64_t *khop_graph_offsets(const khop_graph *graph);
KHOP_API const int32_t *khop_graph_targets(const khop_graph *graph);

/* A vertex attribute: numbers, or strings. One of the two pointers is NULL. */
typedef struct khop_column {
  const char *name;
  const double *numbers;      /* (N), NaN where a node has none */
  const char *const *strings; /* (N), "" where a node has none */
} khop_column;
KHOP_API int khop_graph_columns(const khop_graph *graph);
/* Borrowed from the graph; NULL when i is out of range. */
KHOP_API const khop_column *khop_graph_column(const khop_graph *graph, int i);

/* Adds a column; name and values are copied. Exactly one of numbers and strings is given.
 * Errors: ARGUMENT (both or neither, a name that is taken), MEMORY. */
KHOP_API khop_status khop_graph_add_column(khop_graph *graph, const char *name,
                                           const double *numbers, const char *const *strings);

/* What the file holds that is not in the graph, and what was understood in one of several ways: a line each, such as
 * "column weight is not read". The texts belong to the graph; NULL when i is out of range. */
KHOP_API int khop_graph_notes(const khop_graph *graph);
KHOP_API const char *khop_graph_note(const khop_graph *graph, int i);

/* --- a part of it --------------------------------------------------------------------------- */

/* The ball around seeds (count): the subgraph of all nodes within so many hops of one of them, and of every arc between
 * these. *nodes (khop_graph_nodes(*ball)) are their numbers in the graph, ascending, so that what is summed over a row
 * is summed in the same order; khop_free frees them. places (count), which may be NULL, becomes where the seeds stand
 * in the ball. Columns come along, notes do not.
 *
 * Distances of at most h hops between a node that lies s hops from the seeds and any other node are those of the whole
 * graph where s + h <= hops. khop_model_reach (khop/model.h) says which ball decides rows of a model.
 * Errors: ARGUMENT (a seed out of range or twice, negative hops, a NULL), MEMORY.
 * Cost: O(arcs of the nodes that are reached), whatever the size of the graph; IN and ALL of a directed graph turn its
 * arcs first, O(nodes + arcs). */
KHOP_API khop_status khop_graph_ball(khop_graph **ball, int64_t **nodes, int64_t *places, const khop_graph *graph,
                                     int64_t count, const int64_t *seeds, int64_t hops, khop_direction direction);

/* --- changes -------------------------------------------------------------------------------- */

/* Edges and nodes that come and go. All numbers are those before the edit; nodes that are added are N, N + 1, .. and
 * have no edges but those of this list. Lists that are empty may be NULL. */
typedef struct khop_graph_edits {
  size_t size; /* sizeof(khop_graph_edits), or 0: the fields of 0.2.0 */
  int64_t added_edges;
  const int64_t *added_from, *added_to;     /* (added_edges) */
  int64_t removed_edges;
  const int64_t *removed_from, *removed_to; /* (removed_edges) */
  int64_t added_nodes;                      /* at the end */
  int64_t removed_nodes;
  const int64_t *removed;                   /* (removed_nodes) they go with their edges */
} khop_graph_edits;

/* The graph after edges were removed, then others added, then nodes removed: an edge that is in both lists was there and
 * is there again. The nodes that are left keep their order and close up: node i becomes i less the number of removed
 * nodes below it. Columns follow their nodes (of new ones: NaN, ""); notes and what was dropped do not. Of an undirected
 * graph an edge may be named either way round. khop_rings_update (khop/rings.h) brings rings along.
 * Errors: ARGUMENT (an edge to remove that is not there, one to add that is, a loop, an edge or a node twice, an end out
 * of range or removed), MEMORY; the graph itself is never changed. Cost: one pass over nodes and arcs, and sorting the
 * edits. */
KHOP_API khop_status khop_graph_edit(khop_graph **edited, const khop_graph *graph, const khop_graph_edits *edits);

typedef struct khop_shape {
  int64_t components;        /* weakly connected */
  int64_t largest_component; /* its nodes */
  int64_t isolated;          /* nodes without an edge */
  int64_t max_degree;        /* most arcs that leave a node */
  int64_t diameter;          /* largest finite distance found between two nodes, along the arcs */
  bool diameter_exact;       /* there is no larger one; else the diameter is at least that */
} khop_shape;

/* Components and the diameter. Unless exact is asked for, the diameter is sought by 2^27 visits of nodes and arcs, and a
 * graph that needs more has a lower bound: the same one every time, of sweeps in both directions (Magnien, Latapy and
 * Habib, "Fast computation of empirically tight bounds for the diameter of massive graphs", 2009). Exact: eccentricity
 * bounds of Takes and Kosters ("Determining the diameter of small world networks", CIKM 2011), mostly a few dozen
 * searches; a graph whose nodes all look alike, such as a cycle or a torus, or whose arcs lead one way, needs a search a
 * node, on all threads. Errors: ARGUMENT, MEMORY. Cost: O(nodes + arcs) and the visits. */
KHOP_API khop_status khop_graph_shape(khop_shape *shape, const khop_graph *graph, bool exact);

#ifdef __cplusplus
}
#endif
#endif
