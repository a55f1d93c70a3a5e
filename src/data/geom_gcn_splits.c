/* geom_gcn_splits.c: see geom_gcn_splits.h. */
#include "data/geom_gcn_splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/npz_splits.h"
#include "data/text_file.h"

#include <string.h>

static bool is_split(const char *file, const char *name) {
  size_t length = strlen(file), begin = strlen(name);
  if (length < 5 || strcmp(file + length - 4, ".npz") != 0) return false;
  return begin ? strncmp(file, name, begin) == 0 && strncmp(file + begin, "_split_", 7) == 0
               : strstr(file, "_split_") != NULL;
}

static khop_status add_split_file(khop_data *data, const char *path) {
  khop_i_members members = {0};
  int before = data->splits;
  khop_status status = khop_i_members_open(&members, path);
  if (status == KHOP_OK) status = khop_i_npz_splits(data, &members, "");
  if (status == KHOP_OK && data->splits == before)
    status = khop_i_fail(KHOP_E_NOT_FOUND, "has no member 'train_mask'");
  khop_i_members_close(&members);
  return khop_i_prefix(status, path);
}

/* name: the beginning of the files, "" for any. */
static khop_status add_splits_of(khop_data *data, const char *path, const char *name) {
  char **files = NULL;
  int64_t count = 0;
  khop_status status = khop_i_folder_list(&files, &count, path);
  for (int64_t i = 0; i < count && status == KHOP_OK; i++) {
    char *full = NULL;
    if (!is_split(files[i], name)) continue;
    status = khop_i_sprintf(&full, "%s/%s", path, files[i]);
    if (status == KHOP_OK) status = add_split_file(data, full);
    khop_i_free(full);
  }
  khop_i_names_free(files, count);
  return status;
}

khop_status khop_i_geom_gcn_splits(khop_data *data, const char *path) {
  char *within = NULL, *beside = NULL, *name = NULL;
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  size_t begin = length;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  khop_status status = add_splits_of(data, path, "");
  if (status != KHOP_OK || data->splits) return status;
  KHOP_TRY(khop_i_sprintf(&within, "%s/splits", path));
  KHOP_TRY(add_splits_of(data, within, ""));
  if (data->splits) goto done;
  KHOP_TRY(khop_i_sprintf(&beside, "%s/../splits", path));
  KHOP_TRY(khop_i_sprintf(&name, "%.*s", (int)(length - begin), path + begin));
  KHOP_TRY(add_splits_of(data, beside, name));
done:
  khop_i_free(within);
  khop_i_free(beside);
  khop_i_free(name);
  return status;
}
