/* read_edges.c: see read_edges.h.
 *
 *   all ranks   the first lines: header, separator, direction
 *   a rank      its lines, an edge each; from the first line again where an id of any rank is a name
 *   all ranks   ids become the numbers of one process (number_ids.h, number_names.h)
 *   a rank      sends edges and names to the owners of their rows */
#include "distributed/read_edges.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "distributed/number_names.h"
#include "distributed/shard_arcs.h"
#include "graph/io/edge_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD ((int64_t)1 << 20) /* bytes that all ranks read: comments, a header, and some lines */

typedef struct rank_edges {
  const khop_i_rank_file *file;
  khop_i_text head;
  khop_i_edge_reader reader;
  int64_t first; /* byte of the file where the body begins */
  int64_t edges, directed_edges, hidden; /* of all ranks */
} rank_edges;

/* --- the first lines -------------------------------------------------------------------------- */

static khop_status read_head(rank_edges *r) {
  khop_i_text_range range;
  char *text;
  int64_t size = r->file->size < HEAD ? r->file->size : HEAD;
  khop_status status = khop_i_text_range_open(&range, r->file->path, 0, 0, size, size);
  if (status == KHOP_OK) status = khop_i_text_range_next(&text, &range);
  if (status == KHOP_OK) {
    int64_t mark = range.given >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* of byte order */
    r->head.length = range.given - mark;
    status = khop_i_copy(&r->head.bytes, text + mark, r->head.length + 1, 1, "the first lines of a file");
    r->first = mark;
  }
  khop_i_text_range_close(&range);
  return status;
}

static khop_status in_one_process(const char *what) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "%s read in one process (khop_graph_read), not by ranges of its lines", what);
}

/* What nobody can know who has a part of the lines. */
static khop_status check_layout(const rank_edges *r) {
  const khop_i_edge_layout *layout = &r->reader.layout;
  khop_i_line line = layout->body;
  if (r->reader.adjacency) return in_one_process("adjacency lists are");
  if (layout->bipartite) return in_one_process("two sets of nodes (\"% bip\") are");
  if (layout->header && khop_i_edge_line_next(&line, layout) &&
      (layout->row_names || khop_i_text_fields(&line, layout->separator) == layout->columns + 1))
    return in_one_process("rows with a field more than the header are");
  if (!khop_i_edge_line_next(&line, layout) && !layout->header && r->head.length + 3 < r->file->size)
    return khop_i_fail(KHOP_E_FORMAT, "no edge in its first %lld bytes", (long long)r->head.length);
  return KHOP_OK;
}

static khop_status open_lines(rank_edges *r, const khop_i_source *source) {
  khop_status status = read_head(r);
  if (status == KHOP_OK) status = khop_i_edge_lines_open(&r->reader, source, &r->head);
  if (status != KHOP_OK) return status;
  r->first += r->reader.layout.body.next - r->head.bytes;
  return check_layout(r);
}

/* --- the lines of a rank ---------------------------------------------------------------------- */

static khop_status read_own(rank_edges *r) {
  khop_i_text_range range = {0};
  khop_i_line line = {0};
  char *text = NULL;
  khop_i_edge_lines_rewind(&r->reader);
  khop_status status =
      khop_i_rank_file_lines(&range, &line.number, r->file, r->first, r->reader.layout.body.number);
  while (status == KHOP_OK && !r->reader.restarts) {
    status = khop_i_text_range_next(&text, &range);
    if (status != KHOP_OK || !text) break;
    line.next = text;
    status = khop_i_edge_lines_read(&r->reader, &line);
    r->reader.ragged.start = r->reader.ragged.end = ""; /* its text goes with the block */
  }
  khop_i_text_range_close(&range);
  return khop_i_prefix(status, r->file->path);
}

/* Lines that begin alike are no adjacency list. */
static khop_status look_for_lists(khop_i_edge_reader *reader) {
  int64_t *first = NULL, count = reader->ends.count;
  khop_status status = khop_i_copy(&first, reader->ends.from, count, sizeof *first, "node ids");
  if (status != KHOP_OK) return status;
  if (count) qsort(first, (size_t)count, sizeof *first, khop_i_ascending_int64);
  for (int64_t e = 1; e < count; e++) reader->may_be_lists = reader->may_be_lists && first[e] != first[e - 1];
  khop_i_free(first);
  return KHOP_OK;
}

/* What the lines of all ranks say together. */
typedef struct tally {
  int64_t status, restarts, edges, directed, hidden, first_hidden, trailing, widest, ragged, lists;
} tally;

/* The first rank that failed or met a name decides, as the first line does in one process. */
static bool meets_name_first(const tally *all, int ranks) {
  for (int q = 0; q < ranks; q++)
    if (all[q].status != KHOP_OK || all[q].restarts) return all[q].status == KHOP_OK;
  return false;
}

