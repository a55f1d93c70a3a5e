/* shard_run_new.c: a model bound to the rows of several ranks, part by part (khop/shard_run.h). */
#include "distributed/shard_run.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/shard_ops.h"
#include "distributed/split_model.h"
#include "model/op_loss.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_PARTS = 24 };

/* --- parts ---------------------------------------------------------------------------------------------------- */

static int64_t begin_of(const khop_shard_run *r, int64_t part) {
  int64_t nodes = khop_shard_nodes(r->shard);
  return nodes / r->parts * part + nodes % r->parts * part / r->parts; /* N part / parts, which may not overflow */
}

/* Which parts the rank owns: those that begin among its rows. */
static khop_status find_parts(khop_shard_run *r, int parts) {
  int64_t nodes = khop_shard_nodes(r->shard), first = khop_shard_first(r->shard), end = first + khop_shard_rows(r->shard);
  r->parts = parts ? parts : nodes < DEFAULT_PARTS ? (int)nodes : DEFAULT_PARTS;
  if (r->parts < 1 || r->parts > nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d parts of %lld nodes", parts, (long long)nodes);
  while (r->first < r->parts && begin_of(r, r->first) < first) r->first++;
  while (r->first + r->own < r->parts && begin_of(r, r->first + r->own) < end) r->own++;
  if (r->own == 0 || begin_of(r, r->first) != first || begin_of(r, r->first + r->own) != end)
    return khop_i_fail(KHOP_E_ARGUMENT, "rows %lld to %lld are no whole parts of the %d that %lld nodes are cut into: the "
                       "ranks must divide the parts", (long long)first, (long long)end - 1, r->parts, (long long)nodes);
  khop_status status = khop_i_alloc(&r->row, (int64_t)r->own + 1, sizeof *r->row, "parts");
  for (int p = 0; status == KHOP_OK && p <= r->own; p++) r->row[p] = begin_of(r, r->first + p) - first;
  return status;
}

/* The rows of a part. Sparse ones begin at their first entry. */
static khop_status cut_features(khop_features *part, const khop_features *all, int64_t first, int64_t rows) {
  int64_t *offsets;
  *part = (khop_features){.rows = rows, .columns = all->columns};
  if (all->dense) {
    part->dense = all->dense + first * all->columns;
    return KHOP_OK;
  }
  khop_status status = khop_i_alloc_raw(&offsets, rows + 1, sizeof *offsets, "features of a part");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i <= rows; i++) offsets[i] = all->offsets[first + i] - all->offsets[first];
  part->offsets = offsets;
  part->indices = all->indices + all->offsets[first];
  part->values = all->values + all->offsets[first];
  return KHOP_OK;
}

static khop_status open_parts(khop_shard_run *r, const khop_features *features, int parts) {
  khop_status status = KHOP_OK;
  if (features->rows != khop_shard_rows(r->shard))
    KHOP_FAIL(KHOP_E_SHAPE, "features of %lld rows, and the rank owns %lld", (long long)features->rows,
              (long long)khop_shard_rows(r->shard));
  KHOP_TRY(find_parts(r, parts));
  KHOP_TRY(khop_i_alloc(&r->features, r->own, sizeof *r->features, "parts"));
  KHOP_TRY(khop_i_alloc(&r->run, r->own, sizeof *r->run, "parts"));
  KHOP_TRY(khop_i_alloc(&r->own_loss, r->own, sizeof *r->own_loss, "losses"));
  KHOP_TRY(khop_i_alloc(&r->all_loss, r->parts, sizeof *r->all_loss, "losses"));
  for (int p = 0; p < r->own; p++) {
    KHOP_TRY(cut_features(&r->features[p], features, r->row[p], r->row[p + 1] - r->row[p]));
    KHOP_TRY(khop_i_run_new_elsewhere(&r->run[p], r->split, &r->features[p], r->elsewhere, r->training));
  }
done:
  return status;
}

/* --- the model ------------------------------------------------------------------------------------------------ */

