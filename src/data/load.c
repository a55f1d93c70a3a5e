/* load.c: khop_data_load: from a name or a path to a data set that is ready to train on. */
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/npz_data.h"
#include "data/attributes.h"
#include "data/finish.h"
#include "data/node_table.h"

#include <string.h>
#include <strings.h>

/* The name of a data set: its file without folder and extension. */
static khop_status set_name(khop_data *data, const char *path) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  const char *dot = strrchr(base, '.');
  int length = (int)(dot && dot > base ? (size_t)(dot - base) : strlen(base));
  char *name = NULL;
  khop_status status = khop_i_sprintf(&name, "%.*s", length, base);
  if (status != KHOP_OK) return status;
  khop_i_free(data->name);
  data->name = name;
  return KHOP_OK;
}

static bool is_npz(const char *path, const khop_data_options *options) {
  const char *dot = strrchr(path, '.');
  return !options->read.format && dot && strcasecmp(dot, ".npz") == 0;
}

static khop_status graph_alone(khop_data **data, khop_graph *graph) {
  khop_status status = khop_i_data_make(data, graph);
  return status == KHOP_OK ? khop_i_data_without_features(*data) : status;
}

static khop_status load_graph(khop_data **data, const char *path,
                              const khop_data_options *options) {
  khop_graph *graph = NULL;
  khop_status status = khop_graph_read(&graph, path, &options->read);
  if (status != KHOP_OK) return status;
  if (options->nodes && !options->graph_only) status = khop_i_node_table_add(&graph, options->nodes, options->name);
  if (status == KHOP_OK)
    status = options->graph_only ? graph_alone(data, graph) : khop_i_data_from_attributes(data, graph, options);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

/* An archive that holds a graph alone takes its attributes from a table, as graphs of every other format do. */
static khop_status load_npz(khop_data **data, const char *path, const khop_data_options *options) {
  khop_status status = KHOP_OK;
  khop_data *archive = NULL;
  khop_graph *graph = NULL;
  const khop_data_options plain = {.mask_prefix = options->mask_prefix, .use_directed = options->use_directed};
  if (!options->nodes || options->graph_only) return khop_i_data_from_npz(data, path, options);
  KHOP_TRY(khop_i_data_from_npz(&archive, path, &plain));
  if (archive->has_features || archive->labels || archive->targets || archive->splits)
    KHOP_FAIL(KHOP_E_ARGUMENT, "it brings features, labels or splits of its own, and a table beside it (--nodes) goes "
              "with a graph alone");
  graph = archive->graph;
  archive->graph = NULL;
  KHOP_TRY(khop_i_node_table_add(&graph, options->nodes, options->name));
  KHOP_TRY(khop_i_data_from_attributes(data, graph, options));
  graph = NULL;
  for (int i = 0; i < khop_data_notes(archive); i++) KHOP_TRY(khop_i_data_note(*data, "%s", khop_data_note(archive, i)));
done:
  khop_graph_free(graph);
  khop_data_free(archive);
  return status;
}

khop_status khop_data_load(khop_data **data, const char *name_or_path,
                           const khop_data_options *options) {
  static const khop_data_options defaults = {0};
  if (!data) return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_load: data is NULL");
  *data = NULL;
  if (!name_or_path || !*name_or_path)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_load: a name or a path is needed");
  if (!options) options = &defaults;
  khop_data *made = NULL;
  char *path = NULL;
  bool standard_input = strcmp(name_or_path, "-") == 0;
  khop_status status = standard_input ? khop_i_strdup(&path, "-") : khop_data_path(&path, name_or_path);
  if (status != KHOP_OK) return status;
  KHOP_TRY(is_npz(path, options) ? load_npz(&made, path, options)
                                 : load_graph(&made, path, options));
  KHOP_TRY(set_name(made, path));
  if (!options->graph_only) KHOP_TRY(khop_i_data_finish(made, options));
  *data = made;
  made = NULL;
done:
  if (status != KHOP_OK) khop_i_prefix(status, path);
  khop_data_free(made);
  khop_i_free(path);
  return status;
}
