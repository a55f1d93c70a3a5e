/* no_npz.c: in the place of npz.c where khop is built without libzip: none is ever open. */
#include "files/npz.h"
#include "base/error.h"

static khop_status refuse(const char *path, const char *what) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: built without libzip: .npz archives cannot be %s", path, what);
}

khop_status khop_i_npz_open(khop_i_npz **npz, const char *path) {
  *npz = NULL;
  return refuse(path, "read");
}

void khop_i_npz_close(khop_i_npz *npz) { (void)npz; }

const char *khop_i_npz_name(const khop_i_npz *npz, int64_t i) {
  (void)npz, (void)i;
  return NULL;
}

bool khop_i_npz_has(const khop_i_npz *npz, const char *key) {
  (void)npz, (void)key;
  return false;
}

int64_t khop_i_npz_bytes(const khop_i_npz *npz) {
  (void)npz;
  return 0;
}

khop_status khop_i_npz_read(khop_i_array *array, khop_i_npz *npz, const char *key) {
  (void)npz;
  *array = (khop_i_array){0};
  return refuse(key, "read");
}

khop_status khop_i_npz_describe(khop_i_array *array, khop_i_npz *npz, const char *key) {
  return khop_i_npz_read(array, npz, key);
}

khop_status khop_i_npz_write(const char *path, int count, const khop_i_member *members) {
  (void)count, (void)members;
  return refuse(path, "written");
}
