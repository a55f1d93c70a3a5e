/* attribute_tasks.c: see attribute_tasks.h. */
#include "data/attribute_tasks.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/answers.h"
#include "data/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More words are text, and would be that many outputs of a model. */
#define MOST_WORDS 10000

/* --- an attribute a task ---------------------------------------------------------------------- */

static khop_status read_answer(khop_real *answer, const khop_column *column, int64_t node) {
  double value = (double)NAN;
  bool good = column->strings ? khop_i_answer_read(&value, column->strings[node]) : true;
  if (column->numbers) value = column->numbers[node];
  *answer = (khop_real)value;
  if (good && (isnan(value) || value == 0 || value == 1 || value == -1)) return KHOP_OK;
  if (column->strings)
    return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is '%.40s', and the answer to a yes/no task is "
                       "0, 1, true, false, yes, no or empty", column->name, (long long)node, column->strings[node]);
  return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is %g, and the answer to a yes/no task is 0, 1 or "
                     "missing (-1)", column->name, (long long)node, value);
}

/* "a, b, c"; a long list is cut. */
static void join_names(char text[200], const char *const *names, int64_t count) {
  *text = 0;
  for (int64_t c = 0; c < count; c++) {
    size_t used = strlen(text);
    if (used + strlen(names[c]) + 8 > 200) {
      strcat(text, ", ..");
      return;
    }
    if (c) strcat(text, ", ");
    strcat(text, names[c]);
  }
}

khop_status khop_i_data_attribute_tasks(khop_data *data, const khop_i_role *role, const khop_data_options *options) {
  int64_t nodes = khop_graph_nodes(data->graph), tasks = 0;
  int all = khop_graph_columns(data->graph);
  const khop_column **column = NULL;
  const char **names = NULL;
  khop_real *answers = NULL;
  char source[200];
  khop_status status = khop_i_alloc(&column, all, sizeof *column, "tasks");
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_alloc(&names, all, sizeof *names, "names of tasks"));
  for (int c = 0; c < all; c++)
    if (role[c] == KHOP_I_ROLE_TASK) column[tasks++] = khop_graph_column(data->graph, c);
  for (int64_t t = 0; t < tasks; t++) names[t] = column[t]->name;
  KHOP_TRY(khop_i_alloc_raw(&answers, nodes, (size_t)tasks * sizeof *answers, "tasks"));
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t t = 0; t < tasks; t++) KHOP_TRY(read_answer(&answers[i * tasks + t], column[t], i));
  join_names(source, names, tasks);
  KHOP_TRY(khop_i_answers_settle(data, answers, nodes * tasks, source));
  KHOP_TRY(khop_i_tasks_take(data, answers, tasks, names, source, options));
done:
  khop_i_free(answers);
  khop_i_free(names);
  khop_i_free(column);
  return status;
}

/* --- lists of words --------------------------------------------------------------------------- */

/* The words of all different strings: of "ml; vision" the words ml and vision. */
typedef struct word_lists {
  char separator; /* 0: no string has one */
  int64_t count;
  char **word;    /* (count) ascending; owns the list and the words */
  bool shared;    /* a word comes in two different strings */
} word_lists;

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static char separator_of(const khop_column *column, int64_t nodes) {
  for (int k = 0; k < 2; k++)
    for (int64_t i = 0; i < nodes; i++)
      if (strchr(column->strings[i], ";|"[k])) return ";|"[k];
  return 0;
}

/* The word that begins at *at, without the blanks around it; *at goes behind it, NULL at the end. */
static const char *next_word(size_t *length, const char **at, char separator) {
  const char *begin = *at, *end = strchr(begin, separator);
  *at = end ? end + 1 : NULL;
  if (!end) end = begin + strlen(begin);
  while (begin < end && *begin == ' ') begin++;
  while (begin < end && end[-1] == ' ') end--;
  *length = (size_t)(end - begin);
  return begin;
}

static bool has_word(const word_lists *w, int64_t first, const char *word, size_t length) {
  for (int64_t k = first; k < w->count; k++)
    if (strncmp(w->word[k], word, length) == 0 && !w->word[k][length]) return true;
  return false;
}

