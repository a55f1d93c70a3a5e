/* molecules.h: khop featurize on molecules, in as many processes as --threads says. */
#ifndef KHOP_CLI_FEATURIZE_MOLECULES_H
#define KHOP_CLI_FEATURIZE_MOLECULES_H

#include "cli/featurize/choice.h"

/* An exit status. */
int featurize_molecules(const featurize_choice *choice);

#endif
