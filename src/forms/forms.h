/* forms.h: rings that are not stored: streamed, the ladder, the bitmap; and the choice of auto. */
#ifndef KHOP_FORMS_FORMS_H
#define KHOP_FORMS_FORMS_H

#include "forms/ladder/ladder.h"
#include "search/plan.h"
#include "search/bfs_levels.h"
#include "search/msbfs.h"

#include <pthread.h>

/* What applying rings takes, made with them so that applying can neither allocate nor fail. One
 * product at a time holds it.
 *
 *   streamed   a walk a thread, and where 512 rows at once are the faster search, that too
 *   ladder     rows of panels (forms/ladder/apply.c)
 *   bitmap     nothing: its products work on the stack */
typedef struct khop_i_room {
  pthread_mutex_t lock;
  int walks;
  khop_i_walk *walk; /* (walks) */
  khop_i_wide *wide; /* (walks), or NULL */
  int64_t rows, width;
  khop_real *panels; /* (rows, width) */
} khop_i_room;

/* As khop_rings_build, for options->form other than stored. */
khop_status khop_i_form_build(khop_rings **rings, const khop_graph *graph, int count,
                              const int *hops, const khop_rings_options *options);
void khop_i_room_free(khop_i_room *room);
/* The searches of streamed rings follow these arcs, those of either way, from now on. */
void khop_i_room_follow(khop_i_room *room, const khop_graph *arcs);
size_t khop_i_form_bytes(const khop_rings *rings);

#endif
