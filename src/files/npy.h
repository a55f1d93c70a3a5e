/* npy.h: NumPy's array format (.npy): the header, both ways. The format: numpy.lib.format, 1.0-3.0.
 */
#ifndef KHOP_FILES_NPY_H
#define KHOP_FILES_NPY_H

#include <khop/base.h>
#include <stdio.h>

typedef enum khop_i_dtype {
  KHOP_I_BOOL,
  KHOP_I_INT8,
  KHOP_I_UINT8,
  KHOP_I_INT16,
  KHOP_I_UINT16,
  KHOP_I_INT32,
  KHOP_I_UINT32,
  KHOP_I_INT64,
  KHOP_I_UINT64,
  KHOP_I_FLOAT32,
  KHOP_I_FLOAT64,
  KHOP_I_BYTES,   /* 'S': strings of a fixed number of bytes; decoded, 'U' too, in UTF-8 */
  KHOP_I_UNICODE, /* 'U', as a header describes it: four bytes a character */
  KHOP_I_OBJECT   /* 'O', pickled: described in a failure, never read */
} khop_i_dtype;

#define KHOP_I_MAX_DIMENSIONS 8

/* An array read whole into memory, C order, this machine's byte order. */
typedef struct khop_i_array {
  khop_i_dtype dtype;
  int dimensions;
  int64_t shape[KHOP_I_MAX_DIMENSIONS];
  int64_t count;    /* product of shape; 1 for a scalar */
  size_t item_size; /* bytes an item */
  void *data;       /* owns */
} khop_i_array;

/* Bytes an item; 0 for strings, whose items have the size that the array says. */
size_t khop_i_dtype_size(khop_i_dtype dtype);

/* Decodes the bytes of a .npy file. where names the file (and member) in messages. Fortran order is turned into C order,
 * characters of four bytes into UTF-8. Refuses objects ('|O'), records, big-endian data, other types than those above,
 * and sizes that do not match the bytes. Errors: FORMAT, UNSUPPORTED, MEMORY. */
khop_status khop_i_npy_decode(khop_i_array *array, const void *bytes, size_t size,
                              const char *where);
/* What the first bytes of a file say: array->dtype, shape, count and item_size (data stays NULL), the
 * order, and where the data begin and how many bytes they are. Enough of the file for its header is
 * needed: KHOP_I_NPY_HEADER bytes always are. Errors: FORMAT, UNSUPPORTED; array->dtype is KHOP_I_OBJECT where
 * that is why. */
#define KHOP_I_NPY_HEADER (65536 + 12)
khop_status khop_i_npy_describe(khop_i_array *array, bool *fortran, size_t *begin, size_t *wanted,
                                const void *bytes, size_t size, const char *where);
/* The header for an array, with its padding; the caller frees it. */
khop_status khop_i_npy_header(char **header, size_t *size, khop_i_dtype dtype, size_t item_size,
                              int dimensions, const int64_t *shape);
/* Writes header and data as a file at path, through outfile.h. */
khop_status khop_i_npy_write(const char *path, khop_i_dtype dtype, int dimensions,
                             const int64_t *shape, const void *data);
void khop_i_array_free(khop_i_array *array);

/* Item i as a number; integers beyond 2^53 lose their last bits in the double form. As an integer,
 * a number beyond int64_t becomes INT64_MAX (uint64) or INT64_MIN (floats, NaN too); strings are 0.
 */
int64_t khop_i_array_integer(const khop_i_array *array, int64_t i);
double khop_i_array_number(const khop_i_array *array, int64_t i);
bool khop_i_array_is_integer(const khop_i_array *array); /* bool counts */

#endif
