/* domain_note.c: see domain_note.h.
 *
 *   heavy 1 40 trained 902 validated 113 share 0.95 unseen 0.2 elements 00..00c3d2 seen 80..01
 *
 * elements are 128 bits, that of `*` the last; seen are words of 64 bits in their order, each in hexadecimal. */
#include "train/graphs/domain_note.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "graphsets/set.h"
#include "train/graphs/domain.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define KEY "domain"
#define DIGITS 16 /* of a word */
#define MOST_WORDS ((size_t)1 << 24)

/* --- into a model ----------------------------------------------------------------------------- */

khop_status khop_i_domain_keep(khop_model *model, const khop_domain *d) {
  char share[KHOP_I_NUMBER_BYTES], unseen[KHOP_I_NUMBER_BYTES], *text = NULL;
  uint64_t elements[2] = {0, 0};
  size_t size = 300 + (size_t)d->bits / 64 * DIGITS, used;
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) elements[e / 64] |= (uint64_t)d->element[e] << e % 64;
  khop_status status = khop_i_alloc(&text, (int64_t)size, 1, "a note");
  if (status != KHOP_OK) return status;
  used = (size_t)snprintf(text, size, "heavy %d %d trained %" PRId64 " validated %" PRId64 " share %s unseen %s "
                          "elements %016" PRIx64 "%016" PRIx64 " seen ", d->least, d->most, d->trained, d->validated,
                          khop_i_write_number(share, sizeof share, 17, d->share),
                          khop_i_write_number(unseen, sizeof unseen, 17, d->unseen), elements[1], elements[0]);
  for (int64_t w = 0; w < d->bits / 64; w++)
    used += (size_t)snprintf(text + used, size - used, "%016" PRIx64, d->seen[w]);
  status = khop_model_set_metadata(model, KEY, text);
  khop_i_free(text);
  return status;
}

khop_status khop_i_domain_note(khop_model *model, const khop_graphs *set, const uint8_t *part) {
  khop_domain *domain = NULL;
  if (!set->makeup.first) return KHOP_OK;
  khop_status status = khop_i_domain_measure(&domain, set, part);
  if (status == KHOP_OK) status = khop_i_domain_keep(model, domain);
  khop_domain_free(domain);
  return status;
}

/* --- from a model ----------------------------------------------------------------------------- */

/* A word of 16 digits; false where they are others. */
static bool read_word(uint64_t *word, const char *digits) {
  static const char known[] = "0123456789abcdef";
  *word = 0;
  for (int i = 0; i < DIGITS; i++) {
    const char *digit = digits[i] ? strchr(known, digits[i]) : NULL;
    if (!digit) return false;
    *word = *word << 4 | (uint64_t)(digit - known);
  }
  return true;
}

/* A number that is the whole text. */
static bool read_share(double *share, const char *text) {
  char *end = NULL;
  *share = khop_i_read_number(text, &end);
  return end != text && !*end && !(*share < 0) && !(*share > 1);
}

/* All but the environments; *at: where these begin. */
static bool read_head(khop_domain *d, const char **at, const char *note) {
  char share[32], unseen[32], digits[2 * DIGITS + 1];
  uint64_t elements[2];
  int begin = 0;
  int read = sscanf(note, "heavy %" SCNd32 " %" SCNd32 " trained %" SCNd64 " validated %" SCNd64
                    " share %31s unseen %31s elements %32s seen %n", &d->least, &d->most, &d->trained, &d->validated,
                    share, unseen, digits, &begin);
  if (read != 7 || !begin || strlen(digits) != 2 * DIGITS) return false;
  if (!read_word(&elements[1], digits) || !read_word(&elements[0], digits + DIGITS)) return false;
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) d->element[e] = elements[e / 64] >> e % 64 & 1;
  *at = note + begin;
  bool counts = d->least >= 0 && d->most >= d->least && d->trained > 0 && d->validated >= 0;
  return counts && read_share(&d->share, share) && !isnan(d->share) && read_share(&d->unseen, unseen) &&
         elements[1] >> (KHOP_DOMAIN_ELEMENTS - 64) == 0;
}

/* How many words a text of digits has: a power of two; 0: it is none. */
static size_t words_in(const char *digits) {
  size_t length = strlen(digits), words = length / DIGITS;
  bool power = words && (words & (words - 1)) == 0 && words <= MOST_WORDS;
  return power && length % DIGITS == 0 ? words : 0;
}

static khop_status read_note(khop_domain *d, const char *note) {
  const char *at = NULL;
  size_t words = read_head(d, &at, note) ? words_in(at) : 0;
  khop_status status = KHOP_OK;
  bool good = words > 0;
  if (good) status = khop_i_alloc(&d->seen, (int64_t)words, sizeof *d->seen, "environments of a domain");
  d->bits = 64 * (int64_t)words;
  for (size_t w = 0; status == KHOP_OK && good && w < words; w++) good = read_word(&d->seen[w], at + w * DIGITS);
  if (status != KHOP_OK || good) return status;
  return khop_i_fail(KHOP_E_FORMAT, "the model's note of its domain cannot be read: '%.60s'", note);
}

khop_status khop_model_domain(khop_domain **domain, const khop_model *model) {
  const char *note = khop_model_metadata(model, KEY);
  *domain = NULL;
  if (!note) return khop_i_fail(KHOP_E_NOT_FOUND, "the model does not say which molecules it was trained on");
  khop_status status = khop_i_alloc(domain, 1, sizeof **domain, "a domain");
  if (status == KHOP_OK) status = read_note(*domain, note);
  if (status == KHOP_OK) return KHOP_OK;
  khop_domain_free(*domain);
  *domain = NULL;
  return status;
}
