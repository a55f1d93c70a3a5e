/* pipes.h: where to open a path that may be a pipe: khop/pipes.h says why. */
#ifndef KHOP_FILES_PIPES_H
#define KHOP_FILES_PIPES_H

#include <khop/pipes.h>

#define KHOP_I_PLACE 32 /* bytes of a path of a copy */

/* *place: what to hand to fopen or stat in place of path: path itself, or where khop keeps pipes, and path is one, its
 * copy, which is made now if it was not. buffer: KHOP_I_PLACE bytes for it. Errors: IO (the copy cannot be written, the
 * pipe cannot be read). */
khop_status khop_i_pipe_place(const char **place, char *buffer, const char *path);

/* Whether path, or its copy, can be read from any place on, and again. */
bool khop_i_is_regular(const char *path);

#endif
