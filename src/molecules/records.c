/* records.c: files of molecules cut into records; no chemistry is known here.
 *
 *   .smi  | SMILES name                    a record is a line
 *   .csv  | a,b,"c d"                      a line of fields, which may hold line ends inside quotes
 *   .sdf  | molfile > <field> value $$$$   the lines up to the dollars
 *
 * The file is read in blocks; what is held is the record at hand. */
#include <khop/molecules.h>

#include "molecules/records.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/string_table.h"
#include "data/answers.h"
#include "files/pipes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SMI, CSV, SDF };

/* A record of more bytes than this is skipped, and reported. */
#define MOST_BYTES (16 << 20) /* 16 MB: molfiles of KHOP_MAX_ATOMS atoms take some 1.5 */

struct khop_records {
  FILE *file;
  char *path;
  int64_t bytes, done; /* of the file; those read */
  int format;
  char separator;
  unsigned char buffer[65536];
  size_t at, filled;
  int64_t line;        /* the last that was begun */
  char *text;          /* the record, zero-terminated */
  int64_t length, capacity;
  bool cut, has_nul;   /* too long; holds what no text holds */
  char **field;        /* csv: the fields of the record, inside text */
  int64_t fields, field_capacity;
  int smiles, id;      /* csv: which fields; id: -1: none; sdf: unused */
  int columns;
  char **name;         /* (columns) */
  int *column;         /* (columns) csv: which field */
  double *values;      /* (columns) */
  const char **texts;  /* (columns) */
  char **held;         /* (columns) sdf: what texts point to; csv: unused; owns */
  khop_i_string_table known; /* names of the columns; sdf: of the fields met so far */
  bool *met;           /* (columns) some record has it */
};

/* More fields of an SDF than this are not remembered. */
#define MOST_FIELDS 1000

/* --- bytes and lines -------------------------------------------------------------------------- */

static int next_byte(khop_records *r) {
  if (r->at == r->filled) {
    r->at = 0;
    r->filled = fread(r->buffer, 1, sizeof r->buffer, r->file);
    r->done += (int64_t)r->filled;
    if (r->filled == 0) return -1;
  }
  return r->buffer[r->at++];
}

/* Adds one byte to the record; there is always space for the final zero. */
static khop_status add_byte(khop_records *r, int c) {
  if (r->length + 2 > r->capacity) {
    khop_status status = khop_i_grow(&r->text, 2 * r->capacity + 256, 1, "a record");
    if (status != KHOP_OK) return status;
    r->capacity = 2 * r->capacity + 256;
  }
  if (c == 0) r->has_nul = true;
  if (r->length >= MOST_BYTES)
    r->cut = true;
  else
    r->text[r->length++] = (char)c;
  r->text[r->length] = 0;
  return KHOP_OK;
}

/* Adds a line without its end; *more is false where the file has ended. */
static khop_status add_line(bool *more, khop_records *r) {
  int c = next_byte(r);
  int64_t start = r->length;
  khop_status status = KHOP_OK;
  *more = c >= 0;
  if (c >= 0) r->line++;
  for (; status == KHOP_OK && c >= 0 && c != '\n'; c = next_byte(r)) status = add_byte(r, c);
  if (status != KHOP_OK) return status;
  if (ferror(r->file))
    return khop_i_fail(KHOP_E_IO, "%s: line %lld: cannot read: %s", r->path, (long long)r->line,
                       strerror(errno));
  if (r->length > start && r->text[r->length - 1] == '\r') r->text[--r->length] = 0;
  if (r->line == 1 && r->length - start >= 3 && memcmp(r->text + start, "\xef\xbb\xbf", 3) == 0) {
    memmove(r->text + start, r->text + start + 3, (size_t)(r->length - start - 2));
    r->length -= 3;
  }
  return KHOP_OK;
}

static khop_status begin(khop_records *r) {
  r->length = 0;
  r->cut = r->has_nul = false;
  khop_status status = add_byte(r, ' '); /* so that text is never NULL */
  r->length = 0;
  r->text ? r->text[0] = 0 : 0;
  return status;
}

/* --- fields of a line of .csv ----------------------------------------------------------------- */

