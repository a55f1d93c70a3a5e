/* read_mtx.c: see read_mtx.h. All ranks read the header; rows and columns are numbers of nodes already. */
#include "distributed/read_mtx.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/shard_arcs.h"
#include "graph/io/mtx_check.h"
#include "graph/io/text.h"
#include "graph/notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct rank_mtx {
  const khop_i_rank_file *file;
  khop_i_lines *lines; /* carries one line; owns */
  khop_i_mtx m;
  int64_t first, line; /* where the line behind the header begins; the number of the one before it */
  int64_t count, *from, *to; /* owns */
} rank_mtx;

static khop_status read_head(rank_mtx *r) {
  FILE *file = fopen(r->file->path, "rbe");
  if (!file) return khop_i_fail(KHOP_E_IO, "cannot open: %s", strerror(errno));
  khop_status status = khop_i_alloc_raw(&r->lines, 1, sizeof *r->lines, "a reader");
  if (status == KHOP_OK) {
    khop_i_lines_start(r->lines, file);
    status = khop_i_mtx_head(&r->m, r->lines, r->file->size);
    r->first = khop_i_lines_place(r->lines);
    r->line = r->lines->number;
  }
  fclose(file);
  if (status == KHOP_OK && r->m.array)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "an array of Matrix Market is read in one process (khop_graph_read): its "
                       "lines do not say where they stand");
  return status;
}

static khop_status add_entry(rank_mtx *r, const khop_i_line *line) {
  int64_t at[2];
  bool data;
  khop_i_lines_take(r->lines, line->start, (size_t)(line->end - line->start), line->number);
  khop_status status = khop_i_mtx_line(&data, r->lines);
  if (status != KHOP_OK || !data) return status;
  status = khop_i_mtx_entry(at, &r->m, r->lines);
  if (status == KHOP_OK) status = khop_i_room(&r->from, r->count + 1, sizeof *r->from, "entries");
  if (status == KHOP_OK) status = khop_i_room(&r->to, r->count + 1, sizeof *r->to, "entries");
  if (status != KHOP_OK) return status;
  r->from[r->count] = at[0] - 1;
  r->to[r->count++] = at[1] - 1 + (r->m.two_sides ? r->m.rows : 0);
  return KHOP_OK;
}

static khop_status read_own(rank_mtx *r) {
  khop_i_text_range range;
  khop_i_line line = {0};
  char *text = NULL;
  khop_status status = khop_i_rank_file_lines(&range, &line.number, r->file, r->first, r->line);
  while (status == KHOP_OK) {
    status = khop_i_text_range_next(&text, &range);
    if (status != KHOP_OK || !text) break;
    line.next = text;
    while (status == KHOP_OK && khop_i_text_line(&line)) status = add_entry(r, &line);
  }
  khop_i_text_range_close(&range);
  return khop_i_prefix(status, r->file->path);
}

/* What the values of all ranks say together. */
typedef struct tally {
  int64_t count, zeros;
  bool valued, weighted;
  double value[2];
} tally;

/* Collective. */
static khop_status add_up(rank_mtx *r, khop_status status) {
  const khop_exchange *e = r->file->exchange;
  const tally own = {r->count, r->m.zeros, r->m.valued, r->m.weighted, {r->m.value[0], r->m.value[1]}};
  const tally *first = NULL;
  const void *all;
  int64_t found = 0;
  status = khop_i_gather_bytes(e, status, &all, &own, sizeof own);
  if (status != KHOP_OK) return status;
  r->m.zeros = 0;
  for (const tally *t = all; t < (const tally *)all + e->ranks; t++) {
    found += t->count;
    r->m.zeros += t->zeros;
    if (!first && t->valued) first = t;
    bool differs = t->valued && (t->value[0] != first->value[0] || t->value[1] != first->value[1]);
    r->m.weighted = r->m.weighted || t->weighted || differs;
  }
  return khop_i_agree(e, khop_i_prefix(khop_i_mtx_count(&r->m, found), r->file->path));
}

/* --- the shard -------------------------------------------------------------------------------- */

static khop_i_direction_of_arcs direction(const khop_i_mtx *m, bool directed) {
  if (m->symmetric) return KHOP_I_BOTH_WAYS;
  if (directed) return KHOP_I_ONE_WAY;
  return m->two_sides ? KHOP_I_BOTH_WAYS : KHOP_I_AS_THEY_ARE;
}

static khop_status tell(khop_shard *s, const khop_i_mtx *m) {
  khop_status status = KHOP_OK;
  if (m->two_sides)
    KHOP_TRY(khop_i_shard_note(s, "%lld rows and %lld columns are two sets of nodes", (long long)m->rows,
                               (long long)m->columns));
  if (m->weighted) KHOP_TRY(khop_i_shard_note(s, "edge weights are ignored"));
  if (m->zeros) KHOP_TRY(khop_i_shard_note(s, "entries that are 0 are edges too: %lld", (long long)m->zeros));
done:
  return status;
}

khop_status khop_i_rank_mtx(khop_shard **shard, const khop_i_rank_file *file, const khop_i_source *source) {
  const khop_exchange *e = file->exchange;
  rank_mtx r = {.file = file};
  khop_shard *made = NULL;
  int64_t *starts = NULL;
  khop_status status = khop_i_prefix(read_head(&r), file->path);
  KHOP_TRY(khop_i_agree(e, status));
  KHOP_TRY(add_up(&r, read_own(&r)));
  status = khop_i_equal_starts(&starts, r.m.nodes, e->ranks);
  KHOP_TRY(khop_i_shard_of_arcs(&made, e, status, starts, r.count, &r.from, &r.to,
                                direction(&r.m, source->options.directed)));
  made->names.count_from = 1;
  made->names.left = r.m.two_sides ? r.m.rows : 0;
  KHOP_TRY(khop_i_agree(e, tell(made, &r.m)));
  *shard = made;
  made = NULL;
done:
  khop_shard_free(made);
  khop_i_free(starts);
  khop_i_free(r.lines);
  khop_i_free(r.from);
  khop_i_free(r.to);
  return status;
}
