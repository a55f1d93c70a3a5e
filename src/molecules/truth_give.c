/* truth_give.c: see truth_give.h. */
#include "molecules/truth_give.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/answers.h"
#include "graphsets/set.h"
#include "molecules/truth_classes.h"

#include <math.h>

/* --- numbers ---------------------------------------------------------------------------------- */

static const char *advice(khop_i_cell cell) {
  switch (cell) {
  case KHOP_I_CELL_COMMA: return ", a decimal comma: a point is read";
  case KHOP_I_CELL_BOUND: return ", a bound, which is no value";
  default: return "";
  }
}

static const char *strange_text(const khop_i_truth *t, const khop_i_truth_column *c) {
  return khop_i_string_table_text(&t->words, c->strange);
}

static khop_status refuse_numbers(const khop_i_truth *t, const khop_i_truth_column *c, int64_t strange) {
  double ignored;
  const char *text = strange_text(t, c);
  khop_i_cell cell = khop_i_cell_read(&ignored, text);
  return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s: %lld of %lld are no numbers, first '%.40s' in line %lld%s%s%.60s"
                     "%s",
                     t->path, c->name, (long long)strange, (long long)(t->count - c->count[KHOP_I_CELL_MISSING]), text,
                     (long long)c->strange_line, advice(cell), cell == KHOP_I_CELL_WORD ? "; --label " : "",
                     cell == KHOP_I_CELL_WORD ? c->name : "",
                     cell == KHOP_I_CELL_WORD ? " takes every text for a class" : "");
}

/* How many texts of a column are no numbers; yes and no are 1 and 0 where no other number stands beside them. */
static int64_t count_strange(const khop_i_truth_column *c) {
  int64_t answers = c->others ? c->count[KHOP_I_CELL_ANSWER] : 0;
  return answers + c->count[KHOP_I_CELL_BOUND] + c->count[KHOP_I_CELL_COMMA] + c->count[KHOP_I_CELL_WORD];
}

static int64_t count_numbers(const khop_i_truth_column *c) {
  return c->count[KHOP_I_CELL_NUMBER] + (c->others ? 0 : c->count[KHOP_I_CELL_ANSWER]);
}

/* Columns of numbers: those who are none are told, unless they are so many that the column is something else. */
static khop_status judge_numbers(khop_graphs *set, const khop_i_truth *t, const khop_i_truth_column *c) {
  int64_t strange = count_strange(c), numbers = count_numbers(c), missing = c->count[KHOP_I_CELL_MISSING];
  double ignored;
  if (!strange && !numbers && !t->optional)
    return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s: all %lld values are missing, and there is nothing to learn",
                       t->path, c->name, (long long)t->count);
  if (!strange) return KHOP_OK;
  if (!t->optional && (!numbers || c->count[KHOP_I_CELL_WORD] > numbers)) return refuse_numbers(t, c, strange);
  khop_i_cell cell = khop_i_cell_read(&ignored, strange_text(t, c));
  return khop_i_graphs_note(set, "column %.60s: %lld of %lld are no numbers, first '%.40s' in line %lld%s: they are "
                            "missing", c->name, (long long)strange, (long long)(t->count - missing), strange_text(t, c),
                            (long long)c->strange_line, advice(cell));
}

static double value_of(const khop_i_truth_column *c, int64_t g) {
  bool spoken = c->word[g] >= 0 && c->others;
  return spoken ? (double)NAN : c->values[g]; /* a yes among numbers */
}

static khop_status give_numbers(khop_graphs *set, const khop_i_truth *t, int first, int columns, bool tasks) {
  khop_real *numbers = NULL;
  bool is_no = false, others = false;
  khop_status status = khop_i_alloc(&numbers, t->count, (size_t)columns * sizeof *numbers, "targets");
  if (status != KHOP_OK) return status;
  for (int c = 0; c < columns; c++) {
    KHOP_TRY(judge_numbers(set, t, &t->column[first + c]));
    others = others || t->column[first + c].others;
    for (int64_t g = 0; g < t->count; g++) numbers[g * columns + c] = (khop_real)value_of(&t->column[first + c], g);
  }
  if (!others) is_no = khop_i_answers_minus(numbers, t->count * columns, tasks);
  if (is_no)
    KHOP_TRY(khop_i_graphs_note(set, "%.60s%s: -1 and 1, and no 0: -1 is taken for no", t->name[first],
                                columns > 1 ? ", .." : ""));
  KHOP_TRY((tasks ? khop_graphs_set_tasks : khop_graphs_set_targets)(set, numbers, columns, t->name + first));
done:
  khop_i_free(numbers);
  return status;
}

/* --- all together ----------------------------------------------------------------------------- */

/* Words, and no number, bound or decimal comma among them. */
static bool holds_words(const khop_i_truth_column *c) {
  return c->count[KHOP_I_CELL_WORD] && !c->count[KHOP_I_CELL_NUMBER] && !c->count[KHOP_I_CELL_BOUND] &&
         !c->count[KHOP_I_CELL_COMMA];
}

static khop_status refuse_mixture(const khop_i_truth *t, const khop_i_truth_column *c) {
  return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s holds words, first '%.40s' in line %lld: classes are learned from "
                     "one column alone", t->path, c->name, strange_text(t, c), (long long)c->strange_line);
}

static khop_status give_targets(khop_graphs *set, const khop_i_truth *t) {
  for (int c = 0; c < t->targets; c++) {
    if (!holds_words(&t->column[c])) continue;
    return t->targets > 1 ? refuse_mixture(t, &t->column[c]) : khop_i_truth_classes(set, t, &t->column[c], false);
  }
  return t->targets ? give_numbers(set, t, 0, t->targets, false) : KHOP_OK;
}

/* A label is a class, several are yes/no tasks. */
static khop_status give_labels(khop_graphs *set, const khop_i_truth *t) {
  const khop_i_truth_column *first = &t->column[t->targets];
  if (t->labels < 2) return t->labels ? khop_i_truth_classes(set, t, first, true) : KHOP_OK;
  for (int c = 0; c < t->labels; c++) {
    const khop_i_truth_column *column = &first[c];
    if (!column->others && !count_strange(column)) continue;
    if (!column->strange_line)
      return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s has numbers that are neither 0 nor 1, and several labels are "
                         "yes/no tasks: --target predicts numbers", t->path, column->name);
    return khop_i_fail(KHOP_E_VALUE, "%s: column %.60s: '%.40s' in line %lld is no answer to a yes/no task, and "
                       "several labels are such tasks", t->path, column->name, strange_text(t, column),
                       (long long)column->strange_line);
  }
  return give_numbers(set, t, t->targets, t->labels, true);
}

khop_status khop_i_truth_give(khop_graphs *set, khop_i_truth *t) {
  khop_status status = give_targets(set, t);
  if (status == KHOP_OK) status = give_labels(set, t);
  if (status == KHOP_OK && t->split) status = khop_i_truth_split(set, t, &t->column[t->columns - 1]);
  return status;
}
