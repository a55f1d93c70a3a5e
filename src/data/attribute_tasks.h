/* attribute_tasks.h: vertex attributes as yes/no tasks: one a task, or lists of words in one.
 *
 *   toxic  active         tags        ml  vision
 *   yes    0              ml;vision    1    1
 *   no     1              vision       0    1
 *          1              (none)       -    -        missing: nothing was said of this node
 */
#ifndef KHOP_DATA_ATTRIBUTE_TASKS_H
#define KHOP_DATA_ATTRIBUTE_TASKS_H

#include "data/data.h"
#include "data/roles.h"

/* The attributes of role task, beside each other; noted. Errors: VALUE (a value that is no answer, with its node),
 * those of khop_i_tasks_take. */
khop_status khop_i_data_attribute_tasks(khop_data *data, const khop_i_role *role, const khop_data_options *options);

/* Strings that are lists of words, separated by ; or, where none has one, by |. They are lists where a word comes in
 * two of the different strings; else *taken is false, and what holds a separator is noted. Words are tasks in ascending
 * order. Errors: VALUE (more than 10,000 words), those of khop_i_tasks_take. */
khop_status khop_i_data_word_tasks(bool *taken, khop_data *data, const khop_column *column,
                                   const khop_data_options *options);
/* Whether strings would be taken for lists. Errors: MEMORY. */
khop_status khop_i_holds_lists(bool *lists, const khop_column *column, int64_t nodes);

#endif
