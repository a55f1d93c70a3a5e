/* load.c: khop_data_load: from a name or a path to a data set that is ready to train on. */
#include "data/data.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/npz_data.h"
#include "data/cells.h"
#include "data/attributes.h"
#include "data/finish.h"
#include "data/folder.h"
#include "data/node_names.h"
#include "data/node_table.h"
#include "data/text_file.h"

#include <string.h>

/* The name of a data set: its file without folder and extension, or its folder. */
static khop_status set_name(khop_data *data, const char *path) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t begin = end;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  char *name = NULL;
  khop_status status = khop_i_sprintf(&name, "%.*s", (int)(end - begin), path + begin);
  if (status != KHOP_OK) return status;
  char *dot = strrchr(name, '.');
  if (dot && dot > name) *dot = 0;
  khop_i_free(data->name);
  data->name = name;
  return KHOP_OK;
}

static bool is_npz(const char *path, const khop_data_options *options) {
  const char *dot = strrchr(path, '.');
  return !options->read.format && dot && khop_i_strcasecmp(dot, ".npz") == 0;
}

/* Of another program, by its extension: a sentence that says how to save it for khop. */
static khop_status check_foreign(const char *path, const khop_data_options *options) {
  static const struct {
    const char *extension, *what;
  } known[] = {{".pt", "a pickle of PyTorch"},     {".pth", "a pickle of PyTorch"}, {".pkl", "a pickle of Python"},
               {".pickle", "a pickle of Python"},  {".gpickle", "a pickle of NetworkX"},
               {".bin", "a graph of DGL"},         {".dgl", "a graph of DGL"},      {".mat", "a file of Matlab"},
               {".h5", "a file of HDF5"},          {".hdf5", "a file of HDF5"},     {".parquet", "a table of Parquet"}};
  const char *dot = strrchr(path, '.');
  for (size_t k = 0; dot && !options->read.format && k < sizeof known / sizeof *known; k++)
    if (khop_i_strcasecmp(dot, known[k].extension) == 0)
      return khop_i_fail(KHOP_E_UNSUPPORTED, "%s, which khop does not read (pickles can run code): save its arrays "
                         "with numpy.savez('data.npz', edge_index=.., x=.., y=.., train_mask=..)", known[k].what);
  return KHOP_OK;
}

/* The graph and the names of its nodes; on failure the caller still owns the graph. */
static khop_status graph_alone(khop_data **data, khop_graph *graph, const khop_data_options *options) {
  khop_data *made = NULL;
  khop_status status = khop_i_data_make(&made, graph);
  if (status != KHOP_OK) return status;
  status = khop_i_data_without_features(made);
  if (status == KHOP_OK) status = khop_i_data_find_names(made, options);
  if (status == KHOP_OK) {
    *data = made;
  } else {
    made->graph = NULL;
    khop_data_free(made);
  }
  return status;
}

static khop_status load_graph(khop_data **data, const char *path,
                              const khop_data_options *options) {
  khop_graph *graph = NULL;
  khop_status status = khop_graph_read(&graph, path, &options->read);
  if (status != KHOP_OK) return status;
  if (!options->graph_only) status = khop_i_columns_find_missing(graph);
  if (status == KHOP_OK && options->nodes && !options->graph_only)
    status = khop_i_node_table_add(&graph, options->nodes, options->name);
  if (status == KHOP_OK)
    status = options->graph_only ? graph_alone(data, graph, options)
                                 : khop_i_data_from_attributes(data, graph, options);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

/* An archive that holds a graph alone takes its attributes from a table, as graphs of every other format do. */
static khop_status load_npz(khop_data **data, const char *path, const khop_data_options *options) {
  khop_status status = KHOP_OK;
  khop_data *archive = NULL;
  khop_graph *graph = NULL;
  const khop_data_options plain = {.size = sizeof plain, .mask_prefix = options->mask_prefix,
                                   .use_directed = options->use_directed};
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

static khop_status load(khop_data **data, const char *path, const khop_data_options *options) {
  if (!khop_i_is_folder(path))
    return is_npz(path, options) ? load_npz(data, path, options) : load_graph(data, path, options);
  if (options->nodes && !options->graph_only)
    return khop_i_fail(KHOP_E_ARGUMENT, "a folder brings features, labels and splits of its own, and a table beside it "
                       "(--nodes) goes with a graph alone");
  return khop_i_data_from_folder(data, path, options);
}

/* Puts the path in front of a message, unless it names a file of the folder already. */
static void name_path(khop_status status, const char *path) {
  size_t length = strlen(path);
  bool named = strncmp(khop_message(), path, length) == 0 && khop_message()[length] == '/';
  if (status != KHOP_OK && !named) khop_i_prefix(status, path);
}

khop_status khop_data_load(khop_data **data, const char *name_or_path,
                           const khop_data_options *options) {
  khop_data_options own;
  if (!data) return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_load: data is NULL");
  *data = NULL;
  if (!name_or_path || !*name_or_path)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_load: a name or a path is needed");
  khop_data *made = NULL;
  char *path = NULL;
  bool as_it_is = strcmp(name_or_path, "-") == 0 || khop_i_is_data_folder(name_or_path);
  khop_status status = KHOP_I_TAKE(khop_data_options, &own, options);
  if (status != KHOP_OK) return status;
  options = &own;
  status = as_it_is ? khop_i_strdup(&path, name_or_path) : khop_data_path(&path, name_or_path);
  if (status == KHOP_E_NOT_FOUND && khop_i_is_folder(name_or_path)) status = khop_i_strdup(&path, name_or_path);
  if (status != KHOP_OK) return status;
  KHOP_TRY(check_foreign(path, options));
  KHOP_TRY(load(&made, path, options));
  KHOP_TRY(set_name(made, path));
  if (!options->graph_only) KHOP_TRY(khop_i_data_finish(made, options));
  *data = made;
  made = NULL;
done:
  name_path(status, path);
  khop_data_free(made);
  khop_i_free(path);
  return status;
}
