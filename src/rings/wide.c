/* wide.c: see wide.h. */
#include "rings/wide.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"

#include <string.h>

/* Sources that are tried before the choice. */
#define TRIED 32
/* No more memory a thread than this. */
#define MOST_BYTES (INT64_C(64) << 20)

/* A hop costs 256 sources together all arcs, and every node to mask and to turn; a source alone pays for
 * the nodes it reaches and the arcs it follows from them. CPU nanoseconds an entry, alone / together, and
 * what the rule compares, together's work over alone's: photo to hop 4 25 / 3.1 (0.2), cora to hop 8
 * 13 / 3.1 (0.5), cora to hop 4 7.2 / 6.1 (3.1), ba20000 to hop 3 5.1 / 6.0 (1.2), photo to hop 2
 * 6.5 / 5.6 (1.3), power_grid to hop 8 10 / 19 (6.8), facebook to hop 2 9.4 / 29 (12). */
bool khop_i_wide_pays(double *entries, const khop_i_plan *plan, khop_i_bfs *bfs) {
  int64_t n = plan->graph->nodes, kept = 0, reached = 0, followed = 0, hops = 0;
  bool ball = plan->options.op == KHOP_BALL;
  for (int64_t i = 0; i < TRIED; i++) {
    int64_t hop = 0, found = 1;
    khop_i_bfs_start(bfs, i * n / TRIED);
    for (int slot = 0; slot < plan->searched && found > 0; slot++) {
      for (; hop < plan->hops[slot] && found > 0; hop++) found = khop_i_bfs_step(bfs);
      kept += ball ? bfs->end : found;
    }
    if (found == 0) hop--;
    for (int64_t k = 0; k < bfs->begin; k++)
      followed += bfs->offsets[bfs->nodes[k] + 1] - bfs->offsets[bfs->nodes[k]];
    reached += bfs->end;
    if (hop > hops) hops = hop;
  }
  *entries = (double)kept * (double)n / TRIED;
  if (n < KHOP_I_WIDE || (plan->searched + 3) * n > MOST_BYTES / (int64_t)sizeof(khop_i_sources))
    return false;
  return hops * (bfs->offsets[n] + 16 * n) <= 64 * (followed + 4 * reached) / TRIED;
}

khop_status khop_i_wide_open(khop_i_wide *wide, const khop_graph *graph, int slots) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64;
  *wide = (khop_i_wide){.graph = graph, .words = words};
  KHOP_TRY(khop_i_alloc(&wide->now, 64 * words, sizeof *wide->now, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->next, 64 * words, sizeof *wide->next, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->seen, 64 * words, sizeof *wide->seen, "a search"));
  KHOP_TRY(khop_i_alloc(&wide->rows, slots * KHOP_I_WIDE * words, sizeof *wide->rows, "a search"));
done:
  if (status != KHOP_OK) khop_i_wide_close(wide);
  return status;
}

void khop_i_wide_close(khop_i_wide *wide) {
  khop_i_free(wide->now);
  khop_i_free(wide->next);
  khop_i_free(wide->seen);
  khop_i_free(wide->rows);
  *wide = (khop_i_wide){0};
}

/* --- one hop of all sources ----------------------------------------------------------------- */

void khop_i_wide_start(khop_i_wide *w, int64_t first, int64_t rows) {
  memset(w->now, 0, (size_t)(64 * w->words) * sizeof *w->now);
  memset(w->seen, 0, (size_t)(64 * w->words) * sizeof *w->seen);
  for (int64_t r = 0; r < rows; r++)
    w->now[first + r][r / 64] = w->seen[first + r][r / 64] = UINT64_C(1) << (r % 64);
}

bool khop_i_wide_step(khop_i_wide *w) {
  const int64_t *offsets = w->graph->offsets;
  uint64_t any = 0;
  for (int64_t u = 0; u < w->graph->nodes; u++) {
    const uint64_t *from = w->now[u];
    if (!(from[0] | from[1] | from[2] | from[3])) continue;
    for (int64_t e = offsets[u]; e < offsets[u + 1]; e++) {
      uint64_t *to = w->next[w->graph->targets[e]];
      for (int i = 0; i < KHOP_I_WIDE_WORDS; i++) to[i] |= from[i];
    }
  }
  for (int64_t v = 0; v < w->graph->nodes; v++)
    for (int i = 0; i < KHOP_I_WIDE_WORDS; i++) {
      uint64_t fresh = w->next[v][i] & ~w->seen[v][i];
      w->now[v][i] = fresh;
      w->next[v][i] = 0;
      w->seen[v][i] |= fresh;
      any |= fresh;
    }
  return any != 0;
}

/* --- from a bit a source to a bit a node ---------------------------------------------------- */

/* Turns 64 by 64 bits: halves of 32, of 16, .. change places (Warren, "Hacker's Delight", 7-3). */
static void turn(uint64_t m[64]) {
  uint64_t mask = UINT64_C(0xffffffff);
  for (int half = 32; half; half /= 2, mask ^= mask << half)
    for (int i = 0; i < 64; i = (i + half + 1) & ~half) {
      uint64_t moved = ((m[i] >> half) ^ m[i + half]) & mask;
      m[i] ^= moved << half;
      m[i + half] ^= moved;
    }
}

void khop_i_wide_turn(uint64_t *to, int64_t row_step, int64_t word_step, const khop_i_wide *w,
                      khop_i_sources *from, int64_t rows) {
  uint64_t m[64];
  for (int64_t word = 0; word < w->words; word++)
    for (int64_t i = 0; 64 * i < rows; i++) {
      for (int k = 0; k < 64; k++) m[k] = from[64 * word + k][i];
      turn(m);
      for (int64_t k = 0; k < 64 && 64 * i + k < rows; k++)
        to[(64 * i + k) * row_step + word * word_step] = m[k];
    }
}

/* The nodes of a row, ascending; how many. */
static int64_t read_row(int32_t *columns, const uint64_t *row, int64_t words) {
  int64_t count = 0;
  for (int64_t word = 0; word < words; word++)
    for (uint64_t left = row[word]; left; left &= left - 1)
      columns[count++] = (int32_t)(64 * word + __builtin_ctzll(left));
  return count;
}

khop_status khop_i_block_wide(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                              khop_i_wide *wide, int64_t first, int64_t rows) {
  khop_status status = KHOP_OK;
  bool ball = plan->options.op == KHOP_BALL, more = true;
  int found = 0; /* slots that hold something */
  khop_i_wide_start(wide, first, rows);
  for (int hop = 0; found < plan->searched; found++) {
    for (; hop < plan->hops[found] && more; hop++) more = khop_i_wide_step(wide);
    if (!more && !ball) break;
    khop_i_wide_turn(wide->rows + (int64_t)found * KHOP_I_WIDE * wide->words, wide->words, 1, wide,
                     ball ? wide->seen : wide->now, rows);
  }
  chunk->entries = 0;
  for (int64_t r = 0; r < rows; r++) {
    KHOP_TRY(khop_i_chunk_reserve(chunk, chunk->entries + found * plan->graph->nodes, false));
    for (int slot = 0; slot < found; slot++) {
      const uint64_t *row = wide->rows + ((int64_t)slot * KHOP_I_WIDE + r) * wide->words;
      int64_t count = read_row(chunk->columns + chunk->entries, row, wide->words);
      sizes[r * plan->slots + slot] = count;
      chunk->entries += count;
    }
  }
done:
  return status;
}
