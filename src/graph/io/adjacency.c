/* adjacency.c: tells an adjacency list from an edge list with something behind the two ids.
 *
 *   0 1 2 3      each line begins with      0 1          the same beginning twice, or words
 *   1 2 3        another node, and all      1 2 0.5      that are no nodes: weights, times,
 *   2            fields are nodes           1 3 red      attributes */
#include "graph/io/adjacency.h"
#include "base/error.h"
#include "base/string_table.h"
#include "graph/io/edge_names.h"

typedef struct shape {
  khop_i_string_table known; /* the first fields, then the second ones */
  bool distinct;             /* no two lines begin alike */
  bool numbers;              /* all fields are node ids that are numbers */
  bool long_lines;           /* one has three fields at least */
  bool all_known;            /* what stands behind two fields stands among the first two elsewhere */
} shape;

/* Adds fields first .. last of each line to those that are known; *grew: one was new in a line that had it. */
static khop_status add_fields(shape *s, const khop_i_edge_layout *layout, int first, int last, bool *old, bool *fresh) {
  khop_i_line line = layout->body;
  while (khop_i_edge_line_next(&line, layout)) {
    const char *at = line.start;
    khop_i_field field;
    for (int f = 0; f <= last && khop_i_text_field(&field, &at, line.end, layout->separator); f++) {
      int64_t number;
      int32_t id, before = s->known.count;
      if (f < first || !field.length) continue;
      s->numbers = s->numbers && khop_i_edge_id(&number, &field);
      s->long_lines = s->long_lines || f > 1;
      khop_status status = khop_i_string_table_add(&id, &s->known, field.text, field.length);
      if (status != KHOP_OK) return status;
      *(s->known.count > before ? fresh : old) = true;
    }
  }
  return KHOP_OK;
}

khop_status khop_i_adjacency_find(bool *found, const khop_i_edge_layout *layout, const khop_i_line *ragged) {
  khop_status status = KHOP_OK;
  shape s = {.numbers = true};
  bool twice = false, fresh = false, ignored = false, unknown = false;
  *found = false;
  KHOP_TRY(add_fields(&s, layout, 0, 0, &twice, &fresh));
  KHOP_TRY(add_fields(&s, layout, 1, 1, &ignored, &fresh));
  KHOP_TRY(add_fields(&s, layout, 2, INT32_MAX, &ignored, &unknown));
  if (!s.long_lines || (!s.numbers && unknown)) goto done;
  if (twice) {
    status = khop_i_line_fail(ragged, "not as many fields as the first line, all of them nodes: an edge list "
                                      "(format edges) or an adjacency list (format adjlist)?");
    goto done;
  }
  *found = true;
done:
  khop_i_string_table_free(&s.known);
  return status;
}

/* A line with a node twice is no list of neighbours. */
static bool repeats_itself(const int64_t *id, int count) {
  for (int i = 0; i < count; i++)
    for (int j = 0; j < i; j++)
      if (id[i] == id[j]) return true;
  return false;
}

#define LOOKED_AT 64 /* fields of a line */

bool khop_i_adjacency_line(const khop_i_line *line, char separator) {
  int64_t id[LOOKED_AT];
  khop_i_field field;
  const char *at = line->start;
  int count = 0;
  while (count < LOOKED_AT && khop_i_text_field(&field, &at, line->end, separator))
    if (!khop_i_edge_id(&id[count++], &field)) return false;
  return !repeats_itself(id, count);
}

khop_status khop_i_adjacency_doubt(const khop_i_edge_layout *layout, int fields) {
  khop_status status = KHOP_OK;
  shape s = {.numbers = true};
  khop_i_line line = layout->body, first;
  bool old = false, fresh = false;
  if (!khop_i_edge_line_next(&line, layout)) return KHOP_OK;
  first = line;
  do {
    const char *at = line.start;
    khop_i_field field;
    int32_t id, before = s.known.count;
    if (!khop_i_adjacency_line(&line, layout->separator)) goto done;
    (void)khop_i_text_field(&field, &at, line.end, layout->separator);
    KHOP_TRY(khop_i_string_table_add(&id, &s.known, field.text, field.length));
    if (s.known.count == before) goto done;
  } while (khop_i_edge_line_next(&line, layout));
  KHOP_TRY(add_fields(&s, layout, 1, 1, &old, &fresh));
  old = fresh = false;
  KHOP_TRY(add_fields(&s, layout, 2, INT32_MAX, &old, &fresh));
  if (old || fields > 3)
    status = khop_i_line_fail(&first, "all fields of all lines are nodes, and each line begins with another: an edge "
                                      "list (format edges) or an adjacency list (format adjlist)?");
done:
  khop_i_string_table_free(&s.known);
  return status;
}
