/* test_forms.c: rings that are not stored: streamed ones, ladders and bitmaps against dense matrices and stored
 * rings, forward and backward; the same bits for every thread count; budgets and memory that run out.
 */
#include "kernels_check.h"
#include "model_check.h"

#include "base/error.h"
#include "kernels/taps.h"
#include "rings/ladder.h"
#include "rings/ladder_climb.h"
#include "rings/bfs.h"
#include "rings/bitmap.h"
#include "rings/ladder_sample.h"

static const khop_form forms[] = {KHOP_STREAMED, KHOP_LADDER, KHOP_BITMAP};
static const int64_t widths[] = {0, 1, 3, 16, 33, 70};
enum { FORMS = sizeof forms / sizeof *forms, WIDTHS = sizeof widths / sizeof *widths };
/* Sums over bases cancel: docs/derivations/ladder.md has the bound. */
#define LADDER_TOLERANCE (10 * TOLERANCE)

static khop_rings *build_as(const khop_graph *graph, khop_form form, khop_direction direction, int count,
                            const int *hops) {
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, graph, count, hops,
                      &(khop_rings_options){.direction = direction, .form = form}));
  return rings;
}

/* --- products ------------------------------------------------------------------------------- */

static void agree(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 71);
  static lab l;
  int trial = 0;
  for (int which = 0; which < FORMS * 2 * 8 * 8 * 3; which++) {
    int rest = which;
    l.form = forms[rest % FORMS], rest /= FORMS;
    bool directed = rest % 2;
    rest /= 2;
    khop_norm norm = (khop_norm)(rest % 4);
    rest /= 4;
    bool loop = rest % 2;
    rest /= 2;
    unsigned flags = (unsigned)rest % 8;
    l.tolerance = l.form == KHOP_LADDER ? LADDER_TOLERANCE : TOLERANCE;
    draw_graph(&l.edges, trial % FAMILIES, directed, 40, &r);
    lab_open(&l, (khop_direction)(trial / 2 % 3), KHOP_RING, 1 + trial % 5, norm, loop);
    assert_int_equal(khop_rings_form(l.rings), l.form);
    for (int w = trial % 2; w < WIDTHS; w += 2) apply_once(&l, widths[w], flags, &r);
    lab_close(&l);
    trial++;
  }
}

/* Streamed rings add the same columns in the same order. */
static void streamed_bits(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 72);
  static lab l;
  for (int trial = 0; trial < 60; trial++) {
    const int64_t f = 1 + trial % 40;
    unsigned flags = (unsigned)trial % 8;
    l.form = KHOP_STREAMED;
    draw_graph(&l.edges, trial % FAMILIES, trial / 2 % 2, 60, &r);
    lab_open(&l, (khop_direction)(trial % 3), KHOP_RING, 5, (khop_norm)(trial / 8 % 4), trial % 5 == 0);
    khop_rings *stored = build_as(l.graph, KHOP_STORED, (khop_direction)(trial % 3), 5, lab_hops);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, stored, 5, lab_hops, (khop_norm)(trial / 8 % 4), trial % 5 == 0));
    sheet x = sheet_random(l.nodes, f * 5, 0, &r), one = sheet_new(l.nodes, f * 5, 0);
    sheet other = sheet_new(l.nodes, f * 5, 0);
    ok(khop_apply(one.data, one.ld, taps, x.data, x.ld, f, flags));
    ok(khop_apply(other.data, other.ld, l.taps, x.data, x.ld, f, flags));
    assert_memory_equal(one.data, other.data, (size_t)(one.rows * one.ld) * sizeof *one.data);
    free(x.data);
    free(one.data);
    free(other.data);
    khop_taps_free(taps);
    khop_rings_free(stored);
    lab_close(&l);
  }
}

static void threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 73);
  static lab l;
  for (int which = 0; which < FORMS * 8; which++) {
    l.form = forms[which % FORMS];
    ok(khop_set_threads(3));
    large_lab(&l, which / FORMS % 2, (khop_norm)(which / FORMS / 2), &r);
    khop_rings *alone = NULL;
    ok(khop_set_threads(1));
    alone = build_as(l.graph, l.form, KHOP_OUT, 5, lab_hops);
    assert_int_equal(khop_rings_kept(alone, 2), khop_rings_kept(l.rings, 2));
    khop_rings_free(alone);
    for (unsigned flags = 0; flags < 8; flags++) {
      const int64_t f = 70;
      sheet x = sheet_random(l.nodes, f * 4, 1, &r), one = sheet_new(l.nodes, f * 4, 1), other = one;
      other.data = block_of(one.rows * one.ld, sizeof *other.data);
      for (int count = 1; count <= 4; count++) {
        sheet *y = count == 1 ? &one : &other;
        sheet_fill(y, (khop_real)0.25);
        ok(khop_set_threads(count));
        ok(khop_apply(y->data, y->ld, l.taps, x.data, x.ld, f, flags));
        assert_memory_equal(y->data, one.data,
                            (size_t)((one.rows - 1) * one.ld + one.width) * sizeof *one.data);
      }
      free(x.data);
      free(one.data);
      free(other.data);
    }
    lab_close(&l);
  }
}

