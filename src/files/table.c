/* table.c: see khop/table.h. The rows go to a file without a name beside the output:
 *
 *   X          | row 0 | row 1 | ..      as they will stand in the archive
 *   ok         | 1 | 1 | 0 | ..
 *   molecule   | 0 | 1 | 2 | ..
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

enum { X, OK, OWNER, PARTS };

struct khop_table {
  char *path;
  char *names;         /* (columns, width), padded with zeros */
  size_t width;
  char *rows_key;      /* with ".npy"; NULL: the rows have no names */
  const char *const *row_names;
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
    if (p == OWNER && !owners) continue;
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

khop_status khop_table_name_rows(khop_table *table, const char *key, const char *const *names) {
  if (!table || !key || !*key || !names || table->committed || table->rows_key)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_table_name_rows: a table, a key and names are needed, once");
  table->row_names = names;
  return khop_i_sprintf(&table->rows_key, "%s.npy", key);
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

static khop_status store_row_names(khop_i_zip_store *zip, const khop_table *table) {
  uint32_t *characters = NULL;
  size_t width;
  khop_status status = khop_i_unicode_array(&characters, &width, table->row_names, table->rows);
  if (status == KHOP_OK)
    status = store_member(zip, table, table->rows_key, KHOP_I_UNICODE, width * sizeof *characters, 1, &table->rows, NULL,
                          (const char *)characters);
  khop_i_free(characters);
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
