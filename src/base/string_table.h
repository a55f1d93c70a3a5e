/* string_table.h: strings as numbers: each different one gets the next id, from 0.
 *
 *   slots   . 2 . . 0 1 .        open addressing by FNV-1a, at most half full; -1: free
 *   offset  0 4 9                where a string begins in the pool
 *   pool    net\0libs\0perl\0    zero-terminated, so that one is a C string
 */
#ifndef KHOP_BASE_STRING_TABLE_H
#define KHOP_BASE_STRING_TABLE_H

#include <khop/base.h>

typedef struct khop_i_string_table {
  int32_t count;
  int64_t used, pool_capacity, offset_capacity, slots;
  char *pool;
  int64_t *offset; /* (count) */
  int32_t *slot;  /* (slots), a power of two */
} khop_i_string_table;

/* The id of a string of length bytes, which hold no NUL; a new one is added. Errors: MEMORY. */
khop_status khop_i_string_table_add(int32_t *id, khop_i_string_table *symbols, const char *text,
                                    size_t length);
/* Makes room for count strings, so that adding them does not move those before. Errors: MEMORY. */
khop_status khop_i_string_table_reserve(khop_i_string_table *symbols, int64_t count);
/* The id of a string that was added; -1: it was not. */
int32_t khop_i_string_table_find(const khop_i_string_table *symbols, const char *text, size_t length);
const char *khop_i_string_table_text(const khop_i_string_table *symbols, int32_t id);
/* Ids sorted by their strings, byte by byte: order (count). */
void khop_i_string_table_sort(int32_t *order, int64_t count, const khop_i_string_table *symbols);
void khop_i_string_table_free(khop_i_string_table *symbols);

/* Fowler, Noll and Vo's hash FNV-1a, 64 bits. */
uint64_t khop_i_fnv(const char *text, size_t length);

#endif
