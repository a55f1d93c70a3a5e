/* recipe_use.c: see recipe_use.h.
 *
 *   option           spread  stack  residual  graphs  networks (khop/blocks.h)
 *   self-loop        yes     yes    yes               yes, but for spmpnn, linkx
 *   concat                   yes
 *   weights                  yes    yes       yes
 *   teleport         yes                              gcnii, gpr
 *   lambda                                            gcnii
 *   delay                                             drew
 *   layers           yes     yes    yes       yes     yes, but for fsgnn, and gpr with several hops
 *   dilations        yes     yes    yes       yes
 *   direction        yes     yes    yes       yes     yes, but for dir
 *   row-normalize    yes     yes    yes               yes
 *   feature-norm     yes     yes    yes               yes
 *
 * All bodies read the others, but not always: without hops nothing is asked of a graph, and a stack of one layer has
 * nothing inside. */
#include "cli/train/recipe_use.h"

#include <stdio.h>
#include <string.h>

#define BODY(body) (1u << (body))
#define PLAIN (BODY(KHOP_SPREAD) | BODY(KHOP_STACK) | BODY(KHOP_RESIDUAL))
#define OF_NODES (~BODY(KHOP_GRAPHS))
static const struct {
  const char *option;
  unsigned bodies; /* that read it */
} by_body[] = {
    {"self-loop", OF_NODES & ~BODY(KHOP_BODY_SPMPNN) & ~BODY(KHOP_BODY_LINKX)},
    {"concat", BODY(KHOP_STACK)},
    {"weights", BODY(KHOP_STACK) | BODY(KHOP_RESIDUAL) | BODY(KHOP_GRAPHS)},
    {"teleport", BODY(KHOP_SPREAD) | BODY(KHOP_BODY_GCNII) | BODY(KHOP_BODY_GPR)},
    {"lambda", BODY(KHOP_BODY_GCNII)},
    {"delay", BODY(KHOP_BODY_DREW)},
    {"layers", ~BODY(KHOP_BODY_FSGNN)},
    {"dilations", PLAIN | BODY(KHOP_GRAPHS)},
    {"direction", ~BODY(KHOP_BODY_DIR)},
    {"row-normalize", OF_NODES},
    {"feature-norm", OF_NODES},
};
static const char *const of_a_graph[] = {"norm", "direction", "operator", "self-loop", "dilations", "sample", "form"};
static const char *const of_the_inside[] = {"hidden", "dropout", "activation"};
static const char *const of_features[] = {"row-normalize", "feature-norm", "form", "sample", "encodings"};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *first_given(const train_choice *c, const char *const *options, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (was_given(&c->data, options[i])) return options[i];
  return NULL;
}

/* "ring, gcn": the recipes with one of the bodies. */
static void list_recipes(char *text, size_t size, unsigned bodies) {
  size_t used = 0;
  *text = 0;
  for (int i = 0; i < khop_recipe_count(); i++) {
    khop_recipe recipe;
    if (khop_recipe_find(&recipe, khop_recipe_name(i)) != KHOP_OK || !(BODY(recipe.body) & bodies)) continue;
    used += (size_t)snprintf(text + used, used < size ? size - used : 0, "%s%s", used ? ", " : "", recipe.name);
    if (used >= size) return;
  }
}

static bool reads_by_body(char *sentence, const train_choice *c) {
  char readers[USE_SENTENCE - 100];
  for (size_t i = 0; i < COUNT(by_body); i++) {
    if (!was_given(&c->data, by_body[i].option) || (by_body[i].bodies & BODY(c->recipe.body))) continue;
    list_recipes(readers, sizeof readers, by_body[i].bodies);
    snprintf(sentence, USE_SENTENCE, "--%s: the recipe %s has no use for it; others have: %s", by_body[i].option,
             c->recipe.name, readers);
    return false;
  }
  return true;
}

/* --- what other options leave without use ------------------------------------------------------- */

static bool looks_at_graph(const khop_recipe *r) {
  for (int t = 0; t < r->taps; t++)
    if (r->hops[t] != 0) return true;
  return r->body == KHOP_GRAPHS;
}

