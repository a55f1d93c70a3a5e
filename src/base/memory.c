/* memory.c: allocation with alignment, a count of bytes, and a caller's allocator if there is one.
 *
 *   |<- what the allocator gave ->|
 *   | slack | header | block ...  |
 *                    ^ a multiple of KHOP_ALIGN; the header holds the start and the size
 */
#include "base/memory.h"
#include "base/error.h"
#include "base/number.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct header {
  void *start;
  size_t size;
} header;

static khop_allocator custom;
static atomic_size_t bytes_now, bytes_peak;
static atomic_uint_fast64_t allocations;

khop_status khop_set_allocator(const khop_allocator *allocator) {
  if (allocator && (!allocator->allocate || !allocator->release))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_set_allocator: both functions are needed");
  size_t held = khop_bytes_now();
  if (held)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_set_allocator: khop still holds %zu bytes", held);
  custom = allocator ? *allocator : (khop_allocator){0};
  return KHOP_OK;
}

/* Counters order nothing else: if they did, they would hide races between threads that allocate from the thread
 * sanitizer (tests/races). */
#define RELAXED memory_order_relaxed

size_t khop_bytes_now(void) { return atomic_load_explicit(&bytes_now, RELAXED); }
size_t khop_bytes_peak(void) { return atomic_load_explicit(&bytes_peak, RELAXED); }
uint64_t khop_allocations(void) { return atomic_load_explicit(&allocations, RELAXED); }

static void count_bytes(size_t size) {
  size_t now = atomic_fetch_add_explicit(&bytes_now, size, RELAXED) + size;
  size_t peak = atomic_load_explicit(&bytes_peak, RELAXED);
  while (peak < now && !atomic_compare_exchange_weak_explicit(&bytes_peak, &peak, now, RELAXED, RELAXED)) {}
  atomic_fetch_add_explicit(&allocations, 1, RELAXED);
}

static void uncount_bytes(size_t size) { atomic_fetch_sub_explicit(&bytes_now, size, RELAXED); }

/* count * size, unless it is more than any allocator has. */
static bool block_bytes(size_t *bytes, int64_t count, size_t size) {
  return count >= 0 && !__builtin_mul_overflow((size_t)count, size, bytes) && *bytes <= SIZE_MAX / 2;
}

/* Where the block begins in what the allocator gave. */
static char *first_block(char *start) {
  uintptr_t address = ((uintptr_t)start + sizeof(header) + KHOP_ALIGN - 1) & ~(uintptr_t)(KHOP_ALIGN - 1);
  return start + (address - (uintptr_t)start);
}

/* Asks the kernel for huge pages (2 MB on x86) behind a big block: gathers read rows in random order, and with 4 KB
 * pages nearly every row misses the TLB. A layer on 20,000 to 90,000 nodes took 8 to 15 % less time. Only a hint:
 * nothing depends on it. */
