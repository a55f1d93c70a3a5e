/* describe.h: what a data set holds, by name: features, classes, targets, splits, and what was passed over. */
#ifndef KHOP_CLI_DESCRIBE_H
#define KHOP_CLI_DESCRIBE_H

#include "cli/json.h"

#include <khop/khop.h>

void print_data_text(const khop_data *data);
void print_set_text(const khop_graphs *set);
/* Adds the keys feature_fields, class_counts, target_names, task_counts, split_sizes and notes. */
void add_data_json(cJSON *root, const khop_data *data);
/* "  3 yes/no tasks: a, b, c", the first ten; nothing where the targets are none. */
void print_task_names(const khop_schema *schema);
/* Adds the key tasks with all names, where there are some. */
void add_task_names(cJSON *root, const khop_schema *schema);
/* A line a field of features; of a model also what became of missing values. */
void print_fields(const khop_schema *schema, bool of_model);
/* Adds the keys feature_fields, targets, target_names and edge_labels. */
void add_schema(cJSON *root, const khop_schema *schema, bool of_model);
/* The same of a set, and its sizes. */
void add_set_json(cJSON *root, const khop_graphs *set);

#endif
