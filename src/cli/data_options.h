/* data_options.h: the options of every command that loads data. */
#ifndef KHOP_CLI_DATA_OPTIONS_H
#define KHOP_CLI_DATA_OPTIONS_H

#include "cli/options.h"

#include <khop/khop.h>

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

#endif
