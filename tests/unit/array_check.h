/* array_check.h: what the tests of array files share: arrays of every type, the three writers, and
 * damage to files. */
#ifndef KHOP_TESTS_ARRAY_CHECK_H
#define KHOP_TESTS_ARRAY_CHECK_H

#include "check.h"
#include "files/npz.h"
#include "files/safetensors.h"

/* Files that NumPy, SciPy and safetensors' own package wrote. */
static inline const char *sample_file(const char *name) {
  char text[200];
  snprintf(text, sizeof text, "tests/files/%s", name);
  return fixture(text);
}

/* True when item i is what make_fixtures.py and the writers below put there. */
static inline bool as_made(const khop_i_array *array) {
  for (int64_t i = 0; i < array->count; i++) {
    int64_t wanted = (7 * i + 3) % 100;
    if (array->dtype == KHOP_I_BOOL) wanted %= 2;
    if (khop_i_array_integer(array, i) != wanted ||
        !(khop_i_array_number(array, i) == (double)wanted))
      return false;
  }
  return true;
}

static const struct {
  khop_i_dtype dtype;
  const char *name;
  size_t size;
} kinds[] = {
    {KHOP_I_BOOL, "bool", 1},       {KHOP_I_INT8, "int8", 1},       {KHOP_I_UINT8, "uint8", 1},
    {KHOP_I_INT16, "int16", 2},     {KHOP_I_UINT16, "uint16", 2},   {KHOP_I_INT32, "int32", 4},
    {KHOP_I_UINT32, "uint32", 4},   {KHOP_I_INT64, "int64", 8},     {KHOP_I_UINT64, "uint64", 8},
    {KHOP_I_FLOAT32, "float32", 4}, {KHOP_I_FLOAT64, "float64", 8},
};
#define KINDS ((int)(sizeof kinds / sizeof *kinds))

/* 15 items of each type, as made. */
static unsigned char content[KINDS][15 * 8];

static inline void make_content(void) {
  for (int k = 0; k < KINDS; k++)
    for (int i = 0; i < 15; i++) {
      uint64_t value = (uint64_t)(7 * i + 3) % 100;
      float single = (float)value;
      double full = (double)value;
      const void *from = &value; /* little-endian: the first bytes are the small integers too */
      if (kinds[k].dtype == KHOP_I_BOOL) value %= 2;
      if (kinds[k].dtype == KHOP_I_FLOAT32) from = &single;
      if (kinds[k].dtype == KHOP_I_FLOAT64) from = &full;
      memcpy(content[k] + (size_t)i * kinds[k].size, from, kinds[k].size);
    }
}

static inline int open_arrays(void **state) {
  make_content();
  return open_folder(state);
}

/* --- one writer a format -------------------------------------------------------------------- */

static inline khop_status write_one(const char *path) {
  return khop_i_npy_write(path, KHOP_I_FLOAT32, 2, (const int64_t[]){3, 5}, content[9]);
}

/* An archive with every type and strings, at path. */
static inline khop_status write_archive(const char *path) {
  khop_i_member members[KINDS + 1];
  for (int k = 0; k < KINDS; k++)
    members[k] = (khop_i_member){kinds[k].name, kinds[k].dtype, 0, 2, {3, 5}, content[k]};
  members[KINDS] = (khop_i_member){"format", KHOP_I_BYTES, 3, 0, {0}, "csr"};
  return khop_i_npz_write(path, KINDS + 1, members);
}

static inline khop_status write_tensors(const char *path) {
  khop_i_tensor tensors[KINDS];
  for (int k = 0; k < KINDS; k++)
    tensors[k] = (khop_i_tensor){kinds[k].name, kinds[k].dtype, 2, {3, 5}, content[k]};
  const khop_i_meta meta[] = {{"recipe", "{\"layers\": 2}"}, {"path", "a\\b\n"}};
  return khop_i_safetensors_write(path, KINDS, tensors, 2, meta);
}

/* --- damage --------------------------------------------------------------------------------- */

/* Reads the file cut at every step-th byte, then with 1 to 8 bytes changed at random. */
static inline void damage(const char *path, void (*read)(const char *), size_t step, int flips) {
  char *bytes = NULL, *copy = NULL;
  size_t size = 0;
  khop_i_random random;
  khop_i_random_seed(&random, 11);
  ok(khop_i_infile_read(&bytes, &size, path));
  for (size_t cut = 0; cut < size; cut += step) {
    write_file(at("broken"), bytes, cut);
    read(at("broken"));
  }
  ok(khop_i_copy(&copy, bytes, (int64_t)size, 1, "a copy"));
  for (int f = 0; f < flips; f++) {
    int count = 1 + (int)khop_i_random_below(&random, 8);
    memcpy(copy, bytes, size);
    for (int c = 0; c < count; c++)
      copy[khop_i_random_below(&random, (int64_t)size)] = (char)khop_i_random_below(&random, 256);
    write_file(at("broken"), copy, size);
    read(at("broken"));
  }
  khop_i_free(copy);
  khop_i_free(bytes);
}

#endif
