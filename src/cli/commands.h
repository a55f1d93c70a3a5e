/* commands.h: the commands; main.c has the table. The command uses khop's public headers alone. Results go to
 * stdout, everything else to stderr; exit status 0, 1 (failure), 2 (usage). */
#ifndef KHOP_CLI_COMMANDS_H
#define KHOP_CLI_COMMANDS_H

#include "cli/options.h"

extern const command info_command, rings_command, audit_command, train_command, hops_command,
    predict_command, evaluate_command, featurize_command, smiles_command, explain_command, export_command,
    tune_command, bench_command, data_command;
int run_info(int argc, char **argv);
int run_rings(int argc, char **argv);
int run_train(int argc, char **argv);
int run_tune(int argc, char **argv);
int run_bench(int argc, char **argv);
int run_predict(int argc, char **argv);
int run_evaluate(int argc, char **argv);
int run_hops(int argc, char **argv);
int run_data(int argc, char **argv);
int run_audit(int argc, char **argv);
int run_featurize(int argc, char **argv);
int run_smiles(int argc, char **argv);
int run_explain(int argc, char **argv);
int run_export(int argc, char **argv);

/* A row of the table in main.c. */
typedef struct command_row {
  const command *command;
  const char *summary;
  int (*run)(int argc, char **argv);
} command_row;

#endif
