/* files.c: an explanation as a file.
 *
 *   .csv .tsv   output,part,number,name,hop,share,without features,without ring
 *               Officer,base line,,,,0.12,,
 *               Officer,hop,1,,1,-0.8,1.9,1.4          ring: a hop that ops look at and features do not come from
 *               Officer,node,12,Ann,1,-0.31,,
 *               Officer,feature,3,age,,0.2,,
 *   .npz        the arrays of khop_explanation under their names, and names beside them
 *
 * Shares of an output, with its base line, add up to its value within each part. */
#include "cli/explain/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS 9
#define ARRAYS 8

static bool ends_with(const char *path, const char *end) {
  const char *dot = strrchr(path, '.');
  return dot && strcasecmp(dot, end) == 0;
}

bool is_answer_file(const char *path) { return is_text_table(path) || ends_with(path, ".npz"); }

/* --- text ------------------------------------------------------------------------------------------- */

/* What is not known: NULL, -1 and NaN, which are empty fields. */
typedef struct line {
  const char *part, *name;
  int64_t number;
  int hop;
  double share, hidden, without;
} line;

static void write_line(khop_csv *csv, const char *output, line l) {
  khop_csv_text(csv, output);
  khop_csv_text(csv, l.part);
  if (l.number < 0) khop_csv_text(csv, NULL);
  else khop_csv_integer(csv, l.number);
  khop_csv_text(csv, l.name);
  if (l.hop < 0) khop_csv_text(csv, NULL);
  else khop_csv_integer(csv, l.hop);
  khop_csv_number(csv, l.share, DIGITS);
  khop_csv_number(csv, l.hidden, DIGITS);
  khop_csv_number(csv, l.without, DIGITS);
  khop_csv_end_row(csv);
}

/* A row a hop that has nodes or a ring, ascending. */
static void write_hops(khop_csv *csv, const answer *a, int64_t k) {
  const khop_explanation *e = a->e;
  int last = e->rings && e->ring[e->rings - 1] >= e->hops ? e->ring[e->rings - 1] : e->hops - 1;
  for (int h = 0, r = 0; h <= last; h++) {
    bool near = h < e->hops, ring = r < e->rings && e->ring[r] == h;
    if (!near && !ring) continue;
    write_line(csv, explained_name(a, k),
               (line){"hop", NULL, h, h, near ? e->by_hop[k * e->hops + h] : (double)NAN,
                      near ? e->hidden[k * e->hops + h] : (double)NAN,
                      ring ? e->without[k * e->rings + r] : (double)NAN});
    r += ring;
  }
}

static void write_output(khop_csv *csv, const answer *a, int64_t k) {
  const khop_explanation *e = a->e;
  write_line(csv, explained_name(a, k), (line){"base line", NULL, -1, -1, e->base[k], NAN, NAN});
  write_hops(csv, a, k);
  for (int64_t m = 0; m < e->members; m++)
    write_line(csv, explained_name(a, k),
               (line){"node", a->member_names[m], e->member[m], e->hop ? e->hop[m] : -1,
                      e->by_member[k * e->members + m], NAN, NAN});
  for (int64_t f = 0; f < e->features; f++)
    write_line(csv, explained_name(a, k),
               (line){"feature", a->feature_names[f], f, -1, e->by_feature[k * e->features + f], NAN, NAN});
}

static khop_status write_text(const char *path, const answer *a) {
  static const char *const head[] = {"output", "part", "number", "name", "hop", "share", "without features",
                                     "without ring"};
  khop_csv *csv = NULL;
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  if (a->choice->for_spreadsheets) khop_csv_for_spreadsheets(csv);
  for (size_t i = 0; i < sizeof head / sizeof *head; i++) khop_csv_text(csv, head[i]);
  khop_csv_end_row(csv);
  for (int64_t k = 0; k < a->e->count; k++) write_output(csv, a, k);
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}

/* --- arrays ----------------------------------------------------------------------------------------- */

