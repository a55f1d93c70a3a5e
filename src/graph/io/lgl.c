/* lgl.c: LGL: a node behind a #, then a line for each of its neighbours, which may have a weight. Undirected.
 *
 *   # a
 *   b 1.5
 *   c
 *   # lone       a node without edges */
#include "graph/io/lgl.h"
#include "base/error.h"
#include "graph/io/draft.h"
#include "graph/io/ignored.h"
#include "graph/io/text.h"

#include <string.h>

typedef struct lgl {
  khop_i_draft draft;
  int64_t node; /* whose neighbours follow; -1: none yet */
  bool weights;
} lgl;

static khop_status read_line(lgl *l, const khop_i_line *line) {
  khop_i_field field, name = {0};
  const char *at = line->start;
  int fields = 0;
  while (khop_i_text_field(&field, &at, line->end, ' ')) {
    if (!fields++) name = field;
  }
  if (!fields) return KHOP_OK;
  bool heading = name.text[0] == '#';
  if (heading && name.length == 1) { /* "# a" */
    if (fields != 2) return khop_i_line_fail(line, "not a # and one name:");
    at = name.text + 1;
    khop_i_text_field(&name, &at, line->end, ' ');
  } else if (heading) { /* "#a" */
    if (fields != 1) return khop_i_line_fail(line, "not a # and one name:");
    name.text++;
    name.length--;
  }
  int64_t node;
  khop_status status = khop_i_draft_node(&node, &l->draft, name.text, name.length);
  if (status != KHOP_OK) return status;
  if (heading) {
    l->node = node;
    return KHOP_OK;
  }
  if (fields > 2) return khop_i_line_fail(line, "not a name and perhaps a weight:");
  if (l->node < 0) return khop_i_line_fail(line, "a neighbour before the first node (# and its name):");
  l->weights = l->weights || fields == 2;
  return khop_i_draft_edge(&l->draft, l->node, node, false);
}

static khop_status make_graph(khop_graph **graph, lgl *l) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  for (int32_t i = 0; i < l->draft.ids.count; i++) {
    const char *name = khop_i_string_table_text(&l->draft.ids, i);
    KHOP_TRY(khop_i_draft_set(&l->draft, "name", i, name, strlen(name), true));
  }
  KHOP_TRY(khop_i_draft_finish(&made, &l->draft, false));
  KHOP_TRY(khop_i_ignored_tell(made, &(khop_i_ignored){.weights = l->weights}));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_lgl(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  khop_i_line line;
  lgl l = {.node = -1};
  KHOP_TRY(khop_i_text_read(&text, source));
  line = (khop_i_line){.next = text.bytes};
  while (khop_i_text_line(&line)) KHOP_TRY(read_line(&l, &line));
  if (!l.draft.ids.count) KHOP_FAIL(KHOP_E_FORMAT, "no nodes in its %lld lines", (long long)line.number);
  KHOP_TRY(make_graph(graph, &l));
done:
  khop_i_draft_free(&l.draft);
  khop_i_text_free(&text);
  return status;
}
