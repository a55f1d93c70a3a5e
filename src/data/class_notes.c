/* class_notes.c: see class_notes.h. */
#include "data/class_notes.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/data.h"

#include <stdio.h>
#include <string.h>

/* A class by its name, or by its number. */
typedef struct class_text {
  char text[72];
} class_text;

static class_text class_called(const khop_data *data, int64_t c) {
  class_text name;
  if (data->class_names) snprintf(name.text, sizeof name.text, "'%.60s'", data->class_names[c]);
  else snprintf(name.text, sizeof name.text, "%lld", (long long)c);
  return name;
}

/* How many nodes of a mask, NULL: of all, each class has; count: (classes). Returns how many nodes the mask has. */
static int64_t count_members(int64_t *count, const khop_data *data, const uint8_t *mask) {
  int64_t nodes = khop_graph_nodes(data->graph), selected = 0;
  memset(count, 0, (size_t)data->classes * sizeof *count);
  for (int64_t i = 0; i < nodes; i++) {
    bool in = !mask || mask[i];
    selected += in;
    if (in && data->labels[i] >= 0) count[data->labels[i]]++;
  }
  return selected;
}

static khop_status note_single(khop_data *data, const int64_t *members, const char *what) {
  int64_t single = 0, first = -1;
  for (int64_t c = 0; c < data->classes; c++) {
    if (members[c] == 1 && first < 0) first = c;
    single += members[c] == 1;
  }
  if (!single) return KHOP_OK;
  class_text name = class_called(data, first);
  if (single == 1) return khop_i_data_note(data, "class %s has one %s", name.text, what);
  return khop_i_data_note(data, "%lld classes have one %s each, first %s", (long long)single, what, name.text);
}

/* A class of one node is missing in two parts of three, which goes without saying. */
static khop_status note_missing(khop_data *data, const int64_t *members, int64_t *count, khop_part part,
                                const char *what) {
  static const char *const words[] = {"training", "validation", "test"};
  int64_t times = 0, class = -1;
  int split = 0;
  for (int s = 0; s < data->splits; s++) {
    if (!count_members(count, data, khop_data_mask(data, s, part))) continue;
    for (int64_t c = 0; c < data->classes; c++) {
      if (members[c] < 2 || count[c]) continue;
      if (!times++) split = s, class = c;
    }
  }
  if (!times) return KHOP_OK;
  class_text name = class_called(data, class);
  if (times == 1)
    return khop_i_data_note(data, "class %s has no %s in %s (split %d)", name.text, what, words[part], split);
  return khop_i_data_note(data, "a class has no %s in %s, %lld times in %d split%s, first %s in split %d", what,
                          words[part], (long long)times, data->splits, data->splits == 1 ? "" : "s", name.text, split);
}

khop_status khop_i_data_note_classes(khop_data *data, const char *what) {
  khop_status status = KHOP_OK;
  int64_t *members = NULL, *count = NULL;
  if (!data->labels || !data->classes) return KHOP_OK;
  KHOP_TRY(khop_i_alloc(&members, data->classes, sizeof *members, "members of classes"));
  KHOP_TRY(khop_i_alloc(&count, data->classes, sizeof *count, "members of classes"));
  count_members(members, data, NULL);
  KHOP_TRY(note_single(data, members, what));
  for (int part = 0; part < 3; part++) KHOP_TRY(note_missing(data, members, count, (khop_part)part, what));
done:
  khop_i_free(members);
  khop_i_free(count);
  return status;
}
