/* inline.c: see inline.h. */
#include "forms/ladder/inline.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* Rows that are not inlined: those that more rows use than this (with 4 and with 16 products were as fast on an Intel
 * Xeon; `sh bench/run forms` measures it anew); */
#define MOST_USERS 8
/* those with larger numbers, so that products of numbers do not overflow; */
#define MOST_TIMES 64
/* and those of more terms, beside which a step costs little. */
#define MOST_TERMS 64

/* --- the terms of a row --------------------------------------------------------------------- */

static khop_status add_term(khop_i_terms *terms, int64_t source, int64_t times) {
  khop_status status = KHOP_OK;
  if (times == 0) return status;
  if (terms->count == terms->capacity) {
    int64_t capacity = 2 * terms->capacity + 64;
    KHOP_TRY(khop_i_grow(&terms->source, capacity, sizeof *terms->source, "terms of a row"));
    KHOP_TRY(khop_i_grow(&terms->times, capacity, sizeof *terms->times, "terms of a row"));
    terms->capacity = capacity;
  }
  terms->source[terms->count] = source;
  terms->times[terms->count++] = times;
done:
  return status;
}

void khop_i_terms_free(khop_i_terms *terms) {
  khop_i_free(terms->source);
  khop_i_free(terms->times);
  *terms = (khop_i_terms){0};
}

/* The source that is row i of a rung; rung 0 is X. */
static int64_t source_of(const khop_i_draft *d, int hop, int64_t i) {
  return hop == 0 ? i : -1 - (int64_t)d->step[(hop - 1) * d->ladder->nodes + i];
}

static khop_status add_part(khop_i_terms *terms, const khop_i_draft *d, const khop_i_hop_csr *part, int slot, int64_t i,
                            int hop, int64_t times) {
  khop_status status = KHOP_OK;
  for (int64_t e = khop_i_hop_csr_begin(part, i, slot); e < khop_i_hop_csr_end(part, i, slot); e++)
    KHOP_TRY(add_term(terms, source_of(d, hop, part->columns[e]), part->values ? (int64_t)part->values[e] : times));
done:
  return status;
}

/* The terms of step s as the ladder has them, without inlining. */
static khop_status read_row(khop_i_terms *terms, const khop_i_draft *d, int64_t s) {
  khop_status status = KHOP_OK;
  int hop = d->hop[s];
  int64_t i = d->row[s];
  const khop_i_rung *rung = &d->ladder->rung[hop - 1];
  terms->count = 0;
  if (rung->q && rung->q[i] != 0) KHOP_TRY(add_term(terms, source_of(d, hop - 2, i), (int64_t)rung->q[i]));
  if (rung->own && rung->own[i] != 0) KHOP_TRY(add_term(terms, source_of(d, hop - 1, i), (int64_t)rung->own[i]));
  KHOP_TRY(add_part(terms, d, rung->steps, KHOP_I_BASES, i, hop - 1, 1));
  KHOP_TRY(add_part(terms, d, rung->steps, KHOP_I_PLUS, i, 0, 1));
  KHOP_TRY(add_part(terms, d, rung->steps, KHOP_I_MINUS, i, 0, -1));
  if (rung->large) KHOP_TRY(add_part(terms, d, rung->large, 0, i, 0, 1));
done:
  return status;
}

/* --- which steps use which ------------------------------------------------------------------ */

khop_status khop_i_inline_open(khop_i_draft *d) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&d->users_start, d->steps + 1, sizeof *d->users_start, "users of steps"));
  KHOP_TRY(khop_i_alloc(&d->uses, d->steps, sizeof *d->uses, "uses of steps"));
  KHOP_TRY(khop_i_alloc_raw(&d->kept, d->steps, sizeof *d->kept, "steps of a schedule"));
  KHOP_TRY(khop_i_alloc(&d->found, d->ladder->nodes + d->steps, sizeof *d->found, "terms of a row"));
  KHOP_TRY(khop_i_alloc(&d->inlined, d->steps, sizeof *d->inlined, "folded rows"));
  for (int64_t s = 0; s < d->steps; s++) {
    KHOP_TRY(read_row(&d->own, d, s));
    for (int64_t t = 0; t < d->own.count; t++)
      if (d->own.source[t] < 0) d->uses[-d->own.source[t] - 1]++;
  }
  for (int64_t s = 0; s < d->steps; s++)
    d->users_start[s + 1] = d->users_start[s] + (d->uses[s] <= MOST_USERS ? d->uses[s] : 0);
  KHOP_TRY(khop_i_alloc_raw(&d->users, d->users_start[d->steps], sizeof *d->users, "users of steps"));
  memset(d->uses, 0, (size_t)d->steps * sizeof *d->uses);
  for (int64_t s = 0; s < d->steps; s++) {
    KHOP_TRY(read_row(&d->own, d, s));
    for (int64_t t = 0; t < d->own.count; t++) {
      int64_t from = -d->own.source[t] - 1;
      if (from < 0) continue;
      int64_t at = d->users_start[from] + d->uses[from]++;
      if (at < d->users_start[from + 1]) d->users[at] = (int32_t)s;
    }
  }