static khop_status split_model(khop_shard_run *r) {
  if (!r->model->parameter_array)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has no parameters yet: call khop_model_init");
  khop_status status = khop_i_model_split(&r->split, &r->origin, r->model);
  if (status != KHOP_OK) return status;
  r->split->parameter_array = r->model->parameter_array;
  status = khop_i_alloc(&r->node, r->split->count, sizeof *r->node, "ops");
  if (status == KHOP_OK) status = khop_i_alloc(&r->elsewhere, r->split->count, sizeof *r->elsewhere, "ops");
  for (int at = 0; status == KHOP_OK && at < r->split->count; at++)
    r->elsewhere[at] = khop_i_shard_op_of(&r->split->ops[at]) != NULL;
  return status;
}

khop_status khop_shard_run_check(const khop_model *model) {
  khop_model *split = NULL;
  int *origin = NULL;
  if (!model) return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_run_check: the model is missing");
  khop_status status = khop_i_model_split(&split, &origin, model);
  khop_model_free(split);
  khop_i_free(origin);
  return status;
}

static khop_status make_room(khop_shard_run *r) {
  int64_t most = 0, parameters = r->split->parameters, rows = khop_shard_rows(r->shard);
  khop_status status = KHOP_OK;
  for (int at = 0; at < r->split->count; at++) {
    const khop_i_op *op = &r->split->ops[at];
    if (!r->elsewhere[at]) continue;
    int64_t in = r->split->ops[op->input[0]].columns * (op->taps ? op->taps : 1); /* all taps beside one another */
    most = op->columns > most ? op->columns : most;
    most = in > most ? in : most;
  }
  KHOP_TRY(khop_i_alloc_raw(&r->x, rows * most, sizeof *r->x, "sums over rings"));
  KHOP_TRY(khop_i_alloc_raw(&r->y, rows * most, sizeof *r->y, "sums over rings"));
  if (!r->training) goto done;
  KHOP_TRY(khop_i_alloc(&r->gradients, parameters, sizeof *r->gradients, "gradients"));
  KHOP_TRY(khop_i_alloc_raw(&r->own_gradients, parameters * r->own, sizeof *r->gradients, "gradients of parts"));
  for (int p = 0; p < r->own; p++) r->run[p]->gradients = r->own_gradients + p * parameters; /* as they are fetched */
  KHOP_TRY(khop_i_alloc_raw(&r->all_gradients, parameters * r->parts, sizeof *r->gradients, "gradients of parts"));
done:
  return status;
}

/* --- rings ---------------------------------------------------------------------------------------------------- */

/* Whether rings that are built for op `made` serve op `at`, but for their hops. */
static bool same_rings(const khop_shard_run *r, int made, int at) {
  const khop_i_op *a = &r->split->ops[made], *b = &r->split->ops[at];
  return a->op == b->op && (a->direction == b->direction || !r->shard->directed);
}

static void add_hops(int *hops, int *count, const khop_i_op *op) {
  for (int t = 0; t < op->taps; t++) {
    int known = 0;
    while (known < *count && hops[known] != op->hops[t]) known++;
    hops[known] = op->hops[t];
    if (known == *count) ++*count;
  }
}

/* Collective. The rings of op `first`, and of all behind it that they serve. */
static khop_status build_rings(khop_shard_rings **rings, khop_shard_run *r, int first) {
  khop_status status = KHOP_OK;
  int *hops = NULL, count = 0, most = 0;
  const khop_i_op *op = &r->split->ops[first];
  khop_rings_options options = {.size = sizeof options, .direction = op->direction, .op = op->op};
  for (int at = first; at < r->split->count; at++) most += r->split->ops[at].taps;
  KHOP_TRY(khop_i_agree(r->exchange, khop_i_alloc(&hops, most, sizeof *hops, "hops")));
  for (int at = first; at < r->split->count; at++)
    if (khop_i_shard_reads_rings(r, at) && same_rings(r, first, at)) add_hops(hops, &count, &r->split->ops[at]);
  KHOP_TRY(khop_shard_rings_build(rings, r->shard, count, hops, &options));
done:
  khop_i_free(hops);
  return status;
}

