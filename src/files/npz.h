/* npz.h: archives of NumPy arrays (.npz): a zip with a .npy a member. libzip is used only here. */
#ifndef KHOP_FILES_NPZ_H
#define KHOP_FILES_NPZ_H

#include "files/npy.h"

typedef struct khop_i_npz khop_i_npz; /* an archive open for reading */

/* Errors: NOT_FOUND, IO, FORMAT (not a zip archive, an empty or truncated file), MEMORY. */
khop_status khop_i_npz_open(khop_i_npz **npz, const char *path);
void khop_i_npz_close(khop_i_npz *npz);
/* Member i with its ".npy", in the order of the archive; NULL when i is out of range. */
const char *khop_i_npz_name(const khop_i_npz *npz, int64_t i);
bool khop_i_npz_has(const khop_i_npz *npz, const char *key); /* key without ".npy" */
/* Reads one member. Errors: NOT_FOUND (no such key), FORMAT, UNSUPPORTED, IO, MEMORY. A member that
 * claims to be larger than 64 GiB, or than a thousand times its compressed bytes plus 64 MiB, is
 * refused as FORMAT. */
khop_status khop_i_npz_read(khop_i_array *array, khop_i_npz *npz, const char *key);
/* What the header of a member says: khop_i_npy_describe, without its data. Errors: those of khop_i_npz_read; where
 * the member is pickled, UNSUPPORTED, and array->dtype is KHOP_I_OBJECT. */
khop_status khop_i_npz_describe(khop_i_array *array, khop_i_npz *npz, const char *key);
/* Of the whole file. */
int64_t khop_i_npz_bytes(const khop_i_npz *npz);

/* A member to be written; data is borrowed until khop_i_npz_write returns. */
typedef struct khop_i_member {
  const char *key;
  khop_i_dtype dtype;
  size_t item_size; /* of strings only; else 0 */
  int dimensions;
  int64_t shape[KHOP_I_MAX_DIMENSIONS];
  const void *data;
} khop_i_member;

/* Writes an archive at path, with fixed member times so that equal content gives equal files.
 * Whole or not there; devices and links as in outfile.h. The compressed archive passes through memory
 * (libzip's own). Errors: ARGUMENT (no members, a key that comes twice, impossible sizes), IO,
 * NOT_FOUND (no such folder), MEMORY. */
khop_status khop_i_npz_write(const char *path, int count, const khop_i_member *members);

#endif
