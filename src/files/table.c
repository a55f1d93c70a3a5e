/* table.c: see khop/table.h. The rows go to a file without a name beside the output:
 *
 *   X          | row 0 | row 1 | ..      as they will stand in the archive
 *   ok         | 1 | 1 | 0 | ..
 *   molecule   | 0 | 1 | 2 | ..
 *   names      | Ann\0 | Bob\0 | ..     of rows, in UTF-8: how wide their array is, is known at the end
 *
 * and at the commit, when their number is known, into the archive behind their headers. */
#include <khop/table.h>

#include "base/error.h"
#include "base/memory.h"
#include "files/npy.h"
#include "files/outfile.h"
#include "files/unicode.h"
#include "files/zip_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { X, OK, OWNER, NAMES, PARTS };

struct khop_table {
  char *path;
  char *names;         /* (columns, width), padded with zeros */
  size_t width;
  char *rows_key;      /* with ".npy"; NULL: the rows have no names */
  int64_t named_rows;
  size_t longest_name, longest_bytes; /* in characters; in UTF-8 with its zero */
  int64_t columns, rows;
  bool owners, committed;
  FILE *part[PARTS];
  khop_i_outfile out;
};

/* An unnamed file in the folder of path, or in that of temporary files where the first cannot be written. */
static FILE *open_part(const char *path) {
  const char *slash = strrchr(path, '/');
  char name[4096];
  int length = snprintf(name, sizeof name, "%.*s.khop-XXXXXX", slash ? (int)(slash - path) + 1 : 0, path);
  if (length < 0 || (size_t)length >= sizeof name || strncmp(path, "/dev/", 5) == 0) return tmpfile();
  int file = mkostemp(name, O_CLOEXEC);
  if (file < 0) return tmpfile();
  unlink(name);
  FILE *stream = fdopen(file, "w+b");
  if (!stream) close(file);
  return stream;
}

static khop_status cannot_write(const khop_table *table) {
  return khop_i_fail(KHOP_E_IO, "%s: cannot write: %s", table->path, strerror(errno));
}

static khop_status copy_names(khop_table *table, const char *const *names) {
  table->width = 1;
  for (int64_t c = 0; c < table->columns; c++)
    if (strlen(names[c]) > table->width) table->width = strlen(names[c]);
  khop_status status = khop_i_alloc(&table->names, table->columns, table->width, "names of columns");
  for (int64_t c = 0; status == KHOP_OK && c < table->columns; c++)
    memcpy(table->names + (size_t)c * table->width, names[c], strlen(names[c]));
  return status;
}

khop_status khop_table_new(khop_table **table, const char *path, int64_t columns,
                           const char *const *names, bool owners) {
  khop_table *made = NULL;
  khop_status status = KHOP_OK;
  if (!table || !path || !names || columns < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_new: a table, a path and the names of %lld columns "
                                        "are needed", (long long)columns);
  *table = NULL;
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a table"));
  made->columns = columns;
  made->owners = owners;
  KHOP_TRY(khop_i_strdup(&made->path, path));
  KHOP_TRY(copy_names(made, names));
  KHOP_TRY(khop_i_outfile_open(&made->out, made->path));
  for (int p = 0; p < PARTS; p++) {
    if ((p == OWNER && !owners) || p == NAMES) continue;
    made->part[p] = open_part(path);
    if (!made->part[p]) {
      status = cannot_write(made);
      goto done;
    }
  }
  *table = made;
  made = NULL;
done:
  khop_table_free(made);
  return status;
}

void khop_table_free(khop_table *table) {
  if (!table) return;
  if (table->out.path) khop_i_outfile_abandon(&table->out);
  for (int p = 0; p < PARTS; p++)
    if (table->part[p]) fclose(table->part[p]);
  khop_i_free(table->names);
  khop_i_free(table->rows_key);
  khop_i_free(table->path);
  khop_i_free(table);
}

