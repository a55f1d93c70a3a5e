/* protocol.h: what the trainings of a protocol have in common: the set, its rings, the parts, the report. */
#ifndef KHOP_TRAIN_GRAPHS_PROTOCOL_H
#define KHOP_TRAIN_GRAPHS_PROTOCOL_H

#include "train/graphs/fit.h"

#include <khop/evaluate.h>
#include <khop/learn.h>

typedef struct khop_i_protocol {
  const khop_graphs *set;
  khop_recipe recipe;
  khop_graph_options options;
  khop_graph_report *report;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int rings_count;
  int64_t graphs, outputs;
  uint8_t *part;                  /* (G) */
  int32_t *fold, *inner;          /* (G) */
  khop_real *scores;              /* (G, outputs) of one member */
  khop_moments *members;          /* (G, outputs) over the members of an ensemble */
  double *curve, *curves;         /* (epochs), (folds, epochs) */
  khop_recipe given;              /* before anything is chosen */
  int number;                     /* of the split or fold, from 0 */
  int resumed;                    /* members in files to go on from */
  int raced_epochs;               /* what a race chose for them, 0: there was none */
  double raced_decay;             /* the factor on the decay */
  int done, of;
  double seconds, epochs;
} khop_i_protocol;

/* One training on the parts as they are: member of an ensemble; end: 0, or the epoch to end after; curve, files: as in
 * khop_i_graphs_fit. Where curves are what chooses they are whole. */
khop_status khop_i_protocol_train(khop_fit_result *result, khop_i_protocol *p, double *curve, int member, int end,
                                  const khop_i_fit_files *files);
int64_t khop_i_protocol_count(const khop_i_protocol *p, khop_part part);

#endif
