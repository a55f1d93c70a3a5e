/* kept_options.c: see kept_options.h. */
#include "cli/kept_options.h"
#include "cli/trained_with.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- from the model --------------------------------------------------------------------------------- */

static bool set_target(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.target = value;
  return true;
}

/* The format stands first: what the others are good for depends on it. */
static const struct {
  const char *name;
  option_setter set;
} options[] = {{"format", set_format},     {"label", set_label}, {"target", set_target},
               {"name", set_name},         {"masks", set_masks}, {"split-column", set_split_column},
               {"directed", set_directed}, {"ids", set_ids},     {"directed-links", set_directed_links},
               {"missing", set_missing},   {"split-seed", set_split_seed},
               {"encodings", set_encodings}};
#define OPTIONS ((int)(sizeof options / sizeof *options))

/* Whether a file says by its name that it is of a format: the format of the training is that of a file without. */
static bool tells_format(const char *name) {
  static const char *const telling[] = {"graphml", "gexf", "gml", "net", "paj", "lgl", "dl", "json", "mtx", "npz"};
  size_t length = strlen(name), packed = length > 3 && strcasecmp(name + length - 3, ".gz") == 0 ? 3 : 0;
  for (size_t t = 0; t < sizeof telling / sizeof *telling; t++) {
    size_t own = strlen(telling[t]);
    if (length < own + packed + 1) continue;
    const char *end = name + length - packed - own;
    if (end[-1] == '.' && strncasecmp(end, telling[t], own) == 0) return true;
  }
  return false;
}

/* One role takes the place of the other, and whatever the command line gives that of the training. */
static bool is_open(const data_choice *choice, const char *option) {
  bool role = strcmp(option, "label") == 0 || strcmp(option, "target") == 0;
  return !was_given(choice, option) && !(role && (was_given(choice, "label") || was_given(choice, "target")));
}

int apply_kept_options(kept_options *kept, data_choice *choice, const khop_model *model, const char *path,
                       const char *name, bool set, const graph_set_choice *how) {
  char where[160];
  for (int i = 0; i < OPTIONS; i++) {
    const char *option = options[i].name;
    bool format = strcmp(option, "format") == 0;
    if (!is_open(choice, option) || (format && (set || tells_format(name)))) continue;
    if (!format && !has_use(choice, kind_of_data(name, choice, set, how), option)) continue;
    char *value = trained_with(model, option);
    if (!value) continue;
    kept->name[kept->count] = option;
    kept->value[kept->count++] = value;
    snprintf(where, sizeof where, "%.80s: its option %s", path, option);
    if (!options[i].set(choice, value, where)) return EXIT_FAILED;
  }
  return GO_ON;
}

void free_kept_options(kept_options *kept) {
  for (int i = 0; i < kept->count; i++) free(kept->value[i]);
  kept->count = 0;
}

/* --- on other data ------------------------------------------------------------------------------------ */

/* Where the field of an option is that names what data of the same features need not have; NULL: no such option. */
static const char **field_of(khop_data_options *o, const char *option, bool needs_truth) {
  if (strcmp(option, "label") == 0) return needs_truth ? NULL : &o->label;
  if (strcmp(option, "target") == 0) return needs_truth ? NULL : &o->target;
  if (strcmp(option, "name") == 0) return &o->name;
  if (strcmp(option, "masks") == 0) return &o->mask_prefix;
  if (strcmp(option, "split-column") == 0) return &o->split;
  return strcmp(option, "format") == 0 ? &o->read.format : NULL;
}

/* A pipe can be read but once. */
static bool can_be_read_again(const char *name) {
  char *path = NULL;
  struct stat seen;
  bool found = khop_data_path(&path, name) == KHOP_OK;
  bool again = stat(found ? path : name, &seen) == 0 && (S_ISREG(seen.st_mode) || S_ISDIR(seen.st_mode));
  khop_free(path);
  return again;
}

/* The last message of the library, to be freed. */
static char *why_not(void) {
  char *why = strdup(khop_message());
  if (!why) exit(failure("no memory for a message"));
  return why;
}

/* To " --name who --label team". */
static void append_option(char **left_out, const char *option, const char *value) {
  char *longer = NULL;
  if (asprintf(&longer, "%s --%s %s", *left_out ? *left_out : "", option, value) < 0)
    exit(failure("no memory for a message"));
  free(*left_out);
  *left_out = longer;
}

/* Leaves out kept option i where the data then load, or fail for another reason; another format is none. */
static bool leave_out(khop_data **data, const char *name, data_choice *choice, kept_options *kept, int i) {
  const char *option = kept->name[i], **field = field_of(&choice->options, option, kept->needs_truth);
  if (!field || !*field) return false;
  char *why = why_not();
  *field = NULL;
  bool loaded = khop_data_load(data, name, &choice->options) == KHOP_OK;
  bool helps = loaded || (strcmp(why, khop_message()) != 0 && strcmp(option, "format") != 0);
  if (!helps) *field = kept->value[i];
  if (helps && (strcmp(option, "label") == 0 || strcmp(option, "target") == 0)) kept->without_truth = true;
  free(why);
  return helps;
}

/* Leaves out one after the other, as long as it helps; left_out: which. */
static void load_without(khop_data **data, const char *name, data_choice *choice, kept_options *kept, char **left_out) {
  bool helped = true;
  while (helped && !*data) {
    helped = false;
    for (int i = 0; i < kept->count && !*data; i++)
      if (leave_out(data, name, choice, kept, i)) {
        append_option(left_out, kept->name[i], kept->value[i]);
        helped = true;
      }
  }
}

int load_with_kept(khop_data **data, const char *name, const data_choice *choice, kept_options *kept) {
  data_choice how = *choice;
  char *left_out = NULL, *why = NULL;
  how.options.size = sizeof how.options;
  khop_status status = khop_data_load(data, name, &how.options);
  if (status != KHOP_OK) why = why_not();
  if (status != KHOP_OK && status != KHOP_E_MEMORY && can_be_read_again(name))
    load_without(data, name, &how, kept, &left_out);
  if (*data && left_out && !choice->quiet) note("read without%s of the training: %s", left_out, why);
  if (*data) tell_data_notes(*data, name, choice);
  free(left_out);
  free(why);
  return *data ? GO_ON : library_failure();
}
