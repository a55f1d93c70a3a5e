/* notes.h: a list of sentences on what was passed over, or understood in one way of several. */
#ifndef KHOP_BASE_NOTES_H
#define KHOP_BASE_NOTES_H

#include <khop/base.h>

#include <stdarg.h>

typedef struct khop_i_notes {
  int count;
  char **text; /* (count); owns */
} khop_i_notes;

/* Adds a sentence. Errors: MEMORY; the list is then as it was. */
khop_status khop_i_notes_add(khop_i_notes *notes, const char *format, va_list arguments);
/* Borrowed; NULL where i is out of range. */
const char *khop_i_notes_get(const khop_i_notes *notes, int i);
void khop_i_notes_free(khop_i_notes *notes);

#endif
