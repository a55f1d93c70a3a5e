/* text_form.h: sets of graphs in one text file. */
#ifndef KHOP_GRAPHSETS_TEXT_FORM_H
#define KHOP_GRAPHSETS_TEXT_FORM_H

#include <khop/graphs.h>

/* path is a file. Errors: NOT_FOUND, IO, FORMAT with the line, MEMORY. */
khop_status khop_i_graphs_from_text(khop_graphs **set, const char *path);

#endif
