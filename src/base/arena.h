/* arena.h: many arrays in one allocation.
 *
 * The planning code runs twice. In the first pass base is NULL and take() only adds up sizes. Then one block of
 * `used` bytes is allocated, and the second pass returns the address of each array in it. */
#ifndef KHOP_BASE_ARENA_H
#define KHOP_BASE_ARENA_H

#include "base/memory.h"

typedef struct khop_i_arena {
  char *base;
  size_t used;
  bool overflow; /* the sizes add up to more than size_t holds */
} khop_i_arena;

/* count * size bytes, aligned to KHOP_ALIGN; NULL in the first pass. An array of nothing has an address too, where
 * nothing may be read or written: offsets from it, as of an empty batch, are legal, and from NULL they are not. */
static inline void *khop_i_arena_take(khop_i_arena *arena, int64_t count, size_t size) {
  size_t bytes = 0, start = arena->used;
  if (count < 0) return NULL;
  if (__builtin_mul_overflow((size_t)count, size, &bytes) || bytes > SIZE_MAX / 4 - start) {
    arena->overflow = true;
    return NULL;
  }
  arena->used += (bytes + KHOP_ALIGN - 1) / KHOP_ALIGN * KHOP_ALIGN;
  return arena->base ? arena->base + start : NULL;
}

#endif