/* Numbers as an archive keeps them, until it is committed. */
typedef struct arrays {
  khop_archive *archive;
  khop_real *reals[ARRAYS];
  int64_t *integers;
  const char **names;
  int count;
  bool failed; /* memory ended */
} arrays;

/* columns 0: (rows). */
static void add_reals(arrays *r, const char *key, const double *numbers, int64_t rows, int64_t columns) {
  int64_t count = rows * (columns ? columns : 1);
  khop_real *made = r->reals[r->count++] = malloc((size_t)count * sizeof *made + 1);
  r->failed = r->failed || !made;
  for (int64_t i = 0; made && i < count; i++) made[i] = (khop_real)numbers[i];
  if (made) khop_archive_reals(r->archive, key, made, rows, columns);
}

/* The numbers of hops, of rings and of steps stand in one block, one after another. */
static void add_integers(arrays *r, const khop_explanation *e) {
  int64_t *hop = r->integers = malloc((size_t)(e->members + e->rings + e->count) * sizeof *hop + 1);
  if (!hop) {
    r->failed = true;
    return;
  }
  int64_t *ring = hop + e->members, *steps = ring + e->rings;
  for (int64_t m = 0; e->hop && m < e->members; m++) hop[m] = e->hop[m];
  for (int i = 0; i < e->rings; i++) ring[i] = e->ring[i];
  for (int64_t k = 0; k < e->count; k++) steps[k] = e->steps[k];
  khop_archive_integers(r->archive, "member", e->member, e->members);
  if (e->hop) khop_archive_integers(r->archive, "hop", hop, e->members);
  khop_archive_integers(r->archive, "ring", ring, e->rings);
  khop_archive_integers(r->archive, "steps", steps, e->count);
}

/* names: room for as many as there are members, and outputs. */
static void add_names(arrays *r, const answer *a) {
  const khop_explanation *e = a->e;
  bool nodes = e->members > 0 && a->member_names[0];
  r->names = calloc((size_t)(e->members + e->count) + 1, sizeof *r->names);
  r->failed = r->failed || !r->names;
  if (!r->names) return;
  for (int64_t k = 0; k < e->count; k++) r->names[k] = explained_name(a, k);
  khop_archive_texts(r->archive, "outputs", r->names, e->count);
  for (int64_t m = 0; nodes && m < e->members; m++) r->names[m] = a->member_names[m];
  if (nodes) khop_archive_texts(r->archive, "node_names", r->names, e->members);
  khop_archive_texts(r->archive, "features", (const char *const *)a->feature_names, e->features);
}

static int write_arrays(const char *path, const answer *a) {
  const khop_explanation *e = a->e;
  arrays r = {0};
  int status = EXIT_OK;
  if (khop_archive_new(&r.archive, path) != KHOP_OK) return library_failure();
  add_names(&r, a);
  add_integers(&r, e);
  add_reals(&r, "value", e->value, e->count, 0);
  add_reals(&r, "base", e->base, e->count, 0);
  add_reals(&r, "error", e->error, e->count, 0);
  if (e->hop) add_reals(&r, "by_hop", e->by_hop, e->count, e->hops);
  add_reals(&r, "by_member", e->by_member, e->count, e->members);
  add_reals(&r, "by_feature", e->by_feature, e->count, e->features);
  if (e->hop) add_reals(&r, "without_features", e->hidden, e->count, e->hops);
  if (e->rings) add_reals(&r, "without_ring", e->without, e->count, e->rings);
  if (r.failed) status = failure("%s: no memory for %lld shares", path, (long long)(e->count * e->members));
  else if (khop_archive_commit(r.archive) != KHOP_OK) status = library_failure();
  khop_archive_free(r.archive);
  for (int i = 0; i < r.count; i++) free(r.reals[i]);
  free(r.integers);
  free(r.names);
  return status;
}

int write_answer(const char *path, const answer *a) {
  if (ends_with(path, ".npz")) return write_arrays(path, a);
  return write_text(path, a) == KHOP_OK ? EXIT_OK : library_failure();
}
