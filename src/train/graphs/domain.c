/* domain.c: what molecules were trained on, and how far from them another one is. See khop/domain.h.
 *
 *   code of an environment --> one of `bits` places:   seen  0 1 0 0 1 1 0 ..
 *
 * The places are those of a hash, since the codes themselves would take two to four times the room; there are at least
 * 8 for each code, so that at most one in eight is taken. Validation molecules are judged by the same places, so that
 * the threshold allows for what they hide. */
#include "train/graphs/domain.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "graphsets/set.h"
#include "molecules/fingerprint.h"

#include <khop/learn.h>
#include <khop/molecules.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PLACES 8 /* for each code, at least */
#define MOST_BITS ((int64_t)1 << 30)

void khop_domain_free(khop_domain *domain) {
  if (!domain) return;
  khop_i_free(domain->seen);
  khop_i_free(domain);
}

/* --- environments ----------------------------------------------------------------------------- */

/* Multiplied by the golden ratio: the high bits depend on all of the code. */
static int64_t place_of(const khop_domain *d, uint32_t code) {
  return (int64_t)((uint64_t)(uint32_t)(code * 0x9e3779b1u) * (uint64_t)d->bits >> 32);
}

static bool is_seen(const khop_domain *d, uint32_t code) {
  int64_t place = place_of(d, code);
  return d->seen[place / 64] >> place % 64 & 1;
}

/* The share of the environments of a molecule that training has not. */
static double unseen_share(const khop_domain *d, const khop_i_makeup *m, int64_t graph) {
  int64_t count = m->first[graph + 1] - m->first[graph], unseen = 0;
  for (int64_t i = m->first[graph]; i < m->first[graph + 1]; i++) unseen += !is_seen(d, m->code[i]);
  return count ? (double)unseen / (double)count : 0;
}

/* The codes of the training part, each once, ascending: *codes, the caller's. */
static khop_status training_codes(uint32_t **codes, int64_t *count, const khop_graphs *set, const uint8_t *part) {
  const khop_i_makeup *m = &set->makeup;
  int64_t all = 0;
  khop_status status = khop_i_alloc_raw(codes, m->first[set->count], sizeof **codes, "environments of molecules");
  if (status != KHOP_OK) return status;
  for (int64_t g = 0; g < set->count; g++)
    for (int64_t i = m->first[g]; part[g] == KHOP_TRAIN && i < m->first[g + 1]; i++) (*codes)[all++] = m->code[i];
  *count = khop_i_codes_sort(*codes, all);
  return KHOP_OK;
}

static khop_status fold_environments(khop_domain *d, const khop_graphs *set, const uint8_t *part) {
  uint32_t *codes = NULL;
  int64_t count = 0;
  khop_status status = training_codes(&codes, &count, set, part);
  for (d->bits = 64; d->bits < PLACES * count && d->bits < MOST_BITS;) d->bits *= 2;
  if (status == KHOP_OK) status = khop_i_alloc(&d->seen, d->bits / 64, sizeof *d->seen, "environments of a domain");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) {
    int64_t place = place_of(d, codes[i]);
    d->seen[place / 64] |= (uint64_t)1 << place % 64;
  }
  khop_i_free(codes);
  return status;
}

static khop_status choose_threshold(khop_domain *d, const khop_graphs *set, const uint8_t *part) {
  double *shares = NULL;
  khop_status status = khop_i_alloc(&shares, set->count, sizeof *shares, "shares of a validation part");
  if (status != KHOP_OK) return status;
  for (int64_t g = 0; g < set->count; g++)
    if (part[g] == KHOP_VAL) shares[d->validated++] = unseen_share(d, &set->makeup, g);
  d->share = KHOP_DOMAIN_SHARE;
  d->unseen = khop_conformal_quantile(shares, d->validated, d->share);
  khop_i_free(shares);
  return KHOP_OK;
}

/* --- elements and size ------------------------------------------------------------------------ */

static int32_t heavy_atoms(const khop_graphs *set, int64_t graph) {
  int32_t count = 0;
  for (int64_t i = set->first[graph]; i < set->first[graph + 1]; i++) count += set->makeup.element[i] > 1;
  return count;
}

