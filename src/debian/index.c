/* index.c: the text of a package index: stanzas of "Field: value" lines, blank lines between them.
 *
 *   Package: khop            -> a name
 *   Section: contrib/math    -> a section: math
 *   Depends: libc6 (>= 2.36),   -> relations: libc6, libblas3 and libblas.so.3
 *    libblas3 | libblas.so.3    (a line that begins with a blank goes on with the field)
 *   Description: exact hops  -> words: exact, hops
 *
 * What a stanza says is appended to the lists, and removed again where its package turns out to be a repeat. */
#include "debian/index.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/order.h"
#include "graph/io/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef enum field { OTHER, PACKAGE, SECTION, RELATION, DESCRIPTION } field;

typedef struct reader {
  FILE *file;
  char *line; /* owns; zero-terminated, without its end */
  size_t length, capacity;
  int64_t number;
  khop_i_packages *to;
  const khop_debian_options *options;
  /* the stanza */
  int64_t first;      /* its first line; 0: none is open */
  int64_t relations, words; /* where its part of the lists begins */
  int32_t name, section;    /* -1: not there yet */
  field field;
  bool wants_name;    /* in a relation: behind its beginning, a comma or a bar */
} reader;

khop_status khop_i_ids_push(khop_i_ids *ids, int32_t id) {
  if (ids->count == ids->capacity) {
    int64_t capacity = 2 * ids->capacity + 1024;
    khop_status status = khop_i_grow(&ids->id, capacity, sizeof *ids->id, "ids");
    if (status != KHOP_OK) return status;
    ids->capacity = capacity;
  }
  ids->id[ids->count++] = id;
  return KHOP_OK;
}

/* --- lines, of any length ------------------------------------------------------------------- */

static khop_status next_line(bool *more, reader *r) {
  int c = 0;
  r->length = 0;
  r->number++;
  while ((c = getc_unlocked(r->file)) != EOF && c != '\n') {
    if (c == 0)
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: a NUL byte; this is not text",
                         (long long)r->number);
    if (r->length + 2 > r->capacity) {
      khop_status status = khop_i_grow(&r->line, 2 * (int64_t)r->capacity + 256, 1, "a line");
      if (status != KHOP_OK) return status;
      r->capacity = 2 * r->capacity + 256;
    }
    r->line[r->length++] = (char)c;
  }
  if (ferror(r->file))
    return khop_i_fail(KHOP_E_IO, "line %lld: cannot read: %s", (long long)r->number,
                       strerror(errno));
  *more = c == '\n' || r->length > 0;
  if (r->length && r->line[r->length - 1] == '\r') r->length--;
  if (r->line) r->line[r->length] = 0;
  return KHOP_OK;
}

/* --- the values of fields ------------------------------------------------------------------- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c && strchr("+.-_", c));
}

static khop_status no_name(const reader *r, const char *text) {
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: '%s' is no name of a package",
                     (long long)r->number, khop_i_excerpt_of(text, strlen(text)).text);
}

/* "a (>= 1) [amd64], b:any | c": the names behind the beginning, each comma and each bar. */
static khop_status read_relations(reader *r, const char *text) {
  for (const char *at = text; *at;) {
    if (*at == ',' || *at == '|') {
      r->wants_name = true;
      at++;
    } else if (!r->wants_name || is_blank(*at)) {
      at++;
    } else {
      const char *end = at;
      int32_t id;
      while (is_name(*end)) end++;
      if (end == at) return no_name(r, at);
      khop_status status = khop_i_string_table_add(&id, &r->to->names, at, (size_t)(end - at));
      if (status == KHOP_OK) status = khop_i_ids_push(&r->to->relations, id);
      if (status != KHOP_OK) return status;
      r->wants_name = false;
      at = end;
    }
  }
  return KHOP_OK;
}

/* Three letters or more; longer ones than word are no words. */
static khop_status read_words(reader *r, const char *text) {
  char word[64];
  size_t length = 0;
  for (const char *at = text;; at++) {
    char lower = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    if (lower >= 'a' && lower <= 'z') {
      if (length < sizeof word) word[length] = lower;
      length++;
      continue;
    }
    if (length >= 3 && length <= sizeof word) {
      int32_t id;
      khop_status status = khop_i_string_table_add(&id, &r->to->words, word, length);
      if (status == KHOP_OK) status = khop_i_ids_push(&r->to->word, id);
      if (status != KHOP_OK) return status;
    }
    length = 0;
    if (!*at) return KHOP_OK;
  }
}

static khop_status read_package(reader *r, const char *text) {
  size_t length = 0;
  while (is_name(text[length])) length++;
  if (length == 0 || text[length]) return no_name(r, text);
  if (r->name >= 0)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: a second name in one stanza: '%s'",
                       (long long)r->number, khop_i_excerpt_of(text, length).text);
  return khop_i_string_table_add(&r->name, &r->to->names, text, length);
}

static khop_status read_section(reader *r, const char *text) {
  const char *slash = strrchr(text, '/');
  if (slash) text = slash + 1;
  return *text ? khop_i_string_table_add(&r->section, &r->to->sections, text, strlen(text)) : KHOP_OK;
}

static khop_status read_value(reader *r, const char *text) {
  switch (r->field) {
  case PACKAGE: return read_package(r, text);
  case SECTION: return read_section(r, text);
  case RELATION: return read_relations(r, text);
  case DESCRIPTION: return read_words(r, text);
  case OTHER: break;
  }
  return KHOP_OK;
}

