/* read.c: khop_graph_read: finds the reader for a file, and checks what all formats need. */
#include "graph/io/read.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/options.h"
#include "files/pipes.h"
#include "graph/io/edge_list.h"
#include "graph/io/json_graph.h"
#include "graph/io/lgl.h"
#include "graph/io/mtx.h"
#include "graph/io/dl.h"
#include "graph/io/gml.h"
#include "graph/io/pajek.h"
#include "graph/io/unpack.h"
#include "graph/io/xml_graph.h"
#include "graph/notes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef khop_status reader(khop_graph **graph, const khop_i_source *source);

static const struct format {
  const char *name;
  const char *extensions[7];
  reader *read;
} formats[] = {
    {"graphml", {"graphml"}, khop_i_read_graphml},
    {"gexf", {"gexf"}, khop_i_read_gexf},
    {"gml", {"gml"}, khop_i_read_gml},
    {"pajek", {"net", "paj"}, khop_i_read_pajek},
    {"ncol", {"ncol"}, khop_i_read_edges},
    {"lgl", {"lgl"}, khop_i_read_lgl},
    {"dl", {"dl"}, khop_i_read_dl},
    {"edges", {"txt", "edges", "edgelist", "el", "csv", "tsv"}, khop_i_read_edges},
    {"adjlist", {"adjlist"}, khop_i_read_edges},
    {"mtx", {"mtx"}, khop_i_read_mtx},
    {"json", {"json"}, khop_i_read_json},
};
#define FORMATS (sizeof formats / sizeof *formats)
#define FORMAT_NAMES "graphml, gexf, gml, pajek, ncol, lgl, dl, edges, adjlist, mtx, json"
#define EXTENSIONS                                                                                                     \
  ".graphml .gexf .gml .net .paj .ncol .lgl .dl .txt .edges .edgelist .el .csv .tsv .adjlist .mtx .json"

static bool is_standard_input(const char *path) { return strcmp(path, "-") == 0; }

static bool is_packed(const char *path) {
  size_t length = strlen(path);
  return length > 3 && khop_i_strcasecmp(path + length - 3, ".gz") == 0;
}

/* The extension, without .gz: "csv" of "a.csv.gz". */
static void take_extension(char *extension, size_t size, const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  int length = (int)(strlen(name) - (is_packed(path) ? 3 : 0));
  const char *dot = name + length;
  while (dot > name && dot[-1] != '.') dot--;
  snprintf(extension, size, "%.*s", dot > name ? (int)(name + length - dot) : 0, dot);
}

static const struct format *by_extension(const char *extension) {
  for (size_t f = 0; f < FORMATS; f++)
    for (const char *const *e = formats[f].extensions; *e; e++)
      if (khop_i_strcasecmp(*e, extension) == 0) return &formats[f];
  return NULL;
}

static khop_status find_format(const struct format **format, const char *name,
                               const char *extension) {
  for (size_t f = 0; name && f < FORMATS; f++)
    if (strcmp(formats[f].name, name) == 0) *format = &formats[f];
  if (!name) *format = by_extension(extension);
  if (*format) return KHOP_OK;
  if (name)
    return khop_i_fail(KHOP_E_ARGUMENT, "no format \"%.40s\"; there are " FORMAT_NAMES, name);
  return khop_i_fail(KHOP_E_UNSUPPORTED,
                     "no format for the extension \"%.40s\"; known are " EXTENSIONS
                     ", or name one of the formats " FORMAT_NAMES,
                     extension);
}

khop_status khop_i_read_format(khop_i_source *source, const char *path) {
  const struct format *format = NULL;
  char extension[64];
  take_extension(extension, sizeof extension, path);
  khop_status status = find_format(&format, source->options.format, extension);
  if (status != KHOP_OK) return status;
  source->format = format->name;
  source->names_first = khop_i_strcasecmp(extension, "csv") == 0 || khop_i_strcasecmp(extension, "tsv") == 0;
  return KHOP_OK;
}

