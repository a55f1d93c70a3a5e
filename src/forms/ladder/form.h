/* form.h: the ladder as a form of rings. */
#ifndef KHOP_FORMS_LADDER_FORM_H
#define KHOP_FORMS_LADDER_FORM_H

#include "forms/form.h"

extern const khop_i_form khop_i_ladder_form;

#endif
