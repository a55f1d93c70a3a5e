/* shard.c: a rank's share of a graph (khop/distributed.h). */
#include "distributed/shard.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/order.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

/* --- checks ----------------------------------------------------------------------------------- */

/* An exchange that cannot be called cannot agree either: each rank says so by itself. */
khop_status khop_i_take_exchange(khop_exchange *own, const khop_exchange *given) {
  if (!given) return khop_i_fail(KHOP_E_ARGUMENT, "a shard: the exchange is missing");
  khop_status status = KHOP_I_TAKE(khop_exchange, own, given);
  if (status != KHOP_OK) return status;
  if (!own->gather || !own->open || !own->fetch || !own->close || !own->message)
    return khop_i_fail(KHOP_E_ARGUMENT, "a shard: one of the calls of the exchange is missing");
  if (own->ranks < 1 || own->rank < 0 || own->rank >= own->ranks)
    return khop_i_fail(KHOP_E_ARGUMENT, "a shard: rank %d of %d", own->rank, own->ranks);
  return KHOP_OK;
}

static khop_status check_rows(int64_t rows, const int64_t *offsets, const int64_t *targets) {
  if (rows < 0 || !offsets || offsets[0] != 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "a shard: %lld rows%s", (long long)rows,
                       offsets ? ", or offsets that do not begin with 0" : ", and no offsets");
  for (int64_t i = 0; i < rows; i++)
    if (offsets[i + 1] < offsets[i])
      return khop_i_fail(KHOP_E_ARGUMENT, "a shard: offsets fall from %lld to %lld at its row %lld",
                         (long long)offsets[i], (long long)offsets[i + 1], (long long)i);
  if (offsets[rows] && !targets)
    return khop_i_fail(KHOP_E_ARGUMENT, "a shard: its targets are missing");
  return KHOP_OK;
}

static khop_status check_targets(const int64_t *offsets, const int64_t *targets,
                                 const khop_shard *s, int64_t nodes) {
  for (int64_t i = 0; i < s->owners.rows; i++)
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++)
      if (targets[a] < 0 || targets[a] >= nodes)
        return khop_i_fail(KHOP_E_ARGUMENT,
                           "an arc of node %lld leads to %lld, which is not one of the %lld nodes",
                           (long long)(s->owners.first + i), (long long)targets[a],
                           (long long)nodes);
  return KHOP_OK;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Rows sorted, without loops and repeats. */
static void tidy_rows(khop_i_arc_rows *rows, const khop_shard *s) {
  int64_t kept = 0, begin = 0;
  for (int64_t i = 0; i < s->owners.rows; i++) {
    int64_t *row = rows->targets + begin, count = rows->offsets[i + 1] - begin, last = -1;
    begin = rows->offsets[i + 1];
    if (count > 1) qsort(row, (size_t)count, sizeof *row, khop_i_ascending_int64);
    for (int64_t a = 0; a < count; a++) {
      int64_t to = row[a];
      if (to != s->owners.first + i && to != last) rows->targets[kept++] = to;
      last = to;
    }
    rows->offsets[i + 1] = kept;
  }
}

static khop_status copy_rows(khop_i_arc_rows *made, int64_t rows, const int64_t *offsets,
                             const int64_t *targets) {
  khop_status status =
      khop_i_copy(&made->offsets, offsets, rows + 1, sizeof *offsets, "the rows of a graph");
  if (status == KHOP_OK)
    status = khop_i_copy(&made->targets, targets, offsets[rows], sizeof *targets,
                         "the arcs of a graph");
  return status;
}

/* Collective. Who owns what, by how many rows each rank has. */
static khop_status find_starts(khop_shard *s, khop_status status, int64_t rows) {
  const int64_t *all;
  int ranks = s->owners.exchange.ranks;
  if (status == KHOP_OK)
    status = khop_i_alloc(&s->owners.starts, (int64_t)ranks + 1, sizeof *s->owners.starts, "ranks");
  KHOP_TRY(khop_i_gather_number(&s->owners.exchange, status, &all, rows));
  for (int r = 0; r < ranks; r++) s->owners.starts[r + 1] = s->owners.starts[r] + all[r];
  s->owners.first = s->owners.starts[s->owners.exchange.rank];
  s->owners.rows = rows;
  if (s->owners.starts[ranks] < ranks)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%d ranks are more than the %lld nodes of the graph", ranks,
              (long long)s->owners.starts[ranks]);
done:
  return status;
}

