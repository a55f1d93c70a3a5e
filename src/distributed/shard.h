/* shard.h: the inside of a khop_shard: the arcs of the rows that this rank owns, one way or the
 * other. */
#ifndef KHOP_DISTRIBUTED_SHARD_H
#define KHOP_DISTRIBUTED_SHARD_H

#include "base/notes.h"
#include "distributed/row_names.h"
#include "distributed/turn.h"

struct khop_shard {
  khop_i_owners owners;
  bool directed;
  khop_i_arc_rows along[3]; /* by direction; of undirected graphs OUT alone */
  khop_i_row_names names;   /* what its file calls the owned rows */
  int64_t *origin;          /* (rows) their numbers before they were renumbered, NULL: they were not; owns */
  khop_i_notes notes;       /* on its file */
};

/* An exchange that can be called. Errors: ARGUMENT; this rank alone says so, for it cannot agree. */
khop_status khop_i_take_exchange(khop_exchange *own, const khop_exchange *given);

/* Adds a sentence on the file. Errors: MEMORY. */
khop_status khop_i_shard_note(khop_shard *shard, const char *format, ...) KHOP_PRINTF(2, 3);

typedef enum khop_i_direction_of_arcs {
  KHOP_I_BOTH_WAYS,   /* undirected: an arc stands for its mirror as well */
  KHOP_I_MIRRORED,    /* undirected, and every arc's mirror is there */
  KHOP_I_ONE_WAY,     /* directed */
  KHOP_I_AS_THEY_ARE  /* undirected where every arc has its mirror */
} khop_i_direction_of_arcs;

/* Collective. A shard of these rows, whose arcs stand in any order, with loops and repeats; it takes
 * them. status: of what this rank has done before. Errors: those of khop_shard_new. */
khop_status khop_i_shard_make(khop_shard **shard, const khop_exchange *exchange, khop_status status,
                              int64_t rows, khop_i_arc_rows *arcs, khop_i_direction_of_arcs kind);

/* Collective. The arcs of a direction, made when they are first asked for. Errors: MEMORY, those of
 * the exchange. */
khop_status khop_i_shard_arcs(const khop_i_arc_rows **arcs, khop_shard *shard,
                              khop_direction direction);

#endif
