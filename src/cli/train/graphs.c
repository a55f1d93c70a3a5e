/* graphs.c: khop train on a set of graphs: molecules, MUTAG's text form, a TU folder. */
#include "cli/messages.h"
#include "cli/train/graphs.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/train/graphs_auto.h"
#include "cli/train/graphs_report.h"
#include "cli/train/kept.h"
#include "cli/train/option_uses.h"
#include "cli/train/recipe_use.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Predicted against measured, of the first target, on every graph that was tested. */
static khop_status draw_scatter(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  int64_t graphs = khop_graphs_count(set), outputs = 0;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  double *numbers = calloc((size_t)(3 * graphs) + 1, sizeof *numbers);
  if (!numbers || !targets) {
    free(numbers);
    exit(failure(targets ? "no memory for a plot" : "--scatter: the graphs have classes, no targets"));
  }
  for (int64_t g = 0; g < graphs; g++) {
    numbers[g] = (double)targets[g * outputs];
    numbers[graphs + g] = (double)r->predictions[g * outputs];
    numbers[2 * graphs + g] = (double)r->deviations[g * outputs];
  }
  const char *const *names = khop_graphs_target_names(set);
  khop_status status = khop_plot_scatter(c->scatter, graphs, numbers, numbers + graphs,
                                         c->graphs.ensemble > 1 ? numbers + 2 * graphs : NULL,
                                         names ? names[0] : khop_graphs_name(set));
  free(numbers);
  return status;
}

/* --- the command ------------------------------------------------------------------------------ */

typedef struct run_progress {
  const train_choice *choice;
  int done, of, epoch;
} run_progress;

static bool show_epoch(const khop_epoch *e, void *context) {
  run_progress *w = context;
  w->epoch = e->epoch;
  if (!w->choice->data.quiet)
    progress_line(false, "training %d/%d  epoch %d/%d  loss %.4f  val %.4f  best %.4f at %d", w->done + 1, w->of,
                  e->epoch, e->epochs, e->loss, e->val, e->best, e->best_epoch);
  return !was_interrupted();
}

static void show_training(int done, int of, void *context) {
  ((run_progress *)context)->done = done;
  ((run_progress *)context)->of = of;
}

static bool can_go_on(const train_choice *c) {
  return c->graphs.protocol == KHOP_SPLITS || c->graphs.protocol == KHOP_FOLDS;
}

static void say_what_is_kept(void *context) {
  const run_progress *w = context;
  char run[32] = "";
  if (w->of > 1) snprintf(run, sizeof run, "training %d, ", w->done + 1);
  say_epoch_is_kept(w->choice, run, w->epoch, can_go_on(w->choice));
}

/* "hidden=32" into a candidate; false after a message. */
static bool change_candidate(train_choice *candidate, char *word) {
  char *equals = strchr(word, '=');
  if (equals) *equals = 0;
  if (!equals)
    complain("khop train: --candidate: not name=value: '%s'", word);
  else if (!option_is(word, OPTION_OF_RECIPE))
    complain("khop train: --candidate: '%s' is no option of a recipe, which is what candidates differ in", word);
  else if (apply_option(&train_command, candidate, word, equals + 1, "khop train: --candidate"))
    return note_given(candidate, word, equals + 1), true;
  return false;
}

/* Each --candidate is the recipe with some options changed: "hops=0-2 hidden=32". */
static bool read_candidates(train_choice *c) {
  for (int i = 0; i < c->candidates; i++) {
    char sentence[USE_SENTENCE];
    train_choice copy = *c;
    char *text = strdup(c->candidate[i]), *rest = text;
    bool good = text != NULL;
    for (char *word; good && (word = strsep(&rest, " "));)
      if (*word) good = change_candidate(&copy, word);
    if (good && !reads_all(sentence, &copy)) complain("khop train: --candidate: %s", sentence), good = false;
    free(text);
    if (!good) return false;
    c->candidate_recipe[i] = copy.recipe;
  }
  return true;
}

/* Says what is there, and no more. */
static int report_interruption(const khop_graph_report *report, const train_choice *c) {
  if (!report->saved) return failure("interrupted: the figures are of what was finished, and no model was saved");
  bool goes_on = can_go_on(c);
  return failure("interrupted: the figures are of what was finished; the best weights so far are in %s (%d model%s)%s%s",
                 c->graphs.save, report->saved, report->saved > 1 ? "s" : "",
                 goes_on ? "; go on with --resume " : "", goes_on ? c->graphs.save : "");
}

/* The figures are of what was chosen last; candidates of the command line are called what they change. */
static void take_choices(train_choice *c, khop_auto_report *chosen, int runs) {
  c->chosen = chosen;
  c->is_set = true;
  for (int i = 0; i < runs && chosen[i].trials; i++, c->choices++) {
    for (int t = 0; c->candidate[0] && t < chosen[i].trials; t++) chosen[i].trial[t].recipe = c->candidate[t];
    if (chosen[i].chosen >= 0) c->recipe = c->candidate_recipe[chosen[i].chosen];
  }
}

