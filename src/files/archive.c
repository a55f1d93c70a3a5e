/* archive.c: see khop/table.h. What is wrong with an array is kept until the commit, as tables of text do. */
#include <khop/table.h>

#include "base/error.h"
#include "base/memory.h"
#include "files/npz.h"
#include "files/unicode.h"

struct khop_archive {
  char *path;
  int count;
  khop_i_member *member; /* (count); owns the keys */
  uint32_t **text;       /* (count) what a member of texts points to; owns */
  khop_status failed;    /* the first that was not KHOP_OK; its message is the library's */
  bool committed;
};

khop_status khop_archive_new(khop_archive **archive, const char *path) {
  khop_archive *made = NULL;
  if (!archive || !path) return khop_i_fail(KHOP_E_ARGUMENT, "khop_archive_new: an archive and a path are needed");
  *archive = NULL;
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "an archive");
  if (status == KHOP_OK) status = khop_i_strdup(&made->path, path);
  if (status == KHOP_OK) *archive = made;
  else khop_archive_free(made);
  return status;
}

void khop_archive_free(khop_archive *archive) {
  if (!archive) return;
  for (int i = 0; i < archive->count; i++) {
    khop_i_free((void *)(uintptr_t)archive->member[i].key);
    khop_i_free(archive->text[i]);
  }
  khop_i_free(archive->member);
  khop_i_free(archive->text);
  khop_i_free(archive->path);
  khop_i_free(archive);
}

/* Takes text, whether it fails or not. */
static void add_member(khop_archive *archive, khop_i_member member, uint32_t *text) {
  khop_status status = KHOP_OK;
  char *key = NULL;
  KHOP_TRY(khop_i_strdup(&key, member.key));
  KHOP_TRY(khop_i_room(&archive->member, archive->count + 1, sizeof *archive->member, "an archive"));
  KHOP_TRY(khop_i_room(&archive->text, archive->count + 1, sizeof *archive->text, "an archive"));
  member.key = key;
  archive->member[archive->count] = member;
  archive->text[archive->count++] = text;
  return;
done:
  archive->failed = status;
  khop_i_free(key);
  khop_i_free(text);
}

static bool takes_more(const khop_archive *archive) {
  return archive && !archive->committed && archive->failed == KHOP_OK;
}

void khop_archive_reals(khop_archive *archive, const char *key, const khop_real *x, int64_t rows, int64_t columns) {
  khop_i_dtype real = sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32;
  if (takes_more(archive))
    add_member(archive, (khop_i_member){key, real, 0, columns ? 2 : 1, {rows, columns}, x}, NULL);
}

void khop_archive_integers(khop_archive *archive, const char *key, const int64_t *numbers, int64_t count) {
  if (takes_more(archive)) add_member(archive, (khop_i_member){key, KHOP_I_INT64, 0, 1, {count}, numbers}, NULL);
}

void khop_archive_texts(khop_archive *archive, const char *key, const char *const *texts, int64_t count) {
  uint32_t *characters = NULL;
  size_t width = 0;
  if (!takes_more(archive)) return;
  archive->failed = khop_i_unicode_array(&characters, &width, texts, count);
  if (archive->failed != KHOP_OK) return;
  add_member(archive, (khop_i_member){key, KHOP_I_UNICODE, width * sizeof *characters, 1, {count}, characters},
             characters);
}

khop_status khop_archive_commit(khop_archive *archive) {
  if (!archive || archive->committed)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_archive_commit: it was committed before");
  if (archive->failed != KHOP_OK) return khop_i_prefix(archive->failed, archive->path);
  archive->committed = true;
  return khop_i_npz_write(archive->path, archive->count, archive->member);
}
