/* khop/shard_run.h: a model on a graph of several ranks (khop/distributed.h): losses, gradients and outputs that have the
 * same bits for any number of ranks.
 *
 *   part     0     1     2     3     4     5       equal ranges of nodes, whose number does not depend on the ranks
 *   rank     |     0     |     1     |     2
 *   loss, gradients      of each part, then added up in the order of the parts, on every rank
 *
 * A training is a loop of every rank:
 *
 *   khop_shard_run_new(&run, model, shard, &features, 0, true);         rows that the rank owns
 *   khop_shard_run_labels(run, labels, mask);
 *   for (step = 0; step < steps; step++) {
 *     khop_shard_run_forward(&loss, run, true, seed, step);
 *     khop_shard_run_backward(run);
 *     khop_optimizer_step(optimizer, khop_shard_run_gradients(run), 1);   the same step on each
 *   }
 *
 * Every rank has the whole model, with the same parameters. All functions are collective but khop_shard_run_output,
 * khop_shard_run_gradients, khop_shard_run_check and khop_shard_run_free. khop_train_options.exchange (khop/train.h) makes
 * the loop: epochs, validation, checkpoints. */
#ifndef KHOP_SHARD_RUN_H
#define KHOP_SHARD_RUN_H

#include <khop/distributed.h>
#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_shard_run khop_shard_run;

/* Builds the rings that the model asks for, and binds it to the features (rows, columns) of the rows that this rank owns,
 * dense or sparse. model, shard and features must outlive the run. parts: how many ranges the nodes are cut into, N p /
 * parts to N (p + 1) / parts - 1 being part p; 0: 24, or N where that is less. A rank owns whole parts: with
 * khop_shard_of the ranks divide the parts. Convolutions to more columns gather before they multiply, those to fewer
 * multiply before they gather, a tap at a time.
 * Errors: ARGUMENT (parts below 1 or above the nodes, a rank whose rows are no whole parts, ranks with other models),
 * SHAPE (features of another width or another number of rows), UNSUPPORTED (an op that reads entries of rings one by
 * one: attention over rings, pools; groups, metapaths, readouts, ppr; naming it and its recipe), those of
 * khop_shard_rings_build and khop_shard_taps_new, MEMORY.
 * Memory: that of a khop_run of the rows, and as many gradients as there are parts. */
KHOP_API khop_status khop_shard_run_new(khop_shard_run **run, khop_model *model, khop_shard *shard,
                                        const khop_features *features, int parts, bool training);
KHOP_API void khop_shard_run_free(khop_shard_run *run);

/* Not collective: whether several ranks have all ops of a model. Errors: UNSUPPORTED, naming the first that they have not,
 * MEMORY. */
KHOP_API khop_status khop_shard_run_check(const khop_model *model);

/* As khop_run_labels and khop_run_targets, of the owned rows; borrowed. A rank may have none that the mask selects.
 * Errors: ARGUMENT, VALUE (a selected node with a label that has no class; none selected on any rank). */
KHOP_API khop_status khop_shard_run_labels(khop_shard_run *run, const int32_t *labels, const uint8_t *mask);
KHOP_API khop_status khop_shard_run_targets(khop_shard_run *run, const khop_real *targets, const uint8_t *mask);

/* As khop_run_forward; *loss is the mean over the selected nodes of all ranks, 0 where none are bound; it may be NULL.
 * Dropout draws anew in each part; edges and
 * blocks that are dropped are those of a khop_run. Batch norm takes all rows of all ranks. Errors: those of the exchange, MEMORY. */
KHOP_API khop_status khop_shard_run_forward(double *loss, khop_shard_run *run, bool training, uint64_t seed, uint64_t step);
/* As khop_run_backward. Errors: ARGUMENT (made without training, nothing bound, no forward since the last backward),
 * those of the exchange, MEMORY. */
KHOP_API khop_status khop_shard_run_backward(khop_shard_run *run);

/* (rows, output columns) of the owned rows, after a forward. Errors: ARGUMENT (before the first). */
KHOP_API khop_status khop_shard_run_output(khop_real *output, const khop_shard_run *run);
/* Of the whole loss, on every rank: one block, as khop_model_parameter_array. */
KHOP_API khop_real *khop_shard_run_gradients(khop_shard_run *run);

#ifdef __cplusplus
}
#endif
#endif
