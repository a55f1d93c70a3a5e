/* npz_task_members.h: several members of an archive, (N) each, as yes/no tasks. */
#ifndef KHOP_DATA_NPZ_TASK_MEMBERS_H
#define KHOP_DATA_NPZ_TASK_MEMBERS_H

#include "data/npz_members.h"

/* list: "a,b,c". Errors: NOT_FOUND (a member), SHAPE, VALUE (a number that is no answer, with its node), those of
 * khop_i_tasks_take. */
khop_status khop_i_npz_task_members(khop_data *data, khop_i_members *members, const char *list,
                                    const khop_data_options *options);

#endif
