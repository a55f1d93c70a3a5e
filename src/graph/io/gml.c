/* gml.c: GML: keys, each with a number, a string in quotes, or a list in brackets.
 *
 *   graph [ directed 1
 *     node [ id 10 label "a" vec 1 vec 2 d [ a 1 ] ]      columns label, vec[0], vec[1], d.a
 *     edge [ source 10 target 20 ] ]
 *
 * Ids may be numbers of any size. A key that a node has several times is a list. */
#include "graph/io/gml.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "graph/io/draft.h"
#include "graph/io/entities.h"
#include "graph/io/ignored.h"
#include "graph/io/lines.h"
#include "graph/io/text.h"
#include "graph/notes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 32  /* lists in lists */
#define LONGEST 120 /* bytes of a path of keys */

typedef enum kind { WORD, NUMBER, STRING, OPEN, CLOSE, END } kind;

typedef struct token {
  kind kind;
  char *text; /* in the text of the file */
  size_t length;
} token;

typedef struct pair {
  char key[LONGEST + 1];
  char *value;
  size_t length;
  bool text;
  bool start;  /* NetworkX's sign that a list of one, or none, follows, and no value */
  int index;   /* among the values of this key in its node */
  bool listed; /* the key has several values there */
} pair;

typedef struct gml {
  char *at;
  int64_t line;
  khop_i_draft draft;
  pair *pair; /* (pairs) of the node that is being read */
  int64_t pairs;
  khop_i_ignored ignored; /* of edges */
  bool directed, graphics;
  int graphs;
} gml;

/* --- tokens --------------------------------------------------------------------------------- */

static khop_status fail_at(const gml *g, const char *what, const token *t) {
  khop_i_excerpt shown = khop_i_excerpt_of(t->text, t->length);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s%s%s%s", (long long)g->line, what, t->length ? " \"" : "",
                     shown.text, t->length ? "\"" : "");
}

static void skip_blanks(gml *g) {
  for (;; g->at++) {
    if (*g->at == '#') g->at += strcspn(g->at, "\n");
    if (!*g->at || !isspace((unsigned char)*g->at)) return;
    g->line += *g->at == '\n';
  }
}

static khop_status read_string(token *t, gml *g) {
  *t = (token){.kind = STRING, .text = ++g->at};
  for (; *g->at && *g->at != '"'; g->at++) g->line += *g->at == '\n';
  t->length = (size_t)(g->at - t->text);
  if (!*g->at) return khop_i_fail(KHOP_E_FORMAT, "line %lld: a string without its closing quote", (long long)g->line);
  g->at++;
  return KHOP_OK;
}

static khop_status next_token(token *t, gml *g) {
  skip_blanks(g);
  *t = (token){.kind = END, .text = g->at};
  if (!*g->at) return KHOP_OK;
  if (*g->at == '"') return read_string(t, g);
  if (*g->at == '[' || *g->at == ']') {
    t->kind = *g->at++ == '[' ? OPEN : CLOSE;
    t->length = 1;
    return KHOP_OK;
  }
  t->length = strcspn(g->at, " \t\r\n\f\v[]\"#");
  g->at += t->length;
  t->kind = isalpha((unsigned char)*t->text) || *t->text == '_' ? WORD : NUMBER;
  if (!t->length) return fail_at(g, "a sign that GML does not have", t);
  return KHOP_OK;
}

static bool is_word(const token *t, const char *word) {
  return t->length == strlen(word) && khop_i_strncasecmp(t->text, word, t->length) == 0;
}

/* NAN and INF, as NetworkX writes them; with a sign they are numbers anyhow. */
static bool is_no_finite(const token *t) {
  return t->kind == WORD && (is_word(t, "nan") || is_word(t, "inf") || is_word(t, "infinity"));
}

/* --- lists ---------------------------------------------------------------------------------- */

static khop_status skip_list(gml *g) {
  token t;
  for (int64_t depth = 1; depth > 0;) {
    khop_status status = next_token(&t, g);
    if (status != KHOP_OK) return status;
    if (t.kind == END) return fail_at(g, "the file ends inside a list", &t);
    depth += t.kind == OPEN ? 1 : t.kind == CLOSE ? -1 : 0;
  }
  return KHOP_OK;
}

