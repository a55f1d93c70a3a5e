/* data.h: the choices of khop data. */
#ifndef KHOP_CLI_DATA_H
#define KHOP_CLI_DATA_H

#include "cli.h"

typedef struct build_choice {
  data_choice data;
  const char *output, *from; /* NULL: not given */
} build_choice;

/* khop data build NAME: the exit status. */
int build_data(const build_choice *choice, const char *name);

#endif
