/* export.c: khop export: a trained model as one file of C. */
#include "cli/commands.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <khop/export.h>
#include <stdio.h>
#include <string.h>

typedef struct export_choice {
  const char *output, *name;
} export_choice;

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((export_choice *)context)

SETTER(set_output) { return read_path(&CHOICE->output, value, where); }

/* The library says it again, but that would be a failure and not a mistake of use. */
SETTER(set_name) {
  size_t length = strlen(value);
  const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  CHOICE->name = value;
  if (length >= 1 && length <= 40 && strspn(value, letters) == length && strspn(value, letters + 52) == 0) return true;
  complain("%s: not a name in C: '%s' (1 to 40 letters, digits and underscores, a letter first)", where, value);
  return false;
}

static const option_row options[] = {
    {"output", 'o', "FILE.c", "the file to write (required)", set_output},
    {"name", 0, "NAME", "what its functions begin with (model)", set_name},
};

const command export_command = {
    .name = "export",
    .usage = "MODEL -o FILE.c [options]",
    .about = "Writes a trained model, a file that khop train --save wrote, with its weights as one file of C99\n"
             "that needs nothing but libm: no khop, no BLAS, no OpenMP. Its function NAME_run takes features\n"
             "and the arcs of a graph, finds the rings itself, and gives the scores of khop predict. The\n"
             "comment at its head says how it is called, and what the columns are.\n"
             "What has no C form is refused, by the number and name of the op: docs/export.md.",
    .options = options,
    .count = (int)(sizeof options / sizeof *options),
    .examples = "  khop train karate --save karate.safetensors\n"
                "  khop export karate.safetensors -o karate.c --name karate\n"
                "  cc -std=c99 -O2 -c karate.c\n",
    .least = 1,
    .most = 1,
};

/* Of an ensemble each file is one model, and khop predict takes the mean of all. */
static void tell_ensemble(const char *path, const khop_model *model) {
  const char *count = khop_model_metadata(model, "ensemble");
  if (!count) count = khop_model_metadata(model, "members");
  if (count && strcmp(count, "1") != 0)
    note("%s is one model of an ensemble of %s: its scores are its own, and khop predict gives the mean of all", path,
         count);
}

int run_export(int argc, char **argv) {
  export_choice choice = {.name = "model"};
  const char *path;
  khop_model *model = NULL;
  int status = parse_options(&export_command, &choice, argc, argv, &path);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error("-o: an output is required");
  if (khop_model_load(&model, path) != KHOP_OK || khop_export_c(model, choice.name, choice.output) != KHOP_OK) {
    status = library_failure();
  } else {
    tell_ensemble(path, model);
    printf("%s: %s_run, %lld parameters\n", visible(choice.output), choice.name,
           (long long)khop_model_parameters(model));
    status = EXIT_OK;
  }
  khop_model_free(model);
  return status;
}
