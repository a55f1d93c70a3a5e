/* list.c: see list.h. */
#include "cli/bench/list.h"
#include "cli/messages.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"data", "options", "metric", "runs", "test", "deviation", "seconds"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool read_score(double *value, const char *text) {
  char *end;
  *value = NAN;
  if (!*text) return true;
  *value = strtod(text, &end);
  return !*end && isfinite(*value) && *value >= 0;
}

/* The fields of a line, in place; false where there are not COLUMNS. */
static bool cut_line(char **field, char *line) {
  int count = 0;
  for (char *text; (text = strsep(&line, "\t")); count++)
    if (count < COLUMNS) field[count] = text;
  return count == COLUMNS;
}

static bool parse_row(bench_row *row, char **field) {
  char *end;
  long runs = strtol(field[3], &end, 10);
  bool good = *field[0] && !*end && runs >= 0 && runs <= 1000000 && read_score(&row->test, field[4]) &&
              read_score(&row->deviation, field[5]) && read_score(&row->seconds, field[6]);
  row->runs = (int)runs;
  row->data = strdup(field[0]);
  row->options = strdup(field[1]);
  row->metric = strdup(field[2]);
  return good && row->data && row->options && row->metric;
}

static bool is_header(char **field) {
  for (int c = 0; c < COLUMNS; c++)
    if (strcmp(field[c], columns[c]) != 0) return false;
  return true;
}

/* A line of the file, without its end; false where it is none. */
static bool take_line(bench_list *list, char *line, bool *headed) {
  char *field[COLUMNS];
  if (!*line || *line == '#') return true;
  bench_row *longer = realloc(list->row, sizeof *list->row * (size_t)(list->count + 1));
  if (!longer) exit(failure("no memory for the list"));
  list->row = longer;
  list->row[list->count] = (bench_row){0};
  if (!cut_line(field, line)) return false;
  if (!*headed) return *headed = is_header(field);
  return parse_row(&list->row[list->count++], field);
}

int read_bench_list(bench_list *list, const char *path) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t room = 0;
  bool headed = false;
  int status = GO_ON;
  *list = (bench_list){0};
  if (!file) return failure("%s: %s", visible(path), strerror(errno));
  for (int number = 1; status == GO_ON && getline(&line, &room, file) >= 0; number++) {
    line[strcspn(line, "\r\n")] = 0;
    bool was_headed = headed;
    if (take_line(list, line, &headed)) continue;
    status = was_headed ? failure("%s:%d: not a row of a list: data, options, metric, runs, test, deviation and seconds, "
                                  "apart by tabs", visible(path), number)
                        : failure("%s:%d: a list begins with the names of its columns, apart by tabs: data options metric "
                                  "runs test deviation seconds", visible(path), number);
  }
  free(line);
  fclose(file);
  return status;
}

int write_bench_list(const bench_list *list, const char *path) {
  khop_csv *csv = NULL;
  if (khop_csv_new(&csv, path) != KHOP_OK) return library_failure();
  for (int c = 0; c < COLUMNS; c++) khop_csv_text(csv, columns[c]);
  khop_csv_end_row(csv);
  for (int i = 0; i < list->count; i++) {
    const bench_row *row = &list->row[i];
    khop_csv_text(csv, row->data);
    khop_csv_text(csv, row->options);
    khop_csv_text(csv, row->metric);
    khop_csv_integer(csv, row->runs);
    khop_csv_number(csv, row->test, 4);
    khop_csv_number(csv, row->deviation, 3);
    khop_csv_number(csv, row->seconds, 3);
    khop_csv_end_row(csv);
  }
  int status = khop_csv_commit(csv) == KHOP_OK ? GO_ON : library_failure();
  khop_csv_free(csv);
  return status;
}

void free_bench_list(bench_list *list) {
  for (int i = 0; i < list->count; i++) {
    free(list->row[i].data);
    free(list->row[i].options);
    free(list->row[i].metric);
  }
  free(list->row);
  *list = (bench_list){0};
}
