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
  char *lines;       /* owns: "name=value" of what a checkpoint keeps; NULL: none */
} train_choice;

extern const command train_command;
/* Adds an option to the lines, where it is one that a checkpoint keeps. */
void keep_option(void *context, const char *name, const char *value);

void print_report(const khop_report *report, const khop_data *data, const train_choice *choice);
void print_report_json(const khop_report *report, const khop_data *data,
                       const train_choice *choice);

#endif
