/* forms.c: see forms.h.
 *
 *   streamed   | arcs | ring sizes |  and searches a thread    O(nodes slots + arcs), 64 bytes a node and slot
 *                                                            a thread where 512 rows at once are the faster search
 *   ladder     | rungs | ring sizes | and rows of panels        O(nodes hops + entries of P, Q, Delta)
 *   bitmap     | bits | ring sizes |                           a bit a pair of nodes and slot
 *
 * A directed graph has them for each way: `turned` is the other one. */
#include "forms/forms.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "search/bfs.h"
#include "forms/bitmap.h"
#include "search/bfs_cost_model.h"
#include "forms/ladder/schedule.h"
#include "forms/ladder/inline.h"
#include "forms/ladder/sample.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* Columns of a panel: from four cache lines down to one, as far as the panels stay below MOST_PANEL_BYTES. Wide
 * ones read the entries less often (cora k = 2, 64 columns: 0.29 ms in two strips, 0.14 in one). Two lines where
 * steps have LONG terms and the rows of four are more than a second-level cache holds: milliseconds in four / two
 * / one, facebook k = 2, 85 terms a step, 12.9 / 8.4 / 9.6, k = 3 129 / 77 / 66, photo k = 3 17 / 15 / 16,
 * slashdot k = 2 135 / 126 / 152; preferential attachment, 16 terms a step, 3.0 / 3.0 / 4.5, Debian 22 / 25 / 89. */
#define WIDE 64
#define NARROW 16
#define LONG 32
#define MOST_PANEL_BYTES ((int64_t)64 << 20)
/* Bytes of a panel of such rows. (Cora's ring 4, 64 and 256 columns on two threads, a second-level cache of 1 MB: 0.26
 * and 1.49 ms, and 0.50 and 1.98 where panels are halved from 1 MB on.) */
#define HALVED_FROM ((int64_t)2 << 20)
/* Below so many entries auto does not look for anything better than storing them. */
#define WORTH_A_LADDER 2e6
/* Rows that tell what a ladder would save, and the room for their neighbours' rings. */
#define SAMPLED_ROWS 64
#define SAMPLE_BYTES ((int64_t)64 << 20)

/* A product with a bitmap goes through so many bits while a stored one reads an entry: a cautious figure,
 * docs/design.md, decision 33. */
#define BITS_AN_ENTRY 8

/* --- room to apply them --------------------------------------------------------------------- */

static int64_t panel_width(const khop_rings *rings, int64_t rows) {
  const khop_i_climb *climb = rings->ladder->climb;
  int64_t width = WIDE, row = sizeof(khop_real), read = rings->nodes + climb->homes;
  if (climb->terms >= LONG * climb->steps && read * width * row > HALVED_FROM) width /= 2;
  while (width > NARROW && rows * width * row > MOST_PANEL_BYTES) width /= 2;
  return width;
}

static khop_status new_room(khop_i_room **out) {
  khop_status status = khop_i_alloc(out, 1, sizeof **out, "room for a product");
  if (status == KHOP_OK) pthread_mutex_init(&(*out)->lock, NULL);
  return status;
}

void khop_i_room_free(khop_i_room *room) {
  if (!room) return;
  for (int w = 0; room->walk && w < room->walks; w++) khop_i_walk_close(&room->walk[w]);
  for (int w = 0; room->wide && w < room->walks; w++) khop_i_wide_close(&room->wide[w]);
  khop_i_free(room->walk);
  khop_i_free(room->wide);
  khop_i_free(room->panels);
  pthread_mutex_destroy(&room->lock);
  khop_i_free(room);
}

