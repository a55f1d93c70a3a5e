/* npy.c: see npy.h.
 *
 *   \x93NUMPY | major minor | length | header, padded with blanks to end with \n | data
 *     6 bytes    1     1     2 or 4 bytes (from version 2.0)
 *
 * The header is the text of a Python dictionary: {'descr': '<f4', 'fortran_order': False,
 * 'shape': (3, 4), }. Nothing is allocated before the claimed shape has been held against the bytes
 * that are there. */
#include "files/npy.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/outfile.h"

#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "khop's files are little-endian, and so far khop runs on little-endian machines only"
#endif

#define MAGIC "\x93NUMPY"
/* NumPy writes some 118 bytes, and by default reads no more than 10,000. */
#define MAX_HEADER 65536

/* The names of the types in a header: a letter and the bytes an item. */
static const struct {
  khop_i_dtype dtype;
  char kind;
  size_t size;
} kinds[] = {
    {KHOP_I_BOOL, 'b', 1},    {KHOP_I_INT8, 'i', 1},    {KHOP_I_UINT8, 'u', 1},
    {KHOP_I_INT16, 'i', 2},   {KHOP_I_UINT16, 'u', 2},  {KHOP_I_INT32, 'i', 4},
    {KHOP_I_UINT32, 'u', 4},  {KHOP_I_INT64, 'i', 8},   {KHOP_I_UINT64, 'u', 8},
    {KHOP_I_FLOAT32, 'f', 4}, {KHOP_I_FLOAT64, 'f', 8},
};
#define KINDS (sizeof kinds / sizeof *kinds)

size_t khop_i_dtype_size(khop_i_dtype dtype) {
  for (size_t i = 0; i < KINDS; i++)
    if (kinds[i].dtype == dtype) return kinds[i].size;
  return 0;
}

/* --- the header: scanning ------------------------------------------------------------------- */

typedef struct cursor {
  const char *at, *end;
  const char *where; /* for messages */
} cursor;

static khop_status malformed(const cursor *c, const char *what) {
  return khop_i_fail(KHOP_E_FORMAT, "%s: the array header is malformed: %s", c->where, what);
}

static bool take_char(cursor *c, char wanted) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n')) c->at++;
  if (c->at == c->end || *c->at != wanted) return false;
  c->at++;
  return true;
}

static bool take_word(cursor *c, const char *word) {
  if (!take_char(c, *word)) return false;
  size_t rest = strlen(word) - 1;
  if ((size_t)(c->end - c->at) < rest || memcmp(c->at, word + 1, rest) != 0) return false;
  c->at += rest;
  return true;
}

/* A quoted string without escapes, cut from the header into text. */
static bool take_string(cursor *c, char *text, size_t capacity) {
  char quote = take_char(c, '\'') ? '\'' : take_char(c, '"') ? '"' : 0;
  if (!quote) return false;
  const char *end = memchr(c->at, quote, (size_t)(c->end - c->at));
  if (!end || (size_t)(end - c->at) >= capacity) return false;
  size_t length = (size_t)(end - c->at);
  memcpy(text, c->at, length);
  text[length] = 0;
  c->at = end + 1;
  return strlen(text) == length;
}

static bool take_size(cursor *c, int64_t *value) {
  *value = 0;
  while (c->at < c->end && *c->at == ' ') c->at++;
  const char *start = c->at;
  for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
    if (__builtin_mul_overflow(*value, 10, value) ||
        __builtin_add_overflow(*value, *c->at - '0', value))
      return false;
  if (c->at == start) return false;
  if (c->at < c->end && *c->at == 'L') c->at++; /* written by Python 2 */
  return true;
}

/* --- the header: meaning -------------------------------------------------------------------- */

