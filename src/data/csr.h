/* csr.h: a sparse matrix out of an .npz archive, checked and put in order. */
#ifndef KHOP_DATA_CSR_H
#define KHOP_DATA_CSR_H

#include "files/npz.h"

/* Rows without repeated columns, columns ascending, no stored zeros. */
typedef struct khop_i_csr {
  int64_t rows, columns;
  int64_t *offsets;  /* (rows + 1), owns */
  int32_t *indices;  /* (offsets[rows]), owns */
  khop_real *values; /* (offsets[rows]), owns; NULL when a pattern was asked for */
  bool weighted;     /* the values in the archive are not all the same */
} khop_i_csr;

/* Reads the keys <prefix>indptr, indices, data and shape. pattern = true drops the values; the data
 * may then be missing, and so may the shape of a square matrix. Repeated entries are summed, as
 * SciPy does. Errors: NOT_FOUND (a key), SHAPE (sizes that do not fit together, ids out of range),
 * UNSUPPORTED (a SciPy format other than `format`, which
 * is "csr", or "csc": then rows and columns change places), those of khop_i_npz_read. */
khop_status khop_i_csr_read(khop_i_csr *csr, khop_i_npz *npz, const char *prefix, bool pattern, const char *format);
void khop_i_csr_free(khop_i_csr *csr);

#endif
