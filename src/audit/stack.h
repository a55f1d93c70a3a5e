/* stack.h: what the files of the audit share. */
#ifndef KHOP_AUDIT_STACK_H
#define KHOP_AUDIT_STACK_H

#include <khop/audit.h>

/* Errors: ARGUMENT, with the layer whose kernel, dilation or stride is not 1 or more. */
khop_status khop_i_stack_check(int count, const khop_layer *layers);

#endif