/* --- the ladder itself ---------------------------------------------------------------------- */

/* to (n, n) += by times the rows of from that a part of the rung names; from NULL: the identity. */
static void add_part(double *to, const khop_rings *part, int slot, const double *from, double by) {
  int64_t n = part->nodes;
  for (int64_t i = 0; i < n; i++)
    for (int64_t e = khop_i_rings_begin(part, i, slot); e < khop_i_rings_end(part, i, slot); e++) {
      int64_t h = part->columns[e];
      double value = by * (part->values ? (double)part->values[e] : 1);
      for (int64_t j = 0; j < n; j++)
        to[i * n + j] += value * (from ? from[h * n + j] : (double)(h == j));
    }
}

/* Whether P R_{k-1} + Q R_{k-2} + Delta is the ring by its definition, for every rung. */
static bool is_exact(const khop_i_ladder *ladder, const edge_list *e, khop_direction direction) {
  int64_t n = e->nodes;
  double *ring = block_of(3 * n * n, sizeof *ring), *sum = block_of(n * n, sizeof *sum);
  bool exact = true;
  for (int64_t i = 0; i < n; i++) ring[i * n + i] = 1;
  for (int hop = 1; hop <= ladder->rungs; hop++) {
    const khop_i_rung *rung = &ladder->rung[hop - 1];
    double *here = ring + hop % 3 * n * n;
    memset(sum, 0, (size_t)(n * n) * sizeof *sum);
    add_part(sum, rung->steps, KHOP_I_BASES, ring + (hop + 2) % 3 * n * n, 1);
    add_part(sum, rung->steps, KHOP_I_PLUS, NULL, 1);
    add_part(sum, rung->steps, KHOP_I_MINUS, NULL, -1);
    if (rung->large) add_part(sum, rung->large, 0, NULL, 1);
    for (int64_t i = 0; rung->q && i < n * n; i++)
      sum[i] += (double)rung->q[i / n] * ring[(hop + 1) % 3 * n * n + i];
    for (int64_t i = 0; rung->own && i < n * n; i++)
      sum[i] += (double)rung->own[i / n] * ring[(hop + 2) % 3 * n * n + i];
    dense_operator(here, e, direction, KHOP_RING, hop);
    exact = exact && memcmp(sum, here, (size_t)(n * n) * sizeof *sum) == 0;
  }
  free(ring);
  free(sum);
  return exact;
}

static const int all_hops[] = {0, 1, 2, 3, 4, 5, 6};
#define HOPS ((int)(sizeof all_hops / sizeof *all_hops))

/* Exact, and never more entries than stored, on hundreds of graphs; ring sizes as stored. */
static void ladders(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 74);
  static edge_list e;
  for (int trial = 0; trial < 300; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 50, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = graph_of(&e);
    khop_rings *ladder = build_as(graph, KHOP_LADDER, direction, HOPS, all_hops);
    khop_rings *stored = build_as(graph, KHOP_STORED, direction, HOPS, all_hops);
    assert_true(is_exact(ladder->ladder, &e, direction));
    for (int s = 0; s < HOPS; s++) {
      assert_int_equal(khop_rings_entries(ladder, s), khop_rings_entries(stored, s));
      assert_int_equal(khop_rings_empty_rows(ladder, s), khop_rings_empty_rows(stored, s));
      assert_true(khop_rings_kept(ladder, s) <= khop_rings_kept(stored, s));
    }
    khop_rings_free(ladder);
    khop_rings_free(stored);
    khop_graph_free(graph);
  }
}

