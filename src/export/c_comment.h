/* c_comment.h: what an exported file says of itself: how it is called, what goes in and comes out. */
#ifndef KHOP_EXPORT_C_COMMENT_H
#define KHOP_EXPORT_C_COMMENT_H

#include "export/c_plan.h"

/* The comment at the head of the file. Errors: FORMAT (a schema that cannot be read), MEMORY. */
khop_status khop_i_c_put_comment(const khop_i_c_text *text, const khop_i_c_plan *plan);
/* "int model_run" with its parameters, without an end; in: those of model_run_in. */
void khop_i_c_put_prototype(const khop_i_c_text *text, const khop_i_c_plan *plan, bool in);
/* "size_t model_workspace" with its parameters, without an end. */
void khop_i_c_put_sizes(const khop_i_c_text *text, const khop_i_c_plan *plan);

#endif
