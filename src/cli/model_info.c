/* model_info.c: see model_info.h. */
#include "cli/model_info.h"
#include "cli/describe.h"
#include "cli/json.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LINES 20 /* of a list: the rest is counted */

/* Notes that a training leaves in a model; "options" and "schema" apart. */
static const char *const notes[] = {"recipe", "seed", "split", "ensemble", "members", "hops"};

bool is_model_file(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot && strcmp(dot, ".safetensors") == 0;
}

/* --- text ----------------------------------------------------------------------------------- */

static const char *what_is_predicted(const khop_model *model) {
  if (khop_model_predicts_classes(model)) return "probabilities of classes";
  return khop_model_predicts_tasks(model) ? "probabilities of a yes" : "numbers";
}

static void print_list(const char *title, const char *const *names, int64_t count) {
  if (!count) return;
  printf("  %-15s %lld", title, (long long)count);
  for (int64_t i = 0; names && i < count && i < MOST_LINES; i++) printf("%s %s", i ? "," : ":", visible(names[i]));
  printf("%s\n", names && count > MOST_LINES ? ", .." : "");
}

/* Numbers are learned in units of their own. */
static void print_units(const khop_schema *schema, const char *const *names, int64_t count) {
  double mean, deviation;
  for (int64_t i = 0; i < count && i < MOST_LINES && khop_schema_target_unit(&mean, &deviation, schema, i); i++)
    printf("    %-13s mean %g, deviation %g: learned in units of it\n", names ? visible(names[i]) : "", mean,
           deviation);
}

static void print_schema(const khop_schema *schema) {
  int64_t count = 0;
  const char *const *names;
  if (!schema) {
    printf("  features        of a model without a schema, by an older khop: matched by their position\n");
    return;
  }
  printf("  features        %lld%s\n", (long long)khop_schema_columns(schema),
         khop_schema_row_normalized(schema) ? ", each row divided by its sum" : "");
  print_fields(schema, true);
  names = khop_schema_edge_labels(schema, &count);
  print_list("edge labels", names, count);
  names = khop_schema_classes(schema, &count);
  print_list("classes", names, count);
  names = khop_schema_targets(schema, &count);
  print_list(khop_schema_has_tasks(schema) ? "tasks" : "targets", names, count);
  print_units(schema, names, count);
}

static void print_options(const char *options) {
  if (!options) return;
  printf("  options        ");
  for (const char *line = options; *line; line += *line == '\n') {
    size_t length = strcspn(line, "\n");
    char *option = strndup(line, length);
    if (!option) exit(failure("no memory for an option"));
    printf(" --%s", visible(option));
    free(option);
    line += length;
  }
  putchar('\n');
}

/* Which molecules are like those that it was trained on. */
static void print_domain(const khop_domain *d) {
  if (!d) return;
  printf("  domain          %d to %d heavy atoms, elements", d->least, d->most);
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++)
    if (d->element[e]) printf(" %s", khop_element_symbol(e));
  printf(" (%lld molecules)\n", (long long)d->trained);
  if (isnan(d->unseen))
    printf("    %-13s not judged: %lld molecules validated, and 19 are needed\n", "environments", (long long)d->validated);
  else
    printf("    %-13s at most %.3g %% of them unseen, as of %.3g %% of %lld validation molecules\n", "environments",
           100 * d->unseen, 100 * d->share, (long long)d->validated);
}

