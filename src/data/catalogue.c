/* catalogue.c: which data sets there are and where: catalogue.json files and the files themselves.
 *
 * Each folder may hold a catalogue.json, {"sets": [{"name": .., "file": .., "origin": ..,
 * "licence": .., "sha256": .., "about": ..}, ..]}. The first folder that names a set describes it,
 * the first that has its file provides it. */
#include "khop_version.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/infile.h"

#include <khop/data.h>

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDERS 4

struct khop_catalogue {
  int count;
  khop_entry *entries; /* (count), owns all strings */
  int folders;
  char *folder[FOLDERS]; /* owns; in the order of search */
};

static bool is_file(const char *path) {
  struct stat seen;
  return stat(path, &seen) == 0 && !S_ISDIR(seen.st_mode);
}

/* --- folders -------------------------------------------------------------------------------- */

static khop_status find_folders(khop_catalogue *catalogue) {
  const char *named = getenv("KHOP_DATA"), *shared = getenv("XDG_DATA_HOME"),
             *home = getenv("HOME");
  char **next = catalogue->folder;
  khop_status status = KHOP_OK;
  if (named && *named) KHOP_TRY(khop_i_strdup(next++, named));
  KHOP_TRY(khop_i_strdup(next++, "./datasets"));
  if (shared && *shared)
    KHOP_TRY(khop_i_sprintf(next++, "%s/khop", shared));
  else if (home && *home)
    KHOP_TRY(khop_i_sprintf(next++, "%s/.local/share/khop", home));
  KHOP_TRY(khop_i_strdup(next++, KHOP_DATADIR));
done:
  catalogue->folders = (int)(next - catalogue->folder);
  return status;
}

/* The first folder that has the file; *path stays NULL if none has. */
static khop_status find_file(char **path, const khop_catalogue *catalogue, const char *file) {
  *path = NULL;
  for (int f = 0; f < catalogue->folders; f++) {
    khop_status status = khop_i_sprintf(path, "%s/%s", catalogue->folder[f], file);
    if (status != KHOP_OK || is_file(*path)) return status;
    khop_i_free(*path);
    *path = NULL;
  }
  return KHOP_OK;
}

/* --- entries -------------------------------------------------------------------------------- */

static void free_entry(khop_entry *entry) {
  const char *strings[] = {entry->name,   entry->file,  entry->origin, entry->licence,
                           entry->sha256, entry->about, entry->path};
  for (size_t s = 0; s < sizeof strings / sizeof *strings; s++)
    khop_i_free((void *)(uintptr_t)strings[s]);
}

static bool knows(const khop_catalogue *catalogue, const char *name, const char *file) {
  for (int i = 0; i < catalogue->count; i++)
    if ((name && strcmp(catalogue->entries[i].name, name) == 0) ||
        (file && strcmp(catalogue->entries[i].file, file) == 0))
      return true;
  return false;
}

/* Copies the strings of source; the path is looked up when it is not given. */
static khop_status add_entry(khop_catalogue *catalogue, const khop_entry *source) {
  khop_entry copy = {0};
  char *path = NULL;
  khop_status status =
      khop_i_room(&catalogue->entries, catalogue->count + 1, sizeof copy, "a catalogue");
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_strdup((char **)&copy.name, source->name));
  KHOP_TRY(khop_i_strdup((char **)&copy.file, source->file));
  KHOP_TRY(khop_i_strdup((char **)&copy.origin, source->origin));
  KHOP_TRY(khop_i_strdup((char **)&copy.licence, source->licence));
  KHOP_TRY(khop_i_strdup((char **)&copy.sha256, source->sha256));
  KHOP_TRY(khop_i_strdup((char **)&copy.about, source->about));
  KHOP_TRY(find_file(&path, catalogue, source->file));
  copy.path = path;
  catalogue->entries[catalogue->count++] = copy;
  return KHOP_OK;
done:
  free_entry(&copy);
  return status;
}

/* --- catalogue.json ------------------------------------------------------------------------- */

/* A string of an entry, "" where there is none. */
static const char *text_of(const cJSON *set, const char *key) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(set, key));
  return text ? text : "";
}

static khop_status add_sets(khop_catalogue *catalogue, const cJSON *root) {
  const cJSON *sets = cJSON_GetObjectItemCaseSensitive(root, "sets"), *set = NULL;
  if (!cJSON_IsArray(sets)) return khop_i_fail(KHOP_E_FORMAT, "has no list 'sets'");
  int number = 0;
  cJSON_ArrayForEach(set, sets) {
    khop_entry entry = {.name = text_of(set, "name"),
                        .file = text_of(set, "file"),
                        .origin = text_of(set, "origin"),
                        .licence = text_of(set, "licence"),
                        .sha256 = text_of(set, "sha256"),
                        .about = text_of(set, "about")};
    if (!*entry.name || !*entry.file)
      return khop_i_fail(KHOP_E_FORMAT, "set %d of the list has no name or no file", number);
    /* a file name is joined to folders: it must stay inside them */
    if (strchr(entry.file, '/'))
      return khop_i_fail(KHOP_E_FORMAT, "the file '%.100s' of set '%.100s' is not in the folder",
                         entry.file, entry.name);
    khop_status status =
        knows(catalogue, entry.name, NULL) ? KHOP_OK : add_entry(catalogue, &entry);
    if (status != KHOP_OK) return status;
    number++;
  }
  return KHOP_OK;
}