/* left: bytes of the budget, once the walks are there. */
static khop_status open_walks(khop_i_room *room, const khop_i_plan *plan, const khop_graph *arcs, double left) {
  int threads = khop_i_threads_for(INT64_MAX);
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&room->walk, threads, sizeof *room->walk, "walks"));
  for (; room->walks < threads; room->walks++)
    KHOP_TRY(khop_i_walk_open(&room->walk[room->walks], arcs, plan->hops[plan->slots - 1]));
  if (threads * khop_i_wide_bytes(arcs->nodes, plan->slots) > left ||
      khop_i_choose(plan, &room->walk[0].bfs, false).way != KHOP_I_WHOLE)
    goto done;
  KHOP_TRY(khop_i_alloc(&room->wide, threads, sizeof *room->wide, "walks"));
  for (int t = 0; t < threads; t++) KHOP_TRY(khop_i_wide_open(&room->wide[t], arcs, plan->slots));
done:
  return status;
}

void khop_i_room_follow(khop_i_room *room, const khop_graph *arcs) {
  for (int w = 0; w < room->walks; w++) {
    khop_i_bfs_follow(&room->walk[w].bfs, arcs);
    if (room->wide) room->wide[w].graph = arcs;
  }
}

/* --- streamed ------------------------------------------------------------------------------- */

static khop_status refuse(const khop_i_plan *plan, const char *form, double bytes) {
  return khop_i_fail(KHOP_E_BUDGET,
                     "the rings up to hop %d of %lld nodes, %s, take %.3g MB and the budget is %.3g MB: "
                     "ask for fewer hops, or raise the budget", plan->hops[plan->slots - 1],
                     (long long)plan->graph->nodes, form, bytes / 1e6, (double)plan->max_bytes / 1e6);
}

static double streamed_bytes(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, ways = plan->symmetric ? 1 : 2;
  double arcs = (double)plan->graph->arcs * (plan->symmetric && plan->graph->directed ? 2 : 1);
  return ways * (12 * n + 4 * arcs + 4 * n * plan->slots) +
         khop_i_threads_for(INT64_MAX) * khop_i_walk_bytes(plan->graph->nodes, plan->hops[plan->slots - 1]);
}

static void count_row(khop_rings *rings, khop_i_walk *walk, int64_t i) {
  const int32_t *columns = NULL;
  khop_i_walk_from(walk, i, rings->hops[rings->slots - 1]);
  for (int s = 0; s < rings->slots; s++)
    rings->counts[i * rings->slots + s] = (int32_t)khop_i_walk_ring(walk, rings->hops[s], &columns);
}

static void count_block(khop_rings *rings, khop_i_wide *wide, int64_t first, int64_t rows) {
  int64_t sizes[KHOP_I_WIDE];
  khop_i_wide_search(wide, first, rows, rings->slots, rings->hops, false);
  for (int s = 0; s < rings->slots; s++) {
    khop_i_wide_sizes(sizes, 1, wide, s);
    for (int64_t r = 0; r < rows; r++) rings->counts[(first + r) * rings->slots + s] = (int32_t)sizes[r];
  }
}

/* The size of every ring, by a search from every node. */
static khop_status count_rings(khop_rings *rings, const khop_i_plan *plan, khop_i_room *room) {
  bool stopped = false;
  int threads = khop_i_threads_for(rings->nodes * 64);
  if (threads > room->walks) threads = room->walks;
  int64_t n = rings->nodes, piece = room->wide ? KHOP_I_WIDE : 16, block = room->wide ? threads * piece : 1024;
  khop_i_room_follow(room, rings->arcs);
  for (int64_t first = 0; first < n && !stopped; first += block) {
    int64_t end = first + block < n ? first + block : n;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int64_t from = first; from < end; from += piece) {
      int64_t to = from + piece < end ? from + piece : end;
      if (room->wide)
        count_block(rings, &room->wide[omp_get_thread_num()], from, to - from);
      else
        for (int64_t i = from; i < to; i++) count_row(rings, &room->walk[omp_get_thread_num()], i);
    }
    if (plan->options.progress)
      stopped = !plan->options.progress((double)end / (double)n, plan->options.context);
  }
  return stopped ? khop_i_fail(KHOP_E_INTERRUPTED, "the build of the rings was stopped") : KHOP_OK;
}