/* Each word of a string once. */
static khop_status add_words(word_lists *w, const char *text) {
  int64_t first = w->count;
  for (const char *at = text; at;) {
    size_t length;
    const char *word = next_word(&length, &at, w->separator);
    if (!length || has_word(w, first, word, length)) continue;
    khop_status status = khop_i_room(&w->word, w->count + 1, sizeof *w->word, "words");
    if (status == KHOP_OK) status = khop_i_sprintf(&w->word[w->count], "%.*s", (int)length, word);
    if (status != KHOP_OK) return status;
    w->count++;
  }
  return KHOP_OK;
}

/* Words that come again go. */
static void keep_different(word_lists *w) {
  int64_t kept = 0;
  if (w->count) qsort(w->word, (size_t)w->count, sizeof *w->word, by_text);
  for (int64_t k = 0; k < w->count; k++) {
    bool again = kept && strcmp(w->word[k], w->word[kept - 1]) == 0;
    if (again) khop_i_free(w->word[k]);
    else w->word[kept++] = w->word[k];
    w->shared = w->shared || again;
  }
  w->count = kept;
}

static khop_status find_words(word_lists *w, const khop_column *column, int64_t nodes) {
  const char **sorted = NULL;
  *w = (word_lists){.separator = separator_of(column, nodes)};
  if (!w->separator) return KHOP_OK;
  khop_status status = khop_i_copy(&sorted, column->strings, nodes, sizeof *sorted, "strings");
  if (status != KHOP_OK) return status;
  qsort(sorted, (size_t)nodes, sizeof *sorted, by_text);
  for (int64_t i = 0; i < nodes; i++)
    if (i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0) KHOP_TRY(add_words(w, sorted[i]));
  keep_different(w);
done:
  khop_i_free(sorted);
  return status;
}

khop_status khop_i_holds_lists(bool *lists, const khop_column *column, int64_t nodes) {
  word_lists w;
  khop_status status = find_words(&w, column, nodes);
  *lists = status == KHOP_OK && w.shared && w.count > 1;
  khop_i_names_free(w.word, w.count);
  return status;
}

/* The number of a word; it is there. */
static int64_t find_word(const word_lists *w, const char *begin, size_t length) {
  int64_t low = 0, high = w->count - 1;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    int order = strncmp(w->word[middle], begin, length);
    if (order < 0) low = middle + 1;
    else high = middle; /* equal so far: the word itself is the first of those */
  }
  return low;
}

/* 1 at the words of a string; one without any says nothing. */
static void mark_words(khop_real *row, const word_lists *w, const char *text) {
  bool any = false;
  for (int64_t c = 0; c < w->count; c++) row[c] = 0;
  for (const char *at = text; at;) {
    size_t length;
    const char *begin = next_word(&length, &at, w->separator);
    if (!length) continue;
    row[find_word(w, begin, length)] = 1;
    any = true;
  }
  for (int64_t c = 0; c < w->count && !any; c++) row[c] = (khop_real)NAN;
}

static khop_status use_lists(khop_data *data, const word_lists *w, const khop_column *column,
                             const khop_data_options *options) {
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_real *answers = NULL;
  if (w->count > MOST_WORDS)
    return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' has lists of %lld different words, and at most %d can be "
                       "tasks", column->name, (long long)w->count, MOST_WORDS);
  khop_status status = khop_i_alloc_raw(&answers, nodes, (size_t)w->count * sizeof *answers, "tasks");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) mark_words(answers + i * w->count, w, column->strings[i]);
  const char *const *names = (const char *const *)w->word;
  if (status == KHOP_OK) status = khop_i_tasks_take(data, answers, w->count, names, column->name, options);
  khop_i_free(answers);
  return status;
}

khop_status khop_i_data_word_tasks(bool *taken, khop_data *data, const khop_column *column,
                                   const khop_data_options *options) {
  word_lists w;
  khop_status status = find_words(&w, column, khop_graph_nodes(data->graph));
  *taken = status == KHOP_OK && w.shared && w.count > 1;
  if (*taken)
    status = use_lists(data, &w, column, options);
  else if (status == KHOP_OK && w.separator)
    status = khop_i_data_note(data, "'%s' has strings with '%c' that share no word: each is taken for a class",
                              column->name, w.separator);
  khop_i_names_free(w.word, w.count);
  return status;
}
