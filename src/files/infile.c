/* infile.c: see infile.h. */
#include "files/infile.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/pipes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static khop_status cannot_read(const char *path) {
  return khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "%s: cannot read: %s", path,
                     strerror(errno));
}

/* What the system says the size is; a pipe or a device says 0 and is read until it ends. */
static khop_status expected_size(int64_t *size, FILE *stream, const char *path) {
  struct stat seen;
  if (fstat(fileno(stream), &seen) != 0) return cannot_read(path);
  if (S_ISDIR(seen.st_mode)) {
    errno = EISDIR;
    return cannot_read(path);
  }
  *size = S_ISREG(seen.st_mode) && seen.st_size > 0 ? (int64_t)seen.st_size : 0;
  return KHOP_OK;
}

/* The buffer holds one byte more than is expected, so that the end of the file is seen without
 * growing. */
static khop_status read_stream(char **bytes, size_t *size, FILE *stream, const char *path) {
  int64_t expected = 0;
  khop_status status = expected_size(&expected, stream, path);
  if (status != KHOP_OK) return status;
  for (int64_t capacity = expected + 2;; capacity += capacity / 2 + 4096) {
    status = khop_i_grow(bytes, capacity, 1, "the bytes of a file");
    if (status != KHOP_OK) return status;
    *size += fread(*bytes + *size, 1, (size_t)capacity - 1 - *size, stream);
    if (ferror(stream)) return cannot_read(path);
    if (*size < (size_t)capacity - 1) break;
  }
  (*bytes)[*size] = 0;
  return KHOP_OK;
}

khop_status khop_i_infile_read(char **bytes, size_t *size, const char *path) {
  *bytes = NULL;
  *size = 0;
  const char *place;
  char buffer[KHOP_I_PLACE];
  khop_status status = khop_i_pipe_place(&place, buffer, path);
  if (status != KHOP_OK) return status;
  FILE *stream = fopen(place, "rbe");
  if (!stream) return cannot_read(path);
  status = read_stream(bytes, size, stream, path);
  fclose(stream);
  if (status != KHOP_OK) {
    khop_i_free(*bytes);
    *bytes = NULL;
    *size = 0;
    return khop_i_prefix(status, path);
  }
  return KHOP_OK;
}
