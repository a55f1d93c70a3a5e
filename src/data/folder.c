/* folder.c: see folder.h. */
#include "data/folder.h"
#include "base/error.h"
#include "data/geom_gcn.h"
#include "data/ogb.h"
#include "data/text_file.h"

#include <string.h>

bool khop_i_is_data_folder(const char *path) {
  return khop_i_is_folder(path) && (khop_i_is_geom_gcn(path) || khop_i_is_ogb(path));
}

/* Of vertex attributes and the members of an archive; the files of a folder are each for one thing. */
static khop_status check_options(const khop_data_options *o) {
  bool none = o->features && strcmp(o->features, "none") == 0;
  const char *option = o->label                     ? "--label"
                       : o->target                  ? "--target"
                       : o->name                    ? "--name"
                       : o->split                   ? "--split-column"
                       : o->mask_prefix             ? "--masks"
                       : o->use_directed            ? "--directed-links"
                       : o->exclude                 ? "--exclude"
                       : o->features && !none       ? "--features, but for none,"
                                                    : NULL;
  if (!option) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s chooses among attributes or members, and a folder has a file for each thing",
                     option);
}

khop_status khop_i_data_from_folder(khop_data **data, const char *path, const khop_data_options *options) {
  *data = NULL;
  if (!khop_i_is_data_folder(path))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "this is a directory of no form that khop reads: Geom-GCN's has "
                       GEOM_GCN_EDGES ", the Open Graph Benchmark's raw/edge.csv.gz, a set of graphs "
                       "NAME_graph_indicator.txt");
  khop_status status = check_options(options);
  if (status != KHOP_OK) return status;
  return khop_i_is_geom_gcn(path) ? khop_i_data_from_geom_gcn(data, path, options)
                                  : khop_i_data_from_ogb(data, path, options);
}
