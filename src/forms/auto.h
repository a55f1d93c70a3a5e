/* auto.h: the form that reads least among those that fit, by their estimates. */
#ifndef KHOP_FORMS_AUTO_H
#define KHOP_FORMS_AUTO_H

#include "forms/rings.h"

/* Errors: those of khop_rings_build. Cost: a few hundred searches for the estimates, and the build of the form
 * chosen. */
khop_status khop_i_auto_build(khop_rings **rings, const khop_i_plan *plan);

#endif
