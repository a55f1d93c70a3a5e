/* khop/explain.h: why a model says what it says: what each hop, each node and each feature contributed to an output.
 *
 *   khop_explanation *e;
 *   khop_explain_options options = {.size = sizeof options};
 *   khop_explain_node(&e, model, data, 7, &options);
 *   for (int k = 0; k < e->hops; k++) printf("hop %d of output 0: %g\n", k, e->by_hop[k]);
 *   khop_explanation_free(e);
 *
 * Shares are integrated gradients (Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", ICML 2017).
 * x are the features of all members, x' the base line, y(x) the output. The share of feature f of member i is
 *
 *   s[i][f] = (x[i][f] - x'[i][f]) * integral over a from 0 to 1 of dy/dx[i][f] at x' + a (x - x')
 *
 * and by_hop, by_member and by_feature add it up over all members at a distance, all features, all members. Each of the
 * three sums is y(x) - y(x'): what is not in a share is the output of the base line. Where no op on the way from the
 * features to the output bends (activations, products of values, largest entries, layer norms), dy/dx is the same
 * everywhere, one step is exact, and with features of 0 as the base line y(x') is what the biases give: the biases and
 * the shares add up to the output, up to rounding. Elsewhere the integral is a sum over n steps, from (k/n)^2 to
 * ((k+1)/n)^2 at ((k+1/2)/n)^2; n doubles from 1 until the sums hold within a tolerance. */
#ifndef KHOP_EXPLAIN_H
#define KHOP_EXPLAIN_H

#include <khop/learn.h>
#include <khop/train.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the features are compared with, at every member: 0, or the mean of their column over all nodes. With the mean,
 * sparse features take the memory of dense ones. */
typedef enum khop_baseline { KHOP_BASELINE_ZERO = 0, KHOP_BASELINE_MEAN = 1 } khop_baseline;

/* What is 0 or behind the size takes the default in brackets. */
typedef struct khop_explain_options {
  size_t size;            /* sizeof(khop_explain_options), or 0: the fields of 0.2.0 */
  khop_baseline baseline; /* [zero] */
  double tolerance;       /* [0.001] |sum of shares - (y(x) - y(x'))| is at most that times the sum of all |s[i][f]| */
  int most_steps;         /* [4096] more are not taken; steps and error say what came of it */
  int64_t count;          /* [0: all] of the outputs to explain */
  const int64_t *outputs; /* (count) */
  int64_t max_bytes;      /* [half of the memory] for rings, and for a run */
} khop_explain_options;

/* All arrays belong to it. E = count outputs are explained, of members M with features F. Numbers are in the unit of
 * the data, and logits, before the softmax or the sigmoid, where the model predicts classes or tasks. */
typedef struct khop_explanation {
  int64_t outputs;   /* of the model */
  double *output;    /* (outputs) y(x) of each */
  int64_t count;     /* E */
  int64_t *explained; /* (E) their numbers */
  double *value;     /* (E) y(x) */
  double *base;      /* (E) y(x') */
  int64_t members;   /* M: the nodes that the output depends on, ascending */
  int64_t *member;   /* (M) their numbers in the data, or in the graph of a set */
  int64_t centre;    /* the place of the node among the members; -1 of a graph of a set */
  int hops;          /* distances that the model reaches, 0 to hops - 1; 0 of a graph of a set, where hop is NULL */
  int32_t *hop;      /* (M) the distance of each member from the node, along the arcs that the model follows */
  khop_graph *graph; /* of the members, and the arcs between them */
  int64_t features;  /* F */
  double *by_hop;     /* (E, hops) */
  double *by_member;  /* (E, M) */
  double *by_feature; /* (E, F) */
  bool linear;       /* nothing bends: one step is exact */
  bool complete;     /* every error is within the tolerance */
  int *steps;        /* (E) */
  double *error;     /* (E) |sum of shares - (value - base)| */
  double *hidden;    /* (E, hops) y where the features of all members at distance k are those of the base line */
  int rings;         /* different hops, or metapaths, that convolutions and pools of the model look at */
  int *ring;         /* (rings) ascending */
  double *without;   /* (E, rings) y where every convolution and pool leaves that hop out, NaN where a pool would have
                      * none left. Biases stay, and each of the other rings is divided as before */
} khop_explanation;

/* Explains a node from the ball that decides its row (khop_model_reach). Dropout is off. options may be NULL.
 * Errors: ARGUMENT (a node or an output out of range, an output twice, a tolerance or a number of steps that is none,
 * a model with a row a graph), UNSUPPORTED (an op that looks at all nodes, by its number and name; options of a newer
 * khop), SHAPE (features of another width), VALUE (an output that is not finite), BUDGET, MEMORY; *explanation is then
 * NULL. Cost: a forward a ring and distance, and for each output a forward and a backward a step (twice the last number
 * of steps), each on the ball alone; O(nodes + arcs) once where arcs are followed against or both ways, and
 * O(all features) for their mean. */
KHOP_API khop_status khop_explain_node(khop_explanation **explanation, khop_model *model, const khop_data *data,
                                       int64_t node, const khop_explain_options *options);
/* The same of a graph of a set: every node of it is a member, and its graph features stay as they are, which puts them
 * into the base line. Errors: as above, but for the ops; ARGUMENT (a graph out of range, a model with a row a node).
 * Cost: as above, of that graph alone; the mean is over the nodes of all graphs. */
KHOP_API khop_status khop_explain_graph(khop_explanation **explanation, khop_model *model, const khop_graphs *set,
                                        int64_t graph, const khop_explain_options *options);
KHOP_API void khop_explanation_free(khop_explanation *explanation);

#ifdef __cplusplus
}
#endif
#endif
