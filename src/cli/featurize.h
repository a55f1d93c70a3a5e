/* featurize.h: what the files of `khop featurize` share. */
#ifndef KHOP_CLI_FEATURIZE_H
#define KHOP_CLI_FEATURIZE_H

#include "cli.h"

typedef struct featurize_choice {
  data_choice data;
  const char *input, *output, *features, *smiles_column, *model;
  int hops, hop[KHOP_MAX_DESCRIPTOR_HOP + 1];
  int bits, per, norm, threads; /* per: 0 a molecule, 1 an atom */
  bool strict, hops_given;
} featurize_choice;

/* Molecules, in `threads` processes; what a model has learned of them, or of any set of graphs; and the
 * nodes of a graph. Each returns an exit status. */
int featurize_molecules(const featurize_choice *choice);
int featurize_model(const featurize_choice *choice);
int featurize_graph(const featurize_choice *choice);

/* --- molecules: the work of one process (featurize_work.c) ------------------------------------- */

/* Rows as they go from a worker to the table, a block at a time. */
typedef struct block {
  int64_t rows, room, bad;
  bool last;            /* of its chunk */
  bool ended;           /* there is no such chunk: the file has ended */
  bool failed;          /* text says why */
  int64_t done, total;  /* bytes of the file */
  float *x;             /* (room, columns) */
  uint8_t *ok;          /* (room) */
  int64_t *owner;       /* (room) the record that a row belongs to */
  int64_t text_size, text_room;
  char *text;           /* "line 12: reason\n" for each record that cannot be read */
} block;

typedef struct worker {
  khop_records *records;
  khop_molecule *molecule;
  khop_descriptors *descriptors;
  int64_t columns, record; /* those passed so far */
  int64_t chunk;           /* the next chunk that begins in the file */
  int left;                /* records left in the chunk at hand */
  bool atoms, ended;
} worker;

/* Opens file, molecule and descriptors; false after setting khop's message. */
bool worker_open(worker *w, const featurize_choice *choice);
void worker_close(worker *w);
/* The next block of a chunk; chunks are asked for in ascending order. */
void worker_next(block *b, worker *w, int64_t chunk);
void block_free(block *b);

#endif
