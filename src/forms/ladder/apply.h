/* apply.h: a product with a ladder's climb or descent. */
#ifndef KHOP_FORMS_LADDER_APPLY_H
#define KHOP_FORMS_LADDER_APPLY_H

#include "forms/form.h"

/* The workspace of the rings is their panels (panels.h), so one product runs at a time. It neither allocates nor
 * fails. */
void khop_i_ladder_apply(const khop_i_product *product);

#endif
