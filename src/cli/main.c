/* main.c: the command `khop`: which subcommand, and whether what it printed has arrived. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
  const char *name, *about;
  int (*run)(int argc, char **argv);
} commands[] = {
    {"info", "what a graph is: nodes, components, diameter, ring sizes", run_info},
    {"rings", "build one k-hop operator, and write it as .mtx or .npz", run_rings},
    {"audit", "what a stack of dilated layers sees, on a line or on a graph", run_audit},
    {"train", "train a k-hop model, over seeds and splits", run_train},
    {"hops", "features gathered over rings once, into a file for --hop-features", run_hops},
    {"predict", "scores of every node from a trained model", run_predict},
    {"featurize", "descriptors of molecules, ring features of nodes", run_featurize},
    {"data", "the data sets there are, and where", run_data},
};
#define COMMANDS ((int)(sizeof commands / sizeof *commands))

static void print_help(void) {
  fputs("usage: khop COMMAND [arguments]\n\n"
        "Graph neural networks on exact k-hop neighbourhoods: ring k of a node holds the nodes whose\n"
        "shortest path to it has exactly k edges.\n\nCommands:\n", stdout);
  for (int i = 0; i < COMMANDS; i++)
    printf("  %-10s %s\n", commands[i].name, commands[i].about);
  fputs("\nStart with:\n"
        "  khop info karate\n"
        "  khop train karate\n"
        "  khop COMMAND --help\n"
        "'khop --version' prints the version.\n", stdout);
}

/* A full disk shows only when the last bytes are flushed. */
static int check_output(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  fprintf(stderr, "khop: cannot write to standard output: %s\n", strerror(errno));
  return EXIT_FAILED;
}

/* A training crosses thousands of short parallel regions. OpenMP's threads spin while they wait, which
 * on a machine that has other work costs far more than waking them: an epoch on Cora with two threads
 * beside three busy processes took 156 ms spinning and 12 ms not. The runtime reads the policy once,
 * when it is loaded, so the command starts over with it set, unless the user has set it. */
static void wait_without_spinning(char **argv) {
  if (getenv("OMP_WAIT_POLICY") || setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  execv("/proc/self/exe", argv); /* where that fails, we go on as we are */
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "";
  if (strcmp(name, "train") == 0) wait_without_spinning(argv);
  for (int i = 0; i < COMMANDS; i++)
    if (strcmp(name, commands[i].name) == 0) return check_output(commands[i].run(argc - 1, argv + 1));
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
    print_help();
    return check_output(EXIT_OK);
  }
  if (strcmp(name, "--version") == 0) {
    printf("khop %s\n", khop_version());
    return check_output(EXIT_OK);
  }
  if (!*name)
    fputs("khop: which command? info, rings, train, hops, predict or data (see 'khop --help')\n", stderr);
  else
    fprintf(stderr, "khop: there is no command '%s' (see 'khop --help')\n", name);
  return EXIT_USAGE;
}
