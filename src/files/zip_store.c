/* zip_store.c: see zip_store.h. The format: PKWARE's APPNOTE.TXT, 6.3. */
#include "files/zip_store.h"

#include <pthread.h>
#include <string.h>

/* Eight bytes at a time: table[k][b] is the share of byte b in the checksum after k more bytes (Kounavis and Berry,
 * "Novel table lookup-based algorithms for high-performance CRC generation", IEEE Transactions on Computers 2008).
 * Four bits at a time, the checksum took most of the time of khop featurize. */
static uint32_t table[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t rest = i;
    for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? 0xEDB88320u : 0);
    table[0][i] = rest;
  }
  for (int k = 1; k < 8; k++)
    for (uint32_t i = 0; i < 256; i++) table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
}

static uint32_t read_le32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t khop_i_crc32(uint32_t crc, const void *bytes, size_t size) {
  const unsigned char *at = bytes, *end = at + size;
  pthread_once(&once, make_table);
  crc = ~crc;
  for (; end - at >= 8; at += 8) {
    uint32_t low = crc ^ read_le32(at), high = read_le32(at + 4);
    crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^ table[4][low >> 24] ^
          table[3][high & 255] ^ table[2][high >> 8 & 255] ^ table[1][high >> 16 & 255] ^ table[0][high >> 24];
  }
  for (; at < end; at++) crc = crc >> 8 ^ table[0][(crc ^ *at) & 255];
  return ~crc;
}

void khop_i_zip_write(khop_i_zip_store *zip, const void *bytes, size_t size) {
  fwrite(bytes, 1, size, zip->stream);
  zip->at += size;
}

/* A number of so many bytes, the lowest first. */
static void put_number(khop_i_zip_store *zip, uint64_t number, int size) {
  unsigned char bytes[8];
  for (int i = 0; i < size; i++) bytes[i] = (unsigned char)(number >> 8 * i);
  khop_i_zip_write(zip, bytes, (size_t)size);
}

#define VERSION 45      /* 4.5: what a reader of 64-bit sizes has to support */
#define SEE_EXTRA 0xFFFFFFFFu
#define DATE (1 << 5 | 1) /* 1980-01-01 */

/* What both headers of a member begin with: how to read it, when it was made, checksum and sizes. */
static void put_common(khop_i_zip_store *zip, const struct khop_i_zip_entry *entry, int extra) {
  put_number(zip, VERSION, 2);
  put_number(zip, 0, 2); /* flags */
  put_number(zip, 0, 2); /* stored */
  put_number(zip, 0, 2);
  put_number(zip, DATE, 2);
  put_number(zip, entry->crc, 4);
  put_number(zip, SEE_EXTRA, 4);
  put_number(zip, SEE_EXTRA, 4);
  put_number(zip, strlen(entry->name), 2);
  put_number(zip, (uint64_t)extra, 2);
}

static void put_sizes(khop_i_zip_store *zip, const struct khop_i_zip_entry *entry, bool offset) {
  put_number(zip, 1, 2); /* the extra field of 64-bit sizes */
  put_number(zip, offset ? 24 : 16, 2);
  put_number(zip, entry->size, 8);
  put_number(zip, entry->size, 8);
  if (offset) put_number(zip, entry->offset, 8);
}

void khop_i_zip_begin(khop_i_zip_store *zip, const char *name, uint64_t size, uint32_t crc) {
  struct khop_i_zip_entry *entry = &zip->entry[zip->count++];
  *entry = (struct khop_i_zip_entry){.crc = crc, .size = size, .offset = zip->at};
  snprintf(entry->name, sizeof entry->name, "%s", name);
  put_number(zip, 0x04034b50, 4);
  put_common(zip, entry, 20);
  khop_i_zip_write(zip, entry->name, strlen(entry->name));
  put_sizes(zip, entry, false);
}

static void put_directory_entry(khop_i_zip_store *zip, const struct khop_i_zip_entry *entry) {
  put_number(zip, 0x02014b50, 4);
  put_number(zip, 3 << 8 | VERSION, 2); /* made under Unix */
  put_common(zip, entry, 28);
  put_number(zip, 0, 2);                /* comment */
  put_number(zip, 0, 2);                /* disk */
  put_number(zip, 0, 2);
  put_number(zip, (uint64_t)0100644 << 16, 4);
  put_number(zip, SEE_EXTRA, 4);
  khop_i_zip_write(zip, entry->name, strlen(entry->name));
  put_sizes(zip, entry, true);
}

void khop_i_zip_end(khop_i_zip_store *zip) {
  uint64_t start = zip->at;
  for (int i = 0; i < zip->count; i++) put_directory_entry(zip, &zip->entry[i]);
  uint64_t end = zip->at;
  put_number(zip, 0x06064b50, 4); /* the end record with 64 bits */
  put_number(zip, 44, 8);
  put_number(zip, 3 << 8 | VERSION, 2);
  put_number(zip, VERSION, 2);
  put_number(zip, 0, 8); /* disks */
  put_number(zip, (uint64_t)zip->count, 8);
  put_number(zip, (uint64_t)zip->count, 8);
  put_number(zip, end - start, 8);
  put_number(zip, start, 8);
  put_number(zip, 0x07064b50, 4); /* its locator */
  put_number(zip, 0, 4);
  put_number(zip, end, 8);
  put_number(zip, 1, 4);
  put_number(zip, 0x06054b50, 4); /* the end record without 64 bits, which refers to the one above */
  put_number(zip, 0, 4);
  put_number(zip, (uint64_t)zip->count, 2);
  put_number(zip, (uint64_t)zip->count, 2);
  put_number(zip, SEE_EXTRA, 4);
  put_number(zip, SEE_EXTRA, 4);
  put_number(zip, 0, 2);
}
