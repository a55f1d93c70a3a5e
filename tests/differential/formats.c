/* formats.c: see files.h. Loops and repeated edges are written as they are. */
#include "files.h"

#include <stdlib.h>
#include <string.h>

#define EDGES(e, s) for (int64_t e = 0; e < (s)->edges; e++)
#define FROM(s, e) (long long)(s)->from[e]
#define TO(s, e) (long long)(s)->to[e]

/* A line an edge. */
static void write_lines(FILE *stream, const sketch *s, const char *line, int first) {
  EDGES(e, s) fprintf(stream, line, FROM(s, e) + first, TO(s, e) + first);
}

/* --- lists ---------------------------------------------------------------------------------------------- */

static void write_edges(FILE *stream, const sketch *s) { write_lines(stream, s, "%lld %lld\n", 0); }

static void write_csv(FILE *stream, const sketch *s) {
  fputs("source,target\n", stream);
  write_lines(stream, s, "%lld,%lld\n", 0);
}

static void write_tsv(FILE *stream, const sketch *s) {
  fputs("source\ttarget\n", stream);
  write_lines(stream, s, "n%lld\tn%lld\n", 0);
}

static void write_ncol(FILE *stream, const sketch *s) { write_lines(stream, s, "n%lld n%lld\n", 0); }

/* A line a node, then those that its edges lead to, before a separator. */
static void write_neighbours(FILE *stream, const sketch *s, const char *head, const char *each, const char *end) {
  for (int64_t i = 0; i < s->nodes; i++) {
    fprintf(stream, head, (long long)i);
    EDGES(e, s) if (s->from[e] == i) fprintf(stream, each, TO(s, e));
    fputs(end, stream);
  }
}

static void write_lgl(FILE *stream, const sketch *s) { write_neighbours(stream, s, "# n%lld\n", "n%lld\n", ""); }
static void write_adjlist(FILE *stream, const sketch *s) { write_neighbours(stream, s, "%lld", " %lld", "\n"); }

/* --- matrices ----------------------------------------------------------------------------------------------- */

/* An undirected edge is an entry each way. */
static void write_entries(FILE *stream, const sketch *s, const char *line) {
  EDGES(e, s) {
    fprintf(stream, line, FROM(s, e) + 1, TO(s, e) + 1);
    if (!s->directed) fprintf(stream, line, TO(s, e) + 1, FROM(s, e) + 1);
  }
}

static void write_mtx(FILE *stream, const sketch *s) {
  long long n = (long long)s->nodes;
  fprintf(stream, "%%%%MatrixMarket matrix coordinate pattern general\n%lld %lld %lld\n", n, n,
          (long long)s->edges * (s->directed ? 1 : 2));
  write_entries(stream, s, "%lld %lld\n");
}

static void write_dl(FILE *stream, const sketch *s) {
  fprintf(stream, "DL n=%lld format=edgelist1\ndata:\n", (long long)s->nodes);
  write_entries(stream, s, "%lld %lld\n");
}

static void write_pajek(FILE *stream, const sketch *s) {
  fprintf(stream, "*Vertices %lld\n*%s\n", (long long)s->nodes, s->directed ? "Arcs" : "Edges");
  write_lines(stream, s, "%lld %lld\n", 1);
}

/* --- texts with brackets ------------------------------------------------------------------------------------- */

static void write_nodes(FILE *stream, const sketch *s, const char *each, const char *between) {
  for (int64_t i = 0; i < s->nodes; i++) {
    if (i) fputs(between, stream);
    fprintf(stream, each, (long long)i);
  }
}

static void write_gml(FILE *stream, const sketch *s) {
  fprintf(stream, "graph [\n  directed %d\n", s->directed);
  write_nodes(stream, s, "  node [ id %lld ]\n", "");
  write_lines(stream, s, "  edge [ source %lld target %lld ]\n", 0);
  fputs("]\n", stream);
}

static void write_graphml(FILE *stream, const sketch *s) {
  fprintf(stream, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n<graph edgedefault=\"%s\">\n",
          s->directed ? "directed" : "undirected");
  write_nodes(stream, s, "<node id=\"n%lld\"/>\n", "");
  write_lines(stream, s, "<edge source=\"n%lld\" target=\"n%lld\"/>\n", 0);
  fputs("</graph>\n</graphml>\n", stream);
}

