/* explain.c: a node's explanation, put together.
 *
 *   subject --move to 1, to 0--> value, base --path, an output at a time--> shares --sums--> by hop, member, feature
 *           --hide a distance--> hidden      --a model without a ring----> without */
#include "explain/path.h"
#include "explain/subject_graph.h"
#include "explain/without.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "train/units.h"

#include <math.h>

#define TOLERANCE 0.001
#define MOST_STEPS 4096

/* What the work on one explanation needs. */
typedef struct work {
  khop_explain_options o;
  khop_i_subject subject;
  khop_i_path path;
  khop_i_units units;
  khop_real *row;     /* (outputs) */
  int64_t *places;    /* (members) of the members in the ball */
  khop_explanation *e;
} work;

static void work_close(work *w) {
  khop_i_path_close(&w->path);
  khop_i_subject_close(&w->subject);
  khop_i_units_close(&w->units);
  khop_i_free(w->row);
  khop_i_free(w->places);
}

/* --- options ---------------------------------------------------------------------------------------- */

static khop_status take_options(khop_explain_options *o, const khop_explain_options *given) {
  khop_status status = KHOP_I_TAKE(khop_explain_options, o, given);
  if (status != KHOP_OK) return status;
  if (o->baseline != KHOP_BASELINE_ZERO && o->baseline != KHOP_BASELINE_MEAN)
    return khop_i_fail(KHOP_E_ARGUMENT, "an explanation: there is no base line %d", (int)o->baseline);
  if (!(o->tolerance >= 0 && o->tolerance < 1))
    return khop_i_fail(KHOP_E_ARGUMENT, "an explanation: a tolerance of %g is not in [0, 1)", o->tolerance);
  if (o->most_steps < 0 || o->most_steps > 1 << 24)
    return khop_i_fail(KHOP_E_ARGUMENT, "an explanation: at most %d steps, and 1 to %d are possible", o->most_steps,
                       1 << 24);
  if (o->count < 0 || (o->count > 0 && !o->outputs))
    return khop_i_fail(KHOP_E_ARGUMENT, "an explanation: %lld outputs, and no list of them", (long long)o->count);
  if (o->tolerance == 0) o->tolerance = TOLERANCE;
  if (o->most_steps == 0) o->most_steps = MOST_STEPS;
  if (o->max_bytes == 0) o->max_bytes = khop_i_half_of_memory();
  return KHOP_OK;
}

/* The outputs that are asked for, or all. */
static khop_status take_outputs(work *w) {
  khop_explanation *e = w->e;
  khop_status status = KHOP_OK;
  e->count = w->o.count ? w->o.count : e->outputs;
  KHOP_TRY(khop_i_alloc(&e->explained, e->count, sizeof *e->explained, "outputs"));
  for (int64_t k = 0; k < e->count; k++) {
    int64_t output = w->o.count ? w->o.outputs[k] : k;
    if (output < 0 || output >= e->outputs)
      KHOP_FAIL(KHOP_E_ARGUMENT, "output %lld: the model has outputs 0 to %lld", (long long)output,
                (long long)e->outputs - 1);
    for (int64_t l = 0; l < k; l++)
      if (e->explained[l] == output)
        KHOP_FAIL(KHOP_E_ARGUMENT, "output %lld is asked for twice", (long long)output);
    e->explained[k] = output;
  }
done:
  return status;
}

/* --- numbers in the unit of the data ---------------------------------------------------------------- */

/* One output, of a row of the model's. */
static double in_unit(const work *w, khop_real y, int64_t output) {
  for (int64_t c = 0; c < w->e->outputs; c++) w->row[c] = 0;
  w->row[output] = y;
  khop_i_units_undo(w->row, w->subject.model, &w->units);
  return (double)w->row[output];
}

/* A difference of outputs: what the unit multiplies by. */
static double unit_of(const work *w, int64_t output) { return in_unit(w, 1, output) - in_unit(w, 0, output); }

/* --- the outputs ------------------------------------------------------------------------------------ */

static khop_status take_values(work *w, const char *what, int64_t number) {
  khop_explanation *e = w->e;
  khop_i_subject_move(&w->subject, 1);
  const khop_real *y = khop_i_subject_output(&w->subject);
  for (int64_t c = 0; c < e->outputs; c++) {
    e->output[c] = in_unit(w, y[c], c);
    if (!isfinite(e->output[c]))
      return khop_i_fail(KHOP_E_VALUE, "output %lld of %s %lld is not finite", (long long)c, what,
                         (long long)number);
  }
  for (int64_t k = 0; k < e->count; k++) e->value[k] = e->output[e->explained[k]];
  khop_i_subject_move(&w->subject, 0);
  y = khop_i_subject_output(&w->subject);
  for (int64_t k = 0; k < e->count; k++) {
    e->base[k] = in_unit(w, y[e->explained[k]], e->explained[k]);
    if (!isfinite(e->base[k]))
      return khop_i_fail(KHOP_E_VALUE, "output %lld of the base line of %s %lld is not finite",
                         (long long)e->explained[k], what, (long long)number);
  }
  return KHOP_OK;
}

