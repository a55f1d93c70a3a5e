/* kinds.h: the reports on models of classes, of yes/no tasks, of numbers. */
#ifndef KHOP_CLI_EVALUATE_KINDS_H
#define KHOP_CLI_EVALUATE_KINDS_H

#include "cli/evaluate/sample.h"
#include "cli/json.h"

/* Each scores, draws the picture that was asked for, and prints, or adds to root where it is not NULL; an exit
 * status. */
int report_classes(const sample *s, cJSON *root);
int report_tasks(const sample *s, cJSON *root);
int report_targets(const sample *s, cJSON *root);

#endif
