/* worker.h: records of molecules to rows, a chunk of the file at a time: the work of one process. */
#ifndef KHOP_CLI_FEATURIZE_WORKER_H
#define KHOP_CLI_FEATURIZE_WORKER_H

#include "cli/featurize/choice.h"

/* Rows on their way from a worker to the table. */
typedef struct row_batch {
  int64_t rows, capacity, bad;
  int64_t changed[KHOP_STANDARDISE_STEPS]; /* molecules, by each step */
  bool last;            /* of its chunk */
  bool ended;           /* there is no such chunk: the file has ended */
  bool failed;          /* text says why */
  int64_t done, total;  /* bytes of the file */
  float *x;             /* (capacity, columns) */
  uint8_t *ok;          /* (capacity) */
  int64_t *owner;       /* (capacity) the record that a row belongs to */
  int64_t names_size, names_capacity;
  char *names;          /* of each row what the file calls its record, each with its zero */
  int64_t text_size, text_capacity;
  char *text;           /* "line 12: reason\n" for each record that cannot be read */
} row_batch;

typedef struct worker {
  khop_records *records;
  khop_molecule *molecule;
  khop_descriptors *descriptors;
  int64_t columns, record; /* record: the number of those passed so far */
  int64_t chunk;           /* the next chunk that begins in the file */
  int left;                /* records left in the chunk at hand */
  bool atoms, ended;
  int standardise;         /* steps */
} worker;

/* Opens file, molecule and descriptors; false after setting khop's message. */
bool worker_open(worker *w, const featurize_choice *choice);
void worker_close(worker *w);
/* The next rows of a chunk; chunks are asked for in ascending order. */
void worker_next(row_batch *b, worker *w, int64_t chunk);
void row_batch_clear(row_batch *b);

#endif
