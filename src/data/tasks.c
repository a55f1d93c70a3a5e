/* tasks.c: see tasks.h. */
#include "data/tasks.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/answers.h"

#include <math.h>
#include <string.h>

khop_status khop_data_set_tasks(khop_data *data, const khop_real *answers, int64_t tasks, const char *const *names) {
  if (!data || !answers) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and the answers to its tasks are needed");
  khop_i_word_list list = {0};
  khop_status status = khop_i_tasks_check(answers, khop_graph_nodes(data->graph), tasks, "node");
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_task_names(&list, tasks, names)); /* which may be those that set_targets clears */
  KHOP_TRY(khop_data_set_targets(data, answers, tasks));
  data->schema->targets = list;
  data->schema->tasks = true;
  list = (khop_i_word_list){0};
done:
  khop_i_word_list_clear(&list);
  return status;
}

bool khop_data_has_tasks(const khop_data *data) {
  return data->schema->tasks;
}

khop_status khop_i_answers_settle(khop_data *data, khop_real *answers, int64_t count, const char *source) {
  bool is_no = khop_i_answers_minus(answers, count, true);
  return is_no ? khop_i_data_note(data, "'%.200s' holds -1 and 1, and no 0: -1 is taken for no", source) : KHOP_OK;
}

static khop_status note_answers(khop_data *data, khop_i_answers all, const char *source) {
  int64_t nodes = khop_graph_nodes(data->graph), tasks = data->outputs;
  double mean = (double)all.yes / (double)nodes;
  if (!all.missing)
    return khop_i_data_note(data, "'%.200s': %lld yes/no tasks a node, %.1f of them yes on average", source,
                            (long long)tasks, mean);
  return khop_i_data_note(data, "'%.200s': %lld yes/no tasks a node, %.1f of them yes on average; %lld of %lld answers "
                          "are missing", source, (long long)tasks, mean, (long long)all.missing,
                          (long long)(nodes * tasks));
}

khop_status khop_i_tasks_take(khop_data *data, const khop_real *answers, int64_t tasks, const char *const *names,
                              const char *source, const khop_data_options *options) {
  khop_i_answers all = khop_i_answers_count(answers, khop_graph_nodes(data->graph) * tasks);
  if (!all.yes && !all.no)
    return khop_i_data_note(data, "'%.200s' has no answer to %lld yes/no tasks: all are missing", source,
                            (long long)tasks);
  if ((!all.yes || !all.no) && !options->schema)
    return khop_i_fail(KHOP_E_VALUE, "'%.200s' has %lld yes (1), %lld no (0) and %lld missing answers to "
                       "%lld yes/no tasks: there is nothing to tell apart", source, (long long)all.yes,
                       (long long)all.no, (long long)all.missing, (long long)tasks);
  khop_status status = khop_data_set_tasks(data, answers, tasks, names);
  return status == KHOP_OK ? note_answers(data, all, source) : status;
}

/* column (wanted): where each wanted task stands in the data, -1: nowhere. How many are there. */
static int64_t find_tasks(int64_t *column, const khop_i_word_list *wanted, const khop_i_word_list *there) {
  int64_t found = 0;
  for (int64_t t = 0; t < wanted->count; t++) {
    column[t] = -1;
    for (int64_t c = 0; c < there->count && column[t] < 0; c++)
      if (strcmp(wanted->word[t], there->word[c]) == 0) column[t] = c;
    found += column[t] >= 0;
  }
  return found;
}

static khop_status take_tasks(khop_data *data, const khop_i_word_list *wanted, const int64_t *column, int64_t found) {
  int64_t nodes = khop_graph_nodes(data->graph), here = data->outputs;
  khop_real *answers = NULL;
  khop_status status = khop_i_alloc_raw(&answers, nodes, (size_t)wanted->count * sizeof *answers, "tasks");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++)
    for (int64_t t = 0; t < wanted->count; t++)
      answers[i * wanted->count + t] = column[t] < 0 ? (khop_real)NAN : data->targets[i * here + column[t]];
  if (status == KHOP_OK && (found < here || found < wanted->count))
    status = khop_i_data_note(data, "%lld of the model's %lld yes/no tasks are among the %lld of the data",
                              (long long)found, (long long)wanted->count, (long long)here);
  if (status == KHOP_OK)
    status = khop_data_set_tasks(data, answers, wanted->count, (const char *const *)wanted->word);
  khop_i_free(answers);
  return status;
}

khop_status khop_i_tasks_match(khop_data *data, const khop_schema *schema) {
  int64_t *column = NULL;
  if (!data->schema->tasks || !schema->tasks) return KHOP_OK;
  khop_status status = khop_i_alloc(&column, schema->targets.count, sizeof *column, "tasks");
  if (status != KHOP_OK) return status;
  int64_t found = find_tasks(column, &schema->targets, &data->schema->targets);
  bool same = found == data->outputs && schema->targets.count == found;
  for (int64_t t = 0; same && t < found; t++) same = column[t] == t;
  if (found && !same) status = take_tasks(data, &schema->targets, column, found);
  khop_i_free(column);
  return status;
}
