/* khop/hops.h: decoupled training: the graph is gathered over once, before anything is learned.
 *
 *   features X --(taps of any form)--> file of rows [R_0 x | R_1 x | R_2 x | ..]
 *   file --(rows of a batch, shuffled)--> layers that read their own row only --> classes
 *
 * After SIGN (Frasca et al., "Scalable inception graph neural networks", 2020), with exact rings in the
 * place of powers. Training then needs neither graph nor rings, and memory for one batch of rows, however
 * many nodes there are; the price is that only what stands behind the gathers is learned.
 */
#ifndef KHOP_HOPS_H
#define KHOP_HOPS_H

#include <khop/train.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- hop features, into a file --------------------------------------------------------------- */

typedef struct khop_hop_options {
  size_t size; /* sizeof, or 0 */
  /* Features are first multiplied by a random matrix with so many columns, whose entries are
   * sqrt(3 / project) times 1, 0, -1 with the chances 1/6, 2/3, 1/6 (Achlioptas, "Database-friendly
   * random projections", 2003): lengths and angles are kept on average. 0: features as they are. */
  int64_t project;
  uint64_t seed;     /* of that matrix */
  int64_t max_bytes; /* for the strips of columns that are gathered at once; 0: 256 MB */
  /* Called after each strip with the share done, 0 to 1; return false to stop. May be NULL. */
  bool (*progress)(double share, void *context);
  void *context;
} khop_hop_options;

/* Writes [R_0 x | R_1 x | ..] as a NumPy array (N, T F) of khop_real, a block of F columns a tap. taps
 * may be of any form; options may be NULL. Columns go through in strips, so that memory is max_bytes and
 * what taps hold, whatever N and F are (a strip has one column at least).
 * Errors: SHAPE (other rows than taps), ARGUMENT; IO, NOT_FOUND (the file, which is whole or not there);
 * UNSUPPORTED (several strips into a pipe or a device); MEMORY, INTERRUPTED.
 * Cost: one khop_apply over F columns; 4 N T F bytes of disk. */
KHOP_API khop_status khop_hop_features_write(const char *path, const khop_taps *taps,
                                             const khop_features *features,
                                             const khop_hop_options *options);

/* --- rows of a file -------------------------------------------------------------------------- */

/* A NumPy array (rows, columns) of float32 or float64 whose rows are read when they are asked for. */
typedef struct khop_rows khop_rows;
/* Errors: NOT_FOUND, IO; FORMAT (no such array, or one whose size is not what its header says);
 * UNSUPPORTED (another type, column-major order, not two dimensions); MEMORY. */
KHOP_API khop_status khop_rows_open(khop_rows **rows, const char *path);
KHOP_API void khop_rows_close(khop_rows *rows);
KHOP_API int64_t khop_rows_count(const khop_rows *rows);
KHOP_API int64_t khop_rows_columns(const khop_rows *rows);
/* Rows ids (count) one behind the other: out (count, columns). Errors: ARGUMENT (no such row), IO, VALUE
 * (a number that is not finite). */
KHOP_API khop_status khop_rows_read(khop_real *out, const khop_rows *rows, int64_t count,
                                    const int64_t *ids);

/* --- training in batches --------------------------------------------------------------------- */

/* The same as khop_recipe_model, for rows of so many columns in the place of the data's features.
 * Errors: ARGUMENT also for a recipe that gathers over the graph: choose mlp, or hops of 0. */
KHOP_API khop_status khop_recipe_model_rows(khop_model **model, const khop_recipe *recipe,
                                            const khop_data *data, int64_t columns);

/* Prepares the training of a model whose ops read their own row only (and taps of hop 0) on rows, one a
 * node of data, in batches of at most `batch` nodes. The training nodes are shuffled each epoch, by
 * (seed, epoch); a step of the optimiser a batch, the last of which may be smaller. Selection, schedules,
 * patience and scores are those of khop_trainer; parameters are drawn anew with options->seed. One batch
 * that holds all training nodes is the full-batch training of the same model, to rounding, where there
 * is no dropout. khop_trainer_epoch, _finish, _save, _load and _free are those of any trainer; model,
 * rows and data must outlive it.
 * Errors: SHAPE (rows or columns that do not fit), ARGUMENT (an op that looks at other rows, batch below
 * 1), those of khop_trainer_new and khop_rows_read; VALUE when the loss is no longer finite.
 * Memory: a run of `batch` rows, 8 bytes a node, and the outputs of the validation or test nodes, whichever
 * are more: no multiple of N times the columns. */
KHOP_API khop_status khop_trainer_new_rows(khop_trainer **trainer, khop_model *model,
                                           const khop_rows *rows, const khop_data *data, int split,
                                           int64_t batch, const khop_fit_options *options);
/* That and the epochs in a loop: the best weights are in model afterwards. */
KHOP_API khop_status khop_fit_rows(khop_fit_result *result, khop_model *model, const khop_rows *rows,
                                   const khop_data *data, int split, int64_t batch,
                                   const khop_fit_options *options);

/* Scores (rows, output columns) of every row, batch by batch: as khop_predict. Errors: those above. */
KHOP_API khop_status khop_predict_rows(khop_real *scores, khop_model *model, const khop_rows *rows,
                                       int64_t batch);

#ifdef __cplusplus
}
#endif
#endif
