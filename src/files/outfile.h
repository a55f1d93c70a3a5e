/* outfile.h: files that are whole or not there.
 *
 *   open     a file without a name in the folder of the target (O_TMPFILE), with the mode of the target
 *   commit   flushed to disk; then it becomes the target, or, where there is one, gets a temporary name that nobody has
 *            and is renamed over it
 *
 * The target stays as it was until then, and a process that is killed leaves nothing beside it: the kernel gives back
 * what has no name. (Between the two steps of taking another's place stands a whole file under its temporary name.)
 * Where the file system knows no files without names, the file has its temporary name from the beginning. A symbolic
 * link is followed first, so the link stays a link. A device, a pipe or a socket is written to directly. */
#ifndef KHOP_FILES_OUTFILE_H
#define KHOP_FILES_OUTFILE_H

#include <khop/base.h>
#include <stdio.h>

typedef struct khop_i_outfile {
  FILE *stream;     /* write here */
  char *target;     /* owns: the real path */
  char *temporary;  /* owns: the name beside it that is to be removed; NULL: none */
  const char *path; /* borrows: as the user wrote it, for messages */
} khop_i_outfile;

khop_status khop_i_outfile_open(khop_i_outfile *out, const char *path);
/* Whether what is written stands in a file of its own until the commit: it can be read back by its descriptor. */
bool khop_i_outfile_is_apart(const khop_i_outfile *out);
/* Whether khop_i_outfile_open would succeed; nothing is changed. To be called before long work whose result goes to
 * path. */
khop_status khop_i_outfile_probe(const char *path);
/* Flushes the file, reports any write that failed, and makes it the target. It is closed either way. */
khop_status khop_i_outfile_commit(khop_i_outfile *out);
/* Closes and removes what was written so far. Legal after commit and on a zeroed struct. */
void khop_i_outfile_abandon(khop_i_outfile *out);

#endif
