/* auto.c: see auto.h.
 *
 * Few entries, that fit, are stored. Of many, each form that may read less says what it would read, and is tried
 * before stored entries where those are SAVING times as many; the best one first. Where stored entries do not fit,
 * the forms that need less memory follow. An estimate may turn out to have been too low: then the next form is
 * tried. */
#include "forms/auto.h"
#include "base/error.h"
#include "forms/forms.h"
#include "forms/stored.h"

#include <math.h>

/* Fewer entries than this are stored without comparing forms: they are applied in about a millisecond, so there is
 * little to save. */
#define MANY_ENTRIES 2e6
/* How many stored entries must stand against one that a form reads, for a build of some ten times the time to be
 * worth it. Both were fitted on an Intel Xeon: docs/notes/2026-11-auto-form.md has the speed gained by this ratio;
 * `sh bench/run forms train` measures it anew. */
#define SAVING 2

enum { FORMS = KHOP_AUTO };

/* The forms to try, best first. */
typedef struct candidates {
  int count;
  const khop_i_form *form[2 * FORMS];
  double reads[2 * FORMS];
} candidates;

static void add_candidate(candidates *c, const khop_i_form *form, double reads) {
  int at = c->count++;
  for (; at > 0 && reads < c->reads[at - 1]; at--) {
    c->form[at] = c->form[at - 1];
    c->reads[at] = c->reads[at - 1];
  }
  c->form[at] = form;
  c->reads[at] = reads;
}

/* Those that read so much less than the stored entries do; of the fallbacks, or of the others. */
static khop_status add_savers(candidates *c, const khop_i_plan *plan, double entries, bool fallback) {
  for (int form = 0; form < FORMS; form++) {
    const khop_i_form *row = khop_i_form_row((khop_form)form);
    khop_i_form_cost cost = {0};
    if (!row->saves || fallback != (row->fallback > 0)) continue;
    khop_status status = row->estimate(&cost, plan);
    if (status != KHOP_OK) return status;
    if (cost.bytes <= (double)plan->max_bytes && SAVING * cost.reads < entries) add_candidate(c, row, cost.reads);
  }
  return KHOP_OK;
}

static void add_fallbacks(candidates *c) {
  for (int order = 1; order < FORMS; order++)
    for (int form = 0; form < FORMS; form++)
      if (khop_i_form_row((khop_form)form)->fallback == order)
        add_candidate(c, khop_i_form_row((khop_form)form), INFINITY);
}

/* Whether another form may be tried: this one takes too much, or does not go so far. */
static bool does_not_fit(khop_status status) {
  return status == KHOP_E_BUDGET || status == KHOP_E_MEMORY || status == KHOP_E_ARGUMENT;
}

khop_status khop_i_auto_build(khop_rings **out, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  candidates c = {0};
  khop_i_form_cost stored;
  if (plan->options.op != KHOP_RING) return khop_i_form_build(out, plan, &khop_i_stored_form);
  KHOP_TRY(khop_i_stored_form.estimate(&stored, plan));
  bool many = stored.reads >= MANY_ENTRIES, fits = stored.bytes <= (double)plan->max_bytes;
  if (many) KHOP_TRY(add_savers(&c, plan, stored.reads, false));
  /* Where nothing stands before the fallbacks, they need no estimate, which may cost a search. */
  if (many && (fits || c.count)) KHOP_TRY(add_savers(&c, plan, stored.reads, true));
  if (fits) add_candidate(&c, &khop_i_stored_form, stored.reads);
  add_fallbacks(&c);
  status = KHOP_E_BUDGET;
  for (int i = 0; i < c.count && does_not_fit(status); i++) status = khop_i_form_build(out, plan, c.form[i]);
done:
  return status;
}