static int train_on(train_choice *c, const khop_graphs *set) {
  khop_graph_report report = {0};
  run_progress w = {.choice = c};
  int status = EXIT_OK;
  c->recipe.fit.progress = show_epoch;
  c->recipe.fit.context = &w;
  c->graphs.progress = show_training;
  c->graphs.kept = say_what_is_kept;
  c->graphs.context = &w;
  c->graphs.save = c->train.save;
  c->graphs.save_every = c->train.save_every;
  say_nothing_is_kept(c);
  c->graphs.resume = c->train.resume;
  c->graphs.notes = c->kept_options;
  c->graphs.max_bytes = c->data.max_bytes;
  c->graphs.split_seed = c->data.options.split_seed;
  if (c->train.resume && !c->graphs.only && (c->graphs.splits > 1 || c->graphs.protocol == KHOP_FOLDS))
    note("--resume goes on with the %s that %s is of, and with no other",
         c->graphs.protocol == KHOP_FOLDS ? "fold" : "split", c->train.resume);
  int runs = c->graphs.protocol == KHOP_SPLITS ? c->graphs.splits : c->graphs.folds;
  if (runs == 0) runs = c->graphs.protocol == KHOP_SPLITS ? 1 : 10; /* what the library has where none is given */
  khop_auto_report *chosen = calloc((size_t)runs, sizeof *chosen);
  if (!chosen) exit(failure("no memory for the report"));
  c->graphs.chosen = chosen;
  c->graphs.seconds = c->budget;
  c->graphs.candidates = c->candidates;
  c->graphs.candidate = c->candidate_recipe;
  khop_status ended = khop_graphs_train(&report, set, &c->recipe, &c->graphs);
  if (ended == KHOP_OK && c->scatter) ended = draw_scatter(&report, set, c);
  progress_clear();
  if (ended != KHOP_OK) {
    status = library_failure();
  } else {
    take_choices(c, chosen, runs);
    (c->data.json ? print_graphs_json : print_graphs_text)(&report, set, c);
    c->choices = 0;
    if (report.interrupted) status = report_interruption(&report, c);
  }
  for (int i = 0; i < runs; i++) khop_auto_report_free(&chosen[i]);
  free(chosen);
  khop_graph_report_free(&report);
  return status;
}

static bool are_answers(const khop_real *targets, int64_t count) {
  int64_t yes = 0, no = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!isnan(targets[i]) && targets[i] != 0 && targets[i] != 1) return false;
    yes += targets[i] == 1;
    no += targets[i] == 0;
  }
  return yes && no;
}

/* The metric says what targets are: numbers, or yes/no tasks; where none is given, their values do. */
static khop_status settle_metric(train_choice *c, khop_graphs *set) {
  int64_t outputs = 0;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  khop_metric *metric = &c->recipe.fit.metric;
  if (!targets && !c->metric_given && !khop_metric_rises(*metric)) *metric = KHOP_ACCURACY;
  if (!targets) return KHOP_OK;
  if (!c->metric_given) {
    bool tasks = are_answers(targets, khop_graphs_count(set) * outputs);
    *metric = tasks ? KHOP_ROC_AUC : KHOP_RMSE;
    if (tasks && !c->data.quiet && !khop_graphs_has_tasks(set))
      note("%s: the %lld targets are all 0 and 1: they are learned as yes/no tasks; --metric rmse predicts numbers",
           khop_graphs_name(set), (long long)outputs);
  }
  if (!khop_metric_rises(*metric) || *metric == KHOP_ACCURACY) return KHOP_OK; /* the last is refused */
  return khop_graphs_set_tasks(set, targets, outputs, khop_graphs_target_names(set));
}

int train_graphs(train_choice *c, const char *name, recipe_reader read, void *context) {
  khop_graphs *set = NULL;
  bool wanted = read != NULL;
  if (c->train.seeds)
    return usage_error("--seeds: a set of graphs takes --ensemble N, --splits N or --folds N");
  take_data_choice(&c->set, &c->data);
  int status = check_something_to_learn(name, &c->set);
  if (status != GO_ON) return status;
  if (load_graph_set(&set, name, &c->set) != KHOP_OK) return library_failure();
  if (settle_metric(c, set) != KHOP_OK)
    status = failure("%s: --metric %s: %s", name, khop_metric_name(c->recipe.fit.metric), khop_message());
  else if (c->scatter && khop_graphs_has_tasks(set))
    status = usage_error("--scatter draws numbers, and the targets of %s are yes/no tasks", name);
  else
    status = settle_graphs_choice(&wanted, c, set);
  if (status == GO_ON && wanted)
    status = read_portfolio(c, set, read, context);
  else if (status == GO_ON && !read_candidates(c))
    status = EXIT_USAGE;
  if (status == GO_ON) status = train_on(c, set);
  khop_graphs_free(set);
  return status;
}