static khop_status add_pair(gml *g, const char *prefix, const token *key, const token *value) {
  khop_status status = khop_i_room(&g->pair, g->pairs + 1, sizeof *g->pair, "attributes of a node");
  if (status != KHOP_OK) return status;
  pair *p = &g->pair[g->pairs++];
  *p = (pair){.value = value->text, .length = value->length, .text = value->kind != NUMBER && !is_no_finite(value),
              .start = value->kind == STRING && is_word(value, "_networkx_list_start")};
  int length = (int)(key->length < LONGEST ? key->length : LONGEST);
  snprintf(p->key, sizeof p->key, "%s%.*s", prefix, length, key->text);
  return KHOP_OK;
}

/* Gathers the pairs of a list up to its bracket; those of lists in it as "key.inner". */
static khop_status read_pairs(gml *g, const char *prefix, int depth) {
  token key, value;
  char path[LONGEST + 1];
  for (;;) {
    khop_status status = next_token(&key, g);
    if (status != KHOP_OK || key.kind == CLOSE) return status;
    if (key.kind != WORD) return fail_at(g, "not the name of a value", &key);
    status = next_token(&value, g);
    if (status != KHOP_OK) return status;
    if (value.kind == CLOSE || value.kind == END) return fail_at(g, "a name without a value", &key);
    if (value.kind == OPEN) {
      if (depth == DEEPEST) return fail_at(g, "too many lists in lists at", &key);
      int length = (int)(key.length < LONGEST ? key.length : LONGEST);
      if (snprintf(path, sizeof path, "%s%.*s.", prefix, length, key.text) >= (int)sizeof path)
        return fail_at(g, "too long a name for a list:", &key);
      bool graphics = khop_i_strcasecmp(path, "graphics.") == 0;
      g->graphics = g->graphics || graphics;
      status = graphics ? skip_list(g) : read_pairs(g, path, depth + 1);
    } else {
      status = add_pair(g, prefix, &key, &value);
    }
    if (status != KHOP_OK) return status;
  }
}

static const pair *find_pair(const gml *g, const char *key) {
  for (int64_t p = 0; p < g->pairs; p++)
    if (khop_i_strcasecmp(g->pair[p].key, key) == 0) return &g->pair[p];
  return NULL;
}

/* A key that comes again at once is a list; NetworkX and igraph write lists together. */
static void count_repeats(gml *g) {
  for (int64_t p = 0; p < g->pairs; p++) {
    bool again = p > 0 && strcmp(g->pair[p - 1].key, g->pair[p].key) == 0;
    g->pair[p].index = again ? g->pair[p - 1].index + 1 : g->pair[p].start ? -1 : 0;
    g->pair[p].listed = again;
    if (again) g->pair[p - 1].listed = true;
  }
}

static khop_status set_pairs(gml *g, int64_t node) {
  khop_status status = KHOP_OK;
  char name[LONGEST + 16];
  count_repeats(g);
  for (int64_t p = 0; p < g->pairs && status == KHOP_OK; p++) {
    pair *of = &g->pair[p];
    if (khop_i_strcasecmp(of->key, "id") == 0 || of->start) continue;
    snprintf(name, sizeof name, of->listed ? "%s[%d]" : "%s", of->key, of->index);
    size_t length = of->text ? khop_i_entities_decode(of->value, of->length, true) : of->length;
    status = khop_i_draft_set(&g->draft, name, node, of->value, length, of->text);
  }
  return status;
}

static khop_status read_node(gml *g) {
  int64_t node = 0, before = g->draft.ids.count;
  token none = {.text = g->at};
  g->pairs = 0;
  khop_status status = read_pairs(g, "", 0);
  if (status != KHOP_OK) return status;
  const pair *id = find_pair(g, "id");
  if (!id) return fail_at(g, "a node without an id", &none);
  status = khop_i_draft_node(&node, &g->draft, id->value, id->length);
  if (status != KHOP_OK) return status;
  if (node < before) return fail_at(g, "a second node with the id", &(token){.text = id->value, .length = id->length});
  return set_pairs(g, node);
}

static khop_status read_edge(gml *g) {
  token none = {.text = g->at};
  g->pairs = 0;
  khop_status status = read_pairs(g, "", 0);
  if (status != KHOP_OK) return status;
  pair *from = (pair *)(uintptr_t)find_pair(g, "source"), *to = (pair *)(uintptr_t)find_pair(g, "target");
  if (!from || !to) return fail_at(g, "an edge without source and target", &none);
  static const char *const ends[] = {"source", "target", "id", "key"};
  for (int64_t i = 0; i < g->pairs; i++) {
    bool known = false;
    for (int w = 0; w < 4; w++) known = known || khop_i_strcasecmp(g->pair[i].key, ends[w]) == 0;
    if (!known) status = khop_i_ignored_add(&g->ignored, g->pair[i].key, strlen(g->pair[i].key));
    if (status != KHOP_OK) return status;
  }
  from->value[from->length] = to->value[to->length] = 0; /* a blank, a quote or a bracket that has been read */
  return khop_i_draft_link(&g->draft, from->value, to->value, true);
}