/* On a tree R_k = A R_{k-1} - (D - I) R_{k-2}, and R_2 = A A - D: a row costs its degree and one. */
static void trees(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 75);
  static edge_list e;
  for (int trial = 0; trial < 100; trial++) {
    draw_graph(&e, 2, false, 200, &r);
    khop_graph *graph = graph_of(&e);
    khop_rings *rings = build_as(graph, KHOP_LADDER, KHOP_OUT, HOPS, all_hops);
    const int64_t *offsets = khop_graph_offsets(graph);
    for (int s = 2; s < HOPS && s <= rings->ladder->rungs; s++) {
      const khop_i_rung *rung = &rings->ladder->rung[s - 1];
      for (int64_t i = 0; i < e.nodes; i++) {
        int64_t degree = offsets[i + 1] - offsets[i], ring = rings->counts[i * HOPS + s];
        int64_t entries = rung->steps->offsets[(i + 1) * KHOP_I_PARTS] - rung->steps->offsets[i * KHOP_I_PARTS];
        entries += (rung->q && rung->q[i] != 0) + (rung->own && rung->own[i] != 0) + (rung->large ? khop_i_rings_count(rung->large, i, 0) : 0);
        assert_true(entries <= (ring < degree + 1 ? ring : degree + 1));
      }
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

/* A sample of all nodes is the ladder itself, with room for the neighbours' rings and without; a smaller one
 * finds the same rows each time. */
static void samples(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 81);
  static edge_list e;
  for (int trial = 0; trial < 120; trial++) {
    double kept[HOPS], ring[HOPS], again[HOPS];
    const khop_graph *arcs;
    khop_graph *made = NULL;
    draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 70, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = graph_of(&e);
    khop_rings *rings = build_as(graph, KHOP_LADDER, direction, HOPS, all_hops);
    ok(khop_i_arcs(&arcs, &made, graph, direction));
    ok(khop_i_ladder_sample(kept, ring, arcs, HOPS - 1, e.nodes + trial % 2, 5, trial % 3 * 100));
    for (int hop = 1; hop < HOPS; hop++) {
      close_to(kept[hop - 1], (double)khop_i_ladder_entries(rings->ladder, hop), 1e-12);
      close_to(ring[hop - 1], (double)khop_rings_entries(rings, hop), 1e-12);
    }
    ok(khop_i_ladder_sample(kept, ring, arcs, HOPS - 1, e.nodes / 2, 6, 1000));
    ok(khop_i_ladder_sample(again, ring, arcs, HOPS - 1, e.nodes / 2, 6, 0));
    assert_memory_equal(kept, again, (HOPS - 1) * sizeof *kept);
    khop_graph_free(made);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

static khop_status sample_once(void *context) {
  double kept[HOPS], ring[HOPS];
  return khop_i_ladder_sample(kept, ring, context, HOPS - 1, 5, 1, 1000);
}

/* Many entries, all of them stored: auto takes the ladder where rows repeat, and none where it does not pay; the
 * sample's memory can run out. */
static khop_form form_of_star(int64_t nodes) {
  static edge_list e;
  e = (edge_list){.nodes = nodes};
  for (int64_t i = 2; i < nodes; i++) add_edge(&e, i, 0), add_edge(&e, i, 1); /* every node on both hubs */
  khop_graph *star = graph_of(&e);
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, star, 3, all_hops, &(khop_rings_options){.form = KHOP_AUTO}));
  khop_form form = khop_rings_form(rings);
  khop_rings_free(rings);
  khop_graph_free(star);
  return form;
}

/* A random graph whose rings 6 and 7 hold half of all pairs, in no order. */
static khop_graph *tangle(int64_t nodes, bool directed) {
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 82);
  e = (edge_list){.nodes = nodes, .directed = directed};
  for (int64_t i = 0; i < nodes * 5 / 3; i++)
    add_edge(&e, khop_i_random_below(&r, nodes), khop_i_random_below(&r, nodes));
  return graph_of(&e);
}

static khop_form form_of_tangle(int64_t max_bytes) {
  khop_graph *graph = tangle(2400, false);
  khop_rings *rings = NULL;
  khop_rings_options options = {.form = KHOP_AUTO, .max_bytes = max_bytes};
  ok(khop_rings_build(&rings, graph, 2, (int[]){6, 7}, &options));
  khop_form form = khop_rings_form(rings);
  if (form == KHOP_BITMAP) assert_in_range(khop_rings_bytes(rings), 2400 * 2 * 300, 2400 * 2 * 310);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return form;
}

static void choices(void **state) {
  (void)state;
  assert_int_equal(form_of_star(1200), KHOP_STORED); /* 1.4 million entries: not worth a look */
  assert_int_equal(form_of_star(2000), KHOP_LADDER); /* 4 million, in a few for each row */
  assert_int_equal(form_of_tangle(0), KHOP_BITMAP);
  assert_int_equal(form_of_tangle(1 << 20), KHOP_STREAMED); /* 1.4 MB of bits do not fit */
  khop_graph *path = path_graph(2400);
  khop_rings *rings = NULL;
  static int hops[450];
  for (int k = 0; k < 450; k++) hops[k] = k % 60 + (k / 60) * 60;
  ok(khop_rings_build(&rings, path, 450, hops, &(khop_rings_options){.form = KHOP_AUTO}));
  assert_int_equal(khop_rings_form(rings), KHOP_STORED); /* beyond the ladder's 64 hops */
  khop_rings_free(rings);
  khop_graph_free(path);
  memory_can_run_out();
  path = path_graph(2400);
  assert_in_range(fail_each(sample_once, path), 10, 999);
  khop_graph_free(path);
  memory_is_plenty();
}