khop_status khop_i_read_check_options(const khop_read_options *options) {
  if (options->max_id >= 0 && options->max_id < KHOP_MAX_NODES) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "max_id %lld is not between 0 and %lld", (long long)options->max_id,
                     (long long)KHOP_MAX_NODES - 1);
}

static khop_status stat_source(khop_i_source *source, const char *path) {
  struct stat seen;
  if (is_standard_input(path)) return KHOP_OK;
  if (stat(path, &seen) != 0)
    return khop_i_fail(errno == ENOENT || errno == ENOTDIR ? KHOP_E_NOT_FOUND : KHOP_E_IO,
                       "cannot open: %s", strerror(errno));
  if (S_ISDIR(seen.st_mode)) return khop_i_fail(KHOP_E_IO, "this is a directory, not a file");
  source->bytes = S_ISREG(seen.st_mode) ? (int64_t)seen.st_size : -1;
  if (source->bytes == 0) return khop_i_fail(KHOP_E_FORMAT, "the file is empty");
  return KHOP_OK;
}

/* Neither is part of a graph of khop's. */
static khop_status tell_dropped(khop_graph *graph) {
  long long loops = (long long)khop_graph_dropped_loops(graph), repeats = (long long)khop_graph_dropped_repeats(graph);
  khop_status status = loops ? khop_i_graph_note(graph, "self-loops are left out: %lld", loops) : KHOP_OK;
  if (status == KHOP_OK && repeats) status = khop_i_graph_note(graph, "repeated edges count once: %lld", repeats);
  return status;
}

static khop_status read_source(khop_graph **graph, khop_i_source *source, const char *path) {
  khop_status status = KHOP_OK;
  const struct format *format = NULL;
  const char *place;
  char extension[64], buffer[KHOP_I_PLACE];
  khop_i_unpacked unpacked = {0};
  bool whole = is_packed(path) || is_standard_input(path);
  take_extension(extension, sizeof extension, path);
  KHOP_TRY(khop_i_read_check_options(&source->options));
  KHOP_TRY(stat_source(source, path));
  if (is_standard_input(path) && !source->options.format)
    KHOP_FAIL(KHOP_E_UNSUPPORTED, "standard input has no extension: name its format, one of " FORMAT_NAMES);
  KHOP_TRY(find_format(&format, source->options.format, extension));
  /* after all checks: opening a pipe blocks until there is a writer */
  KHOP_TRY(khop_i_pipe_place(&place, buffer, path));
  if (place != path) KHOP_TRY(stat_source(source, place));
  if (source->bytes < 0 && !whole && format->read != khop_i_read_edges)
    KHOP_FAIL(KHOP_E_UNSUPPORTED, "not a regular file; edge lists alone can come from a pipe");
  source->file = is_standard_input(place) ? stdin : fopen(place, "rbe");
  if (!source->file) KHOP_FAIL(KHOP_E_IO, "cannot open: %s", strerror(errno));
  source->format = format->name;
  source->names_first = khop_i_strcasecmp(extension, "csv") == 0 || khop_i_strcasecmp(extension, "tsv") == 0;
  if (whole) {
    KHOP_TRY(khop_i_unpack(&unpacked, source->file, is_packed(path)));
    if (source->file != stdin) fclose(source->file);
    source->file = unpacked.file;
    source->bytes = unpacked.length;
    unpacked.file = NULL;
  }
  KHOP_TRY(format->read(graph, source));
done:
  if (source->file && source->file != stdin) fclose(source->file);
  khop_i_unpacked_free(&unpacked);
  return status;
}

khop_status khop_graph_read(khop_graph **graph, const char *path,
                            const khop_read_options *options) {
  if (!graph || !path)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_read: a graph and a path are needed");
  *graph = NULL;
  khop_i_source source = {.bytes = -1};
  khop_status status = KHOP_I_TAKE_HELD(khop_read_options, &source.options, options);
  if (status == KHOP_OK) status = read_source(graph, &source, path);
  if (status == KHOP_OK) status = tell_dropped(*graph);
  if (status != KHOP_OK) {
    khop_graph_free(*graph);
    *graph = NULL;
  }
  return khop_i_prefix(status, path);
}
