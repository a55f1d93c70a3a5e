/* edge_header.c: see edge_header.h. */
#include "graph/io/edge_header.h"
#include "base/error.h"
#include "base/letters.h"
#include "graph/io/edge_names.h"
#include "graph/io/ignored.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define MOST_COLUMNS 64

typedef struct header_fields {
  khop_i_field field[MOST_COLUMNS];
  int count;
} header_fields;

/* "#tag b": a mark at once before a word. */
static bool begins_with_marked_word(const char *at, const char *end) {
  return (*at == '#' || *at == '%') && at + 1 < end && !strchr(" \t#%!", at[1]);
}

bool khop_i_edge_line_is_blank(const khop_i_line *line, const khop_i_edge_layout *layout) {
  const char *at = line->start;
  while (at < line->end && (*at == ' ' || *at == '\t' || *at == ',' || *at == ';')) at++;
  if (at == line->end) return true;
  if (*at != '#' && *at != '%') return false;
  if (!layout->marked_names || !begins_with_marked_word(at, line->end)) return true;
  int fields = khop_i_text_fields(line, layout->separator);
  return layout->columns ? fields != layout->columns : fields < 2 || fields > 3;
}

bool khop_i_edge_line_is_hidden(const khop_i_line *line, const khop_i_edge_layout *layout, int fields) {
  if (!begins_with_marked_word(line->start, line->end)) return false;
  int own = khop_i_text_fields(line, layout->separator);
  return own == fields || (layout->header && own > 1);
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
  return (size_t)(end - at) >= length && khop_i_strncasecmp(at, word, length) == 0 &&
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
    if (khop_i_lower((unsigned char)field->text[i]) != *word) return false;
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

bool khop_i_edge_line_next(khop_i_line *line, const khop_i_edge_layout *layout) {
  while (khop_i_text_line(line))
    if (!khop_i_edge_line_is_blank(line, layout)) return true;
  return false;
}

/* Words above numbers: names of columns that khop does not know. */
static bool stands_above_numbers(const header_fields *fields, khop_i_line line, const khop_i_edge_layout *layout) {
  header_fields below;
  for (int f = 0; f < fields->count; f++)
    if (looks_numeric(&fields->field[f])) return false;
  if (fields->count < 2 || !khop_i_edge_line_next(&line, layout)) return false;
  split_fields(&below, &line, layout->separator);
  bool numbers = below.count >= 2;
  for (int f = 0; f < below.count && f < 2; f++) numbers = numbers && looks_numeric(&below.field[f]);
  return numbers;
}

static bool counts_rows(const khop_i_field *field) {
  return !field->length || is_like(field, "unnamed0") || is_like(field, "index") || is_like(field, "id") ||
         is_like(field, "rowid") || is_like(field, "edgeid");
}

/* node_a and node_b, p1 and p2, x and y differ in their last letter alone; user and item are two kinds of nodes. */
static bool are_unlike(const khop_i_field *a, const khop_i_field *b) {
  return a->length != b->length || khop_i_strncasecmp(a->text, b->text, a->length - (a->length > 0)) != 0;
}

/* What an edge, or a node, has beside its ends. */
static bool is_no_end(const khop_i_field *field) {
  static const char *const words[] = {"label", "class", "type", "time", "timestamp", "date", "score", "count"};
  if (khop_i_is_weight(field->text, field->length)) return true;
  for (size_t w = 0; w < sizeof words / sizeof *words; w++)
    if (is_like(field, words[w])) return true;
  return false;
}

/* Two columns, after one that counts the rows, can only be the two ends, unless one is called otherwise. */
static khop_status take_only_pair(khop_i_edge_layout *layout, const header_fields *fields, const khop_i_line *line) {
  int first = fields->count == 3 && counts_rows(&fields->field[0]);
  if (fields->count - first != 2 || is_no_end(&fields->field[first]) || is_no_end(&fields->field[first + 1]))
    return khop_i_line_fail(line, "no two columns named like source and target, from and to, or u and v in the header");
  layout->from = first;
  layout->to = first + 1;
  layout->unlike = are_unlike(&fields->field[first], &fields->field[first + 1]);
  for (int end = 0; end < 2; end++)
    layout->named[end] = khop_i_excerpt_of(fields->field[first + end].text, fields->field[first + end].length);
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
  if (!khop_i_edge_line_next(&line, layout)) return;
  split_fields(&below, &line, layout->separator);
  int named = below.count > fields->count && below.field[fields->count].length > 0; /* rows have names, perhaps */
  for (int f = 0; f < fields->count && f + named < below.count; f++) {
    const khop_i_field *says = &below.field[f + named];
    if (is_like(&fields->field[f], "type") &&
        (khop_i_field_is(says, "directed") || khop_i_field_is(says, "undirected")))
      layout->type = f;
  }
}

/* --- what separates ------------------------------------------------------------------------- */

static char mark_of(const khop_i_line *line, bool table) {
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

/* How many fields there are; 0: a mark stands beside a blank, so that it separates. */
static int count_between_blanks(const khop_i_line *line, char mark) {
  khop_i_field field;
  const char *at = line->start;
  int fields = 0;
  for (; khop_i_text_field(&field, &at, line->end, ' '); fields++)
    if (!field.quoted && (field.text[0] == mark || field.text[field.length - 1] == mark)) return 0;
  return fields;
}

static bool begins_with_numbers(const khop_i_line *line) {
  header_fields fields;
  int64_t number;
  split_fields(&fields, line, ' ');
  return fields.count > 1 && khop_i_edge_id(&number, &fields.field[0]) && khop_i_edge_id(&number, &fields.field[1]);
}

static khop_i_line without_dictionary(khop_i_line line) {
  for (const char *at = line.start; at + 1 < line.end; at++)
    if (at[0] == ' ' && at[1] == '{') line.end = at;
  return line;
}

typedef struct separated {
  bool beside_blanks;    /* a mark stands beside a blank somewhere */
  bool marks;            /* a mark is in every line */
  bool blanks;           /* lines have as many fields between blanks as the first, two at least */
  bool numbers;          /* the first two of these are numbers */
} separated;

#define LOOKED_AT 100 /* lines */

static separated look_at_lines(const khop_i_edge_layout *layout, khop_i_line line, char mark) {
  separated s = {.marks = true, .blanks = true, .numbers = true};
  for (int l = 0, first = 0; l < LOOKED_AT; l++) {
    khop_i_line bare = without_dictionary(line);
    int fields = count_between_blanks(&bare, mark);
    if (l == 0) first = fields;
    s.beside_blanks = s.beside_blanks || fields == 0;
    s.marks = s.marks && khop_i_text_fields(&bare, mark) > 1;
    s.blanks = s.blanks && fields == first && fields > 1;
    s.numbers = s.numbers && begins_with_numbers(&bare);
    if (!khop_i_edge_line_next(&line, layout)) break;
  }
  return s;
}

/* In "a,b c" and "1 2 0,5" a comma is part of a field where blanks separate: it is not in every line, or numbers stand
 * before it. Where both could be, nobody knows. */
static khop_status find_separator(khop_i_edge_layout *layout, const khop_i_line *line, bool table) {
  if (layout->separator != ' ') return KHOP_OK; /* the file has said so */
  char mark = layout->marked_names ? ' ' : mark_of(line, table);
  layout->separator = mark == ' ' && !layout->marked_names ? KHOP_I_ANY_SEPARATOR : mark;
  if (mark == ' ' || table) return KHOP_OK;
  separated s = look_at_lines(layout, *line, mark);
  if (s.beside_blanks || (s.marks && !s.blanks)) return KHOP_OK;
  if (s.marks && !s.numbers)
    return khop_i_line_fail(line, "blanks may separate its fields, or commas (--format ncol reads blanks, and a file "
                                  "that is called .csv commas):");
  layout->separator = KHOP_I_ANY_SEPARATOR;
  return KHOP_OK;
}

/* "sep=;", for spreadsheets. */
static void take_separator(khop_i_edge_layout *layout) {
  khop_i_line line = layout->body;
  if (!khop_i_text_line(&line) || line.end - line.start != 5 || khop_i_strncasecmp(line.start, "sep=", 4) != 0) return;
  layout->separator = line.start[4];
  layout->body = line;
}

khop_status khop_i_edge_layout_find(khop_i_edge_layout *layout, const khop_i_text *text, const khop_i_source *source) {
  khop_i_line line = {.next = text->bytes};
  header_fields fields;
  *layout = (khop_i_edge_layout){.to = 1, .type = -1, .directed = source->options.directed, .separator = ' ',
                                  .marked_names = strcmp(source->format, "ncol") == 0};
  layout->body = line;
  take_separator(layout);
  line = layout->body;
  while (khop_i_text_line(&line) && khop_i_edge_line_is_blank(&line, layout)) {
    heed_comment(layout, &line);
    layout->body = line;
  }
  if (!line.start || khop_i_edge_line_is_blank(&line, layout)) return KHOP_OK;
  khop_status status = find_separator(layout, &line, source->names_first);
  if (status != KHOP_OK) return status;
  split_fields(&fields, &line, layout->separator);
  bool known = find_ends(layout, &fields);
  if (!known) layout->from = 0, layout->to = 1;
  layout->header = known || (source->names_first && stands_above_numbers(&fields, line, layout));
  if (!layout->header) return KHOP_OK;
  if (!known) status = take_only_pair(layout, &fields, &line);
  if (status != KHOP_OK) return status;
  layout->columns = khop_i_text_fields(&line, layout->separator);
  find_type(layout, &fields, line);
  list_unused(layout, &fields);
  layout->body = line;
  return KHOP_OK;
}
