/* trials.c: see trials.h. */
#include "cli/tune/trials.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- the trials ----------------------------------------------------------------------------- */

static void free_values(const tune_trials *t, tune_trial *trial) {
  for (int a = 0; a < t->space->axes; a++) free(trial->value[a]);
}

void open_trials(tune_trials *t, const tune_space *space, int count, uint64_t seed) {
  int64_t all = count_space(space);
  if (all > 0 && all < count) count = (int)all;
  *t = (tune_trials){.space = space, .count = count, .trial = calloc((size_t)count, sizeof *t->trial)};
  int64_t *point = malloc((size_t)count * sizeof *point);
  if (!t->trial || !point) exit(failure("no memory for %d trials", count));
  if (all > 0) shuffle_points(point, count, all, seed);
  for (int i = 0; i < count; i++) {
    tune_trial *trial = &t->trial[i];
    trial->val = trial->deviation = trial->reach = trial->parameters = NAN;
    if (all > 0) list_point(trial->value, space, point[i]);
    else draw_point(trial->value, space, seed, i);
    for (int a = 0; a < space->axes; a++)
      if (!trial->value[a]) exit(failure("no memory for %d trials", count));
  }
  free(point);
}

void free_trials(tune_trials *t) {
  for (int i = 0; t->trial && i < t->count; i++) {
    free_values(t, &t->trial[i]);
    free(t->trial[i].note);
  }
  free(t->trial);
  t->trial = NULL;
}

void note_report(tune_trials *t, int at, const cJSON *report, double seconds) {
  tune_trial *trial = &t->trial[at];
  const cJSON *run, *metric = cJSON_GetObjectItem(report, "metric");
  double squares = 0;
  trial->done = true;
  trial->val = get_number(report, "val_mean");
  trial->parameters = get_number(report, "parameters");
  trial->reach = get_number(report, "reach");
  trial->seconds = seconds;
  cJSON_ArrayForEach(run, cJSON_GetObjectItem(report, "runs")) {
    squares += pow(get_number(run, "val") - trial->val, 2);
    trial->runs++;
  }
  trial->deviation = trial->runs > 1 ? sqrt(squares / (trial->runs - 1)) : 0;
  if (cJSON_IsString(metric)) snprintf(t->metric, sizeof t->metric, "%s", metric->valuestring);
  if (isnan(trial->val)) trial->note = strdup("no validation nodes");
}

void note_failure(tune_trials *t, int at, const char *sentence, double seconds) {
  tune_trial *trial = &t->trial[at];
  trial->done = true;
  trial->seconds = seconds;
  trial->note = strdup(sentence);
  if (trial->note) trial->note[strcspn(trial->note, "\n")] = 0;
}

int best_trial(const tune_trials *t) {
  khop_metric metric = KHOP_ACCURACY;
  int best = -1;
  if (*t->metric && khop_metric_find(&metric, t->metric) != KHOP_OK) return -1;
  bool rises = khop_metric_rises(metric);
  for (int i = 0; i < t->count; i++) {
    double val = t->trial[i].val;
    if (!t->trial[i].done || isnan(val)) continue;
    if (best < 0 || (rises ? val > t->trial[best].val : val < t->trial[best].val)) best = i;
  }
  return best;
}

/* --- the table ------------------------------------------------------------------------------ */

/* trial, the options, then these; the first is called after the metric: "val accuracy". */
static const char *const results[] = {"val", "deviation", "runs", "reach", "parameters", "seconds", "note"};
enum { DIGITS = 10 };
#define RESULTS ((int)(sizeof results / sizeof *results))

static void write_row(khop_csv *csv, const tune_trials *t, int at) {
  const tune_trial *trial = &t->trial[at];
  khop_csv_integer(csv, at);
  for (int a = 0; a < t->space->axes; a++) khop_csv_text(csv, trial->value[a]);
  khop_csv_number(csv, trial->val, DIGITS);
  khop_csv_number(csv, trial->deviation, DIGITS);
  khop_csv_integer(csv, trial->runs);
  khop_csv_number(csv, trial->reach, DIGITS);
  khop_csv_number(csv, trial->parameters, DIGITS);
  khop_csv_number(csv, trial->seconds, 4);
  khop_csv_text(csv, trial->note);
  khop_csv_end_row(csv);
}