/* Whether the steps of a climb, as they stand, make the rings by their definition, in whole numbers. */
static bool climbs_to(const khop_rings *rings, const edge_list *e, khop_direction direction) {
  const khop_i_climb *climb = rings->ladder->climb;
  int64_t n = e->nodes;
  double *sum = block_of(climb->homes * n, sizeof *sum), *dense = block_of(n * n, sizeof *dense);
  bool exact = true;
  for (int64_t s = 0; s < climb->steps; s++) {
    double *to = sum + khop_i_climb_home(climb, s) * n;
    bool ones = true;
    for (int64_t t = climb->start[s]; t < climb->start[s + 1]; t++) {
      uint32_t term = climb->term[t];
      int64_t place = term & (KHOP_I_MOST_HOMES - 1);
      double number = (double)khop_i_climb_numbers[term >> (KHOP_I_PLACE_BITS + 1)];
      bool of_step = term >> KHOP_I_PLACE_BITS & 1;
      ones = ones && !of_step && number == 1;
      if (!of_step) to[place] += number;
      for (int64_t j = 0; of_step && j < n; j++) to[j] += number * sum[place * n + j];
    }
    exact = exact && ones == (climb->home[s] < 0);
  }
  for (int s = 0; s < rings->slots; s++) {
    if (climb->top[s] < 0) continue;
    dense_operator(dense, e, direction, KHOP_RING, rings->hops[s]);
    exact = exact && memcmp(sum + climb->top[s] * n, dense, (size_t)(n * n) * sizeof *dense) == 0;
  }
  free(sum);
  free(dense);
  return exact;
}

/* Whether every step takes only what stands before it, in the order as it stands, in that of the rungs and in
 * that of each ring. */
static bool in_order(const khop_i_climb *climb, int slot, bool ranked) {
  const int32_t *order = ranked ? climb->ranked : slot < 0 ? NULL : climb->order[slot];
  int64_t count = ranked || slot < 0 ? climb->steps : climb->ordered[slot];
  bool *done = block_of(climb->homes, sizeof *done), right = true;
  int level = 1;
  for (int64_t o = 0; o < count; o++) {
    int64_t s = order ? order[o] : o;
    while (ranked && o >= climb->level[level]) level++;
    for (int64_t t = climb->start[s]; t < climb->start[s + 1]; t++)
      if (climb->term[t] >> KHOP_I_PLACE_BITS & 1) right = right && done[climb->term[t] & (KHOP_I_MOST_HOMES - 1)];
    done[khop_i_climb_home(climb, s)] = true;
  }
  for (int64_t i = 0; slot >= 0 && climb->top[slot] >= 0 && i < climb->homes - climb->top[slot] && i < 1; i++)
    right = right && done[climb->top[slot] + i];
  free(done);
  return right;
}

