/* npz_members.c: see npz_members.h. */
#include "data/npz_members.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

khop_status khop_i_members_open(khop_i_members *members, const char *path) {
  *members = (khop_i_members){0};
  khop_status status = khop_i_npz_open(&members->npz, path);
  if (status != KHOP_OK) return status;
  while (khop_i_npz_name(members->npz, members->count)) members->count++;
  return khop_i_alloc(&members->used, members->count, sizeof *members->used, "the members of an archive");
}

void khop_i_members_close(khop_i_members *members) {
  khop_i_npz_close(members->npz);
  khop_i_free(members->used);
  *members = (khop_i_members){0};
}

const char *khop_i_members_first(const khop_i_members *members, const char *const *keys) {
  for (; *keys; keys++)
    if (khop_i_npz_has(members->npz, *keys)) return *keys;
  return NULL;
}

static int key_length(const char *name) {
  size_t length = strlen(name);
  return (int)(length > 4 && strcmp(name + length - 4, ".npy") == 0 ? length - 4 : length);
}

void khop_i_members_use(khop_i_members *members, const char *key) {
  for (int64_t i = 0; i < members->count; i++) {
    const char *name = khop_i_npz_name(members->npz, i);
    if (key_length(name) == (int)strlen(key) && strncmp(name, key, strlen(key)) == 0) members->used[i] = true;
  }
}

/* Errors: MEMORY; a member that cannot be read is not pickled. */
static khop_status find_pickled(bool *pickled, const khop_i_members *members, const char *key) {
  khop_i_array array;
  khop_status status = khop_i_npz_describe(&array, members->npz, key);
  *pickled = status == KHOP_E_UNSUPPORTED && array.dtype == KHOP_I_OBJECT;
  return status == KHOP_E_MEMORY ? status : KHOP_OK;
}

static khop_status refuse_pickled(const char *key) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "member '%s' is a pickled object: not read, since it could run code; save an "
                     "array of numbers or strings, such as numpy.array(%s.tolist()), or a sparse matrix with "
                     "scipy.sparse.save_npz", key, key);
}

khop_status khop_i_members_read(khop_i_array *array, khop_i_members *members, const char *key) {
  khop_i_members_use(members, key);
  khop_status status = khop_i_npz_read(array, members->npz, key);
  if (status != KHOP_E_UNSUPPORTED) return status;
  char *why = NULL; /* what describes the member once more has a message of its own */
  bool pickled = false;
  khop_status copied = khop_i_strdup(&why, khop_message());
  if (copied == KHOP_OK) copied = find_pickled(&pickled, members, key);
  if (copied != KHOP_OK)
    status = copied;
  else
    status = pickled ? refuse_pickled(key) : khop_i_fail(status, "%s", why);
  khop_i_free(why);
  return status;
}

khop_status khop_i_array_string(char **string, const khop_i_array *array, int64_t i) {
  return khop_i_sprintf(string, "%.*s", (int)array->item_size,
                        (const char *)array->data + i * (int64_t)array->item_size);
}

khop_status khop_i_members_strings(char ***strings, int64_t *count, khop_i_members *members, const char *key) {
  khop_i_array array = {0};
  *strings = NULL;
  *count = 0;
  if (!khop_i_npz_has(members->npz, key)) return KHOP_OK;
  khop_status status = khop_i_npz_describe(&array, members->npz, key);
  if (status == KHOP_E_UNSUPPORTED) return KHOP_OK;
  bool strings_there = array.dtype == KHOP_I_BYTES || array.dtype == KHOP_I_UNICODE;
  if (status != KHOP_OK || !strings_there || array.dimensions != 1) return status;
  KHOP_TRY(khop_i_members_read(&array, members, key));
  KHOP_TRY(khop_i_alloc(strings, array.count, sizeof **strings, "names"));
  for (; *count < array.count; ++*count) KHOP_TRY(khop_i_array_string(&(*strings)[*count], &array, *count));
done:
  if (status != KHOP_OK) {
    khop_i_names_free(*strings, *count);
    *strings = NULL;
    *count = 0;
  }
  khop_i_array_free(&array);
  return status;
}

/* Adds a name; false where there is no room for it. */
static bool append(char *text, size_t size, const char *name, int length) {
  size_t at = strlen(text);
  if (at + (size_t)length + 3 >= size) return false;
  snprintf(text + at, size - at, "%s%.*s", at ? ", " : "", length, name);
  return true;
}

void khop_i_members_list(char *text, size_t size, const khop_i_members *members) {
  *text = 0;
  for (int64_t i = 0; i < members->count; i++) {
    const char *name = khop_i_npz_name(members->npz, i);
    append(text, size, name, key_length(name));
  }
  if (!members->count) snprintf(text, size, "none");
}

/* What an option reads in place of what was read. */
static bool is_offered(const char *name, int length) {
  return strncmp(name, "dir_", 4) == 0 || (length > 5 && strncmp(name + length - 5, "_mask", 5) == 0);
}

static khop_status note_pickled(bool *pickled, khop_data *data, const khop_i_members *members, const char *name) {
  char key[256];
  snprintf(key, sizeof key, "%.*s", key_length(name), name);
  khop_status status = find_pickled(pickled, members, key);
  return *pickled ? khop_i_data_note(data, "member '%s' is a pickled object: not read", key) : status;
}

khop_status khop_i_members_note_unused(khop_data *data, const khop_i_members *members) {
  char text[400] = "";
  int left_out = 0;
  for (int64_t i = 0; i < members->count; i++) {
    const char *name = khop_i_npz_name(members->npz, i);
    bool pickled;
    if (members->used[i] || is_offered(name, key_length(name))) continue;
    khop_status status = note_pickled(&pickled, data, members, name);
    if (status != KHOP_OK) return status;
    if (!pickled && !append(text, sizeof text, name, key_length(name))) left_out++;
  }
  if (!*text) return KHOP_OK;
  return left_out ? khop_i_data_note(data, "not used: %s and %d more members", text, left_out)
                  : khop_i_data_note(data, "not used: %s", text);
}