/* --- one way of either form ----------------------------------------------------------------- */

static khop_direction opposite(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

static khop_status new_rings(khop_rings **out, const khop_i_plan *plan, khop_direction direction) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  KHOP_TRY(khop_i_rings_new(&rings, 0, plan->slots, plan->hops));
  rings->nodes = plan->graph->nodes;
  rings->direction = direction;
  rings->symmetric = plan->symmetric;
  rings->form = plan->options.form;
  KHOP_TRY(khop_i_alloc(&rings->counts, rings->nodes * rings->slots, sizeof *rings->counts, "ring sizes"));
  *out = rings;
  rings = NULL;
done:
  khop_rings_free(rings);
  return status;
}

static khop_status open_one_way(khop_rings **out, const khop_i_plan *plan, khop_direction direction,
                                khop_i_room *room, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  khop_graph *arcs = NULL;
  KHOP_TRY(new_rings(&rings, plan, direction));
  KHOP_TRY(khop_i_walk_arcs(&arcs, plan->graph, direction));
  if (rings->form == KHOP_STREAMED) {
    rings->arcs = arcs;
    arcs = NULL;
    if (!room->walk) KHOP_TRY(open_walks(room, plan, rings->arcs, (double)plan->max_bytes - streamed_bytes(plan)));
    KHOP_TRY(count_rings(rings, plan, room));
  } else if (rings->form == KHOP_BITMAP) {
    KHOP_TRY(khop_i_bitmap_build(&rings->bitmap, rings->counts, plan, arcs));
  } else {
    KHOP_TRY(khop_i_ladder_build(&rings->ladder, rings->counts, arcs, rings->slots, rings->hops,
                                 &plan->options, max_bytes));
  }
  *out = rings;
  rings = NULL;
done:
  khop_graph_free(arcs);
  khop_rings_free(rings);
  return status;
}

/* What a form takes at the least: all of it, but of a ladder only what stands beside its rungs. */
static double least_bytes(const khop_i_plan *plan, double panels) {
  if (plan->options.form == KHOP_STREAMED) return streamed_bytes(plan);
  if (plan->options.form == KHOP_BITMAP) return khop_i_bitmap_most_bytes(plan);
  return panels + 12.0 * (double)plan->graph->nodes + 4.0 * (double)plan->graph->arcs;
}

/* Rows of the panels: of a climb, X and a row for each sum; of a descent, four numbers a node and column. */
static int64_t panel_rows(const khop_rings *rings) {
  int64_t n = rings->nodes, homes = rings->ladder->climb->homes;
  return homes < 3 * n ? 4 * n : n + homes;
}

/* Panels as wide as what the budget leaves beside the rings allows, down to the narrowest. */
static khop_status open_panels(khop_i_room *room, const khop_rings *rings, const khop_i_plan *plan) {
  int64_t rows = panel_rows(rings), other = rings->turned ? panel_rows(rings->turned) : 0;
  double beside = (double)khop_i_form_bytes(rings), row = sizeof(khop_real);
  room->rows = rows > other ? rows : other;
  row *= (double)room->rows;
  room->width = panel_width(rings, room->rows);
  while (room->width > NARROW && beside + row * (double)room->width > (double)plan->max_bytes) room->width /= 2;
  double bytes = beside + row * (double)room->width;
  if (bytes > (double)plan->max_bytes) return refuse(plan, "as a ladder", bytes);
  return khop_i_alloc_raw(&room->panels, room->rows * room->width, sizeof *room->panels, "panels");
}

