/* shard_training.c: see shard_training.h. */
#include "train/ranks/shard_training.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/exchange.h"
#include "train/ranks/fingerprint.h"

khop_status khop_i_shard_training_check(const khop_train_options *o) {
  const char *what = o->hop_features                                    ? "rows of hop features"
                     : o->batch                                         ? "batches"
                     : o->sample                                        ? "samples of rings"
                     : o->ensemble                                      ? "ensembles"
                     : o->max_bytes                                     ? "budgets of bytes"
                     : o->form != KHOP_STORED && o->form != KHOP_AUTO ? "rings in another form than stored"
                                                                        : NULL;
  if (!what) return KHOP_OK;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "a training on several ranks is of all nodes at once: there are no %s", what);
}

khop_status khop_i_shard_training_agree(const khop_i_shard_training *t, khop_status status) {
  return t->exchange ? khop_i_agree(t->exchange, status) : status;
}

/* What decides how many calls the ranks make together must be the same before the first; what else may differ shows in
 * the weights (all_ranks.c). */
khop_status khop_i_shard_training_compare(const khop_i_shard_training *t, khop_status status, const khop_data *data,
                                          const khop_recipe *recipe, const khop_train_options *o) {
  const khop_fit_options *fit = &recipe->fit;
  int64_t checkpoint = 0;
  if (!t->exchange) return status;
  if (status == KHOP_OK && o->resume) status = khop_i_fingerprint_file(&checkpoint, o->resume);
  khop_i_data_fingerprint of = khop_i_fingerprint_data(data);
  const khop_i_agreed agreed[] = {
      {"features' fingerprint", of.features},
      {"labels' fingerprint", of.answers},
      {"splits' fingerprint", of.splits},
      {"going on from a checkpoint", o->resume != NULL},
      {"checkpoint's fingerprint", checkpoint},
      {"number of seeds", o->seeds},
      {"split", o->split},
      {"number of splits", o->split_count},
      {"first of them", o->splits ? o->splits[0] : 0},
      {"seed", (int64_t)fit->seed},
      {"number of epochs", fit->epochs},
      {"patience", fit->patience},
      {"choice of the epoch", (int64_t)fit->select},
      {"metric", (int64_t)fit->metric},
      {"schedule", (int64_t)fit->schedule},
      {"first epoch that is averaged", recipe->average_from},
      {"keeping of the last epoch", recipe->keep_last},
  };
  return khop_i_agree_on(t->exchange, status, (int)(sizeof agreed / sizeof *agreed), agreed);
}

/* The rows of the rank. Sparse ones begin at their first entry. */
static khop_status cut_features(khop_i_shard_training *t, const khop_features *all) {
  int64_t first = khop_shard_first(t->shard), rows = khop_shard_rows(t->shard);
  t->features = (khop_features){.rows = rows, .columns = all->columns};
  if (all->dense) {
    t->features.dense = all->dense + first * all->columns;
    return KHOP_OK;
  }
  khop_status status = khop_i_alloc_raw(&t->offsets, rows + 1, sizeof *t->offsets, "features of a rank");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i <= rows; i++) t->offsets[i] = all->offsets[first + i] - all->offsets[first];
  t->features.offsets = t->offsets;
  t->features.indices = all->indices + all->offsets[first];
  t->features.values = all->values + all->offsets[first];
  return KHOP_OK;
}

khop_status khop_i_shard_training_open(khop_i_shard_training *t, khop_model *model, const khop_data *data) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_shard_of(&t->shard, t->exchange, khop_data_graph(data)));
  KHOP_TRY(khop_i_agree(t->exchange, cut_features(t, khop_data_features(data))));
  KHOP_TRY(khop_shard_run_new(&t->run, model, t->shard, &t->features, 0, true));
done:
  return status;
}

void khop_i_shard_training_close(khop_i_shard_training *t) {
  khop_shard_run_free(t->run);
  khop_shard_free(t->shard);
  khop_i_free(t->offsets);
  *t = (khop_i_shard_training){0};
}
