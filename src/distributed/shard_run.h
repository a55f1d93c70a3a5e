/* shard_run.h: the inside of a khop_shard_run: a run a part, which go through the ops in step, and meet where an op sums
 * over rings.
 *
 *   part 0   linear   relu    \                                                    / add ..
 *   part 1   linear   relu     > x (rows, F)   ghosts' rows, sums   y (rows, F)   <  add ..
 *   part 2   linear   relu    /                                                    \ add ..  */
#ifndef KHOP_DISTRIBUTED_SHARD_RUN_H
#define KHOP_DISTRIBUTED_SHARD_RUN_H

#include "distributed/taps.h"
#include "model/run.h"

#include <khop/shard_run.h>

/* What a part's loss is, and of how many terms it is the mean. */
typedef struct khop_i_part_loss {
  double loss, terms;
} khop_i_part_loss;

struct khop_shard_run {
  khop_model *model;  /* borrows */
  khop_model *split;  /* owns; its parameters are the model's */
  khop_shard *shard;  /* borrows */
  const khop_exchange *exchange;
  int parts, first, own; /* of all ranks; those of this one are first .. first + own - 1 */
  int64_t *row;       /* (own + 1) where each begins among the owned rows */
  khop_features *features; /* (own) what each run reads */
  khop_run **run;     /* (own) */
  int rings_count;
  khop_shard_rings **rings; /* (ops) as many as are needed */
  khop_shard_taps **taps;   /* (ops) of those that sum over rings; NULL elsewhere */
  khop_real *x, *y;   /* (rows, the most columns of a sum) */
  void *pattern;      /* an item of each part, from its rank */
  khop_real *own_gradients; /* (own, parameters) each run's */
  khop_real *all_gradients; /* (parts, parameters) */
  khop_real *gradients;     /* (parameters) */
  khop_i_part_loss *own_loss, *all_loss; /* (own), (parts) */
  double terms;       /* of all parts; 0: nothing is bound */
  bool training;
};

/* Whether an op is made of the rows of all ranks. */
static inline bool khop_i_shard_sums(const khop_shard_run *r, int at) { return r->split->ops[at].kind == KHOP_I_MIX; }

/* Collective. The losses of all parts, and their terms added up in *terms. (shard_run_step.c) */
khop_status khop_i_shard_gather_losses(khop_shard_run *r, khop_status status, double *terms);

#endif
