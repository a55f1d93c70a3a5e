/* choice.c: see choice.h. */
#include "cli/evaluate/choice.h"

#include <string.h>

bool was_given(const evaluate_choice *choice, const char *option) {
  for (int i = 0; i < choice->given; i++)
    if (strcmp(choice->given_name[i], option) == 0) return true;
  return false;
}
