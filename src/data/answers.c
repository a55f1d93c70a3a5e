/* answers.c: see answers.h. */
#include "data/answers.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/cells.h"

#include <math.h>

static bool is_one_of(const char *text, const char *const *words) {
  for (int w = 0; words[w]; w++)
    if (khop_i_strcasecmp(text, words[w]) == 0) return true;
  return false;
}

bool khop_i_answer_read(double *answer, const char *text) {
  static const char *const no[] = {"0", "0.0", "false", "no", NULL}, *const yes[] = {"1", "1.0", "true", "yes", NULL};
  static const char *const none[] = {"", "nan", "na", "none", NULL};
  static const char *const minus[] = {"-1", "-1.0", NULL};
  bool is_no = is_one_of(text, no), is_yes = is_one_of(text, yes), is_minus = is_one_of(text, minus);
  *answer = is_yes ? 1 : is_no ? 0 : is_minus ? -1 : (double)NAN;
  return is_no || is_yes || is_minus || is_one_of(text, none) || khop_i_cell_says_missing(text);
}

khop_status khop_i_tasks_check(const khop_real *answers, int64_t rows, int64_t tasks, const char *row) {
  int64_t count = 0;
  if (tasks < 1 || __builtin_mul_overflow(rows, tasks, &count))
    return khop_i_fail(KHOP_E_SHAPE, "%lld tasks", (long long)tasks);
  for (int64_t i = 0; i < count; i++)
    if (!isnan(answers[i]) && answers[i] != 0 && answers[i] != 1)
      return khop_i_fail(KHOP_E_VALUE, "task %lld of %s %lld is %g, and the answer to a yes/no task is 0, 1 or missing",
                         (long long)(i % tasks), row, (long long)(i / tasks), (double)answers[i]);
  return KHOP_OK;
}

khop_status khop_i_task_names(khop_i_word_list *list, int64_t tasks, const char *const *names) {
  if (names) return khop_i_word_list_set(list, tasks, names);
  khop_status status = khop_i_alloc(&list->word, tasks, sizeof *list->word, "names of tasks");
  for (; status == KHOP_OK && list->count < tasks; list->count += status == KHOP_OK)
    status = khop_i_sprintf(&list->word[list->count], "task %lld", (long long)list->count);
  return status;
}

khop_i_answers khop_i_answers_count(const khop_real *answers, int64_t count) {
  khop_i_answers a = {0};
  for (int64_t i = 0; i < count; i++) {
    a.yes += answers[i] == 1;
    a.no += answers[i] == 0;
    a.missing += isnan(answers[i]);
  }
  return a;
}

bool khop_i_answers_minus(khop_real *answers, int64_t count, bool tasks) {
  int64_t minus = 0, others = 0;
  khop_i_answers a = khop_i_answers_count(answers, count);
  for (int64_t i = 0; i < count; i++) minus += answers[i] == -1;
  others = count - minus - a.yes - a.no - a.missing;
  bool is_no = minus && a.yes && !a.no && !others;
  for (int64_t i = 0; i < count && minus && (is_no || tasks); i++)
    if (answers[i] == -1) answers[i] = is_no ? 0 : (khop_real)NAN;
  return is_no;
}
