/* rounds.h: successive halving over candidates, whatever they are trained on: a short round, the better half, a long one. */
#ifndef KHOP_TRAIN_AUTO_ROUNDS_H
#define KHOP_TRAIN_AUTO_ROUNDS_H

#include <khop/auto.h>

#define KHOP_I_MOST_CANDIDATES 16
/* Where fewer validate, chance is larger than what there is to choose between: 59 tell two models of 85 % apart where they
 * differ by 9. They are asked several times then, each time with other ones of training and validation. */
#define KHOP_I_FEW_VALIDATE 500

/* One training: what it scores on what validates. Errors: MEMORY, BUDGET and VALUE leave the candidate out, with the
 * message as the reason; others end all. */
typedef struct khop_i_trained {
  double score;
  int epochs;
  bool interrupted; /* the score is then not read */
} khop_i_trained;
typedef khop_status khop_i_trial_function(khop_i_trained *trained, void *context, int candidate, bool is_long, int seed);

typedef struct khop_i_rounds {
  khop_auto_report *report; /* with metric, validation and the names of its trials */
  khop_i_trial_function *trial;
  void *context;
  double seconds;              /* no candidate begins later; 0: no end */
  int short_seeds, long_seeds; /* where few validate; else one */
  int index, of;               /* of the training at hand */
  double start;                /* by khop_i_seconds_now, of the whole choice */
  double score[KHOP_I_MOST_CANDIDATES]; /* of the last round; NaN: left out */
  bool goes_on[KHOP_I_MOST_CANDIDATES];
} khop_i_rounds;

/* Names the candidates, before they are run. Errors: ARGUMENT (too many), MEMORY. */
khop_status khop_i_rounds_list(khop_auto_report *report, int count, const char *(*name)(const void *context, int i),
                               const void *context);
/* Fills in the fates, chosen, seconds and interrupted; chosen is -1 where it was interrupted before a score. Errors: those
 * of the trials, where all fail. */
khop_status khop_i_rounds_run(khop_i_rounds *rounds);
/* Whether no candidate is to begin any more. */
bool khop_i_rounds_are_over(const khop_i_rounds *rounds);
/* Afterwards, where something was chosen: one more candidate, behind the others, trained as long as they were in the last
 * round, and chosen where it is better; why: the reason to leave it out instead, or NULL. Errors: ARGUMENT (too many),
 * MEMORY (for the report), and those of the trials but for those that leave it out. */
khop_status khop_i_rounds_challenge(khop_i_rounds *rounds, const char *recipe, const char *why);

#endif