/* Where the quotes of a line are open at its end, its field goes on in the next line. */
static bool quotes_open(const char *text, int64_t from, int64_t to, bool open) {
  for (int64_t i = from; i < to; i++) open ^= text[i] == '"';
  return open;
}

static khop_status add_csv_record(bool *more, khop_records *r, int64_t *first_line) {
  bool open = false;
  khop_status status = add_line(more, r);
  *first_line = r->line;
  int64_t seen = 0;
  while (status == KHOP_OK && *more && !r->cut) {
    open = quotes_open(r->text, seen, r->length, open);
    seen = r->length;
    if (!open) break;
    bool another = false;
    status = add_byte(r, '\n');
    if (status == KHOP_OK) status = add_line(&another, r);
    if (!another) break;
  }
  return status;
}

static khop_status add_field(khop_records *r, char *start) {
  if (r->fields == r->field_capacity) {
    khop_status status = khop_i_grow(&r->field, 2 * r->field_capacity + 16, sizeof *r->field, "fields");
    if (status != KHOP_OK) return status;
    r->field_capacity = 2 * r->field_capacity + 16;
  }
  r->field[r->fields++] = start;
  return KHOP_OK;
}

/* Cuts text into fields where it stands; quotes go, and a doubled one becomes one. */
static khop_status split(khop_records *r) {
  char *from = r->text, *to = r->text;
  khop_status status = KHOP_OK;
  r->fields = 0;
  for (bool more = true; more && status == KHOP_OK;) {
    status = add_field(r, to);
    bool quoted = false;
    for (; *from && (quoted || *from != r->separator); from++) {
      if (*from != '"')
        *to++ = *from;
      else if (quoted && from[1] == '"')
        *to++ = *from++;
      else
        quoted = !quoted;
    }
    more = *from == r->separator && *from;
    from++;
    *to++ = 0;
  }
  return status;
}

static int find_field(const khop_records *r, const char *name) {
  for (int64_t i = 0; i < r->fields; i++)
    if (strcmp(r->field[i], name) == 0) return (int)i;
  return -1;
}

static void trim(char **text) {
  while (**text == ' ' || **text == '\t') (*text)++;
  size_t length = strlen(*text);
  while (length && strchr(" \t\r\n", (*text)[length - 1])) (*text)[--length] = 0;
}

/* "a, b, c"; a long list is cut. */
static void list_names(char there[400], const khop_records *r) {
  size_t used = 0;
  *there = 0;
  for (int32_t i = 0; i < r->known.count && used + 60 < 400; i++)
    used += (size_t)snprintf(there + used, 400 - used, "%s%.50s", i ? ", " : "",
                             khop_i_string_table_text(&r->known, i));
}

static khop_status missing_column(const khop_records *r, const char *name) {
  char there[400];
  list_names(there, r);
  return khop_i_fail(KHOP_E_FORMAT, "%s: line 1: there is no column \"%.60s\"; there are: %s", r->path,
                     name, there);
}

khop_status khop_i_records_check_fields(const khop_records *r) {
  char there[400];
  list_names(there, r);
  for (int i = 0; i < r->columns && r->format == SDF; i++)
    if (!r->met[i])
      return khop_i_fail(KHOP_E_FORMAT, "%s: no record has the field \"%.60s\"; there %s%s", r->path, r->name[i],
                         *there ? "are: " : "is none", there);
  return KHOP_OK;
}

const char *khop_records_column(const khop_records *records, int64_t i) {
  bool known = i >= 0 && i < records->known.count;
  return known ? khop_i_string_table_text(&records->known, (int32_t)i) : NULL;
}

/* A name that stands twice in the header means either column. */
static khop_status remember_names(khop_records *r) {
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < r->fields && status == KHOP_OK; i++) {
    int32_t before = r->known.count, id;
    status = khop_i_string_table_add(&id, &r->known, r->field[i], strlen(r->field[i]));
    for (int c = 0; c < r->columns && status == KHOP_OK && r->known.count == before; c++)
      if (strcmp(r->name[c], r->field[i]) == 0)
        return khop_i_fail(KHOP_E_FORMAT, "%s: line 1: two columns are called \"%.60s\"", r->path, r->name[c]);
  }
  return status;
}

