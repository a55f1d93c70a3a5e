/* main.c: the command `khop`: finds the subcommand, and reports output that could not be written. */
#include "cli/again.h"
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/pages.h"
#include "cli/ranks.h"
#include "cli/terminal.h"

#include <khop/pipes.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The commands, in the order of the help. Whatever names them is made from this table. */
static const command_row commands[] = {
    {&info_command, "what a graph is: nodes, components, diameter, ring sizes", run_info},
    {&rings_command, "build one k-hop operator, and write it as .mtx or .npz", run_rings},
    {&audit_command, "what a stack of dilated layers sees, on a line or on a graph", run_audit},
    {&train_command, "train a k-hop model, over seeds and splits", run_train},
    {&tune_command, "train again and again with other options, and tell which validate best", run_tune},
    {&bench_command, "the trainings of a list once more: are its scores still reached?", run_bench},
    {&hops_command, "features gathered over rings once, into a file for --hop-features", run_hops},
    {&predict_command, "scores of every node from a trained model", run_predict},
    {&evaluate_command, "how good a trained model is: classes, confusion, calibration", run_evaluate},
    {&explain_command, "what hops, nodes and features gave to a prediction", run_explain},
    {&featurize_command, "descriptors of molecules, ring features of nodes", run_featurize},
    {&smiles_command, "canonical SMILES of molecules, standardised if asked", run_smiles},
    {&export_command, "a trained model as one file of C", run_export},
    {&data_command, "the data sets there are, and where", run_data},
};
#define COMMANDS ((int)(sizeof commands / sizeof *commands))

/* The row of a command; -1: there is none. */
static int find_command(const char *name) {
  for (int i = 0; i < COMMANDS; i++)
    if (strcmp(name, commands[i].command->name) == 0) return i;
  return -1;
}

static int no_such_command(const char *name) {
  complain("khop: there is no command '%s' (see 'khop --help')", name);
  return EXIT_USAGE;
}

static int ask_for_command(void) {
  fputs("khop: which command? ", stderr);
  for (int i = 0; i < COMMANDS; i++)
    fprintf(stderr, "%s%s", i == 0 ? "" : i < COMMANDS - 1 ? ", " : " or ", commands[i].command->name);
  fputs(" (see 'khop --help')\n", stderr);
  return EXIT_USAGE;
}

static void print_overview(void) {
  fputs("usage: khop COMMAND [arguments]\n\n"
        "Graph neural networks on exact k-hop neighbourhoods: ring k of a node holds the nodes whose\n"
        "shortest path to it has exactly k edges.\n\nCommands:\n", stdout);
  for (int i = 0; i < COMMANDS; i++)
    printf("  %-10s %s\n", commands[i].command->name, commands[i].summary);
  fputs("\nStart with:\n"
        "  khop info karate\n"
        "  khop train karate\n"
        "  khop help COMMAND\n"
        "'khop --version' prints the version, 'khop --completion bash' (zsh, fish) the completion.\n", stdout);
}

static bool asks_for_help(const char *name) {
  return strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
}

/* khop help, khop help COMMAND. */
static int run_help(int argc, char **argv) {
  if (argc > 2) {
    complain("khop help: one argument too many: '%s'", argv[2]);
    return EXIT_USAGE;
  }
  if (argc < 2 || asks_for_help(argv[1])) {
    print_overview();
    return EXIT_OK;
  }
  int found = find_command(argv[1]);
  if (found < 0) return no_such_command(argv[1]);
  print_command_help(commands[found].command);
  return EXIT_OK;
}

/* A full disk shows only when the last bytes are flushed. Of what failed before, errno is that of other calls since
 * then: the reason is what one more byte is told. */
static int check_output(int status) {
  bool failed = ferror(stdout), flushed = fflush(stdout) == 0;
  if (flushed && !failed) return status;
  if (flushed) flushed = putchar('\n') != EOF && fflush(stdout) == 0;
  complain("khop: cannot write to standard output: %s", flushed ? "an earlier part was lost" : strerror(errno));
  return EXIT_FAILED;
}

/* A training enters thousands of short parallel regions. OpenMP's idle threads spin by default, which on a busy
 * machine costs more than ten times an epoch. The runtime reads the policy once, when it is loaded, so the command
 * executes itself again with the policy set, unless the user has set it. */
static void wait_without_spinning(char **argv) {
  if (getenv("OMP_WAIT_POLICY") || setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  execute_again(argv); /* if that fails, the training merely spins */
}

/* A descriptor below 3 that is closed would be given to the first file that is opened: messages would go into it. */
static void open_closed_streams(void) {
  int file;
  do file = open("/dev/null", O_RDWR);
  while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) close(file);
}

static int run_command(const command_row *row, int argc, char **argv) {
  bool trains = row->run == run_train;
  begin_messages(row->command->name);
  if (trains) wait_without_spinning(argv);
  catch_interrupts();
  khop_pipes_keep(true);
  int status = trains ? open_ranks(argc - 1, argv + 1) : refuse_ranks(row->command->name);
  return check_output(status == GO_ON ? row->run(argc - 1, argv + 1) : status);
}

static int run(int argc, char **argv) {
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, in a sentence, and not the end by a signal */
  const char *name = argc > 1 ? argv[1] : "";
  if (!*name) return ask_for_command();
  if (asks_for_help(name)) return check_output(run_help(argc - 1, argv + 1));
  if (strcmp(name, "--version") == 0) {
    printf("khop %s\n", khop_version());
    return check_output(EXIT_OK);
  }
  const char *what = argc > 2 ? argv[2] : NULL;
  if (strcmp(name, "--manual") == 0) return check_output(print_manual(commands, COMMANDS, what));
  if (strcmp(name, "--completion") == 0) return check_output(print_completion(commands, COMMANDS, what));
  int found = find_command(name);
  if (found < 0) return no_such_command(name);
  return run_command(&commands[found], argc, argv);
}

int main(int argc, char **argv) {
  open_closed_streams();
  begin_ranks();
  return end_ranks(run(argc, argv));
}
