/* portfolio.c: khop_graphs_portfolio: what is tried on sets of graphs (docs/notes/2026-11-auto-graphs.md). */
#include <khop/learn.h>

#define RECIPES 5
static const char *const of_classes[RECIPES] = {"molecule", "small", "near", "property", "bag"};
static const char *const of_numbers[RECIPES] = {"property", "molecule", "near", "small", "bag"};

const char *khop_graphs_portfolio(const khop_graphs *set, int i) {
  if (i < 0 || i >= RECIPES) return NULL;
  return khop_graphs_targets(set, NULL) ? of_numbers[i] : of_classes[i];
}