khop_status khop_table_name_rows(khop_table *table, const char *key) {
  if (!table || !key || !*key || table->committed || table->rows_key)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_name_rows: a table and a key are needed, once");
  khop_status status = khop_i_sprintf(&table->rows_key, "%s.npy", key);
  if (status != KHOP_OK) return status;
  table->part[NAMES] = open_part(table->path);
  return table->part[NAMES] ? KHOP_OK : cannot_write(table);
}

khop_status khop_table_add_names(khop_table *table, int64_t count, const char *const *names) {
  if (!table || !table->rows_key || table->committed || count < 0 || (count && !names))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_add_names: %lld names of a table that has some", (long long)count);
  for (int64_t i = 0; i < count; i++) {
    const char *name = names[i] ? names[i] : "";
    size_t length = khop_i_unicode_length(name);
    size_t bytes = strlen(name) + 1;
    if (length > table->longest_name) table->longest_name = length;
    if (bytes > table->longest_bytes) table->longest_bytes = bytes;
    if (fwrite(name, bytes, 1, table->part[NAMES]) != 1) return cannot_write(table);
  }
  table->named_rows += count;
  return KHOP_OK;
}

int64_t khop_table_rows(const khop_table *table) { return table->rows; }

khop_status khop_table_add(khop_table *table, int64_t rows, const float *x, const uint8_t *ok,
                           const int64_t *owner) {
  if (!table || rows < 0 || (rows && !x) || table->committed || (table->owners != (owner != NULL) && rows))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_add: %lld rows with their owners, or without, as the "
                                        "table was begun", (long long)rows);
  size_t count = (size_t)rows, cells = count * (size_t)table->columns;
  bool good = fwrite(x, sizeof *x, cells, table->part[X]) == cells;
  for (size_t i = 0; !ok && i < count; i++) good = good && putc(1, table->part[OK]) != EOF;
  if (ok) good = good && fwrite(ok, 1, count, table->part[OK]) == count;
  if (owner) good = good && fwrite(owner, sizeof *owner, count, table->part[OWNER]) == count;
  if (!good) return cannot_write(table);
  table->rows += rows;
  return KHOP_OK;
}

/* --- the archive ------------------------------------------------------------------------------ */

/* Passes a part, from its start, to the checksum crc or to the archive zip, whichever is not NULL. */
static khop_status copy_part(uint32_t *crc, khop_i_zip_store *zip, const khop_table *table, FILE *part,
                        uint64_t bytes) {
  char block[65536];
  if (fflush(part) != 0 || fseek(part, 0, SEEK_SET) != 0) return cannot_write(table);
  for (uint64_t done = 0; done < bytes;) {
    size_t most = bytes - done < sizeof block ? (size_t)(bytes - done) : sizeof block;
    size_t got = fread(block, 1, most, part);
    if (got == 0) return khop_i_fail(KHOP_E_IO, "%s: cannot read back what was written", table->path);
    if (crc) *crc = khop_i_crc32(*crc, block, got);
    if (zip) khop_i_zip_write(zip, block, got);
    done += got;
  }
  return KHOP_OK;
}

static khop_status store_member(khop_i_zip_store *zip, const khop_table *table, const char *name,
                         khop_i_dtype dtype, size_t item, int dimensions, const int64_t *shape, FILE *part,
                         const char *bytes) {
  char *header = NULL;
  size_t length;
  uint64_t size = item;
  for (int d = 0; d < dimensions; d++) size *= (uint64_t)shape[d];
  khop_status status = khop_i_npy_header(&header, &length, dtype, item, dimensions, shape);
  if (status != KHOP_OK) return status;
  uint32_t crc = khop_i_crc32(0, header, length);
  if (bytes) crc = khop_i_crc32(crc, bytes, size);
  if (part) KHOP_TRY(copy_part(&crc, NULL, table, part, size));
  khop_i_zip_begin(zip, name, size + length, crc);
  khop_i_zip_write(zip, header, length);
  if (bytes) khop_i_zip_write(zip, bytes, size);
  if (part) KHOP_TRY(copy_part(NULL, zip, table, part, size));
done:
  khop_i_free(header);
  return status;
}

