/* rings.c: what is in the rings: rows, sizes, scales, transposes, estimates, samples; and the shape of the graph. */
#include "differential.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool say(char *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, TEXT, format, arguments);
  va_end(arguments);
  return true;
}

bool refused(char *text, const char *call) { return say(text, "%s: %s", call, khop_message()); }

static khop_direction asked_direction(const question *q) {
  return planted == WRONG_WAY && q->direction == KHOP_IN ? KHOP_OUT : q->direction;
}

static khop_rings_options options_of(const question *q) {
  return (khop_rings_options){.direction = asked_direction(q), .op = q->op, .search = q->search, .form = q->form};
}

khop_rings *rings_of(char *text, const sketch *s, const question *q) {
  khop_rings *rings = NULL;
  khop_rings_options options = options_of(q);
  khop_graph *graph = sketch_graph(s);
  if (khop_rings_build(&rings, graph, q->count, q->hops, &options) != KHOP_OK) refused(text, "khop_rings_build");
  khop_graph_free(graph);
  return rings;
}

/* --- rows ---------------------------------------------------------------------------------------------- */

/* Numbers of walks are exact as far as the type holds whole numbers, and rounded beyond. */
static bool is_close(double got, double wanted) {
  double whole = ldexp(1, sizeof(khop_real) == 8 ? DBL_MANT_DIG : FLT_MANT_DIG);
  double off = wanted <= whole ? 0 : 1000 / whole * wanted;
  return fabs(got - wanted) <= off;
}

/* Row i of a slot as khop gives it, into the zeros of row (n); false where it is no row: columns that do not rise. */
static bool take_row(double *row, int64_t *count, const khop_rings *rings, int slot, int64_t i) {
  const int32_t *columns = NULL;
  const khop_real *values = NULL;
  int64_t n = khop_rings_nodes(rings), entries = khop_rings_row(rings, slot, i, &columns, &values);
  *count = entries;
  if (planted == HUB_LOSES && khop_rings_hop(rings, slot) == 1 && entries >= 4) entries--;
  for (int64_t e = 0; e < entries; e++) {
    int32_t j = columns[e];
    if (j < 0 || j >= n || (e > 0 && j <= columns[e - 1])) return false;
    if (planted == LOST_BACK && khop_rings_hop(rings, slot) == 2 && j < i) continue;
    row[j] = values ? (double)values[e] : 1;
  }
  return entries >= 0;
}

/* Whether a slot differs from m (n, n). */
static bool slot_differs(char *text, const khop_rings *rings, int slot, const double *m, const char *what) {
  int64_t n = khop_rings_nodes(rings), all = 0, empty = 0;
  int hop = khop_rings_hop(rings, slot);
  double *row = room(n, sizeof *row);
  bool other = false;
  for (int64_t i = 0; i < n && !other; i++) {
    int64_t entries = 0, wanted = 0;
    memset(row, 0, (size_t)n * sizeof *row);
    if (!take_row(row, &entries, rings, slot, i))
      other = say(text, "%s: hop %d, row %lld is no row", what, hop, (long long)i);
    for (int64_t j = 0; j < n && !other; j++) {
      wanted += m[i * n + j] != 0;
      if (!is_close(row[j], m[i * n + j]))
        other = say(text, "%s: hop %d, entry (%lld, %lld) is %.17g, not %.17g", what, hop, (long long)i, (long long)j,
                    row[j], m[i * n + j]);
    }
    if (!other && entries != wanted)
      other = say(text, "%s: hop %d, row %lld has %lld entries, not %lld", what, hop, (long long)i, (long long)entries,
                  (long long)wanted);
    all += wanted;
    empty += wanted == 0;
  }
  if (!other && (khop_rings_entries(rings, slot) != all || khop_rings_empty_rows(rings, slot) != empty))
    other = say(text, "%s: hop %d has %lld entries and %lld empty rows, not %lld and %lld", what, hop,
                (long long)khop_rings_entries(rings, slot), (long long)khop_rings_empty_rows(rings, slot),
                (long long)all, (long long)empty);
  free(row);
  return other;
}

