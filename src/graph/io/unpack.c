/* unpack.c: see unpack.h. All of it is kept, since most readers go through a file twice. */
#include "graph/io/unpack.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#define CHUNK 65536

static khop_status reserve(khop_i_unpacked *u, int64_t *capacity) {
  if (*capacity - u->length >= CHUNK) return KHOP_OK;
  int64_t more = 2 * *capacity + CHUNK;
  khop_status status = khop_i_grow(&u->bytes, more, 1, "the bytes of a file");
  if (status == KHOP_OK) *capacity = more;
  return status;
}

static khop_status read_plain(khop_i_unpacked *u, FILE *stream) {
  int64_t capacity = 0;
  size_t got = 1;
  while (got) {
    khop_status status = reserve(u, &capacity);
    if (status != KHOP_OK) return status;
    got = fread(u->bytes + u->length, 1, CHUNK, stream);
    u->length += (int64_t)got;
  }
  return ferror(stream) ? khop_i_fail(KHOP_E_IO, "cannot read: %s", strerror(errno)) : KHOP_OK;
}

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
    khop_status status = reserve(u, capacity);
    if (status != KHOP_OK) return status;
    z->next_out = (unsigned char *)u->bytes + u->length;
    z->avail_out = CHUNK;
    int code = inflate(z, Z_NO_FLUSH);
    u->length += CHUNK - (int64_t)z->avail_out;
    if (code != Z_OK && code != Z_STREAM_END) return fail_zlib(code);
    *ended = code == Z_STREAM_END;
  }
  return KHOP_OK;
}

/* inflate may hold back what found no room. */
static khop_status drain(khop_i_unpacked *u, int64_t *capacity, z_stream *z, bool *ended) {
  for (int code = Z_OK; !*ended && code == Z_OK;) {
    khop_status status = reserve(u, capacity);
    if (status != KHOP_OK) return status;
    z->next_out = (unsigned char *)u->bytes + u->length;
    z->avail_out = CHUNK;
    code = inflate(z, Z_NO_FLUSH);
    u->length += CHUNK - (int64_t)z->avail_out;
    *ended = code == Z_STREAM_END;
  }
  return KHOP_OK;
}

static khop_status read_packed(khop_i_unpacked *u, FILE *stream) {
  khop_status status = KHOP_OK;
  unsigned char packed[CHUNK];
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

khop_status khop_i_unpack(khop_i_unpacked *u, FILE *stream, bool packed) {
  *u = (khop_i_unpacked){0};
  khop_status status = packed ? read_packed(u, stream) : read_plain(u, stream);
  if (status != KHOP_OK) return status;
  if (!u->length) return khop_i_fail(KHOP_E_FORMAT, "there is nothing in it");
  u->file = fmemopen(u->bytes, (size_t)u->length, "rb");
  return u->file ? KHOP_OK : khop_i_fail(KHOP_E_MEMORY, "no memory for a file of %lld bytes", (long long)u->length);
}

void khop_i_unpacked_free(khop_i_unpacked *u) {
  if (u->file) fclose(u->file);
  khop_i_free(u->bytes);
  *u = (khop_i_unpacked){0};
}
