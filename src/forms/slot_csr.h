/* slot_csr.h: one normalised slot of rings as a plain CSR matrix, to be handed out. */
#ifndef KHOP_FORMS_SLOT_CSR_H
#define KHOP_FORMS_SLOT_CSR_H

#include <khop/rings.h>

typedef struct khop_i_slot_csr {
  int64_t rows;
  int64_t *offsets, *columns; /* (rows + 1), (entries); own, as values do */
  khop_real *values;
} khop_i_slot_csr;

/* The identity of a self-loop is merged in. asked_by: the function that messages name. Errors: ARGUMENT (no such slot,
 * rings whose rows cannot be read), MEMORY. */
khop_status khop_i_slot_csr_new(khop_i_slot_csr *csr, const khop_rings *rings, int slot, khop_norm norm, bool self_loop,
                                const char *asked_by);
void khop_i_slot_csr_free(khop_i_slot_csr *csr);

#endif
