/* ogb_files.h: the files of the Open Graph Benchmark, packed by gzip or not: PART.csv.gz or PART.csv. */
#ifndef KHOP_DATA_OGB_FILES_H
#define KHOP_DATA_OGB_FILES_H

#include "data/text_file.h"

/* The name of a part ("raw/edge") in the folder path, as it is or packed; false where there is neither. */
bool khop_i_ogb_find(char name[128], const char *path, const char *part);
bool khop_i_ogb_has(const char *path, const char *part);
/* Opens a part; *there says whether it is there; there is NULL where it must be. Errors: those of
 * khop_i_text_file_open. */
khop_status khop_i_ogb_open(khop_i_text_file *file, bool *there, const char *path, const char *part);
/* Errors: SHAPE where a file does not have so many lines. */
khop_status khop_i_ogb_check_lines(khop_i_text_file *file, int64_t rows);
/* Names of the .csv files of raw/ that are not among used, up to a NULL, as a list; "" where there are none. */
khop_status khop_i_ogb_unused(char text[300], const char *path, const char *const *used);
int64_t khop_i_ogb_count_fields(const khop_i_line *line);
/* A table of numbers (rows, *columns), a line a row, all as long as the first; NaN where one is missing. *values is the
 * caller's, also on failure. Errors: SHAPE, FORMAT with the line, MEMORY. */
khop_status khop_i_ogb_table(double **values, int64_t *columns, khop_i_text_file *file, int64_t rows);

#endif
