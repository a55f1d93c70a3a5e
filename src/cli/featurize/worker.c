/* worker.c: see worker.h. Each process reads the whole file and passes over the chunks of the others: cutting
 * records costs a hundredth of what a molecule costs.
 *
 *   records  0 .. 255 | 256 .. 511 | 512 .. 767 | ..     chunk c is the work of process c mod P
 */
#include "cli/featurize/worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 256 /* records */
#define BATCH_ROWS 1024 /* from so many rows on a batch is handed on */

bool worker_open(worker *w, const featurize_choice *choice) {
  khop_records_options records = {.size = sizeof records, .smiles_column = choice->smiles_column};
  khop_descriptors_options what = {.size = sizeof what, .features = choice->features, .hops = choice->hops,
                                   .hop = choice->hop, .bits = choice->bits, .radius = choice->radius,
                                   .occurrences = choice->occurrences, .atoms = choice->per == 1};
  *w = (worker){.atoms = choice->per == 1, .standardise = choice->standardise};
  if (khop_records_open(&w->records, choice->input, &records) == KHOP_OK &&
      khop_molecule_new(&w->molecule) == KHOP_OK &&
      khop_descriptors_new(&w->descriptors, &what) == KHOP_OK) {
    w->columns = khop_descriptors_columns(w->descriptors);
    return true;
  }
  worker_close(w);
  return false;
}

void worker_close(worker *w) {
  khop_records_free(w->records);
  khop_molecule_free(w->molecule);
  khop_descriptors_free(w->descriptors);
  *w = (worker){0};
}

void row_batch_clear(row_batch *b) {
  free(b->x);
  free(b->ok);
  free(b->owner);
  free(b->names);
  free(b->text);
  *b = (row_batch){0};
}

static void fail_batch(row_batch *b, const char *why) {
  char *text = realloc(b->text, strlen(why) + 1);
  b->failed = b->last = true;
  b->rows = 0;
  if (text) b->text = strcpy(text, why);
  b->text_size = text ? (int64_t)strlen(why) : 0;
}

static bool reserve_rows(row_batch *b, int64_t rows, int64_t columns) {
  if (b->rows + rows <= b->capacity) return true;
  int64_t capacity = b->rows + rows + BATCH_ROWS;
  float *x = realloc(b->x, (size_t)(capacity * columns) * sizeof *x);
  if (x) b->x = x;
  uint8_t *ok = realloc(b->ok, (size_t)capacity);
  if (ok) b->ok = ok;
  int64_t *owner = realloc(b->owner, (size_t)capacity * sizeof *owner);
  if (owner) b->owner = owner;
  if (x && ok && owner) b->capacity = capacity;
  return x && ok && owner;
}

static bool add_reason(row_batch *b, int64_t line, const char *reason) {
  int64_t needed = b->text_size + (int64_t)strlen(reason) + 40;
  if (needed > b->text_capacity) {
    char *text = realloc(b->text, (size_t)(2 * needed));
    if (!text) return false;
    b->text = text;
    b->text_capacity = 2 * needed;
  }
  b->text_size += sprintf(b->text + b->text_size, "line %lld: %s\n", (long long)line, reason);
  b->bad++;
  return true;
}

/* The same name for each of so many rows. */
static bool add_names(row_batch *b, int64_t rows, const char *name) {
  int64_t bytes = (int64_t)strlen(name) + 1, needed = b->names_size + rows * bytes;
  if (needed > b->names_capacity) {
    char *grown = realloc(b->names, (size_t)(2 * needed));
    if (!grown) return false;
    b->names = grown;
    b->names_capacity = 2 * needed;
  }
  for (int64_t r = 0; r < rows; r++, b->names_size += bytes) memcpy(b->names + b->names_size, name, (size_t)bytes);
  return true;
}

static khop_status read_molecule(row_batch *b, worker *w, const char *text) {
  int changed = 0;
  khop_status status = khop_molecule_parse(w->molecule, text);
  if (status == KHOP_OK && w->standardise) status = khop_molecule_standardise(&changed, w->molecule, w->standardise);
  for (int s = 0; s < KHOP_STANDARDISE_STEPS; s++) b->changed[s] += changed >> s & 1;
  return status;
}

/* The rows of one record: NaN where it cannot be read. False when memory ends. */
static bool add_record(row_batch *b, worker *w, const khop_record *record) {
  khop_status status = KHOP_E_FORMAT;
  const char *reason = record->problem;
  if (!reason) {
    status = read_molecule(b, w, record->text);
    if (status != KHOP_OK && status != KHOP_E_FORMAT && status != KHOP_E_UNSUPPORTED) return false;
    reason = khop_message();
  }
  int64_t rows = w->atoms && status == KHOP_OK ? khop_molecule_atoms(w->molecule) : 1;
  if (!reserve_rows(b, rows, w->columns) || !add_names(b, rows, record->name)) return false;
  float *x = b->x + b->rows * w->columns;
  if (status == KHOP_OK) {
    if (khop_descriptors_compute(x, w->descriptors, w->molecule) != KHOP_OK) return false;
  } else {
    for (int64_t c = 0; c < w->columns; c++) x[c] = NAN;
    if (!add_reason(b, record->line, reason)) return false;
  }
  for (int64_t r = 0; r < rows; r++) {
    b->ok[b->rows + r] = status == KHOP_OK;
    b->owner[b->rows + r] = w->record;
  }
  b->rows += rows;
  return true;
}

void worker_next(row_batch *b, worker *w, int64_t chunk) {
  khop_record record;
  bool more = true;
  b->rows = b->bad = b->names_size = b->text_size = 0;
  memset(b->changed, 0, sizeof b->changed);
  b->last = b->ended = b->failed = false;
  while (b->rows < BATCH_ROWS) {
    if (w->left == 0) {
      if (w->chunk > chunk) break; /* the chunk is done */
      w->chunk++;
      w->left = CHUNK;
    }
    if (w->ended || khop_records_next(&more, &record, w->records) != KHOP_OK) {
      if (!w->ended) fail_batch(b, khop_message());
      break;
    }
    if (!more) {
      w->ended = true;
      break;
    }
    w->left--;
    if (w->chunk - 1 == chunk && !add_record(b, w, &record)) {
      fail_batch(b, *khop_message() ? khop_message() : "no memory for the rows of a molecule");
      break;
    }
    w->record++;
  }
  b->last = b->failed || w->ended || (w->left == 0 && w->chunk > chunk);
  b->ended = w->ended && !b->failed;
  khop_records_progress(&b->done, &b->total, w->records);
}
