/* roles.c: what each attribute of the nodes is for.
 *
 *   asked for   --label, --target, --name, --split-column, --features, --exclude, or the features of a model
 *   by name     split, train_mask, ..; id; a layout: x and y (and z), r and g and b, size
 *   by values   label, labels, class, y, value, modularity_class, club: the first of them whose values are classes,
 *               or numbers to predict. Strings that differ at nearly every node are names.
 *   the rest    features: numbers, and strings with few values */
#include "data/roles.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const khop_i_mask_names[3] = {"train_mask", "val_mask", "test_mask"};

/* Strings with more values than this are no features unless they are asked for: text, not categories. */
#define MOST_WORDS 256
/* Numbers with more values than this, and than half of the nodes, are no classes: ids. */
#define FEW 20

typedef struct role_search {
  khop_data *data;
  const khop_graph *graph;
  const khop_data_options *options;
  khop_i_role *role;
  bool *fixed; /* (columns) its role is settled */
  bool *asked; /* (columns) by an option */
  bool learns; /* a label or a target is found */
} role_search;

static const char *const role_words[] = {"a feature", "the label", "a target", "a task",
                                         "the split", "the name",  "a layout", "nothing (--exclude)"};

/* --- columns by name ------------------------------------------------------------------------- */

static int column_count(const role_search *s) { return khop_graph_columns(s->graph); }
static const khop_column *column_at(const role_search *s, int c) { return khop_graph_column(s->graph, c); }

static int find_column(const role_search *s, const char *name) {
  for (int c = 0; c < column_count(s); c++)
    if (strcmp(column_at(s, c)->name, name) == 0) return c;
  return -1;
}

static int find_in_any_case(const role_search *s, const char *name) {
  for (int c = 0; c < column_count(s); c++)
    if (khop_i_strcasecmp(column_at(s, c)->name, name) == 0) return c;
  return -1;
}

/* "age, town, .." into text: as many names as fit. */
static void list_columns(char *text, size_t room, const role_search *s) {
  size_t used = 0;
  for (int c = 0; c < column_count(s); c++) {
    const char *name = column_at(s, c)->name;
    bool fits = used + strlen(name) + sizeof ", .." < room;
    used += (size_t)snprintf(text + used, room - used, "%s%s", c ? ", " : "", fits ? name : "..");
    if (!fits) return;
  }
}

static khop_status find_asked(int *column, const role_search *s, const char *name) {
  char there[300] = "";
  *column = find_column(s, name);
  if (*column >= 0) return KHOP_OK;
  int other = find_in_any_case(s, name);
  if (other >= 0)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no vertex attribute '%s' among its %d: there is '%s'", name,
                       column_count(s), column_at(s, other)->name);
  list_columns(there, sizeof there, s);
  return khop_i_fail(KHOP_E_NOT_FOUND, "has no vertex attribute '%s' among its %d%s%s", name, column_count(s),
                     *there ? ": " : "", there);
}

static void fix_role(role_search *s, int column, khop_i_role role) {
  s->role[column] = role;
  s->fixed[column] = true;
}

static khop_status fix_asked(role_search *s, const char *name, khop_i_role role) {
  int column;
  if (!name) return KHOP_OK;
  khop_status status = find_asked(&column, s, name);
  if (status != KHOP_OK) return status;
  if (s->asked[column] && role != KHOP_I_ROLE_UNUSED)
    return s->role[column] == role
               ? khop_i_fail(KHOP_E_ARGUMENT, "the attribute '%s' is asked for twice", name)
               : khop_i_fail(KHOP_E_ARGUMENT, "the attribute '%s' is asked for as %s and as %s", name,
                             role_words[s->role[column]], role_words[role]);
  s->asked[column] = true;
  fix_role(s, column, role);
  return KHOP_OK;
}

/* Each name of "a,b,c". */
static khop_status fix_list(role_search *s, const char *list, khop_i_role role) {
  char *text = NULL;
  khop_status status = list ? khop_i_strdup(&text, list) : KHOP_OK;
  char *rest = text;
  for (char *name; status == KHOP_OK && rest && (name = strsep(&rest, ","));) status = fix_asked(s, name, role);
  khop_i_free(text);
  return status;
}

/* --- values ---------------------------------------------------------------------------------- */

