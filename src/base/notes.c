/* notes.c: see notes.h. */
#include "base/notes.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdio.h>

khop_status khop_i_notes_add(khop_i_notes *notes, const char *format, va_list arguments) {
  char *text = NULL;
  va_list again;
  va_copy(again, arguments);
  int length = khop_i_vsnprintf(NULL, 0, format, again);
  va_end(again);
  size_t size = length < 0 ? 1 : (size_t)length + 1;
  khop_status status = khop_i_alloc(&text, (int64_t)size, 1, "a note");
  if (status == KHOP_OK) status = khop_i_room(&notes->text, notes->count + 1, sizeof *notes->text, "notes");
  if (status != KHOP_OK) {
    khop_i_free(text);
    return status;
  }
  khop_i_vsnprintf(text, size, format, arguments);
  notes->text[notes->count++] = text;
  return KHOP_OK;
}

const char *khop_i_notes_get(const khop_i_notes *notes, int i) {
  return i >= 0 && i < notes->count ? notes->text[i] : NULL;
}

void khop_i_notes_free(khop_i_notes *notes) {
  for (int i = 0; i < notes->count; i++) khop_i_free(notes->text[i]);
  khop_i_free(notes->text);
  *notes = (khop_i_notes){0};
}
