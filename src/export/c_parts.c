/* c_parts.c: see c_parts.h. */
#include "export/c_parts.h"
#include "export/pieces.h"

#include <string.h>

enum { PIECES = sizeof pieces / sizeof *pieces };
_Static_assert(PIECES <= KHOP_I_MOST_PIECES, "there is room for every piece");

static int find_piece(const char *name) {
  int at = 0;
  while (at < PIECES && strcmp(pieces[at].name, name) != 0) at++;
  return at;
}

void khop_i_c_want(khop_i_c_parts *parts, const char *piece) { parts->wanted[find_piece(piece)] = true; }
bool khop_i_c_wants(const khop_i_c_parts *parts, const char *piece) { return parts->wanted[find_piece(piece)]; }

void khop_i_c_put_parts(const khop_i_c_text *text, const khop_i_c_parts *parts, const char *first, const char *end) {
  for (int p = find_piece(first); p < (end ? find_piece(end) : PIECES); p++)
    for (int line = 0; parts->wanted[p] && pieces[p].lines[line]; line++) khop_i_c_put(text, pieces[p].lines[line]);
}