typedef struct value_counts {
  int64_t present, distinct;
  bool whole; /* numbers without a fraction, all of them */
} value_counts;

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }
static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static khop_status count_strings(value_counts *counts, const khop_column *column, int64_t nodes) {
  const char **sorted = NULL;
  khop_status status = khop_i_alloc(&sorted, nodes, sizeof *sorted, "the values of an attribute");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++)
    if (*column->strings[i]) sorted[counts->present++] = column->strings[i];
  if (counts->present) qsort(sorted, (size_t)counts->present, sizeof *sorted, by_text);
  for (int64_t i = 0; i < counts->present; i++)
    counts->distinct += i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0;
  khop_i_free(sorted);
  return KHOP_OK;
}

static khop_status count_numbers(value_counts *counts, const khop_column *column, int64_t nodes) {
  double *sorted = NULL;
  khop_status status = khop_i_alloc(&sorted, nodes, sizeof *sorted, "the values of an attribute");
  if (status != KHOP_OK) return status;
  counts->whole = true;
  for (int64_t i = 0; i < nodes; i++) {
    double value = column->numbers[i];
    if (isnan(value)) continue;
    sorted[counts->present++] = value;
    counts->whole = counts->whole && value == floor(value);
  }
  if (counts->present) qsort(sorted, (size_t)counts->present, sizeof *sorted, by_value);
  for (int64_t i = 0; i < counts->present; i++) counts->distinct += i == 0 || sorted[i] != sorted[i - 1];
  khop_i_free(sorted);
  return KHOP_OK;
}

static khop_status count_values(value_counts *counts, const role_search *s, int column) {
  const khop_column *c = column_at(s, column);
  int64_t nodes = khop_graph_nodes(s->graph);
  *counts = (value_counts){0};
  return c->strings ? count_strings(counts, c, nodes) : count_numbers(counts, c, nodes);
}

static bool all_differ(const value_counts *v) { return 10 * v->distinct >= 9 * v->present; }
/* Of a column that is called as names are, which some nodes may share. */
static bool are_names(const value_counts *v) {
  return all_differ(v) || (v->distinct > FEW && 2 * v->distinct > v->present);
}
static bool are_ids(const value_counts *v) { return v->whole && v->distinct > FEW && 2 * v->distinct > v->present; }

/* --- roles that are asked for ---------------------------------------------------------------- */

static khop_status fix_targets(role_search *s) {
  khop_status status = fix_list(s, s->options->target, KHOP_I_ROLE_TARGET);
  for (int c = 0; status == KHOP_OK && c < column_count(s); c++)
    if (s->role[c] == KHOP_I_ROLE_TARGET && column_at(s, c)->strings)
      return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' holds strings, and a target is a number",
                         column_at(s, c)->name);
  return status;
}

/* One label is a class; several are yes/no tasks. A name may hold a comma. */
static khop_status fix_labels(role_search *s) {
  const char *label = s->options->label;
  bool several = label && strchr(label, ',') && find_column(s, label) < 0;
  return several ? fix_list(s, label, KHOP_I_ROLE_TASK) : fix_asked(s, label, KHOP_I_ROLE_LABEL);
}

/* Data for a model of yes/no tasks have them, where all its tasks are attributes: they are what it is scored on. */
static void fix_tasks_of_model(role_search *s) {
  int64_t count = 0;
  const char *const *names = s->options->schema ? khop_schema_targets(s->options->schema, &count) : NULL;
  if (!names || !khop_schema_has_tasks(s->options->schema) || s->options->label || s->options->target) return;
  for (int64_t t = 0; t < count; t++) {
    int c = find_column(s, names[t]);
    if (c < 0 || s->fixed[c]) return;
  }
  for (int64_t t = 0; t < count; t++) fix_role(s, find_column(s, names[t]), KHOP_I_ROLE_TASK);
  s->learns = true;
}

/* Data for a model have its features, whatever else their names might say, and ignore what it ignored. */
static void fix_features_of_model(role_search *s) {
  const khop_schema *schema = s->options->schema;
  for (int c = 0; schema && c < column_count(s); c++) {
    const char *name = column_at(s, c)->name;
    bool wanted = false;
    for (int i = 0; i < khop_schema_fields(schema) && !wanted; i++)
      wanted = strcmp(khop_schema_field(schema, i)->name, name) == 0;
    if (wanted && !s->fixed[c]) fix_role(s, c, KHOP_I_ROLE_FEATURE);
  }
}

