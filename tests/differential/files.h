/* files.h: the formats that graphs are written in, by writers as plain as their formats (formats.c). */
#ifndef DIFFERENTIAL_FILES_H
#define DIFFERENTIAL_FILES_H

#include "differential.h"

#include <stdio.h>

typedef struct file_kind {
  const char *name, *ending, *format; /* format: where the ending does not say it */
  void (*write)(FILE *stream, const sketch *s); /* NULL: archive_write */
  khop_ids ids;
  int64_t first;   /* the id of node 0 */
  bool isolated;   /* nodes without an edge are in it */
  bool undirected; /* it knows no direction */
  bool by_mirrors; /* undirected where each arc has its mirror */
  bool by_edges;   /* undirected where there is no edge that would say its direction */
} file_kind;
extern const file_kind file_table[FILE_KINDS];

/* A NumPy archive as SciPy saves a matrix. */
bool archive_write(const char *path, const sketch *s);

/* Where files are written. */
bool folder_open(void);
void folder_close(void);

#endif