static void take_in(khop_domain *d, const khop_graphs *set, int64_t graph) {
  int32_t heavy = heavy_atoms(set, graph);
  for (int64_t i = set->first[graph]; i < set->first[graph + 1]; i++) d->element[set->makeup.element[i]] = true;
  if (d->trained == 0 || heavy < d->least) d->least = heavy;
  if (heavy > d->most) d->most = heavy;
  d->trained++;
}

khop_status khop_i_domain_measure(khop_domain **domain, const khop_graphs *set, const uint8_t *part) {
  khop_domain *d = NULL;
  khop_status status = KHOP_OK;
  *domain = NULL;
  KHOP_TRY(khop_i_alloc(&d, 1, sizeof *d, "a domain"));
  for (int64_t g = 0; g < set->count; g++)
    if (part[g] == KHOP_TRAIN) take_in(d, set, g);
  KHOP_TRY(fold_environments(d, set, part));
  KHOP_TRY(choose_threshold(d, set, part));
  *domain = d;
  d = NULL;
done:
  khop_domain_free(d);
  return status;
}

/* --- a molecule ------------------------------------------------------------------------------- */

/* Appends to a list that is why, after what parts it from what is there. */
static void append(char why[KHOP_OUTSIDE_BYTES], const char *parting, const char *text) {
  size_t used = strlen(why);
  snprintf(why + used, KHOP_OUTSIDE_BYTES - used, "%s%s", used ? parting : "", text);
}

/* "element Se", "elements Se, Te". */
static void judge_elements(char why[KHOP_OUTSIDE_BYTES], const khop_domain *d, const khop_graphs *set, int64_t graph) {
  bool there[KHOP_DOMAIN_ELEMENTS] = {false};
  int strange = 0;
  for (int64_t i = set->first[graph]; i < set->first[graph + 1]; i++) there[set->makeup.element[i]] = true;
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) strange += there[e] && !d->element[e];
  if (strange) append(why, "", strange > 1 ? "elements" : "element");
  bool first = true;
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) {
    if (!there[e] || d->element[e]) continue;
    append(why, first ? " " : ", ", khop_element_symbol(e));
    first = false;
  }
}

static void judge_size(char why[KHOP_OUTSIDE_BYTES], const khop_domain *d, int32_t heavy) {
  char text[100], range[40];
  if (heavy >= d->least && heavy <= d->most) return;
  snprintf(range, sizeof range, d->least < d->most ? "%d to %d" : "%d", d->least, d->most);
  snprintf(text, sizeof text, "%d heavy atom%s, training had %s", heavy, heavy == 1 ? "" : "s", range);
  append(why, "; ", text);
}

static void judge_environments(char why[KHOP_OUTSIDE_BYTES], const khop_domain *d, double unseen) {
  char text[200], here[KHOP_I_NUMBER_BYTES], share[KHOP_I_NUMBER_BYTES], most[KHOP_I_NUMBER_BYTES];
  if (isnan(d->unseen) || unseen <= d->unseen) return;
  snprintf(text, sizeof text, "%s %% of its environments unseen, %s %% of the validation molecules have at most %s %%",
           khop_i_write_number(here, sizeof here, 3, 100 * unseen),
           khop_i_write_number(share, sizeof share, 3, 100 * d->share),
           khop_i_write_number(most, sizeof most, 3, 100 * d->unseen));
  append(why, "; ", text);
}

khop_status khop_domain_check(char why[KHOP_OUTSIDE_BYTES], const khop_domain *domain, const khop_graphs *set,
                              int64_t graph) {
  *why = 0;
  if (!set->makeup.first)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: a domain is of molecules, and these graphs are none", set->name);
  if (graph < 0 || graph >= set->count)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: there is no graph %lld among its %lld", set->name, (long long)graph,
                       (long long)set->count);
  judge_elements(why, domain, set, graph);
  judge_size(why, domain, heavy_atoms(set, graph));
  judge_environments(why, domain, unseen_share(domain, &set->makeup, graph));
  return KHOP_OK;
}
