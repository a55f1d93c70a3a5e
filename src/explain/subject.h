/* subject.h: what is explained: a node with the ball that decides its row, or a graph of a set; and a run whose
 * features can be moved.
 *
 *   x     | own row of each node of the ball |      moved: base line + a (own - base line)
 *   hop   | distance of each from the node   |      hidden: rows at one distance are the base line
 */
#ifndef KHOP_EXPLAIN_SUBJECT_H
#define KHOP_EXPLAIN_SUBJECT_H

#include "graph/ball.h"
#include "model/batch.h"
#include "model/run.h"

#include <khop/explain.h>

typedef struct khop_i_subject {
  khop_model *model; /* borrows */
  khop_i_ball ball;  /* its nodes; owns what follows. Of a graph of a set: none, as graph and hop are NULL */
  khop_graph *graph; /* of the ball */
  khop_graphs *set;  /* the graph of a set alone, and its batch; else NULL */
  khop_batch *batch;
  int64_t place;     /* of the node in the ball, 0 of a graph: the row of the output */
  int64_t output_rows;
  int32_t *hop;      /* (x.rows) distance from the node, -1: beyond what the model reaches */
  int hops;          /* distances that it reaches */
  khop_features x;   /* what the run reads; dense or sparse as in the data, dense where the base line is not 0 */
  int64_t numbers;   /* of x: entries, or rows times columns */
  khop_real *own;    /* (numbers) as they are in the data */
  khop_real *now;    /* (numbers) as they are in x, to which they belong */
  khop_real *base;   /* (columns), or NULL: 0 */
  int made;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;     /* with the gradient of the features */
} khop_i_subject;

/* A subject that is {0} can be closed. dense: x is, whatever the data's are, and so the gradient has a number for each
 * feature, those that are 0 included. Errors: those of khop_explain_node. */
khop_status khop_i_subject_open(khop_i_subject *subject, khop_model *model, const khop_data *data, int64_t node,
                                khop_baseline baseline, bool dense, int64_t max_bytes);
void khop_i_subject_close(khop_i_subject *subject);

/* The mean of each column over all rows, (columns), which khop_i_free frees. Errors: MEMORY. */
khop_status khop_i_features_mean(khop_real **mean, const khop_features *x);
/* The nodes that features come from: their graph, where each stands in the ball, and the place of the node among them.
 * Errors: MEMORY. */
khop_status khop_i_subject_members(khop_graph **graph, int64_t **places, int64_t *centre,
                                   const khop_i_subject *subject);

/* The column of number e of x, and the first number of a row. */
static inline int64_t khop_i_subject_column(const khop_i_subject *s, int64_t e) {
  return s->x.dense ? e % s->x.columns : s->x.indices[e];
}
static inline int64_t khop_i_subject_first(const khop_i_subject *s, int64_t row) {
  return s->x.dense ? row * s->x.columns : s->x.offsets[row];
}
/* How far number e is from the base line. */
static inline double khop_i_subject_step(const khop_i_subject *s, int64_t e) {
  return (double)s->own[e] - (s->base ? (double)s->base[khop_i_subject_column(s, e)] : 0);
}

/* Moves the features to base line + share (own - base line), and runs the model forward. */
void khop_i_subject_move(khop_i_subject *subject, double share);
/* The same of the own features, but for the rows at a distance, which are the base line. */
void khop_i_subject_hide(khop_i_subject *subject, int hop);
/* The row of the output after one of these, (output columns). */
const khop_real *khop_i_subject_output(const khop_i_subject *subject);

#endif
