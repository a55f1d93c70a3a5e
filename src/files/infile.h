/* infile.h: a file read whole into memory, for formats that are parsed from bytes. */
#ifndef KHOP_FILES_INFILE_H
#define KHOP_FILES_INFILE_H

#include <khop/base.h>

/* The bytes of the file at path, in memory that the caller frees; a 0 follows the last, which size does not
 * count. Errors: NOT_FOUND, IO (also for a directory), MEMORY. */
khop_status khop_i_infile_read(char **bytes, size_t *size, const char *path);

#endif
