/* apply.h: a product with a ladder's climb or descent. */
#ifndef KHOP_FORMS_LADDER_APPLY_H
#define KHOP_FORMS_LADDER_APPLY_H

#include "forms/form.h"

/* The rings' workspace is their panels. Neither allocates nor fails; one product at a time. */
void khop_i_ladder_apply(const khop_i_product *product);

#endif
