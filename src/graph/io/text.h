/* text.h: a text file whole in memory, and its lines and fields, which are cut where they stand.
 *
 *   blank      fields between blanks and tabs; a name may hold commas and semicolons
 *   , ; tab    fields between that character alone; blanks around a field do not count
 *   any        numbers between blanks, tabs, and single commas or semicolons, whichever the line has
 *
 * A field may stand in double quotes; a quote inside is doubled. */
#ifndef KHOP_GRAPH_IO_TEXT_H
#define KHOP_GRAPH_IO_TEXT_H

#include "graph/io/source.h"

#define KHOP_I_ANY_SEPARATOR 0

typedef struct khop_i_text {
  char *bytes; /* (length + 1), zero-terminated; owns */
  int64_t length;
} khop_i_text;

/* All that is left of the source, without a byte order mark. Errors: FORMAT (a NUL byte, with its line), IO, MEMORY. */
khop_status khop_i_text_read(khop_i_text *text, const khop_i_source *source);
void khop_i_text_free(khop_i_text *text);

/* A line, without its end. To begin, next is the start of the text and number 0. */
typedef struct khop_i_line {
  const char *start, *end, *next;
  int64_t number; /* from 1 */
} khop_i_line;
/* Goes to the next line; false after the last. */
bool khop_i_text_line(khop_i_line *line);

typedef struct khop_i_field {
  const char *text;
  size_t length;
  bool quoted, doubled; /* it stood in quotes, which are not in text; text has doubled quotes in it */
} khop_i_field;
/* The next field between *at and end, with *at moved behind it and its separator; false where none is left. A quote
 * that is not closed ends with the line. separator: ' ', one of , ; tab, or KHOP_I_ANY_SEPARATOR. */
bool khop_i_text_field(khop_i_field *field, const char **at, const char *end, char separator);
/* How many fields a line has. */
int khop_i_text_fields(const khop_i_line *line, char separator);
/* Whether a field is this word, in whatever case. */
bool khop_i_field_is(const khop_i_field *field, const char *word);

/* Fails with FORMAT: "line 3: WHAT "its text, shortened"". */
khop_status khop_i_line_fail(const khop_i_line *line, const char *what);

#endif
