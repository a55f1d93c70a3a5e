/* checkpoint.c: models and trainings on disk, as safetensors.
 *
 *   tensors    op1.conv.weight (3, 1433, 64), op1.conv.bias (64), ..   (tensors.h)
 *              train.weights, train.first_moment, ..    (trainings only: training_blocks.h)
 *              running.weights, ..                      (a training beside the model of another: series.h)
 *   metadata   khop.version, khop.format (of the tensors), khop.architecture, note.KEY .., khop.train (trainings only),
 *              khop.running, note.series (series only) */
#include "train/checkpoint.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/architecture.h"
#include "train/tensors.h"
#include "train/training_blocks.h"
#include "train/training_state.h"

#include <string.h>

static const char *state_key(bool beside) { return beside ? "khop.running" : "khop.train"; }

/* --- writing -------------------------------------------------------------------------------- */

typedef struct writer {
  int tensors, metas;
  khop_i_tensor *tensor;
  khop_i_meta *meta;
  char (*name)[KHOP_I_TENSOR_NAME];
  int keys;
  char **key; /* (keys) of any length */
  char *architecture;
} writer;

static void writer_close(writer *w) {
  khop_i_free(w->tensor);
  khop_i_free(w->meta);
  khop_i_free(w->name);
  for (int i = 0; i < w->keys; i++) khop_i_free(w->key[i]);
  khop_i_free(w->key);
  khop_i_free(w->architecture);
}

/* extra: how many tensors and strings the caller is going to add. */
static khop_status writer_open(writer *w, const khop_model *model, const khop_real *block,
                               int extra) {
  khop_status status = KHOP_OK;
  int tensors = KHOP_I_OP_TENSORS * model->count + extra, metas = model->metadata_count + 3 + extra;
  int64_t first;
  KHOP_TRY(khop_i_alloc(&w->tensor, tensors, sizeof *w->tensor, "tensors"));
  KHOP_TRY(khop_i_alloc(&w->name, tensors, sizeof *w->name, "tensor names"));
  KHOP_TRY(khop_i_alloc(&w->meta, metas, sizeof *w->meta, "metadata"));
  KHOP_TRY(khop_i_alloc(&w->key, model->metadata_count, sizeof *w->key, "metadata keys"));
  KHOP_TRY(khop_i_architecture_write(&w->architecture, model));
  for (int i = 0; i < model->count; i++)
    for (int part = 0; part < KHOP_I_OP_TENSORS; part++)
      w->tensors += khop_i_tensor_of(&w->tensor[w->tensors], w->name[w->tensors], &first, model, i, part,
                                     KHOP_I_LAYOUT_2, block);
  w->meta[w->metas++] = (khop_i_meta){"khop.version", khop_version()};
  w->meta[w->metas++] = (khop_i_meta){"khop.format", "2"};
  w->meta[w->metas++] = (khop_i_meta){"khop.architecture", w->architecture};
  for (int i = 0; i < model->metadata_count; i++) {
    KHOP_TRY(khop_i_sprintf(&w->key[i], "note.%s", model->metadata[2 * i]));
    w->meta[w->metas++] = (khop_i_meta){w->key[w->keys++], model->metadata[2 * i + 1]};
  }
done:
  return status;
}

/* series: the note of one, or NULL. */
static khop_status write_out(writer *w, const char *series, const char *path) {
  if (series) w->meta[w->metas++] = (khop_i_meta){KHOP_I_SERIES_KEY, series};
  return khop_i_safetensors_write(path, w->tensors, w->tensor, w->metas, w->meta);
}

khop_status khop_model_save(const khop_model *model, const char *path) {
  writer w = {0};
  khop_status status = !model->parameter_array
                           ? khop_i_fail(KHOP_E_ARGUMENT, "the model has no parameters yet")
                           : khop_i_prefix(writer_open(&w, model, model->parameter_array, 0), path);
  if (status == KHOP_OK) status = write_out(&w, NULL, path);
  writer_close(&w);
  return status;
}

/* Adds a training to what is written: its blocks, and where it stands, under a key; the caller frees the state. */
static khop_status add_training(writer *w, char **state, const khop_trainer *t, bool beside) {
  khop_i_blocks blocks;
  khop_i_blocks_of(&blocks, t, beside);
  for (int i = 0; i < blocks.count; i++) w->tensor[w->tensors++] = blocks.tensor[i];
  khop_status status = khop_i_training_state_write(state, t);
  if (status == KHOP_OK) w->meta[w->metas++] = (khop_i_meta){state_key(beside), *state};
  return status;
}

khop_status khop_i_trainer_save(const khop_trainer *t, const char *series, const char *path) {
  khop_status status = KHOP_OK;
  writer w = {0};
  char *state = NULL;
  const khop_model *model = t->what.model;
  const khop_real *kept = t->selection.best_epoch ? t->best : model->parameter_array;
  KHOP_TRY(khop_i_prefix(writer_open(&w, model, kept, KHOP_I_BLOCKS), path));
  KHOP_TRY(khop_i_prefix(add_training(&w, &state, t, false), path));
  status = write_out(&w, series, path);
done:
  writer_close(&w);
  khop_i_free(state);
  return status;
}