static void print_model_text(const char *path, const khop_model *model, const khop_schema *schema,
                             const khop_domain *domain) {
  bool of_graphs = khop_model_metadata(model, "ensemble");
  printf("%s: a model of %s, %lld parameters\n", visible(path), of_graphs ? "sets of graphs" : "the nodes of a graph",
         (long long)khop_model_parameters(model));
  for (size_t n = 0; n < sizeof notes / sizeof *notes; n++)
    if (khop_model_metadata(model, notes[n]))
      printf("  %-15s %s\n", notes[n], visible(khop_model_metadata(model, notes[n])));
  printf("  predicts        %lld %s\n", (long long)khop_model_output_columns(model), what_is_predicted(model));
  print_schema(schema);
  print_domain(domain);
  print_options(khop_model_metadata(model, "options"));
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void add_units(cJSON *root, const khop_schema *schema) {
  int64_t count = 0;
  double mean, deviation;
  khop_schema_targets(schema, &count);
  cJSON *list = cJSON_AddArrayToObject(root, "target_units");
  for (int64_t i = 0; i < count && khop_schema_target_unit(&mean, &deviation, schema, i); i++) {
    cJSON *unit = cJSON_CreateObject();
    add_number(unit, "mean", mean);
    add_number(unit, "deviation", deviation);
    cJSON_AddItemToArray(list, unit);
  }
}

static void add_classes_of_model(cJSON *root, const khop_schema *schema) {
  int64_t count = 0;
  const char *const *names = khop_schema_classes(schema, &count);
  cJSON *list = cJSON_AddArrayToObject(root, "class_names");
  add_number(root, "classes", (double)count);
  for (int64_t c = 0; names && c < count; c++) cJSON_AddItemToArray(list, cJSON_CreateString(names[c]));
}

static void add_domain(cJSON *root, const khop_domain *d) {
  if (!d) return;
  cJSON *domain = cJSON_AddObjectToObject(root, "domain"), *elements = cJSON_AddArrayToObject(domain, "elements");
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++)
    if (d->element[e]) cJSON_AddItemToArray(elements, cJSON_CreateString(khop_element_symbol(e)));
  add_number(domain, "least_heavy_atoms", d->least);
  add_number(domain, "most_heavy_atoms", d->most);
  add_number(domain, "trained", (double)d->trained);
  add_number(domain, "validated", (double)d->validated);
  add_number(domain, "share", d->share);
  add_number(domain, "unseen_environments", d->unseen);
}

static void add_options(cJSON *root, const char *options) {
  cJSON *list = cJSON_AddObjectToObject(root, "options");
  char *text = strdup(options ? options : ""), *rest = text;
  for (char *line; text && (line = strsep(&rest, "\n"));) {
    char *equals = strchr(line, '=');
    if (!equals) continue;
    *equals = 0;
    cJSON_DeleteItemFromObjectCaseSensitive(list, line); /* the last one counts */
    cJSON_AddStringToObject(list, line, equals + 1);
  }
  free(text);
}

static void print_model_json(const char *path, const khop_model *model, const khop_schema *schema,
                             const khop_domain *domain) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "model", path);
  cJSON_AddStringToObject(root, "of", khop_model_metadata(model, "ensemble") ? "graphs" : "nodes");
  add_number(root, "parameters", (double)khop_model_parameters(model));
  add_number(root, "features", (double)khop_model_input_columns(model));
  add_number(root, "outputs", (double)khop_model_output_columns(model));
  cJSON_AddStringToObject(root, "predicts", what_is_predicted(model));
  for (size_t n = 0; n < sizeof notes / sizeof *notes; n++)
    if (khop_model_metadata(model, notes[n])) cJSON_AddStringToObject(root, notes[n], khop_model_metadata(model, notes[n]));
  cJSON_AddBoolToObject(root, "has_schema", schema != NULL);
  if (schema) {
    add_schema(root, schema, true);
    add_classes_of_model(root, schema);
    add_task_names(root, schema);
    add_units(root, schema);
    cJSON_AddBoolToObject(root, "row_normalized", khop_schema_row_normalized(schema));
  }
  add_domain(root, domain);
  add_options(root, khop_model_metadata(model, "options"));
  print_json(root);
}

/* --- the whole ------------------------------------------------------------------------------ */

/* NULL for a model of other data than molecules, or by an older khop. */
static khop_status read_domain(khop_domain **domain, const khop_model *model) {
  khop_status status = khop_model_domain(domain, model);
  return status == KHOP_E_NOT_FOUND ? KHOP_OK : status;
}

int describe_model(const char *path, const data_choice *choice) {
  khop_model *model = NULL;
  khop_schema *schema = NULL;
  khop_domain *domain = NULL;
  for (int i = 0; i < choice->given; i++)
    if (strcmp(choice->given_name[i], "json") != 0 && strcmp(choice->given_name[i], "threads") != 0)
      return usage_error("--%s is of data, and %s is a model", choice->given_name[i], path);
  if (khop_model_load(&model, path) != KHOP_OK) return library_failure();
  khop_status status = khop_model_schema(&schema, model);
  if (status == KHOP_OK) status = read_domain(&domain, model);
  if (status == KHOP_OK) (choice->json ? print_model_json : print_model_text)(path, model, schema, domain);
  khop_domain_free(domain);
  khop_schema_free(schema);
  khop_model_free(model);
  return status == KHOP_OK ? EXIT_OK : failure("%s: %s", path, khop_message());
}
