/* members.c: see members.h. */
#include "cli/members.h"
#include "cli/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *member_path(const char *first, int member) {
  const char *slash = strrchr(first, '/'), *dot = strrchr(first, '.');
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - first) : strlen(first));
  char *name = NULL;
  if (member == 1) return strdup(first);
  return asprintf(&name, "%.*s-%d%s", stem, first, member, first + stem) < 0 ? NULL : name;
}

int count_members(const khop_model *model) {
  const char *note = khop_model_metadata(model, "members");
  int members = note ? atoi(note) : 1;
  return members < 1 || members > MOST_MODELS ? 1 : members;
}

int note_members(const char *first, int members) {
  khop_model *model = NULL;
  char text[16];
  snprintf(text, sizeof text, "%d", members);
  bool good = khop_model_load(&model, first) == KHOP_OK && khop_model_set_metadata(model, "members", text) == KHOP_OK &&
              khop_model_save(model, first) == KHOP_OK;
  khop_model_free(model);
  return good ? GO_ON : library_failure();
}

int load_member(khop_model **member, const char *first, int number, int64_t outputs) {
  char *path = member_path(first, number);
  int status = GO_ON;
  *member = NULL;
  if (!path) return failure("no memory for the name of model %d", number);
  if (khop_model_load(member, path) != KHOP_OK) status = library_failure();
  else if (khop_model_output_columns(*member) != outputs)
    status = failure("%s: it has %lld outputs, and %s has %lld: they are no ensemble", path,
                     (long long)khop_model_output_columns(*member), first, (long long)outputs);
  free(path);
  return status;
}
