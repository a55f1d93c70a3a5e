/* npz_task_members.c: see npz_task_members.h. */
#include "data/npz_task_members.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/tasks.h"

#include <math.h>
#include <string.h>

/* Into column t of answers (nodes, tasks). */
static khop_status read_column(khop_real *answers, int64_t tasks, int64_t t, const khop_i_array *array, const char *key,
                               int64_t nodes) {
  if (array->dimensions < 1 || array->shape[0] != nodes || array->count != nodes || array->dtype == KHOP_I_BYTES)
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld numbers, and a yes/no task of %lld nodes has one a node", key,
                       (long long)array->count, (long long)nodes);
  for (int64_t i = 0; i < nodes; i++) {
    double value = khop_i_array_number(array, i);
    if (!isnan(value) && value != 0 && value != 1 && value != -1)
      return khop_i_fail(KHOP_E_VALUE, "%s of node %lld is %g, and the answer to a yes/no task is 0, 1 or missing (-1)",
                         key, (long long)i, value);
    answers[i * tasks + t] = (khop_real)value;
  }
  return KHOP_OK;
}

static khop_status read_member(khop_real *answers, int64_t tasks, int64_t t, khop_i_members *members, const char *key,
                               int64_t nodes) {
  khop_i_array array = {0};
  if (!khop_i_npz_has(members->npz, key)) return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%s'", key);
  khop_status status = khop_i_members_read(&array, members, key);
  if (status == KHOP_OK) status = read_column(answers, tasks, t, &array, key, nodes);
  khop_i_array_free(&array);
  return status;
}

khop_status khop_i_npz_task_members(khop_data *data, khop_i_members *members, const char *list,
                                    const khop_data_options *options) {
  int64_t nodes = khop_graph_nodes(data->graph), tasks = 1, t = 0;
  khop_real *answers = NULL;
  const char **names = NULL;
  char *text = NULL;
  for (const char *at = list; *at; at++) tasks += *at == ',';
  khop_status status = khop_i_strdup(&text, list);
  if (status != KHOP_OK) return status;
  char *rest = text;
  KHOP_TRY(khop_i_alloc(&names, tasks, sizeof *names, "names of tasks"));
  KHOP_TRY(khop_i_alloc_raw(&answers, nodes, (size_t)tasks * sizeof *answers, "tasks"));
  for (char *name; (name = strsep(&rest, ",")); t++) {
    names[t] = name;
    KHOP_TRY(read_member(answers, tasks, t, members, name, nodes));
  }
  KHOP_TRY(khop_i_answers_settle(data, answers, nodes * tasks, list));
  KHOP_TRY(khop_i_tasks_take(data, answers, tasks, names, list, options));
done:
  khop_i_free(answers);
  khop_i_free(names);
  khop_i_free(text);
  return status;
}