/* The next name of the part into text (longest bytes); false where the part ends early. */
static bool read_name(char *text, FILE *part) {
  int c;
  while ((c = getc(part)) > 0) *text++ = (char)c;
  *text = 0;
  return c == 0;
}

/* Passes the names, as characters padded to the longest, to the checksum crc or to zip, as copy_part does. line:
 * (longest name), name: (longest bytes), scratch. */
static khop_status copy_row_names(uint32_t *crc, khop_i_zip_store *zip, const khop_table *table, uint32_t *line,
                                  char *name) {
  size_t bytes = table->longest_name * sizeof *line;
  if (fflush(table->part[NAMES]) != 0 || fseek(table->part[NAMES], 0, SEEK_SET) != 0) return cannot_write(table);
  for (int64_t row = 0; row < table->rows; row++) {
    if (!read_name(name, table->part[NAMES]))
      return khop_i_fail(KHOP_E_IO, "%s: cannot read back what was written", table->path);
    size_t at = 0;
    memset(line, 0, bytes);
    for (const char *text = name; *text; at++) line[at] = khop_i_unicode_take(&text);
    if (crc) *crc = khop_i_crc32(*crc, line, bytes);
    if (zip) khop_i_zip_write(zip, line, bytes);
  }
  return KHOP_OK;
}

static khop_status store_row_names(khop_i_zip_store *zip, const khop_table *table) {
  char *header = NULL, *name = NULL;
  uint32_t *line = NULL;
  size_t length, item = table->longest_name * sizeof *line;
  khop_status status = KHOP_OK;
  if (table->named_rows != table->rows)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: %lld rows have %lld names", table->path, (long long)table->rows,
                       (long long)table->named_rows);
  if (!table->longest_name) return KHOP_OK;
  KHOP_TRY(khop_i_alloc(&line, (int64_t)table->longest_name, sizeof *line, "a name"));
  KHOP_TRY(khop_i_alloc(&name, (int64_t)table->longest_bytes, 1, "a name"));
  KHOP_TRY(khop_i_npy_header(&header, &length, KHOP_I_UNICODE, item, 1, &table->rows));
  uint32_t crc = khop_i_crc32(0, header, length);
  KHOP_TRY(copy_row_names(&crc, NULL, table, line, name));
  khop_i_zip_begin(zip, table->rows_key, (uint64_t)table->rows * item + length, crc);
  khop_i_zip_write(zip, header, length);
  KHOP_TRY(copy_row_names(NULL, zip, table, line, name));
done:
  khop_i_free(header);
  khop_i_free(name);
  khop_i_free(line);
  return status;
}

khop_status khop_table_commit(khop_table *table) {
  khop_i_zip_store *zip = NULL;
  khop_status status = KHOP_OK;
  int64_t shape[2] = {table->rows, table->columns};
  if (table->committed) return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_commit: it was committed before");
  KHOP_TRY(khop_i_alloc(&zip, 1, sizeof *zip, "an archive"));
  zip->stream = table->out.stream;
  KHOP_TRY(store_member(zip, table, "X.npy", KHOP_I_FLOAT32, 4, 2, shape, table->part[X], NULL));
  KHOP_TRY(store_member(zip, table, "names.npy", KHOP_I_BYTES, table->width, 1, &table->columns, NULL,
                 table->names));
  KHOP_TRY(store_member(zip, table, "ok.npy", KHOP_I_BOOL, 1, 1, shape, table->part[OK], NULL));
  if (table->owners)
    KHOP_TRY(store_member(zip, table, "molecule.npy", KHOP_I_INT64, 8, 1, shape, table->part[OWNER], NULL));
  if (table->rows_key) KHOP_TRY(store_row_names(zip, table));
  khop_i_zip_end(zip);
  table->committed = true;
  KHOP_TRY(khop_i_outfile_commit(&table->out));
done:
  khop_i_free(zip);
  return status;
}