/* Outputs with the features of one distance, then with one ring, left out. */
static khop_status take_occlusions(work *w) {
  khop_explanation *e = w->e;
  khop_real *y = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&y, e->outputs, sizeof *y, "outputs"));
  for (int h = 0; h < e->hops; h++) {
    khop_i_subject_hide(&w->subject, h);
    for (int64_t k = 0; k < e->count; k++)
      e->hidden[k * e->hops + h] = in_unit(w, khop_i_subject_output(&w->subject)[e->explained[k]], e->explained[k]);
  }
  khop_i_subject_move(&w->subject, 1);
  for (int r = 0; r < e->rings; r++) {
    KHOP_TRY(khop_i_output_without(y, &w->subject, e->ring[r], w->o.max_bytes));
    for (int64_t k = 0; k < e->count; k++)
      e->without[k * e->rings + r] = in_unit(w, y[e->explained[k]], e->explained[k]);
  }
done:
  khop_i_free(y);
  return status;
}

/* --- the shares ------------------------------------------------------------------------------------- */

/* Adds the shares of explained output k up in three ways. */
static void add_shares(work *w, int64_t k) {
  khop_explanation *e = w->e;
  const khop_i_subject *s = &w->subject;
  double unit = unit_of(w, e->explained[k]);
  for (int64_t m = 0; m < e->members; m++) {
    int64_t row = w->places ? w->places[m] : m, end = khop_i_subject_first(s, row + 1);
    for (int64_t at = khop_i_subject_first(s, row); at < end; at++) {
      double share = unit * w->path.shares[at];
      if (e->hop) e->by_hop[k * e->hops + e->hop[m]] += share;
      e->by_member[k * e->members + m] += share;
      e->by_feature[k * e->features + khop_i_subject_column(s, at)] += share;
    }
  }
  e->steps[k] = w->path.steps;
  e->error[k] = fabs(unit) * w->path.error;
  e->complete = e->complete && w->path.complete;
}

static khop_status take_shares(work *w) {
  khop_explanation *e = w->e;
  khop_status status = KHOP_OK;
  e->linear = khop_i_is_linear(w->subject.model);
  e->complete = true;
  KHOP_TRY(khop_i_path_open(&w->path, &w->subject));
  for (int64_t k = 0; k < e->count; k++) {
    double difference = (e->value[k] - e->base[k]) / unit_of(w, e->explained[k]);
    KHOP_TRY(khop_i_path_integrate(&w->path, &w->subject, e->explained[k], difference, w->o.tolerance,
                                   w->o.most_steps));
    add_shares(w, k);
  }
done:
  return status;
}

/* --- the whole -------------------------------------------------------------------------------------- */

/* The members: the nodes of the ball that features come from. */
static khop_status take_members(work *w) {
  khop_explanation *e = w->e;
  const khop_i_subject *s = &w->subject;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_subject_members(&e->graph, &w->places, &e->centre, s));
  e->members = khop_graph_nodes(e->graph);
  KHOP_TRY(khop_i_alloc(&e->member, e->members, sizeof *e->member, "members"));
  KHOP_TRY(khop_i_alloc(&e->hop, e->members, sizeof *e->hop, "members"));
  for (int64_t m = 0; m < e->members; m++) {
    e->member[m] = s->ball.nodes[w->places[m]];
    e->hop[m] = s->hop[w->places[m]];
  }
done:
  return status;
}

static khop_status allocate(khop_explanation *e) {
  khop_status status = KHOP_OK;
  const char *what = "an explanation";
  KHOP_TRY(khop_i_alloc(&e->output, e->outputs, sizeof *e->output, what));
  KHOP_TRY(khop_i_alloc(&e->value, e->count, sizeof *e->value, what));
  KHOP_TRY(khop_i_alloc(&e->base, e->count, sizeof *e->base, what));
  KHOP_TRY(khop_i_alloc(&e->steps, e->count, sizeof *e->steps, what));
  KHOP_TRY(khop_i_alloc(&e->error, e->count, sizeof *e->error, what));
  KHOP_TRY(khop_i_alloc(&e->by_hop, e->count * e->hops, sizeof *e->by_hop, what));
  KHOP_TRY(khop_i_alloc(&e->hidden, e->count * e->hops, sizeof *e->hidden, what));
  KHOP_TRY(khop_i_alloc(&e->by_member, e->count * e->members, sizeof *e->by_member, what));
  KHOP_TRY(khop_i_alloc(&e->by_feature, e->count * e->features, sizeof *e->by_feature, what));
  KHOP_TRY(khop_i_alloc(&e->without, e->count * e->rings, sizeof *e->without, what));
done:
  return status;
}