static khop_status read_catalogue(khop_catalogue *catalogue, const char *folder) {
  char *path = NULL, *bytes = NULL;
  size_t size = 0;
  cJSON *root = NULL;
  khop_status status = khop_i_sprintf(&path, "%s/catalogue.json", folder);
  if (status != KHOP_OK) return status;
  if (!is_file(path)) goto done;
  KHOP_TRY(khop_i_infile_read(&bytes, &size, path));
  root = cJSON_ParseWithLengthOpts(bytes, size + 1, NULL, 1);
  if (!cJSON_IsObject(root))
    KHOP_FAIL(KHOP_E_FORMAT, "the catalogue of %zu bytes is not a JSON object", size);
  KHOP_TRY(add_sets(catalogue, root));
done:
  if (status != KHOP_OK) khop_i_prefix(status, path);
  cJSON_Delete(root);
  khop_i_free(bytes);
  khop_i_free(path);
  return status;
}

/* --- files that no catalogue names ---------------------------------------------------------- */

/* Formats that can only be a graph or a data set: tables and text may be anything. */
static int is_data_file(const struct dirent *item) {
  static const char *const endings[] = {".npz", ".graphml", ".gml",   ".net",      ".paj", ".ncol",
                                        ".lgl", ".dl",      ".edges", ".edgelist", ".el",  ".mtx"};
  const char *dot = strrchr(item->d_name, '.');
  if (!dot || dot == item->d_name) return 0;
  for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
    if (strcmp(dot, endings[e]) == 0) return 1;
  return 0;
}

/* By bytes: alphasort would follow the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static khop_status add_file(khop_catalogue *catalogue, const char *file) {
  char *name = NULL;
  khop_status status = khop_i_strdup(&name, file);
  if (status != KHOP_OK) return status;
  *strrchr(name, '.') = 0;
  if (!knows(catalogue, name, file))
    status = add_entry(
        catalogue,
        &(khop_entry){
            .name = name, .file = file, .origin = "", .licence = "", .sha256 = "", .about = ""});
  khop_i_free(name);
  return status;
}

static khop_status add_files(khop_catalogue *catalogue, const char *folder) {
  struct dirent **items = NULL;
  khop_status status = KHOP_OK;
  errno = 0;
  int count = scandir(folder, &items, is_data_file, by_name);
  if (count < 0 && errno == ENOMEM)
    return khop_i_fail(KHOP_E_MEMORY, "%s: no memory to list the folder", folder);
  for (int i = 0; i < count; i++) {
    if (status == KHOP_OK) status = add_file(catalogue, items[i]->d_name);
    free(items[i]); /* scandir's own */
  }
  free(items);
  return status;
}

/* --- public --------------------------------------------------------------------------------- */

khop_status khop_catalogue_load(khop_catalogue **catalogue) {
  if (!catalogue) return khop_i_fail(KHOP_E_ARGUMENT, "khop_catalogue_load: catalogue is NULL");
  *catalogue = NULL;
  khop_catalogue *made = NULL;
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "a catalogue");
  if (status != KHOP_OK) return status;
  KHOP_TRY(find_folders(made));
  for (int f = 0; f < made->folders; f++) KHOP_TRY(read_catalogue(made, made->folder[f]));
  for (int f = 0; f < made->folders; f++) KHOP_TRY(add_files(made, made->folder[f]));
  *catalogue = made;
  made = NULL;
done:
  khop_catalogue_free(made);
  return status;
}

void khop_catalogue_free(khop_catalogue *catalogue) {
  if (!catalogue) return;
  for (int i = 0; i < catalogue->count; i++) free_entry(&catalogue->entries[i]);
  for (int f = 0; f < FOLDERS; f++) khop_i_free(catalogue->folder[f]);
  khop_i_free(catalogue->entries);
  khop_i_free(catalogue);
}

int khop_catalogue_count(const khop_catalogue *catalogue) {
  return catalogue->count;
}

const khop_entry *khop_catalogue_entry(const khop_catalogue *catalogue, int i) {
  return i >= 0 && i < catalogue->count ? &catalogue->entries[i] : NULL;
}

static khop_status not_found(const khop_catalogue *catalogue, const char *name,
                             const khop_entry *entry) {
  char folders[600] = "";
  size_t at = 0;
  for (int f = 0; f < catalogue->folders && at < sizeof folders - 1; f++)
    at += (size_t)snprintf(folders + at, sizeof folders - at, "%s%s", f ? ", " : "",
                           catalogue->folder[f]);
  if (entry)
    return khop_i_fail(KHOP_E_NOT_FOUND,
                       "%.100s: its file %.100s is in none of the folders %s (it "
                       "comes from %.150s)",
                       name, entry->file, folders, entry->origin);
  return khop_i_fail(KHOP_E_NOT_FOUND,
                     "%.200s: no such file, and no such data set in the folders %s", name, folders);
}

khop_status khop_data_path(char **path, const char *name) {
  if (!path || !name) return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_path: a name is needed");
  *path = NULL;
  if (strchr(name, '/') || is_file(name)) return khop_i_strdup(path, name);
  khop_catalogue *catalogue = NULL;
  const khop_entry *entry = NULL;
  khop_status status = khop_catalogue_load(&catalogue);
  if (status != KHOP_OK) return status;
  for (int i = 0; i < catalogue->count && !entry; i++)
    if (strcmp(catalogue->entries[i].name, name) == 0 ||
        strcmp(catalogue->entries[i].file, name) == 0)
      entry = &catalogue->entries[i];
  status =
      entry && entry->path ? khop_i_strdup(path, entry->path) : not_found(catalogue, name, entry);
  khop_catalogue_free(catalogue);
  return status;
}
