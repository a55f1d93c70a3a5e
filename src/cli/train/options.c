/* options.c: the options of khop train: one row and one setter each. */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/standardise.h"
#include "cli/train/saved_options.h"
#include "cli/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((train_choice *)context)
#define RECIPE (&((train_choice *)context)->recipe)
#define FIT (&((train_choice *)context)->recipe.fit)

static bool print_library_message(const char *where) {
  complain("%s: %s", where, khop_message());
  return false;
}

SETTER(set_recipe) {
  khop_recipe found;
  CHOICE->recipe_name = value;
  if (strcmp(value, "auto") == 0) return true;
  if (khop_recipe_find(&found, value) != KHOP_OK) return print_library_message(where);
  return true;
}
SETTER(set_budget) { return read_duration(&CHOICE->budget, value, where); }
SETTER(set_split) {
  int *splits = CHOICE->splits, count = 0;
  CHOICE->split_count = 0;
  CHOICE->train.split = -1;
  if (strcmp(value, "all") == 0) return true;
  if (!read_list(splits, &count, MOST_SPLITS, 0, value, "splits", where)) return false;
  for (int i = 0; i < count; i++)
    for (int k = 0; k < i; k++)
      if (splits[k] == splits[i]) return complain("%s: split %d is twice in the list: '%s'", where, splits[i], value), false;
  if (count == 1) CHOICE->train.split = splits[0];
  else CHOICE->split_count = count;
  return true;
}
SETTER(set_seeds) { return read_int(&CHOICE->train.seeds, value, 1, 100000, where); }
SETTER(set_jobs) { return read_int(&CHOICE->jobs, value, 1, 128, where); }
SETTER(set_seed) { return read_seed(&FIT->seed, value, where); }
SETTER(set_save) { return read_path(&CHOICE->train.save, value, where); }
SETTER(set_save_every) {
  CHOICE->save_every_given = true;
  return read_duration(&CHOICE->train.save_every, value, where);
}
SETTER(set_resume) { return read_path(&CHOICE->train.resume, value, where); }
SETTER(set_metric) {
  CHOICE->metric_given = true;
  return khop_metric_find(&FIT->metric, value) == KHOP_OK || print_library_message(where);
}
SETTER(set_hidden) { return read_int64(&RECIPE->hidden, value, 1, 1 << 20, where); }
SETTER(set_layers) {
  CHOICE->layers_given = true;
  return read_int(&RECIPE->layers, value, 1, KHOP_MAX_LAYERS, where);
}
SETTER(set_hops) {
  return read_list(RECIPE->hops, &RECIPE->taps, KHOP_RECIPE_TAPS, 0, value, "hops", where);
}
SETTER(set_dilations) {
  if (!read_list(RECIPE->dilation, &RECIPE->dilations, KHOP_MAX_LAYERS, 1, value, "dilations",
                 where))
    return false;
  if (!CHOICE->layers_given) RECIPE->layers = RECIPE->dilations; /* else the layers take them in turn, again and again */
  return true;
}
SETTER(set_norm) {
  int chosen;
  if (!read_choice(&chosen, value, norm_names, 4, "a norm", where)) return false;
  RECIPE->norm = (khop_norm)chosen;
  return true;
}
SETTER(set_direction) {
  int chosen;
  if (!read_choice(&chosen, value, direction_names, 3, "a direction", where)) return false;
  RECIPE->direction = (khop_direction)chosen;
  return true;
}
SETTER(set_operator) {
  int chosen;
  if (!read_choice(&chosen, value, operator_names, 4, "an operator", where)) return false;
  RECIPE->op = (khop_operator)chosen;
  return true;
}
SETTER(set_form) {
  return read_form(&CHOICE->train.form, value, false, where);
}
SETTER(set_weights) {
  static const char *const names[] = {"full", "separable"};
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "a kind of weights", where)) return false;
  RECIPE->weights = (khop_weights)chosen;
  return true;
}
SETTER(set_activation) {
  static const char *const names[] = {"relu", "gelu", "tanh"};
  int chosen;
  if (!read_choice(&chosen, value, names, 3, "an activation", where)) return false;
  RECIPE->activation = (khop_activation)chosen;
  return true;
}
static bool set_bool(bool *to, const char *value, const char *where) {
  static const char *const names[] = {"no", "yes"};
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "yes or no", where)) return false;
  *to = chosen;
  return true;
}
SETTER(set_self_loop) { return set_bool(&RECIPE->self_loop, value, where); }
SETTER(set_concat) { return set_bool(&RECIPE->concat, value, where); }
SETTER(set_row_normalize) { return set_bool(&RECIPE->row_normalize, value, where); }
SETTER(set_feature_norm) {
  if (strcmp(value, "none") != 0) return read_number(&RECIPE->feature_norm, value, 1e-6, 1e6, where);
  RECIPE->feature_norm = 0;
  return true;
}
SETTER(set_hop_features) { return read_path(&CHOICE->train.hop_features, value, where); }
SETTER(set_sample) { return read_int64(&CHOICE->train.sample, value, 1, INT32_MAX, where); }
SETTER(set_dropout) { return read_number(&RECIPE->dropout, value, 0, 1, where); }
SETTER(set_input_dropout) { return read_number(&RECIPE->input_dropout, value, 0, 1, where); }
SETTER(set_teleport) { return read_number(&RECIPE->teleport, value, 0, 1, where); }
SETTER(set_lambda) { return read_number(&RECIPE->lambda, value, 0, 1e6, where); }
SETTER(set_delay) { return read_int(&RECIPE->delay, value, 0, KHOP_MAX_LAYERS, where); }
SETTER(set_rate) { return read_number(&FIT->optimizer.rate, value, 1e-12, 1e6, where); }
SETTER(set_decay) {
  RECIPE->open_decay = false;
  double *decay = FIT->optimizer.decay;
  char first[32];
  const char *comma = strchr(value, ',');
  if (!comma) {
    bool good = read_number(&decay[0], value, 0, INFINITY, where);
    for (int g = 1; g < KHOP_PARAMETER_GROUP_NO_DECAY; g++) decay[g] = decay[0];
    return good;
  }
  snprintf(first, sizeof first, "%.*s", (int)(comma - value), value);
  return read_number(&decay[0], first, 0, INFINITY, where) &&
         read_number(&decay[1], comma + 1, 0, INFINITY, where);
}
SETTER(set_optimizer) {
  static const char *const names[] = {"adam", "adamw"};
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "an optimiser", where)) return false;
  FIT->optimizer.decoupled = chosen == 1;
  return true;
}
SETTER(set_clip) { return read_number(&FIT->optimizer.clip, value, 0, INFINITY, where); }
SETTER(set_schedule) {
  static const char *const names[] = {"constant", "cosine", "plateau"};
  int chosen;
  if (!read_choice(&chosen, value, names, 3, "a schedule", where)) return false;
  FIT->schedule = (khop_schedule)chosen;
  return true;
}
SETTER(set_select) {
  static const char *const names[] = {"score", "loss", "smooth"}; /* by khop_select */
  int chosen;
  if (!read_choice(&chosen, value, names, 3, "a way to choose the epoch", where)) return false;
  FIT->select = (khop_select)chosen;
  return true;
}
SETTER(set_smoothing) { return read_number(&FIT->label_smoothing, value, 0, 1, where); }
SETTER(set_class_weights) {
  static const char *const names[] = {"equal", "balanced"}; /* by khop_class_weights */
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "weights of classes", where)) return false;
  FIT->class_weights = (khop_class_weights)chosen;
  return true;
}
SETTER(set_warm_up) { return read_int(&FIT->warm_up, value, 0, INT32_MAX, where); }
SETTER(set_epochs) {
  RECIPE->open_length = false;
  return read_int(&FIT->epochs, value, 1, INT32_MAX, where);
}
SETTER(set_patience) {
  if (strcmp(value, "never") == 0) {
    FIT->patience = -1;
    return true;
  }
  return read_int(&FIT->patience, value, 1, INT32_MAX, where);
}

