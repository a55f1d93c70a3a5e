/* data.c: khop data list | path NAME. */
#include "cli.h"

#include <cjson/cJSON.h>
#include <string.h>

static const option_row rows[] = {
    {"json", 0, NULL, "one JSON object", set_json},
};
static const command self = {
    "data", "list | path NAME",
    "Lists the data sets of the catalogue with their place on this machine, or prints the path of\n"
    "one. Places: $KHOP_DATA, ./datasets, $XDG_DATA_HOME/khop (or ~/.local/share/khop), and where\n"
    "khop is installed.",
    rows, 1, "  khop data list\n  khop train \"$(khop data path karate)\"\n", 1, 2, NULL};

static void print_json(const khop_catalogue *catalogue) {
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
  char *text = cJSON_Print(root);
  puts(text ? text : "");
  cJSON_free(text);
  cJSON_Delete(root);
}

static int list(const data_choice *choice) {
  khop_catalogue *catalogue;
  if (khop_catalogue_load(&catalogue) != KHOP_OK) return failed(&self);
  if (choice->json) {
    print_json(catalogue);
  } else {
    for (int i = 0; i < khop_catalogue_count(catalogue); i++) {
      const khop_entry *e = khop_catalogue_entry(catalogue, i);
      printf("%-26s %-9s %s\n", e->name, e->path ? "here" : "not here", e->about ? e->about : "");
    }
  }
  khop_catalogue_free(catalogue);
  return EXIT_OK;
}

static int path(const char *name) {
  char *found;
  if (khop_data_path(&found, name) != KHOP_OK) return failed(&self);
  puts(found);
  khop_free(found);
  return EXIT_OK;
}

int run_data(int argc, char **argv) {
  data_choice choice = {0};
  const char *arguments[2];
  int status = parse_options(&self, &choice, argc, argv, arguments);
  if (status != GO_ON) return status;
  if (strcmp(arguments[0], "list") == 0 && !arguments[1]) return list(&choice);
  if (strcmp(arguments[0], "path") == 0 && arguments[1]) return path(arguments[1]);
  if (strcmp(arguments[0], "list") == 0)
    return usage_error(&self, "list: one argument too many: '%s'", arguments[1]);
  if (strcmp(arguments[0], "path") == 0) return usage_error(&self, "path: a name is missing");
  return usage_error(&self, "neither list nor path: '%s'", arguments[0]);
}
