/* khop/export.h: a trained model as one file of C, for programs that cannot link khop.
 *
 *   khop_model *model;
 *   khop_model_load(&model, "karate.safetensors");
 *   khop_export_c(model, "karate", "karate.c");          // karate_run(out, nodes, offsets, targets, x)
 */
#ifndef KHOP_EXPORT_H
#define KHOP_EXPORT_H

#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the model with its weights as one file of C99 that needs nothing but libm. The comment that it begins with
 * says what goes in and comes out, and how to call it. name, of 1 to 40 letters, digits and underscores, begins what it
 * defines:
 *
 *   int NAME_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x);
 *
 * out has the scores of khop_predict: probabilities, or numbers in the unit of the data; of a model without a loss, its
 * output. x (nodes, columns) has the features as they are in the data; where the model was trained on rows divided by
 * their sums, so are they there. A model with a readout takes graphs and first (graphs + 1), the nodes of each, instead
 * of nodes, and gives the scores of khop_graphs_predict; types of arcs, and features of graphs, follow where the model
 * reads some. Numbers are khop_real: double where libkhop-double exports. Outputs are those of khop within 1e-6 of the
 * largest in float, 1e-12 in double (docs/export.md): sums are made in double and in another order.
 *
 * Rings are searched from every node, anew for each op: the memory is O(nodes columns + arcs), whatever the rings hold.
 *
 * Written beside and renamed, so a failure leaves what was there. Errors: ARGUMENT (a name that is none in C; no
 * parameters yet), UNSUPPORTED (an op that has no C form, by its number and name: one over metapaths that are not those
 * of a set of graphs; khop_ppr, khop_attention, khop_batch_norm, khop_softmax, khop_weighted_sum), VALUE (a parameter that is not finite), FORMAT (notes of the model that cannot be read), IO,
 * NOT_FOUND (no such folder), MEMORY. */
KHOP_API khop_status khop_export_c(const khop_model *model, const char *name, const char *path);

#ifdef __cplusplus
}
#endif
#endif
