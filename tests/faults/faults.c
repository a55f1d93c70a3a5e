/* faults.c: a library to preload (LD_PRELOAD) that makes one call of a whole command fail, whoever makes it: khop, or a
 * library below it.
 *
 *   FAULT        which calls: alloc (malloc, calloc, realloc, memalign and their like, anonymous mmap), write (write,
 *                pwrite, fwrite, fflush), sync (fsync), rename (rename, linkat), close (fclose)
 *   FAULT_AT     the call that fails, counted from 1; none: all succeed
 *   FAULT_WITH   ENOSPC, EIO, EINTR (with write and pwrite alone), SHORT (the same: one byte is written),
 *                INTERRUPT (the process gets SIGINT, and the call never returns); of alloc always ENOMEM
 *   FAULT_COUNT  a file that gets the number of such calls at the end
 *
 * Counting begins with main. A forked process goes on with its parent's count, for itself. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALLOC, WRITE, SYNC, RENAME, CLOSE, NOTHING };

static int what = NOTHING;
static const char *how = "";
static long at;
static atomic_long count;
static volatile bool counting;
static pid_t self;

/* Whether this call is the one. */
static bool hit(int kind) { return counting && kind == what && atomic_fetch_add(&count, 1) + 1 == at; }

/* How it fails: sets errno. */
static void fail(void) {
  errno = strcmp(how, "EIO") == 0 ? EIO : strcmp(how, "EINTR") == 0 ? EINTR : ENOSPC;
  if (strcmp(how, "INTERRUPT") != 0) return;
  kill(getpid(), SIGINT);
  for (;;) pause();
}

/* The function of the libraries below. dlsym allocates, which is not counted. */
#define REAL(type, name, parameters)                                                                                   \
  static type(*real) parameters;                                                                                       \
  if (!real) {                                                                                                         \
    bool before = counting;                                                                                            \
    counting = false;                                                                                                  \
    *(void **)&real = dlsym(RTLD_NEXT, name);                                                                          \
    counting = before;                                                                                                 \
  }

/* --- memory ------------------------------------------------------------------------------------------ */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t items, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool no_memory(void) {
  if (!hit(ALLOC)) return false;
  errno = ENOMEM;
  return true;
}

void *malloc(size_t size) { return no_memory() ? NULL : __libc_malloc(size); }
void *calloc(size_t items, size_t size) { return no_memory() ? NULL : __libc_calloc(items, size); }
void *realloc(void *block, size_t size) { return no_memory() ? NULL : __libc_realloc(block, size); }
void *memalign(size_t alignment, size_t size) { return no_memory() ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return no_memory() ? NULL : __libc_memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *made = no_memory() ? NULL : __libc_memalign(alignment, size);
  if (!made) return ENOMEM;
  *block = made;
  return 0;
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  REAL(void *, "mmap64", (void *, size_t, int, int, int, off_t))
  return flags & MAP_ANONYMOUS && no_memory() ? MAP_FAILED : real(address, size, protection, flags, file, offset);
}

/* --- files ------------------------------------------------------------------------------------------- */

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, "write", (int, const void *, size_t))
  if (!hit(WRITE)) return real(file, bytes, size);
  if (strcmp(how, "SHORT") == 0) return real(file, bytes, size > 0);
  fail();
  return -1;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
  REAL(ssize_t, "pwrite", (int, const void *, size_t, off_t))
  if (!hit(WRITE)) return real(file, bytes, size, offset);
  if (strcmp(how, "SHORT") == 0) return real(file, bytes, size > 0, offset);
  fail();
  return -1;
}

/* A stream goes on after SHORT and EINTR by itself, and there is nothing to try. */
static bool stream_fails(FILE *stream) {
  if (!hit(WRITE) || strcmp(how, "SHORT") == 0 || strcmp(how, "EINTR") == 0) return false;
  fail();
  stream->_flags |= 0x20; /* glibc's mark of an error, which ferror reads */
  return true;
}

size_t fwrite(const void *bytes, size_t size, size_t items, FILE *stream) {
  REAL(size_t, "fwrite", (const void *, size_t, size_t, FILE *))
  return stream != stdout && stream != stderr && stream_fails(stream) ? 0 : real(bytes, size, items, stream);
}

int fflush(FILE *stream) {
  REAL(int, "fflush", (FILE *))
  return stream && stream != stdout && stream != stderr && stream_fails(stream) ? EOF : real(stream);
}

/* A stream into memory has no file, and nothing but memory that it could lack. */
int fclose(FILE *stream) {
  REAL(int, "fclose", (FILE *))
  bool fails = fileno(stream) >= 0 && hit(CLOSE);
  int closed = real(stream);
  if (fails) fail();
  return fails ? EOF : closed;
}

int fsync(int file) {
  REAL(int, "fsync", (int))
  if (!hit(SYNC)) return real(file);
  fail();
  return -1;
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", (const char *, const char *))
  if (!hit(RENAME)) return real(from, to);
  fail();
  return -1;
}

int linkat(int folder, const char *from, int other, const char *to, int flags) {
  REAL(int, "linkat", (int, const char *, int, const char *, int))
  if (!hit(RENAME)) return real(folder, from, other, to, flags);
  fail();
  return -1;
}

/* --- beginning and end -------------------------------------------------------------------------------- */

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **environment) {
  static const char *const names[] = {"alloc", "write", "sync", "rename", "close"};
  const char *name = getenv("FAULT"), *number = getenv("FAULT_AT"), *with = getenv("FAULT_WITH");
  for (int k = 0; name && k < NOTHING; k++)
    if (strcmp(name, names[k]) == 0) what = k;
  at = number ? atol(number) : 0;
  how = with ? with : "ENOSPC";
  self = getpid();
  counting = true;
  return real_main(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack) {
  typedef int start(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
  start *real;
  *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
  real_main = main;
  return real(counted_main, argc, argv, init, fini, rtld_fini, stack);
}

__attribute__((destructor)) static void write_count(void) {
  const char *path = getenv("FAULT_COUNT");
  counting = false;
  FILE *file = path && getpid() == self ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%ld\n", (long)atomic_load(&count));
  fclose(file);
}
