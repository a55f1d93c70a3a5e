/* cells.c: see cells.h. */
#include "data/cells.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "graph/graph.h"
#include "graph/notes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- one text -------------------------------------------------------------------------------- */

bool khop_i_cell_is_code(const char *text) {
  return text[0] == '0' && text[1] >= '0' && text[1] <= '9' && text[strspn(text, "0123456789")] == 0;
}

static bool is_infinite(const char *text) {
  text += *text == '-' || *text == '+';
  return khop_i_strcasecmp(text, "inf") == 0 || khop_i_strcasecmp(text, "infinity") == 0;
}

/* strtod alone would take "0x1A" and "nan(7)" too. */
bool khop_i_cell_number(double *number, const char *text) {
  char *end;
  bool plain = text[strspn(text, "0123456789+-.eE")] == 0 && strpbrk(text, "0123456789");
  if (!*text || khop_i_cell_is_code(text) || (!plain && !is_infinite(text))) return false;
  *number = khop_i_read_number(text, &end);
  return *end == 0;
}

bool khop_i_cell_says_missing(const char *text) {
  static const char *const words[] = {"NA",  "N/A",  "n/a",  "<NA>", "#N/A", "NaN",  "nan", "NAN",
                                      "-nan", "-NaN", "null", "NULL", "None", "?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(text, words[i]) == 0) return true;
  return false;
}

khop_i_number_text khop_i_too_large(double value) {
  khop_i_number_text said = {"infinite"};
  if (isnan(value)) snprintf(said.text, sizeof said.text, "NaN");
  else if (isfinite(value)) khop_i_snprintf(said.text, sizeof said.text, "%g, too large for single precision", value);
  return said;
}

/* --- a column that was meant as numbers ------------------------------------------------------ */

khop_i_odd_value khop_i_column_odd_value(const khop_column *column, int64_t nodes) {
  khop_i_odd_value odd = {.node = -1};
  for (int64_t i = 0; column->strings && i < nodes; i++) {
    double number;
    if (!*column->strings[i]) continue;
    bool is_number = khop_i_cell_number(&number, column->strings[i]);
    odd.present++;
    odd.numbers += is_number;
    if (!is_number && odd.node < 0) odd.node = i;
  }
  if (5 * odd.numbers < 4 * odd.present) odd.node = -1;
  return odd;
}

khop_status khop_i_column_check_odd(const khop_column *column, int64_t nodes) {
  khop_i_odd_value odd = khop_i_column_odd_value(column, nodes);
  if (odd.node < 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is '%.40s', and %lld of its %lld values are "
                     "numbers: correct it, leave it empty, or leave the attribute out (--exclude %s)", column->name,
                     (long long)odd.node, column->strings[odd.node], (long long)odd.numbers, (long long)odd.present,
                     column->name);
}

/* --- missing values -------------------------------------------------------------------------- */

typedef struct column_look {
  int64_t present, words, numbers; /* numbers of those that are no words for missing */
  const char *word;
} column_look;

static column_look look_at(const khop_column *column, int64_t nodes) {
  column_look l = {0};
  for (int64_t i = 0; i < nodes; i++) {
    const char *text = column->strings[i];
    double number;
    if (!*text) continue;
    l.present++;
    if (khop_i_cell_says_missing(text)) l.words++, l.word = text;
    else l.numbers += khop_i_cell_number(&number, text);
  }
  return l;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Text that differs at nine in ten nodes tells them apart, and is no number. */
static khop_status names_nodes(bool *names, const khop_column *column, int64_t nodes) {
  const char **sorted = NULL;
  int64_t distinct = 0;
  khop_status status = khop_i_copy(&sorted, column->strings, nodes, sizeof *sorted, "the values of an attribute");
  if (status != KHOP_OK) return status;
  qsort(sorted, (size_t)nodes, sizeof *sorted, by_text);
  for (int64_t i = 0; i < nodes; i++) distinct += i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0;
  *names = 10 * distinct >= 9 * nodes;
  khop_i_free(sorted);
  return KHOP_OK;
}

static void empty_words(khop_column *column, int64_t nodes) {
  const char **strings = (const char **)(uintptr_t)column->strings;
  for (int64_t i = 0; i < nodes; i++)
    if (khop_i_cell_says_missing(strings[i])) strings[i] = "";
}

static khop_status make_numbers(khop_column *column, int64_t nodes) {
  double *numbers = NULL;
  khop_status status = khop_i_alloc_raw(&numbers, nodes, sizeof *numbers, "a column of numbers");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++)
    if (!khop_i_cell_number(&numbers[i], column->strings[i])) numbers[i] = (double)NAN;
  khop_i_free((void *)(uintptr_t)column->strings);
  column->strings = NULL;
  column->numbers = numbers;
  return KHOP_OK;
}

static khop_status find_missing(khop_graph *graph, khop_column *column) {
  column_look l = look_at(column, graph->nodes);
  bool numbers = l.numbers && l.numbers == l.present - l.words, names = false;
  khop_status status = KHOP_OK;
  if (!l.words) return KHOP_OK;
  if (5 * l.numbers < 4 * (l.present - l.words)) status = names_nodes(&names, column, graph->nodes);
  if (status != KHOP_OK || names) return status;
  status = khop_i_graph_note(graph, "'%.60s': %s is read as missing, %lld times", column->name, l.word,
                             (long long)l.words);
  if (status != KHOP_OK) return status;
  empty_words(column, graph->nodes);
  return numbers ? make_numbers(column, graph->nodes) : KHOP_OK;
}

khop_status khop_i_columns_find_missing(khop_graph *graph) {
  khop_status status = KHOP_OK;
  for (int c = 0; status == KHOP_OK && c < graph->columns; c++) {
    khop_column *column = &graph->column[c];
    bool called = khop_i_strcasecmp(column->name, "name") == 0 || khop_i_strcasecmp(column->name, "id") == 0;
    if (column->strings && !called) status = find_missing(graph, column);
  }
  return status;
}