static khop_status parse_type(khop_i_array *array, cursor *c) {
  char text[24];
  if (take_char(c, '['))
    return khop_i_fail(KHOP_E_UNSUPPORTED,
                       "%s: holds records with named fields: save each field "
                       "as an array of its own",
                       c->where);
  if (!take_string(c, text, sizeof text)) return malformed(c, "its 'descr' is not a type");
  char order = *text, kind = order ? text[1] : 0, *end = NULL;
  if (kind == 'O') {
    array->dtype = KHOP_I_OBJECT;
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: holds Python objects (type '%s'), which are pickled and can run code: "
                       "save plain numbers or strings", c->where, text);
  }
  if (!order || !strchr("<>=|", order) || !kind) return malformed(c, "its 'descr' is not a type");
  unsigned long long size = text[2] >= '0' && text[2] <= '9' ? strtoull(text + 2, &end, 10) : 0;
  if (!end || *end || size == 0 || size > INT32_MAX)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: khop does not read the type '%s'", c->where, text);
  if (order == '>' && size > 1 && kind != 'S')
    return khop_i_fail(KHOP_E_UNSUPPORTED,
                       "%s: is big-endian (type '%s'): save it as "
                       "little-endian",
                       c->where, text);
  array->item_size = (size_t)size * (kind == 'U' ? 4 : 1);
  array->dtype = kind == 'U' ? KHOP_I_UNICODE : KHOP_I_BYTES;
  if (kind == 'S' || kind == 'U') return KHOP_OK;
  for (size_t i = 0; i < KINDS; i++)
    if (kinds[i].kind == kind && kinds[i].size == size) {
      array->dtype = kinds[i].dtype;
      return KHOP_OK;
    }
  return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: khop does not read the type '%s'", c->where, text);
}

static khop_status parse_shape(khop_i_array *array, cursor *c) {
  array->dimensions = 0;
  if (!take_char(c, '(')) return malformed(c, "its 'shape' is not a tuple");
  while (!take_char(c, ')')) {
    if (array->dimensions == KHOP_I_MAX_DIMENSIONS)
      return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: has more than %d dimensions", c->where,
                         KHOP_I_MAX_DIMENSIONS);
    if (!take_size(c, &array->shape[array->dimensions]))
      return malformed(c, "its 'shape' holds something other than sizes");
    array->dimensions++;
    if (take_char(c, ',')) continue;
    if (!take_char(c, ')')) return malformed(c, "its 'shape' does not end");
    break;
  }
  return KHOP_OK;
}

static khop_status parse_header(khop_i_array *array, bool *fortran, cursor *c) {
  bool type = false, order = false, shape = false;
  if (!take_char(c, '{')) return malformed(c, "it is not a dictionary");
  while (!take_char(c, '}')) {
    char key[16];
    khop_status status = KHOP_OK;
    if (!take_string(c, key, sizeof key) || !take_char(c, ':')) return malformed(c, "a key is missing");
    if (strcmp(key, "descr") == 0 && !type) {
      type = true;
      status = parse_type(array, c);
    } else if (strcmp(key, "shape") == 0 && !shape) {
      shape = true;
      status = parse_shape(array, c);
    } else if (strcmp(key, "fortran_order") == 0 && !order) {
      order = true;
      *fortran = c->at < c->end && take_word(c, "True");
      if (!*fortran && !take_word(c, "False"))
        return malformed(c, "its 'fortran_order' is neither True nor False");
    } else {
      return malformed(c, "a key is unknown or there twice");
    }
    if (status != KHOP_OK) return status;
    if (take_char(c, ',')) continue;
    if (!take_char(c, '}')) return malformed(c, "it does not end");
    break;
  }
  if (!type || !order || !shape) return malformed(c, "a key is missing");
  return KHOP_OK;
}

/* Sets count and the bytes that the data must have; a product that does not fit is refused. */
static khop_status count_items(khop_i_array *array, size_t *bytes, const char *where) {
  array->count = 1;
  bool fits = true;
  for (int i = 0; i < array->dimensions; i++)
    fits = fits && !__builtin_mul_overflow(array->count, array->shape[i], &array->count);
  if (!fits || __builtin_mul_overflow((size_t)array->count, array->item_size, bytes))
    return khop_i_fail(KHOP_E_FORMAT, "%s: the product of the array's %d sizes overflows", where,
                       array->dimensions);
  return KHOP_OK;
}

/* --- the data ------------------------------------------------------------------------------- */

/* Copies items whose first index runs fastest into an array whose last index does. */
static void copy_fortran(khop_i_array *array, const char *source) {
  int64_t index[KHOP_I_MAX_DIMENSIONS] = {0}, from = 0;
  char *to = array->data;
  for (int64_t i = 0; i < array->count; i++, to += array->item_size) {
    memcpy(to, source + (size_t)from * array->item_size, array->item_size);
    for (int d = array->dimensions - 1; d >= 0; d--) {
      int64_t stride = 1;
      for (int e = 0; e < d; e++) stride *= array->shape[e];
      from += stride;
      if (++index[d] < array->shape[d]) break;
      from -= stride * array->shape[d];
      index[d] = 0;
    }
  }
}

/* The bytes of a character in UTF-8; 0 where it is none. */
static size_t encode_character(char out[4], uint32_t c) {
  size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return 0;
  for (size_t i = length - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)(length == 1 ? c : (0xf00u >> length & 0xff) | c);
  return length;
}

