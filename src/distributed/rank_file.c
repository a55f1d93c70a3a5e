/* rank_file.c: see rank_file.h. */
#include "distributed/rank_file.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK ((int64_t)1 << 20)

static khop_status find_size(int64_t *size, const char *path) {
  struct stat seen;
  size_t length = strlen(path);
  if (length > 3 && khop_i_strcasecmp(path + length - 3, ".gz") == 0)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "a packed file cannot be read by ranges: unpack it first");
  if (stat(path, &seen) != 0)
    return khop_i_fail(errno == ENOENT || errno == ENOTDIR ? KHOP_E_NOT_FOUND : KHOP_E_IO, "cannot open: %s",
                       strerror(errno));
  if (!S_ISREG(seen.st_mode))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "not a regular file, and ranks read ranges of it");
  *size = (int64_t)seen.st_size;
  return *size ? KHOP_OK : khop_i_fail(KHOP_E_FORMAT, "the file is empty");
}

static int64_t cut(const khop_i_rank_file *f, const khop_i_cuts *cuts, int rank) {
  if (cuts->begin) return cuts->begin[rank];
  int ranks = f->exchange->ranks;
  return f->size / ranks * rank + f->size % ranks * rank / ranks;
}

/* A rank's range, and that of the next, as this rank sees them. */
typedef struct view {
  khop_i_range_survey own;
  uint64_t next;
} view;

static khop_status look(view *v, const khop_i_rank_file *f, const khop_i_cuts *cuts) {
  khop_i_range_survey next;
  int other = (f->exchange->rank + 1) % f->exchange->ranks;
  khop_status status = khop_i_range_look(&v->own, f->path, f->begin, f->end);
  if (status != KHOP_OK) return status;
  v->next = v->own.hash;
  if (other == f->exchange->rank) return KHOP_OK;
  status = khop_i_range_look(&next, f->path, cut(f, cuts, other), cut(f, cuts, other + 1));
  v->next = next.hash;
  return status;
}

/* The same sentence on all ranks. */
static khop_status compare(const khop_i_rank_file *f, const view *all, const khop_i_cuts *cuts) {
  for (int r = 0, ranks = f->exchange->ranks; r < ranks; r++) {
    int next = (r + 1) % ranks;
    if (all[r].next != all[next].own.hash)
      return khop_i_fail(KHOP_E_ARGUMENT, "bytes %lld to %lld of the file of rank %d differ from those of rank %d",
                         (long long)cut(f, cuts, next), (long long)cut(f, cuts, next + 1) - 1, r, next);
  }
  return KHOP_OK;
}

static khop_status check_no_nul(const khop_i_rank_file *f, const view *v) {
  if (v->own.nul < 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: a NUL byte; this is not UTF-8 or ASCII text",
                     (long long)(f->newlines + v->own.nul + 1));
}

khop_status khop_i_rank_file_open(khop_i_rank_file *f, const khop_exchange *e, const char *path, bool is_text,
                                  const khop_i_cuts *cuts) {
  view v = {.next = 0};
  const void *all;
  khop_status status;
  *f = (khop_i_rank_file){.exchange = e, .path = path, .block = cuts->block ? cuts->block : BLOCK};
  status = khop_i_prefix(find_size(&f->size, path), path);
  KHOP_TRY(khop_i_agree_on(e, status, 1, &(khop_i_agreed){"file's size", f->size}));
  f->begin = cut(f, cuts, e->rank);
  f->end = cut(f, cuts, e->rank + 1);
  KHOP_TRY(khop_i_gather_bytes(e, khop_i_prefix(look(&v, f, cuts), path), &all, &v, sizeof v));
  KHOP_TRY(compare(f, all, cuts));
  for (int r = 0; r < e->rank; r++) f->newlines += ((const view *)all)[r].own.newlines;
  if (is_text) status = khop_i_agree(e, khop_i_prefix(check_no_nul(f, &v), path));
done:
  return status;
}

khop_status khop_i_rank_file_lines(khop_i_text_range *range, int64_t *before, const khop_i_rank_file *f,
                                   int64_t first, int64_t line_before_first) {
  khop_status status = khop_i_text_range_open(range, f->path, first, f->begin, f->end, f->block);
  *before = f->begin > first ? f->newlines + (range->start > f->begin) : line_before_first;
  return status;
}