khop_status khop_trainer_save(const khop_trainer *t, const char *path) { return khop_i_trainer_save(t, NULL, path); }

/* Whether a tensor, or a key, is of the model that stands in a file, and not of what is beside it. */
static bool is_of_model(const char *name) {
  return strncmp(name, "running.", 8) != 0 && strcmp(name, state_key(true)) != 0 && strcmp(name, KHOP_I_SERIES_KEY) != 0;
}

khop_status khop_i_trainer_save_beside(const khop_trainer *t, const khop_i_safetensors *kept, const char *series,
                                       const char *path) {
  khop_status status = KHOP_OK;
  writer w = {0};
  char *state = NULL;
  int tensors = khop_i_safetensors_count(kept), metas = 0;
  while (khop_i_safetensors_meta_at(kept, metas).key) metas++;
  KHOP_TRY(khop_i_alloc(&w.tensor, tensors + KHOP_I_BLOCKS, sizeof *w.tensor, "tensors"));
  KHOP_TRY(khop_i_alloc(&w.meta, metas + 2, sizeof *w.meta, "metadata"));
  for (int i = 0; i < tensors; i++)
    if (is_of_model(khop_i_safetensors_at(kept, i)->name)) w.tensor[w.tensors++] = *khop_i_safetensors_at(kept, i);
  for (int i = 0; i < metas; i++)
    if (is_of_model(khop_i_safetensors_meta_at(kept, i).key)) w.meta[w.metas++] = khop_i_safetensors_meta_at(kept, i);
  if (t) KHOP_TRY(add_training(&w, &state, t, true));
  status = write_out(&w, series, path);
done:
  writer_close(&w);
  khop_i_free(state);
  return status;
}

/* --- reading -------------------------------------------------------------------------------- */

