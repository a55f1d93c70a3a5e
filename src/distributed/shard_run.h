/* shard_run.h: the inside of a khop_shard_run: a run a part, which go through the ops in step, and meet where an op sums
 * over rings, or all rows (shard_op.h).
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

/* What an op that is made of the rows of all ranks has and keeps; owns. */
typedef struct khop_i_shard_node {
  khop_shard_rings *rings; /* of the first op that they serve */
  khop_shard_taps *taps;   /* of ops over rings */
  khop_real *work, *kept[2];
  double *sums;
} khop_i_shard_node;

struct khop_shard_run {
  khop_model *model;  /* borrows */
  khop_model *split;  /* owns; its parameters are the model's */
  khop_shard *shard;  /* borrows */
  const khop_exchange *exchange;
  int parts, first, own; /* of all ranks; those of this one are first .. first + own - 1 */
  int64_t *row;       /* (own + 1) where each begins among the owned rows */
  khop_features *features; /* (own) what each run reads */
  khop_run **run;     /* (own) */
  int *origin;        /* (ops) the op of the model that each stands for */
  bool *elsewhere;    /* (ops) those that are made of the rows of all ranks */
  khop_i_shard_node *node; /* (ops) */
  khop_real *x, *y;   /* (rows, the most columns of those ops and their inputs) */
  void *pattern;      /* an item of each part, from its rank */
  khop_real *own_gradients; /* (own, parameters) each run's */
  khop_real *all_gradients; /* (parts, parameters) */
  khop_real *gradients;     /* (parameters) */
  khop_i_part_loss *own_loss, *all_loss; /* (own), (parts) */
  double terms;       /* of all parts; 0: nothing is bound */
  bool training, dropping; /* dropping: this step is of a training */
  uint64_t seed, step;     /* of the whole run; parts have seeds of their own */
};

/* Whether an op reads entries of rings, or sums over them. */
static inline bool khop_i_shard_reads_rings(const khop_shard_run *r, int at) {
  return r->elsewhere[at] && r->split->ops[at].taps > 0;
}

/* Collective. The losses of all parts, and their terms added up in *terms. (shard_run_step.c) */
khop_status khop_i_shard_gather_losses(khop_shard_run *r, khop_status status, double *terms);

#endif