static bool reads_graph(char *sentence, const train_choice *c) {
  const khop_recipe *r = &c->recipe;
  const char *option = first_given(c, of_a_graph, COUNT(of_a_graph));
  bool looks = looks_at_graph(r);
  if (looks && strcmp(r->name, "mlp") == 0 && was_given(&c->data, "hops")) {
    snprintf(sentence, USE_SENTENCE, "--hops: the recipe mlp is the one without a graph: layers on rings are those of "
             "the recipes mixhop, gcn and dilated");
    return false;
  }
  if (looks || !option) return true;
  snprintf(sentence, USE_SENTENCE, "--%s: the recipe %s with hop 0 alone looks at no graph, and has no use for it", option,
           r->name);
  return false;
}

static bool reads_layers(char *sentence, const train_choice *c) {
  const khop_recipe *r = &c->recipe;
  const char *inside = first_given(c, of_the_inside, COUNT(of_the_inside));
  if (was_given(&c->data, "dilations") && r->dilations > r->layers)
    snprintf(sentence, USE_SENTENCE, "--dilations: %d factors for %d layer%s (--layers): those that are left over have "
             "no use", r->dilations, r->layers, r->layers > 1 ? "s" : "");
  else if (inside && r->body == KHOP_STACK && r->layers == 1 && !r->concat)
    snprintf(sentence, USE_SENTENCE, "--%s: one layer (--layers 1) of the recipe %s goes from features to classes, and "
             "has nothing inside", inside, r->name);
  else if (was_given(&c->data, "hops") && r->body == KHOP_BODY_DREW && r->hops[r->taps - 1] > r->layers)
    snprintf(sentence, USE_SENTENCE, "--hops: hop %d is beyond the %d layers (--layers) of the recipe %s",
             r->hops[r->taps - 1], r->layers, r->name);
  else if (was_given(&c->data, "layers") && r->body == KHOP_BODY_GPR && r->taps > 1)
    snprintf(sentence, USE_SENTENCE, "--layers: with %d hops (--hops) the recipe %s takes rings, and no powers of one",
             r->taps, r->name);
  else
    return true;
  return false;
}

static bool reads_rest(char *sentence, const train_choice *c) {
  const char *of_rows = c->train.hop_features ? first_given(c, of_features, COUNT(of_features)) : NULL;
  if (of_rows)
    snprintf(sentence, USE_SENTENCE, "--%s: with --hop-features that was settled when %s was written", of_rows,
             c->train.hop_features);
  else if (was_given(&c->data, "patience") && c->recipe.keep_last && c->recipe.fit.patience >= 0)
    snprintf(sentence, USE_SENTENCE, "--patience: the weights of the last epoch are kept (--keep last), so that no "
             "epoch is waited for; --keep best waits");
  else if (was_given(&c->data, "average") && was_given(&c->data, "swa"))
    snprintf(sentence, USE_SENTENCE, "--average and --swa: two means of the same weights; give one of the two");
  else if (c->recipe.average_from > c->recipe.fit.epochs)
    snprintf(sentence, USE_SENTENCE, "--swa %d: there are %d epochs, and none of them would be averaged",
             c->recipe.average_from, c->recipe.fit.epochs);
  else if (was_given(&c->data, "select") && c->recipe.keep_last)
    snprintf(sentence, USE_SENTENCE, "--select: the weights of the last epoch are kept (--keep last), and none is chosen");
  else if (was_given(&c->data, "select") && c->graphs.protocol >= KHOP_NESTED)
    snprintf(sentence, USE_SENTENCE, "--select: this --protocol chooses the epoch by the curves of its folds");
  else if (was_given(&c->data, "paths") && !c->recipe.typed)
    snprintf(sentence, USE_SENTENCE, "--paths: with --bonds no there are no types of edges");
  else
    return true;
  return false;
}

bool reads_all(char sentence[USE_SENTENCE], const train_choice *c) {
  return reads_rest(sentence, c) && reads_by_body(sentence, c) && reads_graph(sentence, c) && reads_layers(sentence, c);
}