/* --- the file ------------------------------------------------------------------------------- */

static khop_status read_directed(gml *g, const token *value) {
  g->directed = is_word(value, "1") || is_word(value, "true");
  bool said = g->directed || is_word(value, "0") || is_word(value, "false");
  return said ? KHOP_OK : fail_at(g, "directed is 1 or 0, and not", value);
}

static khop_status read_graph(gml *g) {
  token key, value;
  for (;;) {
    khop_status status = next_token(&key, g);
    if (status != KHOP_OK || key.kind == CLOSE) return status;
    if (key.kind != WORD) return fail_at(g, key.kind == END ? "the file ends inside the graph" : "not a name:", &key);
    status = next_token(&value, g);
    if (status != KHOP_OK) return status;
    bool list = value.kind == OPEN, node = is_word(&key, "node"), edge = is_word(&key, "edge");
    if (value.kind == CLOSE || value.kind == END || (!list && (node || edge)))
      return fail_at(g, "a name without its value:", &key);
    if (is_word(&key, "directed")) status = read_directed(g, &value);
    if (!node && !edge && status == KHOP_OK) status = khop_i_ignored_of_graph(&g->ignored, key.text, key.length);
    if (status != KHOP_OK) return status;
    if (list) status = node ? read_node(g) : edge ? read_edge(g) : skip_list(g);
    if (status != KHOP_OK) return status;
  }
}

static khop_status read_file(gml *g) {
  token key, value;
  for (;;) {
    khop_status status = next_token(&key, g);
    if (status != KHOP_OK) return status;
    if (key.kind == END) break;
    if (key.kind != WORD) return fail_at(g, "not a name:", &key);
    status = next_token(&value, g);
    if (status != KHOP_OK) return status;
    if (value.kind == END || value.kind == CLOSE) return fail_at(g, "a name without its value:", &key);
    bool graph = value.kind == OPEN && is_word(&key, "graph");
    if (!graph) status = khop_i_ignored_of_graph(&g->ignored, key.text, key.length);
    if (value.kind == OPEN && status == KHOP_OK) status = graph && g->graphs++ == 0 ? read_graph(g) : skip_list(g);
    if (status != KHOP_OK) return status;
  }
  return g->graphs ? KHOP_OK : khop_i_fail(KHOP_E_FORMAT, "no \"graph [\" in it");
}

/* At a node with one value "vec" is none of "vec[0]", "vec[1]" of the others yet. */
static khop_status join_lists_of_one(khop_i_draft *draft) {
  char first[LONGEST + 16];
  khop_status status = KHOP_OK;
  for (int32_t c = 0; c < draft->names.count && status == KHOP_OK; c++) {
    const char *name = khop_i_string_table_text(&draft->names, c);
    snprintf(first, sizeof first, "%s[0]", name);
    status = khop_i_draft_join(draft, name, first);
  }
  return status;
}

static khop_status make_graph(khop_graph **graph, gml *g) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  g->draft.directed = g->directed;
  if (!g->directed) { /* "directed" may stand behind the edges */
    if (g->draft.edges) memset(g->draft.one_way, 0, (size_t)g->draft.edges);
    g->draft.one_way_edges = 0;
  }
  KHOP_TRY(join_lists_of_one(&g->draft));
  KHOP_TRY(khop_i_draft_keep_ids(&g->draft, "id"));
  KHOP_TRY(khop_i_draft_finish(&made, &g->draft, false));
  if (g->graphs > 1) KHOP_TRY(khop_i_graph_note(made, "%d graphs in it: the first is read", g->graphs));
  if (g->graphics) KHOP_TRY(khop_i_graph_note(made, "graphics are not read"));
  KHOP_TRY(khop_i_ignored_tell(made, &g->ignored));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_gml(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  gml g = {.line = 1};
  KHOP_TRY(khop_i_text_read(&text, source));
  g.at = text.bytes;
  KHOP_TRY(read_file(&g));
  KHOP_TRY(make_graph(graph, &g));
done:
  khop_i_free(g.pair);
  khop_i_draft_free(&g.draft);
  khop_i_ignored_free(&g.ignored);
  khop_i_text_free(&text);
  return status;
}
