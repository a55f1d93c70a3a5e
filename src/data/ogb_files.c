/* ogb_files.c: see ogb_files.h. */
#include "data/ogb_files.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/names.h"

#include <stdio.h>
#include <string.h>

bool khop_i_ogb_find(char name[128], const char *path, const char *part) {
  snprintf(name, 128, "%.100s.csv", part);
  if (khop_i_folder_has(path, name)) return true;
  snprintf(name, 128, "%.100s.csv.gz", part);
  return khop_i_folder_has(path, name);
}

bool khop_i_ogb_has(const char *path, const char *part) {
  char name[128];
  return khop_i_ogb_find(name, path, part);
}

khop_status khop_i_ogb_open(khop_i_text_file *file, bool *there, const char *path, const char *part) {
  char name[128];
  bool found = khop_i_ogb_find(name, path, part);
  *file = (khop_i_text_file){0};
  if (there) *there = found;
  return found || !there ? khop_i_text_file_open(file, path, name) : KHOP_OK;
}

/* --- what is left out ------------------------------------------------------------------------- */

static bool is_used(const char *name, const char *const *used) {
  size_t length = strcspn(name, ".");
  for (; *used; used++)
    if (strlen(*used) == length && strncmp(name, *used, length) == 0) return true;
  return strncmp(name + length, ".csv", 4) != 0; /* not of the data */
}

khop_status khop_i_ogb_unused(char text[300], const char *path, const char *const *used) {
  char **names = NULL, *raw = NULL;
  int64_t count = 0;
  *text = 0;
  khop_status status = khop_i_sprintf(&raw, "%s/raw", path);
  if (status == KHOP_OK) status = khop_i_folder_list(&names, &count, raw);
  for (int64_t i = 0; i < count; i++) {
    size_t at = strlen(text);
    char twin[132];
    size_t length = strlen(names[i]);
    snprintf(twin, sizeof twin, "raw/%.100s", names[i]);
    bool packed = length > 3 && length < 100 && strcmp(names[i] + length - 3, ".gz") == 0;
    if (packed) twin[4 + length - 3] = 0;
    bool hidden = packed && khop_i_folder_has(path, twin); /* the one that is not packed is read */
    if (!is_used(names[i], used) || hidden) snprintf(text + at, 300 - at, "%s%.80s", at ? ", " : "", names[i]);
  }
  khop_i_names_free(names, count);
  khop_i_free(raw);
  return status;
}

/* --- tables ------------------------------------------------------------------------------------ */

int64_t khop_i_ogb_count_fields(const khop_i_line *line) {
  int64_t fields = 1;
  for (const char *at = line->start; at < line->end; at++) fields += *at == ',';
  return fields;
}

khop_status khop_i_ogb_check_lines(khop_i_text_file *file, int64_t rows) {
  int64_t lines = khop_i_text_file_lines(file);
  if (lines == rows) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "%s: %lld lines, and %lld are needed", file->name, (long long)lines,
                     (long long)rows);
}

/* An empty line of a column stands for a missing value, where the lines only then are as many as the rows. */
static void count_empty_lines(khop_i_text_file *file, int64_t rows) {
  if (khop_i_text_file_lines(file) >= rows) return;
  file->keeps_empty = true;
  file->keeps_empty = khop_i_text_file_lines(file) == rows;
}

khop_status khop_i_ogb_table(double **values, int64_t *columns, khop_i_text_file *file, int64_t rows) {
  int64_t cell = 0;
  count_empty_lines(file, rows);
  khop_status status = khop_i_ogb_check_lines(file, rows);
  if (status != KHOP_OK || !rows) return status;
  khop_i_text_file_next(file);
  *columns = khop_i_ogb_count_fields(&file->line);
  status = khop_i_alloc_raw(values, rows, (size_t)*columns * sizeof **values, "a table");
  for (bool more = status == KHOP_OK; more && status == KHOP_OK; more = khop_i_text_file_next(file)) {
    const char *at = file->line.start;
    if (khop_i_ogb_count_fields(&file->line) != *columns)
      return khop_i_text_file_fail(file, "more or fewer numbers than in the first line:");
    for (int64_t c = 0; status == KHOP_OK && c < *columns; c++)
      status = khop_i_text_file_real(&(*values)[cell++], file, &at, ',');
  }
  return status;
}
