/* series.h: the checkpoint of several trainings, one after another, for as long as they go on.
 *
 *   the run in training is the best     its checkpoint, as if it were alone
 *   a run that is over is better        that one's checkpoint, and the run in training beside it (training_blocks.h)
 *
 * Both hold a note of what is run and the figures of the runs that are over. With the last run the file becomes the
 * checkpoint of the best, and nothing else: to the bit, whether it was gone on with in between or not. */
#ifndef KHOP_TRAIN_SERIES_H
#define KHOP_TRAIN_SERIES_H

#include "train/checkpoint.h"

/* Which runs, split by split: seeds from `seed` on; splits: which, "0,2", "-1": all. */
typedef struct khop_i_series_plan {
  uint64_t seed;
  int seeds;
  const char *splits; /* the caller's; outlives the series */
} khop_i_series_plan;

typedef struct khop_i_series {
  khop_i_series_plan plan;
  khop_report *report; /* of the runs that are over */
  const char *path;    /* of the checkpoint; NULL: none */
  int of;              /* runs */
  int best;            /* of those that are over; -1: none yet */
  bool stands_alone;   /* a plain checkpoint is all that can be: of one run, or on a device */
  khop_i_safetensors *kept; /* owns: the checkpoint of the best; NULL: none is over, or the run in training is better */
} khop_i_series;

void khop_i_series_open(khop_i_series *series, khop_report *report, const char *path, int of, khop_i_series_plan plan);
void khop_i_series_close(khop_i_series *series);
/* Where a checkpoint stands: report gets the figures of the runs that are over, to which no seconds are known any more.
 * kept is there where the run in training stands beside another. Errors: ARGUMENT (several runs, and a checkpoint of one),
 * VALUE (of other seeds or splits), FORMAT, those of reading. */
khop_status khop_i_series_resume(khop_i_series *series, const char *path);
/* Saves the run in training, which is better than those that are over, or not. */
khop_status khop_i_series_save(khop_i_series *series, const khop_trainer *trainer, bool better);
/* A run is over and another follows; better: it was, and khop_i_series_save has been called. */
khop_status khop_i_series_next(khop_i_series *series, bool better);
/* The last run is over: its checkpoint, or (NULL) that of the best before. */
khop_status khop_i_series_end(khop_i_series *series, const khop_trainer *better);

#endif