int write_trials(const tune_trials *t, const char *path) {
  khop_csv *csv = NULL;
  if (khop_csv_new(&csv, path) != KHOP_OK) return library_failure();
  char score[64];
  snprintf(score, sizeof score, "val %s", t->metric);
  khop_csv_text(csv, "trial");
  for (int a = 0; a < t->space->axes; a++) khop_csv_text(csv, t->space->axis[a].name);
  for (int r = 0; r < RESULTS; r++) khop_csv_text(csv, r || !*t->metric ? results[r] : score);
  khop_csv_end_row(csv);
  for (int i = 0; i < t->count; i++)
    if (t->trial[i].done) write_row(csv, t, i);
  int status = khop_csv_commit(csv) == KHOP_OK ? GO_ON : library_failure();
  khop_csv_free(csv);
  return status;
}

/* Cuts a line as write_trials writes it into fields, in place; their number, at most `most`. */
static int cut_fields(char *line, char separator, char **field, int most) {
  int count = 0;
  for (char *from = line, *to; count < most; from++) {
    bool quoted = *from == '"';
    field[count++] = to = from += quoted;
    for (; *from && (quoted || *from != separator); *to++ = *from++)
      if (quoted && *from == '"' && *++from != '"') break;
    while (*from && *from != separator) from++;
    bool last = !*from;
    *to = 0;
    if (last) return count;
  }
  return most + 1;
}

static double read_field(const char *text) { return *text ? strtod(text, NULL) : NAN; }

/* Whether a line says what this search would try under its number; it is then done. */
static bool take_row(tune_trials *t, char **field) {
  char *end;
  long at = strtol(field[0], &end, 10);
  if (end == field[0] || *end || at < 0 || at >= t->count) return false;
  tune_trial *trial = &t->trial[at];
  for (int a = 0; a < t->space->axes; a++)
    if (strcmp(trial->value[a], field[1 + a]) != 0) return false;
  char **result = field + 1 + t->space->axes;
  if (trial->done) return false;
  trial->done = true;
  trial->val = read_field(result[0]);
  trial->deviation = read_field(result[1]);
  trial->runs = (int)strtol(result[2], NULL, 10);
  trial->reach = read_field(result[3]);
  trial->parameters = read_field(result[4]);
  trial->seconds = read_field(result[5]);
  trial->note = *result[6] ? strdup(result[6]) : NULL;
  return true;
}

static bool take_header(tune_trials *t, char **field) {
  bool good = strcmp(field[0], "trial") == 0;
  for (int a = 0; a < t->space->axes && good; a++) good = strcmp(field[1 + a], t->space->axis[a].name) == 0;
  const char *score = field[1 + t->space->axes];
  if (!good || strncmp(score, "val", 3) != 0) return false;
  if (score[3]) snprintf(t->metric, sizeof t->metric, "%s", score + 4);
  return true;
}

int read_trials(tune_trials *t, const char *path, int *found) {
  int columns = 1 + t->space->axes + RESULTS, status = GO_ON;
  size_t room = 0, bytes = strlen(path);
  char *line = NULL, *field[1 + MOST_AXES + RESULTS];
  char separator = bytes > 4 && strcmp(path + bytes - 4, ".tsv") == 0 ? '\t' : ',';
  struct stat kind;
  *found = 0;
  if (stat(path, &kind) != 0) return errno == ENOENT ? GO_ON : failure("%s: %s", visible(path), strerror(errno));
  if (!S_ISREG(kind.st_mode)) return failure("%s: the table is read again: it must be a file", visible(path));
  FILE *file = fopen(path, "r");
  if (!file) return failure("%s: %s", visible(path), strerror(errno));
  for (int number = 1; status == GO_ON && getline(&line, &room, file) >= 0; number++) {
    line[strcspn(line, "\r\n")] = 0;
    bool good = cut_fields(line, separator, field, columns) == columns &&
                (number == 1 ? take_header(t, field) : take_row(t, field));
    if (!good)
      status = failure("%s:%d: not of this search (its --space, --seed and --trials): give another -o, or remove it",
                       visible(path), number);
    else if (number > 1)
      ++*found;
  }
  free(line);
  fclose(file);
  return status;
}
