/* influence.h: khop audit --model: what a trained model looks at, hop by hop. */
#ifndef KHOP_CLI_AUDIT_INFLUENCE_H
#define KHOP_CLI_AUDIT_INFLUENCE_H

#include "cli/audit/choice.h"

/* Of the data called name; the whole of it, the exit status included. */
int audit_model(audit_choice *choice, const char *name);

#endif