/* Whether all arcs of all ranks have their mirrors. */
static khop_status find_symmetry(bool *symmetric, const khop_exchange *e, khop_status status,
                                 const khop_i_arc_rows *a, const khop_i_arc_rows *b, int64_t rows) {
  const int64_t *all;
  int64_t arcs = a->offsets[rows];
  bool same = arcs == b->offsets[rows] &&
              memcmp(a->offsets, b->offsets, ((size_t)rows + 1) * sizeof *a->offsets) == 0 &&
              (!arcs || memcmp(a->targets, b->targets, (size_t)arcs * sizeof *a->targets) == 0);
  status = khop_i_gather_number(e, status, &all, same);
  *symmetric = status == KHOP_OK;
  for (int r = 0; r < e->ranks && *symmetric; r++) *symmetric = all[r];
  return status;
}

/* Collective. Of an undirected graph an arc counts in both directions, whoever owns it. */
static khop_status turn_rows(khop_shard *s, khop_i_direction_of_arcs kind) {
  khop_i_arc_rows turned = {0}, joined = {0}, *out = &s->along[KHOP_OUT];
  const khop_exchange *e = &s->owners.exchange;
  bool symmetric;
  khop_status status = KHOP_OK;
  s->directed = kind == KHOP_I_ONE_WAY;
  if (s->directed || kind == KHOP_I_MIRRORED) return KHOP_OK;
  KHOP_TRY(khop_i_arcs_turn(&turned, out, &s->owners));
  if (kind == KHOP_I_AS_THEY_ARE) {
    KHOP_TRY(find_symmetry(&symmetric, e, KHOP_OK, out, &turned, s->owners.rows));
    if (symmetric) goto done;
    s->directed = true;
    s->along[KHOP_IN] = turned;
    return KHOP_OK;
  }
  KHOP_TRY(khop_i_agree(e, khop_i_arcs_join(&joined, out, &turned, s->owners.rows)));
  khop_i_arcs_clear(out);
  *out = joined;
  joined = (khop_i_arc_rows){0};
done:
  khop_i_arcs_clear(&joined);
  khop_i_arcs_clear(&turned);
  return status;
}

khop_status khop_i_shard_make(khop_shard **out, const khop_exchange *e, khop_status status,
                              int64_t rows, khop_i_arc_rows *arcs, khop_i_direction_of_arcs kind) {
  khop_shard *s = NULL;
  if (status == KHOP_OK) status = khop_i_alloc(&s, 1, sizeof *s, "a shard");
  KHOP_TRY(khop_i_agree(e, status));
  s->owners.exchange = *e;
  KHOP_TRY(find_starts(s, KHOP_OK, rows));
  status = check_targets(arcs->offsets, arcs->targets, s, s->owners.starts[e->ranks]);
  KHOP_TRY(khop_i_agree(e, status));
  tidy_rows(arcs, s);
  s->along[KHOP_OUT] = *arcs;
  *arcs = (khop_i_arc_rows){0};
  KHOP_TRY(turn_rows(s, kind));
  *out = s;
  s = NULL;
done:
  khop_shard_free(s);
  return status;
}

static khop_status new_shard(khop_shard **out, const khop_exchange *e, int64_t rows,
                             const int64_t *offsets, const int64_t *targets, bool directed) {
  khop_i_arc_rows arcs = {0};
  khop_status status = check_rows(rows, offsets, targets);
  if (status == KHOP_OK) status = copy_rows(&arcs, rows, offsets, targets);
  KHOP_TRY(khop_i_agree_on(e, status, 1, &(khop_i_agreed){"graph's being directed", directed}));
  KHOP_TRY(khop_i_shard_make(out, e, KHOP_OK, rows, &arcs,
                             directed ? KHOP_I_ONE_WAY : KHOP_I_BOTH_WAYS));
done:
  khop_i_arcs_clear(&arcs);
  return status;
}

khop_status khop_shard_new(khop_shard **out, const khop_exchange *exchange, int64_t rows,
                           const int64_t *offsets, const int64_t *targets, bool directed) {
  khop_exchange own;
  khop_status status = KHOP_OK;
  if (!out) return khop_i_fail(KHOP_E_ARGUMENT, "a shard: there is no place for it");
  *out = NULL;
  KHOP_TRY(khop_i_take_exchange(&own, exchange));
  KHOP_TRY(new_shard(out, &own, rows, offsets, targets, directed));
done:
  return status;
}

khop_status khop_i_shard_note(khop_shard *s, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  khop_status status = khop_i_notes_add(&s->notes, format, arguments);
  va_end(arguments);
  return status;
}

