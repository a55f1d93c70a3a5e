/* nodes.h: khop train on the nodes of one graph. */
#ifndef KHOP_CLI_TRAIN_NODES_H
#define KHOP_CLI_TRAIN_NODES_H

#include "cli/train/choice.h"

/* The metric that is for what is learned; numbers that are asked to be scored as yes/no tasks become some. False after a
 * message. */
bool settle_metric(train_choice *choice, khop_data *data);
/* The trainings that are asked for, `before` others being done of `of` in all; false after a message. Ctrl-C is caught
 * already. */
bool run_nodes(khop_report *report, train_choice *choice, khop_data *data, int before, int of);
/* Where an ensemble is asked for and *together is none yet: makes it, for the caller to free. False after a message. */
bool open_ensemble(khop_ensemble **together, const train_choice *choice, const khop_data *data, khop_metric metric);
/* One training, member 1, 2, .. of an ensemble, behind those of all; saved, where --save asks for it, in a file of its
 * own. False after a message. */
bool run_member(khop_report *all, train_choice *choice, khop_data *data, int member, int of);
/* Prints what has come of them; an exit status. */
int finish_nodes(const khop_report *report, const khop_data *data, const train_choice *choice);
/* How many splits are asked for. */
int count_splits(const train_choice *choice, const khop_data *data);
/* Both; an exit status. */
int train_nodes(train_choice *choice, khop_data *data);

#endif
