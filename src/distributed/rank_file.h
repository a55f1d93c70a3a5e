/* rank_file.h: a file that all ranks read, each its own range of bytes. */
#ifndef KHOP_DISTRIBUTED_RANK_FILE_H
#define KHOP_DISTRIBUTED_RANK_FILE_H

#include "distributed/exchange.h"
#include "files/text_range.h"

#include <khop/graph.h>

/* Where ranges begin, and how much is read at once; the tests move both. */
typedef struct khop_i_cuts {
  const int64_t *begin; /* (ranks + 1); NULL: size r / ranks */
  int64_t block;        /* bytes; 0: a million */
} khop_i_cuts;

typedef struct khop_i_rank_file {
  const khop_exchange *exchange; /* borrows */
  const char *path;              /* borrows */
  int64_t size, begin, end;      /* of the file; of this rank's range */
  int64_t newlines;              /* before the range */
  int64_t block;
} khop_i_rank_file;

/* Collective. Compares what ranks see: a range is looked at by its rank and by the one before it. Errors: NOT_FOUND, IO,
 * FORMAT (an empty file; a NUL byte, with its line, in a text), ARGUMENT (files that differ), UNSUPPORTED (packed files,
 * and those that are none), MEMORY. Cost: two ranges are read. */
khop_status khop_i_rank_file_open(khop_i_rank_file *file, const khop_exchange *exchange, const char *path,
                                  bool is_text, const khop_i_cuts *cuts);
/* This rank's lines, those of the file beginning at byte `first`. *before: the number of the line before its first;
 * that of the line before `first` is given. */
khop_status khop_i_rank_file_lines(khop_i_text_range *range, int64_t *before, const khop_i_rank_file *file,
                                   int64_t first, int64_t line_before_first);

#endif