/* Whether a climb reads more than its rings hold; a row that is written counts as when rows are folded. */
static bool reads_more(const khop_rings *rings) {
  const khop_i_climb *climb = rings->ladder->climb;
  int64_t entries = 0, rows = 0;
  for (int s = 0; s < rings->slots; s++) {
    if (climb->top[s] < 0) continue;
    rows += rings->nodes;
    for (int64_t i = 0; i < rings->nodes; i++) entries += rings->counts[i * rings->slots + s];
  }
  return climb->terms + KHOP_I_A_STEP * climb->steps > entries + KHOP_I_A_STEP * rows;
}

/* Rings of one way beside their ladder, in the place of its climb. */
static khop_status keep_whole(khop_rings *rings, const khop_i_plan *plan, int64_t beside) {
  khop_rings_options options = {.direction = rings->direction, .max_bytes = plan->max_bytes - beside};
  if (options.max_bytes <= 0) return KHOP_E_BUDGET;
  return khop_rings_build(&rings->ladder->whole, plan->graph, rings->slots, rings->hops, &options);
}

/* Never worse than stored: the rings as they are, both ways, if there is room, in the place of climbs that read
 * more. (Minesweeper's ring 3, 64 columns: 0.54 ms through the climb, 0.27 so.) */
static khop_status take_whole(khop_rings *rings, const khop_i_plan *plan) {
  khop_rings *ways[2] = {rings, rings->turned};
  khop_status status = KHOP_OK;
  for (int w = 0; w < 2; w++)
    if (ways[w] && !reads_more(ways[w])) return KHOP_OK;
  for (int w = 0; w < 2 && status == KHOP_OK; w++)
    if (ways[w]) status = keep_whole(ways[w], plan, (int64_t)khop_i_form_bytes(rings));
  for (int w = 0; w < 2; w++) {
    if (!ways[w]) continue;
    khop_i_ladder *ladder = ways[w]->ladder;
    if (status == KHOP_OK) {
      khop_i_climb_free(ladder->climb);
      ladder->climb = NULL;
    } else {
      khop_rings_free(ladder->whole);
      ladder->whole = NULL;
    }
  }
  return status == KHOP_E_BUDGET ? KHOP_OK : status;
}

static khop_status open_form(khop_rings **out, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  khop_i_room *room = NULL;
  bool ladder = plan->options.form == KHOP_LADDER;
  khop_direction direction = plan->options.direction;
  double panels = ladder ? 4.0 * (double)plan->graph->nodes * NARROW * sizeof(khop_real) : 0;
  double least = least_bytes(plan, panels);
  const char *how = ladder ? "as a ladder" : plan->options.form == KHOP_BITMAP ? "as a bitmap" : "streamed";
  if (least > (double)plan->max_bytes) return refuse(plan, how, least);
  KHOP_TRY(new_room(&room));
  int64_t left = plan->max_bytes - (int64_t)panels;
  KHOP_TRY(open_one_way(&rings, plan, direction, room, left));
  if (ladder) left -= (int64_t)khop_i_ladder_bytes(rings->ladder);
  if (!plan->symmetric)
    KHOP_TRY(open_one_way(&rings->turned, plan, opposite(direction), room, left));
  if (ladder) KHOP_TRY(take_whole(rings, plan));
  if (ladder && !rings->ladder->whole) KHOP_TRY(open_panels(room, rings, plan));
  rings->room = room;
  *out = rings;
  rings = NULL;
  room = NULL;
done:
  khop_i_room_free(room);
  khop_rings_free(rings);
  return status;
}

/* --- the choice ----------------------------------------------------------------------------- */

static khop_status build_as(khop_rings **out, const khop_i_plan *plan, khop_form form) {
  khop_i_plan as = *plan;
  as.options.form = form;
  if (form != KHOP_STORED) return open_form(out, &as);
  return khop_rings_build(out, plan->graph, plan->slots, plan->hops, &as.options);
}

/* Whether another form may be tried: this one takes too much, or climbs too far. */
static bool does_not_fit(khop_status status) {
  return status == KHOP_E_BUDGET || status == KHOP_E_MEMORY || status == KHOP_E_ARGUMENT;
}

