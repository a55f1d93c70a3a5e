/* model_info.h: khop info of a model: what it was trained on, and how. */
#ifndef KHOP_CLI_MODEL_INFO_H
#define KHOP_CLI_MODEL_INFO_H

#include "cli/data_options.h"

/* Whether path is a file of 'khop train --save', by its name. */
bool is_model_file(const char *path);
/* An exit status, after a message where it is not EXIT_OK. */
int describe_model(const char *path, const data_choice *choice);

#endif
