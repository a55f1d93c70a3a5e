/* training_state.c: see training_state.h. */
#include "train/training_state.h"
#include "base/error.h"
#include "files/json_text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FORMAT 2

/* What the data are made of, and how many. */
static const char *rows_key(const khop_trainer *t) { return t->what.graphs ? "graphs" : "nodes"; }
static int64_t rows_of(const khop_trainer *t) { return t->what.graphs ? t->what.graphs : t->what.nodes; }

/* --- writing -------------------------------------------------------------------------------- */

static void write_list(khop_i_json_text *json, const char *key, int count, const double *values) {
  khop_i_json_open(json, key, '[');
  for (int i = 0; i < count; i++) khop_i_json_number(json, NULL, values[i]);
  khop_i_json_close(json, ']');
}

static void write_window(khop_i_json_text *json, const khop_i_selection *s) {
  if (s->by != KHOP_SELECT_SMOOTH) return;
  khop_i_json_number(json, "merit", s->merit);
  khop_i_json_number(json, "merit_loss", s->merit_loss);
  write_list(json, "scores", s->seen, s->scores);
  write_list(json, "losses", s->seen, s->losses);
}

/* 64 bits: more than a JSON number holds. */
static void write_seed(char text[32], const khop_trainer *t) {
  snprintf(text, 32, "%llu", (unsigned long long)t->options.seed);
}

khop_status khop_i_training_state_write(char **text, const khop_trainer *t) {
  khop_i_json_text json = {0};
  char seed[32];
  write_seed(seed, t);
  khop_i_json_open(&json, NULL, '{');
  khop_i_json_number(&json, "format", FORMAT);
  khop_i_json_string(&json, "seed", seed);
  khop_i_json_number(&json, "split", t->what.split);
  khop_i_json_number(&json, rows_key(t), (double)rows_of(t));
  khop_i_json_number(&json, "epoch", t->now.epoch);
  khop_i_json_number(&json, "best_epoch", t->selection.best_epoch);
  khop_i_json_number(&json, "best", t->selection.best);
  khop_i_json_number(&json, "best_loss", t->selection.best_loss);
  khop_i_json_number(&json, "rate_scale", t->selection.rate);
  khop_i_json_number(&json, "waited", t->selection.waited);
  khop_i_json_number(&json, "steps", (double)t->optimizer->steps);
  khop_i_json_number(&json, "loss", t->now.loss);
  write_window(&json, &t->selection);
  khop_i_json_close(&json, '}');
  return khop_i_json_take(text, &json);
}

/* --- reading -------------------------------------------------------------------------------- */

/* A number, or one of those that JSON does not have. */
static bool read_any(double *value, const cJSON *json, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
  const char *word = cJSON_GetStringValue(item);
  *value = NAN;
  if (cJSON_IsNumber(item)) *value = item->valuedouble;
  else if (word && strcmp(word, "nan") != 0) *value = strcmp(word, "-inf") == 0 ? -INFINITY : INFINITY;
  return cJSON_IsNumber(item) || (word && (isinf(*value) || strcmp(word, "nan") == 0));
}

/* One that lies between two, and can be had as what it counts. */
static bool read_between(double *value, const cJSON *json, const char *key, double least, double most) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
  *value = cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
  return *value >= least && *value <= most;
}

/* Scores and losses: of format 2 they are all there. */
static bool read_scores(khop_i_training_state *s, const cJSON *json) {
  const cJSON *format = cJSON_GetObjectItemCaseSensitive(json, "format");
  bool all = read_any(&s->loss, json, "loss");
  all = read_any(&s->best, json, "best") && all;
  all = read_any(&s->best_loss, json, "best_loss") && all;
  return !format || (all && cJSON_IsNumber(format) && format->valuedouble == FORMAT);
}

