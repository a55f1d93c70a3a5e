/* build.h: khop data build. */
#ifndef KHOP_CLI_DATA_BUILD_H
#define KHOP_CLI_DATA_BUILD_H

#include "cli/data_options.h"

/* What khop data was asked for. */
typedef struct build_choice {
  data_choice data;
  const char *output, *from; /* NULL: not given */
} build_choice;

/* khop data build NAME: an exit status. */
int build_data(const build_choice *choice, const char *name);

#endif
