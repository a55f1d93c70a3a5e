/* shifted_rows.c: see shifted_rows.h. */
#include "rings/shifted_rows.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#include <pthread.h>

enum { LOOKS = 64 };

static bool is_alike(const khop_rings *rings, int64_t i, int slot) {
  int64_t count = khop_i_rings_count(rings, i, slot);
  if (i == 0 || khop_i_rings_count(rings, i - 1, slot) != count) return false;
  const int32_t *here = rings->columns + khop_i_rings_begin(rings, i, slot);
  const int32_t *before = rings->columns + khop_i_rings_begin(rings, i - 1, slot);
  int32_t other = 0;
  for (int64_t e = 0; e < count; e++) other |= (here[e] - before[e]) ^ 1;
  return !other;
}

/* Empty rows are alike, and say nothing of a ring. */
static bool seems_worth_it(const khop_rings *rings, int slot) {
  int64_t looks = 0, alike = 0;
  for (int64_t i = 1; i < rings->nodes; i += rings->nodes / LOOKS + 1, looks++)
    alike += khop_i_rings_count(rings, i, slot) && is_alike(rings, i, slot);
  return looks && 2 * alike >= looks;
}

/* Rows 64 w to 64 w + 63. */
static khop_i_alike describe(const khop_rings *rings, int64_t w, int slot) {
  khop_i_alike found = {.bits = 0, .first = INT32_MAX, .after = 0};
  for (int64_t i = 64 * w; i < 64 * (w + 1) && i < rings->nodes; i++) {
    int64_t begin = khop_i_rings_begin(rings, i, slot), end = khop_i_rings_end(rings, i, slot);
    found.bits |= (uint64_t)is_alike(rings, i, slot) << (i - 64 * w);
    if (begin == end) continue;
    if (rings->columns[begin] < found.first) found.first = rings->columns[begin];
    if (rings->columns[end - 1] >= found.after) found.after = rings->columns[end - 1] + 1;
  }
  return found;
}

static khop_status find(khop_i_alike **out, const khop_rings *rings, int slot) {
  int64_t count = rings->nodes / 64 + 2;
  khop_status status = khop_i_alloc(out, count, sizeof **out, "alike rows");
  if (status != KHOP_OK) return status;
  khop_i_alike *found = *out;
#pragma omp parallel for num_threads(khop_i_threads_for(khop_rings_entries(rings, slot)))
  for (int64_t w = 0; w < count; w++) found[w] = describe(rings, w, slot);
  return KHOP_OK;
}

/* Rings that are filled again and again are not looked at. */
static khop_status seek(khop_rings *rings) {
  khop_status status = KHOP_OK;
  khop_i_alike **alike = NULL;
  if (!rings || rings->alike || rings->capacity || rings->values) return status;
  KHOP_TRY(khop_i_alloc(&alike, rings->slots, sizeof *alike, "alike rows"));
  for (int s = 0; s < rings->slots; s++)
    if (!khop_i_rings_is_identity(rings, s) && seems_worth_it(rings, s)) KHOP_TRY(find(&alike[s], rings, s));
  rings->alike = alike;
  alike = NULL;
done:
  khop_i_alike_free(alike, rings->slots);
  return status;
}

void khop_i_alike_free(khop_i_alike **alike, int slots) {
  for (int s = 0; alike && s < slots; s++) khop_i_free(alike[s]);
  khop_i_free(alike);
}

khop_status khop_i_rings_prepare(const khop_rings **turned, const khop_rings *rings) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  khop_status status = khop_i_rings_turned(turned, rings);
  if (status != KHOP_OK) return status;
  pthread_mutex_lock(&lock);
  status = seek((khop_rings *)khop_i_rings_listed(rings));
  if (status == KHOP_OK) status = seek((khop_rings *)khop_i_rings_listed(*turned));
  pthread_mutex_unlock(&lock);
  return status;
}