static khop_status build_taps(khop_shard_run *r) {
  khop_status status = KHOP_OK;
  for (int at = 0; at < r->split->count; at++) {
    const khop_i_op *op = &r->split->ops[at];
    int made = 0; /* the first op whose rings serve this one */
    if (!khop_i_shard_reads_rings(r, at)) continue;
    while (!khop_i_shard_reads_rings(r, made) || !same_rings(r, made, at)) made++;
    if (made == at) {
      KHOP_TRY(build_rings(&r->node[at].rings, r, at));
    }
    KHOP_TRY(khop_shard_taps_new(&r->node[at].taps, r->node[made].rings, op->taps, op->hops, op->norm, op->self_loop, r->training));
  }
done:
  return status;
}

/* What ops keep from forward to backward. */
static khop_status open_ops(khop_shard_run *r) {
  khop_status status = KHOP_OK;
  for (int at = 0; status == KHOP_OK && at < r->split->count; at++) {
    const khop_i_shard_op *op = khop_i_shard_op_of(&r->split->ops[at]);
    if (op && op->open) status = op->open(r, at);
  }
  return status;
}

/* --- the whole ------------------------------------------------------------------------------------------------ */

/* Collective. Where each part's item lies: with its rank, in their order. */
static khop_status open_pattern(khop_shard_run *r) {
  const int64_t *own;
  int64_t *first = NULL, *length = NULL;
  int *owner = NULL, ranks = r->exchange->ranks;
  khop_status status = khop_i_alloc(&first, ranks, sizeof *first, "parts of ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&length, ranks, sizeof *length, "parts of ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&owner, ranks, sizeof *owner, "parts of ranks");
  KHOP_TRY(khop_i_gather_number(r->exchange, status, &own, r->own));
  for (int k = 0; k < ranks; k++) owner[k] = k, length[k] = own[k];
  KHOP_TRY(khop_i_open(r->exchange, KHOP_OK, &r->pattern, r->own, ranks, owner, first, length));
done:
  khop_i_free(first);
  khop_i_free(length);
  khop_i_free(owner);
  return status;
}

static khop_status open_run(khop_shard_run *r, const khop_features *features, int parts) {
  khop_status status = split_model(r);
  if (status == KHOP_OK) status = open_parts(r, features, parts);
  if (status == KHOP_OK) status = make_room(r);
  bool made = status == KHOP_OK;
  KHOP_TRY(khop_i_agree_on(r->exchange, status, 4,
                           (khop_i_agreed[]){{"number of parts", r->parts},
                                             {"number of ops", made ? r->split->count : 0},
                                             {"number of parameters", made ? r->split->parameters : 0},
                                             {"training", r->training}}));
  KHOP_TRY(open_pattern(r));
  KHOP_TRY(build_taps(r));
  KHOP_TRY(khop_i_agree(r->exchange, open_ops(r)));
done:
  return status;
}

khop_status khop_shard_run_new(khop_shard_run **out, khop_model *model, khop_shard *shard, const khop_features *features,
                               int parts, bool training) {
  khop_shard_run *r = NULL;
  khop_status status = KHOP_OK;
  if (out) *out = NULL;
  if (!out || !shard) return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_run_new: the shard or a place for the run is missing");
  if (!model || !features) status = khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_run_new: the model or the features are missing");
  if (status == KHOP_OK) status = khop_i_alloc(&r, 1, sizeof *r, "a run");
  KHOP_TRY(khop_i_agree(&shard->owners.exchange, status));
  r->model = model;
  r->shard = shard;
  r->exchange = &shard->owners.exchange;
  r->training = training;
  KHOP_TRY(open_run(r, features, parts));
  *out = r;
  r = NULL;
done:
  khop_shard_run_free(r);
  return status;
}

static void close_part(khop_shard_run *r, int p) {
  if (r->run) khop_run_free(r->run[p]);
  if (r->features) khop_i_free((void *)(uintptr_t)r->features[p].offsets);
}

static void close_node(khop_i_shard_node *node) {
  khop_shard_taps_free(node->taps);
  khop_shard_rings_free(node->rings);
  khop_i_free(node->work);
  khop_i_free(node->kept[0]);
  khop_i_free(node->kept[1]);
  khop_i_free(node->sums);
}

