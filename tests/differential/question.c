/* question.c: options at random, in words, and simpler ones. */
#include "differential.h"

#include <stdio.h>
#include <string.h>

fault planted = NO_FAULT;

/* --- drawn ------------------------------------------------------------------------------------------- */

static void draw_hops(question *q, uint64_t *state) {
  bool walks = q->op == KHOP_WALK_POWER || q->op == KHOP_WALK_SUPPORT;
  q->count = 0;
  for (int hop = (int)draw_below(state, 3); q->count < MOST_HOPS && hop <= (walks ? 6 : 62);) {
    q->hops[q->count++] = hop;
    if (draw_below(state, 4) == 0) break;
    hop += 1 + (int)draw_below(state, draw_below(state, 8) ? 2 : 40);
  }
}

void question_draw(question *q, uint64_t *state) {
  static const khop_operator ops[] = {KHOP_RING, KHOP_RING, KHOP_BALL, KHOP_WALK_POWER, KHOP_WALK_SUPPORT};
  *q = (question){.about = (subject)draw_below(state, SUBJECTS), .op = ops[draw_below(state, 5)],
                  .direction = (khop_direction)draw_below(state, 3), .search = (khop_search)draw_below(state, 2),
                  .norm = (khop_norm)draw_below(state, 4), .self_loop = draw_below(state, 2) == 0,
                  .concat = draw_below(state, 2) == 0, .transpose = draw_below(state, 2) == 0,
                  .accumulate = draw_below(state, 2) == 0, .grouped = draw_below(state, 4) == 0,
                  .whole = draw_below(state, 2) == 0, .columns = 1 + draw_below(state, 20),
                  .outputs = 1 + draw_below(state, 20), .per_row = 1 + draw_below(state, 9),
                  .threads = 1 + (int)draw_below(state, 3), .file = (int)draw_below(state, FILE_KINDS)};
  q->seed = draw(state);
  if (q->about == SAMPLE) q->op = KHOP_RING;
  if (q->op == KHOP_RING && (q->about == APPLY || q->about == CONVOLUTION))
    q->form = (khop_form)draw_below(state, KHOP_AUTO + 1);
  draw_hops(q, state);
}

/* --- simpler ----------------------------------------------------------------------------------------- */

/* What can be made simpler, one thing at a time, the numbers of hops last. */
enum {
  SEARCH, FORM, NORM, LOOP, CONCAT, TRANSPOSE, ACCUMULATE, GROUPED, WHOLE, COLUMNS, OUTPUTS, THREADS, DIRECTION,
  PER_ROW, HOPS
};

int question_simplifications(void) { return HOPS + 2 * MOST_HOPS; }

static void drop_hop(question *q, int i) {
  memmove(q->hops + i, q->hops + i + 1, (size_t)(q->count - i - 1) * sizeof *q->hops);
  q->count--;
}

bool question_simpler(question *simpler, const question *q, int i) {
  question s;
  memcpy(&s, q, sizeof s); /* with what lies between its fields: it is compared below */
  int hop = (i - HOPS) / 2, before;
  switch (i) {
  case SEARCH: s.search = KHOP_SEARCH_BITS; break;
  case FORM: s.form = KHOP_STORED; break;
  case NORM: s.norm = KHOP_NORM_NONE; break;
  case LOOP: s.self_loop = false; break;
  case CONCAT: s.concat = false; break;
  case TRANSPOSE: s.transpose = false; break;
  case ACCUMULATE: s.accumulate = false; break;
  case GROUPED: s.grouped = false; break;
  case WHOLE: s.whole = true; break;
  case COLUMNS: s.columns = 1; break;
  case OUTPUTS: s.outputs = 1; break;
  case THREADS: s.threads = 1; break;
  case DIRECTION: s.direction = KHOP_OUT; break;
  case PER_ROW: s.per_row = 1; break;
  default:
    if (hop >= s.count) return false;
    before = hop ? s.hops[hop - 1] + 1 : 0;
    if (i % 2 == HOPS % 2 && s.count > 1) drop_hop(&s, hop);
    else if (s.hops[hop] > before) s.hops[hop]--;
  }
  *simpler = s;
  return memcmp(&s, q, sizeof s) != 0;
}

/* --- in words ---------------------------------------------------------------------------------------- */

void question_print(const question *q) {
  static const char *const subjects[] = {"rows", "sample", "apply", "convolution", "shape", "rings written", "read"};
  static const char *const ops[] = {"ring", "ball", "power", "support"}, *const ways[] = {"out", "in", "all"};
  static const char *const norms[] = {"none", "row", "sym", "col"};
  printf("# %s: operator %s, direction %s, search %s, form %s, norm %s%s, hops", subjects[q->about], ops[q->op],
         ways[q->direction], q->search ? "graphblas" : "bits", khop_form_name(q->form),
         norms[q->norm], q->self_loop ? " with self-loops" : "");
  for (int i = 0; i < q->count; i++) printf(" %d", q->hops[i]);
  printf(",%s%s%s%s %lld columns, %lld outputs, %lld a row, %d threads, file %s, %s numbers of seed %llu\n",
         q->concat ? " concat," : "", q->transpose ? " transposed," : "", q->accumulate ? " accumulated," : "",
         q->grouped ? " grouped," : "", (long long)q->columns, (long long)q->outputs, (long long)q->per_row, q->threads,
         file_kind_name(q->file), q->whole ? "whole" : "real", (unsigned long long)q->seed);
}