/* Where they stand: UTF-8 takes no more than the four bytes that a character has. */
static khop_status encode_strings(khop_i_array *array, const char *where) {
  size_t characters = array->item_size / 4;
  for (int64_t i = 0; i < array->count; i++) {
    char *item = (char *)array->data + (size_t)i * array->item_size, *to = item;
    for (size_t k = 0; k < characters; k++) {
      uint32_t c;
      char bytes[4];
      memcpy(&c, item + 4 * k, 4);
      size_t length = encode_character(bytes, c);
      if (!length)
        return khop_i_fail(KHOP_E_FORMAT, "%s: string %lld holds %x, which is no character", where, (long long)i, c);
      memcpy(to, bytes, length);
      to += length;
    }
    memset(to, 0, (size_t)(item + array->item_size - to));
  }
  array->dtype = KHOP_I_BYTES;
  return KHOP_OK;
}

static khop_status locate_header(cursor *c, const char **data, const char *bytes, size_t size) {
  if (size < 10 || memcmp(bytes, MAGIC, 6) != 0)
    return khop_i_fail(KHOP_E_FORMAT, "%s: is not a NumPy array (%zu bytes)", c->where, size);
  unsigned char major = (unsigned char)bytes[6], minor = (unsigned char)bytes[7];
  if (major < 1 || major > 3 || minor != 0)
    return khop_i_fail(KHOP_E_UNSUPPORTED,
                       "%s: has version %d.%d of the array format, and khop "
                       "reads 1.0 to 3.0",
                       c->where, major, minor);
  size_t width = major == 1 ? 2 : 4, start = 8 + width;
  uint32_t length = 0;
  if (size >= start) memcpy(&length, bytes + 8, width);
  if (length > MAX_HEADER)
    return khop_i_fail(KHOP_E_FORMAT,
                       "%s: claims an array header of %u bytes, and khop reads no "
                       "more than %d",
                       c->where, length, MAX_HEADER);
  if (size < start || size - start < length)
    return khop_i_fail(KHOP_E_FORMAT, "%s: ends inside its array header (%zu bytes)", c->where,
                       size);
  c->at = bytes + start;
  c->end = *data = c->at + length;
  return KHOP_OK;
}

khop_status khop_i_npy_describe(khop_i_array *array, bool *fortran, size_t *begin, size_t *wanted,
                                const void *bytes, size_t size, const char *where) {
  cursor c = {.where = where};
  const char *data = bytes;
  *array = (khop_i_array){0};
  *fortran = false;
  khop_status status = locate_header(&c, &data, bytes, size);
  if (status == KHOP_OK) status = parse_header(array, fortran, &c);
  *begin = (size_t)(data - (const char *)bytes);
  return status == KHOP_OK ? count_items(array, wanted, where) : status;
}

khop_status khop_i_npy_decode(khop_i_array *array, const void *bytes, size_t size,
                              const char *where) {
  khop_i_array found;
  bool fortran;
  size_t begin, wanted = 0;
  khop_status status = khop_i_npy_describe(&found, &fortran, &begin, &wanted, bytes, size, where);
  *array = (khop_i_array){0};
  if (status != KHOP_OK) return status;
  const char *data = (const char *)bytes + begin;
  size_t there = size - begin;
  if (there != wanted)
    return khop_i_fail(KHOP_E_FORMAT, "%s: holds %zu bytes of data where its shape asks for %zu",
                       where, there, wanted);
  status = khop_i_alloc_raw(&found.data, found.count, found.item_size, "an array");
  if (status != KHOP_OK) return khop_i_prefix(status, where);
  if (fortran && found.dimensions > 1)
    copy_fortran(&found, data);
  else if (wanted)
    memcpy(found.data, data, wanted);
  if (found.dtype == KHOP_I_UNICODE) status = encode_strings(&found, where);
  if (status == KHOP_OK)
    *array = found;
  else
    khop_i_array_free(&found);
  return status;
}

void khop_i_array_free(khop_i_array *array) {
  if (!array) return;
  khop_i_free(array->data);
  *array = (khop_i_array){0};
}

/* --- writing -------------------------------------------------------------------------------- */

