/* reach.c: see reach.h. */
#include "audit/reach.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "forms/rings.h"

#include <string.h>

/* Sources of a word, and the words of a block, each of which one thread carries through all layers. */
#define WORD 64
#define WORDS 8

struct khop_i_reach {
  const khop_rings *rings; /* borrows */
  int layers, taps;
  int *slot; /* (layers, taps) which ring; -1: none */
};

khop_status khop_i_reach_open(khop_i_reach **out, const khop_rings *rings, int layers, int taps, const int *hops) {
  khop_status status = KHOP_OK;
  khop_i_reach *r = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&r, 1, sizeof *r, "a reach"));
  r->rings = rings, r->layers = layers, r->taps = taps;
  KHOP_TRY(khop_i_alloc(&r->slot, (int64_t)layers * taps, sizeof *r->slot, "a reach"));
  for (int i = 0; i < layers * taps; i++) {
    r->slot[i] = hops[i] < 0 ? -1 : khop_rings_slot(rings, hops[i]);
    if (hops[i] >= 0 && r->slot[i] < 0) KHOP_FAIL(KHOP_E_ARGUMENT, "the rings do not keep hop %d", hops[i]);
  }
  *out = r;
  r = NULL;
done:
  khop_i_reach_close(r);
  return status;
}

void khop_i_reach_close(khop_i_reach *reach) {
  if (!reach) return;
  khop_i_free(reach->slot);
  khop_i_free(reach);
}

/* --- one word ------------------------------------------------------------------------------- */

/* Through one tap: whom a node's ring holds is reached by all that reach the node. */
static void follow(uint64_t *next, const uint64_t *now, const khop_i_hop_csr *csr, int slot) {
  for (int64_t i = 0; i < csr->nodes; i++) {
    if (!now[i]) continue;
    int64_t end = khop_i_hop_csr_end(csr, i, slot);
    for (int64_t e = khop_i_hop_csr_begin(csr, i, slot); e < end; e++) next[csr->columns[e]] |= now[i];
  }
}

/* bits (2, nodes): first the sources, at the end what they reach; which half, is returned. */
static uint64_t *follow_layers(const khop_i_reach *reach, uint64_t *bits) {
  int64_t n = reach->rings->nodes;
  uint64_t *now = bits, *next = bits + n;
  for (int l = reach->layers - 1; l >= 0; l--) {
    memset(next, 0, (size_t)n * sizeof *next);
    for (int p = 0; p < reach->taps; p++) {
      int slot = reach->slot[l * reach->taps + p];
      if (slot >= 0) follow(next, now, reach->rings->csr, slot);
    }
    uint64_t *was = now;
    now = next, next = was;
  }
  return now;
}

/* --- a block -------------------------------------------------------------------------------- */

typedef struct block {
  uint64_t *bits;    /* (WORDS, 2, nodes) */
  uint64_t *columns; /* (nodes) */
} block;

static int64_t words_of(int64_t rows) { return rows < WORD * WORDS ? (rows + WORD - 1) / WORD : WORDS; }

static void carry(const khop_i_reach *reach, block *b, const uint64_t **reached, int64_t rows, const int64_t *sources) {
  int64_t n = reach->rings->nodes, words = words_of(rows);
  int threads = khop_i_threads_for(words * reach->layers * khop_i_hop_csr_entries(reach->rings->csr));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (int64_t w = 0; w < words; w++) {
    uint64_t *bits = b->bits + w * 2 * n;
    memset(bits, 0, (size_t)n * sizeof *bits);
    for (int64_t r = w * WORD; r < rows && r < (w + 1) * WORD; r++) bits[sources[r]] |= UINT64_C(1) << (r % WORD);
    reached[w] = follow_layers(reach, bits);
  }
}

khop_status khop_i_reach_rows(khop_i_reach *reach, int64_t rows, const int64_t *sources, khop_i_reach_visit visit,
                              void *context) {
  khop_status status = KHOP_OK;
  int64_t n = reach->rings->nodes;
  const uint64_t *reached[WORDS];
  block b = {0};
  KHOP_TRY(khop_i_alloc_raw(&b.bits, words_of(rows) * 2 * n, sizeof *b.bits, "the reach of a block"));
  KHOP_TRY(khop_i_alloc_raw(&b.columns, n, sizeof *b.columns, "the reach of a node"));
  for (int64_t first = 0; first < rows; first += WORD * WORDS) {
    int64_t here = rows - first < WORD * WORDS ? rows - first : WORD * WORDS;
    carry(reach, &b, reached, here, sources + first);
    for (int64_t r = 0; r < here; r++) {
      int64_t count = 0;
      for (int64_t j = 0; j < n; j++)
        if (reached[r / WORD][j] >> (r % WORD) & 1) b.columns[count++] = (uint64_t)j;
      KHOP_TRY(visit(first + r, count, b.columns, context));
    }
  }
done:
  khop_i_free(b.bits);
  khop_i_free(b.columns);
  return status;
}
