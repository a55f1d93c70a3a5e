/* edge_header.c: see edge_header.h. */
#include "graph/io/edge_header.h"
#include "base/error.h"
#include "graph/io/ignored.h"
#include "graph/io/lines.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST_COLUMNS 64

typedef struct header_fields {
  khop_i_field field[MOST_COLUMNS];
  int count;
} header_fields;

bool khop_i_edge_line_is_blank(const khop_i_line *line) {
  const char *at = line->start;
  while (at < line->end && (*at == ' ' || *at == '\t' || *at == ',' || *at == ';')) at++;
  return at == line->end || *at == '#' || *at == '%';
}

static void split_fields(header_fields *fields, const khop_i_line *line, char separator) {
  const char *at = line->start;
  fields->count = 0;
  while (fields->count < MOST_COLUMNS && khop_i_text_field(&fields->field[fields->count], &at, line->end, separator))
    fields->count++;
}

/* --- comments ------------------------------------------------------------------------------- */

static bool begins_with(const char *at, const char *end, const char *word) {
  size_t length = strlen(word);
  return (size_t)(end - at) >= length && strncasecmp(at, word, length) == 0 &&
         (at + length == end || !isalnum((unsigned char)at[length]));
}

/* SNAP: "# Directed graph: ..", "# Undirected graph ..". KONECT: "% sym weighted", "% asym ..", "% bip ..". */
static void heed_comment(khop_i_edge_layout *layout, const khop_i_line *line) {
  const char *at = line->start;
  while (at < line->end && (*at == '#' || *at == ' ' || *at == '\t')) at++;
  if (layout->says) return;
  if (begins_with(at, line->end, "directed graph")) {
    layout->says = "directed";
    layout->directed = true;
  } else if (begins_with(at, line->end, "undirected graph")) {
    layout->says = "undirected";
  } else if (*at == '%') {
    at++;
    while (at < line->end && (*at == ' ' || *at == '\t')) at++;
    if (begins_with(at, line->end, "sym")) layout->says = "sym";
    if (begins_with(at, line->end, "asym")) layout->says = "asym";
    if (begins_with(at, line->end, "bip")) layout->says = "bip";
    layout->directed = layout->directed || begins_with(at, line->end, "asym");
    layout->bipartite = begins_with(at, line->end, "bip");
  }
}

/* --- names of columns ----------------------------------------------------------------------- */

static const char *const ends[][2] = {
    {"source", "target"},         {"from", "to"},           {"u", "v"},           {"head", "tail"},
    {"src", "dst"},               {"src", "dest"},          {"src", "trg"},       {"source", "destination"},
    {"sourceid", "targetid"},     {"fromid", "toid"},       {"srcid", "dstid"},   {"fromnodeid", "tonodeid"},
    {"fromnode", "tonode"},       {"sourcenode", "targetnode"}, {"idfrom", "idto"}, {"node1", "node2"},
    {"nodeid1", "nodeid2"},       {"id1", "id2"},           {"startid", "endid"}, {"start", "end"},
    {"subject", "object"},        {"parent", "child"},      {"citing", "cited"},  {"follower", "followee"},
    {"i", "j"},                   {"sender", "receiver"},   {"nodea", "nodeb"}};

/* A field against a word of letters and digits; case, blanks and signs in the field do not count: "From_Node Id". */
static bool is_like(const khop_i_field *field, const char *word) {
  for (size_t i = 0; i < field->length; i++) {
    if (!isalnum((unsigned char)field->text[i])) continue;
    if (tolower((unsigned char)field->text[i]) != *word) return false;
    word++;
  }
  return !*word;
}

static bool find_ends(khop_i_edge_layout *layout, const header_fields *fields) {
  for (size_t pair = 0; pair < sizeof ends / sizeof *ends; pair++) {
    layout->from = layout->to = -1;
    for (int f = fields->count - 1; f >= 0; f--) {
      if (is_like(&fields->field[f], ends[pair][0])) layout->from = f;
      if (is_like(&fields->field[f], ends[pair][1])) layout->to = f;
    }
    if (layout->from >= 0 && layout->to >= 0) return true;
  }
  return false;
}

static bool looks_numeric(const khop_i_field *field) {
  size_t at = field->length && strchr("-+.", field->text[0]) ? 1 : 0;
  return field->length > at && isdigit((unsigned char)field->text[at]);
}

