/* khop/batch.h: batches of graphs: some graphs of a set with their rings, in memory reserved once.
 *
 *   khop_graphs *set;                                     rings of the whole set are built once ..
 *   khop_model_rings(rings, &count, model, khop_graphs_graph(set), 0);
 *   khop_batch *batch;
 *   khop_batch_new(&batch, set, count, rings, 32);        .. a batch copies the rows of its graphs,
 *   khop_batch_fill(batch, 32, chosen);                   with their columns shifted: no search
 *   khop_run *run;
 *   khop_run_new_batch(&run, model, batch, true, 0);
 *   for (..) {
 *     khop_batch_fill(batch, count, chosen);              neither allocates
 *     khop_run_bind(run, batch);
 *     khop_run_labels(run, labels_of_the_chosen, NULL);   a label a graph
 *     khop_run_forward(run, true, seed, step);
 *   }
 */
#ifndef KHOP_BATCH_H
#define KHOP_BATCH_H

#include <khop/graphs.h>
#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_batch khop_batch;

/* Room for any `graphs` different graphs of the set, with `count` rings of the whole set (at most
 * KHOP_MAX_RINGS); it holds none at first. Features are dense in a batch. set and rings must outlive it.
 * Errors: ARGUMENT (no room for a graph; too many rings), SHAPE (rings of another graph), MEMORY.
 * Cost: the memory of the largest such batch. */
KHOP_API khop_status khop_batch_new(khop_batch **batch, const khop_graphs *set, int count,
                                    khop_rings *const *rings, int64_t graphs);
KHOP_API void khop_batch_free(khop_batch *batch);

/* Holds the graphs chosen (count), in this order, instead of those before. Runs that were bound to it
 * must be bound again. Allocates nothing.
 * Errors: ARGUMENT (more than there is room for, a graph that the set does not have).
 * Cost: O(their nodes, features and ring entries), a copy. */
KHOP_API khop_status khop_batch_fill(khop_batch *batch, int64_t count, const int64_t *chosen);

KHOP_API int64_t khop_batch_graphs(const khop_batch *batch);
KHOP_API const int64_t *khop_batch_first(const khop_batch *batch); /* (graphs + 1) */
KHOP_API const khop_features *khop_batch_features(const khop_batch *batch);
KHOP_API const khop_rings *khop_batch_rings(const khop_batch *batch, int i); /* NULL out of range */
KHOP_API const khop_real *khop_batch_graph_features(const khop_batch *batch);        /* (graphs, columns) or NULL */

/* A run with room for all that the batch has room for, bound to what it holds; as khop_run_new. model and
 * batch must outlive it. Errors: those of khop_run_new; SHAPE (graph features of another width). */
KHOP_API khop_status khop_run_new_batch(khop_run **run, khop_model *model, const khop_batch *batch,
                                        bool training, int64_t max_bytes);
KHOP_API khop_status khop_run_new_batch_with(khop_run **run, khop_model *model, const khop_batch *batch,
                                             const khop_run_options *options);
/* Binds the run to what a batch holds now: its memory is laid out anew, nothing is allocated (the transpose
 * of a directed ring comes with the batch). Labels and targets are to be set again.
 * Errors: ARGUMENT (a batch larger than the run's; a ring that is missing), SHAPE. On failure the run
 * stays as it was. */
KHOP_API khop_status khop_run_bind(khop_run *run, const khop_batch *batch);

/* Rows of the output: the nodes, or behind a readout the graphs. */
KHOP_API int64_t khop_run_rows(const khop_run *run);

#ifdef __cplusplus
}
#endif
#endif
