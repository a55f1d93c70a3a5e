/* report.c: what khop explain prints for a person. */
#include "cli/explain/answer.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDEST_NAME 28

static void print_number(double number) {
  if (isnan(number)) printf(" %10s", "-");
  else printf(" %10.4g", number);
}

/* How wide the first column of a table has to be. */
static int width_of_names(const answer *a) {
  size_t width = 6;
  for (int64_t k = 0; k < a->e->count; k++) {
    size_t length = strlen(visible(explained_name(a, k)));
    width = length > width ? length : width;
  }
  return (int)(width > WIDEST_NAME ? WIDEST_NAME : width);
}

static const char *value_word(const answer *a) { return a->names.classes || a->names.tasks ? "logit" : "value"; }

/* --- parts ------------------------------------------------------------------------------------------ */

static void print_head(const answer *a) {
  const khop_explanation *e = a->e;
  const char *line = a->choice->baseline == KHOP_BASELINE_MEAN ? "the mean features" : "features of 0";
  printf("%s of %s: ", visible(a->title), visible(a->data_name));
  if (a->predicted >= 0) printf("class %s, ", visible(a->names.output_names[a->predicted]));
  printf("from %lld node%s", (long long)e->members, e->members == 1 ? "" : "s");
  if (e->hop) printf(" within %d hop%s", e->hops - 1, e->hops == 2 ? "" : "s");
  putchar('\n');
  if (e->linear) {
    printf("shares: exact, for the model is linear; the base line is %s\n", line);
    return;
  }
  int steps = 0;
  double error = 0;
  for (int64_t k = 0; k < e->count; k++) {
    steps = e->steps[k] > steps ? e->steps[k] : steps;
    error = fmax(error, e->error[k]);
  }
  printf("shares: integrated gradients from %s, %d step%s, sums off by at most %.2g%s\n", line, steps,
         steps == 1 ? "" : "s", error, e->complete ? "" : " (more than the tolerance)");
}

/* A row an output: its logit, what the base line has of it, and each hop. */
static void print_outputs(const answer *a) {
  const khop_explanation *e = a->e;
  int width = width_of_names(a);
  char text[24];
  printf("\n  %-*s %10s %10s", width, output_kind(a), value_word(a), "base line");
  for (int h = 0; h < e->hops; h++) {
    snprintf(text, sizeof text, "hop %d", h);
    printf(" %10s", text);
  }
  putchar('\n');
  for (int64_t k = 0; k < e->count; k++) {
    printf("%c %-*.*s", k == a->shown ? '*' : ' ', width, WIDEST_NAME, visible(explained_name(a, k)));
    print_number(e->value[k]);
    print_number(e->base[k]);
    for (int h = 0; h < e->hops; h++) print_number(e->by_hop[k * e->hops + h]);
    putchar('\n');
  }
}

/* The output without the ring of a hop; NaN where no op looks at that hop. */
static double without_ring(const khop_explanation *e, int64_t k, int hop) {
  for (int r = 0; r < e->rings; r++)
    if (e->ring[r] == hop) return e->without[k * e->rings + r];
  return NAN;
}

static void print_hops(const answer *a) {
  const khop_explanation *e = a->e;
  printf("\n%s %s: its %s without the features, and without the ring, of a hop\n", output_kind(a),
         visible(explained_name(a, a->shown)), value_word(a));
  printf("  %-4s %8s %10s %10s %10s\n", "hop", "nodes", "share", "features", "ring");
  for (int h = 0; h < e->hops; h++) {
    int64_t nodes = 0;
    for (int64_t m = 0; m < e->members; m++) nodes += e->hop[m] == h;
    printf("  %-4d %8lld", h, (long long)nodes);
    print_number(e->by_hop[a->shown * e->hops + h]);
    print_number(e->hidden[a->shown * e->hops + h]);
    print_number(without_ring(e, a->shown, h));
    putchar('\n');
  }
}

/* Of a graph of a set, whose nodes are at no distance. */
static void print_rings(const answer *a) {
  const khop_explanation *e = a->e;
  printf("\n%s %s: its %s without a ring, of all nodes\n  %-4s %10s\n", output_kind(a),
         visible(explained_name(a, a->shown)), value_word(a), "ring", "ring");
  for (int r = 0; r < e->rings; r++) {
    printf("  %-4d", e->ring[r]);
    print_number(e->without[a->shown * e->rings + r]);
    putchar('\n');
  }
}

static void print_members(const answer *a) {
  const khop_explanation *e = a->e;
  const double *shares = e->by_member + a->shown * e->members;
  int64_t found, *places = strongest(&found, shares, e->members, a->choice->top);
  char text[24];
  if (found) printf("\n  %10s  %snode\n", "share", e->hop ? "hop  " : "");
  for (int64_t i = 0; i < found; i++) {
    printf("  %10.4g  ", shares[places[i]]);
    if (e->hop) printf("%-4d ", e->hop[places[i]]);
    printf("%s\n", visible(member_label(text, a, places[i])));
  }
  free(places);
}

static void print_features(const answer *a) {
  const khop_explanation *e = a->e;
  const double *shares = e->by_feature + a->shown * e->features;
  int64_t found, *places = strongest(&found, shares, e->features, a->choice->top);
  if (found) printf("\n  %10s  feature\n", "share");
  for (int64_t i = 0; i < found; i++) printf("  %10.4g  %s\n", shares[places[i]], visible(a->feature_names[places[i]]));
  free(places);
}

void print_answer(const answer *a) {
  print_head(a);
  print_outputs(a);
  if (a->e->hop) print_hops(a);
  else print_rings(a);
  print_members(a);
  print_features(a);
}
