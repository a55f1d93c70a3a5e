/* trained_with.h: the options of the command that a model was trained with, as its metadata keep them. */
#ifndef KHOP_CLI_TRAINED_WITH_H
#define KHOP_CLI_TRAINED_WITH_H

#include <khop/khop.h>

/* The value of an option that the model was trained with, to be freed; NULL where it was not given. */
char *trained_with(const khop_model *model, const char *name);

#endif
