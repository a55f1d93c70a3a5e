/* text_form.h: sets of graphs in one text file. */
#ifndef KHOP_GRAPHSETS_TEXT_FORM_H
#define KHOP_GRAPHSETS_TEXT_FORM_H

#include <khop/graphs.h>

/* graphs_text.c, graphs_tu.c: the two forms that khop_graphs_read knows; path is a file, a folder. */
khop_status khop_i_graphs_from_text(khop_graphs **set, const char *path);

#endif
