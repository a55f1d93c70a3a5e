/* forms.h: which forms of rings there are. */
#ifndef KHOP_FORMS_FORMS_H
#define KHOP_FORMS_FORMS_H

#include "forms/rings.h"

/* The row of a form, NULL where there is none: KHOP_AUTO has no row. */
const khop_i_form *khop_i_form_row(khop_form form);

/* The rings of a plan in one form. Errors: those of khop_rings_build. */
khop_status khop_i_form_build(khop_rings **rings, const khop_i_plan *plan, const khop_i_form *form);

#endif
