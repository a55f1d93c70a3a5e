/* option_uses.c: see option_uses.h. */
#include "cli/train/option_uses.h"

#include <string.h>

#define KEPT OPTION_IS_KEPT
#define MODEL OPTION_OF_MODEL
#define RECIPE OPTION_OF_RECIPE
#define OF_ONE_GRAPH OPTION_OF_ONE_GRAPH
#define OF_SETS OPTION_OF_SETS
static const struct {
  const char *option;
  unsigned uses;
} table[] = {
    {"recipe", KEPT},
    {"split", KEPT | OF_ONE_GRAPH},
    {"seed", KEPT},
    {"ensemble", KEPT},
    {"jobs", OF_ONE_GRAPH},
    {"metric", KEPT | RECIPE},
    {"hops", KEPT | MODEL | RECIPE},
    {"dilations", KEPT | MODEL | RECIPE},
    {"layers", KEPT | MODEL | RECIPE},
    {"hidden", KEPT | MODEL | RECIPE},
    {"norm", KEPT | MODEL | RECIPE},
    {"direction", KEPT | MODEL | RECIPE},
    {"operator", KEPT | MODEL | RECIPE},
    {"self-loop", KEPT | MODEL | RECIPE | OF_ONE_GRAPH},
    {"weights", KEPT | MODEL | RECIPE},
    {"concat", KEPT | MODEL | RECIPE | OF_ONE_GRAPH},
    {"sample", KEPT | MODEL | OF_ONE_GRAPH},
    {"activation", KEPT | MODEL | RECIPE},
    {"dropout", KEPT | MODEL | RECIPE},
    {"input-dropout", KEPT | MODEL | RECIPE},
    {"teleport", KEPT | MODEL | RECIPE | OF_ONE_GRAPH},
    {"lambda", KEPT | MODEL | OF_ONE_GRAPH},
    {"delay", KEPT | MODEL | OF_ONE_GRAPH},
    {"feature-norm", KEPT | MODEL | OF_ONE_GRAPH},
    {"row-normalize", KEPT | MODEL | RECIPE | OF_ONE_GRAPH},
    {"epochs", KEPT | RECIPE},
    {"patience", KEPT | RECIPE},
    {"select", KEPT},
    {"lr", KEPT | MODEL | RECIPE},
    {"warm-up", KEPT | RECIPE},
    {"weight-decay", KEPT | MODEL | RECIPE},
    {"optimizer", KEPT | MODEL | RECIPE},
    {"label-smoothing", KEPT | RECIPE},
    {"class-weights", KEPT | RECIPE},
    {"clip", KEPT | RECIPE},
    {"average", KEPT | RECIPE},
    {"swa", KEPT | RECIPE},
    {"schedule", KEPT | MODEL | RECIPE},
    {"form", KEPT | OF_ONE_GRAPH},
    {"hop-features", MODEL | OF_ONE_GRAPH},
    {"target", KEPT},
    {"smiles-column", KEPT | OF_SETS},
    {"descriptors", KEPT | OF_SETS},
    {"strict", KEPT | OF_SETS},
    {"protocol", KEPT | OF_SETS},
    {"split-by", KEPT | OF_SETS},
    {"duplicates", KEPT | OF_SETS},
    {"splits", KEPT | OF_SETS},
    {"folds", KEPT | OF_SETS},
    {"only", KEPT | OF_SETS},
    {"inner", KEPT | OF_SETS},
    {"candidate", KEPT | OF_SETS},
    {"batch", KEPT | MODEL | RECIPE},
    {"keep", KEPT | MODEL | RECIPE | OF_SETS},
    {"head-dropout", KEPT | MODEL | RECIPE | OF_SETS},
    {"bonds", KEPT | MODEL | RECIPE | OF_SETS},
    {"paths", KEPT | MODEL | RECIPE | OF_SETS},
    {"structure", KEPT | OF_SETS},
    {"readout", KEPT | MODEL | RECIPE | OF_SETS},
    {"scatter", OF_SETS},
    {"resume", MODEL},
    {"encodings", KEPT},
    {"label", KEPT},
    {"split-column", KEPT},
    {"masks", KEPT},
    {"directed-links", KEPT},
    {"directed", KEPT},
    {"ids", KEPT},
    {"format", KEPT},
    {"split-seed", KEPT},
    {"features", KEPT},
    {"exclude", KEPT},
    {"name", KEPT},
    {"missing", KEPT},
    {"standardise", KEPT | OF_SETS},
};

bool option_is(const char *option, unsigned use) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp(table[i].option, option) == 0) return table[i].uses & use;
  return false;
}

const char *first_given_of(const data_choice *choice, unsigned use) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if ((table[i].uses & use) && was_given(choice, table[i].option)) return table[i].option;
  return NULL;
}
