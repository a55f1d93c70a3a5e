/* influence.c: the Jacobian of a trained model, summed hop by hop.
 *
 *   for each source v:   its ball --subject--> a run on the ball, and the distance of each row from v
 *     for each output c: forward, backward from 1 at (v, c) --> |d y[v][c] / d x|, added up by distance
 *
 * The ball decides the row of v, so nothing outside of it has a derivative. */
#include "audit/sample.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "explain/subject.h"
#include "train/nodes/predict.h"

#include <khop/audit.h>
#include <math.h>

#define SAMPLES 100

typedef struct tally {
  khop_influence_options o;
  khop_influence *i;
  khop_i_subject subject; /* of the source at hand */
  double *here;           /* (hops) its I_h */
  int64_t outputs;
} tally;

static khop_status take_options(khop_influence_options *o, const khop_influence_options *given, int64_t nodes) {
  khop_status status = KHOP_I_TAKE(khop_influence_options, o, given);
  if (status != KHOP_OK) return status;
  if (o->samples < 0 || o->count < 0 || o->max_bytes < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "influence: %lld samples, %lld nodes and %lld bytes are not all 0 or more",
                       (long long)o->samples, (long long)o->count, (long long)o->max_bytes);
  if (o->count && !o->nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "influence: %lld nodes, and no list of them", (long long)o->count);
  for (int64_t k = 0; k < o->count; k++)
    if (o->nodes[k] < 0 || o->nodes[k] >= nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "influence: node %lld: the graph has nodes 0 to %lld", (long long)o->nodes[k],
                         (long long)nodes - 1);
  if (o->samples == 0) o->samples = SAMPLES;
  if (o->samples > nodes) o->samples = nodes;
  if (o->max_bytes == 0) o->max_bytes = khop_i_half_of_memory();
  return KHOP_OK;
}

/* Adds |derivatives| of one output to the distances of their rows; rows beyond the reach have none. */
static khop_status add_output(tally *t, khop_real *dy, int64_t source, int64_t output) {
  khop_i_subject *s = &t->subject;
  const khop_real *gradient;
  khop_status status = KHOP_OK;
  khop_i_subject_move(s, 1);
  dy[s->place * t->outputs + output] = 1;
  KHOP_TRY(khop_run_backward_from(s->run, s->model->output, dy, s->output_rows, t->outputs));
  dy[s->place * t->outputs + output] = 0;
  KHOP_TRY(khop_run_input_gradient(&gradient, s->run));
  for (int64_t row = 0; row < s->x.rows; row++) {
    double sum = 0;
    for (int64_t c = 0; c < s->x.columns; c++) sum += fabs((double)gradient[row * s->x.columns + c]);
    if (!isfinite(sum))
      KHOP_FAIL(KHOP_E_VALUE, "a derivative of output %lld of node %lld is not finite", (long long)output,
                (long long)source);
    if (s->hop[row] >= 0) t->here[s->hop[row]] += sum;
  }
done:
  return status;
}

/* The source's I_h into the sums over sources. */
static void add_source(tally *t) {
  khop_influence *i = t->i;
  double sum = 0, weighted = 0;
  for (int64_t row = 0; row < t->subject.x.rows; row++)
    if (t->subject.hop[row] >= 0) i->count[t->subject.hop[row]] += 1;
  for (int h = 0; h < i->hops; h++) {
    i->total[h] += t->here[h];
    sum += t->here[h];
    weighted += h * t->here[h];
    t->here[h] = 0;
  }
  if (sum > 0) i->range += weighted / sum;
  else i->unmoved++;
}

static khop_status look_from(tally *t, khop_model *model, const khop_data *data, int64_t source) {
  khop_real *dy = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_subject_open(&t->subject, model, data, source, KHOP_BASELINE_ZERO, true, t->o.max_bytes));
  KHOP_TRY(khop_i_alloc(&dy, t->subject.output_rows * t->outputs, sizeof *dy, "an output's gradient"));
  for (int64_t c = 0; c < t->outputs; c++) KHOP_TRY(add_output(t, dy, source, c));
  add_source(t);
done:
  khop_i_free(dy);
  khop_i_subject_close(&t->subject);
  return status;
}

/* Sums over the sources to means. */
static void finish(khop_influence *i) {
  double sum = 0;
  for (int h = 0; h < i->hops; h++) {
    i->total[h] /= (double)i->sources;
    i->count[h] /= (double)i->sources;
    sum += i->total[h];
  }
  for (int h = 0; h < i->hops; h++) i->share[h] = sum > 0 ? i->total[h] / sum : (double)NAN;
  i->range = i->unmoved < i->sources ? i->range / (double)(i->sources - i->unmoved) : (double)NAN;
}

static khop_status allocate(tally *t, const khop_model *model, int64_t nodes) {
  khop_reach reach;
  khop_influence *i;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_model_reach(&reach, model));
  KHOP_TRY(khop_i_alloc(&t->i, 1, sizeof *t->i, "influence"));
  i = t->i;
  i->nodes = nodes;
  i->sources = t->o.count ? t->o.count : t->o.samples;
  i->exact = !t->o.count && i->sources == nodes;
  i->hops = (int)reach.hops + 1;
  KHOP_TRY(khop_i_alloc(&t->here, i->hops, sizeof *t->here, "influence"));
  KHOP_TRY(khop_i_alloc(&i->total, i->hops, sizeof *i->total, "influence"));
  KHOP_TRY(khop_i_alloc(&i->share, i->hops, sizeof *i->share, "influence"));
  KHOP_TRY(khop_i_alloc(&i->count, i->hops, sizeof *i->count, "influence"));
done:
  return status;
}

khop_status khop_audit_influence(khop_influence **influence, khop_model *model, const khop_data *data,
                                 const khop_influence_options *options) {
  khop_status status = KHOP_OK;
  tally t = {.i = NULL};
  int64_t *chosen = NULL, nodes;
  if (!influence || !model || !data)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_audit_influence: influence, model or data is NULL");
  *influence = NULL;
  nodes = khop_graph_nodes(khop_data_graph(data));
  KHOP_TRY(take_options(&t.o, options, nodes));
  KHOP_TRY(khop_i_predict_check(model, data));
  if (nodes == 0) KHOP_FAIL(KHOP_E_ARGUMENT, "%s has no nodes: nothing has an influence", khop_data_name(data));
  KHOP_TRY(allocate(&t, model, nodes));
  t.outputs = khop_model_output_columns(model);
  if (!t.o.count) KHOP_TRY(khop_i_audit_sample(&chosen, nodes, t.o.samples, t.o.seed));
  for (int64_t k = 0; k < t.i->sources; k++) {
    KHOP_TRY(look_from(&t, model, data, chosen ? chosen[k] : t.o.nodes[k]));
    if (t.o.progress && !t.o.progress((double)(k + 1) / (double)t.i->sources, t.o.context))
      KHOP_FAIL(KHOP_E_INTERRUPTED, "interrupted after %lld of %lld nodes", (long long)k + 1, (long long)t.i->sources);
  }
  finish(t.i);
  *influence = t.i;
  t.i = NULL;
done:
  khop_influence_free(t.i);
  khop_i_free(t.here);
  khop_i_free(chosen);
  return status;
}

void khop_influence_free(khop_influence *influence) {
  if (!influence) return;
  khop_i_free(influence->total);
  khop_i_free(influence->share);
  khop_i_free(influence->count);
  khop_i_free(influence);
}
