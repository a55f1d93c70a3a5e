/* zip_store.h: a zip archive written front to back, its members stored as they are.
 *
 *   | header name bytes | header name bytes | ..  | directory | end |
 *
 * For members that are too large for memory; libzip composes its archives in memory or by a seek. Sizes
 * are in the 64-bit fields throughout, and times are fixed, so equal content gives equal files. */
#ifndef KHOP_FILES_ZIP_STORE_H
#define KHOP_FILES_ZIP_STORE_H

#include <khop/base.h>
#include <stdio.h>

#define KHOP_I_ZIP_MEMBERS 8

typedef struct khop_i_zip_store {
  FILE *stream; /* borrows; errors are left to its owner */
  uint64_t at;  /* bytes written */
  int count;
  struct khop_i_zip_entry {
    char name[32];
    uint32_t crc;
    uint64_t size, offset;
  } entry[KHOP_I_ZIP_MEMBERS];
} khop_i_zip_store;

/* The checksum of a member, piece by piece; begins with 0. */
uint32_t khop_i_crc32(uint32_t crc, const void *bytes, size_t size);

/* Begins a member of that name (shorter than 32), size and checksum; its bytes follow by write. */
void khop_i_zip_begin(khop_i_zip_store *zip, const char *name, uint64_t size, uint32_t crc);
void khop_i_zip_write(khop_i_zip_store *zip, const void *bytes, size_t size);
/* Writes the directory. */
void khop_i_zip_end(khop_i_zip_store *zip);

#endif
