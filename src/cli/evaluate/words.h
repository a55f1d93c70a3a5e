/* words.h: names and numbers in columns and in JSON, and the line that says what was scored: what every report has. */
#ifndef KHOP_CLI_EVALUATE_WORDS_H
#define KHOP_CLI_EVALUATE_WORDS_H

#include "cli/evaluate/sample.h"
#include "cli/json.h"

/* The name of an output, in a ring of static buffers where it has none. */
const char *output_name(const sample *s, int64_t i);
/* Adds an object with the name of output i to a list, for numbers of that output. */
cJSON *add_output(cJSON *list, const sample *s, int64_t i);
/* Writes a number with format, or "-" where it is not one, into text; returns text. */
char *number_text(char text[24], const char *format, double value);
/* Pads a name with blanks, behind it or before it, up to so many columns of a terminal; a longer one is cut. */
#define NAME_COLUMNS 30
void print_name(const char *name, int columns, bool to_the_right);
/* The same at the beginning of a row of a table, behind two blanks. */
void print_row_name(const char *name, int columns);
/* Columns of the longest name, at most NAME_COLUMNS. */
int name_columns(const sample *s, int least);

/* The first line: what was scored, and how many of the rows have a truth. */
void print_head(const sample *s, int64_t labelled);

#endif
