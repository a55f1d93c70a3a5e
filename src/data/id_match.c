/* id_match.c: see id_match.h. */
#include "data/id_match.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOTHING = -1, SEVERAL = -2 };

/* --- ids as they are written ------------------------------------------------------------------- */

bool khop_i_id_whole(int64_t *number, const char *text) {
  size_t digits = strspn(text, "0123456789");
  char *end;
  if (!digits || digits > 18 || (text[0] == '0' && digits > 1)) return false;
  *number = strtoll(text, &end, 10);
  if (!*end) return true;
  if (end[strspn(end, "0123456789+.eE")]) return false;
  double value = khop_i_read_number(text, &end);
  if (*end || value != floor(value) || value >= 9007199254740992.) return false; /* 2^53: every whole number below */
  *number = (int64_t)value;
  return true;
}

/* The id in digits, where it is a number that is written in another way; NULL: it is not. */
static const char *other_form(char form[24], const char *text) {
  int64_t number;
  if (!khop_i_id_whole(&number, text)) return NULL;
  snprintf(form, 24, "%lld", (long long)number);
  return strcmp(form, text) == 0 ? NULL : form;
}

/* --- names ------------------------------------------------------------------------------------- */

/* Gives a string to an item; further: another form of its name, which does not count where some item is called so. */
static khop_status add_name(khop_i_id_names *n, const char *text, int64_t item, bool further) {
  int32_t id, before = n->table.count;
  khop_status status = khop_i_string_table_add(&id, &n->table, text, strlen(text));
  if (status != KHOP_OK) return status;
  status = khop_i_room(&n->item, n->table.count, sizeof *n->item, "names");
  if (status != KHOP_OK) return status;
  if (n->table.count > before) n->item[id] = item;
  else if (!further) n->item[id] = SEVERAL;
  return KHOP_OK;
}

khop_status khop_i_id_names_make(khop_i_id_names *names, const char *what, const char *column, int64_t count,
                                 const char *const *strings) {
  khop_status status = KHOP_OK;
  char form[24];
  *names = (khop_i_id_names){.what = what, .column = strings ? column : NULL, .count = count};
  if (strings) status = khop_i_string_table_reserve(&names->table, count);
  for (int64_t i = 0; strings && i < count && status == KHOP_OK; i++)
    if (*strings[i]) status = add_name(names, strings[i], i, false);
  for (int64_t i = 0; strings && i < count && status == KHOP_OK; i++)
    if (other_form(form, strings[i])) status = add_name(names, form, i, true);
  return status;
}

void khop_i_id_names_free(khop_i_id_names *names) {
  khop_i_string_table_free(&names->table);
  khop_i_free(names->item);
}

static int64_t find_number(const khop_i_id_names *n, const char *text) {
  int64_t number;
  text += *text == 'n' && text[1]; /* as in GraphML, where "n0", "n1", .. only count */
  if (!khop_i_id_whole(&number, text) || number < n->base || number - n->base >= n->count) return NOTHING;
  return number - n->base;
}

static int64_t find_item(const khop_i_id_names *n, const char *text) {
  char form[24];
  if (!n->column) return find_number(n, text);
  int32_t id = khop_i_string_table_find(&n->table, text, strlen(text));
  const char *other = id < 0 ? other_form(form, text) : NULL;
  if (other) id = khop_i_string_table_find(&n->table, other, strlen(other));
  return id < 0 ? NOTHING : n->item[id];
}

/* --- which column ------------------------------------------------------------------------------ */

/* Headers of ids, without case, blanks, _ and -. */
static const char *const usual[] = {"id", "nodeid", "node", "nodename", "nodeindex", "nodeidx", "vertexid", "vertex",
                                    "vertexname", "graphid", "graph", "graphname", "graphindex", "name", "key",
                                    "index", ""};
enum { USUAL = sizeof usual / sizeof *usual };

static bool is_called(const char *header, const char *word) {
  for (; *header; header++) {
    if (strchr(" _-.", *header)) continue;
    if (khop_i_strncasecmp(header, word, 1) != 0 || !*word) return false;
    word++;
  }
  return !*word;
}

