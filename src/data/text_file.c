/* text_file.c: see text_file.h. */
#include "data/text_file.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "data/names.h"
#include "graph/io/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *name, const char *end) {
  size_t a = strlen(name), b = strlen(end);
  return a >= b && strcmp(name + a - b, end) == 0;
}

static khop_status read_text(khop_i_text *text, FILE *stream, bool packed) {
  khop_i_unpacked unpacked = {0};
  khop_i_source source = {.file = stream, .bytes = -1};
  khop_status status = packed ? khop_i_unpack(&unpacked, stream, true) : KHOP_OK;
  if (packed) source = (khop_i_source){.file = unpacked.file, .bytes = unpacked.length};
  if (status == KHOP_OK) status = khop_i_text_read(text, &source);
  khop_i_unpacked_free(&unpacked);
  return status;
}

khop_status khop_i_text_file_open(khop_i_text_file *file, const char *folder, const char *name) {
  char *path = NULL;
  *file = (khop_i_text_file){0};
  snprintf(file->name, sizeof file->name, "%s", name);
  khop_status status = khop_i_sprintf(&path, "%s/%s", folder, name);
  if (status != KHOP_OK) return status;
  FILE *stream = fopen(path, "rbe");
  if (stream)
    status = read_text(&file->text, stream, ends_with(name, ".gz"));
  else
    status = khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "cannot open: %s", strerror(errno));
  if (stream) fclose(stream);
  khop_i_free(path);
  if (status != KHOP_OK) khop_i_text_file_close(file);
  khop_i_text_file_rewind(file);
  return khop_i_prefix(status, name);
}

void khop_i_text_file_close(khop_i_text_file *file) { khop_i_text_free(&file->text); }

void khop_i_text_file_rewind(khop_i_text_file *file) { file->line = (khop_i_line){.next = file->text.bytes}; }

bool khop_i_text_file_next(khop_i_text_file *file) {
  while (file->line.next && khop_i_text_line(&file->line))
    if (file->keeps_empty || file->line.end > file->line.start) return true;
  return false;
}

int64_t khop_i_text_file_lines(khop_i_text_file *file) {
  int64_t lines = 0;
  khop_i_text_file_rewind(file);
  while (khop_i_text_file_next(file)) lines++;
  khop_i_text_file_rewind(file);
  return lines;
}

/* --- numbers ----------------------------------------------------------------------------------- */

khop_status khop_i_text_file_fail(const khop_i_text_file *file, const char *what) {
  return khop_i_prefix(khop_i_line_fail(&file->line, what), file->name);
}

static const char *skip_blanks(const char *at, const char *end, char separator) {
  while (at < end && (*at == ' ' || *at == '\t') && *at != separator) at++;
  return at;
}

/* Where the next field begins, once the number of this one is read. */
static bool leave(const char **at, const char *end, char separator) {
  *at = skip_blanks(*at, end, separator);
  if (*at < end && *(*at)++ != separator) return false;
  return true;
}

khop_status khop_i_text_file_real(double *value, khop_i_text_file *file, const char **at, char separator) {
  const char *end = file->line.end;
  char *after;
  *value = (double)NAN;
  *at = skip_blanks(*at, end, separator);
  if (*at < end && *(*at) != separator) { /* reading stops at the end of the line at the latest, but for blanks there */
    *value = khop_i_read_number(*at, &after);
    if (after == *at || after > end || isinf(*value))
      return khop_i_text_file_fail(file, "a number is none, or infinite, in");
    *at = after;
  }
  return leave(at, end, separator) ? KHOP_OK : khop_i_text_file_fail(file, "a number is none in");
}

khop_status khop_i_text_file_whole(int64_t *value, khop_i_text_file *file, const char **at, char separator,
                                   int64_t least, int64_t most) {
  const char *end = file->line.end;
  char *after, text[80];
  *at = skip_blanks(*at, end, separator);
  long long seen = *at < end ? strtoll(*at, &after, 10) : 0; /* what is too large saturates, and is out of range */
  bool fits = *at < end && after > *at && after <= end && seen >= least && seen <= most;
  if (fits) *at = after;
  if (fits && leave(at, end, separator)) {
    *value = seen;
    return KHOP_OK;
  }
  snprintf(text, sizeof text, "a whole number from %lld to %lld is needed in", (long long)least, (long long)most);
  return khop_i_text_file_fail(file, text);
}

/* --- folders ----------------------------------------------------------------------------------- */

bool khop_i_is_folder(const char *path) {
  struct stat seen;
  return stat(path, &seen) == 0 && S_ISDIR(seen.st_mode);
}

bool khop_i_folder_has(const char *folder, const char *name) {
  struct stat seen;
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  return length > 0 && (size_t)length < sizeof path && stat(path, &seen) == 0 && S_ISREG(seen.st_mode);
}

static int by_version(const void *a, const void *b) {
  return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

/* opendir, readdir and closedir keep their own memory. */
khop_status khop_i_folder_list(char ***names, int64_t *count, const char *path) {
  khop_status status = KHOP_OK;
  DIR *folder = opendir(path);
  *names = NULL;
  *count = 0;
  for (const struct dirent *entry; folder && status == KHOP_OK && (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    status = khop_i_room(names, *count + 1, sizeof **names, "the names in a folder");
    if (status == KHOP_OK) status = khop_i_strdup(&(*names)[*count], entry->d_name);
    if (status == KHOP_OK) ++*count;
  }
  if (folder) closedir(folder);
  if (*count) qsort(*names, (size_t)*count, sizeof **names, by_version);
  if (status == KHOP_OK) return status;
  khop_i_names_free(*names, *count);
  *names = NULL;
  *count = 0;
  return status;
}