/* Climbs to all rings, to some and to one, on hundreds of graphs; one wrong term is found out. */
static void climbs(void **state) {
  (void)state;
  static const int some[] = {0, 2, 5};
  khop_i_random r;
  khop_i_random_seed(&r, 77);
  static edge_list e;
  int64_t folded = 0, broken = 0;
  for (int trial = 0; trial < 300; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 50, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = graph_of(&e);
    int one = 1 + trial % 5;
    const int *hops = trial % 4 == 0 ? all_hops : trial % 4 == 1 ? some : &one;
    khop_rings *rings = build_as(graph, KHOP_LADDER, direction, trial % 4 == 0 ? HOPS : trial % 4 == 1 ? 3 : 1, hops);
    khop_i_climb *climb = rings->ladder->climb;
    assert_true(climbs_to(rings, &e, direction));
    assert_true(in_order(climb, -1, false) && in_order(climb, -1, true));
    for (int s = 0; s < rings->slots; s++)
      if (climb->top[s] >= 0) assert_true(in_order(climb, s, false));
    folded += climb->homes - climb->steps < 0 || (rings->slots == 1 && climb->steps < 2 * e.nodes);
    if (climb->terms) {
      climb->term[khop_i_random_below(&r, climb->terms)] ^= (uint32_t)1 << (KHOP_I_PLACE_BITS + 1);
      broken += !climbs_to(rings, &e, direction);
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(folded > 50 && broken > 200);
}

/* A ladder with one wrong entry of any part is found out. */
static void broken_ladders(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 76);
  for (int part = 0; part <= KHOP_I_PARTS + 2; part++) { /* the parts, Q, the large ones, the own ones */
    bool broken = false;
    for (int trial = 0; trial < 200 && !broken; trial++) {
      draw_graph(&e, trial % 2 * 6, false, 40, &r);
      khop_graph *graph = graph_of(&e);
      khop_rings *rings = build_as(graph, KHOP_LADDER, KHOP_OUT, HOPS, all_hops);
      for (int k = 1; k < rings->ladder->rungs && !broken; k++) {
        khop_i_rung *rung = &rings->ladder->rung[k];
        for (int64_t i = 0; i < e.nodes && !broken; i++) {
          if (part < KHOP_I_PARTS && khop_i_rings_count(rung->steps, i, part)) {
            int32_t *column = &rung->steps->columns[khop_i_rings_begin(rung->steps, i, part)];
            *column = (int32_t)((*column + 1) % e.nodes);
            broken = true;
          } else if (part == KHOP_I_PARTS && rung->q && rung->q[i] != 0) {
            rung->q[i] += 1;
            broken = true;
          } else if (part == KHOP_I_PARTS + 1 && rung->large && khop_i_rings_count(rung->large, i, 0)) {
            rung->large->values[rung->large->offsets[i]] += 1;
            broken = true;
          } else if (part > KHOP_I_PARTS + 1 && rung->own && rung->own[i] != 0) {
            rung->own[i] += 1;
            broken = true;
          }
        }
      }
      if (broken) assert_false(is_exact(rings->ladder, &e, KHOP_OUT));
      khop_rings_free(rings);
      khop_graph_free(graph);
    }
    assert_true(broken);
  }
}

/* S of the derivation for every step of a climb, size (homes), from that of X, x (n). Returns the most terms of a
 * step. */
static int64_t size_of_steps(double *size, const double *x, const khop_i_climb *climb) {
  int64_t most = 0;
  for (int64_t s = 0; s < climb->steps; s++) {
    double sum = 0;
    for (int64_t e = climb->start[s]; e < climb->start[s + 1]; e++) {
      uint32_t term = climb->term[e];
      int64_t place = term & (KHOP_I_MOST_HOMES - 1);
      double number = fabs((double)khop_i_climb_numbers[term >> (KHOP_I_PLACE_BITS + 1)]);
      sum += number * (term >> KHOP_I_PLACE_BITS & 1 ? size[place] : x[place]);
    }
    size[khop_i_climb_home(climb, s)] = sum;
    if (climb->start[s + 1] - climb->start[s] > most) most = climb->start[s + 1] - climb->start[s];
  }
  return most;
}

/* What a descent of one tap reads, twice: products take the cheaper of it and the climb of the other ladder. */
static int64_t descent_reads(const khop_i_ladder *ladder, int hop) {
  int64_t reads = 0;
  for (int k = 1; k <= hop && k <= ladder->rungs; k++) {
    const khop_i_rung *rung = &ladder->rung[k - 1];
    reads += 2 * (ladder->nodes + rung->steps->offsets[ladder->nodes * KHOP_I_PARTS]);
    reads += 2 * (rung->large ? rung->large->offsets[ladder->nodes] : 0);
  }
  return reads;
}

/* The rounding bound of the derivation, k (n + 1) u S_k with u for each of the two scales beside it, on every row
 * of a climb: one tap, forward or transposed. False where one row is beyond it; `off` is added to each result. */
static bool within_the_bound(const lab *l, int hop, bool transposed, khop_norm norm, double off, khop_i_random *r) {
  double unit = sizeof(khop_real) == 8 ? 0x1p-53 : 0x1p-24;
  int64_t n = l->nodes, most = 0;
  khop_taps *taps = NULL;
  ok(khop_taps_new(&taps, l->rings, 1, &hop, norm, false));
  const khop_i_tap *tap = transposed ? taps->transposed : taps->forward;
  const khop_rings *rings = transposed ? taps->turned : taps->rings;
  const khop_rings *other = transposed ? taps->rings : taps->turned;
  const khop_i_climb *climb = rings->ladder->climb;
  if (hop <= rings->ladder->rungs && descent_reads(other->ladder, hop) < khop_i_climb_cost(climb, tap->slot)) {
    khop_taps_free(taps);
    return true;
  }
  sheet x = sheet_random(n, 1, 0, r), y = sheet_new(n, 1, 0);
  double *size = block_of(climb->homes, sizeof *size), *of_x = block_of(n, sizeof *of_x), *dense = block_of(n * n, sizeof *dense);
  bool within = true;
  ok(khop_apply(y.data, 1, taps, x.data, 1, 1, transposed ? KHOP_TRANSPOSE : 0));
  dense_operator(dense, &l->edges, rings->direction, KHOP_RING, hop);
  for (int64_t i = 0; i < n; i++) of_x[i] = fabs((double)x.data[i]) * (tap->right ? (double)tap->right[i] : 1);
  most = size_of_steps(size, of_x, climb);
  for (int64_t i = 0; hop <= rings->ladder->rungs && i < n; i++) {
    double wanted = 0, left = tap->left ? (double)tap->left[i] : 1, s = left * size[climb->top[tap->slot] + i];
    for (int64_t j = 0; j < n; j++)
      wanted += dense[i * n + j] * (tap->right ? (double)tap->right[j] : 1) * (double)x.data[j];
    double most_off = 1.01 * (hop * (double)(most + 1) + 3) * unit * s;
    double error = fabs((double)y.data[i] + off * s - left * wanted);
    /* the dense sum in double has an error of its own */
    if (!(error <= most_off + (double)n * 0x1p-53 * s)) within = false;
  }
  free(x.data);
  free(y.data);
  free(size);
  free(of_x);
  free(dense);
  khop_taps_free(taps);
  return within;
}

/* Forward and transposed, all norms and directions; a result that is off by a thousandth is found out. */
static void rounding(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 79);
  static lab l;
  int found = 0;
  l.form = KHOP_LADDER;
  for (int trial = 0; trial < 240; trial++) {
    draw_graph(&l.edges, trial % FAMILIES, trial / 3 % 2, 60, &r);
    lab_open(&l, (khop_direction)(trial % 3), KHOP_RING, 5, KHOP_NORM_NONE, false);
    for (int which = 0; which < 8; which++) {
      int hop = 1 + (trial + which) % 2;
      if (hop == 2 && trial % 4 == 0) hop = 3;
      if (!within_the_bound(&l, hop, which % 2, (khop_norm)(which / 2), 0, &r))
        fail_msg("trial %d, hop %d, norm %d: beyond the bound", trial, hop, which / 2);
      found += !within_the_bound(&l, hop, which % 2, (khop_norm)(which / 2), 1e-3, &r);
    }
    lab_close(&l);
  }
  assert_true(found > 200);
}