void khop_shard_free(khop_shard *s) {
  if (!s) return;
  for (int d = 0; d < 3; d++) khop_i_arcs_clear(&s->along[d]);
  khop_i_row_names_clear(&s->names);
  khop_i_free(s->origin);
  khop_i_notes_free(&s->notes);
  khop_i_free(s->owners.starts);
  khop_i_free(s);
}

khop_status khop_i_shard_arcs(const khop_i_arc_rows **arcs, khop_shard *s,
                              khop_direction direction) {
  khop_status status = KHOP_OK;
  khop_i_arc_rows *along = s->along;
  if (!s->directed) direction = KHOP_OUT;
  *arcs = &along[direction];
  if (along[direction].offsets) return KHOP_OK;
  if (!along[KHOP_IN].offsets)
    KHOP_TRY(khop_i_arcs_turn(&along[KHOP_IN], &along[KHOP_OUT], &s->owners));
  if (direction == KHOP_ALL)
    KHOP_TRY(khop_i_agree(&s->owners.exchange, khop_i_arcs_join(&along[KHOP_ALL], &along[KHOP_OUT],
                                                                &along[KHOP_IN], s->owners.rows)));
done:
  return status;
}

int64_t khop_shard_nodes(const khop_shard *s) {
  return s->owners.starts[s->owners.exchange.ranks];
}
int64_t khop_shard_first(const khop_shard *s) {
  return s->owners.first;
}
int64_t khop_shard_rows(const khop_shard *s) {
  return s->owners.rows;
}
int64_t khop_shard_arcs(const khop_shard *s) {
  return s->along[KHOP_OUT].offsets[s->owners.rows];
}

/* --- of a whole graph ------------------------------------------------------------------------- */

/* The rows of this rank, as numbers of 64 bits. */
static khop_status cut_rows(int64_t **offsets, int64_t **targets, int64_t first, int64_t rows,
                            const khop_graph *graph) {
  khop_status status = KHOP_OK;
  const int64_t *from = khop_graph_offsets(graph) + first;
  int64_t arcs = from[rows] - from[0];
  KHOP_TRY(khop_i_alloc_raw(offsets, rows + 1, sizeof **offsets, "the rows of a graph"));
  KHOP_TRY(khop_i_alloc_raw(targets, arcs, sizeof **targets, "the arcs of a graph"));
  for (int64_t i = 0; i <= rows; i++) (*offsets)[i] = from[i] - from[0];
  for (int64_t a = 0; a < arcs; a++) (*targets)[a] = khop_graph_targets(graph)[from[0] + a];
done:
  return status;
}

/* A number that differs where two graphs do, but for chance. */
static int64_t fingerprint(const khop_graph *graph) {
  uint64_t hash = 0;
  int64_t n = khop_graph_nodes(graph), arcs = khop_graph_offsets(graph)[n];
  for (int64_t i = 0; i <= n; i++) hash = khop_i_random_mix(hash ^ (uint64_t)khop_graph_offsets(graph)[i]);
  for (int64_t a = 0; a < arcs; a++) hash = khop_i_random_mix(hash ^ (uint64_t)khop_graph_targets(graph)[a]);
  return (int64_t)hash;
}

khop_status khop_shard_of(khop_shard **out, const khop_exchange *exchange,
                          const khop_graph *graph) {
  khop_exchange e;
  khop_i_agreed agreed[3] = {
      {"number of nodes", 0}, {"number of edges", 0}, {"graph's fingerprint", 0}};
  int64_t *offsets = NULL, *targets = NULL, first = 0, rows = 0;
  khop_status status = KHOP_OK;
  if (!out) return khop_i_fail(KHOP_E_ARGUMENT, "a shard: there is no place for it");
  *out = NULL;
  KHOP_TRY(khop_i_take_exchange(&e, exchange));
  if (graph) {
    int64_t n = agreed[0].value = khop_graph_nodes(graph);
    agreed[1].value = khop_graph_edges(graph);
    agreed[2].value = fingerprint(graph);
    first = n * e.rank / e.ranks;
    rows = n * (e.rank + 1) / e.ranks - first;
    status = cut_rows(&offsets, &targets, first, rows, graph);
  } else {
    status = khop_i_fail(KHOP_E_ARGUMENT, "a shard: the graph is missing");
  }
  KHOP_TRY(khop_i_agree_on(&e, status, 3, agreed));
  KHOP_TRY(new_shard(out, &e, rows, offsets, targets, khop_graph_is_directed(graph)));
done:
  khop_i_free(offsets);
  khop_i_free(targets);
  return status;
}
