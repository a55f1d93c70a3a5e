/* trained_with.c: see trained_with.h. */
#include "cli/trained_with.h"

#include <stdlib.h>
#include <string.h>

char *trained_with(const khop_model *model, const char *name) {
  const char *lines = khop_model_metadata(model, "options");
  size_t length = strlen(name);
  char *found = NULL;
  for (const char *line = lines; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (strncmp(line, name, length) == 0 && line[length] == '=') {
      free(found);
      found = strndup(line + length + 1, strcspn(line + length + 1, "\n"));
    }
  return found;
}
