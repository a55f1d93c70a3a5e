/* text_file.h: a file of a folder, plain or packed by gzip, as lines of fields and numbers. */
#ifndef KHOP_DATA_TEXT_FILE_H
#define KHOP_DATA_TEXT_FILE_H

#include "graph/io/text.h"

/* A file of which a name is kept for messages. */
typedef struct khop_i_text_file {
  khop_i_text text; /* owns */
  khop_i_line line; /* the one at hand */
  char name[128];   /* within its folder */
  bool keeps_empty; /* an empty line is a row of its own */
} khop_i_text_file;

/* Opens folder/name, unpacked where its name ends in .gz. Errors: NOT_FOUND, IO, FORMAT (cut short, a NUL byte),
 * MEMORY. All messages of these functions begin with the name. */
khop_status khop_i_text_file_open(khop_i_text_file *file, const char *folder, const char *name);
void khop_i_text_file_close(khop_i_text_file *file);
/* Goes to the next line that is not empty; false after the last. */
bool khop_i_text_file_next(khop_i_text_file *file);
/* Back to the start. */
void khop_i_text_file_rewind(khop_i_text_file *file);
/* Lines that are not empty, from the start; the file is rewound. */
int64_t khop_i_text_file_lines(khop_i_text_file *file);

/* The number that begins at *at, which moves behind it and the separator that follows; spaces around it do not count.
 * An empty field, "nan" and "NaN" are NaN. Errors: FORMAT, with the line. */
khop_status khop_i_text_file_real(double *value, khop_i_text_file *file, const char **at, char separator);
/* The same of a whole number from least to most. */
khop_status khop_i_text_file_whole(int64_t *value, khop_i_text_file *file, const char **at, char separator,
                                   int64_t least, int64_t most);
/* Fails with FORMAT, the name and the line. */
khop_status khop_i_text_file_fail(const khop_i_text_file *file, const char *what);

/* Whether folder/name is a file. */
bool khop_i_folder_has(const char *folder, const char *name);
bool khop_i_is_folder(const char *path);
/* The names in a folder, but for hidden ones, numbers within them by their size (a2 before a10); none where it cannot
 * be read. To be freed with khop_i_names_free. Errors: MEMORY. */
khop_status khop_i_folder_list(char ***names, int64_t *count, const char *path);

#endif
