/* classes.c: see classes.h. */
#include "data/classes.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

khop_status khop_i_close_gaps(int32_t *labels, int64_t nodes, char ***names, int64_t *classes) {
  int32_t *sorted = NULL;
  int64_t count = 0, distinct = 0;
  khop_status status = khop_i_alloc(&sorted, nodes, sizeof *sorted, "classes");
  if (status != KHOP_OK) goto done;
  for (int64_t i = 0; i < nodes; i++)
    if (labels[i] >= 0) sorted[count++] = labels[i];
  if (count) qsort(sorted, (size_t)count, sizeof *sorted, khop_i_ascending_int32);
  for (int64_t k = 0; k < count; k++)
    if (k == 0 || sorted[k] != sorted[distinct - 1]) sorted[distinct++] = sorted[k];
  if (distinct == 0 || sorted[distinct - 1] == distinct - 1) goto done;
  KHOP_TRY(khop_i_alloc(names, distinct, sizeof **names, "class names"));
  for (; *classes < distinct; ++*classes)
    KHOP_TRY(khop_i_sprintf(&(*names)[*classes], "%d", sorted[*classes]));
  for (int64_t i = 0; i < nodes; i++) {
    const int32_t *at = labels[i] < 0 ? NULL : bsearch(&labels[i], sorted, (size_t)distinct, sizeof *sorted, khop_i_ascending_int32);
    if (at) labels[i] = (int32_t)(at - sorted);
  }
done:
  khop_i_free(sorted);
  return status;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

khop_status khop_i_data_set_words(khop_data *data, const char *const *words, const char *source) {
  int64_t nodes = khop_graph_nodes(data->graph), count = 0, classes = 0;
  const char **sorted = NULL;
  int32_t *labels = NULL;
  khop_status status = khop_i_alloc(&sorted, nodes, sizeof *sorted, "class names");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&labels, nodes, sizeof *labels, "labels"));
  for (int64_t i = 0; i < nodes; i++)
    if (*words[i]) sorted[count++] = words[i];
  if (count) qsort(sorted, (size_t)count, sizeof *sorted, by_text);
  for (int64_t c = 0; c < count; c++)
    if (c == 0 || strcmp(sorted[c], sorted[classes - 1]) != 0) sorted[classes++] = sorted[c];
  if (classes > KHOP_I_MAX_CLASSES)
    KHOP_FAIL(KHOP_E_VALUE, "'%s' has %lld different values, and at most %d classes can be used", source,
              (long long)classes, KHOP_I_MAX_CLASSES);
  for (int64_t i = 0; i < nodes; i++) {
    const char **at = *words[i] ? bsearch(&words[i], sorted, (size_t)classes, sizeof *sorted, by_text) : NULL;
    labels[i] = at ? (int32_t)(at - sorted) : -1;
  }
  KHOP_TRY(khop_i_data_set_labels(data, labels, classes, sorted));
done:
  khop_i_free(labels);
  khop_i_free(sorted);
  return status;
}
