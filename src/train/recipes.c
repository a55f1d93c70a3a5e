/* recipes.c: models by name: a body and the defaults that work with it, one row each.
 *
 * The figures that chose the defaults (validation accuracy only) are in docs/notes/2026-11-default-recipe.md. */
#include "base/error.h"
#include "data/data.h"

#include <khop/train.h>

#include <string.h>

typedef struct preset {
  const char *about;
  khop_recipe recipe;
} preset;

static const preset presets[] = {
    {"an MLP whose logits spread over rings 0, 1, 2, eight times, with teleport",
     {.name = "ring", .body = KHOP_SPREAD, .feature_norm = 4, .hidden = 64, .layers = 8, .taps = 3, .hops = {0, 1, 2},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .input_dropout = 0.8, .dropout = 0.8,
      .teleport = 0.1,
      .fit = {.optimizer = {.rate = 0.01, .decay = {0.02}}, .epochs = 500, .patience = 100}}},
    {"residual k-hop convolutions with dilations 1, 2, 4, layer norm and skips",
     {.name = "dilated", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 3, .taps = 3,
      .hops = {0, 1, 2}, .dilations = 3, .dilation = {1, 2, 4}, .norm = KHOP_NORM_ROW,
      .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.2,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"two k-hop convolutions, their taps 0, 1, 2 concatenated (after MixHop)",
     {.name = "mixhop", .body = KHOP_STACK, .feature_norm = 4, .hidden = 32, .layers = 2, .taps = 3, .hops = {0, 1, 2},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .concat = true, .input_dropout = 0.5,
      .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3, 5e-3}}, .epochs = 500, .patience = 100}}},
    {"one k-hop convolution, its taps 0 to 3 concatenated, one hidden layer (after SIGN)",
     {.name = "sign", .body = KHOP_STACK, .feature_norm = 4, .hidden = 32, .layers = 1, .taps = 4, .hops = {0, 1, 2, 3},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .concat = true, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3, 5e-3}}, .epochs = 500, .patience = 100}}},
    {"residual convolutions on rings 0 and 1, layer norm, little regularisation: many labels",
     {.name = "residual", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 3, .taps = 2, .hops = {0, 1},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.4,
      .fit = {.optimizer = {.rate = 0.005}, .epochs = 500, .patience = 100}}},
    {"twelve residual convolutions on rings 0 and 1: what lies far, with many labels",
     {.name = "deep", .body = KHOP_RESIDUAL, .feature_norm = 4, .hidden = 64, .layers = 12, .taps = 2, .hops = {0, 1},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.2, .dropout = 0.2,
      .fit = {.optimizer = {.rate = 0.01}, .epochs = 1000, .patience = 150}}},
    {"an MLP whose logits spread over ring 1 with self-loops, ten times, with teleport (APPNP)",
     {.name = "appnp", .body = KHOP_SPREAD, .feature_norm = 4, .hidden = 64, .layers = 10, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5, .dropout = 0.5,
      .teleport = 0.1,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3}}, .epochs = 500, .patience = 100}}},
    {"the graph convolutional network of Kipf and Welling: ring 1 with self-loops, two layers",
     {.name = "gcn", .body = KHOP_STACK, .feature_norm = 1, .hidden = 16, .layers = 2, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5,
      .dropout = 0.5, .row_normalize = true,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4}}, .epochs = 200, .patience = -1}}},
    {"deep residual convolutions that map less and less, and keep their start (GCNII)",
     {.name = "gcnii", .body = KHOP_BODY_GCNII, .feature_norm = 4, .hidden = 64, .layers = 16, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.6, .dropout = 0.6,
      .teleport = 0.1, .lambda = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 0.01}}, .epochs = 500, .patience = 100}}},
    {"rings 1 and 2 beside one another, twice, without weights between (H2GCN)",
     {.name = "h2gcn", .body = KHOP_BODY_H2GCN, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 2, .hops = {1, 2},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"a linear layer a hop of the features, weighted by a softmax (FSGNN)",
     {.name = "fsgnn", .body = KHOP_BODY_FSGNN, .feature_norm = 4, .hidden = 64, .layers = 1, .taps = 4,
      .hops = {0, 1, 2, 3}, .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"an MLP whose logits count by learned numbers a power, or a ring with several hops (GPR-GNN)",
     {.name = "gprgnn", .body = KHOP_BODY_GPR, .feature_norm = 4, .hidden = 64, .layers = 10, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5, .dropout = 0.5,
      .teleport = 0.1,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"directed graphs: weights of their own for links out and in, layers concatenated (Dir-GNN)",
     {.name = "dir", .body = KHOP_BODY_DIR, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 2, .hops = {0, 1},
      .norm = KHOP_NORM_SYM, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"a learned number a hop, then an MLP, layers added to what came in (SP-MPNN)",
     {.name = "spmpnn", .body = KHOP_BODY_SPMPNN, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 4,
      .hops = {0, 1, 2, 3}, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"a convolution a hop with weights of its own, joined by learned numbers (KP-GCN)",
     {.name = "kpgcn", .body = KHOP_BODY_KPGCN, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 3,
      .hops = {1, 2, 3}, .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5,
      .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"an MLP a hop of a node and its ring, joined by learned numbers (KP-GIN)",
     {.name = "kpgin", .body = KHOP_BODY_KPGIN, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 3,
      .hops = {1, 2, 3}, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"layer l looks at the hops up to l, further ones as they were before (DRew, --delay)",
     {.name = "drew", .body = KHOP_BODY_DREW, .feature_norm = 4, .hidden = 64, .layers = 4, .taps = 4,
      .hops = {1, 2, 3, 4}, .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .delay = 1,
      .fit = {.optimizer = {.rate = 0.005, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"layers of gcn beside one another (jumping knowledge)",
     {.name = "jknet", .body = KHOP_BODY_JUMPING, .feature_norm = 4, .hidden = 32, .layers = 4, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_SYM, .direction = KHOP_ALL, .self_loop = true, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-4, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"links as features: the rows of ring 1 times a matrix, beside the features (LINKX): one graph alone",
     {.name = "linkx", .body = KHOP_BODY_LINKX, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 1, .hops = {1},
      .norm = KHOP_NORM_NONE, .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3, 5e-4}}, .epochs = 500, .patience = 100}}},
    {"no graph: two linear layers on each node's own features",
     {.name = "mlp", .body = KHOP_STACK, .feature_norm = 4, .hidden = 64, .layers = 2, .taps = 1, .hops = {0},
      .direction = KHOP_ALL, .input_dropout = 0.5, .dropout = 0.5,
      .fit = {.optimizer = {.rate = 0.01, .decay = {5e-3}}, .epochs = 500, .patience = 100}}},
    {"sets of graphs: residual convolutions, ring 1 split by bond, readouts, descriptors",
     {.name = "molecule", .body = KHOP_GRAPHS, .hidden = 64, .layers = 3, .taps = 5,
      .hops = {0, 1, 2, 3, 4}, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .dropout = 0.2,
      .typed = true, .extras = true,
      .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN | 1 << KHOP_READOUT_ATTENTION,
      .batch = 32, .average = 0.99, .head_dropout = -1,
      .fit = {.optimizer = {.rate = 0.002, .decay = {0.01, 0.01}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 100, .patience = -1}}},
    {"numbers of molecules: as molecule, larger steps, less dropout, more decay, the last epoch's weights",
     {.name = "property", .body = KHOP_GRAPHS, .hidden = 64, .layers = 2, .taps = 4, .hops = {0, 1, 2, 3},
      .norm = KHOP_NORM_ROW, .direction = KHOP_ALL, .dropout = 0.1, .typed = true, .extras = true,
      .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN | 1 << KHOP_READOUT_ATTENTION,
      .batch = 32, .average = 0.99, .head_dropout = 0, .keep_last = true, .open_length = true,
      .open_decay = true,
      .fit = {.optimizer = {.rate = 0.005, .decay = {0.3, 4}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 80, .patience = -1}}},
    {"few graphs: as molecule, 16 columns, sums over the rings 0 to 3, larger steps",
     {.name = "small", .body = KHOP_GRAPHS, .hidden = 16, .layers = 2, .taps = 4, .hops = {0, 1, 2, 3},
      .norm = KHOP_NORM_NONE, .direction = KHOP_ALL, .dropout = 0.1, .typed = true, .extras = true,
      .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN | 1 << KHOP_READOUT_ATTENTION,
      .batch = 32, .average = 0.99, .head_dropout = -1,
      .fit = {.optimizer = {.rate = 0.005, .decay = {0.01, 0.01}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 80, .patience = -1}}},
    {"sets of graphs by what is near: four layers of sums over rings 0 and 1 (after GIN)",
     {.name = "near", .body = KHOP_GRAPHS, .hidden = 64, .layers = 4, .taps = 2, .hops = {0, 1}, .norm = KHOP_NORM_NONE,
      .direction = KHOP_ALL, .dropout = 0.2, .typed = true, .extras = true, .readouts = 1 << KHOP_READOUT_SUM,
      .batch = 32, .average = 0.99, .head_dropout = -1,
      .fit = {.optimizer = {.rate = 0.002, .decay = {0.01, 0.01}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 100, .patience = -1}}},
    {"sets of graphs without their links: what nodes are, and descriptors",
     {.name = "bag", .body = KHOP_GRAPHS, .hidden = 64, .layers = 1, .taps = 1, .hops = {0}, .direction = KHOP_ALL,
      .dropout = 0.2, .extras = true, .readouts = 1 << KHOP_READOUT_SUM | 1 << KHOP_READOUT_MEAN, .batch = 32,
      .average = 0.99, .head_dropout = -1,
      .fit = {.optimizer = {.rate = 0.002, .decay = {0.01, 0.01}, .decoupled = true, .clip = 5},
              .schedule = KHOP_COSINE, .epochs = 100, .patience = -1}}},
};
#define PRESETS ((int)(sizeof presets / sizeof *presets))

int khop_recipe_count(void) { return PRESETS; }
const char *khop_recipe_name(int i) { return i < 0 || i >= PRESETS ? NULL : presets[i].recipe.name; }
const char *khop_recipe_about(int i) { return i < 0 || i >= PRESETS ? NULL : presets[i].about; }

khop_status khop_recipe_find(khop_recipe *recipe, const char *name) {
  char names[512] = "";
  for (int i = 0; i < PRESETS; i++) {
    if (strcmp(presets[i].recipe.name, name) == 0) {
      *recipe = presets[i].recipe;
      recipe->size = sizeof *recipe;
      recipe->fit.size = sizeof recipe->fit;
      recipe->fit.optimizer.size = sizeof recipe->fit.optimizer;
      return KHOP_OK;
    }
    strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
    strncat(names, presets[i].recipe.name, sizeof names - strlen(names) - 1);
  }
  return khop_i_fail(KHOP_E_NOT_FOUND, "not a recipe: '%s' (%s)", name, names);
}

/* Twice as many training nodes as features, or more, in the first split. */
static bool has_many_labels(const khop_data *data) {
  return khop_i_data_count_part(data, 0, KHOP_TRAIN) >= 2 * khop_data_features(data)->columns;
}

void khop_recipe_adapt(khop_recipe *recipe, const khop_data *data) {
  if (khop_data_has_tasks(data)) recipe->fit.metric = KHOP_ROC_AUC;
  if (recipe->body != KHOP_GRAPHS && has_many_labels(data))
    for (int g = 0; g < KHOP_PARAMETER_GROUPS; g++) recipe->fit.optimizer.decay[g] *= 0.1;
  if (!khop_data_has_identity_features(data)) return;
  recipe->input_dropout = recipe->dropout = 0;
  memset(recipe->fit.optimizer.decay, 0, sizeof recipe->fit.optimizer.decay);
}
