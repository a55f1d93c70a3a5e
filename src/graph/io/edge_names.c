/* edge_names.c: see edge_names.h. Numbers are ranked by a bitmap over all ids, or, where they lie too far apart for
 * that, in a sorted list:
 *
 *   ids      7 2 9 2         bits    0010000101      a word of 64 ids, and how many ids stand before it
 *   nodes    1 0 2 0         before  0 . . . . .  */
#include "graph/io/edge_names.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "graph/io/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the list ------------------------------------------------------------------------------- */

khop_status khop_i_edge_ends_add(khop_i_edge_ends *ends, int64_t from, int64_t to) {
  if (ends->count == ends->capacity) {
    int64_t capacity = ends->capacity ? 2 * ends->capacity : 1024;
    khop_status status = khop_i_grow(&ends->from, capacity, sizeof *ends->from, "an edge list");
    if (status == KHOP_OK) status = khop_i_grow(&ends->to, capacity, sizeof *ends->to, "an edge list");
    if (status != KHOP_OK) return status;
    ends->capacity = capacity;
  }
  ends->from[ends->count] = from;
  ends->to[ends->count++] = to;
  return KHOP_OK;
}

void khop_i_edge_ends_restart(khop_i_edge_ends *ends) {
  ends->count = 0;
  ends->by_name = true;
}

void khop_i_edge_ends_free(khop_i_edge_ends *ends) {
  khop_i_free(ends->from);
  khop_i_free(ends->to);
  for (int side = 0; side < 2; side++) khop_i_string_table_free(&ends->names[side]);
  *ends = (khop_i_edge_ends){0};
}

/* --- one id --------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool khop_i_edge_id(int64_t *id, const khop_i_field *field) {
  int64_t value = 0;
  if (!field->length || field->length > 18 || (field->text[0] == '0' && field->length > 1)) return false;
  for (size_t d = 0; d < field->length; d++) {
    if (!is_digit(field->text[d])) return false;
    value = 10 * value + (field->text[d] - '0');
  }
  *id = value;
  return true;
}

/* Text in UTF-8 without control characters. */
static bool is_text(const char *text, size_t length) {
  for (size_t i = 0; i < length;) {
    unsigned char c = (unsigned char)text[i++];
    int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : -1;
    if (more < 0 || c < 32 || c == 127) return false;
    for (; more > 0; more--, i++)
      if (i >= length || ((unsigned char)text[i] & 0xc0) != 0x80) return false;
  }
  return true;
}

/* -1, 1.5, +2, -, nan and {}: what somebody computed, and no name. */
static bool is_no_id(const khop_i_field *field, bool braces) {
  if (field->quoted) return false;
  if (field->text[0] == '{') return !braces; /* a Python dictionary */
  bool sign = field->text[0] == '-' || field->text[0] == '+', digit = false;
  int dots = 0;
  for (size_t i = sign; i < field->length; i++) {
    if (!is_digit(field->text[i]) && field->text[i] != '.') return khop_i_field_is(field, "nan");
    digit = digit || is_digit(field->text[i]);
    dots += field->text[i] == '.';
  }
  return (sign || dots == 1 || !digit) && dots < 2;
}

/* In place: "" becomes ". The text lies in memory that the reader may write. */
static size_t undouble(const khop_i_field *field) {
  char *text = (char *)(uintptr_t)field->text;
  size_t used = 0;
  for (size_t i = 0; i < field->length; i++) {
    text[used++] = field->text[i];
    if (field->text[i] == '"') i++;
  }
  return used;
}

static khop_status refuse_id(const khop_i_field *field, const khop_i_line *line) {
  khop_i_excerpt shown = khop_i_excerpt_of(field->text, field->length);
  if (field->text[0] == '-' && field->length > 1)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %s is negative", (long long)line->number, shown.text);
  if (field->text[0] == '{')
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" is not a node id; lists with a line for each neighbour "
                       "(write_multiline_adjlist of NetworkX) are not read", (long long)line->number, shown.text);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" is not a node id (an integer from 0 on, or a name)",
                     (long long)line->number, shown.text);
}