#define HUGE_PAGE ((uintptr_t)2 << 20)
static void advise_huge_pages(void *start, size_t size) {
#ifdef MADV_HUGEPAGE
  uintptr_t begin = ((uintptr_t)start + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
  uintptr_t end = ((uintptr_t)start + size) & ~(HUGE_PAGE - 1);
  if (begin < end) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
  (void)start, (void)size;
#endif
}

khop_status khop_i_alloc_raw(void *pointer, int64_t count, size_t size, const char *what) {
  void **out = pointer;
  *out = NULL;
  size_t bytes = 0;
  if (!block_bytes(&bytes, count, size))
    return khop_i_fail(KHOP_E_MEMORY, "no memory for %s: %lld times %zu bytes", what,
                       (long long)count, size);
  size_t total = bytes + sizeof(header) + KHOP_ALIGN;
  void *start = custom.allocate ? custom.allocate(total, custom.context) : malloc(total);
  if (!start)
    return khop_i_fail(KHOP_E_MEMORY, "no memory for %s: %zu bytes", what, bytes);
  if (!custom.allocate) advise_huge_pages(start, total);
  char *block = first_block(start);
  memcpy(block - sizeof(header), &(header){start, bytes}, sizeof(header));
  count_bytes(bytes);
  *out = block;
  return KHOP_OK;
}

khop_status khop_i_alloc(void *pointer, int64_t count, size_t size, const char *what) {
  khop_status status = khop_i_alloc_raw(pointer, count, size, what);
  if (status == KHOP_OK) memset(*(void **)pointer, 0, (size_t)count * size);
  return status;
}

static header header_of(const void *block) {
  header h;
  memcpy(&h, (const char *)block - sizeof h, sizeof h);
  return h;
}

/* By realloc, which remaps the pages of a large block instead of copying it (mremap on Linux), so that the old and
 * the new block never take memory at the same time. */
static khop_status reallocate(void **slot, size_t bytes, const char *what) {
  header old = header_of(*slot);
  size_t offset = (size_t)((char *)*slot - (char *)old.start);
  char *start = realloc(old.start, bytes + sizeof(header) + KHOP_ALIGN);
  if (!start) return khop_i_fail(KHOP_E_MEMORY, "no memory for %s: %zu bytes", what, bytes);
  char *block = first_block(start);
  if (block != start + offset)
    memmove(block, start + offset, old.size < bytes ? old.size : bytes);
  memcpy(block - sizeof(header), &(header){start, bytes}, sizeof(header));
  uncount_bytes(old.size);
  count_bytes(bytes);
  *slot = block;
  return KHOP_OK;
}

khop_status khop_i_grow(void *pointer, int64_t count, size_t size, const char *what) {
  void **slot = pointer;
  void *bigger = NULL;
  size_t bytes = 0;
  if (*slot && !custom.allocate && block_bytes(&bytes, count, size))
    return reallocate(slot, bytes, what);
  khop_status status = khop_i_alloc_raw(&bigger, count, size, what);
  if (status != KHOP_OK) return status;
  if (*slot) {
    size_t old = header_of(*slot).size, fresh = (size_t)count * size;
    memcpy(bigger, *slot, old < fresh ? old : fresh);
    khop_i_free(*slot);
  }
  *slot = bigger;
  return KHOP_OK;
}

khop_status khop_i_room(void *pointer, int64_t count, size_t size, const char *what) {
  const void *block = *(void **)pointer;
  int64_t held = block ? (int64_t)(header_of(block).size / size) : 0;
  if (count <= held) return KHOP_OK;
  int64_t doubled = held < 4 ? 8 : 2 * held;
  return khop_i_grow(pointer, count > doubled ? count : doubled, size, what);
}

void khop_i_free(void *pointer) {
  if (!pointer) return;
  header h = header_of(pointer);
  uncount_bytes(h.size);
  if (custom.release)
    custom.release(h.start, custom.context);
  else
    free(h.start);
}

void khop_free(void *pointer) { khop_i_free(pointer); }

int64_t khop_i_cache(void) {
  long bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE /* musl does not know */
  bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  return bytes > 0 ? bytes : (int64_t)2 << 20;
}

int64_t khop_i_half_of_memory(void) {
  int64_t pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page > 0 ? pages / 2 * page : INT64_MAX;
}

khop_status khop_i_copy(void *pointer, const void *source, int64_t count, size_t size,
                        const char *what) {
  khop_status status = khop_i_alloc_raw(pointer, count, size, what);
  if (status == KHOP_OK && count) memcpy(*(void **)pointer, source, (size_t)count * size);
  return status;
}

khop_status khop_i_strdup(char **copy, const char *text) {
  return khop_i_copy(copy, text, (int64_t)strlen(text) + 1, 1, "a string");
}

khop_status khop_i_sprintf(char **text, const char *format, ...) {
  *text = NULL;
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = khop_i_vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  khop_status status = length < 0 ? khop_i_fail(KHOP_E_INTERNAL, "cannot format a string")
                                  : khop_i_alloc_raw(text, length + 1, 1, "a string");
  if (status == KHOP_OK) khop_i_vsnprintf(*text, (size_t)length + 1, format, again);
  va_end(again);
  return status;
}