/* How many entries of stored rings must stand against one of a ladder's: what a build of some ten times the time
 * is worth. Speed over stored, forward and transposed, 64 columns on one thread, and the ratio by this count:
 * facebook's ring 2 1.8 and 3.1 (2.7), its ring 3 1.5 and 2.6 (2.6), slashdot's ring 2 2.9 (4.6); an epoch of two
 * layers on facebook, rings 0 to 2, 273 ms stored, 222 as a ladder, rings 0 to 3 1,160 and 720. */
#define LEAST_RATIO 2

/* Whether a ladder's products would read so much less than stored rings take, by a sample of rows, even
 * where every tap needs a climb of its own, as taps of symmetric norms do; three panels a climb go in and
 * out beside its entries; what they read, infinite where no ladder climbs as far. The sample is drawn with a
 * fixed seed: the same graph, the same choice. */
static khop_status ladder_pays(bool *pays, double *out, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  double kept[KHOP_I_MOST_RUNGS], ring[KHOP_I_MOST_RUNGS], reads = 0, entries = 0;
  double n = (double)plan->graph->nodes;
  int furthest = plan->hops[plan->slots - 1];
  const khop_graph *arcs;
  khop_graph *made = NULL;
  *pays = false;
  *out = INFINITY;
  if (furthest > KHOP_I_MOST_RUNGS) return KHOP_OK;
  KHOP_TRY(khop_i_arcs(&arcs, &made, plan->graph, plan->options.direction));
  int64_t room = plan->max_bytes / 8 < SAMPLE_BYTES ? plan->max_bytes / 8 : SAMPLE_BYTES;
  KHOP_TRY(khop_i_ladder_sample(kept, ring, arcs, furthest, SAMPLED_ROWS, 1, room));
  for (int s = 0; s < plan->slots; s++) {
    reads += 3 * n;
    entries += plan->hops[s] ? ring[plan->hops[s] - 1] : n;
    for (int hop = 1; hop <= plan->hops[s]; hop++)
      if (ring[hop - 1] > 0) reads += kept[hop - 1] + 3 * n;
  }
  *pays = LEAST_RATIO * reads < entries;
  *out = reads;
done:
  khop_graph_free(made);
  return status;
}

/* What a product with a bitmap takes, in entries that a stored one reads; infinite where it does not fit. */
static double bitmap_reads(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes;
  if (khop_i_bitmap_most_bytes(plan) > (double)plan->max_bytes) return INFINITY;
  return n * n / BITS_AN_ENTRY * (plan->searched - (plan->searched > 0 && plan->hops[0] == 0));
}

/* Few entries, that fit, are stored; of many a sample tells whether a ladder saves enough of them, and their number
 * whether a bitmap takes less than half of what they do. The estimate of the stored rings may turn out to have
 * been too low: then the next form is taken. */
static khop_status build_cheapest(khop_rings **out, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_estimate estimate;
  if (plan->options.op != KHOP_RING) return build_as(out, plan, KHOP_STORED);
  KHOP_TRY(khop_rings_estimate(&estimate, NULL, NULL, plan->graph, plan->slots, plan->hops,
                               &plan->options, 0, 1));
  double entries = (estimate.bytes - khop_i_plan_bytes(plan, 0)) / sizeof(int32_t);
  bool fits = estimate.bytes <= (double)plan->max_bytes;
  bool ladder = false, many = entries >= WORTH_A_LADDER;
  double bits = bitmap_reads(plan), climbs = INFINITY;
  bool dense = many && 2 * bits < entries;
  if (many && (fits || dense)) KHOP_TRY(ladder_pays(&ladder, &climbs, plan));
  if (dense && bits < climbs) {
    status = build_as(out, plan, KHOP_BITMAP);
    if (!does_not_fit(status)) goto done;
  }
  if (ladder && fits) {
    status = build_as(out, plan, KHOP_LADDER);
    if (!does_not_fit(status)) goto done;
  }
  if (fits) {
    status = build_as(out, plan, KHOP_STORED);
    if (!does_not_fit(status)) goto done;
  }
  status = build_as(out, plan, KHOP_LADDER);
  if (does_not_fit(status)) status = build_as(out, plan, KHOP_STREAMED);
done:
  return status;
}