/* A list of numbers, each any. */
static bool read_list(double *values, int *count, const cJSON *json, const char *key) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, key), *item;
  *count = 0;
  cJSON_ArrayForEach(item, list) {
    if (*count == KHOP_I_SELECTION_WINDOW || !cJSON_IsNumber(item)) return false;
    values[(*count)++] = item->valuedouble;
  }
  return cJSON_IsArray(list);
}

/* Of a training that was not smoothed there is none: the best so far is judged by its own score. */
static bool read_window(khop_i_training_state *s, const cJSON *json) {
  int losses;
  s->window = (khop_i_selection){.merit = s->best, .merit_loss = s->best_loss};
  if (!cJSON_HasObjectItem(json, "scores")) return true;
  return read_any(&s->window.merit, json, "merit") && read_any(&s->window.merit_loss, json, "merit_loss") &&
         read_list(s->window.scores, &s->window.seen, json, "scores") &&
         read_list(s->window.losses, &losses, json, "losses") && losses == s->window.seen;
}

static bool read_counts(khop_i_training_state *s, const cJSON *json) {
  double epoch, best, waited, steps;
  if (!read_between(&epoch, json, "epoch", 0, INT32_MAX - 1) || !read_between(&best, json, "best_epoch", 0, epoch) ||
      !read_between(&waited, json, "waited", 0, INT32_MAX - 1) || !read_between(&steps, json, "steps", 0, 0x1p53) ||
      !read_between(&s->rate, json, "rate_scale", 0, 1))
    return false;
  s->epoch = (int)epoch;
  s->best_epoch = (int)best;
  s->waited = (int)waited;
  s->steps = (uint64_t)steps;
  return true;
}

static khop_status compare_origin(const cJSON *json, const khop_trainer *t) {
  const char *seed = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "seed"));
  double split, rows;
  char mine[32];
  write_seed(mine, t);
  if (!seed || !read_any(&split, json, "split"))
    return khop_i_fail(KHOP_E_FORMAT, "the checkpoint's training state cannot be read");
  if (!read_any(&rows, json, rows_key(t)))
    return khop_i_fail(KHOP_E_FORMAT, "the checkpoint's training state does not say of how many %s", rows_key(t));
  if (rows != (double)rows_of(t))
    return khop_i_fail(KHOP_E_SHAPE, "the checkpoint was trained on %.0f %s, the data have %lld", rows, rows_key(t),
                       (long long)rows_of(t));
  if (strcmp(seed, mine) == 0 && split == t->what.split) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "the checkpoint is of seed %s and split %.0f, not of seed %s and split %d", seed,
                     split, mine, t->what.split);
}

khop_status khop_i_training_state_read(khop_i_training_state *state, const char *text, const khop_trainer *t) {
  cJSON *json = cJSON_Parse(text);
  khop_status status = json && read_counts(state, json) && read_scores(state, json) && read_window(state, json)
                           ? compare_origin(json, t)
                           : khop_i_fail(KHOP_E_FORMAT, "the checkpoint's training state cannot be read");
  cJSON_Delete(json);
  return status;
}

void khop_i_training_state_apply(khop_trainer *t, const khop_i_training_state *s) {
  t->now.epoch = t->resumed = s->epoch;
  t->now.loss = s->loss;
  t->now.best_epoch = t->selection.best_epoch = s->best_epoch;
  t->now.best = t->selection.best = s->best;
  t->selection.best_loss = s->best_loss;
  t->selection.rate = s->rate;
  bool smooth = t->selection.by == KHOP_SELECT_SMOOTH; /* else the best is judged by what it has itself */
  t->selection.merit = smooth ? s->window.merit : s->best;
  t->selection.merit_loss = smooth ? s->window.merit_loss : s->best_loss;
  t->selection.seen = smooth ? s->window.seen : 0;
  memcpy(t->selection.scores, s->window.scores, sizeof s->window.scores);
  memcpy(t->selection.losses, s->window.losses, sizeof s->window.losses);
  t->selection.waited = s->waited;
  t->optimizer->steps = s->steps;
}