static void write_gexf(FILE *stream, const sketch *s) {
  fputs("<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">\n", stream);
  fprintf(stream, "<graph defaultedgetype=\"%s\">\n<nodes>\n", s->directed ? "directed" : "undirected");
  write_nodes(stream, s, "<node id=\"%lld\"/>\n", "");
  fputs("</nodes>\n<edges>\n", stream);
  EDGES(e, s)
    fprintf(stream, "<edge id=\"%lld\" source=\"%lld\" target=\"%lld\"/>\n", (long long)e, FROM(s, e), TO(s, e));
  fputs("</edges>\n</graph>\n</gexf>\n", stream);
}

static void write_links(FILE *stream, const sketch *s, const char *edges) {
  fprintf(stream, "{\"directed\": %s, \"nodes\": [", s->directed ? "true" : "false");
  write_nodes(stream, s, "{\"id\": %lld}", ", ");
  fprintf(stream, "], \"%s\": [", edges);
  EDGES(e, s) fprintf(stream, "%s{\"source\": %lld, \"target\": %lld}", e ? ", " : "", FROM(s, e), TO(s, e));
  fputs("]}\n", stream);
}

static void write_json(FILE *stream, const sketch *s) { write_links(stream, s, "links"); }
static void write_json_edges(FILE *stream, const sketch *s) { write_links(stream, s, "edges"); }

/* --- archives -------------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

bool archive_write(const char *path, const sketch *s) {
  int64_t n = s->nodes, count = 0, each = s->directed ? 1 : 2, shape[2] = {n, n};
  int64_t *pairs = room(s->edges * each, sizeof *pairs), *offsets = room(n + 1, sizeof *offsets);
  EDGES(e, s) {
    pairs[count++] = s->from[e] * n + s->to[e];
    if (!s->directed) pairs[count++] = s->to[e] * n + s->from[e];
  }
  qsort(pairs, (size_t)count, sizeof *pairs, by_number);
  int64_t kept = 0;
  for (int64_t i = 0; i < count; i++) /* SciPy writes an entry once */
    if (i == 0 || pairs[i] != pairs[kept - 1]) pairs[kept++] = pairs[i];
  for (int64_t i = 0; i < kept; i++) offsets[pairs[i] / n + 1]++, pairs[i] %= n;
  for (int64_t i = 0; i < n; i++) offsets[i + 1] += offsets[i];
  khop_archive *archive = NULL;
  khop_status status = khop_archive_new(&archive, path);
  if (status == KHOP_OK) {
    khop_archive_integers(archive, "indices", pairs, kept);
    khop_archive_integers(archive, "indptr", offsets, n + 1);
    khop_archive_integers(archive, "shape", shape, 2);
    status = khop_archive_commit(archive);
  }
  khop_archive_free(archive);
  free(pairs);
  free(offsets);
  return status == KHOP_OK;
}

/* --- the table --------------------------------------------------------------------------------------------------- */

const file_kind file_table[FILE_KINDS] = {
    {.name = "edges", .ending = "edges", .write = write_edges},
    {.name = "edges by position", .ending = "edges", .write = write_edges, .ids = KHOP_IDS_POSITION},
    {.name = "csv", .ending = "csv", .write = write_csv},
    {.name = "tsv", .ending = "tsv", .write = write_tsv},
    {.name = "ncol", .ending = "ncol", .write = write_ncol},
    {.name = "lgl", .ending = "lgl", .write = write_lgl, .isolated = true, .undirected = true},
    {.name = "adjlist", .ending = "adjlist", .write = write_adjlist, .isolated = true},
    {.name = "mtx", .ending = "mtx", .write = write_mtx, .isolated = true, .first = 1},
    {.name = "dl", .ending = "dl", .write = write_dl, .isolated = true, .first = 1},
    {.name = "pajek", .ending = "net", .write = write_pajek, .isolated = true, .by_edges = true, .first = 1},
    {.name = "gml", .ending = "gml", .write = write_gml, .isolated = true},
    {.name = "graphml", .ending = "graphml", .write = write_graphml, .isolated = true},
    {.name = "gexf", .ending = "gexf", .write = write_gexf, .isolated = true},
    {.name = "json links", .ending = "json", .write = write_json, .isolated = true},
    {.name = "json edges", .ending = "json", .write = write_json_edges, .isolated = true},
    {.name = "npz", .ending = "npz", .isolated = true, .by_mirrors = true},
};
