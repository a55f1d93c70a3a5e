/* graphs_report.h: what khop train prints of a training on a set of graphs, and its picture. */
#ifndef KHOP_CLI_TRAIN_GRAPHS_REPORT_H
#define KHOP_CLI_TRAIN_GRAPHS_REPORT_H

#include "cli/train/choice.h"

void print_graphs_text(const khop_graph_report *report, const khop_graphs *set, const train_choice *choice);
void print_graphs_json(const khop_graph_report *report, const khop_graphs *set, const train_choice *choice);

#endif
