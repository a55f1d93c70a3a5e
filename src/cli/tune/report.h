/* report.h: what has come of the trials of khop tune. */
#ifndef KHOP_CLI_TUNE_REPORT_H
#define KHOP_CLI_TUNE_REPORT_H

#include "cli/tune/choice.h"

/* Prints the trials that are done, the best first, as a table or as JSON, and draws them where a picture is asked for:
 * an exit status, with a message where no trial has a score. */
int report_trials(const tune_choice *choice, bool interrupted);

#endif
