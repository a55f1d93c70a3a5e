/* files.c: graphs written by plain writers of this file in every format, and read by khop; rings written by khop, and
 * read by plain readers of this file and by khop. */
#include "differential.h"
#include "files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

static char folder[200];

bool folder_open(void) {
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.100s/khop-differential-XXXXXX", base ? base : "/tmp");
  return mkdtemp(folder) != NULL;
}

void folder_close(void) { rmdir(folder); }

static void path_of(char path[300], const char *ending) { snprintf(path, 300, "%s/graph.%s", folder, ending); }

const char *file_kind_name(int kind) { return file_table[kind].name; }

/* --- comparing ------------------------------------------------------------------------------------------- */

/* The node of the sketch that node i of the graph stands for: that of its name or id, "n7" or "7", where the file says
 * so, else i. */
static int64_t origin_of(const khop_graph *graph, int64_t i) {
  for (int c = 0; c < khop_graph_columns(graph); c++) {
    const khop_column *column = khop_graph_column(graph, c);
    if (strcmp(column->name, "name") != 0 && strcmp(column->name, "id") != 0 && strcmp(column->name, "label") != 0)
      continue;
    if (column->numbers) return (int64_t)column->numbers[i];
    const char *text = column->strings[i];
    return text[0] == 'n' ? atoll(text + 1) : atoll(text);
  }
  return i;
}

/* Whether the arcs of a graph are others than those of a (n, n). first: the id of node 0, where ids are kept; all: no
 * node may be missing, as isolated ones are in a file that names nodes by their edges. */
static bool arcs_differ(char *text, const khop_graph *graph, const double *a, int64_t n, int64_t first, bool all) {
  int64_t nodes = khop_graph_nodes(graph), *at = room(n, sizeof *at);
  if (khop_graph_columns(graph) == 0) first = 0;
  bool other = all && nodes != n && say(text, "%lld nodes are read, not %lld", (long long)nodes, (long long)n);
  double *seen = room(n * n, sizeof *seen);
  for (int64_t i = 0; i < nodes && !other; i++) {
    int64_t origin = origin_of(graph, i) - first;
    if (origin < 0 || origin >= n || at[origin]++)
      other = say(text, "node %lld is read as node %lld", (long long)i, (long long)origin);
    for (int64_t e = khop_graph_offsets(graph)[i]; e < khop_graph_offsets(graph)[i + 1] && !other; e++) {
      int64_t j = origin_of(graph, khop_graph_targets(graph)[e]) - first;
      if (j < 0 || j >= n) other = say(text, "an arc leads to node %lld", (long long)j);
      else seen[origin * n + j] = 1;
    }
  }
  for (int64_t i = 0; i < n * n && !other; i++)
    if (seen[i] != a[i])
      other = say(text, "arc %lld %lld is %s", (long long)(i / n), (long long)(i % n), a[i] != 0 ? "lost" : "invented");
  free(at);
  free(seen);
  return other;
}

/* --- graphs ------------------------------------------------------------------------------------------------- */

static bool write_sketch(const file_kind *kind, const char *path, const sketch *s) {
  FILE *stream = fopen(path, "wb");
  if (!stream) return false;
  kind->write(stream, s);
  return fclose(stream) == 0;
}

static bool is_symmetric(const oracle *o) {
  for (int64_t i = 0; i < o->nodes * o->nodes; i++)
    if (o->a[i] != o->a[i % o->nodes * o->nodes + i / o->nodes]) return false;
  return true;
}

bool read_differs(char *text, const sketch *s, const question *q) {
  const file_kind *kind = &file_table[q->file];
  char path[300];
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  oracle o;
  /* An empty list of edges is no graph, and LGL knows no direction. */
  if (s->nodes == 0 || (s->edges == 0 && !kind->isolated) || (s->directed && kind->undirected)) return false;
  path_of(path, kind->ending);
  khop_data_options options = {.read = {.directed = s->directed, .ids = kind->ids, .format = kind->format}};
  if (!(kind->write ? write_sketch(kind, path, s) : archive_write(path, s)))
    return say(text, "%s cannot be written: %s", path, khop_message());
  bool other = kind->write ? khop_graph_read(&graph, path, &options.read) != KHOP_OK && refused(text, "khop_graph_read")
                           : khop_data_load(&data, path, &options) != KHOP_OK && refused(text, "khop_data_load");
  unlink(path);
  oracle_open(&o, s, KHOP_OUT);
  const khop_graph *got = data ? khop_data_graph(data) : graph;
  bool directed = s->directed && !(kind->by_mirrors && is_symmetric(&o)) && !(kind->by_edges && s->edges == 0);
  if (!other && khop_graph_is_directed(got) != directed)
    other = say(text, "%s is read as %s", kind->name, directed ? "undirected" : "directed");
  other = other || arcs_differ(text, got, o.a, s->nodes, kind->first, kind->isolated);
  oracle_close(&o);
  khop_graph_free(graph);
  khop_data_free(data);
  return other;
}

/* --- rings ---------------------------------------------------------------------------------------------------- */

