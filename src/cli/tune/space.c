/* space.c: see space.h. */
#include "cli/tune/space.h"
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/values.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading -------------------------------------------------------------------------------- */

/* What the search itself says, or what would have trainings write into one file. */
static const char *const not_for_trials[] = {"json", "quiet", "save", "save-every", "resume", "scatter", "threads", "budget"};

static bool is_option_of_train(const char *name) {
  for (int i = 0; i < train_command.count; i++)
    if (train_command.options[i].name && strcmp(train_command.options[i].name, name) == 0)
      return train_command.options[i].argument != NULL;
  return false;
}

static bool check_name(const tune_space *space, const char *name, const char *where) {
  for (size_t i = 0; i < sizeof not_for_trials / sizeof *not_for_trials; i++)
    if (strcmp(not_for_trials[i], name) == 0) return complain("%s: --%s cannot be searched over", where, name), false;
  for (int a = 0; a < space->axes; a++)
    if (strcmp(space->axis[a].name, name) == 0) return complain("%s: '%s' is there twice", where, name), false;
  if (is_option_of_train(name)) return true;
  complain("%s: '%s' is no option of khop train with a value", where, name);
  return false;
}

static bool parse_end(double *number, char *text) {
  char *end;
  *number = strtod(text, &end);
  return end != text && !*end;
}

/* "0.1..0.5", "16..256:log"; false where it is no range. */
static bool parse_range(tune_axis *axis, const char *text) {
  char low[64], high[64];
  const char *dots = strstr(text, "..");
  if (!dots || dots - text >= (ptrdiff_t)sizeof low) return false;
  snprintf(low, sizeof low, "%.*s", (int)(dots - text), text);
  snprintf(high, sizeof high, "%s", dots + 2);
  char *colon = strchr(high, ':');
  axis->logarithmic = colon && strcmp(colon, ":log") == 0;
  if (axis->logarithmic) *colon = 0;
  axis->whole = !strpbrk(low, ".eE") && !strpbrk(high, ".eE");
  return parse_end(&axis->low, low) && parse_end(&axis->high, high);
}

static bool read_values(tune_axis *axis, char *text, const char *where) {
  if (parse_range(axis, text)) {
    if (isfinite(axis->low) && isfinite(axis->high) && axis->low < axis->high && (!axis->logarithmic || axis->low > 0))
      return true;
    complain("%s: %s=%s: a range goes from a number to a larger one, by logarithm from above 0", where, axis->name, text);
    return false;
  }
  for (char *value; (value = strsep(&text, "|"));) {
    if (!*value) return complain("%s: %s: an empty value", where, axis->name), false;
    if (axis->count == MOST_LISTED) return complain("%s: %s: more than %d values", where, axis->name, MOST_LISTED), false;
    for (int v = 0; v < axis->count; v++)
      if (strcmp(axis->value[v], value) == 0) return complain("%s: %s: '%s' twice", where, axis->name, value), false;
    axis->value[axis->count++] = strdup(value);
  }
  return true;
}

static bool add_axis(tune_space *space, char *word, const char *where) {
  char *equals = strchr(word, '=');
  if (!equals || strpbrk(word, "\"\r\n")) return complain("%s: not option=values: '%s'", where, word), false;
  *equals = 0;
  if (!check_name(space, word, where)) return false;
  if (space->axes == MOST_AXES) return complain("%s: more than %d options", where, MOST_AXES), false;
  tune_axis *axis = &space->axis[space->axes++];
  axis->name = strdup(word);
  return read_values(axis, equals + 1, where);
}

bool add_axes(tune_space *space, const char *text, const char *where) {
  char *copy = strdup(text), *rest = copy;
  bool good = copy != NULL, any = false;
  for (char *word; good && (word = strsep(&rest, " "));)
    if (*word) good = add_axis(space, word, where), any = true;
  if (good && !any) complain("%s: no option: '%s'", where, text), good = false;
  free(copy);
  return good;
}

void free_space(tune_space *space) {
  for (int a = 0; a < space->axes; a++) {
    free(space->axis[a].name);
    for (int v = 0; v < space->axis[a].count; v++) free(space->axis[a].value[v]);
  }
  space->axes = 0;
}

/* --- choosing ------------------------------------------------------------------------------- */

int64_t count_space(const tune_space *space) {
  int64_t all = 1;
  for (int a = 0; a < space->axes; a++) {
    all *= space->axis[a].count;
    if (all == 0 || all > MOST_POINTS) return -1;
  }
  return all;
}

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014): the next number of a sequence, and in [0, 1). */
static double draw_uniform(uint64_t *state) {
  uint64_t x = *state += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

/* u in [0, 1) of a range; whole numbers have both ends. */
static char *write_number_at(const tune_axis *axis, double u) {
  double high = axis->whole ? axis->high + 1 : axis->high;
  double x = axis->logarithmic ? axis->low * pow(high / axis->low, u) : axis->low + u * (high - axis->low);
  char *text = NULL;
  if (asprintf(&text, axis->whole ? "%.0f" : "%.4g", axis->whole ? floor(x) : x) < 0) return NULL;
  return text;
}

void shuffle_points(int64_t *point, int64_t count, int64_t all, uint64_t seed) {
  int64_t *left = malloc((size_t)all * sizeof *left);
  if (!left) exit(failure("no memory for %lld points", (long long)all));
  for (int64_t i = 0; i < all; i++) left[i] = i;
  for (int64_t i = 0; i < count; i++) { /* the first steps of Fisher and Yates */
    int64_t other = i + (int64_t)(draw_uniform(&seed) * (double)(all - i));
    point[i] = left[other];
    left[other] = left[i];
  }
  free(left);
}

void list_point(char **value, const tune_space *space, int64_t point) {
  for (int a = space->axes - 1; a >= 0; a--) {
    value[a] = strdup(space->axis[a].value[point % space->axis[a].count]);
    point /= space->axis[a].count;
  }
}

void draw_point(char **value, const tune_space *space, uint64_t seed, int64_t trial) {
  uint64_t state = seed;
  state = (uint64_t)(draw_uniform(&state) * 0x1p53) + (uint64_t)trial * 0x2545f4914f6cdd1d;
  for (int a = 0; a < space->axes; a++) {
    const tune_axis *axis = &space->axis[a];
    double u = draw_uniform(&state);
    value[a] = axis->count ? strdup(axis->value[(int)(u * axis->count)]) : write_number_at(axis, u);
  }
}
