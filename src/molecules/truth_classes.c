/* truth_classes.c: see truth_classes.h. */
#include "molecules/truth_classes.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/split_words.h"
#include "graphsets/set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words that differ at more than half of the molecules, and are more than this, are names or remarks. */
#define MOST_CLASSES 20

/* --- classes ---------------------------------------------------------------------------------- */

typedef struct found_class {
  double number; /* of classes that are numbers */
  int32_t word;
  const char *text;
} found_class;

static int by_number(const void *a, const void *b) {
  const found_class *x = a, *y = b;
  if (x->number != y->number) return (x->number > y->number) - (x->number < y->number);
  return strcmp(x->text, y->text);
}

static int by_text(const void *a, const void *b) {
  return strcmp(((const found_class *)a)->text, ((const found_class *)b)->text);
}

/* Two classes that are told apart by a sign; else -1 means that there is none. */
static bool are_signs(const khop_i_truth *t, const khop_i_truth_column *c) {
  bool minus = false, plus = false;
  for (int64_t g = 0; g < t->count; g++) {
    if (!isnan(c->values[g]) && c->values[g] != -1 && c->values[g] != 1) return false;
    minus = minus || c->values[g] == -1;
    plus = plus || c->values[g] == 1;
  }
  return minus && plus;
}

static bool all_numbers(const khop_i_truth *t, const khop_i_truth_column *c) {
  return c->count[KHOP_I_CELL_NUMBER] + c->count[KHOP_I_CELL_MISSING] == t->count;
}

/* The words of a column, each once; where all are numbers 1 and 1.0 are one. class_of (words): -1: none. */
static int64_t find_classes(found_class *found, int32_t *class_of, const khop_i_truth *t,
                            const khop_i_truth_column *c) {
  bool numbers = all_numbers(t, c), signs = numbers && are_signs(t, c);
  int64_t count = 0, classes = 0;
  for (int32_t w = 0; w < t->words.count; w++) class_of[w] = -2;
  for (int64_t g = 0; g < t->count; g++) {
    int32_t w = c->word[g];
    if (w < 0 || class_of[w] != -2) continue;
    class_of[w] = -1;
    if (numbers && c->values[g] == -1 && !signs) continue;
    found[count++] = (found_class){c->values[g], w, khop_i_string_table_text(&t->words, w)};
  }
  if (count) qsort(found, (size_t)count, sizeof *found, numbers ? by_number : by_text);
  for (int64_t k = 0; k < count; k++) {
    bool again = numbers && classes && found[k].number == found[classes - 1].number;
    if (!again) found[classes++] = found[k];
    class_of[found[k].word] = (int32_t)classes - 1;
  }
  return classes;
}

static khop_status check_classes(const khop_i_truth *t, const khop_i_truth_column *c, const found_class *found,
                                 int64_t classes, bool asked) {
  int64_t known = t->count - c->count[KHOP_I_CELL_MISSING];
  if (t->optional) return KHOP_OK;
  if (classes < 2)
    return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s: %s%.40s, and there is nothing to tell apart", t->path, c->name,
                       classes ? "the only class is " : "no molecule has a class", classes ? found[0].text : "");
  if (!asked && classes > MOST_CLASSES && 2 * classes > known)
    return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s holds %lld different texts on %lld molecules, first '%.40s': "
                       "neither numbers nor classes", t->path, c->name, (long long)classes, (long long)known,
                       khop_i_string_table_text(&t->words, c->strange));
  for (int64_t k = 0; all_numbers(t, c) && k < classes; k++)
    if (found[k].number != floor(found[k].number) || found[k].number < -1)
      return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s holds %g, and a class is a whole number from 0 on or a word: "
                         "--target %.60s predicts numbers", t->path, c->name, found[k].number, c->name);
  return KHOP_OK;
}

static khop_status note_classes(khop_graphs *set, const khop_i_truth_column *c, const found_class *found,
                                int64_t classes) {
  char list[200] = "";
  for (int64_t k = 0; k < classes && strlen(list) < 120; k++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.40s", k ? ", " : "", found[k].text);
  return khop_i_graphs_note(set, "column %.60s holds words: %lld classes, %s%s", c->name, (long long)classes, list,
                            strlen(list) < 120 ? "" : ", ..");
}

khop_status khop_i_truth_classes(khop_graphs *set, const khop_i_truth *t, const khop_i_truth_column *c, bool asked) {
  khop_status status = KHOP_OK;
  found_class *found = NULL;
  int32_t *class_of = NULL, *labels = NULL;
  const char **names = NULL;
  int64_t classes = 0;
  KHOP_TRY(khop_i_alloc(&found, t->words.count, sizeof *found, "classes"));
  KHOP_TRY(khop_i_alloc(&class_of, t->words.count, sizeof *class_of, "classes"));
  KHOP_TRY(khop_i_alloc(&labels, t->count, sizeof *labels, "labels"));
  KHOP_TRY(khop_i_alloc(&names, t->words.count, sizeof *names, "class names"));
  classes = find_classes(found, class_of, t, c);
  KHOP_TRY(check_classes(t, c, found, classes, asked));
  for (int64_t k = 0; k < classes; k++) names[k] = found[k].text;
  for (int64_t g = 0; g < t->count; g++) labels[g] = c->word[g] < 0 ? -1 : class_of[c->word[g]];
  if (!classes) goto done; /* of a set that is to be predicted */
  KHOP_TRY(khop_graphs_set_labels(set, labels, classes, names));
  if (!asked) KHOP_TRY(note_classes(set, c, found, classes));
done:
  khop_i_free(found);
  khop_i_free(class_of);
  khop_i_free(labels);
  khop_i_free(names);
  return status;
}

/* --- a split ---------------------------------------------------------------------------------- */

khop_status khop_i_truth_split(khop_graphs *set, const khop_i_truth *t, const khop_i_truth_column *c) {
  uint8_t *parts = NULL;
  int64_t none = 0;
  khop_status status = khop_i_alloc(&parts, t->count, 1, "a split");
  if (status != KHOP_OK) return status;
  for (int64_t g = 0; g < t->count; g++) {
    const char *text = c->word[g] < 0 ? "" : khop_i_string_table_text(&t->words, c->word[g]);
    int part = khop_i_split_word(text);
    if (part < 0 && *text)
      KHOP_FAIL(KHOP_E_VALUE, "%s: column %.60s of molecule %lld is '%.40s', and a part of a split is train, val or "
                "test", t->path, c->name, (long long)g + 1, text);
    parts[g] = part < 0 ? KHOP_NO_PART : (uint8_t)part;
    none += part < 0;
  }
  KHOP_TRY(khop_graphs_set_parts(set, parts));
  if (none)
    KHOP_TRY(khop_i_graphs_note(set, "column %.60s: %lld of %lld molecules are in no part of the split, and are left "
                                "out", c->name, (long long)none, (long long)t->count));
done:
  khop_i_free(parts);
  return status;
}
