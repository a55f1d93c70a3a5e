/* khop.h: graph neural networks on exact k-hop neighbourhoods.
 *
 * The ring operator R_k holds 1 at (i, j) exactly when the shortest path from i to j has k edges. A
 * k-hop convolution sums normalised rings times features times weights; its taps may be any rings,
 * such as 0, d, 2d, ..: that is dilated convolution, on any graph. This header includes the others
 * in the order in which they are worth reading.
 *
 * 1. Five lines that train on a file (every call returns a khop_status; khop_message() says more):
 *
 *      khop_data *data;
 *      khop_recipe recipe;
 *      khop_report report;
 *      if (khop_data_load(&data, "karate", NULL) || khop_recipe_find(&recipe, "ring") ||
 *          khop_train(&report, data, &recipe, NULL)) return puts(khop_message()), 1;
 *
 *    Which recipe suits the data is found by short trainings and their validation nodes (khop/auto.h):
 *
 *      khop_auto_report tried;
 *      khop_auto_choose(&recipe, &tried, data, NULL);        // in the place of khop_recipe_find
 *      khop_auto_report_free(&tried);
 *
 * 2. The same with each step made explicit:
 *
 *      khop_model *model;                                    // an architecture and its parameters
 *      khop_model_new(&model);
 *      khop_value x = khop_input(model, features->columns);
 *      khop_value h = khop_relu(model, khop_conv(model, x, 16, &(khop_conv_options){
 *          .taps = 3, .dilation = 1, .norm = KHOP_NORM_ROW, .bias = true}));
 *      khop_softmax_cross_entropy(model, khop_linear(model, h, classes, true));
 *      khop_model_init(model, seed);                         // reports the first mistake above
 *
 *      khop_rings *rings[KHOP_MAX_RINGS];                    // every ring the model asks for
 *      int count;
 *      khop_model_rings(rings, &count, model, graph, 0);
 *
 *      khop_run *run;                                        // one allocation; then none in the loop
 *      khop_run_new(&run, model, count, rings, features, true, 0);
 *      khop_run_labels(run, labels, mask);
 *      khop_optimizer *adam;
 *      khop_optimizer_new(&adam, model, NULL);
 *      for (uint64_t step = 1; step <= 100; step++) {
 *        khop_run_forward(run, true, seed, step);
 *        khop_run_backward(run);
 *        khop_optimizer_step(adam, khop_run_gradients(run), 1);
 *      }
 *
 *    Ops beside convolutions, and what spreads labels without a model (khop/model.h, khop/train.h):
 *
 *      khop_ppr(model, h, 0.1);                              // all hops at once: PageRank, solved exactly
 *      khop_attention(model, h, 8, NULL);                    // GAT's, over the rings 0 and 1, with 8 heads
 *      khop_drop_rows(model, h, 0.2);                        // nodes that a step of training leaves out
 *      khop_label_propagation(scores, graph, labels, classes, train, 0.9, 50);
 *
 *    Other ways into the loop, examples/19_own_loss.c:
 *
 *      khop_run_own_loss(run, function, context);            // a loss of your own: no loss op, no labels
 *      khop_run_backward_from(run, h, dy, rows, columns);    // a gradient from outside, at any value
 *      khop_run_input_gradient(&dx, run);                    // that of the features: khop_run_new_with
 *      w[i] -= rate * khop_run_gradients(run)[i];            // an optimiser of your own
 *
 * 3. The pieces alone, for those who bring their own framework: build rings (khop/rings.h), make taps
 *    of them, and apply them, or one convolution with its gradients, to plain arrays (khop/apply.h).
 *    Or bring the matrix too, examples/20_own_matrix.c:
 *
 *      khop_taps *taps;
 *      khop_taps_from_csr(&taps, 1, &(khop_csr){.nodes = n, .offsets = indptr, .columns = indices}, true);
 *      khop_taps_from_graphblas(&taps, 1, &matrix, true);    // khop/graphblas.h
 *      khop_apply(y, ldy, taps, x, ldx, columns, 0);
 *      khop_conv_forward_with(y, taps, x, w, b, &call);      // with strides, or sparse features
 *
 * 4. A trained model as one file of C that needs nothing but libm (khop/export.h):
 *
 *      khop_export_c(model, "karate", "karate.c");          // karate_run(out, nodes, offsets, targets, x)
 *
 * 5. Some nodes alone, at the cost of what they reach, with the bits that khop_predict gives them:
 *
 *      khop_predictor *predictor;                            // of a model and data, both loaded
 *      khop_predictor_new(&predictor, model, data, 0);
 *      khop_predictor_nodes(scores, predictor, 2, (int64_t[]){12, 40});
 *      khop_predictor_new_node(scores, predictor, &(khop_new_node){  // and one that the data lack
 *          .out = 2, .to = (int64_t[]){12, 40}, .features = &row});
 *
 * 6. A graph that changes, and its rings, of which only the rows that can differ are searched again:
 *
 *      khop_graph_edits edits = {.added_edges = 1, .added_from = (int64_t[]){3}, .added_to = (int64_t[]){n},
 *                                .added_nodes = 1, .removed_nodes = 1, .removed = (int64_t[]){7}};
 *      khop_graph_edit(&after, before, &edits);
 *      khop_rings_update(&rings_after, rings, before, &edits, 0); // the bits of khop_rings_build of `after`
 *
 * 7. What each hop, each node and each feature contributed to what a model says of a node (khop/explain.h):
 *
 *      khop_explanation *why;
 *      khop_explain_node(&why, model, data, 12, &(khop_explain_options){.size = sizeof(khop_explain_options)});
 *      why->by_hop[0], why->by_member[0], why->by_feature[0];    // of output 0; each table adds up to value - base
 *      khop_explanation_free(why);
 *
 * 8. How far away what moves a trained model's outputs stands, over sampled nodes (khop/audit.h):
 *
 *      khop_influence *influence;
 *      khop_audit_influence(&influence, model, data, NULL);
 *      influence->share[2], influence->range;                    // of hop 2; the mean hop
 *      khop_influence_free(influence);
 *
 * 9. Features that the graph alone gives, and models of the same nodes together (khop/data.h, khop/train.h):
 *
 *      khop_data_add_encodings(data, &(khop_encodings){.laplacian = 8, .walk = 8, .profile = 4});
 *      khop_data_with_encodings(&more, data, &encodings);    // beside data, which stay as they are
 *      khop_ensemble *five;
 *      khop_ensemble_new(&five, data, KHOP_ACCURACY, 5);     // the mean of five seeds' probabilities, of each split
 *      khop_train(&report, data, &recipe, &(khop_train_options){.size = sizeof(khop_train_options), .seeds = 5,
 *                                                               .ensemble = five});
 *      khop_ensemble_group(five, 0)->test;
 *
 * 10. A graph on several ranks, each of which owns some rows, with the bits of one process (khop/distributed.h); whoever
 *    has ranks brings the exchange, as libkhop-petsc does over MPI:
 *
 *      khop_shard_read(&shard, &exchange, "graph.txt", NULL); // khop/shard_read.h: each its part; or khop_shard_new
 *      khop_shard_rings_build(&mine, shard, 3, (int[]){0, 1, 2}, NULL);
 *      khop_shard_taps_new(&my_taps, mine, 3, (int[]){0, 1, 2}, KHOP_NORM_SYM, false, false);
 *      khop_shard_apply(y, ldy, my_taps, x, ldx, columns, 0);  // rows of x and y that this rank owns
 *      khop_shard_run_new(&run, model, shard, &features, 0, true); // khop/shard_run.h: the same gradients on each rank
 *      khop_train(&report, data, &recipe, &(khop_train_options){.size = sizeof(khop_train_options), .seeds = 1,
 *                                                               .exchange = &exchange}); // one training on all ranks
 *
 * examples/ builds and runs the first four. */