/* The next line that is neither blank nor a comment. */
static bool next_row(khop_i_line *line) {
  while (khop_i_text_line(line))
    if (!khop_i_edge_line_is_blank(line)) return true;
  return false;
}

/* Words above numbers: names of columns that khop does not know. */
static bool stands_above_numbers(const header_fields *fields, khop_i_line line, char separator) {
  header_fields below;
  for (int f = 0; f < fields->count; f++)
    if (looks_numeric(&fields->field[f])) return false;
  if (fields->count < 2 || !next_row(&line)) return false;
  split_fields(&below, &line, separator);
  bool numbers = below.count >= 2;
  for (int f = 0; f < below.count && f < 2; f++) numbers = numbers && looks_numeric(&below.field[f]);
  return numbers;
}

static bool counts_rows(const khop_i_field *field) {
  return !field->length || is_like(field, "unnamed0") || is_like(field, "index") || is_like(field, "id") ||
         is_like(field, "rowid") || is_like(field, "edgeid");
}

/* Two columns, after one that counts the rows, can only be the two ends. */
static khop_status take_only_pair(khop_i_edge_layout *layout, const header_fields *fields, const khop_i_line *line) {
  int first = fields->count == 3 && counts_rows(&fields->field[0]);
  if (fields->count - first != 2)
    return khop_i_line_fail(line, "no two columns named like source and target, from and to, or u and v in the header");
  layout->from = first;
  layout->to = first + 1;
  return KHOP_OK;
}

static void list_unused(khop_i_edge_layout *layout, const header_fields *fields) {
  size_t used = 0;
  bool full = false;
  for (int f = 0; f < fields->count; f++) {
    const khop_i_field *field = &fields->field[f];
    if (f == layout->from || f == layout->to || f == layout->type || !field->length) continue;
    layout->weights = layout->weights || khop_i_is_weight(field->text, field->length);
    if (full) continue;
    khop_i_excerpt shown = khop_i_excerpt_of(field->text, field->length);
    if (used + sizeof shown.text + 8 > sizeof layout->unused) {
      memcpy(layout->unused + used, " ..", 4);
      full = true;
      continue;
    }
    used += (size_t)snprintf(layout->unused + used, sizeof layout->unused - used, "%s%s", used ? ", " : "", shown.text);
  }
}

/* Gephi's Type says Directed or Undirected at each edge; any other column of that name is left alone. */
static void find_type(khop_i_edge_layout *layout, const header_fields *fields, khop_i_line line) {
  header_fields below;
  layout->type = -1;
  if (!next_row(&line)) return;
  split_fields(&below, &line, layout->separator);
  for (int f = 0; f < fields->count && f < below.count; f++)
    if (is_like(&fields->field[f], "type") &&
        (khop_i_field_is(&below.field[f], "directed") || khop_i_field_is(&below.field[f], "undirected")))
      layout->type = f;
}

static char separator_of(const khop_i_line *line, bool table) {
  char found = ' ';
  bool quoted = false;
  for (const char *at = line->start; at < line->end; at++) {
    if (*at == '"') quoted = !quoted;
    if (quoted) continue;
    if (*at == '{') break; /* a Python dictionary, as NetworkX writes them behind the ends */
    if (*at == ',' || (*at == ';' && found != ',') || (table && *at == '\t' && found == ' ')) found = *at;
  }
  return found;
}

khop_status khop_i_edge_layout_find(khop_i_edge_layout *layout, const khop_i_text *text, const khop_i_source *source) {
  khop_i_line line = {.next = text->bytes};
  header_fields fields;
  *layout = (khop_i_edge_layout){.to = 1, .type = -1, .directed = source->options.directed, .separator = ' '};
  layout->body = line;
  while (khop_i_text_line(&line) && khop_i_edge_line_is_blank(&line)) {
    heed_comment(layout, &line);
    layout->body = line;
  }
  if (!line.start || khop_i_edge_line_is_blank(&line)) return KHOP_OK;
  layout->separator = separator_of(&line, source->names_first);
  split_fields(&fields, &line, layout->separator);
  bool known = find_ends(layout, &fields);
  if (!known) layout->from = 0, layout->to = 1;
  layout->header = known || (source->names_first && stands_above_numbers(&fields, line, layout->separator));
  if (!layout->header) return KHOP_OK;
  if (!known) {
    khop_status status = take_only_pair(layout, &fields, &line);
    if (status != KHOP_OK) return status;
  }
  find_type(layout, &fields, line);
  list_unused(layout, &fields);
  layout->body = line;
  return KHOP_OK;
}
