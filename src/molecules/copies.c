/* copies.c: see copies.h. */
#include "molecules/copies.h"
#include "base/error.h"
#include "base/memory.h"
#include "graphsets/set.h"

#include <math.h>
#include <stdlib.h>

typedef struct copy_entry {
  uint64_t key;
  int64_t graph;
} copy_entry;

static int by_key(const void *a, const void *b) {
  const copy_entry *x = a, *y = b;
  if (x->key != y->key) return (x->key > y->key) - (x->key < y->key);
  return (x->graph > y->graph) - (x->graph < y->graph);
}

/* first (G): the first graph of the same key. */
static khop_status find_first(int64_t *first, int64_t graphs, const uint64_t *key) {
  copy_entry *entry = NULL;
  khop_status status = khop_i_alloc(&entry, graphs, sizeof *entry, "copies of molecules");
  if (status != KHOP_OK) return status;
  for (int64_t g = 0; g < graphs; g++) entry[g] = (copy_entry){key[g], g};
  qsort(entry, (size_t)graphs, sizeof *entry, by_key);
  for (int64_t k = 0; k < graphs; k++) {
    bool again = k > 0 && entry[k].key == entry[k - 1].key;
    first[entry[k].graph] = again ? first[entry[k - 1].graph] : entry[k].graph;
  }
  khop_i_free(entry);
  return KHOP_OK;
}

/* --- what is told ----------------------------------------------------------------------------- */

/* Whether something else is known of two graphs; what is known of one alone is no contradiction. */
static bool contradict(const khop_graphs *set, int64_t a, int64_t b) {
  int64_t outputs = 0;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  const int32_t *labels = khop_graphs_labels(set);
  for (int64_t c = 0; targets && c < outputs; c++) {
    khop_real x = targets[a * outputs + c], y = targets[b * outputs + c];
    if (!isnan(x) && !isnan(y) && x != y) return true;
  }
  return labels && labels[a] >= 0 && labels[b] >= 0 && labels[a] != labels[b];
}

static bool is_parted(const khop_graphs *set, int64_t a, int64_t b) {
  const uint8_t *part = khop_graphs_parts(set);
  return part && part[a] != part[b] && part[a] != KHOP_NO_PART && part[b] != KHOP_NO_PART;
}

/* How many molecules are written again in a way that counts, and the first two graphs of which one is. */
typedef struct copy_count {
  int64_t molecules, a, b;
} copy_count;

static void count(copy_count *c, uint8_t *seen, uint8_t bit, int64_t first, int64_t again) {
  if (c->molecules == 0) c->a = first, c->b = again;
  if (!(seen[first] & bit)) c->molecules++;
  seen[first] |= bit;
}

static khop_status note(khop_graphs *set, const copy_count *c, const int64_t *line, const char *format) {
  if (!c->molecules) return KHOP_OK;
  return khop_i_graphs_note(set, "%lld molecule%s %s%s (lines %lld and %lld)", (long long)c->molecules,
                            c->molecules == 1 ? "" : "s", c->molecules == 1 ? "is " : "are ", format,
                            (long long)line[c->a], (long long)line[c->b]);
}

static khop_status tell(khop_graphs *set, const int64_t *first, const int64_t *line, bool apart) {
  copy_count all = {0}, other = {0}, parted = {0};
  uint8_t *seen = NULL;
  int64_t graphs = khop_graphs_count(set);
  khop_status status = khop_i_alloc(&seen, graphs, 1, "copies of molecules");
  if (status != KHOP_OK) return status;
  for (int64_t g = 0; g < graphs; g++) {
    if (first[g] == g) continue;
    count(&all, seen, 1, first[g], g);
    if (contradict(set, first[g], g)) count(&other, seen, 2, first[g], g);
    if (is_parted(set, first[g], g)) count(&parted, seen, 4, first[g], g);
  }
  KHOP_TRY(note(set, &all, line, apart || khop_graphs_parts(set)
                                     ? "written twice or more, and may stand on both sides of a split"
                                     : "written twice or more: each stays on one side of a split"));
  KHOP_TRY(note(set, &other, line, "written again with other values"));
  KHOP_TRY(note(set, &parted, line, "on both sides of the split of the file"));
done:
  khop_i_free(seen);
  return status;
}

khop_status khop_i_copies_give(khop_graphs *set, const uint64_t *key, const int64_t *line, bool apart, bool quiet) {
  int64_t *first = NULL;
  khop_status status = khop_i_alloc(&first, khop_graphs_count(set), sizeof *first, "copies of molecules");
  if (status != KHOP_OK) return status;
  KHOP_TRY(find_first(first, khop_graphs_count(set), key));
  if (!apart) KHOP_TRY(khop_graphs_set_copies(set, first));
  if (!quiet) KHOP_TRY(tell(set, first, line, apart));
done:
  khop_i_free(first);
  return status;
}