khop_status khop_i_form_build(khop_rings **out, const khop_graph *graph, int count,
                              const int *hops, const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  khop_i_plan plan = {0};
  *out = NULL;
  if (options->form < KHOP_STORED || options->form > KHOP_AUTO)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no form %d", (int)options->form);
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  if (options->form != KHOP_AUTO && plan.options.op != KHOP_RING)
    KHOP_FAIL(KHOP_E_ARGUMENT, "operator %d is kept stored: only rings have the form %s",
              (int)plan.options.op, khop_i_form_name(options->form));
  KHOP_TRY(options->form == KHOP_AUTO ? build_cheapest(out, &plan) : open_form(out, &plan));
done:
  khop_i_plan_close(&plan);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

khop_form khop_rings_form(const khop_rings *rings) { return rings->form; }

const char *khop_i_form_name(khop_form form) {
  static const char *const names[] = {"stored", "streamed", "ladder", "bitmap"};
  return form >= KHOP_STORED && form <= KHOP_BITMAP ? names[form] : "auto";
}

khop_status khop_i_rings_need_entries(const khop_rings *rings, const char *who) {
  if (rings->form == KHOP_STORED) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s reads the rings entry by entry, and these are kept in the "
                     "form %s: build them stored", who, khop_i_form_name(rings->form));
}

int64_t khop_rings_kept(const khop_rings *rings, int slot) {
  if (slot < 0 || slot >= rings->slots || rings->form == KHOP_STREAMED) return 0;
  if (rings->form == KHOP_STORED) return khop_rings_entries(rings, slot);
  if (rings->form == KHOP_BITMAP) return rings->bitmap->slot[slot] ? rings->nodes * rings->bitmap->words : 0;
  int64_t total = 0;
  for (int hop = slot ? rings->hops[slot - 1] + 1 : 1; hop <= rings->hops[slot]; hop++) {
    if (hop > rings->ladder->rungs) break;
    total += khop_i_ladder_entries(rings->ladder, hop);
  }
  return total;
}

const khop_rings *khop_i_rings_listed(const khop_rings *rings) {
  return rings->form == KHOP_STORED ? rings : rings->form == KHOP_LADDER ? rings->ladder->whole : NULL;
}

static size_t room_bytes(const khop_rings *rings) {
  const khop_i_room *room = rings->room;
  if (!room) return 0;
  double walks = room->walks * khop_i_walk_bytes(rings->nodes, rings->hops[rings->slots - 1]);
  if (room->wide) walks += room->walks * khop_i_wide_bytes(rings->nodes, rings->slots);
  return sizeof *room + (size_t)walks +
         (room->panels ? (size_t)(room->rows * room->width) * sizeof *room->panels : 0);
}

size_t khop_i_form_bytes(const khop_rings *rings) {
  size_t total = sizeof *rings + (size_t)rings->slots * sizeof *rings->hops + room_bytes(rings) +
                 (size_t)(rings->nodes * rings->slots) * sizeof *rings->counts;
  if (rings->arcs)
    total += (size_t)(rings->nodes + 1) * sizeof *rings->arcs->offsets +
             (size_t)rings->arcs->arcs * sizeof *rings->arcs->targets;
  if (rings->ladder) total += khop_i_ladder_bytes(rings->ladder);
  if (rings->bitmap) total += khop_i_bitmap_bytes(rings->bitmap, rings->nodes);
  return total + (rings->turned ? khop_i_form_bytes(rings->turned) : 0);
}
