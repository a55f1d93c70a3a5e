/* khop/table.h: a table of numbers written row by row, for tables that do not fit into memory.
 *
 * The file is a .npz archive: X (rows, columns) float32, names (columns) of bytes, ok (rows) bool, and
 * molecule (rows) int64 where each row belongs to something that has several. Rows go to unnamed files
 * beside the output first; memory holds none of them.
 */
#ifndef KHOP_TABLE_H
#define KHOP_TABLE_H

#include <khop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_table khop_table;

/* Begins a table at path; nothing is there before the commit. names: (columns), copied; owners: whether
 * rows name what they belong to. Errors: ARGUMENT (no columns; an extension other than .npz), NOT_FOUND
 * (no such folder), IO, MEMORY. */
KHOP_API khop_status khop_table_new(khop_table **table, const char *path, int64_t columns,
                                    const char *const *names, bool owners);
/* Adds rows. x: (rows, columns); ok: (rows) of 0 and 1, NULL: all 1; owner: (rows), NULL without
 * owners. Errors: ARGUMENT, IO (a full disk). */
KHOP_API khop_status khop_table_add(khop_table *table, int64_t rows, const float *x, const uint8_t *ok,
                                    const int64_t *owner);
KHOP_API int64_t khop_table_rows(const khop_table *table);
/* Puts the file in its place, whole. Nothing can be added afterwards. Errors: IO, MEMORY. */
KHOP_API khop_status khop_table_commit(khop_table *table);
/* Without a commit the output is as it was. */
KHOP_API void khop_table_free(khop_table *table);

#ifdef __cplusplus
}
#endif
#endif