/* --- sets of graphs --------------------------------------------------------------------------- */

#define GRAPHS (&((train_choice *)context)->graphs)
SETTER(set_target) {
  CHOICE->data.options.target = value;
  return read_targets(&CHOICE->set, value, where);
}
SETTER(set_smiles_column) { return read_path(&CHOICE->set.smiles_column, value, where); }
SETTER(set_descriptors) {
  RECIPE->extras = strcmp(value, "none") != 0;
  return read_path(&CHOICE->set.descriptors, value, where);
}
SETTER(set_strict) {
  (void)where;
  (void)value;
  return CHOICE->set.strict = true;
}
SETTER(set_protocol) {
  static const char *const names[] = {"splits", "folds", "nested", "shared"};
  int chosen;
  if (!read_choice(&chosen, value, names, 4, "a protocol", where)) return false;
  GRAPHS->protocol = (khop_protocol)chosen;
  return true;
}
SETTER(set_split_by) {
  static const char *const names[] = {"random", "scaffold-shuffled", "scaffold"}; /* by khop_split_by */
  int chosen;
  if (!read_choice(&chosen, value, names, 3, "a way of splitting", where)) return false;
  GRAPHS->by = (khop_split_by)chosen;
  return true;
}
SETTER(set_duplicates) {
  static const char *const names[] = {"together", "apart"};
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "a way with duplicates", where)) return false;
  CHOICE->set.copies_apart = chosen == 1;
  return true;
}
SETTER(set_splits) { return read_int(&GRAPHS->splits, value, 1, 10000, where); }
SETTER(set_folds) { return read_int(&GRAPHS->folds, value, 2, 10000, where); }
SETTER(set_only) { return read_int(&GRAPHS->only, value, 1, 10000, where); }
SETTER(set_inner) { return read_int(&GRAPHS->inner, value, 2, 10000, where); }
SETTER(set_ensemble) { return read_int(&GRAPHS->ensemble, value, 1, 1000, where); }
/* How many a step: nodes, or graphs of a set. */
SETTER(set_batch) {
  if (!read_int64(&RECIPE->batch, value, 1, INT32_MAX, where)) return false;
  CHOICE->train.batch = RECIPE->batch;
  return true;
}
SETTER(set_average) { return read_number(&RECIPE->average, value, 0, 1, where); }
SETTER(set_swa) {
  RECIPE->average = 0;
  return read_int(&RECIPE->average_from, value, 1, INT32_MAX, where);
}
SETTER(set_head_dropout) { return read_number(&RECIPE->head_dropout, value, 0, 1, where); }
SETTER(set_keep) {
  static const char *const names[] = {"best", "last"};
  int chosen;
  if (!read_choice(&chosen, value, names, 2, "an epoch to keep", where)) return false;
  RECIPE->keep_last = chosen == 1;
  return true;
}
SETTER(set_bonds) { return set_bool(&RECIPE->typed, value, where); }
SETTER(set_structure) {
  bool wanted;
  if (!set_bool(&wanted, value, where)) return false;
  CHOICE->set.no_structural_features = !wanted;
  return true;
}
SETTER(set_paths) {
  int types[32], count;
  RECIPE->along = 0;
  if (!read_list(types, &count, 32, 0, value, "types of edges", where)) return false;
  for (int i = 0; i < count; i++)
    if (types[i] < 32) RECIPE->along |= 1u << types[i];
  return true;
}
SETTER(set_readout) {
  static const char *const names[] = {"sum", "mean", "max", "attention"};
  char *text = strdup(value), *rest = text;
  bool good = text != NULL;
  RECIPE->readouts = 0;
  for (char *name; good && (name = strsep(&rest, ","));) {
    int chosen;
    good = read_choice(&chosen, name, names, 4, "a readout", where);
    if (good) RECIPE->readouts |= 1u << chosen;
  }
  free(text);
  return good;
}
SETTER(set_standardise) { return read_standardise(&CHOICE->set.standardise, value, where); }
SETTER(set_scatter) { return read_picture(&CHOICE->scatter, value, where); }
SETTER(set_candidate) {
  if (CHOICE->candidates == MOST_CANDIDATES) {
    complain("%s: at most %d candidates", where, MOST_CANDIDATES);
    return false;
  }
  return read_path(&CHOICE->candidate[CHOICE->candidates++], value, where);
}

