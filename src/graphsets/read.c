/* read.c: khop_graphs_read: finds out which form a path has. */
#include "graphsets/set.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/numbers.h"
#include "data/ogb.h"
#include "files/pipes.h"
#include "graphsets/ogb_set.h"
#include "graphsets/text_form.h"
#include "graphsets/tu.h"
#include "graphsets/ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- which form ------------------------------------------------------------------------------ */

static bool is_folder(const char *path) {
  struct stat seen;
  return stat(path, &seen) == 0 && S_ISDIR(seen.st_mode);
}

/* A single number in the first line: an edge list has two. What can be read but once is not looked at. */
static bool starts_with_one_number(const char *path) {
  char line[64] = "";
  const char *dot = strrchr(path, '.');
  const char *place;
  char buffer[KHOP_I_PLACE];
  if (!dot || khop_i_strcasecmp(dot, ".txt") != 0 || !khop_i_is_regular(path)) return false;
  if (khop_i_pipe_place(&place, buffer, path) != KHOP_OK) return false;
  FILE *file = fopen(place, "rbe");
  if (!file) return false;
  bool read = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  size_t digits = strspn(line, "0123456789");
  return read && digits > 0 && line[digits + strspn(line + digits, " \t\r\n")] == 0;
}

bool khop_graphs_is_set(const char *path) {
  char *name = NULL;
  if (!path || !*path) return false;
  bool folder = is_folder(path) && (khop_i_graphs_folder_name(&name, path) == KHOP_OK || khop_i_is_ogb_set(path));
  khop_i_free(name);
  return folder || starts_with_one_number(path);
}

/* "mutag" of "/data/mutag.txt" and of "/data/mutag/". */
static khop_status name_after(khop_graphs *set, const char *path) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  size_t begin = length;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  char *name = NULL;
  khop_status status = khop_i_sprintf(&name, "%.*s", (int)(length - begin), path + begin);
  if (status != KHOP_OK) return status;
  char *dot = strrchr(name, '.');
  if (dot && dot > name) *dot = 0;
  status = khop_graphs_set_name(set, name);
  khop_i_free(name);
  return status;
}

khop_status khop_graphs_read(khop_graphs **set, const char *path) {
  khop_status status = KHOP_OK;
  khop_graphs *made = NULL;
  char *found = NULL;
  if (!set) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graphs_read: no place for the set");
  *set = NULL;
  if (!path || !*path) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graphs_read: a path is needed");
  if (is_folder(path))
    KHOP_TRY(khop_i_strdup(&found, path));
  else
    KHOP_TRY(khop_data_path(&found, path));
  if (is_folder(found))
    status = khop_i_is_ogb_set(found) ? khop_i_graphs_from_ogb(&made, found) : khop_i_graphs_from_folder(&made, found);
  else
    status = khop_i_graphs_from_text(&made, found);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(name_after(made, found));
  *set = made;
  made = NULL;
done:
  khop_graphs_free(made);
  khop_i_free(found);
  return status;
}
