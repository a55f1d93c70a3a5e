/* tasks.h: the yes/no tasks of a data set; the public side is in khop/data.h. */
#ifndef KHOP_DATA_TASKS_H
#define KHOP_DATA_TASKS_H

#include "data/data.h"

/* What -1 among answers (count) says: that one is missing; but where there is a 1 and no 0 at all it is a no, which is
 * noted. Errors: MEMORY. */
khop_status khop_i_answers_settle(khop_data *data, khop_real *answers, int64_t count, const char *source);

/* Sets the tasks (nodes, tasks) that a file has, and notes their answers; names may be NULL. Without any answer there
 * are no tasks, which is noted. source: the member or attributes that they come from.
 * Errors: VALUE (a yes alone, or a no, which only data for a model may have), those of khop_data_set_tasks. */
khop_status khop_i_tasks_take(khop_data *data, const khop_real *answers, int64_t tasks, const char *const *names,
                              const char *source, const khop_data_options *options);

/* Brings the tasks of data into the order of a schema, such as that of a model, where they have one of its tasks at
 * least: answers to others are missing; tasks that the schema does not have go, which is noted. Errors: MEMORY. */
khop_status khop_i_tasks_match(khop_data *data, const khop_schema *schema);

#endif
