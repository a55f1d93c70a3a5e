/* memory.h: the one wrapper around allocation. Every byte that khop itself holds goes through it. */
#ifndef KHOP_BASE_MEMORY_H
#define KHOP_BASE_MEMORY_H

#include <khop/base.h>

/* Every block starts on a multiple of 64 bytes: a cache line, and the widest vector register (AVX-512). */
#define KHOP_ALIGN 64

/* Bytes of a core's L2 cache, or 2 MB where the system does not tell. Kernels compare their arrays with it to choose
 * between two ways. */
int64_t khop_i_cache(void);

/* Half of the machine's memory: the budget where none is given. */
int64_t khop_i_half_of_memory(void);

/* count * size zeroed bytes in *pointer. what names them in the message, with their number.
 * A count of 0 gives a valid block of no bytes. Errors: MEMORY, also when the product overflows. */
khop_status khop_i_alloc(void *pointer, int64_t count, size_t size, const char *what);
/* The same, not zeroed: for big arrays that are written whole. */
khop_status khop_i_alloc_raw(void *pointer, int64_t count, size_t size, const char *what);
/* Makes *pointer count * size bytes, more or fewer than before, and keeps its content; on failure it
 * stays as it was. Large blocks are not copied, unless the caller brought an allocator. */
khop_status khop_i_grow(void *pointer, int64_t count, size_t size, const char *what);
/* Makes *pointer hold count items at least, for lists that grow one by one: a block knows its size, and one that is full
 * doubles. New items are not zeroed; on failure *pointer stays as it was. */
khop_status khop_i_room(void *pointer, int64_t count, size_t size, const char *what);
void khop_i_free(void *pointer);

/* Copies: of bytes, and of a string. */
khop_status khop_i_copy(void *pointer, const void *source, int64_t count, size_t size,
                        const char *what);
khop_status khop_i_strdup(char **copy, const char *text);
/* A formatted string in a block of its own. */
khop_status khop_i_sprintf(char **text, const char *format, ...) KHOP_PRINTF(2, 3);

#endif
