/* standardise.c: see standardise.h. */
#include "cli/standardise.h"
#include "cli/edit_distance.h"
#include "cli/messages.h"
#include "cli/trained_with.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The step of a word of so many letters; 0: there is none, and *nearest is what was meant, or NULL. */
static int step_of(const char **nearest, const char *word, int length) {
  int least = 4;
  *nearest = NULL;
  for (int step = 1; step <= KHOP_STANDARDISE_ALL; step = step < 8 ? 2 * step : step + 7) {
    const char *name = khop_standardise_name(step);
    int distance = edit_distance(word, length, name);
    if (distance == 0) return step;
    if (distance < least && 2 * distance < length) least = distance, *nearest = name;
  }
  return 0;
}

/* Where the first word is that is no step, or NULL. */
static const char *read_steps(int *steps, const char **nearest, const char *value) {
  const char *at = value;
  *steps = 0;
  for (bool more = true; more; at++) {
    int length = (int)strcspn(at, ","), step = step_of(nearest, at, length);
    if (!step) return at;
    *steps |= step;
    at += length;
    more = *at == ',';
  }
  return NULL;
}

bool read_standardise(int *steps, const char *value, const char *where) {
  const char *nearest, *wrong = read_steps(steps, &nearest, value);
  if (!wrong) return true;
  int length = (int)strcspn(wrong, ",");
  if (nearest) complain("%s: not a step: '%.*s': did you mean %s?", where, length, wrong, nearest);
  else complain("%s: not a step: '%.*s' (largest-fragment, neutral, isotopes, stereo, all)", where, length, wrong);
  return false;
}

int trained_steps(const khop_model *model) {
  const char *nearest;
  int steps = 0;
  char *value = trained_with(model, "standardise");
  if (value && read_steps(&steps, &nearest, value)) steps = -1;
  free(value);
  return steps;
}

int check_trained_steps(const khop_model *model, const char *path, int steps) {
  char *value = trained_with(model, "standardise");
  int status = GO_ON;
  if (steps && steps != trained_steps(model))
    status = usage_error("--standardise: %s was trained %s%s, and its steps are taken without the option", path,
                         value ? "with --standardise " : "without it", value ? value : "");
  free(value);
  return status;
}