void khop_shard_run_free(khop_shard_run *r) {
  if (!r) return;
  for (int p = 0; p < r->own; p++) close_part(r, p);
  for (int at = 0; r->node && at < r->split->count; at++) close_node(&r->node[at]);
  if (r->pattern) r->exchange->close(r->pattern, r->exchange->context);
  if (r->split) r->split->parameter_array = NULL; /* the model's */
  khop_model_free(r->split);
  void *const owned[] = {r->row, r->features, r->run, r->origin, r->elsewhere, r->node, r->x, r->y, r->own_gradients, r->all_gradients,
                         r->gradients, r->own_loss, r->all_loss};
  for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) khop_i_free(owned[k]);
  khop_i_free(r);
}

/* --- what the loss compares with, and what comes out ----------------------------------------------------------- */

static bool selects(const uint8_t *mask, int64_t rows) {
  for (int64_t i = 0; i < rows; i++)
    if (!mask || mask[i]) return true;
  return false;
}

/* Rows of a run count from its part's first. */
static khop_status name_part(const khop_shard_run *r, int p, khop_status status) {
  char part[80];
  snprintf(part, sizeof part, "part %d, which begins at node %lld", r->first + p,
           (long long)(khop_shard_first(r->shard) + r->row[p]));
  return khop_i_prefix(status, part);
}

/* Labels or targets of the rows that a part begins with. A part of which the mask selects nothing has no loss. */
static khop_status bind_part(khop_shard_run *r, int p, const int32_t *labels, const khop_real *targets, const uint8_t *mask) {
  khop_run *run = r->run[p];
  int64_t at = r->row[p], columns = khop_model_output_columns(r->split);
  const uint8_t *own = mask ? mask + at : NULL;
  khop_status status = KHOP_OK;
  run->labels = NULL;
  run->targets = NULL;
  r->own_loss[p] = (khop_i_part_loss){0};
  if (!selects(own, r->row[p + 1] - at)) return KHOP_OK;
  status = labels ? khop_run_labels(run, labels + at, own) : khop_run_targets(run, targets + at * columns, own);
  if (status == KHOP_E_VALUE) status = name_part(r, p, status);
  if (status == KHOP_OK) r->own_loss[p].terms = (double)khop_i_loss_terms(run);
  return status;
}

static khop_status bind(khop_shard_run *r, const int32_t *labels, const khop_real *targets, const uint8_t *mask) {
  khop_status status = KHOP_OK;
  if (!labels && !targets && khop_shard_rows(r->shard) > 0) status = khop_i_fail(KHOP_E_ARGUMENT, "no labels and no targets");
  for (int p = 0; status == KHOP_OK && p < r->own; p++) status = bind_part(r, p, labels, targets, mask);
  double terms = 0;
  r->terms = 0;
  KHOP_TRY(khop_i_shard_gather_losses(r, status, &terms));
  if (!(terms > 0))
    KHOP_FAIL(KHOP_E_VALUE, "the mask selects none of the %lld nodes", (long long)khop_shard_nodes(r->shard));
  r->terms = terms;
done:
  return status;
}

khop_status khop_shard_run_labels(khop_shard_run *run, const int32_t *labels, const uint8_t *mask) {
  return bind(run, labels, NULL, mask);
}
khop_status khop_shard_run_targets(khop_shard_run *run, const khop_real *targets, const uint8_t *mask) {
  return bind(run, NULL, targets, mask);
}

khop_status khop_shard_run_output(khop_real *output, const khop_shard_run *r) {
  int64_t columns = khop_model_output_columns(r->split);
  khop_i_run_state state = r->run[0]->state;
  if (state == KHOP_I_IDLE) return khop_i_fail(KHOP_E_ARGUMENT, "the output of a run before its first forward");
  for (int p = 0; p < r->own; p++)
    memcpy(output + r->row[p] * columns, khop_run_output(r->run[p]),
           (size_t)((r->row[p + 1] - r->row[p]) * columns) * sizeof *output);
  return KHOP_OK;
}

khop_real *khop_shard_run_gradients(khop_shard_run *run) { return run->gradients; }