#ifndef KHOP_H
#define KHOP_H

#include <khop/base.h>  /* status, messages, threads, memory */
#include <khop/graph.h> /* graphs: arrays, files, grids */
#include <khop/schema.h> /* what the columns of a data set mean: names, kinds, vocabularies */
#include <khop/data.h>  /* data sets: graph, features, labels, splits; the catalogue */
#include <khop/graphs.h> /* sets of many graphs: molecules and their like */
#include <khop/learn.h> /* learning on sets of graphs: splits, protocols, ensembles */
#include <khop/domain.h> /* molecules that lie outside what a model was trained on */
#include <khop/auto.h>  /* the recipe that suits a graph, by its validation nodes */
#include <khop/train.h> /* training: recipes, seeds and splits, metrics, checkpoints */
#include <khop/explain.h> /* why a model says what it says */
#include <khop/export.h> /* a trained model as one file of C */
#include <khop/evaluate.h> /* how good predictions are: classes, yes/no tasks, numbers */
#include <khop/model.h> /* models op by op, and runs */
#include <khop/batch.h> /* batches of graphs, and runs over them */
#include <khop/blocks.h> /* the published dilated blocks and graph networks by name */
#include <khop/stream.h> /* causal models step by step */
#include <khop/debian.h> /* the package index of a Debian machine as a data set */
#include <khop/rings.h> /* the exact-k-hop operators */
#include <khop/typed.h> /* edges with a type, metapaths over them, stencils of grids */
#include <khop/apply.h> /* taps and convolutions on plain arrays */
#include <khop/distributed.h> /* rings and products of a graph on several ranks */
#include <khop/shard_read.h> /* a graph read by them together */
#include <khop/shard_run.h> /* a model on them */
#include <khop/molecules.h> /* molecules: SMILES, CSV, SDF */
#include <khop/descriptors.h> /* descriptors of molecules */
#include <khop/table.h> /* tables written row by row */
#include <khop/pipes.h> /* inputs that can be read but once */
#include <khop/molecule_graphs.h> /* molecules as a set of graphs */
#include <khop/wavelet.h> /* the a-trous transform, wavelets on hop rings */
#include <khop/hops.h>  /* decoupled training: hop features in a file, rows in batches */
#include <khop/audit.h> /* what a stack sees: receptive fields, gridding, balls of a graph; what a model looks at */
#include <khop/plot.h>  /* the same as pictures */

/* Opt-in, so that this header shows no other library's types: khop/igraph.h, khop/graphblas.h. */

#endif
