/* sample.h: predictions and truth of the rows that are scored, nodes or graphs alike. */
#ifndef KHOP_CLI_EVALUATE_SAMPLE_H
#define KHOP_CLI_EVALUATE_SAMPLE_H

#include "cli/evaluate/choice.h"

typedef struct sample {
  const evaluate_choice *choice;
  const khop_model *model;
  const char *data, *row; /* the name of the data; "node" or "graph" */
  int64_t n, outputs;
  int models;             /* whose scores are averaged */
  khop_real *scores;      /* (n, outputs), owns */
  uint8_t *mask;          /* (n), owns: the rows that are scored */
  int64_t selected;
  int part, split;        /* KHOP_TRAIN .. PART_ALL; -1: no split */
  bool of_training;       /* part and split are those of the training */
  int32_t *labels;        /* (n), owns: in the order of the model's classes; or NULL */
  khop_real *truth;       /* (n, outputs), owns: in the order of the model's outputs; or NULL */
  const char *const *names; /* (outputs), borrowed: of the classes, or of the targets; NULL: numbers */
} sample;

/* What data say of their rows, as they number it. */
typedef struct known_truth {
  const int32_t *labels;   /* (n) or NULL */
  int64_t classes;
  const char *const *class_names;
  const khop_real *targets; /* (n, outputs) or NULL */
  int64_t outputs;
  const char *const *target_names;
} known_truth;

void clear_sample(sample *s);
/* Room for n rows, all of which are selected. An exit status after a message, or GO_ON. */
int open_sample(sample *s, int64_t n);
/* Counts the selected rows; none is an error. */
int count_selected(sample *s);
/* Labels or targets in the order of the model's classes and outputs, matched by name. */
int take_truth(sample *s, const known_truth *known);
/* "test", "training", .. */
const char *part_name(int part);

/* Scores, prints, draws; an exit status. */
int report_sample(const sample *s);

#endif
