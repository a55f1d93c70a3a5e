/* id_table_column.c: see id_table_column.h. */
#include "data/id_table_column.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- one field ------------------------------------------------------------------------------- */

/* 1,5 as it is written where a comma stands before the fraction. */
static bool read_comma_number(double *number, const char *text) {
  char copy[64];
  char *comma;
  size_t length = strlen(text);
  if (length >= sizeof copy || strchr(text, '.')) return false;
  memcpy(copy, text, length + 1);
  comma = strchr(copy, ',');
  if (!comma) return false;
  *comma = '.';
  return khop_i_cell_number(number, copy);
}

static bool read_truth(double *number, const char *text) {
  *number = khop_i_strcasecmp(text, "true") == 0;
  return *number == 1 || khop_i_strcasecmp(text, "false") == 0;
}

/* --- the whole column ------------------------------------------------------------------------ */

typedef struct column_counts {
  int64_t present, numbers, commas, truths, codes, words_for_missing;
  int64_t odd; /* the first row whose field is no number; -1: there is none */
  const char *missing_word;
} column_counts;

static void count_field(column_counts *counts, const khop_i_id_table *t, int64_t row, int column) {
  const char *cell = khop_i_id_table_cell(t, row, column);
  double number;
  if (!*cell) return;
  if (khop_i_id_table_says_missing(cell)) {
    counts->words_for_missing++;
    counts->missing_word = cell;
    return;
  }
  counts->present++;
  if (khop_i_cell_is_code(cell)) counts->codes++;
  else if (khop_i_cell_number(&number, cell)) counts->numbers++;
  else if (read_truth(&number, cell)) counts->truths++;
  else if (t->separator != ',' && read_comma_number(&number, cell)) counts->commas++;
  else if (counts->odd < 0) counts->odd = row;
}

static khop_status note_counts(khop_i_id_table *t, int column, const column_counts *n, bool strings) {
  khop_status status = KHOP_OK;
  const char *name = t->name[column];
  int64_t numbers = n->numbers + n->commas;
  if (!n->present)
    KHOP_TRY(khop_i_id_table_note(t, "the column '%.60s' is empty, and not used", name));
  if (n->present && n->words_for_missing)
    KHOP_TRY(khop_i_id_table_note(t, "column '%.60s': %s is read as missing, %lld times: in quotes it is a text", name,
                                  n->missing_word, (long long)n->words_for_missing));
  if (strings && n->odd >= 0 && 2 * numbers > n->present)
    KHOP_TRY(khop_i_id_table_note(t, "the column '%.60s' is one of strings: '%.40s' in line %lld is no number", name,
                                  khop_i_id_table_cell(t, n->odd, column), (long long)t->line[n->odd]));
  if (!strings && n->commas)
    KHOP_TRY(khop_i_id_table_note(t, "column '%.60s': the comma in its numbers stands before their fraction", name));
done:
  return status;
}

static double number_of(const char *cell) {
  double number = (double)NAN;
  if (!*cell || khop_i_cell_number(&number, cell) || read_truth(&number, cell) || read_comma_number(&number, cell))
    return number;
  return (double)NAN;
}

static khop_status add_numbers(khop_graph *graph, const khop_i_id_table *t, int column, const int64_t *node) {
  int64_t nodes = khop_graph_nodes(graph);
  double *numbers = NULL;
  khop_status status = khop_i_alloc_raw(&numbers, nodes, sizeof *numbers, "a column");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) numbers[i] = (double)NAN;
  for (int64_t r = 0; status == KHOP_OK && r < t->rows; r++)
    if (node[r] >= 0) numbers[node[r]] = number_of(khop_i_id_table_cell(t, r, column));
  if (status == KHOP_OK) status = khop_graph_add_column(graph, t->name[column], numbers, NULL);
  khop_i_free(numbers);
  return status;
}

static khop_status add_strings(khop_graph *graph, const khop_i_id_table *t, int column, const int64_t *node) {
  int64_t nodes = khop_graph_nodes(graph);
  const char **strings = NULL;
  khop_status status = khop_i_alloc_raw(&strings, nodes, sizeof *strings, "a column");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) strings[i] = "";
  for (int64_t r = 0; status == KHOP_OK && r < t->rows; r++) {
    const char *cell = khop_i_id_table_cell(t, r, column);
    if (node[r] >= 0 && *cell && !khop_i_id_table_says_missing(cell)) strings[node[r]] = cell;
  }
  if (status == KHOP_OK) status = khop_graph_add_column(graph, t->name[column], NULL, strings);
  khop_i_free(strings);
  return status;
}

khop_status khop_i_id_table_add_column(khop_graph *graph, khop_i_id_table *t, int column, const int64_t *node) {
  column_counts n = {.odd = -1};
  for (int64_t r = 0; r < t->rows; r++) count_field(&n, t, r, column);
  bool strings = n.truths != n.present && n.numbers + n.commas != n.present;
  khop_status status = note_counts(t, column, &n, strings);
  if (status != KHOP_OK || !n.present) return status;
  return strings ? add_strings(graph, t, column, node) : add_numbers(graph, t, column, node);
}
