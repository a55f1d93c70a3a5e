/* train.h: the choices of khop train, and how its report is printed. */
#ifndef KHOP_CLI_TRAIN_H
#define KHOP_CLI_TRAIN_H

#include "cli.h"

typedef struct train_choice {
  data_choice data;
  khop_recipe recipe;
  khop_train_options train;
  const char *recipe_name;
  bool metric_given;
  bool fixed_split; /* --split was given */
} train_choice;

extern const command train_command;

void print_report(const khop_report *report, const khop_data *data, const train_choice *choice);
void print_report_json(const khop_report *report, const khop_data *data,
                       const train_choice *choice);

#endif
