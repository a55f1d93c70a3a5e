/* unpacked.c: see unpacked.h. */
#include "graph/io/unpacked.h"
#include "base/memory.h"

khop_status khop_i_unpacked_reserve(khop_i_unpacked *u, int64_t *capacity) {
  if (*capacity - u->length >= KHOP_I_UNPACKED_CHUNK) return KHOP_OK;
  int64_t more = 2 * *capacity + KHOP_I_UNPACKED_CHUNK;
  khop_status status = khop_i_grow(&u->bytes, more, 1, "the bytes of a file");
  if (status == KHOP_OK) *capacity = more;
  return status;
}

void khop_i_unpacked_free(khop_i_unpacked *u) {
  if (u->file) fclose(u->file);
  khop_i_free(u->bytes);
  *u = (khop_i_unpacked){0};
}