/* Numbers that a model predicts are what is to be learned here too, not features that it does not know. */
static bool fix_targets_of_model(role_search *s) {
  int64_t count = 0;
  bool found = false;
  const khop_schema *schema = s->options->schema;
  const char *const *names = schema ? khop_schema_targets(schema, &count) : NULL;
  if (s->options->label || s->options->target) return false;
  for (int64_t t = 0; names && t < count; t++) {
    int c = find_column(s, names[t]);
    if (c < 0 || s->fixed[c] || !column_at(s, c)->numbers) continue;
    fix_role(s, c, KHOP_I_ROLE_TARGET);
    found = true;
  }
  return found;
}

static khop_status fix_all_asked(role_search *s) {
  khop_status status = KHOP_OK;
  const khop_data_options *o = s->options;
  bool none = o->features && strcmp(o->features, "none") == 0;
  if (o->label && o->target)
    return khop_i_fail(KHOP_E_ARGUMENT, "a label '%s' and a target '%s': one of them is learned", o->label, o->target);
  fix_features_of_model(s);
  fix_tasks_of_model(s);
  if (o->features)
    for (int c = 0; c < column_count(s); c++)
      if (!s->fixed[c]) s->role[c] = KHOP_I_ROLE_UNUSED;
  if (!none) KHOP_TRY(fix_list(s, o->features, KHOP_I_ROLE_FEATURE));
  KHOP_TRY(fix_list(s, o->exclude, KHOP_I_ROLE_UNUSED));
  KHOP_TRY(fix_asked(s, o->name, KHOP_I_ROLE_NAME));
  KHOP_TRY(fix_asked(s, o->split, KHOP_I_ROLE_SPLIT));
  KHOP_TRY(fix_labels(s));
  KHOP_TRY(fix_targets(s));
  s->learns = s->learns || o->label || o->target || fix_targets_of_model(s);
done:
  return status;
}

/* --- roles by name --------------------------------------------------------------------------- */

static void take_by_name(role_search *s, const char *name, khop_i_role role) {
  int c = find_in_any_case(s, name);
  if (c >= 0 && !s->fixed[c]) fix_role(s, c, role);
}

static bool has_numbers(const role_search *s, const char *name) {
  int c = find_in_any_case(s, name);
  return c >= 0 && column_at(s, c)->numbers;
}

/* Names of one letter are a layout where they are all there: a feature of its own may be called b. */
static void take_layout(role_search *s) {
  bool place = has_numbers(s, "x") && has_numbers(s, "y");
  bool colour = has_numbers(s, "r") && has_numbers(s, "g") && has_numbers(s, "b");
  const char *const names[] = {"x", "y", "z", "r", "g", "b", "size"};
  for (int i = 0; i < 7; i++)
    if ((i == 6 || (i < 3 ? place : colour)) && has_numbers(s, names[i]))
      take_by_name(s, names[i], KHOP_I_ROLE_LAYOUT);
  for (int c = 0; c < column_count(s); c++)
    if (!s->fixed[c] && khop_i_strncasecmp(column_at(s, c)->name, "viz", 3) == 0) fix_role(s, c, KHOP_I_ROLE_LAYOUT);
}

static void take_names(role_search *s) {
  take_layout(s);
  if (!s->options->split) take_by_name(s, "split", KHOP_I_ROLE_SPLIT);
  for (int part = 0; part < 3; part++) take_by_name(s, khop_i_mask_names[part], KHOP_I_ROLE_SPLIT);
  take_by_name(s, "id", KHOP_I_ROLE_UNUSED);
}

/* --- roles by values ------------------------------------------------------------------------- */

static const char *const candidates[] = {"label", "labels", "class", "y", "value", "modularity_class", "club"};
enum { CANDIDATES = sizeof candidates / sizeof *candidates };

/* "y" and the labels may be numbers with a fraction, to be predicted; of the others those are features. */
static khop_i_role judge(const value_counts *v, const khop_column *column, int candidate) {
  if (!v->present) return KHOP_I_ROLE_UNUSED;
  if (column->strings) return (candidate < 2 ? are_names(v) : all_differ(v)) ? KHOP_I_ROLE_NAME : KHOP_I_ROLE_LABEL;
  if (!v->whole || are_ids(v)) {
    if (candidate == 3) return KHOP_I_ROLE_TARGET;
    if (candidate > 3 || v->whole) return candidate < 3 ? KHOP_I_ROLE_UNUSED : KHOP_I_ROLE_FEATURE;
    return KHOP_I_ROLE_TARGET;
  }
  return KHOP_I_ROLE_LABEL;
}