/* Columns in the order in which they are tried: (USUAL + 1). */
static int list_candidates(int *column, const khop_i_id_table *t) {
  int count = 0;
  bool first = false;
  for (int u = 0; u < USUAL; u++)
    for (int c = 0; c < t->columns; c++)
      if (count < USUAL && is_called(t->name[c], usual[u])) {
        first = first || c == 0;
        column[count++] = c;
      }
  if (!first) column[count++] = 0;
  return count;
}

/* item: (rows). Returns how many rows name something. */
static int64_t find_items(int64_t *item, const khop_i_id_table *t, int column, const khop_i_id_names *names) {
  int64_t count = 0;
  for (int64_t r = 0; r < t->rows; r++) {
    const char *cell = khop_i_id_table_cell(t, r, column);
    item[r] = *cell ? find_item(names, cell) : NOTHING;
    count += item[r] != NOTHING;
  }
  return count;
}

/* Ids without names count from 0 where one of them is 0, from 1 where one is the number of items, else as is usual. */
static void find_base(khop_i_id_names *names, const khop_i_id_table *t, int column) {
  int64_t number;
  bool zero = false, last = false;
  for (int64_t r = 0; r < t->rows; r++) {
    if (!khop_i_id_whole(&number, khop_i_id_table_cell(t, r, column))) continue;
    zero = zero || number == 0;
    last = last || number == names->count;
  }
  names->base = zero ? 0 : last ? 1 : names->base;
}

/* The first pair of a column and names that more rows agree on than on those before it. A column that is called as ids
 * are goes before one that only holds numbers that are names too. */
static khop_status choose(khop_i_id_match *m, const khop_i_id_table *t, khop_i_id_names *names, int keys) {
  int column[USUAL + 1], columns = list_candidates(column, t);
  int64_t *item = NULL;
  khop_status status = khop_i_alloc_raw(&m->item, t->rows, sizeof *m->item, "rows of a table");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&item, t->rows, sizeof *item, "rows of a table");
  m->column = column[0];
  for (int c = 0; c < columns && status == KHOP_OK; c++)
    for (int k = 0; k < keys && m->matched < t->rows; k++) {
      int64_t base = names[k].base, *before = m->item;
      if (!names[k].column) find_base(&names[k], t, column[c]);
      int64_t count = find_items(item, t, column[c], &names[k]);
      if (count <= m->matched) {
        names[k].base = base;
        continue;
      }
      *m = (khop_i_id_match){.column = column[c], .key = k, .matched = count, .item = item};
      item = before;
    }
  khop_i_free(item);
  return status;
}

/* --- what is wrong ----------------------------------------------------------------------------- */

static khop_status nothing_matches(const khop_i_id_table *t, int column, const khop_i_id_names *n) {
  char there[120];
  if (!n->column)
    snprintf(there, sizeof there, "the %ss have no names, and are numbered 0 to %lld", n->what,
             (long long)n->count - 1);
  else
    snprintf(there, sizeof there, "the %ss are called '%.40s' ..", n->what, khop_i_string_table_text(&n->table, 0));
  return khop_i_fail(KHOP_E_VALUE, "none of its %lld rows names a %s: its column '%.40s' begins with '%.40s', and %s "
                     "(the ids stand in a column called id, %s or name, or in the first)", (long long)t->rows, n->what,
                     t->name[column], khop_i_id_table_cell(t, 0, column), there, n->what);
}

static khop_status id_twice(const khop_i_id_table *t, int64_t first, int64_t second, int column) {
  return khop_i_fail(KHOP_E_VALUE, "the id '%.60s' stands twice, in line %lld and line %lld",
                     khop_i_id_table_cell(t, second, column), (long long)t->line[first], (long long)t->line[second]);
}

/* A table without a header: its first line names something as its other rows do. */
static khop_status check_first_line(const khop_i_id_table *t, int column, const khop_i_id_names *n) {
  for (int u = 0; u < USUAL; u++)
    if (is_called(t->name[column], usual[u])) return KHOP_OK;
  if (find_item(n, t->name[column]) < 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "its first line is a row: '%.60s' is a %s; a header with the names of the columns "
                     "is needed", t->name[column], n->what);
}

/* --- matching ---------------------------------------------------------------------------------- */

