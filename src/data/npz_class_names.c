/* npz_class_names.c: see npz_class_names.h. */
#include "data/npz_class_names.h"

khop_status khop_i_npz_class_names(char ***names, int64_t *count, khop_i_members *members) {
  static const char *const keys[] = {"class_names", "label_names", NULL};
  const char *key = khop_i_members_first(members, keys);
  *names = NULL;
  *count = 0;
  return key ? khop_i_members_strings(names, count, members, key) : KHOP_OK;
}