/* --- bitmaps -------------------------------------------------------------------------------- */

/* Whether the bits of every slot are the entries of stored rings, and the sizes too. */
static bool same_rings(const khop_rings *bits, const khop_rings *stored) {
  for (int s = 0; s < stored->slots; s++)
    for (int64_t i = 0; i < stored->nodes; i++) {
      int64_t first = i - i % KHOP_I_BITMAP_ROWS, rows = khop_i_bitmap_rows(stored->nodes, first);
      const int32_t *columns;
      int64_t count = khop_rings_row(stored, s, i, &columns, NULL), found = 0;
      if (khop_i_rings_count(bits, i, s) != count) return false;
      if (khop_i_rings_is_identity(stored, s)) continue;
      const uint64_t *words = khop_i_bitmap_block(bits->bitmap, s, first);
      if (!words && count) return false;
      for (int64_t j = 0; words && j < 64 * bits->bitmap->words; j++) {
        if (!(words[j / 64 * rows + i - first] >> j % 64 & 1)) continue;
        if (found == count || columns[found++] != j) return false;
      }
      if (words && found != count) return false;
    }
  return true;
}

/* The largest difference of two products, as they are kept. */
static double apart(const khop_rings *one, const khop_rings *other, int64_t f, unsigned flags) {
  khop_i_random r;
  khop_i_random_seed(&r, 83);
  const khop_rings *both[] = {one, other};
  sheet x = sheet_random(one->nodes, f, 0, &r), y[2];
  double *wanted = block_of(one->nodes * f, sizeof *wanted);
  for (int k = 0; k < 2; k++) {
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, both[k], one->slots, one->hops, KHOP_NORM_ROW, true));
    y[k] = sheet_new(one->nodes, f, 0);
    ok(khop_apply(y[k].data, y[k].ld, taps, x.data, x.ld, f, flags));
    khop_taps_free(taps);
  }
  for (int64_t i = 0; i < one->nodes * f; i++) wanted[i] = (double)y[0].data[i];
  double error = difference(y[1].data, wanted, one->nodes * f);
  free(x.data), free(y[0].data), free(y[1].data), free(wanted);
  return error;
}

/* Bit by bit, on small graphs and on one of three blocks of rows; one wrong bit is found out, in the rings and in
 * a product. */
