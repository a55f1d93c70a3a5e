/* report.h: what khop audit prints: sentences that say what a figure means, or one JSON object. */
#ifndef KHOP_CLI_AUDIT_REPORT_H
#define KHOP_CLI_AUDIT_REPORT_H

#include "cli/audit/choice.h"

void print_audit_text(const audit_found *found, const audit_choice *choice);
void print_audit_json(const audit_found *found, const audit_choice *choice);

#endif
