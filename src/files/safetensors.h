/* safetensors.h: named arrays with string metadata in one file, in the safetensors layout
 * (github.com/huggingface/safetensors), which runs no code when it is loaded.
 *
 *   | header length | {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...} | data
 * | 8 bytes, LE    JSON, padded with blanks to a multiple of 8 bytes; offsets count from the data
 */
#ifndef KHOP_FILES_SAFETENSORS_H
#define KHOP_FILES_SAFETENSORS_H

#include "files/npy.h"

/* A named array. When written everything is borrowed; when read it belongs to its file. */
typedef struct khop_i_tensor {
  const char *name;
  khop_i_dtype dtype; /* not KHOP_I_BYTES */
  int dimensions;     /* 0: a scalar */
  int64_t shape[KHOP_I_MAX_DIMENSIONS];
  const void *data; /* C order */
} khop_i_tensor;

typedef struct khop_i_meta {
  const char *key, *value;
} khop_i_meta;

/* Writes a file, whole or not there (outfile.h): a regular one is read back, every name, size and byte, before it takes
 * the place of another. Tensors with the widest items are laid out first,
 * so that each stands on a multiple of its item size. Strings must be UTF-8. Errors: ARGUMENT
 * (sizes that overflow, a type that the layout lacks, a name that comes twice or is
 * "__metadata__"), IO, NOT_FOUND (no such folder), MEMORY. */
khop_status khop_i_safetensors_write(const char *path, int count, const khop_i_tensor *tensors,
                                     int metas, const khop_i_meta *meta);

typedef struct khop_i_safetensors khop_i_safetensors; /* a file read into memory */

/* Reads and checks a whole file: tensors must cover the data without gap or overlap.
 * Errors: NOT_FOUND, IO, FORMAT, UNSUPPORTED (a type such as BF16, more than 8 dimensions), MEMORY.
 */
khop_status khop_i_safetensors_read(khop_i_safetensors **file, const char *path);
void khop_i_safetensors_free(khop_i_safetensors *file);

int khop_i_safetensors_count(const khop_i_safetensors *file);
/* Tensor i in the order of the data; NULL when i is out of range. Its data are aligned (memory.h).
 */
const khop_i_tensor *khop_i_safetensors_at(const khop_i_safetensors *file, int i);
/* By name, by key; NULL if there is none. */
const khop_i_tensor *khop_i_safetensors_find(const khop_i_safetensors *file, const char *name);
const char *khop_i_safetensors_meta(const khop_i_safetensors *file, const char *key);
/* String i of the metadata, 0 on; both NULL when i is out of range. Borrowed. */
khop_i_meta khop_i_safetensors_meta_at(const khop_i_safetensors *file, int i);

#endif