static void note_option(void *context, const char *name, const char *value) {
  if (strcmp(name, "batch") == 0) CHOICE->batch_given = true;
  note_given(context, name, value);
  keep_option(context, name, value);
}

static const option_row rows[] = {
    {NULL, 0, NULL, "What is trained", NULL},
    {"recipe", 'r', "NAME", "one of those above (auto)", set_recipe},
    {"budget", 0, "TIME", "auto: no candidate begins later: 60s, 10m (as long as it takes)", set_budget},
    {"split", 0, "LIST|all", "which splits of the data, as 2 or 0,1,2 or 0-4 (0)", set_split},
    {"seeds", 0, "N", "how many trainings of each split, from --seed on (1)", set_seeds},
    {"seed", 0, "S", "the first seed: of weights and dropout (0)", set_seed},
    {"ensemble", 0, "N", "models whose predictions are averaged: seeds; auto: best recipes (1)", set_ensemble},
    {"jobs", 'j', "N", "seeds and splits at once, each with its share of the threads (1)", set_jobs},
    {"metric", 0, "NAME", "accuracy, macro-f1, micro-f1, roc-auc, rmse (targets), mae", set_metric},
    {NULL, 0, NULL, "Model (what is not given is the recipe's)", NULL},
    {"hops", 0, "LIST", "the ring of each tap, as 0,1,2 or 0-2", set_hops},
    {"dilations", 0, "LIST", "a factor on the hops for each layer, as 1,2,4; in turn", set_dilations},
    {"layers", 0, "N", "k-hop layers", set_layers},
    {"hidden", 0, "N", "columns inside", set_hidden},
    {"norm", 0, "NORM", "of each ring: none, row (mean), sym (by ring degree), col", set_norm},
    {"direction", 0, "DIR", "directed graphs: paths follow the arcs: out; against: in; all", set_direction},
    {"operator", 0, "OP", "ring; for comparison ball, power, support", set_operator},
    {"self-loop", 0, "yes|no", "add the identity to each ring, as GCN does", set_self_loop},
    {"weights", 0, "KIND", "full: a matrix a tap; separable: depthwise, then pointwise", set_weights},
    {"concat", 0, "yes|no", "taps beside one another instead of summed (mixhop, gcn, mlp)", set_concat},
    {"sample", 0, "M", "at most M nodes of each ring, drawn once by --seed (all)", set_sample},
    {"activation", 0, "NAME", "relu, gelu, tanh", set_activation},
    {"dropout", 0, "P", "share of entries dropped inside", set_dropout},
    {"input-dropout", 0, "P", "share of features dropped", set_input_dropout},
    {"teleport", 0, "A", "ring, appnp, gcnii, gprgnn: share of a node's own values in a step", set_teleport},
    {"lambda", 0, "X", "gcnii: how much its layers map: log(X / layer + 1)", set_lambda},
    {"delay", 0, "N", "drew: values beyond N hops are older by what they lie further", set_delay},
    {"feature-norm", 0, "X|none", "features times a number, so that nodes' norms are about X", set_feature_norm},
    {"row-normalize", 0, "yes|no", "divide a node's features by their sum", set_row_normalize},
    {NULL, 0, NULL, "Training (epochs, patience, lr and weight-decay: else the recipe's)", NULL},
    {"epochs", 0, "N", "at most so many (property: chosen by the molecules)", set_epochs},
    {"patience", 0, "N|never", "stop after so many without a better validation score", set_patience},
    {"select", 0, "BY", "by what the epoch is chosen: score, loss, smooth: 5 scores (score)", set_select},
    {"lr", 0, "RATE", "learning rate", set_rate},
    {"warm-up", 0, "EPOCHS", "the rate rises over so many (0)", set_warm_up},
    {"weight-decay", 0, "X[,Y]", "of all weights; or of the first layer, and the others", set_decay},
    {"optimizer", 0, "NAME", "adam, adamw (adam)", set_optimizer},
    {"label-smoothing", 0, "P", "share of a label that goes to all classes alike (0)", set_smoothing},
    {"class-weights", 0, "HOW", "equal, or balanced: rare classes count as much as others (equal)", set_class_weights},
    {"clip", 0, "NORM", "the largest norm of the gradient (none)", set_clip},
    {"average", 0, "A", "weights are averaged over the steps with this decay, as 0.99", set_average},
    {"swa", 0, "EPOCH", "weights are averaged alike over the epochs from this one on", set_swa},
    {"schedule", 0, "NAME", "constant, cosine, plateau (constant)", set_schedule},
    {"form", 0, "FORM", "stored, matrix-free, ladder, bitmap; auto: by --memory (auto)", set_form},
    {"hop-features", 0, "FILE.npy", "train on rows that khop hops wrote, in batches (recipe mlp)", set_hop_features},
    {"threads", 0, "T", "threads (all cores); results do not depend on it", set_threads},
    {NULL, 0, NULL, "Sets of graphs: molecules, MUTAG's text form, TU folders", NULL},
    {"target", 0, "LIST", "molecules: columns (0, 1: tasks; words: classes); attributes of nodes", set_target},
    {"smiles-column", 0, "NAME", "column with the SMILES (smiles, SMILES, ..)", set_smiles_column},
    {"descriptors", 0, "LIST|none", "joined after the readout (all but atompair, estate)", set_descriptors},
    STANDARDISE_OPTION_ROW(set_standardise),
    {"strict", 0, NULL, "a molecule that cannot be read ends the training", set_strict},
    {"protocol", 0, "NAME", "splits, folds, nested, or for comparison alone shared (splits)", set_protocol},
    {"split-by", 0, "WAY", "random; scaffold: MoleculeNet's order; scaffold-shuffled (random)", set_split_by},
    {"duplicates", 0, "WAY", "of a molecule: together on a side of a split, or apart (together)", set_duplicates},
    {"splits", 0, "N", "80/10/10 splits, one after the other (1)", set_splits},
    {"folds", 0, "K", "folds of the other protocols (10)", set_folds},
    {"only", 0, "I", "this split or fold alone, from 1 on (all): one a process", set_only},
    {"inner", 0, "K", "nested: folds within, which choose (5)", set_inner},
    {"candidate", 0, "OPTIONS", "one to choose from, as 'hops=0-2 hidden=32'; again and again", set_candidate},
    {"batch", 0, "N", "graphs a step; of one graph nodes in balls (all), or rows (1024)", set_batch},
    {"keep", 0, "best|last", "the weights of the epoch that validates best, or of the last", set_keep},
    {"head-dropout", 0, "P", "share dropped between readout and output (as --dropout)", set_head_dropout},
    {"bonds", 0, "yes|no", "split ring 1 by the types of edges, where there are any", set_bonds},
    {"paths", 0, "LIST", "types of edges: split further rings by paths along them alone", set_paths},
    {"structure", 0, "yes|no", "degree and small rings of a node, but for molecules (yes)", set_structure},
    {"readout", 0, "LIST", "sum,mean,max,attention: from nodes to a graph", set_readout},
    {"scatter", 0, "FILE", "draw predicted against measured, .svg or .png", set_scatter},
    {NULL, 0, NULL, "Files and output", NULL},
    {"save", 0, "FILE", "write the best model as safetensors; Ctrl-C keeps the best so far", set_save},
    {"save-every", 0, "TIME", "also while it trains: 30s, 10m, 2h, or never (60s)", set_save_every},
    {"resume", 0, "FILE", "go on from such a file, with its options where none are given", set_resume},
    {"json", 0, NULL, "one JSON object on standard output", set_json},
    {"quiet", 'q', NULL, "no progress line, no line a run", set_quiet},
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    SPLIT_OPTION_ROWS,
    MEMORY_OPTION_ROW,
    FEATURE_OPTION_ROWS,
    {"encodings", 0, "LIST", "by the graph: laplacian:K,walk:K,profile:K,peripheral:K (none)", set_encodings},
    GRAPH_LABELS_OPTION_ROW,
    COLUMNS_OPTION_ROW,
};