/* Description-en and its kin are descriptions, Description-md5 is none. */
static field field_of(const char *name, size_t length) {
  static const struct {
    const char *name;
    field field;
  } known[] = {{"Package", PACKAGE},    {"Section", SECTION},       {"Depends", RELATION},
               {"Pre-Depends", RELATION}, {"Recommends", RELATION}, {"Description", DESCRIPTION},
               {"Description-en", DESCRIPTION}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strlen(known[i].name) == length && khop_i_strncasecmp(name, known[i].name, length) == 0)
      return known[i].field;
  return OTHER;
}

/* --- stanzas -------------------------------------------------------------------------------- */

/* Each word of the stanza once. */
static void tidy_words(khop_i_ids *word, int64_t first) {
  int64_t kept = first;
  qsort(word->id + first, (size_t)(word->count - first), sizeof *word->id, khop_i_ascending_int32);
  for (int64_t w = first; w < word->count; w++)
    if (kept == first || word->id[w] != word->id[kept - 1]) word->id[kept++] = word->id[w];
  word->count = kept;
}

static khop_status keep_stanza(reader *r) {
  khop_i_packages *to = r->to;
  khop_status status = KHOP_OK;
  int64_t p = to->name.count;
  if (p == to->ends_capacity) {
    int64_t capacity = 2 * p + 256;
    KHOP_TRY(khop_i_grow(&to->relation_end, capacity, sizeof *to->relation_end, "packages"));
    KHOP_TRY(khop_i_grow(&to->word_end, capacity, sizeof *to->word_end, "packages"));
    to->ends_capacity = capacity;
  }
  if (to->word.count > r->words) tidy_words(&to->word, r->words);
  KHOP_TRY(khop_i_ids_push(&to->section, r->section));
  KHOP_TRY(khop_i_ids_push(&to->name, r->name));
  to->relation_end[p] = to->relations.count;
  to->word_end[p] = to->word.count;
done:
  return status;
}

/* seen: a byte a name, grown with the names. */
static khop_status end_stanza(reader *r, khop_i_ids *seen) {
  if (!r->first) return KHOP_OK;
  if (r->name < 0)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: a stanza without a field Package",
                       (long long)r->first);
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && seen->count <= r->name) status = khop_i_ids_push(seen, 0);
  if (status != KHOP_OK) return status;
  if (seen->id[r->name]) {
    r->to->relations.count = r->relations;
    r->to->word.count = r->words;
    r->to->repeats++;
  } else {
    seen->id[r->name] = 1;
    status = keep_stanza(r);
  }
  r->relations = r->to->relations.count;
  r->words = r->to->word.count;
  r->first = 0;
  r->name = r->section = -1;
  r->field = OTHER;
  const khop_debian_options *o = r->options;
  int64_t done = r->to->name.count;
  if (status == KHOP_OK && done % 1024 == 0 && o->progress && !o->progress(done, o->context))
    return khop_i_fail(KHOP_E_INTERRUPTED, "reading was stopped after %lld packages",
                       (long long)done);
  return status;
}

static khop_status read_line(reader *r) {
  const char *line = r->line;
  if (is_blank(*line)) {
    if (r->first) return read_value(r, line);
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: '%s' goes on with a field, and none is open",
                       (long long)r->number, khop_i_excerpt_of(line, r->length).text);
  }
  const char *colon = strchr(line, ':');
  size_t length = colon ? (size_t)(colon - line) : 0;
  if (!length || strcspn(line, " \t") < length)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: '%s' is no field of a package: no 'Name: value'",
                       (long long)r->number, khop_i_excerpt_of(line, r->length).text);
  if (!r->first) r->first = r->number;
  r->field = field_of(line, length);
  r->wants_name = true;
  /* a value has no blanks at its ends */
  while (r->length > length + 1 && is_blank(r->line[r->length - 1])) r->line[--r->length] = 0;
  const char *value = colon + 1;
  while (is_blank(*value)) value++;
  return read_value(r, value);
}

khop_status khop_i_packages_read(khop_i_packages *packages, FILE *index,
                                 const khop_debian_options *options) {
  reader r = {.file = index, .to = packages, .options = options, .name = -1, .section = -1};
  khop_i_ids seen = {0};
  khop_status status = KHOP_OK;
  for (bool more = true;;) {
    KHOP_TRY(next_line(&more, &r));
    if (!more) break;
    bool blank = strspn(r.line ? r.line : "", " \t") == r.length;
    KHOP_TRY(blank ? end_stanza(&r, &seen) : read_line(&r));
  }
  KHOP_TRY(end_stanza(&r, &seen));
  if (packages->name.count == 0)
    KHOP_FAIL(KHOP_E_FORMAT, "there is no package in it (%lld lines)", (long long)r.number - 1);
done:
  khop_i_free(r.line);
  khop_i_free(seen.id);
  return status;
}

void khop_i_packages_free(khop_i_packages *p) {
  khop_i_string_table_free(&p->names);
  khop_i_string_table_free(&p->sections);
  khop_i_string_table_free(&p->words);
  khop_i_ids *const lists[] = {&p->name, &p->section, &p->relations, &p->word};
  for (int i = 0; i < 4; i++) khop_i_free(lists[i]->id);
  khop_i_free(p->relation_end);
  khop_i_free(p->word_end);
  *p = (khop_i_packages){0};
}
