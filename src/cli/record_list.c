/* record_list.c: see record_list.h. */
#include "cli/record_list.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(record_list *list) {
  if (list->count < list->capacity) return true;
  size_t capacity = 2 * (size_t)list->capacity + 64;
  char ***parts[] = {&list->id, &list->smiles, &list->reason};
  for (int p = 0; p < 3; p++) {
    char **grown = realloc(*parts[p], capacity * sizeof *grown);
    if (!grown) return false;
    *parts[p] = grown;
  }
  list->capacity = (int64_t)capacity;
  return true;
}

/* A molfile is no SMILES: it has lines. */
void record_list_add(record_list *list, const khop_record *record, const char *reason) {
  bool is_smiles = *record->text && !strchr(record->text, '\n');
  if (list->failed || !reserve(list)) {
    list->failed = true;
    return;
  }
  int64_t i = list->count++;
  list->id[i] = strdup(record->name);
  list->smiles[i] = strdup(is_smiles ? record->text : "");
  list->reason[i] = strdup(reason ? reason : "");
  list->failed = !list->id[i] || !list->smiles[i] || !list->reason[i];
  list->has_ids = list->has_ids || *record->name;
  list->has_smiles = list->has_smiles || is_smiles;
}

void record_list_clear(record_list *list) {
  for (int64_t i = 0; i < list->count; i++) {
    free(list->id[i]);
    free(list->smiles[i]);
    free(list->reason[i]);
  }
  free(list->id);
  free(list->smiles);
  free(list->reason);
  *list = (record_list){0};
}
