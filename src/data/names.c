/* names.c: see names.h. */
#include "data/names.h"
#include "base/memory.h"
#include "base/number.h"

#include <math.h>

#include <stdio.h>
#include <string.h>

void khop_i_names_free(char **names, int64_t count) {
  for (int64_t i = 0; names && i < count; i++) khop_i_free(names[i]);
  khop_i_free(names);
}

khop_status khop_i_names_copy(char ***copy, const char *const *names, int64_t count) {
  char **made = NULL;
  khop_status status = khop_i_alloc(&made, count, sizeof *made, "names");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) status = khop_i_strdup(&made[i], names[i]);
  if (status == KHOP_OK)
    *copy = made;
  else
    khop_i_names_free(made, count);
  return status;
}

bool khop_i_names_count(const char *const *names, int64_t count) {
  char wanted[32];
  const char *n = count && *names[0] == 'n' ? "n" : "";
  int64_t first = count && strcmp(names[0] + strlen(n), "1") == 0;
  for (int64_t i = 0; i < count; i++) {
    snprintf(wanted, sizeof wanted, "%s%lld", n, (long long)(i + first));
    if (strcmp(names[i], wanted) != 0) return false;
  }
  return count > 0;
}

khop_status khop_i_names_of_numbers(char ***names, const double *numbers, int64_t count) {
  char text[KHOP_I_NUMBER_BYTES];
  khop_status status = khop_i_alloc(names, count, sizeof **names, "numbers as names");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++)
    status = khop_i_strdup(&(*names)[i], isnan(numbers[i]) ? "" : khop_i_write_number(text, sizeof text, 15, numbers[i]));
  return status;
}
