/* data.c: khop data list | path NAME | build debian. */
#include "cli/commands.h"
#include "cli/data/build.h"
#include "cli/json.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <stdio.h>
#include <string.h>

static bool set_output(void *context, const char *value, const char *where) {
  return read_path(&((build_choice *)context)->output, value, where);
}
static bool set_from(void *context, const char *value, const char *where) {
  return read_path(&((build_choice *)context)->from, value, where);
}

static const option_row rows[] = {
    {"output", 'o', "FILE.npz", "build: where to (the user's own folder of the places above)", set_output},
    {"from", 0, "FILE", "build: a saved index; - is standard input (apt-cache dumpavail)", set_from},
    {"json", 0, NULL, "one JSON object", set_json},
    {"quiet", 'q', NULL, "build: no progress line", set_quiet},
};
const command data_command = {
    "data", "list | path NAME | build debian",
    "Lists the data sets of the catalogue with their place on this machine, or prints the path of\n"
    "one. Places: $KHOP_DATA, ./datasets, $XDG_DATA_HOME/khop (or ~/.local/share/khop), and where\n"
    "khop is installed.\n\n"
    "build debian makes the data set 'debian' of this machine's package index: packages, their\n"
    "dependencies, the words of their descriptions, their sections as classes.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop data list\n  khop train \"$(khop data path karate)\"\n"
    "  khop data build debian && khop train debian --recipe dilated --hops 0,1 --dilations 1\n", 1, 3, NULL};

static void print_catalogue_json(const khop_catalogue *catalogue) {
  cJSON *root = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(root, "data");
  for (int i = 0; i < khop_catalogue_count(catalogue); i++) {
    const khop_entry *e = khop_catalogue_entry(catalogue, i);
    const char *const keys[] = {"name", "file", "path", "origin", "licence", "sha256", "about"};
    const char *const values[] = {e->name, e->file, e->path, e->origin, e->licence, e->sha256, e->about};
    cJSON *item = cJSON_CreateObject();
    for (int k = 0; k < 7; k++)
      cJSON_AddItemToObject(item, keys[k],
                            values[k] ? cJSON_CreateString(values[k]) : cJSON_CreateNull());
    cJSON_AddItemToArray(list, item);
  }
  print_json(root);
}

static int list_data_sets(const data_choice *choice) {
  khop_catalogue *catalogue;
  if (khop_catalogue_load(&catalogue) != KHOP_OK) return library_failure();
  if (choice->json) {
    print_catalogue_json(catalogue);
  } else {
    for (int i = 0; i < khop_catalogue_count(catalogue); i++) {
      const khop_entry *e = khop_catalogue_entry(catalogue, i);
      printf("%-26s %-9s %s\n", visible(e->name), e->path ? "here" : "not here",
             visible(e->about ? e->about : ""));
    }
  }
  khop_catalogue_free(catalogue);
  return EXIT_OK;
}

static int print_path(const char *name) {
  char *found;
  if (khop_data_path(&found, name) != KHOP_OK) return library_failure();
  puts(found);
  khop_free(found);
  return EXIT_OK;
}

int run_data(int argc, char **argv) {
  build_choice choice = {0};
  const char *arguments[3];
  int status = parse_options(&data_command, &choice, argc, argv, arguments);
  if (status != GO_ON) return status;
  const char *what = arguments[0], *name = arguments[1], *rest = arguments[2];
  bool is_list = strcmp(what, "list") == 0, is_build = strcmp(what, "build") == 0;
  if (!is_list && !is_build && strcmp(what, "path") != 0)
    return usage_error("neither list, path nor build: '%s'", what);
  if (is_list && name)
    return usage_error("list: one argument too many: '%s'", name);
  if (!is_list && !name) return usage_error("%s: a name is missing", what);
  if (rest) return usage_error("%s: one argument too many: '%s'", what, rest);
  if (!is_build && (choice.output || choice.from))
    return usage_error("%s: -o and --from are for build", what);
  if (is_build) return build_data(&choice, name);
  return is_list ? list_data_sets(&choice.data) : print_path(name);
}