static void bitmaps(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 84);
  static edge_list e;
  for (int trial = 0; trial < 202; trial++) {
    bool large = trial >= 200;
    if (!large) draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 200, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = large ? tangle(2400, trial == 201) : graph_of(&e);
    khop_rings *bits = build_as(graph, KHOP_BITMAP, direction, HOPS, all_hops);
    khop_rings *stored = build_as(graph, KHOP_STORED, direction, HOPS, all_hops);
    const khop_rings *turned;
    ok(khop_i_rings_turned(&turned, stored));
    assert_true(same_rings(bits, stored));
    assert_true(same_rings(bits->turned ? bits->turned : bits, turned));
    for (unsigned flags = 0; large && flags <= KHOP_TRANSPOSE; flags += KHOP_TRANSPOSE)
      close_enough("a product", apart(stored, bits, 21, flags), LADDER_TOLERANCE);
    if (large) {
      int64_t first = 2048, rows = 2400 - first;
      khop_i_bitmap_block(bits->bitmap, 2, first)[2399 / 64 * rows + rows - 1] ^= UINT64_C(1) << (2399 % 64);
      assert_false(same_rings(bits, stored));
      assert_true(apart(stored, bits, 21, 0) > 100 * LADDER_TOLERANCE);
    }
    khop_rings_free(bits);
    khop_rings_free(stored);
    khop_graph_free(graph);
  }
}

/* --- in models ------------------------------------------------------------------------------ */

static khop_model *pooled_model(int64_t columns, bool largest) {
  khop_model *m = new_model(columns);
  khop_value h = khop_conv(m, 0, 40, &(khop_conv_options){.taps = 4, .bias = true, .norm = KHOP_NORM_ROW});
  h = khop_conv(m, khop_tanh(m, h), 6, &(khop_conv_options){.taps = 3, .direction = KHOP_ALL});
  khop_conv_options pool = {.taps = 3};
  h = khop_pool(m, h, KHOP_POOL_MEAN, &pool);
  if (largest) h = khop_pool(m, h, KHOP_POOL_MAX, &pool);
  khop_softmax_cross_entropy(m, khop_linear(m, h, 3, true));
  ok(khop_model_init(m, 3));
  return m;
}

static bound bind_as(khop_model *m, const small_set *f, khop_form form) {
  bound b = {0};
  ok(khop_model_rings_as(b.rings, &b.count, m, f->graph, form, 0));
  ok(khop_run_new(&b.run, m, b.count, b.rings, &f->dense, true, 0));
  ok(khop_run_labels(b.run, f->labels, NULL));
  return b;
}

/* The same loss, outputs and gradients as with stored rings, in every form and direction. */
static void models(void **state) {
  (void)state;
  for (int which = 0; which < 4; which++) {
    small_set f = open_small_set(60, 5, which % 2);
    khop_model *m = which / 2 ? pooled_model(5, false) : mixed_model(5);
    int64_t count = khop_model_parameters(m);
    bound stored = bind_as(m, &f, KHOP_STORED);
    double *wanted = block_of(count, sizeof *wanted);
    double loss = khop_run_forward(stored.run, true, 5, 1);
    khop_run_backward(stored.run);
    for (int64_t i = 0; i < count; i++) wanted[i] = (double)khop_run_gradients(stored.run)[i];
    for (int form = 0; form < FORMS; form++) {
      bound b = bind_as(m, &f, forms[form]);
      uint64_t before = khop_allocations();
      double other = khop_run_forward(b.run, true, 5, 1);
      khop_run_backward(b.run);
      assert_int_equal(khop_allocations(), before);
      close_to(other, loss, 10 * TOLERANCE);
      close_enough("gradients", difference(khop_run_gradients(b.run), wanted, count), 50 * TOLERANCE);
      unbind(&b);
    }
    free(wanted);
    unbind(&stored);
    khop_model_free(m);
    close_small_set(&f);
  }
}

/* The largest over rings reads entries: a clear error, and auto stores them. */
static void largest(void **state) {
  (void)state;
  small_set f = open_small_set(60, 5, false);
  khop_model *m = pooled_model(5, true);
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  ok(khop_model_rings_as(rings, &count, m, f.graph, KHOP_LADDER, 0));
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, 0), KHOP_E_ARGUMENT, "ladder", "stored");
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  bound b = bind_as(m, &f, KHOP_AUTO);
  for (int i = 0; i < b.count; i++) assert_int_equal(khop_rings_form(b.rings[i]), KHOP_STORED);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* --- what does not fit ---------------------------------------------------------------------- */

