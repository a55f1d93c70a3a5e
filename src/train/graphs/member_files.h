/* member_files.h: the files of an ensemble: a model each, saved while it is in training and when it is done. */
#ifndef KHOP_TRAIN_GRAPHS_MEMBER_FILES_H
#define KHOP_TRAIN_GRAPHS_MEMBER_FILES_H

#include "train/graphs/protocol.h"

/* How many models the files to go on from hold, the split or fold that they are of, and what a race chose for them. */
khop_status khop_i_members_resume(khop_i_protocol *p);
/* Trains a member of an ensemble, from the start or from where its file stands, and saves it now and then. */
khop_status khop_i_member_train(khop_fit_result *result, khop_i_protocol *p, double *curve, int member, int end);
/* trainer: of the model in training; NULL: it is done. epoch: of its weights. */
khop_status khop_i_member_save(khop_i_protocol *p, int member, int epoch, const khop_trainer *trainer);
/* Notes in the model what its race chose; epochs 0: there was none. */
khop_status khop_i_member_note_race(khop_i_protocol *p, int epochs, double decay);

#endif
