/* read.c: khop_graphs_read: which form a path has, and what the forms share. */
#include "graphsets/set.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- numbers to consecutive ones ------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

khop_status khop_i_ranks_new(khop_i_ranks *ranks, int64_t count, const int64_t *values) {
  *ranks = (khop_i_ranks){0};
  khop_status status = khop_i_copy(&ranks->value, values, count, sizeof *values, "distinct numbers");
  if (status != KHOP_OK) return status;
  qsort(ranks->value, (size_t)count, sizeof *values, ascending);
  for (int64_t i = 0; i < count; i++)
    if (i == 0 || ranks->value[i] != ranks->value[ranks->count - 1])
      ranks->value[ranks->count++] = ranks->value[i];
  return KHOP_OK;
}

int64_t khop_i_ranks_of(const khop_i_ranks *ranks, int64_t value) {
  const int64_t *found =
      bsearch(&value, ranks->value, (size_t)ranks->count, sizeof value, ascending);
  return found ? found - ranks->value : -1;
}

void khop_i_ranks_free(khop_i_ranks *ranks) {
  khop_i_free(ranks->value);
  *ranks = (khop_i_ranks){0};
}

khop_status khop_i_graphs_set_classes(khop_graphs *set, const int64_t *labels) {
  khop_status status = KHOP_OK;
  khop_i_ranks ranks = {0};
  int32_t *classes = NULL;
  char **names = NULL;
  KHOP_TRY(khop_i_ranks_new(&ranks, set->count, labels));
  KHOP_TRY(khop_i_alloc(&classes, set->count, sizeof *classes, "labels"));
  for (int64_t g = 0; g < set->count; g++) classes[g] = (int32_t)khop_i_ranks_of(&ranks, labels[g]);
  KHOP_TRY(khop_i_alloc(&names, ranks.count, sizeof *names, "class names"));
  for (int64_t c = 0; c < ranks.count; c++)
    KHOP_TRY(khop_i_sprintf(&names[c], "%lld", (long long)ranks.value[c]));
  KHOP_TRY(khop_graphs_set_labels(set, classes, ranks.count, (const char *const *)names));
done:
  for (int64_t c = 0; names && c < ranks.count; c++) khop_i_free(names[c]);
  khop_i_free(names);
  khop_i_free(classes);
  khop_i_ranks_free(&ranks);
  return status;
}

/* --- which form ------------------------------------------------------------------------------ */

static bool is_folder(const char *path) {
  struct stat seen;
  return stat(path, &seen) == 0 && S_ISDIR(seen.st_mode);
}

/* A single number in the first line: an edge list has two. */
static bool starts_with_one_number(const char *path) {
  char line[64] = "";
  const char *dot = strrchr(path, '.');
  if (!dot || strcasecmp(dot, ".txt") != 0) return false;
  FILE *file = fopen(path, "rbe");
  if (!file) return false;
  bool read = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  size_t digits = strspn(line, "0123456789");
  return read && digits > 0 && line[digits + strspn(line + digits, " \t\r\n")] == 0;
}

bool khop_graphs_is_set(const char *path) {
  char *name = NULL;
  if (!path || !*path) return false;
  bool folder = is_folder(path) && khop_i_graphs_folder_name(&name, path) == KHOP_OK;
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
  KHOP_TRY(is_folder(found) ? khop_i_graphs_from_folder(&made, found)
                            : khop_i_graphs_from_text(&made, found));
  KHOP_TRY(name_after(made, found));
  *set = made;
  made = NULL;
done:
  khop_graphs_free(made);
  khop_i_free(found);
  return status;
}