static khop_status build_and_apply(void *context) {
  const khop_rings_options *options = context;
  const int64_t shape[] = {5, 4};
  khop_status status = KHOP_OK;
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  static khop_real x[20], y[20];
  KHOP_TRY(khop_graph_grid(&graph, 2, shape, NULL, false, true));
  KHOP_TRY(khop_rings_build(&rings, graph, 5, lab_hops, options));
  KHOP_TRY(khop_taps_new(&taps, rings, 5, lab_hops, KHOP_NORM_SYM, false));
  KHOP_TRY(khop_apply(y, 1, taps, x, 1, 1, 0));
done:
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return status;
}

static void no_memory(void **state) {
  (void)state;
  static const khop_form all[] = {KHOP_STREAMED, KHOP_LADDER, KHOP_BITMAP, KHOP_AUTO};
  for (int f = 0; f < 4; f++) {
    khop_rings_options options = {.direction = KHOP_OUT, .form = all[f]};
    memory_can_run_out();
    assert_in_range(fail_each(build_and_apply, &options), 10, 999);
    memory_is_plenty();
  }
}

/* Budgets that fewer and fewer forms fit: auto goes down to the next one, and then says so. */
static void budgets(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 78);
  e.nodes = 4000;
  for (int i = 1; i < 4000; i++) add_edge(&e, i, i % 7 ? khop_i_random_below(&r, 5) : khop_i_random_below(&r, i));
  khop_graph *graph = graph_of(&e);
  khop_form last = KHOP_STORED;
  bool seen[KHOP_AUTO] = {false}, refused = false;
  for (int64_t budget = 64 << 20; budget > 1000 && !refused; budget = budget * 9 / 10) {
    khop_rings *rings = NULL;
    khop_rings_options options = {.form = KHOP_AUTO, .max_bytes = budget};
    khop_status status = khop_rings_build(&rings, graph, 3, all_hops, &options);
    refused = status != KHOP_OK;
    if (refused) {
      fails(status, KHOP_E_BUDGET, "budget", "4000 nodes");
      assert_null(rings);
      continue;
    }
    seen[khop_rings_form(rings)] = true;
    last = khop_rings_form(rings);
    assert_true((int64_t)khop_rings_bytes(rings) <= budget + 4096);
    khop_rings_free(rings);
  }
  assert_true(refused);
  assert_true(seen[KHOP_LADDER] && seen[KHOP_STREAMED]);
  assert_int_equal(last, KHOP_STREAMED);
  for (int f = 0; f < FORMS; f++) {
    khop_rings *rings = NULL;
    khop_rings_options options = {.form = forms[f], .max_bytes = 1000};
    fails(khop_rings_build(&rings, graph, 3, all_hops, &options), KHOP_E_BUDGET, "budget", "0.001 MB");
  }
  khop_graph_free(graph);
}

/* What reads entries one by one says which form it was given. */
static void refusals(void **state) {
  (void)state;
  khop_graph *graph = path_graph(100);
  khop_rings *other = NULL;
  const int32_t *columns = &(int32_t){0};
  for (int f = 0; f < FORMS; f++) {
    const char *name = (const char *const[]){"streamed", "ladder", "bitmap"}[f];
    khop_rings *rings = build_as(graph, forms[f], KHOP_OUT, 3, all_hops);
    fails(khop_rings_transpose(&other, rings), KHOP_E_ARGUMENT, name, "stored");
    fails(khop_rings_write(rings, 1, KHOP_NORM_NONE, false, "x.mtx"), KHOP_E_ARGUMENT, name, "stored");
    assert_int_equal(khop_rings_row(rings, 1, 0, &columns, NULL), -1);
    assert_null(columns);
    khop_rings_free(rings);
    fails(khop_rings_build(&rings, graph, 3, all_hops,
                           &(khop_rings_options){.form = forms[f], .op = KHOP_BALL}),
          KHOP_E_ARGUMENT, name, "stored");
  }
  fails(khop_rings_build(&other, graph, 3, all_hops, &(khop_rings_options){.form = (khop_form)9}),
        KHOP_E_ARGUMENT, "form 9", "form");
  fails(khop_rings_build(&other, graph, 1, (int[]){1000}, &(khop_rings_options){.form = KHOP_LADDER}),
        KHOP_E_ARGUMENT, "1000", "64");
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(agree),   TEST(streamed_bits),  TEST(threads), TEST(ladders), TEST(climbs),
      TEST(trees),   TEST(broken_ladders), TEST(no_memory), TEST(budgets), TEST(refusals),
      TEST(rounding), TEST(models), TEST(largest), TEST(samples), TEST(choices), TEST(bitmaps),
  };
  return cmocka_run_group_tests(tests, open_settings, close_settings);
}
