/* test_explain_motifs.c: planted motifs are found, and random explanations do not find them. */
#include "explain_check.h"

enum { BIG = 600, WIDE = 5, MARK = 2, RINGS = 3 };

/* A node is of class 1 where one at hop 2 is marked in column MARK; marks nearer by mean nothing. */
typedef struct motif {
  khop_graph *graph;
  khop_data *data;
  int *distance; /* (BIG, BIG), those beyond 2 hops as 3 */
  khop_real x[BIG * WIDE];
  int32_t label[BIG];
  int64_t planted[BIG]; /* the only marked node at hop 2, or -1 */
} motif;

static void measure(motif *p) {
  const int64_t *offsets = khop_graph_offsets(p->graph);
  const int32_t *targets = khop_graph_targets(p->graph);
  for (int64_t i = 0; i < BIG * BIG; i++) p->distance[i] = i / BIG == i % BIG ? 0 : 3;
  for (int hop = 1; hop <= 2; hop++)
    for (int64_t i = 0; i < BIG; i++)
      for (int64_t j = 0; j < BIG; j++)
        for (int64_t a = offsets[j]; p->distance[i * BIG + j] == hop - 1 && a < offsets[j + 1]; a++)
          if (p->distance[i * BIG + targets[a]] == 3) p->distance[i * BIG + targets[a]] = hop;
}

static void plant(motif *p) {
  khop_i_random r;
  khop_i_random_seed(&r, 7);
  p->graph = random_graph(BIG, 3 * BIG / 2, false, &r);
  p->distance = block_of(BIG * BIG, sizeof *p->distance);
  measure(p);
  for (int64_t e = 0; e < BIG * WIDE; e++)
    p->x[e] = e % WIDE == MARK ? (khop_real)(khop_i_random_below(&r, 12) == 0) : random_real(&r);
  for (int64_t i = 0; i < BIG; i++) {
    int marked = 0;
    p->planted[i] = -1;
    for (int64_t j = 0; j < BIG; j++)
      if (p->distance[i * BIG + j] == 2 && p->x[j * WIDE + MARK] > 0) marked++, p->planted[i] = j;
    p->label[i] = marked > 0;
    if (marked != 1) p->planted[i] = -1;
  }
  khop_features f = {BIG, WIDE, p->x, NULL, NULL, NULL};
  ok(khop_data_new(&p->data, p->graph, &f, p->label));
}

static khop_model *train(const motif *p) {
  khop_model *m = new_model(WIDE);
  uint8_t mask[BIG];
  khop_fit_result result;
  khop_value h = conv(m, 0, 16, (khop_conv_options){.taps = RINGS, .bias = true});
  khop_softmax_cross_entropy(m, khop_linear(m, khop_relu(m, h), 2, true));
  ok(khop_model_init(m, 1));
  for (int i = 0; i < BIG; i++) mask[i] = i % 2 != 0;
  ok(khop_data_add_split(p->data, mask, NULL, NULL));
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  ok(khop_model_rings(rings, &count, m, p->graph, 0));
  ok(khop_run_new(&run, m, count, rings, khop_data_features(p->data), true, 0));
  ok(khop_fit(&result, run, p->data, 0, &(khop_fit_options){.epochs = 300, .optimizer = {.decay = {1e-3}}}));
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return m;
}

static int64_t largest(const double *numbers, int64_t count) {
  int64_t best = 0;
  for (int64_t i = 1; i < count; i++)
    if (numbers[i] > numbers[best]) best = i;
  return best;
}

/* How often the largest share is the planted one, and how often a random explanation's would be. */
typedef struct score {
  int nodes, hop, member, feature;
  double random_hop, random_member, random_feature;
} score;

/* A random explanation has shares of its own making in place of those of the model. */
static void add_score(score *s, const motif *p, khop_explanation *e, int64_t node, khop_i_random *random) {
  for (int64_t i = 0; random && i < e->hops; i++) e->by_hop[i] = khop_i_random_uniform(random);
  for (int64_t i = 0; random && i < e->members; i++) e->by_member[i] = khop_i_random_uniform(random);
  for (int64_t i = 0; random && i < e->features; i++) e->by_feature[i] = khop_i_random_uniform(random);
  s->nodes++;
  s->hop += largest(e->by_hop, e->hops) == 2;
  s->member += e->member[largest(e->by_member, e->members)] == p->planted[node];
  s->feature += largest(e->by_feature, e->features) == MARK;
  s->random_hop += 1.0 / e->hops;
  s->random_member += 1.0 / (double)e->members;
  s->random_feature += 1.0 / (double)e->features;
}

static bool is_faithful(const score *s) {
  return s->nodes > 40 && s->hop >= 0.9 * s->nodes && s->member >= 0.9 * s->nodes && s->feature >= 0.9 * s->nodes;
}

static void planted_motifs_are_found_and_random_explanations_find_none(void **state) {
  (void)state;
  static motif p;
  score model = {0}, control = {0};
  khop_i_random r;
  khop_i_random_seed(&r, 8);
  plant(&p);
  khop_model *m = train(&p);
  khop_explain_options o = {.size = sizeof o, .count = 1, .outputs = (const int64_t[]){1}};
  for (int64_t node = 0; node < BIG; node += 2) { /* those that the training has not seen */
    khop_explanation *e;
    if (p.planted[node] < 0) continue;
    ok(khop_explain_node(&e, m, p.data, node, &o));
    add_score(&model, &p, e, node, NULL);
    add_score(&control, &p, e, node, &r);
    khop_explanation_free(e);
  }
  print_message("# of %d nodes: hop %d, member %d, feature %d; random: %d (%.1f), %d (%.1f), %d (%.1f)\n", model.nodes,
                model.hop, model.member, model.feature, control.hop, control.random_hop, control.member,
                control.random_member, control.feature, control.random_feature);
  assert_true(is_faithful(&model));
  assert_false(is_faithful(&control));
  /* sums of independent draws: within 4 deviations of what is expected of them */
  close_to(control.hop, control.random_hop, 4 * sqrt(control.random_hop));
  close_to(control.member, control.random_member, 4 * sqrt(control.random_member));
  close_to(control.feature, control.random_feature, 4 * sqrt(control.random_feature));
  khop_model_free(m);
  khop_data_free(p.data);
  free(p.distance);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(planted_motifs_are_found_and_random_explanations_find_none),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
