/* match.c: the classes, or targets, of one data set among those of another, by name. */
#include "base/error.h"
#include "base/memory.h"
#include "base/string_table.h"

#include <khop/evaluate.h>

#include <stdio.h>
#include <string.h>

/* The id of a name; where there are none its number is its name. */
static khop_status take_name(int32_t *id, khop_i_string_table *table, const char *const *names, int64_t i) {
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)i);
  const char *name = names ? names[i] : number;
  return khop_i_string_table_add(id, table, name, strlen(name));
}

khop_status khop_names_match(int64_t *place, int64_t wanted, const char *const *wanted_names, int64_t count,
                             const char *const *names) {
  khop_status status = KHOP_OK;
  khop_i_string_table table = {0};
  int64_t *first = NULL; /* (wanted): where the string of each id stands, of equals the first */
  int32_t id = 0;
  if (!place || wanted < 0 || count < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_names_match: %lld names among %lld", (long long)count, (long long)wanted);
  KHOP_TRY(khop_i_alloc(&first, wanted, sizeof *first, "names"));
  for (int64_t i = 0; i < wanted; i++) {
    int32_t before = table.count;
    KHOP_TRY(take_name(&id, &table, wanted_names, i));
    if (table.count > before) first[id] = i;
  }
  int32_t known = table.count;
  for (int64_t i = 0; i < count; i++) {
    KHOP_TRY(take_name(&id, &table, names, i));
    place[i] = id < known ? first[id] : -1;
  }
done:
  khop_i_free(first);
  khop_i_string_table_free(&table);
  return status;
}
