/* choose.c: see choose.h. */
#include "train/graphs/choose.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/auto/divider.h"
#include "train/auto/majority.h"
#include "train/auto/rounds.h"
#include "train/graphs/candidate.h"
#include "train/graphs/length.h"
#include "train/selection.h"

#include <math.h>
#include <string.h>

enum { SHORT_SEEDS = 2, LONG_SEEDS = 3, SHORT_PART = 4 };

typedef struct choice {
  khop_i_protocol *p;
  khop_i_rounds rounds;
  uint8_t *was;      /* (G) the parts of the split */
  uint8_t *division; /* (LONG_SEEDS, G) */
  int taken;         /* the candidate whose model is there; -1: none */
} choice;

/* --- what the set is like ------------------------------------------------------------------------- */

static khop_status note_classes(khop_auto_report *r, const khop_i_protocol *p) {
  const int32_t *labels = khop_graphs_labels(p->set);
  int64_t classes = khop_graphs_classes(p->set);
  r->share = r->majority = r->propagation = NAN;
  if (!labels || classes < 1 || khop_graphs_targets(p->set, NULL)) return KHOP_OK;
  khop_status status = khop_i_majority(&r->share, &r->majority, p->part, labels, p->graphs, classes);
  if (r->metric != KHOP_ACCURACY) r->majority = NAN;
  return status;
}

/* The first division is the split's own, copies go with their first, and where none but copies validate all are its own. */
static khop_status draw_divisions(choice *c) {
  khop_i_protocol *p = c->p;
  khop_i_divider divider = {0};
  const int64_t *copies = khop_graphs_copies(p->set);
  bool grouped = p->options.protocol == KHOP_SPLITS && p->options.by != KHOP_SPLIT_RANDOM, firsts = false;
  for (int64_t g = 0; g < p->graphs; g++) {
    bool copy = copies && copies[g] != g;
    c->was[g] = copy ? KHOP_I_TAKES_NO_PART : p->part[g];
    firsts = firsts || c->was[g] == KHOP_VAL;
  }
  khop_status status = khop_i_divider_open(&divider, c->was, khop_graphs_labels(p->set), p->graphs,
                                           khop_graphs_classes(p->set), p->options.split_seed);
  for (int s = 0; s < LONG_SEEDS && status == KHOP_OK; s++) {
    uint8_t *part = c->division + s * p->graphs;
    khop_i_divider_next(part, &divider);
    for (int64_t g = 0; copies && g < p->graphs; g++) part[g] = part[copies[g]];
    for (int64_t g = 0; (s == 0 || grouped || !firsts) && g < p->graphs; g++)
      part[g] = p->part[g] == KHOP_TEST ? KHOP_I_TAKES_NO_PART : p->part[g];
  }
  khop_i_divider_close(&divider);
  memcpy(c->was, p->part, (size_t)p->graphs);
  return status;
}

/* --- one trial ------------------------------------------------------------------------------------ */

static int length_of(const khop_i_protocol *p, bool is_long) {
  int epochs = p->given.fit.epochs;
  if (p->given.open_length) epochs = khop_i_length_by_size(epochs, khop_i_protocol_count(p, KHOP_TRAIN));
  return is_long ? epochs : (epochs + SHORT_PART - 1) / SHORT_PART;
}

static khop_status try_candidate(khop_i_trained *trained, void *context, int i, bool is_long, int seed) {
  choice *c = context;
  khop_i_protocol *p = c->p;
  khop_fit_result result;
  khop_status status = c->taken == i ? KHOP_OK : khop_i_candidate_take(p, i);
  c->taken = status == KHOP_OK ? i : -1;
  if (status != KHOP_OK) return status;
  bool rises = khop_metric_rises(p->given.fit.metric);
  memcpy(p->part, c->division + seed * p->graphs, (size_t)p->graphs);
  p->recipe.fit.epochs = length_of(p, is_long);
  p->recipe.fit.patience = -1;
  p->of += c->rounds.index == 0 ? c->rounds.of : 0;
  status = khop_i_protocol_train(&result, p, p->curve, seed, 0, NULL);
  if (status != KHOP_OK) return status;
  trained->interrupted = p->report->interrupted;
  trained->epochs = result.epochs;
  trained->score = result.val;
  if (p->given.keep_last || trained->interrupted) return KHOP_OK;
  khop_i_curve_best(&trained->score, p->curve, result.epochs, rises, KHOP_I_CURVE_WINDOW);
  if (!rises) trained->score = -trained->score;
  return KHOP_OK;
}

/* --- the choice ----------------------------------------------------------------------------------- */

static const char *name_of(const void *context, int i) {
  khop_recipe recipe;
  return khop_i_candidate_find(&recipe, context, i) == KHOP_OK ? recipe.name : "";
}

static khop_status choose(choice *c, khop_auto_report *r) {
  khop_status status = KHOP_OK;
  khop_i_protocol *p = c->p;
  r->validation = khop_i_protocol_count(p, KHOP_VAL);
  if (r->validation == 0)
    return khop_i_fail(KHOP_E_VALUE, "%s: no graph of split or fold %d validates, and a recipe is chosen by those: name "
                       "one", khop_graphs_name(p->set), p->number + 1);
  KHOP_TRY(note_classes(r, p));
  KHOP_TRY(khop_i_rounds_list(r, p->options.candidates, name_of, &p->options));
  KHOP_TRY(khop_i_alloc(&c->was, p->graphs, 1, "parts"));
  KHOP_TRY(khop_i_alloc(&c->division, LONG_SEEDS * p->graphs, 1, "parts"));
  KHOP_TRY(draw_divisions(c));
  KHOP_TRY(khop_i_rounds_run(&c->rounds));
  if (r->chosen < 0) goto done;
  memcpy(p->part, c->was, (size_t)p->graphs);
  KHOP_TRY(khop_i_candidate_take(p, r->chosen));
done:
  khop_i_free(c->was);
  khop_i_free(c->division);
  return status;
}

khop_status khop_i_graphs_choose(khop_i_protocol *p) {
  khop_auto_report own = {0}, *r = p->options.chosen ? &p->options.chosen[p->report->runs] : &own;
  double seconds = p->seconds, epochs = p->epochs;
  *r = (khop_auto_report){.size = sizeof *r, .split = p->number, .metric = p->recipe.fit.metric, .chosen = -1};
  choice c = {.p = p, .taken = -1,
              .rounds = {.report = r, .trial = try_candidate, .context = &c, .seconds = p->options.seconds,
                         .short_seeds = SHORT_SEEDS, .long_seeds = LONG_SEEDS, .start = khop_i_seconds_now()}};
  khop_status status = choose(&c, r);
  p->seconds = seconds; /* an epoch is one of what was chosen */
  p->epochs = epochs;
  if (r->chosen >= 0) p->report->run[p->report->runs].candidate = r->chosen;
  khop_auto_report_free(&own);
  return status;
}
