/* gunzip.c: see gunzip.h. The only file that knows zlib. */
#include "graph/io/gunzip.h"
#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

static khop_status fail_zlib(int code) {
  if (code == Z_MEM_ERROR) return khop_i_fail(KHOP_E_MEMORY, "no memory to unpack it");
  return khop_i_fail(KHOP_E_FORMAT, "not packed by gzip, or damaged");
}

/* Tapes and blocks of disks fill up with zeros behind the end, which gzip takes for nothing. */
static void skip_padding(z_stream *z) {
  while (z->avail_in && !*z->next_in) z->next_in++, z->avail_in--;
}

/* Unpacks what was read; *ended: a part of the file is whole. */
static khop_status inflate_chunk(khop_i_unpacked *u, int64_t *capacity, z_stream *z, bool *ended) {
  while (z->avail_in) {
    if (*ended) skip_padding(z);
    if (!z->avail_in) break;
    if (*ended && inflateReset(z) != Z_OK) return fail_zlib(Z_DATA_ERROR); /* another part begins */
    khop_status status = khop_i_unpacked_reserve(u, capacity);
    if (status != KHOP_OK) return status;
    z->next_out = (unsigned char *)u->bytes + u->length;
    z->avail_out = KHOP_I_UNPACKED_CHUNK;
    int code = inflate(z, Z_NO_FLUSH);
    u->length += KHOP_I_UNPACKED_CHUNK - (int64_t)z->avail_out;
    if (code != Z_OK && code != Z_STREAM_END) return fail_zlib(code);
    *ended = code == Z_STREAM_END;
  }
  return KHOP_OK;
}

/* inflate may hold back what found no room. */
static khop_status drain(khop_i_unpacked *u, int64_t *capacity, z_stream *z, bool *ended) {
  for (int code = Z_OK; !*ended && code == Z_OK;) {
    khop_status status = khop_i_unpacked_reserve(u, capacity);
    if (status != KHOP_OK) return status;
    z->next_out = (unsigned char *)u->bytes + u->length;
    z->avail_out = KHOP_I_UNPACKED_CHUNK;
    code = inflate(z, Z_NO_FLUSH);
    u->length += KHOP_I_UNPACKED_CHUNK - (int64_t)z->avail_out;
    *ended = code == Z_STREAM_END;
  }
  return KHOP_OK;
}

khop_status khop_i_gunzip(khop_i_unpacked *u, FILE *stream) {
  khop_status status = KHOP_OK;
  unsigned char packed[KHOP_I_UNPACKED_CHUNK];
  z_stream z = {0};
  bool ended = false;
  int64_t capacity = 0;
  if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) return fail_zlib(Z_MEM_ERROR);
  for (;;) {
    z.next_in = packed;
    z.avail_in = (unsigned)fread(packed, 1, sizeof packed, stream);
    if (ferror(stream)) KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
    if (!z.avail_in) break;
    KHOP_TRY(inflate_chunk(u, &capacity, &z, &ended));
  }
  KHOP_TRY(drain(u, &capacity, &z, &ended));
  if (!ended) KHOP_FAIL(KHOP_E_FORMAT, "its packed data end early: it is cut short");
done:
  inflateEnd(&z);
  return status;
}