/* The column that says what a molecule is called. */
static int find_id(const khop_records *r) {
  static const char *const usual[] = {"id", "name", "compound id", "compound_id", "molecule_id", "mol_id",
                                      "molecule_chembl_id", "chembl_id", "title"};
  for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
    for (int64_t i = 0; i < r->fields; i++)
      if (i != r->smiles && khop_i_strcasecmp(r->field[i], usual[k]) == 0) return (int)i;
  return -1;
}

static khop_status read_names(khop_records *r, const char *smiles_column) {
  static const char *const usual[] = {"smiles", "SMILES", "Smiles", "canonical_smiles"};
  bool more;
  int64_t line;
  khop_status status = begin(r);
  if (status == KHOP_OK) status = add_csv_record(&more, r, &line);
  if (status == KHOP_OK) status = split(r);
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < r->fields; i++) trim(&r->field[i]);
  status = remember_names(r);
  if (status != KHOP_OK) return status;
  r->smiles = -1;
  if (smiles_column) r->smiles = find_field(r, smiles_column);
  for (int i = 0; !smiles_column && i < 4 && r->smiles < 0; i++) r->smiles = find_field(r, usual[i]);
  if (r->smiles < 0) return missing_column(r, smiles_column ? smiles_column : "smiles");
  r->id = find_id(r);
  for (int i = 0; i < r->columns; i++) {
    r->column[i] = find_field(r, r->name[i]);
    if (r->column[i] < 0) return missing_column(r, r->name[i]);
  }
  return KHOP_OK;
}

/* True and yes are 1, false and no 0. */
static double number_of(const char *text) {
  char *end;
  double answer;
  double value = khop_i_read_number(text, &end);
  if (end == text) khop_i_answer_read(&answer, text), value = answer;
  return (end > text && *end) || !isfinite(value) ? NAN : value;
}

/* Text as the value of column i. */
static void take_value(khop_records *r, int i, char *text) {
  trim(&text);
  r->texts[i] = text;
  r->values[i] = number_of(text);
  r->met[i] = true;
}

/* --- the three formats ------------------------------------------------------------------------ */

/* The first word of text ends here; what follows is the name. */
static void word_and_name(char *text, const char **name) {
  size_t length = strcspn(text, " \t");
  char *rest = text + length;
  *name = rest;
  if (!*rest) return;
  *rest++ = 0;
  trim(&rest);
  *name = rest;
}

static khop_status next_smi(bool *more, khop_record *record, khop_records *r) {
  khop_status status = add_line(more, r);
  record->line = r->line;
  if (status != KHOP_OK || !*more) return status;
  char *text = r->text;
  trim(&text);
  word_and_name(text, &record->name);
  record->text = text;
  if (!*text) record->problem = "the line is empty";
  return KHOP_OK;
}

static khop_status next_csv(bool *more, khop_record *record, khop_records *r) {
  khop_status status = KHOP_OK;
  do {
    status = begin(r);
    if (status == KHOP_OK) status = add_csv_record(more, r, &record->line);
  } while (status == KHOP_OK && *more && r->text[strspn(r->text, " \t")] == 0);
  if (status != KHOP_OK || !*more || r->cut) return status;
  status = split(r);
  if (status != KHOP_OK) return status;
  for (int i = 0; i < r->columns; i++)
    if (r->column[i] < r->fields) take_value(r, i, r->field[r->column[i]]);
  if (r->id >= 0 && r->id < r->fields) record->name = r->field[r->id];
  if (r->smiles >= r->fields) {
    record->problem = "the line ends before the column of SMILES";
    return KHOP_OK;
  }
  char *text = r->field[r->smiles];
  const char *rest;
  trim(&text);
  word_and_name(text, &rest);
  record->text = text;
  if (!*text) record->problem = "the field of SMILES is empty";
  return KHOP_OK;
}

