/* series.c: see series.h. The note, a line of the plan and a line a run:
 *
 *   3 5 -1 0 1          seeds, from the seed 5 on, of all splits; run 0 is the best; the run in training is beside it
 *   5 0 120 88 0.31 0.81 0.79   seed, split, epochs, the best one, loss, validation, test */
#include "train/series.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void khop_i_series_open(khop_i_series *s, khop_report *report, const char *path, int of, khop_i_series_plan plan) {
  struct stat seen;
  bool device = path && stat(path, &seen) == 0 && !S_ISREG(seen.st_mode);
  *s = (khop_i_series){.plan = plan, .report = report, .path = path, .of = of, .best = -1,
                       .stands_alone = of == 1 || device};
}

void khop_i_series_close(khop_i_series *s) {
  khop_i_safetensors_free(s->kept);
  s->kept = NULL;
}

/* --- the note ------------------------------------------------------------------------------------- */

static khop_status add_line(char **text, const khop_fit_result *r) {
  char number[3][KHOP_I_NUMBER_BYTES], *longer = NULL;
  khop_status status = khop_i_sprintf(&longer, "%s\n%" PRIu64 " %d %d %d %s %s %s", *text, r->seed, r->split, r->epochs,
                                      r->best_epoch, khop_i_write_number(number[0], sizeof number[0], 17, r->loss),
                                      khop_i_write_number(number[1], sizeof number[1], 17, r->val),
                                      khop_i_write_number(number[2], sizeof number[2], 17, r->test));
  if (status != KHOP_OK) return status;
  khop_i_free(*text);
  *text = longer;
  return KHOP_OK;
}

static khop_status write_note(char **text, const khop_i_series *s, bool beside) {
  const khop_i_series_plan *p = &s->plan;
  khop_status status = khop_i_sprintf(text, "%d %" PRIu64 " %s %d %d", p->seeds, p->seed, p->splits, s->best, beside);
  for (int i = 0; status == KHOP_OK && i < s->report->runs; i++) status = add_line(text, &s->report->run[i]);
  return status;
}

/* A whole number, within what is sensible, behind *text; else *text becomes NULL. */
static int64_t read_whole(const char **text, int64_t least, int64_t most) {
  char *end = NULL;
  long long number = *text ? strtoll(*text, &end, 10) : 0;
  *text = *text && end != *text && number >= least && number <= most ? end : NULL;
  return number;
}

static uint64_t read_seed(const char **text) {
  char *end = NULL;
  unsigned long long seed = *text ? strtoull(*text, &end, 10) : 0;
  *text = *text && end != *text ? end : NULL;
  return seed;
}

static double read_score(const char **text) {
  char *end = NULL;
  double score = *text ? khop_i_read_number(*text, &end) : 0;
  *text = *text && end != *text ? end : NULL;
  return score;
}

static void read_run(khop_fit_result *r, const char **text) {
  *r = (khop_fit_result){.seed = read_seed(text)};
  r->split = (int)read_whole(text, 0, INT32_MAX);
  r->epochs = r->resumed = (int)read_whole(text, 0, INT32_MAX);
  r->best_epoch = (int)read_whole(text, 0, r->epochs);
  r->loss = read_score(text);
  r->val = read_score(text);
  r->test = read_score(text);
}

/* Of the runs before `of` those that are over. */
static khop_status read_note(bool *beside, khop_i_series *s, const char *text) {
  khop_i_series_plan there = {.seeds = (int)read_whole(&text, 1, INT32_MAX)};
  there.seed = read_seed(&text);
  there.splits = text ? text + strspn(text, " ") : "";
  size_t length = strcspn(there.splits, " ");
  bool same = strlen(s->plan.splits) == length && memcmp(there.splits, s->plan.splits, length) == 0;
  text = text && length ? there.splits + length : NULL;
  int best = (int)read_whole(&text, -1, INT32_MAX);
  *beside = read_whole(&text, 0, 1);
  if (!text) return khop_i_fail(KHOP_E_FORMAT, "its note of a series of runs cannot be read");
  if (there.seeds != s->plan.seeds || there.seed != s->plan.seed || !same)
    return khop_i_fail(KHOP_E_VALUE, "the checkpoint is of %d seeds from %" PRIu64 " on and split %.*s, not of %d from %"
                       PRIu64 " on and split %s (-1: all)", there.seeds, there.seed, (int)length, there.splits,
                       s->plan.seeds, s->plan.seed, s->plan.splits);
  int runs = 0;
  for (; text && *text && runs < s->of - 1; runs++) read_run(&s->report->run[runs], &text);
  if (!text || *text || best >= runs || (*beside && best < 0))
    return khop_i_fail(KHOP_E_FORMAT, "its note of a series of runs cannot be read");
  s->report->runs = runs;
  s->best = best;
  return KHOP_OK;
}

khop_status khop_i_series_resume(khop_i_series *s, const char *path) {
  khop_status status = KHOP_OK;
  khop_i_safetensors *file = NULL;
  bool beside = false;
  KHOP_TRY(khop_i_safetensors_read(&file, path));
  const char *note = khop_i_safetensors_meta(file, KHOP_I_SERIES_KEY);
  if (note)
    KHOP_TRY(khop_i_prefix(read_note(&beside, s, note), path));
  else if (s->of != 1)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: a training of one seed and one split: it cannot go on as %d runs", path, s->of);
  if (beside) s->kept = file, file = NULL;
done:
  khop_i_safetensors_free(file);
  return status;
}

/* --- the file ------------------------------------------------------------------------------------- */

khop_status khop_i_series_save(khop_i_series *s, const khop_trainer *trainer, bool better) {
  char *note = NULL;
  if (s->stands_alone) return better ? khop_trainer_save(trainer, s->path) : KHOP_OK;
  khop_status status = write_note(&note, s, !better);
  if (status == KHOP_OK)
    status = better ? khop_i_trainer_save(trainer, note, s->path)
                    : khop_i_trainer_save_beside(trainer, s->kept, note, s->path);
  khop_i_free(note);
  return status;
}

khop_status khop_i_series_next(khop_i_series *s, bool better) {
  if (!better) return KHOP_OK;
  s->best = s->report->runs - 1;
  if (!s->path || s->stands_alone) return KHOP_OK;
  khop_i_safetensors_free(s->kept);
  return khop_i_safetensors_read(&s->kept, s->path);
}

khop_status khop_i_series_end(khop_i_series *s, const khop_trainer *better) {
  if (better) return khop_trainer_save(better, s->path);
  return s->stands_alone ? KHOP_OK : khop_i_trainer_save_beside(NULL, s->kept, NULL, s->path);
}
