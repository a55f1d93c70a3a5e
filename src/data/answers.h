/* answers.h: answers to yes/no tasks: 0, 1 and NaN (missing), a column a task; how files write them, and names. */
#ifndef KHOP_DATA_ANSWERS_H
#define KHOP_DATA_ANSWERS_H

#include "data/schema.h"

/* Whether a text is an answer: 0, 1, true, false, yes, no in any case (*answer 0 or 1), -1, or says that there is none:
 * "", nan, na, n/a, null, none, ? (NaN). */
bool khop_i_answer_read(double *answer, const char *text);

/* answers (rows, tasks): 0, 1 or NaN. row: "node". Errors: SHAPE, VALUE, with the first that is neither. */
khop_status khop_i_tasks_check(const khop_real *answers, int64_t rows, int64_t tasks, const char *row);

/* names (tasks), copied; NULL: task 0, task 1, ... Errors: MEMORY. */
khop_status khop_i_task_names(khop_i_word_list *list, int64_t tasks, const char *const *names);

/* How many answers of (count) there are of each kind. */
typedef struct khop_i_answers {
  int64_t yes, no, missing;
} khop_i_answers;
khop_i_answers khop_i_answers_count(const khop_real *answers, int64_t count);

/* Of answers that hold -1: where there is a 1 and no 0, -1 becomes 0 (no), and true is returned; else it is missing
 * where they are tasks, and stays where they are numbers. */
bool khop_i_answers_minus(khop_real *answers, int64_t count, bool tasks);

#endif
