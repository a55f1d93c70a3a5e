/* member_files.c: see member_files.h. */
#include "train/graphs/member_files.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "train/checkpoint.h"
#include "train/split_note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static khop_status note_part(const khop_i_protocol *p) {
  const khop_graph_options *o = &p->options;
  const khop_i_trained_part how = {o->protocol, o->by, p->number, o->folds, o->split_seed, o->val, o->test};
  return khop_i_note_trained_part(p->model, p->set, &how, p->part);
}

/* "m.safetensors", "m-2.safetensors", .. */
static khop_status member_path(char **name, const char *path, int member) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path));
  return member ? khop_i_sprintf(name, "%.*s-%d%s", stem, path, member + 1, path + stem) : khop_i_strdup(name, path);
}

static khop_status note_count(khop_model *model, int models) {
  char count[16];
  snprintf(count, sizeof count, "%d", models);
  return khop_model_set_metadata(model, "ensemble", count);
}

/* The first file says how many there are by now, so that what stands beside it from another training is never taken
 * for a part of this one. */
static khop_status count_models(khop_i_protocol *p, int models) {
  khop_model *first = NULL;
  if (models == 1) return KHOP_OK;
  khop_status status = khop_model_load(&first, p->options.save);
  if (status == KHOP_OK) status = note_count(first, models);
  if (status == KHOP_OK) status = khop_model_save(first, p->options.save);
  khop_model_free(first);
  return status;
}

khop_status khop_i_member_save(khop_i_protocol *p, int member, int epoch, const khop_trainer *trainer) {
  char *name = NULL, number[16];
  snprintf(number, sizeof number, "%d", epoch);
  khop_status status = member_path(&name, p->options.save, member);
  if (status == KHOP_OK) status = note_count(p->model, member ? p->options.ensemble : 1);
  if (status == KHOP_OK) status = note_part(p);
  if (status == KHOP_OK) status = khop_model_set_metadata(p->model, "epoch", number);
  if (status == KHOP_OK) status = trainer ? khop_trainer_save(trainer, name) : khop_model_save(p->model, name);
  if (status == KHOP_OK && p->report->saved != member + 1) status = count_models(p, member + 1);
  if (status == KHOP_OK) p->report->saved = member + 1;
  if (status == KHOP_OK && p->options.kept) p->options.kept(p->options.context);
  khop_i_free(name);
  return status;
}

typedef struct member_in_training {
  khop_i_protocol *run;
  int member;
} member_in_training;

static khop_status keep_member(void *context, const khop_trainer *trainer) {
  const member_in_training *m = context;
  return khop_i_member_save(m->run, m->member, trainer->now.best_epoch, trainer);
}

/* "25 0.25": so many epochs, with such a factor on the decay; nothing where there was no race. */
khop_status khop_i_member_note_race(khop_i_protocol *p, int epochs, double decay) {
  char text[16 + KHOP_I_NUMBER_BYTES] = "", number[KHOP_I_NUMBER_BYTES];
  if (epochs) snprintf(text, sizeof text, "%d %s", epochs, khop_i_write_number(number, sizeof number, 17, decay));
  return epochs || khop_model_metadata(p->model, "race") ? khop_model_set_metadata(p->model, "race", text) : KHOP_OK;
}

static khop_status read_race(khop_i_protocol *p, const khop_model *first) {
  const char *text = khop_model_metadata(first, "race");
  char *end = NULL;
  if (!text || !*text) return KHOP_OK;
  long epochs = strtol(text, &end, 10);
  p->raced_decay = khop_i_read_number(end, &end);
  if (epochs < 1 || epochs > p->recipe.fit.epochs || *end || !(p->raced_decay > 0 && p->raced_decay <= 1))
    return khop_i_fail(KHOP_E_VALUE, "%s: a race that chose '%s', and there are %d epochs at most", p->options.resume,
                       text, p->recipe.fit.epochs);
  p->raced_epochs = (int)epochs;
  return KHOP_OK;
}

khop_status khop_i_members_resume(khop_i_protocol *p) {
  khop_model *first = NULL;
  int number = 0;
  khop_status status = khop_model_load(&first, p->options.resume);
  const char *count = first ? khop_model_metadata(first, "ensemble") : NULL;
  if (status == KHOP_OK && !count)
    status = khop_i_fail(KHOP_E_VALUE, "%s: the model of the nodes of a graph, not of a set", p->options.resume);
  if (status == KHOP_OK) status = khop_i_trained_number(&number, first);
  if (status == KHOP_OK) p->resumed = (int)strtol(count, NULL, 10);
  if (status == KHOP_OK) status = read_race(p, first);
  if (status == KHOP_OK && !p->options.only) p->options.only = number + 1;
  khop_model_free(first);
  return status;
}

/* Whether member m is in a file already, as a whole or in part: files->resume, which the caller frees; *epoch: of the
 * weights there. */
static khop_status find_resumed(khop_i_fit_files *files, int *epoch, khop_i_protocol *p, int member) {
  khop_status status = KHOP_OK;
  khop_model *model = NULL;
  char *name = NULL;
  uint8_t *part = NULL;
  bool same = false, training = false;
  if (member >= p->resumed) return KHOP_OK;
  KHOP_TRY(khop_i_alloc(&part, p->graphs, 1, "a split"));
  KHOP_TRY(member_path(&name, p->options.resume, member));
  KHOP_TRY(khop_model_load(&model, name));
  KHOP_TRY(khop_model_trained_part(part, &same, model, p->set));
  if (!same || memcmp(part, p->part, (size_t)p->graphs) != 0)
    KHOP_FAIL(KHOP_E_VALUE, "%s: was trained on other graphs than split or fold %d of %s", name, p->number + 1,
              khop_graphs_name(p->set));
  KHOP_TRY(khop_i_checkpoint_is_training(&training, name));
  const char *note = khop_model_metadata(model, "epoch");
  *epoch = note ? (int)strtol(note, NULL, 10) : 0;
  files->is_over = !training;
  files->resume = name;
  name = NULL;
done:
  khop_model_free(model);
  khop_i_free(name);
  khop_i_free(part);
  return status;
}

khop_status khop_i_member_train(khop_fit_result *result, khop_i_protocol *p, double *curve, int member, int end) {
  member_in_training context = {p, member};
  khop_i_fit_files files = {0};
  if (p->options.save) files.keeping = (khop_i_keeping){p->options.save_every, keep_member, &context};
  int epoch = 0;
  khop_status status = find_resumed(&files, &epoch, p, member);
  if (status == KHOP_OK) status = khop_i_protocol_train(result, p, curve, member, end, &files);
  if (status == KHOP_OK && files.is_over) result->best_epoch = epoch;
  khop_i_free((void *)(uintptr_t)files.resume);
  return status;
}
