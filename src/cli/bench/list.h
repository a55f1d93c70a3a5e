/* list.h: a list of trainings with the scores that they had: a table of text, columns apart by tabs.
 *
 *   data  options             metric    runs  test   deviation  seconds
 *   cora  --seeds 20          accuracy  20    83.41  0.79       52
 *
 * Scores are per cent where the metric is a share. Lines that begin with # are comments, which a list that is written has not. */
#ifndef KHOP_CLI_BENCH_LIST_H
#define KHOP_CLI_BENCH_LIST_H

#include <stdbool.h>

typedef struct bench_row {
  char *data, *options, *metric; /* own */
  int runs;
  double test, deviation, seconds; /* NaN: empty */
} bench_row;

typedef struct bench_list {
  int count;
  bench_row *row; /* (count) */
} bench_list;

/* Exit statuses after a message, or GO_ON. */
int read_bench_list(bench_list *list, const char *path);
int write_bench_list(const bench_list *list, const char *path);
void free_bench_list(bench_list *list);

#endif
