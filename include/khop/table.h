/* khop/table.h: tables written row by row: numbers as .npz, for tables that do not fit into memory; fields of
 * text and numbers as .csv or .tsv; and arrays of numbers and of names side by side, as .npz.
 *
 * Each file is whole or not there: whatever stood at its path stands until the commit. A symbolic link is
 * followed, a replaced file keeps its mode, and a pipe or a device is written to directly.
 *
 * The table of numbers is an archive: X (rows, columns) float32, names (columns) of bytes, ok (rows) bool,
 * molecule (rows) int64 where each row belongs to something that has several, and where the rows have names these,
 * under a key that says what they are. Rows go to unnamed files
 * beside the output first; memory holds none of them.
 */
#ifndef KHOP_TABLE_H
#define KHOP_TABLE_H

#include <khop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_table khop_table;

/* Begins a table at path, whatever its extension. names: (columns), copied; owners: whether rows name what
 * they belong to. Errors: ARGUMENT (no columns), NOT_FOUND (no such folder), IO, MEMORY. */
KHOP_API khop_status khop_table_new(khop_table **table, const char *path, int64_t columns,
                                    const char *const *names, bool owners);
/* Adds rows. x: (rows, columns); ok: (rows) of 0 and 1, NULL: all 1; owner: (rows), NULL without
 * owners. Errors: ARGUMENT, IO (a full disk). */
KHOP_API khop_status khop_table_add(khop_table *table, int64_t rows, const float *x, const uint8_t *ok,
                                    const int64_t *owner);
/* The rows have names, kept as strings of Python under key (as in khop_archive below): to be called before names are
 * added. Errors: ARGUMENT (a second time), IO, MEMORY. */
KHOP_API khop_status khop_table_name_rows(khop_table *table, const char *key);
/* The names of the next rows that have none so far, before or after these are added; NULL is "". At the commit there
 * must be as many as rows; where all are empty there is no array of them. Errors: ARGUMENT, IO. */
KHOP_API khop_status khop_table_add_names(khop_table *table, int64_t count, const char *const *names);
KHOP_API int64_t khop_table_rows(const khop_table *table);
/* Puts the file in its place, whole. Nothing can be added afterwards. Errors: IO, MEMORY. */
KHOP_API khop_status khop_table_commit(khop_table *table);
/* Without a commit the output is as it was. */
KHOP_API void khop_table_free(khop_table *table);

/* --- text -------------------------------------------------------------------------------------- */

/* A table of text after RFC 4180, but for its line ends, which are those of Unix. A field that holds the
 * separator, a quotation mark, a line end, or a blank at either end stands between quotation marks, and those
 * within it are doubled. */
typedef struct khop_csv khop_csv;

/* Begins a table at path: separated by tabs if its name ends in .tsv, else by commas.
 * Errors: ARGUMENT, NOT_FOUND (no such folder), IO, MEMORY. */
KHOP_API khop_status khop_csv_new(khop_csv **csv, const char *path);
/* From here on a text that begins with = + - @, a tab or a line end gets an apostrophe in front, so that no spreadsheet
 * that opens the file takes it for a formula. Names come from files that anyone may have written; numbers stay as they
 * are. Whoever reads the file as data reads another text then, so that it is asked for. */
KHOP_API void khop_csv_for_spreadsheets(khop_csv *csv);
/* Each adds one field to the row. A text that is NULL is an empty field, and so is NaN; digits: significant
 * ones, 1 to 17. What fails here is reported by the commit. */
KHOP_API void khop_csv_text(khop_csv *csv, const char *text);
KHOP_API void khop_csv_integer(khop_csv *csv, int64_t number);
KHOP_API void khop_csv_number(khop_csv *csv, double number, int digits);
KHOP_API void khop_csv_end_row(khop_csv *csv);
/* Puts the file in its place. Errors: ARGUMENT (a row with more or fewer fields than the first, a row that was
 * not ended, a second commit), IO (a full disk). */
KHOP_API khop_status khop_csv_commit(khop_csv *csv);
/* Without a commit the output is as it was. */
KHOP_API void khop_csv_free(khop_csv *csv);

/* --- arrays ------------------------------------------------------------------------------------- */

/* Arrays under names of their own, as numpy.load reads them (without allow_pickle). Texts become strings of Python
 * ("<U"), each as wide as the longest: bytes that are no UTF-8 become the lone surrogates U+DC80 to U+DCFF, from
 * which text.encode('utf-8', 'surrogateescape') makes them again. */
typedef struct khop_archive khop_archive;

/* Begins an archive that will be written at path. Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_archive_new(khop_archive **archive, const char *path);
/* Each adds one array. Numbers are borrowed until the commit: x (rows, columns), or (rows) where columns is 0;
 * numbers (count). Texts (count) are copied; NULL is "". What fails here is reported by the commit. */
KHOP_API void khop_archive_reals(khop_archive *archive, const char *key, const khop_real *x, int64_t rows,
                                 int64_t columns);
KHOP_API void khop_archive_integers(khop_archive *archive, const char *key, const int64_t *numbers, int64_t count);
KHOP_API void khop_archive_texts(khop_archive *archive, const char *key, const char *const *texts, int64_t count);
/* Writes the file. Errors: ARGUMENT (no array; a name that comes twice; a second commit), IO, NOT_FOUND (no such
 * folder), MEMORY. */
KHOP_API khop_status khop_archive_commit(khop_archive *archive);
KHOP_API void khop_archive_free(khop_archive *archive);

#ifdef __cplusplus
}
#endif
#endif
