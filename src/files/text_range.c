/* text_range.c: see text_range.h. */
#include "files/text_range.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <errno.h>
#include <string.h>

static khop_status cannot_read(void) {
  return khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "cannot read: %s", strerror(errno));
}

static khop_status open_at(FILE **file, const char *path, int64_t at) {
  *file = fopen(path, "rbe");
  return !*file || fseeko(*file, (off_t)at, SEEK_SET) != 0 ? cannot_read() : KHOP_OK;
}

/* --- lines ---------------------------------------------------------------------------------- */

/* Goes behind the line that the byte before the range belongs to. */
static khop_status skip_begun_line(khop_i_text_range *r) {
  char bytes[4096];
  for (;;) {
    size_t got = fread(bytes, 1, sizeof bytes, r->file);
    const char *end = memchr(bytes, '\n', got);
    r->start += end ? end + 1 - bytes : (int64_t)got;
    if (end) return fseeko(r->file, (off_t)r->start, SEEK_SET) == 0 ? KHOP_OK : cannot_read();
    if (got < sizeof bytes || r->start >= r->end) return ferror(r->file) ? cannot_read() : KHOP_OK;
  }
}

khop_status khop_i_text_range_open(khop_i_text_range *r, const char *path, int64_t first, int64_t begin, int64_t end,
                                   int64_t block) {
  *r = (khop_i_text_range){.start = begin > first ? begin - 1 : first, .end = end, .block = block};
  khop_status status = open_at(&r->file, path, r->start);
  if (status == KHOP_OK && begin > first && begin < end) status = skip_begun_line(r);
  if (begin >= end) r->start = end;
  if (status != KHOP_OK) khop_i_text_range_close(r);
  return status;
}

static khop_status read_more(khop_i_text_range *r, bool *ended) {
  khop_status status = khop_i_room(&r->bytes, r->held + r->block + 1, 1, "the lines of a file");
  if (status != KHOP_OK) return status;
  size_t got = fread(r->bytes + r->held, 1, (size_t)r->block, r->file);
  r->held += (int64_t)got;
  *ended = (int64_t)got < r->block;
  return ferror(r->file) ? cannot_read() : KHOP_OK;
}

/* How many of the bytes are whole lines that begin in the range; 0: that is not known yet. */
static int64_t whole_lines(const khop_i_text_range *r, bool ended) {
  int64_t last = r->end - r->start - 1; /* where the last line may begin */
  if (r->held > last) {
    const char *end = memchr(r->bytes + last, '\n', (size_t)(r->held - last));
    if (end) return end + 1 - r->bytes;
    if (ended) return r->held;
  }
  const char *end = memrchr(r->bytes, '\n', (size_t)(r->held < last ? r->held : last));
  return end ? end + 1 - r->bytes : ended ? r->held : 0;
}

/* Puts the bytes behind the last block at the front. */
static void forget_block(khop_i_text_range *r) {
  if (r->given) r->bytes[r->given] = r->behind;
  r->held -= r->given;
  if (r->held) memmove(r->bytes, r->bytes + r->given, (size_t)r->held);
  r->start += r->given;
  r->given = 0;
}

khop_status khop_i_text_range_next(char **text, khop_i_text_range *r) {
  bool ended = false;
  *text = NULL;
  forget_block(r);
  if (r->start >= r->end) return KHOP_OK;
  while (!r->given) {
    khop_status status = read_more(r, &ended);
    if (status != KHOP_OK) return status;
    if (ended && !r->held) return KHOP_OK;
    r->given = whole_lines(r, ended);
  }
  r->behind = r->bytes[r->given];
  r->bytes[r->given] = 0;
  *text = r->bytes;
  return KHOP_OK;
}

void khop_i_text_range_close(khop_i_text_range *r) {
  if (r->file) fclose(r->file);
  khop_i_free(r->bytes);
  *r = (khop_i_text_range){0};
}

/* --- bytes ---------------------------------------------------------------------------------- */

#define LOOKED_AT 65536 /* bytes at once */

static void look_at(khop_i_range_survey *s, const char *bytes, int64_t count) {
  const char *end = bytes + count, *nul = s->nul < 0 ? memchr(bytes, 0, (size_t)count) : NULL;
  for (const char *at = bytes; at < end; at++) {
    if (at == nul) s->nul = s->newlines;
    s->newlines += *at == '\n';
  }
  for (; end - bytes >= (int64_t)sizeof(uint64_t); bytes += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    s->hash = khop_i_random_mix(s->hash ^ word);
  }
  for (; bytes < end; bytes++) s->hash = khop_i_random_mix(s->hash ^ (unsigned char)*bytes);
}

khop_status khop_i_range_look(khop_i_range_survey *s, const char *path, int64_t begin, int64_t end) {
  FILE *file = NULL;
  char *bytes = NULL;
  *s = (khop_i_range_survey){.nul = -1};
  khop_status status = open_at(&file, path, begin);
  if (status == KHOP_OK) status = khop_i_alloc_raw(&bytes, LOOKED_AT, 1, "the bytes of a file");
  for (int64_t at = begin; at < end && status == KHOP_OK;) {
    int64_t wanted = end - at < LOOKED_AT ? end - at : LOOKED_AT;
    int64_t got = (int64_t)fread(bytes, 1, (size_t)wanted, file);
    look_at(s, bytes, got);
    at += got;
    if (got < wanted)
      status = ferror(file) ? cannot_read() : khop_i_fail(KHOP_E_IO, "the file ended while it was read");
  }
  if (file) fclose(file);
  khop_i_free(bytes);
  return status;
}