/* The nodes of a graph of a set. */
static khop_status take_nodes(work *w, const khop_graphs *set, int64_t graph) {
  khop_explanation *e = w->e;
  khop_status status = KHOP_OK;
  e->centre = -1;
  KHOP_TRY(khop_i_block_graph(&e->graph, set, graph));
  e->members = khop_graph_nodes(e->graph);
  KHOP_TRY(khop_i_alloc(&e->member, e->members, sizeof *e->member, "members"));
  for (int64_t m = 0; m < e->members; m++) e->member[m] = m;
done:
  return status;
}

static khop_status begin(work *w, const khop_model *model) {
  khop_explanation *e = w->e;
  khop_status status = KHOP_OK;
  e->outputs = khop_model_output_columns(model);
  e->features = khop_model_input_columns(model);
  KHOP_TRY(take_outputs(w));
  KHOP_TRY(khop_i_alloc(&w->row, e->outputs, sizeof *w->row, "outputs"));
  KHOP_TRY(khop_i_units_open(&w->units, model));
done:
  return status;
}

/* Once the subject is open and the members are known. */
static khop_status fill(work *w, const char *what, int64_t number) {
  khop_explanation *e = w->e;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_list_hops(&e->ring, &e->rings, w->subject.model));
  KHOP_TRY(allocate(e));
  KHOP_TRY(take_values(w, what, number));
  KHOP_TRY(take_shares(w));
  KHOP_TRY(take_occlusions(w));
done:
  return status;
}

static khop_status explain_node(work *w, khop_model *model, const khop_data *data, int64_t node) {
  khop_status status = KHOP_OK;
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (node < 0 || node >= nodes)
    KHOP_FAIL(KHOP_E_ARGUMENT, "node %lld: %s has nodes 0 to %lld", (long long)node, khop_data_name(data),
              (long long)nodes - 1);
  KHOP_TRY(begin(w, model));
  KHOP_TRY(khop_i_subject_open(&w->subject, model, data, node, w->o.baseline, false, w->o.max_bytes));
  w->e->hops = w->subject.hops;
  KHOP_TRY(take_members(w));
  KHOP_TRY(fill(w, "node", node));
done:
  return status;
}

static khop_status explain_graph(work *w, khop_model *model, const khop_graphs *set, int64_t graph) {
  khop_status status = KHOP_OK;
  if (graph < 0 || graph >= khop_graphs_count(set))
    KHOP_FAIL(KHOP_E_ARGUMENT, "graph %lld: %s has graphs 0 to %lld", (long long)graph, khop_graphs_name(set),
              (long long)khop_graphs_count(set) - 1);
  KHOP_TRY(begin(w, model));
  KHOP_TRY(khop_i_subject_open_graph(&w->subject, model, set, graph, w->o.baseline, w->o.max_bytes));
  KHOP_TRY(take_nodes(w, set, graph));
  KHOP_TRY(fill(w, "graph", graph));
done:
  return status;
}

/* --- the public side -------------------------------------------------------------------------------- */

/* One of data and set. */
static khop_status explain(khop_explanation **out, khop_model *model, const khop_data *data, const khop_graphs *set,
                           int64_t number, const khop_explain_options *options) {
  khop_status status = KHOP_OK;
  work w = {0};
  if (out) *out = NULL;
  if (!out || !model || (!data && !set))
    return khop_i_fail(KHOP_E_ARGUMENT, "an explanation: the model, the data or a place for the result is missing");
  KHOP_TRY(take_options(&w.o, options));
  KHOP_TRY(khop_i_alloc(&w.e, 1, sizeof *w.e, "an explanation"));
  KHOP_TRY(data ? explain_node(&w, model, data, number) : explain_graph(&w, model, set, number));
  *out = w.e;
  w.e = NULL;
done:
  khop_explanation_free(w.e);
  work_close(&w);
  return status;
}

khop_status khop_explain_node(khop_explanation **explanation, khop_model *model, const khop_data *data, int64_t node,
                              const khop_explain_options *options) {
  return explain(explanation, model, data, NULL, node, options);
}

khop_status khop_explain_graph(khop_explanation **explanation, khop_model *model, const khop_graphs *set,
                               int64_t graph, const khop_explain_options *options) {
  return explain(explanation, model, NULL, set, graph, options);
}

void khop_explanation_free(khop_explanation *e) {
  if (!e) return;
  khop_i_free(e->output);
  khop_i_free(e->explained);
  khop_i_free(e->value);
  khop_i_free(e->base);
  khop_i_free(e->member);
  khop_i_free(e->hop);
  khop_graph_free(e->graph);
  khop_i_free(e->by_hop);
  khop_i_free(e->by_member);
  khop_i_free(e->by_feature);
  khop_i_free(e->steps);
  khop_i_free(e->error);
  khop_i_free(e->hidden);
  khop_i_free(e->ring);
  khop_i_free(e->without);
  khop_i_free(e);
}
