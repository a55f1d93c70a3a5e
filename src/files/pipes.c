/* pipes.c: see pipes.h. A copy is known by what it is a copy of, so that two names of one pipe share it:
 *
 *   device, inode  ->  descriptor of a file without a name  ->  "/proc/self/fd/7", which opens it anew, at its start */
#include "files/pipes.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_COPIES 16 /* more than any command has names of inputs */

typedef struct kept_copy {
  dev_t device;
  ino_t inode;
  int file;
} kept_copy;

static bool keeps;
static int copies;
static kept_copy copy[MOST_COPIES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void khop_pipes_keep(bool keep) {
  for (; copies > 0; copies--) close(copy[copies - 1].file);
  keeps = keep;
}

/* A file without a name; -1 with errno. */
static int open_nameless(void) {
  const char *folder = getenv("TMPDIR");
  char name[4096];
  int length = snprintf(name, sizeof name, "%s/khop-XXXXXX", folder && *folder ? folder : "/tmp");
  if (length < 0 || (size_t)length >= sizeof name) return errno = ENAMETOOLONG, -1;
  int file = mkostemp(name, O_CLOEXEC);
  if (file >= 0) unlink(name);
  return file;
}

static bool write_whole(int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = EIO; /* of a file no system does so, and none says why */
    if (written <= 0) return false;
    bytes += written;
    size -= (size_t)written;
  }
  return true;
}

static khop_status copy_whole(int to, int from, const char *path) {
  char block[65536];
  for (;;) {
    ssize_t got = read(from, block, sizeof block);
    if (got == 0) return KHOP_OK;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return khop_i_fail(KHOP_E_IO, "%s: cannot read: %s", path, strerror(errno));
    if (!write_whole(to, block, (size_t)got))
      return khop_i_fail(KHOP_E_IO, "%s: cannot keep a copy of what comes out of it: %s", path, strerror(errno));
  }
}

/* from: open at path; seen: what it is. */
static khop_status add_copy(int from, const struct stat *seen, const char *path) {
  if (copies == MOST_COPIES) return khop_i_fail(KHOP_E_IO, "%s: more than %d pipes", path, MOST_COPIES);
  int file = open_nameless();
  if (file < 0)
    return khop_i_fail(KHOP_E_IO, "%s: cannot keep a copy of what comes out of it: %s", path, strerror(errno));
  khop_status status = copy_whole(file, from, path);
  if (status == KHOP_OK)
    copy[copies++] = (kept_copy){seen->st_dev, seen->st_ino, file};
  else
    close(file);
  return status;
}

static const kept_copy *find_copy(const struct stat *seen) {
  for (int i = 0; i < copies; i++)
    if (copy[i].device == seen->st_dev && copy[i].inode == seen->st_ino) return &copy[i];
  return NULL;
}

static khop_status keep_copy(const char *path, bool standard_input, const struct stat *seen) {
  int from = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return khop_i_fail(KHOP_E_IO, "%s: cannot open: %s", path, strerror(errno));
  khop_status status = add_copy(from, seen, path);
  if (!standard_input) close(from);
  return status;
}

khop_status khop_i_pipe_place(const char **place, char *buffer, const char *path) {
  struct stat seen;
  khop_status status = KHOP_OK;
  bool standard_input = strcmp(path, "-") == 0;
  *place = path;
  if (!keeps) return KHOP_OK;
  if (standard_input ? fstat(STDIN_FILENO, &seen) != 0 : stat(path, &seen) != 0) return KHOP_OK;
  if (S_ISDIR(seen.st_mode) || (S_ISREG(seen.st_mode) && !standard_input)) return KHOP_OK;
  pthread_mutex_lock(&lock);
  if (!find_copy(&seen)) status = keep_copy(path, standard_input, &seen);
  if (status == KHOP_OK) {
    snprintf(buffer, KHOP_I_PLACE, "/proc/self/fd/%d", find_copy(&seen)->file);
    *place = buffer;
  }
  pthread_mutex_unlock(&lock);
  return status;
}

bool khop_i_is_regular(const char *path) {
  struct stat seen;
  const char *place;
  char buffer[KHOP_I_PLACE];
  return khop_i_pipe_place(&place, buffer, path) == KHOP_OK && stat(place, &seen) == 0 && S_ISREG(seen.st_mode);
}