khop_status khop_i_edge_name(int64_t *id, khop_i_edge_ends *ends, int side, const khop_i_field *field, int column,
                             const khop_i_line *line) {
  int32_t found;
  if (!field->length)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: field %d is empty, and an edge needs two ends",
                       (long long)line->number, column + 1);
  if (is_no_id(field, ends->braces) || !is_text(field->text, field->length)) return refuse_id(field, line);
  size_t length = field->doubled ? undouble(field) : field->length;
  khop_status status =
      khop_i_string_table_add(&found, &ends->names[ends->two_sides ? side : 0], field->text, length);
  *id = found;
  return status;
}

/* --- numbers to nodes ----------------------------------------------------------------------- */

typedef struct id_set {
  int64_t count;
  int64_t *sorted; /* (count), or NULL: by bits */
  uint64_t *bits;
  int32_t *before; /* ids below each word of bits */
  int64_t words;
} id_set;

static void free_set(id_set *set) {
  khop_i_free(set->sorted);
  khop_i_free(set->bits);
  khop_i_free(set->before);
}

static khop_status sort_ids(id_set *set, const int64_t *const list[2], int lists, int64_t count) {
  khop_status status = khop_i_alloc_raw(&set->sorted, lists * count, sizeof *set->sorted, "node ids");
  if (status != KHOP_OK) return status;
  for (int l = 0; l < lists; l++) memcpy(set->sorted + l * count, list[l], (size_t)count * sizeof **list);
  qsort(set->sorted, (size_t)(lists * count), sizeof *set->sorted, khop_i_ascending_int64);
  for (int64_t i = 0; i < lists * count; i++)
    if (!i || set->sorted[i] != set->sorted[i - 1]) set->sorted[set->count++] = set->sorted[i];
  return KHOP_OK;
}

static khop_status mark_ids(id_set *set, const int64_t *const list[2], int lists, int64_t count, int64_t largest) {
  set->words = largest / 64 + 1;
  khop_status status = khop_i_alloc(&set->bits, set->words, sizeof *set->bits, "node ids");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&set->before, set->words, sizeof *set->before, "node ids");
  if (status != KHOP_OK) return status;
  for (int l = 0; l < lists; l++)
    for (int64_t e = 0; e < count; e++) set->bits[list[l][e] / 64] |= UINT64_C(1) << (list[l][e] % 64);
  for (int64_t w = 0; w < set->words; w++) {
    set->before[w] = (int32_t)set->count;
    set->count += __builtin_popcountll(set->bits[w]);
    if (set->count > KHOP_MAX_NODES) break;
  }
  return KHOP_OK;
}

static khop_status make_set(id_set *set, const int64_t *const list[2], int lists, int64_t count) {
  int64_t largest = 0;
  for (int l = 0; l < lists; l++)
    for (int64_t e = 0; e < count; e++)
      if (list[l][e] > largest) largest = list[l][e];
  khop_status status = largest / 64 <= 2 * count + 100000 ? mark_ids(set, list, lists, count, largest)
                                                          : sort_ids(set, list, lists, count);
  if (status == KHOP_OK && set->count > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_FORMAT, "it has %lld nodes at least; the most are %lld", (long long)set->count,
                       (long long)KHOP_MAX_NODES);
  return status;
}

static int64_t rank_of(const id_set *set, int64_t id) {
  if (set->bits)
    return set->before[id / 64] + __builtin_popcountll(set->bits[id / 64] & ((UINT64_C(1) << (id % 64)) - 1));
  const int64_t *at = bsearch(&id, set->sorted, (size_t)set->count, sizeof id, khop_i_ascending_int64);
  return at - set->sorted;
}

static void replace_ids(const id_set *set, int64_t *list, int64_t count, int64_t first) {
  for (int64_t e = 0; e < count; e++) list[e] = first + rank_of(set, list[e]);
}

/* Whether the ids are 0 .. count-1, so that the numbers of the nodes say all. */
static bool is_counted(const id_set *set) {
  if (set->sorted) return set->sorted[set->count - 1] == set->count - 1;
  int64_t last = set->words - 1;
  return set->before[last] == 64 * last && (set->bits[last] & (set->bits[last] + 1)) == 0;
}

/* The numbers as text, one behind another, from *at on. */
static char *write_names(char *at, const id_set *set, const char *prefix) {
  for (int64_t i = 0; set->sorted && i < set->count; i++)
    at += sprintf(at, "%s%lld", prefix, (long long)set->sorted[i]) + 1;
  for (int64_t w = 0; !set->sorted && w < set->words; w++)
    for (uint64_t bits = set->bits[w]; bits; bits &= bits - 1)
      at += sprintf(at, "%s%lld", prefix, (long long)(64 * w + __builtin_ctzll(bits))) + 1;
  return at;
}

