/* test_ladder.c: ladders and their climbs against the definition of a ring, in whole numbers and within the
 * rounding bound of docs/derivations/ladder.md; trees; samples. */
#include "kernels_check.h"

#include "apply/taps.h"
#include "search/arcs.h"
#include "forms/ladder/ladder.h"
#include "forms/ladder/schedule.h"
#include "forms/ladder/sample.h"
#include "forms/ladder/twins.h"

static khop_i_ladder *ladder_of(const khop_rings *rings) { return rings->state; }

/* --- the ladder itself ---------------------------------------------------------------------- */

/* to (n, n) += by times the rows of from that a part of the rung names; from NULL: the identity. */
static void add_part(double *to, const khop_i_hop_csr *part, int slot, const double *from, double by) {
  int64_t n = part->nodes;
  for (int64_t i = 0; i < n; i++)
    for (int64_t e = khop_i_hop_csr_begin(part, i, slot); e < khop_i_hop_csr_end(part, i, slot); e++) {
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
    assert_true(is_exact(ladder_of(ladder), &e, direction));
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
    for (int s = 2; s < HOPS && s <= ladder_of(rings)->rungs; s++) {
      const khop_i_rung *rung = &ladder_of(rings)->rung[s - 1];
      for (int64_t i = 0; i < e.nodes; i++) {
        int64_t degree = offsets[i + 1] - offsets[i], ring = rings->counts[i * HOPS + s];
        int64_t entries = rung->steps->offsets[(i + 1) * KHOP_I_PARTS] - rung->steps->offsets[i * KHOP_I_PARTS];
        entries += (rung->q && rung->q[i] != 0) + (rung->own && rung->own[i] != 0);
        entries += rung->large ? khop_i_hop_csr_count(rung->large, i, 0) : 0;
        assert_true(entries <= (ring < degree + 1 ? ring : degree + 1));
      }
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

/* A small graph, some of whose nodes carry many leaves alike: of stars, double stars, stars on stars, K_{m,n}. Numbers
 * are shuffled, so that twins stand anywhere. */
static void draw_hubs(edge_list *e, bool directed, khop_i_random *r) {
  int64_t core = 1 + khop_i_random_below(r, 6), place[300];
  *e = (edge_list){.directed = directed};
  e->nodes = core;
  for (int64_t t = khop_i_random_below(r, 2 * core); t-- > 0;)
    add_edge(e, khop_i_random_below(r, core), khop_i_random_below(r, core));
  for (int64_t family = 1 + khop_i_random_below(r, 2); family-- > 0;) {
    int64_t leaves = KHOP_I_TWINS_LEAST - 1 + khop_i_random_below(r, 12), ways = khop_i_random_below(r, 3);
    for (int64_t hub = 0; hub < core; hub++) {
      if (hub && khop_i_random_below(r, 3)) continue; /* the first carries all */
      for (int64_t leaf = 0; leaf < leaves; leaf++) {
        if (ways != 1) add_edge(e, hub, e->nodes + leaf);
        if (ways != 0) add_edge(e, e->nodes + leaf, hub);
      }
    }
    e->nodes += leaves;
  }
  for (int64_t i = 0; i < e->nodes; i++) place[i] = i;
  for (int64_t i = e->nodes - 1; i > 0; i--) {
    int64_t j = khop_i_random_below(r, i + 1), held = place[i];
    place[i] = place[j], place[j] = held;
  }
  for (int64_t a = 0; a < e->count; a++) e->from[a] = place[e->from[a]], e->to[a] = place[e->to[a]];
}

/* Rows that are copied from twins are exact, and as many as those that are not; found twins are twins. */
static void hubs(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 79);
  static edge_list e;
  int64_t with = 0, without = 0;
  for (int trial = 0; trial < 60; trial++) {
    khop_direction direction = (khop_direction)(trial % 3);
    draw_hubs(&e, trial / 3 % 2, &r);
    khop_graph *graph = graph_of(&e), *made = NULL;
    khop_rings *ladder = build_as(graph, KHOP_LADDER, direction, HOPS, all_hops);
    khop_rings *stored = build_as(graph, KHOP_STORED, direction, HOPS, all_hops);
    assert_true(is_exact(ladder_of(ladder), &e, direction));
    for (int64_t c = 0; c < e.nodes * HOPS; c++)
      assert_int_equal(ladder->counts[c], khop_i_rings_count(stored, c / HOPS, (int)(c % HOPS)));
    const khop_graph *arcs;
    int32_t *first;
    ok(khop_i_arcs(&arcs, &made, graph, direction));
    ok(khop_i_twins_find(&first, arcs));
    double *a = block_of(e.nodes * e.nodes, sizeof *a);
    dense_operator(a, &e, direction, KHOP_RING, 1);
    with += first != NULL, without += first == NULL;
    for (int64_t i = 0; first && i < e.nodes; i++) {
      assert_true(first[i] <= i);
      for (int64_t j = 0; j < e.nodes; j++)
        assert_true(a[i * e.nodes + j] == a[first[i] * e.nodes + j] && a[j * e.nodes + i] == a[j * e.nodes + first[i]]);
    }
    free(a);
    khop_i_free(first);
    khop_graph_free(made);
    khop_rings_free(ladder);
    khop_rings_free(stored);
    khop_graph_free(graph);
  }
  assert_true(with > 20 && without > 0);
}

/* Every list of nodes below 10, every pair. */
static void exchanges(void **state) {
  (void)state;
  for (unsigned set = 0; set < 1 << 10; set++)
    for (int32_t x = 0; x < 10; x++)
      for (int32_t y = 0; y < 10; y++) {
        int32_t list[10];
        khop_real values[10];
        int64_t count = 0, at = 0;
        for (int32_t i = 0; i < 10; i++)
          if (set >> i & 1) list[count] = i, values[count++] = (khop_real)i;
        khop_i_twins_exchange(list, values, count, x, y);
        for (int32_t i = 0; i < 10; i++) {
          int32_t was = i == x ? y : i == y ? x : i;
          if (!(set >> was & 1)) continue;
          assert_int_equal(list[at], i);
          assert_true(values[at++] == (khop_real)was);
        }
        assert_int_equal(at, count);
      }
}

/* A sample of all nodes is the ladder itself, with memory for the neighbours' rings and without; a smaller one
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
      close_to(kept[hop - 1], (double)khop_i_ladder_entries(ladder_of(rings), hop), 1e-12);
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

/* Whether the steps of a climb, as they stand, make the rings by their definition, in whole numbers. */
static bool climbs_to(const khop_rings *rings, const edge_list *e, khop_direction direction) {
  const khop_i_schedule *schedule = ladder_of(rings)->schedule;
  int64_t n = e->nodes;
  double *sum = block_of(schedule->homes * n, sizeof *sum), *dense = block_of(n * n, sizeof *dense);
  bool exact = true;
  for (int64_t s = 0; s < schedule->steps; s++) {
    double *to = sum + khop_i_schedule_home(schedule, s) * n;
    for (int64_t t = schedule->start[s]; t < schedule->start[s + 1]; t++) {
      uint32_t term = schedule->term[t];
      int64_t place = term & (KHOP_I_MOST_HOMES - 1);
      double number = (double)khop_i_schedule_numbers[term >> (KHOP_I_STEP_BITS + 1)];
      bool of_step = term >> KHOP_I_STEP_BITS & 1;
      int64_t plus = schedule->start[s] + schedule->run[2 * s], minus = plus + schedule->run[2 * s + 1];
      if (t < minus) exact = exact && !of_step && number == (t < plus ? 1 : -1);
      if (!of_step) to[place] += number;
      for (int64_t j = 0; of_step && j < n; j++) to[j] += number * sum[place * n + j];
    }
  }
  for (int s = 0; s < rings->slots; s++) {
    if (schedule->top[s] < 0) continue;
    dense_operator(dense, e, direction, KHOP_RING, rings->hops[s]);
    exact = exact && memcmp(sum + schedule->top[s] * n, dense, (size_t)(n * n) * sizeof *dense) == 0;
  }
  free(sum);
  free(dense);
  return exact;
}

/* Whether every step takes only what stands before it, in the order as it stands, in that of the rungs or in
 * that of one ring, which is then whole. */
static bool in_order(const khop_i_schedule *schedule, int64_t nodes, int slot, bool ranked) {
  const int32_t *order = ranked ? schedule->ranked : slot < 0 ? NULL : schedule->order[slot];
  int64_t count = ranked || slot < 0 ? schedule->steps : schedule->ordered[slot];
  int *done = block_of(schedule->homes, sizeof *done), level = 1; /* the level, in the order of the rungs */
  bool right = true;
  for (int64_t o = 0; o < count; o++) {
    int64_t s = order ? order[o] : o;
    while (ranked && o >= schedule->level[level]) level++;
    for (int64_t t = schedule->start[s]; t < schedule->start[s + 1]; t++) {
      int at = schedule->term[t] >> KHOP_I_STEP_BITS & 1 ? done[schedule->term[t] & (KHOP_I_MOST_HOMES - 1)] : -1;
      right = right && at != 0 && (!ranked || at < level);
    }
    done[khop_i_schedule_home(schedule, s)] = level;
  }
  for (int64_t i = 0; slot >= 0 && i < nodes; i++) right = right && done[schedule->top[slot] + i];
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
  int64_t folded = 0, broken = 0, wholes = 0;
  for (int trial = 0; trial < 300; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 50, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = graph_of(&e);
    int one = 1 + trial % 5;
    const int *hops = trial % 4 == 0 ? all_hops : trial % 4 == 1 ? some : &one;
    khop_rings *rings = build_as(graph, KHOP_LADDER, direction, trial % 4 == 0 ? HOPS : trial % 4 == 1 ? 3 : 1, hops);
    wholes += rings->csr != NULL;
    if (!ladder_of(rings)->schedule)
      ok(khop_i_schedule_new(&ladder_of(rings)->schedule, ladder_of(rings), rings->slots, rings->hops, INT64_MAX));
    khop_i_schedule *schedule = ladder_of(rings)->schedule;
    assert_true(climbs_to(rings, &e, direction));
    assert_true(in_order(schedule, e.nodes, -1, false) && in_order(schedule, e.nodes, -1, true));
    for (int s = 0; s < rings->slots; s++)
      if (schedule->top[s] >= 0) assert_true(in_order(schedule, e.nodes, s, false));
    folded += rings->slots == 1 && one > 1 && schedule->steps == e.nodes; /* all of them */
    if (schedule->terms) {
      schedule->term[khop_i_random_below(&r, schedule->terms)] ^= (uint32_t)1 << (KHOP_I_STEP_BITS + 1);
      broken += !climbs_to(rings, &e, direction);
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(folded > 5 && broken > 200 && wholes > 5 && wholes < 100);
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
      for (int k = 1; k < ladder_of(rings)->rungs && !broken; k++) {
        khop_i_rung *rung = &ladder_of(rings)->rung[k];
        for (int64_t i = 0; i < e.nodes && !broken; i++) {
          if (part < KHOP_I_PARTS && khop_i_hop_csr_count(rung->steps, i, part)) {
            int32_t *column = &rung->steps->columns[khop_i_hop_csr_begin(rung->steps, i, part)];
            *column = (int32_t)((*column + 1) % e.nodes);
            broken = true;
          } else if (part == KHOP_I_PARTS && rung->q && rung->q[i] != 0) {
            rung->q[i] += 1;
            broken = true;
          } else if (part == KHOP_I_PARTS + 1 && rung->large && khop_i_hop_csr_count(rung->large, i, 0)) {
            rung->large->values[rung->large->offsets[i]] += 1;
            broken = true;
          } else if (part > KHOP_I_PARTS + 1 && rung->own && rung->own[i] != 0) {
            rung->own[i] += 1;
            broken = true;
          }
        }
      }
      if (broken) assert_false(is_exact(ladder_of(rings), &e, KHOP_OUT));
      khop_rings_free(rings);
      khop_graph_free(graph);
    }
    assert_true(broken);
  }
}

/* S of the derivation for every step of a climb, size (homes), from that of X, x (n). Returns the most terms of a
 * step. */
static int64_t size_of_steps(double *size, const double *x, const khop_i_schedule *schedule) {
  int64_t most = 0;
  for (int64_t s = 0; s < schedule->steps; s++) {
    double sum = 0;
    for (int64_t e = schedule->start[s]; e < schedule->start[s + 1]; e++) {
      uint32_t term = schedule->term[e];
      int64_t place = term & (KHOP_I_MOST_HOMES - 1);
      double number = fabs((double)khop_i_schedule_numbers[term >> (KHOP_I_STEP_BITS + 1)]);
      sum += number * (term >> KHOP_I_STEP_BITS & 1 ? size[place] : x[place]);
    }
    size[khop_i_schedule_home(schedule, s)] = sum;
    if (schedule->start[s + 1] - schedule->start[s] > most) most = schedule->start[s + 1] - schedule->start[s];
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
  const khop_rings *rings = transposed ? taps->transposed_rings : taps->rings;
  const khop_rings *other = transposed ? taps->rings : taps->transposed_rings;
  const khop_i_schedule *schedule = ladder_of(rings)->schedule; /* or products read the rings themselves */
  bool descends = schedule && hop <= ladder_of(rings)->rungs &&
                  descent_reads(ladder_of(other), hop) < khop_i_schedule_cost(schedule, tap->slot);
  if (!schedule || descends) {
    khop_taps_free(taps);
    return true;
  }
  sheet x = sheet_random(n, 1, 0, r), y = sheet_new(n, 1, 0);
  double *size = block_of(schedule->homes, sizeof *size), *of_x = block_of(n, sizeof *of_x);
  double *dense = block_of(n * n, sizeof *dense);
  bool within = true;
  ok(khop_apply(y.data, 1, taps, x.data, 1, 1, transposed ? KHOP_TRANSPOSE : 0));
  dense_operator(dense, &l->edges, rings->direction, KHOP_RING, hop);
  for (int64_t i = 0; i < n; i++) of_x[i] = fabs((double)x.data[i]) * (tap->right ? (double)tap->right[i] : 1);
  most = size_of_steps(size, of_x, schedule);
  for (int64_t i = 0; hop <= ladder_of(rings)->rungs && i < n; i++) {
    double wanted = 0, left = tap->left ? (double)tap->left[i] : 1, s = left * size[schedule->top[tap->slot] + i];
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

/* One node at a time: without a norm every number is the ring's own 0 or 1; with columns scaled, what the ring does not
 * hold is what rounding leaves. */
static void zeros(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 80);
  for (int trial = 0; trial < 60; trial++) {
    static lab l;
    l = (lab){.form = KHOP_LADDER};
    draw_graph(&l.edges, trial % FAMILIES, trial / 2 % 2, 40, &r);
    khop_norm norm = trial % 3 == 0 ? KHOP_NORM_NONE : trial % 3 == 1 ? KHOP_NORM_COL : KHOP_NORM_SYM;
    lab_open(&l, (khop_direction)(trial / 3 % 3), KHOP_RING, 1, norm, false);
    khop_real *x = block_of(2 * l.nodes, sizeof *x), *y = x + l.nodes;
    for (int64_t j = 0; j < l.nodes; j++) {
      x[j] = 1;
      ok(khop_apply(y, 1, l.taps, x, 1, 1, 0));
      for (int64_t i = 0; i < l.nodes; i++) {
        double off = (double)y[i] - l.dense[i * l.nodes + j];
        assert_true(norm == KHOP_NORM_NONE ? off == 0 : fabs(off) <= 1e-5);
      }
      x[j] = 0;
    }
    free(x);
    lab_close(&l);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(ladders), TEST(climbs), TEST(trees), TEST(hubs), TEST(exchanges), TEST(samples), TEST(broken_ladders),
      TEST(rounding), TEST(zeros),
  };
  return cmocka_run_group_tests(tests, open_settings, close_settings);
}
