/* auto_report.h: what khop train says of the recipes that it tried. */
#ifndef KHOP_CLI_TRAIN_AUTO_REPORT_H
#define KHOP_CLI_TRAIN_AUTO_REPORT_H

#include "cli/json.h"
#include "cli/train/choice.h"

/* A table of the recipes that were tried; of several splits, how often each was chosen. */
void print_choices(const train_choice *choice);
/* The same, all of it, as "auto". */
void add_choices(cJSON *root, const train_choice *choice);

#endif
