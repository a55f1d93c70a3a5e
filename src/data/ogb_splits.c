/* ogb_splits.c: see ogb_splits.h. */
#include "data/ogb_splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/ogb_files.h"
#include "data/split.h"

#include <stdio.h>

static khop_status read_ids(uint8_t *mask, khop_i_text_file *file, int64_t nodes) {
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && khop_i_text_file_next(file)) {
    const char *at = file->line.start;
    int64_t id = 0;
    status = khop_i_text_file_whole(&id, file, &at, ',', 0, nodes - 1);
    if (status == KHOP_OK) mask[id] = 1;
  }
  return status;
}

static khop_status add_split(khop_data *data, const char *path, const char *name) {
  static const char *const parts[3] = {"train", "valid", "test"};
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  for (int part = 0; status == KHOP_OK && part < 3; part++) {
    khop_i_text_file file;
    bool there;
    char which[100];
    snprintf(which, sizeof which, "split/%.60s/%s", name, parts[part]);
    status = khop_i_ogb_open(&file, part == KHOP_TRAIN ? NULL : &there, path, which);
    if (status == KHOP_OK && part != KHOP_TRAIN && !there)
      status = khop_i_data_note(data, "split '%.60s' has no %s.csv: nobody is in that part", name, parts[part]);
    if (status == KHOP_OK) status = read_ids(masks + part * nodes, &file, nodes);
    khop_i_text_file_close(&file);
  }
  if (status == KHOP_OK)
    status = khop_i_prefix(khop_i_data_split_at(data, -1, masks, masks + nodes, masks + 2 * nodes), name);
  if (status == KHOP_OK) status = khop_i_data_note(data, "split %d is '%.60s'", data->splits - 1, name);
  khop_i_free(masks);
  return status;
}

khop_status khop_i_ogb_splits(khop_data *data, const char *path) {
  char **names = NULL, *folder = NULL;
  int64_t count = 0;
  khop_status status = khop_i_sprintf(&folder, "%s/split", path);
  if (status == KHOP_OK) status = khop_i_folder_list(&names, &count, folder);
  for (int64_t i = 0; i < count && status == KHOP_OK; i++) {
    char *within = NULL;
    status = khop_i_sprintf(&within, "%s/%s", folder, names[i]);
    if (status == KHOP_OK && khop_i_is_folder(within)) status = add_split(data, path, names[i]);
    khop_i_free(within);
  }
  khop_i_names_free(names, count);
  khop_i_free(folder);
  return status;
}