khop_status khop_i_npy_header(char **header, size_t *size, khop_i_dtype dtype, size_t item_size,
                              int dimensions, const int64_t *shape) {
  *header = NULL;
  *size = 0;
  if (dimensions < 0 || dimensions > KHOP_I_MAX_DIMENSIONS)
    return khop_i_fail(KHOP_E_ARGUMENT, "an array of %d dimensions, and at most %d can be written",
                       dimensions, KHOP_I_MAX_DIMENSIONS);
  char sizes[KHOP_I_MAX_DIMENSIONS * 24] = "", type[24] = "";
  int length = 0;
  for (int i = 0; i < dimensions; i++)
    length += snprintf(sizes + length, sizeof sizes - (size_t)length, "%lld,%s",
                       (long long)shape[i], i + 1 < dimensions ? " " : "");
  if (dimensions > 1) sizes[length - 1] = 0; /* only (3,) keeps the comma at its end */
  if (dtype == KHOP_I_UNICODE) snprintf(type, sizeof type, "<U%zu", item_size / 4);
  else snprintf(type, sizeof type, "|S%zu", item_size);
  for (size_t i = 0; i < KINDS; i++)
    if (kinds[i].dtype == dtype)
      snprintf(type, sizeof type, "%c%c%zu", kinds[i].size > 1 ? '<' : '|', kinds[i].kind,
               kinds[i].size);
  char text[320];
  length = snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                    type, sizes);
  /* magic, version and length take 10 bytes, the line's end 1; the data start on a multiple of 64
   */
  size_t total = ((size_t)length + 11 + 63) / 64 * 64;
  khop_status status = khop_i_alloc_raw(header, (int64_t)total, 1, "an array header");
  if (status != KHOP_OK) return status;
  uint16_t rest = (uint16_t)(total - 10);
  memset(*header, ' ', total);
  memcpy(*header, MAGIC "\x01", 8);
  memcpy(*header + 8, &rest, 2);
  memcpy(*header + 10, text, (size_t)length);
  (*header)[total - 1] = '\n';
  *size = total;
  return KHOP_OK;
}

khop_status khop_i_npy_write(const char *path, khop_i_dtype dtype, int dimensions,
                             const int64_t *shape, const void *data) {
  khop_i_outfile out = {0};
  char *header = NULL;
  size_t length = 0, bytes = 0;
  khop_i_array form = {.dtype = dtype, .item_size = khop_i_dtype_size(dtype)};
  khop_status status = khop_i_npy_header(&header, &length, dtype, 0, dimensions, shape);
  if (status != KHOP_OK) goto done;
  form.dimensions = dimensions;
  if (dimensions) memcpy(form.shape, shape, (size_t)dimensions * sizeof *shape);
  KHOP_TRY(count_items(&form, &bytes, path));
  KHOP_TRY(khop_i_outfile_open(&out, path));
  /* a write that fails is remembered by the stream, and reported by the commit */
  fwrite(header, 1, length, out.stream);
  if (bytes) fwrite(data, 1, bytes, out.stream);
  KHOP_TRY(khop_i_outfile_commit(&out));
done:
  khop_i_outfile_abandon(&out);
  khop_i_free(header);
  return status;
}

/* --- items ---------------------------------------------------------------------------------- */

int64_t khop_i_array_integer(const khop_i_array *array, int64_t i) {
  const void *data = array->data;
  switch (array->dtype) {
  case KHOP_I_BOOL:
    return ((const uint8_t *)data)[i] != 0;
  case KHOP_I_INT8:
    return ((const int8_t *)data)[i];
  case KHOP_I_UINT8:
    return ((const uint8_t *)data)[i];
  case KHOP_I_INT16:
    return ((const int16_t *)data)[i];
  case KHOP_I_UINT16:
    return ((const uint16_t *)data)[i];
  case KHOP_I_INT32:
    return ((const int32_t *)data)[i];
  case KHOP_I_UINT32:
    return ((const uint32_t *)data)[i];
  case KHOP_I_INT64:
    return ((const int64_t *)data)[i];
  case KHOP_I_UINT64: {
    uint64_t value = ((const uint64_t *)data)[i];
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
  }
  case KHOP_I_FLOAT32:
  case KHOP_I_FLOAT64: {
    double value = khop_i_array_number(array, i);
    return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
  }
  case KHOP_I_BYTES:
  case KHOP_I_UNICODE:
  case KHOP_I_OBJECT:
    break;
  }
  return 0;
}

double khop_i_array_number(const khop_i_array *array, int64_t i) {
  if (array->dtype == KHOP_I_FLOAT32) return (double)((const float *)array->data)[i];
  if (array->dtype == KHOP_I_FLOAT64) return ((const double *)array->data)[i];
  if (array->dtype == KHOP_I_UINT64) return (double)((const uint64_t *)array->data)[i];
  return (double)khop_i_array_integer(array, i);
}

bool khop_i_array_is_integer(const khop_i_array *array) {
  return array->dtype <= KHOP_I_UINT64;
}