#define NAME_BYTES 28 /* "right ", up to 19 digits, and the zero */

static khop_status compact_numbers(int64_t *nodes, char **names, khop_i_edge_ends *ends) {
  khop_status status = KHOP_OK;
  id_set set[2] = {{0}};
  const int64_t *const both[2] = {ends->from, ends->to}, *const right[2] = {ends->to};
  bool two = ends->two_sides;
  KHOP_TRY(make_set(&set[0], both, two ? 1 : 2, ends->count));
  if (two) KHOP_TRY(make_set(&set[1], right, 1, ends->count));
  ends->left = set[0].count;
  *nodes = set[0].count + set[1].count;
  if (two || !is_counted(&set[0])) {
    KHOP_TRY(khop_i_alloc(names, *nodes, NAME_BYTES, "names of nodes"));
    char *at = write_names(*names, &set[0], two ? "left " : "");
    if (two) write_names(at, &set[1], "right ");
    replace_ids(&set[0], ends->from, ends->count, 0);
    replace_ids(&set[two], ends->to, ends->count, two ? set[0].count : 0);
  }
done:
  free_set(&set[0]);
  free_set(&set[1]);
  return status;
}

/* --- strings to nodes ----------------------------------------------------------------------- */

static khop_status copy_names(int64_t *nodes, char **names, khop_i_edge_ends *ends) {
  const khop_i_string_table *left = &ends->names[0], *right = &ends->names[1];
  ends->left = left->count;
  *nodes = (int64_t)left->count + right->count;
  for (int64_t e = 0; ends->two_sides && e < ends->count; e++) ends->to[e] += left->count;
  if (!ends->two_sides) return khop_i_copy(names, left->pool, left->used, 1, "names of nodes");
  khop_status status = khop_i_alloc(names, left->used + right->used + 6 * *nodes, 1, "names of nodes");
  if (status != KHOP_OK) return status;
  char *at = *names;
  for (int32_t i = 0; i < left->count; i++) at += sprintf(at, "left %s", khop_i_string_table_text(left, i)) + 1;
  for (int32_t i = 0; i < right->count; i++) at += sprintf(at, "right %s", khop_i_string_table_text(right, i)) + 1;
  return KHOP_OK;
}

khop_status khop_i_edge_ends_number(int64_t *nodes, char **names, khop_i_edge_ends *ends, khop_ids ids) {
  int64_t largest[2] = {-1, -1};
  if (ends->by_name) return copy_names(nodes, names, ends);
  if (ids == KHOP_IDS_COMPACT) return compact_numbers(nodes, names, ends);
  for (int64_t e = 0; e < ends->count; e++) {
    if (ends->from[e] > largest[0]) largest[0] = ends->from[e];
    if (ends->to[e] > largest[1]) largest[1] = ends->to[e];
  }
  *nodes = (largest[0] > largest[1] ? largest[0] : largest[1]) + 1;
  if (ends->two_sides) {
    ends->left = largest[0] + 1;
    *nodes = ends->left + largest[1] + 1;
    for (int64_t e = 0; e < ends->count; e++) ends->to[e] += largest[0] + 1;
  }
  return KHOP_OK;
}

khop_status khop_i_edge_ends_columns(khop_graph *graph, const khop_i_edge_ends *ends, const char *names) {
  khop_status status = KHOP_OK;
  int64_t nodes = khop_graph_nodes(graph);
  const char **strings = NULL;
  KHOP_TRY(khop_i_alloc_raw(&strings, nodes, sizeof *strings, "names of nodes"));
  if (names) {
    for (int64_t i = 0; i < nodes; i++, names += strlen(names) + 1) strings[i] = names;
    KHOP_TRY(khop_graph_add_column(graph, "name", NULL, strings));
  }
  if (ends->two_sides) {
    for (int64_t i = 0; i < nodes; i++) strings[i] = i < ends->left ? "left" : "right";
    KHOP_TRY(khop_graph_add_column(graph, "side", NULL, strings));
  }
done:
  khop_i_free(strings);
  return status;
}