done:
  return status;
}

void khop_i_draft_close(khop_i_draft *d) {
  for (int64_t s = 0; d->inlined && s < d->steps; s++) khop_i_terms_free(&d->inlined[s]);
  khop_i_terms_free(&d->own);
  khop_i_terms_free(&d->other);
  khop_i_free(d->inlined);
  khop_i_free(d->found);
  khop_i_free(d->users);
  khop_i_free(d->users_start);
  khop_i_free(d->uses);
  khop_i_free(d->kept);
  khop_i_free(d->step);
  khop_i_free(d->row);
  khop_i_free(d->hop);
}

/* --- inlining ------------------------------------------------------------------------------- */

/* The counter of a source: nodes first, then steps. */
static int64_t *count_of(const khop_i_draft *d, int64_t source) {
  return &d->found[source >= 0 ? source : d->ladder->nodes - source - 1];
}

/* Adds a term to the current row. A source is listed once, where it comes first; its number is read from `found` at the
 * end. */
static khop_status merge_term(khop_i_terms *terms, const khop_i_draft *d, int64_t source, int64_t times) {
  int64_t *found = count_of(d, source);
  bool is_new = *found == 0;
  *found += times;
  return is_new ? add_term(terms, source, times) : KHOP_OK;
}

/* Adds to *by how many more terms row u has, as the ladder has it, if those of step s replace its own term. */
static khop_status count_growth(int64_t *by, khop_i_draft *d, int64_t u, int64_t s, const khop_i_terms *terms) {
  khop_status status = KHOP_OK;
  int64_t times = 0;
  KHOP_TRY(read_row(&d->other, d, u));
  for (int64_t t = 0; t < d->other.count; t++) {
    *count_of(d, d->other.source[t]) = d->other.times[t];
    if (d->other.source[t] == -1 - s) times = d->other.times[t];
  }
  *by -= 1;
  for (int64_t t = 0; t < terms->count; t++) {
    int64_t now = *count_of(d, terms->source[t]);
    *by += now == 0 ? 1 : -(now + times * terms->times[t] == 0);
  }
  for (int64_t t = 0; t < d->other.count; t++) *count_of(d, d->other.source[t]) = 0;
done:
  return status;
}

static khop_status inlining_pays(bool *out, khop_i_draft *d, int64_t s, const khop_i_terms *terms) {
  khop_status status = KHOP_OK;
  int64_t by = 0;
  *out = false;
  if (d->asked[d->hop[s]] >= 0 || d->uses[s] > MOST_USERS || terms->count > MOST_TERMS) return status;
  for (int64_t t = 0; t < terms->count; t++)
    if (terms->times[t] > MOST_TIMES || terms->times[t] < -MOST_TIMES) return status;
  for (int64_t u = d->users_start[s]; u < d->users_start[s + 1] && by < terms->count + KHOP_I_STEP_TERMS; u++)
    KHOP_TRY(count_growth(&by, d, d->users[u], s, terms));
  *out = by < terms->count + KHOP_I_STEP_TERMS;
done:
  return status;
}

khop_status khop_i_inline_row(bool *inlined, khop_i_terms *terms, khop_i_draft *d, int64_t s) {
  khop_status status = KHOP_OK;
  int64_t count = 0;
  terms->count = 0;
  KHOP_TRY(read_row(&d->own, d, s));
  for (int64_t t = 0; t < d->own.count; t++) {
    int64_t from = -d->own.source[t] - 1;
    const khop_i_terms *instead = from >= 0 && d->inlined[from].source ? &d->inlined[from] : NULL;
    if (!instead) KHOP_TRY(merge_term(terms, d, d->own.source[t], d->own.times[t]));
    for (int64_t f = 0; instead && f < instead->count; f++)
      KHOP_TRY(merge_term(terms, d, instead->source[f], d->own.times[t] * instead->times[f]));
  }
  for (int64_t t = 0; t < terms->count; t++) {
    int64_t *found = count_of(d, terms->source[t]), times = *found;
    *found = 0;
    if (!times) continue; /* it cancelled, or it is a repeat */
    terms->source[count] = terms->source[t];
    terms->times[count++] = times;
  }
  terms->count = count;
  KHOP_TRY(inlining_pays(inlined, d, s, terms));
  if (!*inlined) return status;
  KHOP_TRY(khop_i_copy(&d->inlined[s].source, terms->source, terms->count, sizeof *terms->source, "a folded row"));
  KHOP_TRY(khop_i_copy(&d->inlined[s].times, terms->times, terms->count, sizeof *terms->times, "a folded row"));
  d->inlined[s].count = terms->count;
done:
  return status;
}
