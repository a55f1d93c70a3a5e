/* outfile.h: files that are whole or not there.
 *
 * A regular file is written in the folder of its target, under a temporary name that is created only if nobody
 * has it, with the mode of the target; it is flushed to disk, and renamed over the target at the end, which stays as
 * it was until then. A symbolic link is followed first, so the link stays a link. A device, a pipe or a socket is
 * written to directly. */
#ifndef KHOP_FILES_OUTFILE_H
#define KHOP_FILES_OUTFILE_H

#include <khop/base.h>
#include <stdio.h>

typedef struct khop_i_outfile {
  FILE *stream;     /* write here */
  char *target;     /* owns: the real path */
  char *temporary;  /* owns: NULL when the target is written directly */
  const char *path; /* borrows: as the user wrote it, for messages */
} khop_i_outfile;

khop_status khop_i_outfile_open(khop_i_outfile *out, const char *path);
/* Whether khop_i_outfile_open would succeed; nothing is changed. To be called before long work whose result goes to
 * path. */
khop_status khop_i_outfile_probe(const char *path);
/* Flushes the file, reports any write that failed, and renames it to its target. It is closed either way. */
khop_status khop_i_outfile_commit(khop_i_outfile *out);
/* Closes and removes what was written so far. Legal after commit and on a zeroed struct. */
void khop_i_outfile_abandon(khop_i_outfile *out);

#endif
