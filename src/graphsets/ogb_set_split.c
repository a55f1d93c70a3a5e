/* ogb_set_split.c: see ogb_set_split.h. */
#include "graphsets/ogb_set_split.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/names.h"
#include "data/ogb_files.h"
#include "graphsets/set.h"

#include <stdio.h>
#include <string.h>

static khop_status read_part(uint8_t *parts, khop_i_text_file *file, int64_t graphs, khop_part part) {
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && khop_i_text_file_next(file)) {
    const char *at = file->line.start;
    int64_t id = 0;
    status = khop_i_text_file_whole(&id, file, &at, ',', 0, graphs - 1);
    if (status == KHOP_OK && parts[id] != KHOP_NO_PART && parts[id] != part)
      status = khop_i_fail(KHOP_E_VALUE, "%s: line %lld: graph %lld is in another part, too", file->name,
                           (long long)file->line.number, (long long)id);
    if (status == KHOP_OK) parts[id] = (uint8_t)part;
  }
  return status;
}

static khop_status read_split(khop_graphs *set, const char *path, const char *name) {
  static const char *const parts[3] = {"train", "valid", "test"};
  uint8_t *part_of = NULL;
  khop_status status = khop_i_alloc_raw(&part_of, set->count, 1, "a split");
  if (status != KHOP_OK) return status;
  memset(part_of, KHOP_NO_PART, (size_t)set->count);
  for (int part = 0; status == KHOP_OK && part < 3; part++) {
    khop_i_text_file file;
    bool there;
    char which[100];
    snprintf(which, sizeof which, "split/%.60s/%s", name, parts[part]);
    status = khop_i_ogb_open(&file, part == KHOP_TRAIN ? NULL : &there, path, which);
    if (status == KHOP_OK) status = read_part(part_of, &file, set->count, (khop_part)part);
    khop_i_text_file_close(&file);
  }
  if (status == KHOP_OK) status = khop_i_prefix(khop_graphs_set_parts(set, part_of), name);
  khop_i_free(part_of);
  return status;
}

/* How soon a split of that name is taken. */
static int preference(const char *name) {
  static const char *const first[] = {"scaffold", "species", "project", "random"};
  int place = 0;
  while (place < 4 && strcmp(name, first[place]) != 0) place++;
  return place;
}

/* Keeps the folders among names (count), in their order. */
static khop_status keep_folders(char **names, int64_t *count, const char *within) {
  int64_t kept = 0;
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < *count; i++) {
    char *path = NULL;
    if (status == KHOP_OK) status = khop_i_sprintf(&path, "%s/%s", within, names[i]);
    bool keep = status == KHOP_OK && khop_i_is_folder(path);
    khop_i_free(path);
    if (keep) names[kept++] = names[i];
    else khop_i_free(names[i]);
  }
  *count = kept;
  return status;
}

static khop_status note_choice(khop_graphs *set, char *const *names, int64_t count, int64_t chosen) {
  char others[200] = "";
  for (int64_t i = 0; i < count; i++) {
    size_t at = strlen(others);
    if (i != chosen) snprintf(others + at, sizeof others - at, "%s%.60s", at ? ", " : "; not used: ", names[i]);
  }
  return khop_i_graphs_note(set, "its split is '%.60s'%s", names[chosen], others);
}

khop_status khop_i_ogb_set_split(khop_graphs *set, const char *path) {
  char **names = NULL, *folder = NULL;
  int64_t count = 0, chosen = 0;
  khop_status status = khop_i_sprintf(&folder, "%s/split", path);
  if (status == KHOP_OK) status = khop_i_folder_list(&names, &count, folder);
  if (status == KHOP_OK) status = keep_folders(names, &count, folder);
  for (int64_t i = 1; i < count; i++)
    if (preference(names[i]) < preference(names[chosen])) chosen = i;
  if (status == KHOP_OK && count) status = read_split(set, path, names[chosen]);
  if (status == KHOP_OK && count) status = note_choice(set, names, count, chosen);
  khop_i_names_free(names, count);
  khop_i_free(folder);
  return status;
}