/* Other strings: names, categories, or text that is no feature. Numbers with a slip among them are features, which are
 * refused where they are used. */
static khop_status take_strings(role_search *s, int c) {
  value_counts v;
  int64_t nodes = khop_graph_nodes(s->graph);
  const khop_column *column = column_at(s, c);
  bool called = khop_i_strcasecmp(column->name, "name") == 0;
  khop_status status = count_values(&v, s, c);
  if (status != KHOP_OK) return status;
  if (!called && khop_i_column_odd_value(column, nodes).node >= 0) return KHOP_OK;
  if (called ? are_names(&v) : v.present == nodes && all_differ(&v)) {
    fix_role(s, c, KHOP_I_ROLE_NAME);
  } else if (v.distinct > MOST_WORDS) {
    fix_role(s, c, KHOP_I_ROLE_UNUSED);
    status = khop_i_data_note(s->data, "'%s' has %lld different strings, and is not used: --features names what is",
                              column->name, (long long)v.distinct);
  } else if (v.present && all_differ(&v)) {
    fix_role(s, c, KHOP_I_ROLE_UNUSED);
    status = khop_i_data_note(s->data, "'%s' is text at %lld of %lld nodes, with %lld different strings, and is not "
                              "used: --features names what is", column->name, (long long)v.present, (long long)nodes,
                              (long long)v.distinct);
  } else if (are_names(&v)) {
    status = khop_i_data_note(s->data, "'%s' has %lld different strings at %lld nodes: each is a category", column->name,
                              (long long)v.distinct, (long long)v.present);
  }
  return status;
}

static khop_status take_candidate(role_search *s, int candidate) {
  value_counts v;
  int c = find_in_any_case(s, candidates[candidate]);
  if (c < 0 || s->fixed[c]) return KHOP_OK;
  khop_status status = count_values(&v, s, c);
  if (status != KHOP_OK) return status;
  khop_i_role role = judge(&v, column_at(s, c), candidate);
  if (role == KHOP_I_ROLE_NAME && candidate > 1) return take_strings(s, c);
  bool learned = role == KHOP_I_ROLE_LABEL || role == KHOP_I_ROLE_TARGET;
  if (learned && s->learns) {
    fix_role(s, c, KHOP_I_ROLE_UNUSED);
    return khop_i_data_note(s->data, "'%s' looks like something to learn, and is not used as a feature",
                            column_at(s, c)->name);
  }
  s->learns = s->learns || learned;
  if (role != KHOP_I_ROLE_FEATURE || !s->options->features) fix_role(s, c, role);
  return KHOP_OK;
}

static khop_status note_layout(role_search *s) {
  char names[200] = "";
  for (int c = 0; c < column_count(s); c++)
    if (s->role[c] == KHOP_I_ROLE_LAYOUT && strlen(names) + strlen(column_at(s, c)->name) + 4 < sizeof names) {
      if (*names) strcat(names, ", ");
      strcat(names, column_at(s, c)->name);
    }
  return *names ? khop_i_data_note(s->data, "%s: a layout, not used", names) : KHOP_OK;
}

khop_status khop_i_roles_find(khop_i_role *role, khop_data *data, const khop_data_options *options) {
  khop_status status = KHOP_OK;
  role_search s = {.data = data, .graph = data->graph, .options = options, .role = role};
  KHOP_TRY(khop_i_alloc(&s.fixed, column_count(&s), sizeof *s.fixed, "roles of attributes"));
  KHOP_TRY(khop_i_alloc(&s.asked, column_count(&s), sizeof *s.asked, "roles of attributes"));
  KHOP_TRY(fix_all_asked(&s));
  take_names(&s);
  for (int k = 0; k < CANDIDATES; k++) KHOP_TRY(take_candidate(&s, k));
  for (int c = 0; c < column_count(&s); c++)
    if (!s.fixed[c] && !options->features && column_at(&s, c)->strings) KHOP_TRY(take_strings(&s, c));
  KHOP_TRY(note_layout(&s));
done:
  khop_i_free(s.fixed);
  khop_i_free(s.asked);
  return status;
}
