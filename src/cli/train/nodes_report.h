/* nodes_report.h: what khop train prints of a training on nodes: a few lines for a person, or one JSON object. */
#ifndef KHOP_CLI_TRAIN_NODES_REPORT_H
#define KHOP_CLI_TRAIN_NODES_REPORT_H

#include "cli/train/choice.h"

/* A line on stderr: run number `done` of so many is over. */
void print_run(const khop_fit_result *run, int done, int of);
void print_nodes_text(const khop_report *report, const khop_data *data, const train_choice *choice);
void print_nodes_json(const khop_report *report, const khop_data *data, const train_choice *choice);

#endif
