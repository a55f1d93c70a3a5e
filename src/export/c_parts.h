/* c_parts.h: the parts of an exported file that no model changes: src/export/pieces, each put in once where it is
 * wanted. */
#ifndef KHOP_EXPORT_C_PARTS_H
#define KHOP_EXPORT_C_PARTS_H

#include "export/c_text.h"

#define KHOP_I_MOST_PIECES 64

typedef struct khop_i_c_parts {
  bool wanted[KHOP_I_MOST_PIECES]; /* in the order of the pieces */
} khop_i_c_parts;

void khop_i_c_want(khop_i_c_parts *parts, const char *piece);
bool khop_i_c_wants(const khop_i_c_parts *parts, const char *piece);
/* Puts the wanted ones from `first` on, those from `end` on left out; NULL: to the last. */
void khop_i_c_put_parts(const khop_i_c_text *text, const khop_i_c_parts *parts, const char *first, const char *end);

#endif