/* m (n, n) from a file of khop's; false where it is damaged. */
static bool take_mtx(double *m, int64_t n, const char *path) {
  FILE *stream = fopen(path, "r");
  char line[200];
  long long rows = -1, columns = -1, entries = -1, i, j;
  if (!stream) return false;
  bool pattern = fgets(line, sizeof line, stream) && strstr(line, "pattern");
  bool whole = fscanf(stream, "%lld %lld %lld", &rows, &columns, &entries) == 3 && rows == n && columns == n;
  for (long long e = 0; e < entries && whole; e++) {
    double value = 1;
    whole = fscanf(stream, "%lld %lld", &i, &j) == 2 && (pattern || fscanf(stream, "%lf", &value) == 1) && i >= 1 &&
            i <= n && j >= 1 && j <= n && m[(i - 1) * n + j - 1] == 0;
    if (whole) m[(i - 1) * n + j - 1] = value;
  }
  fclose(stream);
  return whole;
}

/* The bytes of a member of an archive behind the header of NumPy; the caller frees *block. */
static const char *member_of(char **block, int64_t *bytes, zip_t *zip, const char *name) {
  struct zip_stat stat;
  zip_file_t *file = zip_stat(zip, name, 0, &stat) == 0 ? zip_fopen(zip, name, 0) : NULL;
  *block = NULL;
  if (!file) return NULL;
  *block = room((int64_t)stat.size + 1, 1);
  bool whole = zip_fread(file, *block, stat.size) == (zip_int64_t)stat.size && stat.size >= 10;
  zip_fclose(file);
  int64_t header = whole ? 10 + (unsigned char)(*block)[8] + 256 * (unsigned char)(*block)[9] : 0;
  *bytes = (int64_t)stat.size - header;
  return whole && *bytes >= 0 ? *block + header : NULL;
}

static bool take_npz(double *m, int64_t n, const char *path) {
  zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
  char *blocks[3];
  int64_t bytes[3] = {0}, real = (int64_t)sizeof(khop_real);
  if (!zip) return false;
  const char *offsets = member_of(&blocks[0], &bytes[0], zip, "indptr.npy");
  const char *columns = member_of(&blocks[1], &bytes[1], zip, "indices.npy");
  const char *values = member_of(&blocks[2], &bytes[2], zip, "data.npy");
  bool whole = offsets && columns && values && bytes[0] == 8 * (n + 1) && bytes[1] / 8 == bytes[2] / real;
  for (int64_t i = 0; i < n && whole; i++) {
    int64_t begin, end, j;
    memcpy(&begin, offsets + 8 * i, 8);
    memcpy(&end, offsets + 8 * i + 8, 8);
    for (int64_t e = begin; e < end && whole; e++) {
      khop_real value;
      whole = e >= 0 && e < bytes[1] / 8;
      if (!whole) break;
      memcpy(&j, columns + 8 * e, 8);
      memcpy(&value, values + real * e, sizeof value);
      if (j < 0 || j >= n || m[i * n + j] != 0) whole = false;
      else m[i * n + j] = (double)value;
    }
  }
  for (int i = 0; i < 3; i++) free(blocks[i]);
  zip_close(zip);
  return whole;
}

/* Whether what khop reads of its own file is another graph: that of the entries off the diagonal. */
static bool read_back_differs(char *text, const char *path, bool npz, const double *m, int64_t n) {
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  khop_data_options options = {.read = {.directed = true}};
  double *a = room(n * n, sizeof *a);
  for (int64_t i = 0; i < n * n; i++) a[i] = i / n != i % n && m[i] != 0;
  bool other = npz ? khop_data_load(&data, path, &options) != KHOP_OK && refused(text, "khop_data_load")
                   : khop_graph_read(&graph, path, &options.read) != KHOP_OK && refused(text, "khop_graph_read");
  other = other || arcs_differ(text, npz ? khop_data_graph(data) : graph, a, n, npz ? 0 : 1, true);
  khop_graph_free(graph);
  khop_data_free(data);
  free(a);
  return other;
}

bool written_differs(char *text, const sketch *s, const question *q) {
  khop_rings *rings = rings_of(text, s, q);
  if (!rings) return true;
  bool npz = q->file % 2 == 0, other = false;
  char path[300];
  oracle o;
  oracle_open(&o, s, q->direction);
  int64_t n = o.nodes, each = n * n;
  double *m = room(each, sizeof *m), *got = room(each, sizeof *got), unit = sizeof(khop_real) == 8 ? 1e-14 : 1e-5;
  path_of(path, npz ? "npz" : "mtx");
  for (int t = 0; t < q->count && !other; t++) {
    memset(got, 0, (size_t)each * sizeof *got);
    oracle_operator(m, &o, q->op, q->hops[t]);
    oracle_normalise(m, n, q->norm, q->self_loop && q->hops[t] > 0 && q->op != KHOP_BALL);
    if (khop_rings_write(rings, t, q->norm, q->self_loop, NULL, path) != KHOP_OK)
      other = refused(text, "khop_rings_write");
    else if (!(npz ? take_npz(got, n, path) : take_mtx(got, n, path)))
      other = say(text, "hop %d is written as a damaged file", q->hops[t]);
    for (int64_t i = 0; i < each && !other; i++)
      if (!(fabs(got[i] - m[i]) <= unit * fabs(m[i])))
        other = say(text, "hop %d is written with (%lld, %lld) = %.17g, not %.17g", q->hops[t], (long long)(i / n),
                    (long long)(i % n), got[i], m[i]);
    if (n > 0) other = other || read_back_differs(text, path, npz, m, n);
  }
  unlink(path);
  free(m);
  free(got);
  oracle_close(&o);
  khop_rings_free(rings);
  return other;
}
