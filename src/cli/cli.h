/* cli.h: what the subcommands share: option tables, values, errors, progress.
 *
 * The command uses khop's public headers alone. Results go to stdout, everything else to stderr;
 * exit status 0, 1 (failure), 2 (usage). */
#ifndef KHOP_CLI_CLI_H
#define KHOP_CLI_CLI_H

#include <khop/khop.h>
#include <stdio.h>

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, GO_ON = -1 };

/* Sets one option from its text; false after printing why not. where: "khop train: --hops". */
typedef bool (*option_setter)(void *context, const char *value, const char *where);

typedef struct option_row {
  const char *name;     /* "hops"; NULL: a heading in the help */
  char letter;          /* 'o', or 0 */
  const char *argument; /* "LIST"; NULL: a switch */
  const char *help;
  option_setter set;
} option_row;

typedef struct command {
  const char *name;     /* "train" */
  const char *usage;    /* "DATA [options]" */
  const char *about;    /* a paragraph */
  const option_row *options;
  int count;
  const char *examples; /* lines, or NULL */
  int least, most;      /* positional arguments */
  /* Told of each option of the command line once it is set, by its full name; may be NULL. */
  void (*was_set)(void *context, const char *name, const char *value);
} command;

/* Reads argv into context. Returns GO_ON, or the exit status when --help or a mistake ended it.
 * positional: room for command->most; those that are not given become NULL. */
int parse_options(const command *c, void *context, int argc, char **argv, const char **positional);
/* Sets one option by name, as a file would ask for it; false when there is none, or it will not do. */
bool apply_option(const command *c, void *context, const char *name, const char *value,
                  const char *where);
/* What `khop train --help` prints. */
void print_command_help(const command *c);
int usage_error(const command *c, const char *format, ...) KHOP_PRINTF(2, 3);
/* "khop train: message" on stderr; returns EXIT_FAILED. */
int failed(const command *c);

/* --- values: each prints "where: not a ..: 'text'" and returns false when it will not do ------- */

bool read_int(int *value, const char *text, int least, int most, const char *where);
bool read_int64(int64_t *value, const char *text, int64_t least, int64_t most, const char *where);
bool read_seed(uint64_t *value, const char *text, const char *where);
bool read_number(double *value, const char *text, double least, double below, const char *where);
/* "0,1,2" and "0-8", up to room of them, each at least `least`. what: "hops". */
bool read_list(int *values, int *count, int room, int least, const char *text, const char *what,
               const char *where);
/* One of names (count of them). what: "a direction". */
bool read_choice(int *value, const char *text, const char *const *names, int count,
                 const char *what, const char *where);
/* A path for an output or an input: anything but "". */
bool read_path(const char **value, const char *text, const char *where);
/* "512M", "2G", bytes without a letter. */
bool read_bytes(int64_t *value, const char *text, const char *where);

extern const char *const form_names[6]; /* stored, matrix-free, ladder, bitmap, auto, all */
extern const khop_form forms_by_name[5];
extern const char *const direction_names[3], *const operator_names[4], *const norm_names[4];

/* --- data ------------------------------------------------------------------------------------ */

/* Options that every command which loads data takes; the context of such a command starts with it. */
typedef struct data_choice {
  khop_data_options options;
  int64_t max_bytes;
  bool json, quiet;
} data_choice;
#define DATA_OPTION_ROWS                                                                           \
  {NULL, 0, NULL, "Data", NULL},                                                                   \
      {"label", 0, "NAME", "vertex attribute that holds the class (label, class, y)", set_label},  \
      {"split-column", 0, "NAME", "vertex attribute with train / val / test (split)", set_split_column}, \
      {"masks", 0, "PREFIX", ".npz: which masks, such as geom_ or fixed_", set_masks},             \
      {"directed-links", 0, NULL, ".npz: the directed links dir_* as the graph", set_directed_links}, \
      {"directed", 0, NULL, "edge lists: the edges have a direction", set_directed},               \
      {"split-seed", 0, "N", "seed of the random split where the data bring none (0)", set_split_seed}, \
      {"memory", 0, "BYTES", "budget for rings and runs, as 512M or 4G (half of the memory)", set_memory}
bool set_label(void *context, const char *value, const char *where);
bool set_split_column(void *context, const char *value, const char *where);
bool set_masks(void *context, const char *value, const char *where);
bool set_directed_links(void *context, const char *value, const char *where);
bool set_directed(void *context, const char *value, const char *where);
bool set_split_seed(void *context, const char *value, const char *where);
bool set_memory(void *context, const char *value, const char *where);
bool set_json(void *context, const char *value, const char *where);
bool set_quiet(void *context, const char *value, const char *where);
bool set_threads(void *context, const char *value, const char *where);

/* --- the rest -------------------------------------------------------------------------------- */

/* A line on stderr that is overwritten, on a terminal only, at most ten times a second. */
void progress_line(bool last, const char *format, ...) KHOP_PRINTF(2, 3);
void progress_clear(void);
/* Set by the first Ctrl-C; the second ends the program. */
bool was_interrupted(void);
void catch_interrupts(void);
/* "12.3 MB" in a ring of static buffers. */
const char *bytes_text(double bytes);
/* The largest resident size of this process so far. */
int64_t peak_bytes(void);

/* --- the commands ---------------------------------------------------------------------------- */

extern const command info_command, rings_command, audit_command, train_command, hops_command,
    predict_command, featurize_command, data_command;
int run_info(int argc, char **argv);
int run_rings(int argc, char **argv);
int run_train(int argc, char **argv);
int run_predict(int argc, char **argv);
int run_hops(int argc, char **argv);
int run_data(int argc, char **argv);
int run_audit(int argc, char **argv);
int run_featurize(int argc, char **argv);

#endif