/* Two rows that name nothing may not have one id either. first: (strings of seen) their rows. */
static khop_status keep_stray(khop_i_id_match *m, const khop_i_id_table *t, int64_t row, khop_i_string_table *seen) {
  khop_status status = KHOP_OK;
  const char *text = khop_i_id_table_cell(t, row, m->column), *other;
  char form[24];
  int32_t id, before = seen->count;
  if ((other = other_form(form, text))) text = other;
  KHOP_TRY(khop_i_string_table_add(&id, seen, text, strlen(text)));
  if (seen->count == before) return id_twice(t, m->stray[id], row, m->column);
  KHOP_TRY(khop_i_room(&m->stray, m->strays + 1, sizeof *m->stray, "rows of a table"));
  m->stray[m->strays++] = row;
done:
  return status;
}

static khop_status match_row(khop_i_id_match *m, const khop_i_id_table *t, const khop_i_id_names *n, int64_t row,
                             khop_i_string_table *seen) {
  const char *cell = khop_i_id_table_cell(t, row, m->column);
  int64_t item = m->item[row];
  if (item == SEVERAL)
    return khop_i_fail(KHOP_E_VALUE, "line %lld: several %ss are called '%.60s'", (long long)t->line[row], n->what,
                       cell);
  if (item >= 0 && m->row[item] >= 0) return id_twice(t, m->row[item], row, m->column);
  if (item >= 0) m->row[item] = row;
  bool without = !*cell || (item < 0 && khop_i_id_table_says_missing(cell));
  m->without_id += without;
  return item >= 0 || without ? KHOP_OK : keep_stray(m, t, row, seen);
}

khop_status khop_i_id_match_rows(khop_i_id_match *match, khop_i_id_table *t, khop_i_id_names *names, int keys) {
  khop_status status = KHOP_OK;
  khop_i_string_table seen = {0};
  *match = (khop_i_id_match){0};
  KHOP_TRY(choose(match, t, names, keys));
  const khop_i_id_names *n = &names[match->key];
  if (!match->matched) KHOP_TRY(nothing_matches(t, match->column, n));
  KHOP_TRY(check_first_line(t, match->column, n));
  KHOP_TRY(khop_i_alloc_raw(&match->row, n->count, sizeof *match->row, "rows of a table"));
  for (int64_t i = 0; i < n->count; i++) match->row[i] = -1;
  for (int64_t r = 0; r < t->rows; r++) KHOP_TRY(match_row(match, t, n, r, &seen));
  for (int64_t i = 0; i < n->count; i++) match->without_row += match->row[i] < 0;
  if (!n->column)
    KHOP_TRY(khop_i_id_table_note(t, "its ids count the %ss from %lld on", n->what, (long long)n->base));
done:
  khop_i_string_table_free(&seen);
  return status;
}

void khop_i_id_match_free(khop_i_id_match *match) {
  khop_i_free(match->item);
  khop_i_free(match->row);
  khop_i_free(match->stray);
  *match = (khop_i_id_match){0};
}

static khop_status note_items_without(khop_i_id_table *t, const khop_i_id_match *m, const khop_i_id_names *n) {
  int64_t first = 0;
  char shown[80];
  while (m->row[first] >= 0) first++;
  snprintf(shown, sizeof shown, "%lld", (long long)(first + n->base));
  for (int32_t id = 0; n->column && id < n->table.count; id++)
    if (n->item[id] == first) {
      snprintf(shown, sizeof shown, "'%.60s'", khop_i_string_table_text(&n->table, id));
      break;
    }
  return khop_i_id_table_note(t, "%lld of %lld %ss ha%s no row, first %s", (long long)m->without_row,
                              (long long)n->count, n->what, m->without_row == 1 ? "s" : "ve", shown);
}

khop_status khop_i_id_match_note(khop_i_id_table *t, const khop_i_id_match *m, const khop_i_id_names *n) {
  khop_status status = KHOP_OK;
  if (m->without_id)
    KHOP_TRY(khop_i_id_table_note(t, "%lld of %lld rows ha%s no id", (long long)m->without_id, (long long)t->rows,
                                  m->without_id == 1 ? "s" : "ve"));
  if (m->without_row) KHOP_TRY(note_items_without(t, m, n));
done:
  return status;
}
