/* npz_check.h: archives of data sets that tests write, member by member, and what loading them
 * gives. */
#ifndef KHOP_TESTS_NPZ_CHECK_H
#define KHOP_TESTS_NPZ_CHECK_H

#include "check.h"

#include "data/data.h"
#include "files/npz.h"

static char path[300];

static inline int open_archive(void **state) {
  if (open_folder(state) != 0) return -1;
  snprintf(path, sizeof path, "%s/set.npz", folder);
  return 0;
}

/* Five nodes: the triangle 0-1-2 and the edge 3-4, with everything a set can have. */
static const int32_t indptr[] = {0, 2, 4, 6, 7, 8}, indices[] = {1, 2, 0, 2, 0, 1, 4, 3};
static const int64_t shape[] = {5, 5};
static const float matrix[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0};
static const int64_t labels[] = {0, 1, 2, 1, 0};
static const uint8_t train[] = {1, 1, 0, 0, 0}, val[] = {0, 0, 1, 0, 0}, test[] = {0, 0, 0, 1, 1};

#define MEMBER(key, type, count, data)                                                             \
  { key, type, 0, 1, {count}, data }
static const khop_i_member whole[] = {
    MEMBER("adj_indptr", KHOP_I_INT32, 6, indptr),
    MEMBER("adj_indices", KHOP_I_INT32, 8, indices),
    MEMBER("adj_shape", KHOP_I_INT64, 2, shape),
    {"attr_matrix", KHOP_I_FLOAT32, 0, 2, {5, 2}, matrix},
    MEMBER("labels", KHOP_I_INT64, 5, labels),
    MEMBER("train_mask", KHOP_I_BOOL, 5, train),
    MEMBER("val_mask", KHOP_I_BOOL, 5, val),
    MEMBER("test_mask", KHOP_I_BOOL, 5, test),
};
#define WHOLE ((int)(sizeof whole / sizeof *whole))

/* Writes the archive with some members replaced (same key), left out (no data) or added. */
static inline void write_set(const khop_i_member *changes, int count) {
  khop_i_member members[24];
  int n = 0;
  for (int m = 0; m < WHOLE; m++) {
    members[n++] = whole[m];
    for (int c = 0; c < count; c++)
      if (strcmp(changes[c].key, whole[m].key) == 0) n--, c = count;
  }
  for (int c = 0; c < count; c++)
    if (changes[c].data) members[n++] = changes[c];
  ok(khop_i_npz_write(path, n, members));
}

static inline khop_data *load_changed(const khop_i_member *changes, int count,
                                      const khop_data_options *options) {
  khop_data *data = NULL;
  write_set(changes, count);
  ok(khop_data_load(&data, path, options));
  return data;
}

static inline khop_data *load_members(const khop_i_member *members, int count,
                                      const khop_data_options *options) {
  khop_data *data = NULL;
  ok(khop_i_npz_write(path, count, members));
  ok(khop_data_load(&data, path, options));
  return data;
}

static inline void refuses_members(const khop_i_member *members, int count, khop_status status,
                                   const char *a, const char *b) {
  khop_data *data = NULL;
  ok(khop_i_npz_write(path, count, members));
  fails(khop_data_load(&data, path, NULL), status, a, b);
  assert_null(data);
}

static inline bool has_note(const khop_data *data, const char *words) {
  for (int i = 0; i < khop_data_notes(data); i++)
    if (strstr(khop_data_note(data, i), words)) return true;
  return false;
}

#endif