static khop_status read_notes(khop_model *model, const khop_i_safetensors *file) {
  khop_i_meta meta = khop_i_safetensors_meta_at(file, 0);
  for (int i = 0; meta.key; meta = khop_i_safetensors_meta_at(file, ++i)) {
    if (strncmp(meta.key, "note.", 5) != 0) continue;
    khop_status status = khop_model_set_metadata(model, meta.key + 5, meta.value);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status read_architecture(const char **text, const khop_i_safetensors *file) {
  *text = khop_i_safetensors_meta(file, "khop.architecture");
  return *text ? KHOP_OK
               : khop_i_fail(KHOP_E_FORMAT, "not a model of khop's: it has no 'khop.architecture'");
}

khop_status khop_model_load(khop_model **out, const char *path) {
  khop_status status = KHOP_OK;
  khop_i_safetensors *file = NULL;
  khop_model *model = NULL;
  const char *architecture;
  *out = NULL;
  KHOP_TRY(khop_i_safetensors_read(&file, path));
  KHOP_TRY(read_architecture(&architecture, file));
  KHOP_TRY(khop_i_architecture_read(&model, architecture));
  KHOP_TRY(khop_i_tensors_check(model, file)); /* before memory is allocated for what is not there */
  KHOP_TRY(khop_model_init(model, 0));
  khop_i_tensors_copy(model->parameter_array, model, file);
  KHOP_TRY(read_notes(model, file));
  *out = model;
  model = NULL;
done:
  khop_i_safetensors_free(file);
  khop_model_free(model);
  return khop_i_prefix(status, path);
}

/* Where the line, or the op, begins in which two texts first differ; each ends with `end`. */
static size_t first_difference(const char *a, const char *b, char end) {
  size_t begin = 0;
  for (size_t i = 0; a[i] == b[i] && a[i]; i++)
    if (a[i] == end) begin = i + 1;
  return begin;
}

/* Names the first op in which two models differ: as a line where that shows it, else (fixed weights,
 * groups) as the file has it. */
static khop_status compare_models(const khop_model *mine, const khop_model *theirs) {
  char *a = NULL, *b = NULL, *line_a = NULL, *line_b = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_architecture_write(&a, mine));
  KHOP_TRY(khop_i_architecture_write(&b, theirs));
  if (strcmp(a, b) == 0) goto done;
  KHOP_TRY(khop_model_describe(&line_a, mine));
  KHOP_TRY(khop_model_describe(&line_b, theirs));
  bool shows = strcmp(line_a, line_b) != 0;
  char end = shows ? '\n' : '}';
  const char *x = shows ? line_a : a, *y = shows ? line_b : b, ends[] = {end, 0};
  size_t at = first_difference(x, y, end);
  status = khop_i_fail(KHOP_E_SHAPE, "the checkpoint is of another architecture: it has '%.*s' "
                       "where this model has '%.*s'", (int)strcspn(y + at, ends), y + at,
                       (int)strcspn(x + at, ends), x + at);
done:
  khop_i_free(a);
  khop_i_free(b);
  khop_free(line_a);
  khop_free(line_b);
  return status;
}

/* Whether the features of the data stand in the order of those that the checkpoint was trained on. A checkpoint or a
 * model without a schema has nothing to compare. */
static khop_status compare_schemas(const khop_model *mine, const khop_i_safetensors *file) {
  khop_schema *here = NULL, *there = NULL;
  int64_t *column = NULL;
  const char *text = khop_i_safetensors_meta(file, "note.schema");
  khop_status status = khop_model_schema(&here, mine);
  if (status != KHOP_OK || !here || !text) goto done;
  KHOP_TRY(khop_schema_read(&there, text));
  int64_t columns = khop_schema_columns(there);
  KHOP_TRY(khop_i_alloc(&column, columns, sizeof *column, "columns"));
  KHOP_TRY(khop_schema_match(column, there, here));
  for (int64_t c = 0; c < columns; c++)
    if (column[c] != c)
      KHOP_FAIL(KHOP_E_VALUE, "column %lld of the checkpoint is column %lld of the data: match the data to its schema",
                (long long)c, (long long)column[c]);
done:
  khop_i_free(column);
  khop_schema_free(here);
  khop_schema_free(there);
  return status;
}

static khop_status load_state(khop_trainer *t, const khop_i_safetensors *file, bool beside) {
  const khop_model *model = t->what.model;
  khop_i_blocks blocks;
  khop_i_training_state state;
  khop_i_blocks_of(&blocks, t, beside);
  const char *text = khop_i_safetensors_meta(file, state_key(beside));
  if (!text) return khop_i_fail(KHOP_E_FORMAT, "the checkpoint holds a model, but no training that could go on");
  khop_status status = khop_i_training_state_read(&state, text, t);
  if (status == KHOP_OK) status = khop_i_tensors_check(model, file);
  if (status == KHOP_OK) status = khop_i_blocks_check(&blocks, t, file, beside);
  if (status != KHOP_OK) return status;
  /* from here on nothing fails: a trainer is loaded whole or not at all */
  if (!beside) khop_i_tensors_copy(t->best, model, file);
  khop_i_blocks_copy(&blocks, file);
  khop_i_training_state_apply(t, &state);
  /* batches may be drawn in the order that the epoch before has left */
  for (int e = 1; e <= state.epoch; e++) t->what.feed->begin(t->what.source, e);
  return KHOP_OK;
}

khop_status khop_i_trainer_load(khop_trainer *t, const char *path, bool beside) {
  khop_status status = KHOP_OK;
  khop_i_safetensors *file = NULL;
  khop_model *theirs = NULL;
  khop_i_units units = {0};
  const char *architecture;
  KHOP_TRY(khop_i_safetensors_read(&file, path));
  KHOP_TRY(read_architecture(&architecture, file));
  KHOP_TRY(khop_i_architecture_read(&theirs, architecture));
  KHOP_TRY(compare_schemas(t->what.model, file));
  KHOP_TRY(compare_models(t->what.model, theirs));
  KHOP_TRY(read_notes(theirs, file));
  KHOP_TRY(khop_i_units_open(&units, theirs));
  KHOP_TRY(load_state(t, file, beside));
  /* those that its weights were learned in; the model that one stands beside may have others, of another split */
  if (!beside && t->what.feed->use_units && khop_i_learns_numbers(theirs)) {
    t->what.feed->use_units(t->what.source, &units);
    KHOP_TRY(khop_i_units_keep(t->what.model, &units));
  }
done:
  khop_i_units_close(&units);
  khop_i_safetensors_free(file);
  khop_model_free(theirs);
  return khop_i_prefix(status, path);
}

khop_status khop_trainer_load(khop_trainer *t, const char *path) { return khop_i_trainer_load(t, path, false); }

khop_status khop_i_checkpoint_is_training(bool *training, const char *path) {
  khop_i_safetensors *file = NULL;
  khop_status status = khop_i_safetensors_read(&file, path);
  if (status == KHOP_OK) *training = khop_i_safetensors_meta(file, "khop.train") != NULL;
  khop_i_safetensors_free(file);
  return status;
}

khop_status khop_i_trainer_load_weights(khop_trainer *t, const char *path) {
  khop_status status = KHOP_OK;
  khop_model *theirs = NULL;
  KHOP_TRY(khop_model_load(&theirs, path));
  KHOP_TRY(compare_models(t->what.model, theirs));
  memcpy(t->what.model->parameter_array, theirs->parameter_array,
         (size_t)theirs->parameters * sizeof *theirs->parameter_array);
done:
  khop_model_free(theirs);
  return khop_i_prefix(status, path);
}
