/* splits.c: which graphs train, which validate, which test: at random, class by class, or whole groups.
 *
 *   random     a shuffle of all; class by class where there are labels, so that each part has its share
 *   groups     groups (scaffolds) by falling size, equal sizes shuffled, or in an order of the file: they fill training
 *              first, then validation, the rest tests (Wu et al., MoleculeNet, 2018); no group is ever split
 *
 * A graph that is a copy of another is dealt out like any, and then goes where the first of its kind is: sets without
 * copies, and all other graphs, are dealt out as if there were none. */
#include "train/graphs/splits.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

/* Graphs of one class, which are dealt out one by one, or of one group, which stay together. */
typedef struct split_group {
  int64_t begin, count; /* of order */
  uint64_t draw; /* decides among equals: the smallest comes first */
} split_group;

static int by_key(const void *a, const void *b, const int64_t *key) {
  int64_t x = key[*(const int64_t *)a], y = key[*(const int64_t *)b];
  if (x != y) return (x > y) - (x < y);
  return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

/* Sorts graphs by key, graphs of one key by number: merge sort. */
static void sort_by_key(int64_t *order, int64_t *merged, int64_t count, const int64_t *key) {
  if (count < 2) return;
  int64_t half = count / 2, i = 0, j = half;
  sort_by_key(order, merged, half, key);
  sort_by_key(order + half, merged, count - half, key);
  for (int64_t k = 0; k < count; k++) {
    bool left = j >= count || (i < half && by_key(&order[i], &order[j], key) <= 0);
    merged[k] = left ? order[i++] : order[j++];
  }
  for (int64_t k = 0; k < count; k++) order[k] = merged[k];
}

static int by_size(const void *a, const void *b) {
  const split_group *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  return (x->draw > y->draw) - (x->draw < y->draw);
}

typedef struct grouping {
  int64_t count;  /* graphs that are dealt out */
  int64_t *key;   /* (graphs) the class or the group of each */
  int64_t *order; /* (count) sorted by key */
  int64_t *merged; /* (count) while they are sorted */
  split_group *group; /* (groups) */
  int64_t groups;
} grouping;

/* Lists what is dealt out, with its keys: the graphs outside fold `out`, or where fold is NULL all. What is left out is
 * not looked at, its class neither. */
static void list_graphs(grouping *s, const khop_graphs *set, khop_split_by by, const int32_t *fold, int out) {
  const int32_t *labels = khop_graphs_labels(set);
  for (int64_t g = 0; g < khop_graphs_count(set); g++) {
    if (fold && fold[g] == out) continue;
    s->order[s->count++] = g;
    s->key[g] = by != KHOP_SPLIT_RANDOM ? khop_graphs_split_groups(set)[g] : labels ? labels[g] : 0;
  }
}

static khop_status open_grouping(grouping *s, const khop_graphs *set, khop_split_by by, uint64_t seed,
                                 const int32_t *fold, int out) {
  khop_status status = KHOP_OK;
  int64_t graphs = khop_graphs_count(set);
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  *s = (grouping){0};
  if (by < KHOP_SPLIT_RANDOM || by > KHOP_SPLIT_GROUPS_IN_ORDER)
    KHOP_FAIL(KHOP_E_ARGUMENT, "there is no way %d of splitting", (int)by);
  if (by != KHOP_SPLIT_RANDOM && !khop_graphs_split_groups(set))
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: the graphs have no groups to split by", khop_graphs_name(set));
  KHOP_TRY(khop_i_alloc(&s->key, graphs, sizeof *s->key, "a split"));
  KHOP_TRY(khop_i_alloc(&s->order, graphs, sizeof *s->order, "a split"));
  KHOP_TRY(khop_i_alloc(&s->merged, graphs, sizeof *s->merged, "a split"));
  KHOP_TRY(khop_i_alloc(&s->group, graphs, sizeof *s->group, "a split"));
  list_graphs(s, set, by, fold, out);
  sort_by_key(s->order, s->merged, s->count, s->key);
  for (int64_t k = 0; k < s->count; k++) {
    bool begins = k == 0 || s->key[s->order[k]] != s->key[s->order[k - 1]];
    uint64_t last_first = (uint64_t)(graphs - s->order[k]); /* within a key graphs ascend */
    if (begins) s->group[s->groups++] = (split_group){
        .begin = k, .draw = by == KHOP_SPLIT_GROUPS_IN_ORDER ? last_first : khop_i_random_next(&random)};
    s->group[s->groups - 1].count++;
  }
  if (by != KHOP_SPLIT_RANDOM)
    qsort(s->group, (size_t)s->groups, sizeof *s->group, by_size);
  else
    for (int64_t p = 0; p < s->groups; p++)
      khop_i_random_shuffle(&random, s->order + s->group[p].begin, s->group[p].count);
done:
  return status;
}

static void close_grouping(grouping *s) {
  khop_i_free(s->key);
  khop_i_free(s->order);
  khop_i_free(s->merged);
  khop_i_free(s->group);
}

/* --- three parts ------------------------------------------------------------------------------ */

/* Each class has its share; rounding is carried from class to class, so that the sums come out right. */
static void split_classes(uint8_t *part, const grouping *s, double val, double test) {
  double val_sum = 0, test_sum = 0;
  int64_t val_done = 0, test_done = 0;
  for (int64_t p = 0; p < s->groups; p++) {
    const split_group *q = &s->group[p];
    val_sum += val * (double)q->count;
    test_sum += test * (double)q->count;
    int64_t tests = llround(test_sum) - test_done, vals = llround(val_sum) - val_done;
    test_done += tests;
    val_done += vals;
    for (int64_t k = 0; k < q->count; k++)
      part[s->order[q->begin + k]] = k < tests ? KHOP_TEST : k < tests + vals ? KHOP_VAL : KHOP_TRAIN;
  }
}

/* Shuffled groups may exceed a share by half a graph; in order they may not, and validation takes what training
 * left. */
static void split_groups(uint8_t *part, const grouping *s, bool in_order, double val, double test) {
  double n = (double)s->count, slack = in_order ? 1e-9 * n : 0.5;
  int64_t trains = 0, vals = 0;
  for (int64_t p = 0; p < s->groups; p++) {
    const split_group *q = &s->group[p];
    khop_part to = KHOP_TEST;
    if (p == 0 || (double)(trains + q->count) <= (1 - val - test) * n + slack) to = KHOP_TRAIN;
    else if (in_order && (double)(trains + vals + q->count) <= (1 - test) * n + slack) to = KHOP_VAL;
    else if (!in_order && (double)(vals + q->count) <= val * n + slack) to = KHOP_VAL;
    if (to == KHOP_TRAIN) trains += q->count;
    if (to == KHOP_VAL) vals += q->count;
    for (int64_t k = 0; k < q->count; k++) part[s->order[q->begin + k]] = (uint8_t)to;
  }
}

khop_status khop_graphs_split(uint8_t *part, const khop_graphs *set, khop_split_by by, double val, double test,
                              uint64_t seed) {
  khop_status status = KHOP_OK;
  grouping s = {0};
  const int64_t *copies = khop_graphs_copies(set);
  if (!(val >= 0 && test >= 0 && val + test < 1))
    return khop_i_fail(KHOP_E_ARGUMENT, "shares of %g to validate and %g to test leave none to train", val, test);
  KHOP_TRY(open_grouping(&s, set, by, seed, NULL, 0));
  if (by != KHOP_SPLIT_RANDOM)
    split_groups(part, &s, by == KHOP_SPLIT_GROUPS_IN_ORDER, val, test);
  else
    split_classes(part, &s, val, test);
  for (int64_t g = 0; copies && g < s.count; g++) part[g] = part[copies[g]];
done:
  close_grouping(&s);
  return status;
}

/* --- folds ------------------------------------------------------------------------------------ */

static khop_status deal_folds(int32_t *fold, const khop_graphs *set, khop_split_by by, int folds, uint64_t seed,
                              const int32_t *outer, int out) {
  khop_status status = KHOP_OK;
  grouping s = {0};
  int64_t *size = NULL, dealt = 0;
  const int64_t *copies = khop_graphs_copies(set);
  KHOP_TRY(open_grouping(&s, set, by, seed, outer, out));
  if (folds < 2 || folds > s.count)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%d folds of %lld graphs: 2 to %lld are possible", folds, (long long)s.count,
              (long long)s.count);
  KHOP_TRY(khop_i_alloc(&size, folds, sizeof *size, "folds"));
  for (int64_t p = 0; p < s.groups; p++) {
    int smallest = 0;
    for (int f = 1; f < folds; f++)
      if (size[f] < size[smallest]) smallest = f;
    for (int64_t k = 0; k < s.group[p].count; k++) { /* dealt out one by one; groups go as a whole */
      int to = by != KHOP_SPLIT_RANDOM ? smallest : (int)(dealt++ % folds);
      fold[s.order[s.group[p].begin + k]] = to;
      size[to]++;
    }
  }
  for (int64_t k = 0; copies && k < s.count; k++) fold[s.order[k]] = fold[copies[s.order[k]]];
done:
  khop_i_free(size);
  close_grouping(&s);
  return status;
}

khop_status khop_graphs_folds(int32_t *fold, const khop_graphs *set, khop_split_by by, int folds, uint64_t seed) {
  return deal_folds(fold, set, by, folds, seed, NULL, 0);
}

khop_status khop_i_graphs_folds_within(int32_t *inner, const khop_graphs *set, khop_split_by by, int folds,
                                       uint64_t seed, const int32_t *outer, int out) {
  for (int64_t g = 0; g < khop_graphs_count(set); g++) inner[g] = -1;
  return deal_folds(inner, set, by, folds, seed, outer, out);
}
