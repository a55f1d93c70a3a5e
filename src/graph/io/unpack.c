/* unpack.c: see unpack.h. All of it is kept, since most readers go through a file twice. */
#include "graph/io/unpack.h"
#include "base/error.h"
#include "graph/io/gunzip.h"

#include <errno.h>
#include <string.h>

static khop_status read_plain(khop_i_unpacked *u, FILE *stream) {
  int64_t capacity = 0;
  size_t got = 1;
  while (got) {
    khop_status status = khop_i_unpacked_reserve(u, &capacity);
    if (status != KHOP_OK) return status;
    got = fread(u->bytes + u->length, 1, KHOP_I_UNPACKED_CHUNK, stream);
    u->length += (int64_t)got;
  }
  return ferror(stream) ? khop_i_fail(KHOP_E_IO, "cannot read: %s", strerror(errno)) : KHOP_OK;
}

khop_status khop_i_unpack(khop_i_unpacked *u, FILE *stream, bool packed) {
  *u = (khop_i_unpacked){0};
  khop_status status = packed ? khop_i_gunzip(u, stream) : read_plain(u, stream);
  if (status != KHOP_OK) return status;
  if (!u->length) return khop_i_fail(KHOP_E_FORMAT, "there is nothing in it");
  u->file = fmemopen(u->bytes, (size_t)u->length, "rb");
  return u->file ? KHOP_OK : khop_i_fail(KHOP_E_MEMORY, "no memory for a file of %lld bytes", (long long)u->length);
}
