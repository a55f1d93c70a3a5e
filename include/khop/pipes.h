/* khop/pipes.h: what can be read but once, read as often as it takes.
 *
 * A data set is opened more than once: to see what kind it is, by each process that takes a share of it, for each of
 * two passes. From a pipe every opening takes bytes away from the others, and one that comes too late waits for ever. */
#ifndef KHOP_PIPES_H
#define KHOP_PIPES_H

#include <khop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether khop keeps what it reads from pipes, sockets and devices (false at first). Where it does, the first reading
 * of such a path copies all that comes out of it into a file without a name, in $TMPDIR or /tmp, and every reading of
 * it, by this process and by those it forks, is of the copy; the path "-" is standard input then. true is for programs
 * that read what is named to them once, and end: `khop` does. false closes the copies. Linux; /proc must be mounted.
 * Not to be called while another thread reads. */
KHOP_API void khop_pipes_keep(bool keep);

#ifdef __cplusplus
}
#endif
#endif
