/* split_note.h: what a model keeps of the split that it was trained on, so that it can be scored on the same rows.
 *
 *   one graph   notes "split", "seed" (nodes/train.c) and "split mark"
 *   a set       note "trained part": the protocol with its numbers, from which the parts are drawn again, and a mark
 *
 * A mark is a hash over the size of the data, the degrees of their nodes, labels or targets, and the part of each row:
 * other data, or another split, have another one. */
#ifndef KHOP_TRAIN_SPLIT_NOTE_H
#define KHOP_TRAIN_SPLIT_NOTE_H

#include <khop/learn.h>

/* Errors: MEMORY. Cost: O(nodes). */
khop_status khop_i_note_split_mark(khop_model *model, const khop_data *data, int split);

/* How a set of graphs was cut. */
typedef struct khop_i_trained_part {
  khop_protocol protocol; /* splits, folds or nested */
  khop_split_by by;
  int number, folds;      /* the split or fold, from 0; of how many folds */
  uint64_t seed;          /* of the splits, or of the folds */
  double val, test;
} khop_i_trained_part;
/* part (count) of graphs of these folds: number tests, validates (-1: none does) validates, the others train. */
void khop_i_part_of_folds(uint8_t *part, const int32_t *fold, int64_t count, int number, int validates);
/* The split or fold, from 0, that a model was trained on. Errors: NOT_FOUND (it does not say). */
khop_status khop_i_trained_number(int *number, const khop_model *model);
/* part (G) is what was drawn. Errors: MEMORY. */
khop_status khop_i_note_trained_part(khop_model *model, const khop_graphs *set, const khop_i_trained_part *how,
                                     const uint8_t *part);

#endif
