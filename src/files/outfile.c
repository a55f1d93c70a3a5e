/* outfile.c: see outfile.h. */
#include "files/outfile.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static khop_status cannot_write(const char *path) {
  return khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "%s: cannot write: %s", path,
                     strerror(errno));
}

/* A write that failed before, which nobody asked about: errno is that of other calls since then. The reason is what one
 * more byte is told, into a file that will not be. */
static khop_status earlier_failure(khop_i_outfile *out) {
  clearerr(out->stream);
  if (putc(0, out->stream) == EOF || fflush(out->stream) != 0) return cannot_write(out->path);
  return khop_i_fail(KHOP_E_IO, "%s: cannot write: an earlier part was lost", out->path);
}

static khop_status flush_stream(khop_i_outfile *out) {
  bool failed = ferror(out->stream);
  if (fflush(out->stream) != 0) return cannot_write(out->path);
  if (failed) return earlier_failure(out);
  if (khop_i_outfile_is_apart(out) && fsync(fileno(out->stream)) != 0) return cannot_write(out->path);
  return KHOP_OK;
}

/* The file that writing to path would reach: a chain of links is followed, even if there is no file at its end. */
static khop_status follow_links(char **target, const char *path) {
  char current[PATH_MAX], link[PATH_MAX];
  if (strlen(path) >= sizeof current)
    return khop_i_fail(KHOP_E_ARGUMENT, "%.60s...: the path has %zu characters", path,
                       strlen(path));
  strcpy(current, path);
  for (int depth = 0; depth < 40; depth++) {
    ssize_t length = readlink(current, link, sizeof link - 1);
    if (length < 0) return khop_i_strdup(target, current);
    link[length] = 0;
    char *slash = strrchr(current, '/');
    if (link[0] == '/' || !slash) {
      strcpy(current, link);
    } else {
      size_t folder = (size_t)(slash - current) + 1;
      if (folder + (size_t)length >= sizeof current) {
        errno = ENAMETOOLONG;
        return cannot_write(path);
      }
      memcpy(current + folder, link, (size_t)length + 1);
    }
  }
  errno = ELOOP;
  return cannot_write(path);
}

/* A name beside the target, of few bytes whatever the target is called: that may be as long as names can be. */
static khop_status name_beside(char **name, const char *target, const char *end) {
  const char *slash = strrchr(target, '/');
  return khop_i_sprintf(name, "%.*s.khop-%s", slash ? (int)(slash - target) + 1 : 0, target, end);
}

/* -1 where the folder cannot hold a file without a name, or where none could be given to it later. */
static int open_nameless(const char *target) {
#ifdef O_TMPFILE
  const char *slash = strrchr(target, '/');
  char folder[PATH_MAX];
  if (access("/proc/self/fd", X_OK) != 0) return -1;
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - target) + 1 : 1, slash ? target : ".");
  return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#else
  (void)target;
  return -1;
#endif
}

static khop_status open_apart(khop_i_outfile *out, mode_t mode) {
  khop_status status = KHOP_OK;
  int file = open_nameless(out->target);
  if (file < 0) {
    KHOP_TRY(name_beside(&out->temporary, out->target, "XXXXXX"));
    file = mkostemp(out->temporary, O_CLOEXEC);
  }
  if (file < 0) {
    status = cannot_write(out->path);
    khop_i_free(out->temporary); /* there is no such file */
    out->temporary = NULL;
  } else if (fchmod(file, mode) != 0 || !(out->stream = fdopen(file, "wb"))) {
    status = cannot_write(out->path);
    close(file);
  }
done:
  return status;
}

khop_status khop_i_outfile_open(khop_i_outfile *out, const char *path) {
  *out = (khop_i_outfile){.path = path};
  if (!*path) return khop_i_fail(KHOP_E_ARGUMENT, "the path of the output is empty");
  struct stat seen;
  bool there = stat(path, &seen) == 0;
  if (there && !S_ISDIR(seen.st_mode) && !S_ISREG(seen.st_mode)) {
    out->stream = fopen(path, "wbe"); /* a link such as /dev/stdout may have a target that is no path */
    return out->stream ? KHOP_OK : cannot_write(path);
  }
  khop_status status = follow_links(&out->target, path);
  if (status == KHOP_OK) {
    if (there && S_ISDIR(seen.st_mode)) {
      errno = EISDIR;
      status = cannot_write(path);
    } else if (there && access(out->target, W_OK) != 0) {
      status = cannot_write(path);
    } else {
      mode_t mask = umask(0);
      umask(mask);
      status = open_apart(out, there ? seen.st_mode & 07777 : 0666 & ~mask);
    }
  }
  if (status != KHOP_OK) khop_i_outfile_abandon(out);
  return status;
}

bool khop_i_outfile_is_apart(const khop_i_outfile *out) { return out->target != NULL; }

/* Gives a file without a name the one of the target; where that is taken, a temporary one. */
static khop_status give_name(khop_i_outfile *out) {
  char source[40], end[40];
  snprintf(source, sizeof source, "/proc/self/fd/%d", fileno(out->stream));
  if (linkat(AT_FDCWD, source, AT_FDCWD, out->target, AT_SYMLINK_FOLLOW) == 0) return KHOP_OK;
  for (unsigned i = 0; errno == EEXIST && i < 1000; i++) {
    char *name = NULL;
    snprintf(end, sizeof end, "%ld-%u", (long)getpid(), i);
    khop_status status = name_beside(&name, out->target, end);
    if (status != KHOP_OK) return status;
    if (linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
      out->temporary = name;
      return KHOP_OK;
    }
    int why = errno; /* EEXIST: the name is somebody else's */
    khop_i_free(name);
    errno = why;
  }
  return cannot_write(out->path);
}

khop_status khop_i_outfile_commit(khop_i_outfile *out) {
  khop_status status = flush_stream(out);
  if (status == KHOP_OK && khop_i_outfile_is_apart(out) && !out->temporary) status = give_name(out);
  if (fclose(out->stream) != 0 && status == KHOP_OK) status = cannot_write(out->path);
  out->stream = NULL;
  if (status == KHOP_OK && out->temporary) {
    if (rename(out->temporary, out->target) != 0) {
      status = cannot_write(out->path);
    } else {
      khop_i_free(out->temporary);
      out->temporary = NULL;
    }
  }
  khop_i_outfile_abandon(out);
  return status;
}

khop_status khop_i_outfile_probe(const char *path) {
  struct stat seen;
  khop_i_outfile out;
  if (stat(path, &seen) == 0 && !S_ISREG(seen.st_mode) && !S_ISDIR(seen.st_mode))
    return access(path, W_OK) == 0 ? KHOP_OK : cannot_write(path);
  khop_status status = khop_i_outfile_open(&out, path);
  khop_i_outfile_abandon(&out);
  return status;
}

void khop_i_outfile_abandon(khop_i_outfile *out) {
  if (out->stream) fclose(out->stream);
  if (out->temporary) unlink(out->temporary);
  khop_i_free(out->temporary);
  khop_i_free(out->target);
  *out = (khop_i_outfile){.path = out->path};
}
