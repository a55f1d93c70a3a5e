/* jobs.h: several trainings of khop train at once, each in a process of its own. */
#ifndef KHOP_CLI_TRAIN_JOBS_H
#define KHOP_CLI_TRAIN_JOBS_H

#include "cli/train/choice.h"

/* As run_nodes, choice->jobs seeds and splits at a time; *report is the same, to the last bit of a score. */
bool run_jobs(khop_report *report, const train_choice *choice, const khop_data *data, int before, int of);

#endif