/* Whether left[i] M[i, j] right[j] differs from the normalised operator. */
static bool scales_differ(char *text, const khop_rings *rings, int slot, const double *m, const question *q) {
  int64_t n = khop_rings_nodes(rings);
  bool loop = q->self_loop && khop_rings_hop(rings, slot) > 0 && q->op != KHOP_BALL, other = false;
  khop_real *left = room(n, sizeof *left), *right = room(n, sizeof *right);
  double *scaled = room(n * n, sizeof *scaled), tolerance = sizeof(khop_real) == 8 ? 1e-14 : 1e-6;
  memcpy(scaled, m, (size_t)(n * n) * sizeof *scaled);
  oracle_normalise(scaled, n, q->norm, loop);
  if (khop_rings_scales(left, right, rings, slot, q->norm, q->self_loop) != KHOP_OK)
    other = refused(text, "khop_rings_scales");
  for (int64_t i = 0; i < n * n && !other; i++) {
    double entry = m[i] + (loop && i / n == i % n ? 1 : 0);
    double got = (double)left[i / n] * entry * (double)right[i % n];
    if (!(fabs(got - scaled[i]) <= tolerance * fabs(scaled[i])))
      other = say(text, "scales: hop %d, entry (%lld, %lld) is %.17g, not %.17g", khop_rings_hop(rings, slot),
                  (long long)(i / n), (long long)(i % n), got, scaled[i]);
  }
  free(left);
  free(right);
  free(scaled);
  return other;
}

/* The estimate of graphs of at most 256 nodes is exact, and so are its entries and empty rows. */
static bool estimate_differs(char *text, const sketch *s, const khop_rings *rings, const question *q) {
  khop_estimate estimate;
  double entries[MOST_HOPS] = {0}, empty[MOST_HOPS] = {0};
  khop_rings_options options = options_of(q);
  khop_graph *graph = sketch_graph(s);
  khop_status status = khop_rings_estimate(&estimate, entries, empty, graph, q->count, q->hops, &options, 0, q->seed);
  khop_graph_free(graph);
  if (status != KHOP_OK) return refused(text, "khop_rings_estimate");
  if (!estimate.exact) return say(text, "the estimate of %lld nodes is not exact", (long long)s->nodes);
  for (int t = 0; t < q->count; t++)
    if (entries[t] != (double)khop_rings_entries(rings, t) || empty[t] != (double)khop_rings_empty_rows(rings, t))
      return say(text, "estimate: hop %d has %.17g entries and %.17g empty rows, not %lld and %lld", q->hops[t],
                 entries[t], empty[t], (long long)khop_rings_entries(rings, t),
                 (long long)khop_rings_empty_rows(rings, t));
  return false;
}

bool rows_differ(char *text, const sketch *s, const question *q) {
  khop_rings *transposed = NULL, *rings = rings_of(text, s, q);
  if (!rings) return true;
  oracle o;
  oracle_open(&o, s, q->direction);
  double *m = room(o.nodes * o.nodes, sizeof *m);
  bool other = khop_rings_slots(rings) != q->count && say(text, "%d slots", khop_rings_slots(rings));
  if (!other && khop_rings_transpose(&transposed, rings) != KHOP_OK) other = refused(text, "khop_rings_transpose");
  for (int t = 0; t < q->count && !other; t++) {
    if (khop_rings_hop(rings, t) != q->hops[t]) other = say(text, "slot %d is not hop %d", t, q->hops[t]);
    oracle_operator(m, &o, q->op, q->hops[t]);
    other = other || slot_differs(text, rings, t, m, "rows") || scales_differ(text, rings, t, m, q);
    oracle_transpose(m, o.nodes);
    other = other || slot_differs(text, transposed, t, m, "transposed rows");
  }
  if (q->op == KHOP_RING) other = other || estimate_differs(text, s, rings, q);
  free(m);
  oracle_close(&o);
  khop_rings_free(transposed);
  khop_rings_free(rings);
  return other;
}

/* --- samples ------------------------------------------------------------------------------------------- */

