/* geom_gcn_splits.c: see geom_gcn_splits.h. */
#include "data/geom_gcn_splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/npz_splits.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int is_split(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 4 && strstr(entry->d_name, "_split_") && strcmp(entry->d_name + length - 4, ".npz") == 0;
}

/* .._2.npz before .._10.npz. */
static int by_number(const struct dirent **a, const struct dirent **b) {
  return strverscmp((*a)->d_name, (*b)->d_name);
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
  struct dirent **entries = NULL;
  khop_status status = KHOP_OK;
  int count = scandir(path, &entries, is_split, by_number);
  size_t length = strlen(name);
  for (int i = 0; i < count; i++) {
    const char *file = entries[i]->d_name;
    bool ours = !length || (strncmp(file, name, length) == 0 && strncmp(file + length, "_split_", 7) == 0);
    char *full = NULL;
    if (status == KHOP_OK && ours) status = khop_i_sprintf(&full, "%s/%s", path, file);
    if (status == KHOP_OK && ours) status = add_split_file(data, full);
    khop_i_free(full);
    free(entries[i]); /* scandir's own */
  }
  free(entries);
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
