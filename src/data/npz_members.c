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

khop_status khop_i_members_read(khop_i_array *array, khop_i_members *members, const char *key) {
  khop_i_members_use(members, key);
  return khop_i_npz_read(array, members->npz, key);
}

/* What an option reads in place of what was read. */
static bool is_offered(const char *name, int length) {
  return strncmp(name, "dir_", 4) == 0 || (length > 5 && strncmp(name + length - 5, "_mask", 5) == 0);
}

khop_status khop_i_members_note_unused(khop_data *data, const khop_i_members *members) {
  char text[400] = "";
  size_t at = 0;
  int left_out = 0;
  for (int64_t i = 0; i < members->count; i++) {
    const char *name = khop_i_npz_name(members->npz, i);
    int length = key_length(name);
    if (members->used[i] || is_offered(name, length)) continue;
    if (at + (size_t)length + 3 < sizeof text)
      at += (size_t)snprintf(text + at, sizeof text - at, "%s%.*s", at ? ", " : "", length, name);
    else
      left_out++;
  }
  if (!at) return KHOP_OK;
  return left_out ? khop_i_data_note(data, "not used: %s and %d more members", text, left_out)
                  : khop_i_data_note(data, "not used: %s", text);
}