/* Of n nodes the smaller of n and per_row are kept, each with the value n / kept. */
static bool sampled_row_differs(char *text, const khop_rings *sample, int slot, int64_t i, const double *m,
                                int64_t per_row) {
  int64_t n = khop_rings_nodes(sample), entries = 0, whole = 0, outside = 0;
  double *row = room(n, sizeof *row);
  bool is_row = take_row(row, &entries, sample, slot, i);
  for (int64_t j = 0; j < n; j++) whole += m[j] != 0;
  int64_t kept = whole < per_row ? whole : per_row;
  for (int64_t j = 0; j < n; j++) {
    double wanted = row[j] != 0 ? (double)whole / (double)kept : 0;
    if ((row[j] != 0 && m[j] == 0) || !(fabs(row[j] - wanted) <= 1e-6 * wanted)) outside++;
  }
  free(row);
  if (is_row && entries == kept && outside == 0) return false;
  return say(text, "sample: hop %d, row %lld keeps %lld of %lld nodes, %lld of them wrong",
             khop_rings_hop(sample, slot), (long long)i, (long long)entries, (long long)whole, (long long)outside);
}

bool sample_differs(char *text, const sketch *s, const question *q) {
  khop_rings *sample = NULL;
  khop_graph *graph = sketch_graph(s);
  khop_rings_options options = {.direction = asked_direction(q)};
  khop_status status = khop_rings_sample(&sample, graph, q->count, q->hops, q->per_row, q->seed, &options);
  khop_graph_free(graph);
  if (status != KHOP_OK) return refused(text, "khop_rings_sample");
  oracle o;
  oracle_open(&o, s, q->direction);
  double *m = room(o.nodes * o.nodes, sizeof *m);
  bool other = false;
  for (int t = 0; t < q->count && !other; t++) {
    oracle_operator(m, &o, KHOP_RING, q->hops[t]);
    for (int64_t i = 0; i < o.nodes && !other; i++)
      other = sampled_row_differs(text, sample, t, i, m + i * o.nodes, q->per_row);
  }
  free(m);
  oracle_close(&o);
  khop_rings_free(sample);
  return other;
}

/* --- the shape ------------------------------------------------------------------------------------------ */

bool shape_differs(char *text, const sketch *s, const question *q) {
  khop_shape got, wanted = {.diameter_exact = true};
  khop_graph *graph = sketch_graph(s);
  khop_status status = khop_graph_shape(&got, graph, q->concat);
  khop_graph_free(graph);
  if (status != KHOP_OK) return refused(text, "khop_graph_shape");
  oracle along, any;
  oracle_open(&along, s, KHOP_OUT);
  oracle_open(&any, s, KHOP_ALL);
  int64_t n = s->nodes;
  for (int64_t i = 0; i < n; i++) {
    int64_t degree = 0, reached = 0, first = i;
    for (int64_t j = 0; j < n; j++) {
      if (along.d[i * n + j] > wanted.diameter) wanted.diameter = along.d[i * n + j];
      degree += along.a[i * n + j] != 0;
      reached += any.d[i * n + j] >= 0;
      if (any.d[i * n + j] >= 0 && j < first) first = j;
    }
    wanted.components += first == i;
    wanted.isolated += reached == 1;
    if (reached > wanted.largest_component) wanted.largest_component = reached;
    if (degree > wanted.max_degree) wanted.max_degree = degree;
  }
  oracle_close(&along);
  oracle_close(&any);
  if (got.components == wanted.components && got.largest_component == wanted.largest_component &&
      got.isolated == wanted.isolated && got.max_degree == wanted.max_degree && got.diameter == wanted.diameter &&
      got.diameter_exact)
    return false;
  return say(text, "shape: %lld components, largest %lld, %lld isolated, degree %lld, diameter %lld (%s), not %lld, "
             "%lld, %lld, %lld, %lld", (long long)got.components, (long long)got.largest_component,
             (long long)got.isolated, (long long)got.max_degree, (long long)got.diameter,
             got.diameter_exact ? "exact" : "at least", (long long)wanted.components,
             (long long)wanted.largest_component, (long long)wanted.isolated, (long long)wanted.max_degree,
             (long long)wanted.diameter);
}
