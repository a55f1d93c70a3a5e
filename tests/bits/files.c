/* files.c: checksums of what is in a file that the command wrote, without what may differ from run to run.
 *
 *   .npy           its numbers, read through khop
 *   .npz           name and bytes of each array, not the times of the archive, nor arrays of names ("<U")
 *   .safetensors   name, type, shape and bytes of each tensor, not the options and the version beside them
 *   other files    their bytes */
#include "bits.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

typedef struct bytes {
  unsigned char *data; /* owned; a zero stands behind them */
  size_t size;
} bytes;

static void text_sum(sum *s, const char *text) {
  for (; *text; text++) sum_byte(s, (unsigned char)*text);
  sum_byte(s, 0);
}

static void bytes_sum(sum *s, const unsigned char *data, size_t size) {
  for (size_t i = 0; i < size; i++) sum_byte(s, data[i]);
}

/* Notes where numbers of four or eight bytes are not finite. */
static void finite_check(sum *s, const unsigned char *data, size_t size, size_t each) {
  for (size_t i = 0; i + each <= size; i += each) {
    float narrow = 0;
    double wide = 0;
    memcpy(each == sizeof narrow ? (void *)&narrow : (void *)&wide, data + i, each);
    if (!isfinite(narrow) || !isfinite(wide)) s->finite = false;
  }
}

static int complain(const char *path, const char *what) {
  fprintf(stderr, "bits: %s: %s\n", path, what);
  return 1;
}

static int read_whole(bytes *b, const char *path) {
  FILE *file = fopen(path, "rb");
  long size = -1;
  if (file && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (size >= 0) {
    rewind(file);
    *b = (bytes){room((size_t)size + 1, 1), (size_t)size};
    if (fread(b->data, 1, b->size, file) != b->size) size = -1;
  }
  if (file) fclose(file);
  return size < 0 ? complain(path, "cannot be read") : 0;
}

static int npy_sum(sum *s, const char *path) {
  khop_rows *rows = NULL;
  TRY(khop_rows_open(&rows, path));
  int64_t columns = khop_rows_columns(rows);
  khop_real *x = room((size_t)columns, sizeof *x);
  sum_int(s, khop_rows_count(rows));
  sum_int(s, columns);
  for (int64_t i = 0; i < khop_rows_count(rows); i++) {
    TRY(khop_rows_read(x, rows, 1, &i));
    sum_reals(s, x, columns);
  }
  khop_rows_close(rows);
  free(x);
  return 0;
}

/* An array of an archive: a header, whose length stands in it, and numbers. */
static void member_sum(sum *s, const bytes *b) {
  bytes_sum(s, b->data, b->size);
  if (b->size < 10) return;
  size_t header = 10 + (size_t)b->data[8] + 256 * (size_t)b->data[9];
  if (header <= b->size && strstr((const char *)b->data + 10, "<f4"))
    finite_check(s, b->data + header, b->size - header, sizeof(float));
}

static bool is_text(const bytes *b) { return b->size > 80 && memmem(b->data, 80, "'<U", 3); }

static int npz_sum(sum *s, const char *path) {
  zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
  if (!zip) return complain(path, "is no archive");
  int64_t count = zip_get_num_entries(zip, 0);
  for (int64_t i = 0; i < count; i++) {
    zip_stat_t about;
    if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0) return complain(path, "has a member without a name");
    bytes b = {room(about.size + 1, 1), about.size};
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
    if (!file || zip_fread(file, b.data, b.size) != (zip_int64_t)b.size) return complain(path, "cannot be read");
    if (!is_text(&b)) {
      text_sum(s, about.name);
      member_sum(s, &b);
    }
    zip_fclose(file);
    free(b.data);
  }
  zip_discard(zip);
  return count ? 0 : complain(path, "is empty");
}

/* One entry of the header: "name": {"dtype": .., "shape": [..], "data_offsets": [begin, end]}. */
static bool tensor_sum(sum *s, const cJSON *tensor, const unsigned char *data, size_t size) {
  const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(tensor, "dtype"));
  const cJSON *shape = cJSON_GetObjectItem(tensor, "shape"), *offsets = cJSON_GetObjectItem(tensor, "data_offsets");
  if (!type || !shape || cJSON_GetArraySize(offsets) != 2) return false;
  size_t begin = (size_t)cJSON_GetArrayItem(offsets, 0)->valuedouble;
  size_t end = (size_t)cJSON_GetArrayItem(offsets, 1)->valuedouble;
  if (begin > end || end > size) return false;
  text_sum(s, tensor->string);
  text_sum(s, type);
  for (int i = 0; i < cJSON_GetArraySize(shape); i++)
    sum_int(s, (int64_t)cJSON_GetArrayItem(shape, i)->valuedouble);
  bytes_sum(s, data + begin, end - begin);
  if (strcmp(type, "F32") == 0) finite_check(s, data + begin, end - begin, sizeof(float));
  if (strcmp(type, "F64") == 0) finite_check(s, data + begin, end - begin, sizeof(double));
  return true;
}

static int tensors_sum(sum *s, const char *path) {
  bytes b = {0};
  uint64_t header = 0;
  if (read_whole(&b, path)) return 1;
  for (size_t i = 0; i < 8 && i < b.size; i++) header |= (uint64_t)b.data[i] << 8 * i;
  if (b.size < 8 || header > b.size - 8) return complain(path, "is no safetensors file");
  cJSON *root = cJSON_ParseWithLength((const char *)b.data + 8, header);
  int tensors = 0;
  for (const cJSON *item = root ? root->child : NULL; item; item = item->next) {
    if (strcmp(item->string, "__metadata__") == 0) continue;
    if (!tensor_sum(s, item, b.data + 8 + header, b.size - 8 - header)) return complain(path, "has a tensor amiss");
    tensors++;
  }
  cJSON_Delete(root);
  free(b.data);
  return tensors ? 0 : complain(path, "has no tensor");
}

static int plain_sum(sum *s, const char *path) {
  bytes b = {0};
  if (read_whole(&b, path)) return 1;
  bytes_sum(s, b.data, b.size);
  free(b.data);
  return 0;
}

int file_row(const char *kind, const char *needs, const char *name, const char *path) {
  const char *end = strrchr(path, '.');
  sum s = sum_new();
  int status = !end                              ? plain_sum(&s, path)
               : strcmp(end, ".npy") == 0         ? npy_sum(&s, path)
               : strcmp(end, ".npz") == 0         ? npz_sum(&s, path)
               : strcmp(end, ".safetensors") == 0 ? tensors_sum(&s, path)
                                                  : plain_sum(&s, path);
  if (status == 0) row(kind, needs, &s, "%s", name);
  return status;
}