const command train_command = {
    "train", "DATA [options]",
    "Trains a k-hop model on a data set and reports its score on the test nodes. The epoch is chosen\n"
    "on the validation nodes only. DATA is a name (see 'khop data list') or a path.\n"
    "Several labels a node (--label a,b, or a matrix of 0 and 1) are yes/no tasks, scored by ROC-AUC.\n"
    "mpirun -n R khop train DATA --recipe NAME trains one model of one graph on R ranks, with the bits of\n"
    "one rank: R divides 24 (of fewer nodes than 24: any R up to their number).\n\n"
    "Recipes:\n"
    "  auto      (the default) one of the next eight or dir, by short trainings and validation nodes,\n"
    "            and the best with encodings beside its features, or without; where no nodes\n"
    "            validate, and with options of a model, it is ring\n"
    "  ring      an MLP whose logits spread over rings 0, 1, 2, eight times, with teleport\n"
    "  mixhop    two k-hop convolutions, their taps 0, 1, 2 concatenated\n"
    "  sign      one such convolution, its taps 0 to 3 concatenated\n"
    "  residual  residual convolutions on rings 0 and 1, layer norm, for many labels\n"
    "  appnp     as ring, over ring 1 with self-loops, ten times (Gasteiger et al.)\n"
    "  gcn       ring 1 with self-loops, two layers (Kipf and Welling)\n"
    "  deep      as residual, twelve layers: what lies far\n"
    "  mlp       no graph\n"
    "  dilated   residual k-hop convolutions with dilations 1, 2, 4, layer norm and skips\n"
    "  gcnii     sixteen layers of ring 1 that keep their start, and map less and less (Chen et al.)\n"
    "  h2gcn     rings 1 and 2 beside one another, twice, without weights between (Zhu et al.)\n"
    "  fsgnn     a linear layer a hop of the features, weighted by a softmax (Maurya et al.)\n"
    "  gprgnn    learned numbers on the powers of ring 1; with several --hops, on rings (Chien et al.)\n"
    "  dir       directed graphs: links out and in with weights of their own (Rossi et al.)\n"
    "  spmpnn    a learned number a hop, then an MLP (Abboud et al.)\n"
    "  kpgcn     a convolution a hop, joined by learned numbers; kpgin: an MLP a hop (Feng et al.)\n"
    "  drew      layer l looks at the hops up to l, further ones delayed (Gutteridge et al.)\n"
    "  jknet     four layers of gcn beside one another (Xu et al.)\n"
    "  linkx     the links of a node as features, beside its own; for one graph alone (Lim et al.)\n"
    "  molecule  sets of graphs: residual convolutions, readouts, descriptors\n"
    "  property  the same for numbers to predict: less dropout, more decay, last epoch;\n"
    "            epochs by their number, and where 200 or more validate by a race, with less decay too\n"
    "  small     as molecule, 16 columns, sums over rings: few graphs; near: four layers of rings 0, 1\n"
    "  bag       a set of graphs without its links\n"
    "Of sets of graphs auto chooses from the last five, split by split, or fold by fold; with options of\n"
    "a model and other protocols it is molecule, or with --target property.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop train karate\n"
    "  khop train cora --seeds 20\n"
    "  khop train texas --recipe dilated --split all --json\n"
    "  khop train mutag --protocol nested\n"
    "  khop train molecules.csv --target solubility --ensemble 5 --scatter fit.svg\n"
    "  khop train cora --save cora.safetensors && khop predict cora.safetensors cora -o scores.npy\n",
    1, 1, note_option};