static void add_up(rank_edges *r, const tally *all, int ranks) {
  khop_i_edge_reader *reader = &r->reader;
  reader->may_be_lists = true;
  r->edges = r->directed_edges = r->hidden = reader->trailing = reader->ragged.number = 0;
  for (int q = 0; q < ranks; q++) {
    if (!r->hidden && all[q].hidden) reader->first_hidden = all[q].first_hidden;
    if (!reader->ragged.number) reader->ragged.number = all[q].ragged;
    if (all[q].widest > reader->widest) reader->widest = (int)all[q].widest;
    reader->may_be_lists = reader->may_be_lists && (all[q].lists || !all[q].edges);
    r->edges += all[q].edges;
    r->directed_edges += all[q].directed;
    r->hidden += all[q].hidden;
    reader->trailing += all[q].trailing;
  }
  reader->hidden = r->hidden;
  reader->directed_edges = r->directed_edges;
}

/* Collective. Once where ids are numbers; again where one is a name. */
static khop_status read_until_settled(rank_edges *r) {
  const khop_exchange *e = r->file->exchange;
  khop_i_edge_reader *reader = &r->reader;
  for (;;) {
    const void *all;
    khop_status own = read_own(r);
    if (own == KHOP_OK && reader->may_be_lists) own = look_for_lists(reader);
    const tally t = {own, reader->restarts, reader->ends.count, reader->directed_edges, reader->hidden,
                     reader->first_hidden, reader->trailing, reader->widest, reader->ragged.number,
                     reader->may_be_lists};
    khop_status status = khop_i_gather_bytes(e, KHOP_OK, &all, &t, sizeof t);
    if (status != KHOP_OK) return status;
    bool again = meets_name_first(all, e->ranks);
    add_up(r, all, e->ranks);
    if (!again && (status = khop_i_agree(e, own)) != KHOP_OK) return status;
    if (!again && !(reader->layout.header && !r->edges && r->hidden && !reader->ends.by_name)) return KHOP_OK;
    khop_i_edge_lines_take_names(reader);
  }
}

/* Lines that one process would look at all together: it may find an adjacency list in them. */
static khop_status check_lines(const rank_edges *r) {
  const khop_i_edge_reader *reader = &r->reader;
  if (!r->edges) return khop_i_fail(KHOP_E_FORMAT, "no edges in its lines");
  if (reader->may_be_lists && !reader->ragged.number)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "all fields of all lines are nodes, and each line begins with another on its "
                       "rank: ranks read them as edges if that is said (format edges)");
  if (!reader->ragged.number || reader->edges_alone || reader->layout.header) return KHOP_OK;
  return khop_i_fail(KHOP_E_UNSUPPORTED,
                     "line %lld has not as many fields as the first: ranks read it as edges if that is said (format "
                     "edges), and an adjacency list is read in one process",
                     (long long)reader->ragged.number);
}

/* --- the graph -------------------------------------------------------------------------------- */

/* In a list that has directed edges, the others count in both directions. */
static khop_status mirror_undirected(rank_edges *r) {
  khop_i_edge_reader *reader = &r->reader;
  khop_status status = KHOP_OK;
  if (!r->directed_edges || reader->layout.directed) return KHOP_OK;
  reader->layout.directed = true;
  for (int64_t e = 0, count = reader->ends.count; e < count && status == KHOP_OK; e++)
    if (!reader->one_way[e]) status = khop_i_edge_ends_add(&reader->ends, reader->ends.to[e], reader->ends.from[e]);
  return status;
}

/* Collective. */
static khop_status make_shard(khop_shard **shard, rank_edges *r, const khop_i_source *source) {
  const khop_exchange *e = r->file->exchange;
  khop_i_edge_reader *reader = &r->reader;
  khop_i_numbering n = {0};
  khop_shard *made = NULL;
  int64_t *starts = NULL;
  khop_status status = reader->ends.by_name
                           ? khop_i_number_names(&n, e, &reader->ends)
                           : khop_i_number_ids(&n, e, &reader->ends, source->options.ids);
  if (status != KHOP_OK) goto done;
  for (int side = 0; side < 2; side++) khop_i_string_table_free(&reader->ends.names[side]);
  status = mirror_undirected(r);
  if (status == KHOP_OK) status = khop_i_equal_starts(&starts, n.nodes, e->ranks);
  KHOP_TRY(khop_i_shard_of_arcs(&made, e, status, starts, reader->ends.count, &reader->ends.from,
                                &reader->ends.to, reader->layout.directed ? KHOP_I_ONE_WAY : KHOP_I_BOTH_WAYS));
  KHOP_TRY(khop_i_shard_take_names(made, &n.have, n.first, n.count));
  status = khop_i_edge_lines_note(&made->notes, reader, r->edges);
  KHOP_TRY(khop_i_agree(e, status));
  *shard = made;
  made = NULL;
done:
  khop_i_numbering_close(&n);
  khop_i_free(starts);
  khop_shard_free(made);
  return status;
}

khop_status khop_i_rank_edges(khop_shard **shard, const khop_i_rank_file *file, const khop_i_source *source) {
  rank_edges r = {.file = file};
  const khop_exchange *e = file->exchange;
  khop_status status = khop_i_prefix(open_lines(&r, source), file->path);
  KHOP_TRY(khop_i_agree(e, status));
  KHOP_TRY(read_until_settled(&r));
  KHOP_TRY(khop_i_agree(e, khop_i_prefix(check_lines(&r), file->path)));
  KHOP_TRY(make_shard(shard, &r, source));
done:
  khop_i_edge_lines_close(&r.reader);
  khop_i_text_free(&r.head);
  return status;
}
