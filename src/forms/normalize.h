/* normalize.h: the two scales of a normalised ring. */
#ifndef KHOP_FORMS_NORMALIZE_H
#define KHOP_FORMS_NORMALIZE_H

#include "forms/rings.h"

/* Scales as khop_rings_scales, without allocating. left, right: (nodes), NULL skips one. */
void khop_i_rings_scale(khop_real *left, khop_real *right, const khop_rings *rings, const khop_rings *transposed,
                        int slot, khop_norm norm, bool self_loop);

#endif