/* "> <LogP> ..": whether the line names field i. */
static bool names_field(const char *line, const char *name) {
  const char *open = *line == '>' ? strchr(line, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
  return close && (size_t)(close - open - 1) == strlen(name) &&
         memcmp(open + 1, name, strlen(name)) == 0;
}

/* The value of field i, which goes when the next line comes. */
static khop_status hold_value(khop_records *r, int i, const char *line) {
  khop_i_free(r->held[i]);
  r->held[i] = NULL;
  khop_status status = khop_i_strdup(&r->held[i], line);
  if (status == KHOP_OK) take_value(r, i, r->held[i]);
  return status;
}

/* The field that a line names, where it is wanted: its number, else -1. */
static khop_status find_wanted(int *wanted, khop_records *r, const char *line) {
  const char *open = *line == '>' ? strchr(line, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
  int32_t id;
  *wanted = -1;
  for (int i = 0; i < r->columns; i++)
    if (names_field(line, r->name[i])) *wanted = i;
  if (!close || r->known.count >= MOST_FIELDS) return KHOP_OK;
  return khop_i_string_table_add(&id, &r->known, open + 1, (size_t)(close - open - 1));
}

static khop_status next_sdf(bool *more, khop_record *record, khop_records *r) {
  khop_status status = KHOP_OK;
  int64_t start = 0, molfile = -1;
  int wanted = -1; /* the field whose value is the next line */
  bool blank = true;
  *more = true;
  for (bool first = true; status == KHOP_OK && *more; first = false) {
    start = r->length;
    status = add_line(more, r);
    if (first) record->line = r->line;
    if (status != KHOP_OK || !*more) break;
    char *line = r->text + start;
    blank = blank && line[strspn(line, " \t")] == 0;
    if (strncmp(line, "$$$$", 4) == 0) break;
    if (strncmp(line, "M  END", 6) == 0) molfile = r->length;
    if (wanted >= 0) status = hold_value(r, wanted, line);
    if (status == KHOP_OK) status = find_wanted(&wanted, r, line);
    if (status != KHOP_OK) break;
    if (molfile >= 0 && start > molfile) /* fields are not part of the molfile */
      r->text[r->length = start] = 0;
    else
      status = add_byte(r, '\n');
  }
  if (status != KHOP_OK) return status;
  bool ended = !*more;
  if (ended && blank) return KHOP_OK; /* nothing after the last record */
  *more = true;
  if (molfile < 0) {
    record->problem = ended ? "the file ends inside a molfile" : "there is no line \"M  END\"";
    return KHOP_OK;
  }
  record->text = r->text;
  return KHOP_OK;
}

khop_status khop_records_next(bool *more, khop_record *record, khop_records *records) {
  khop_records *r = records;
  if (!more || !record || !records)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_records_next: more, record and records are needed");
  *record = (khop_record){.text = "", .name = "", .values = r->values, .texts = r->texts};
  for (int i = 0; i < r->columns; i++) r->values[i] = NAN, r->texts[i] = "";
  khop_status status = begin(r);
  if (status != KHOP_OK) return status;
  status = r->format == SMI   ? next_smi(more, record, r)
           : r->format == CSV ? next_csv(more, record, r)
                              : next_sdf(more, record, r);
  if (status != KHOP_OK || !*more) return status;
  if (r->cut)
    record->problem = "the record has more than 16 MB";
  else if (r->has_nul)
    record->problem = "a NUL byte; this is not text";
  if (record->problem) record->text = "";
  return KHOP_OK;
}

/* --- opening ---------------------------------------------------------------------------------- */

static khop_status find_format(khop_records *r, const char *wanted) {
  static const struct {
    const char *extension;
    int format;
    char separator;
  } known[] = {{"smi", SMI, 0}, {"csv", CSV, ','}, {"sdf", SDF, 0}, {"smiles", SMI, 0}, {"ism", SMI, 0},
               {"tsv", CSV, '\t'}, {"sd", SDF, 0}, {"mol", SDF, 0}};
  const char *slash = strrchr(r->path, '/'), *dot = strrchr(slash ? slash : r->path, '.');
  const char *extension = wanted ? wanted : dot ? dot + 1 : "";
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (khop_i_strcasecmp(known[i].extension, extension) == 0) {
      r->format = known[i].format;
      r->separator = known[i].separator;
      return KHOP_OK;
    }
  return khop_i_fail(KHOP_E_UNSUPPORTED,
                     "%s: no format of molecules for the extension \"%.40s\"; known are .smi .smiles "
                     ".ism .csv .tsv .sdf .sd .mol", r->path, extension);
}

static khop_status open_file(khop_records *r) {
  struct stat seen;
  const char *place;
  char buffer[KHOP_I_PLACE];
  khop_status status = khop_i_pipe_place(&place, buffer, r->path);
  if (status != KHOP_OK) return status;
  if (stat(place, &seen) != 0)
    return khop_i_fail(errno == ENOENT || errno == ENOTDIR ? KHOP_E_NOT_FOUND : KHOP_E_IO,
                       "%s: cannot open: %s", r->path, strerror(errno));
  if (S_ISDIR(seen.st_mode))
    return khop_i_fail(KHOP_E_IO, "%s: this is a directory, not a file", r->path);
  if (S_ISREG(seen.st_mode) && seen.st_size == 0)
    return khop_i_fail(KHOP_E_FORMAT, "%s: the file is empty", r->path);
  r->bytes = (int64_t)seen.st_size;
  r->file = fopen(place, "rbe");
  return r->file ? KHOP_OK
                 : khop_i_fail(KHOP_E_IO, "%s: cannot open: %s", r->path, strerror(errno));
}

khop_status khop_records_open(khop_records **records, const char *path,
                              const khop_records_options *options) {
  khop_records_options own, *o = &own;
  khop_records *r = NULL;
  khop_status status = KHOP_I_TAKE_HELD(khop_records_options, &own, options);
  if (status != KHOP_OK) return status;
  if (!records || !path || o->columns < 0 || (o->columns && !o->column))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_records_open: records, a path and the names of %d columns "
                                        "are needed", o->columns);
  *records = NULL;
  KHOP_TRY(khop_i_alloc(&r, 1, sizeof *r, "a reader of molecules"));
  KHOP_TRY(khop_i_strdup(&r->path, path));
  KHOP_TRY(find_format(r, o->format));
  KHOP_TRY(khop_i_alloc(&r->name, o->columns, sizeof *r->name, "names of columns"));
  KHOP_TRY(khop_i_alloc(&r->column, o->columns, sizeof *r->column, "columns"));
  KHOP_TRY(khop_i_alloc(&r->values, o->columns, sizeof *r->values, "values of columns"));
  KHOP_TRY(khop_i_alloc(&r->texts, o->columns, sizeof *r->texts, "values of columns"));
  KHOP_TRY(khop_i_alloc(&r->held, o->columns, sizeof *r->held, "values of columns"));
  KHOP_TRY(khop_i_alloc(&r->met, o->columns, 1, "columns"));
  r->columns = o->columns;
  for (int i = 0; i < o->columns; i++) KHOP_TRY(khop_i_strdup(&r->name[i], o->column[i]));
  if (r->format == SMI && o->columns)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: a .smi file has no column \"%.60s\"", path, o->column[0]);
  KHOP_TRY(open_file(r));
  if (r->format == CSV) KHOP_TRY(read_names(r, o->smiles_column));
  *records = r;
  r = NULL;
done:
  khop_records_free(r);
  return status;
}

void khop_records_free(khop_records *records) {
  if (!records) return;
  if (records->file) fclose(records->file);
  for (int i = 0; i < records->columns; i++) khop_i_free(records->name[i]);
  for (int i = 0; i < records->columns; i++) khop_i_free(records->held[i]);
  khop_i_free(records->held);
  khop_i_free(records->texts);
  khop_i_free(records->met);
  khop_i_string_table_free(&records->known);
  khop_i_free(records->name);
  khop_i_free(records->column);
  khop_i_free(records->values);
  khop_i_free(records->field);
  khop_i_free(records->text);
  khop_i_free(records->path);
  khop_i_free(records);
}

void khop_records_progress(int64_t *done, int64_t *total, const khop_records *records) {
  *done = records->done - (int64_t)(records->filled - records->at);
  *total = records->bytes;
}
