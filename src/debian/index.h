/* index.h: the inside of a khop_debian, and the steps from the text of an index to its arrays.
 *
 *   index --(index.c)--> packages, with ids of names and words --(make.c)--> arrays
 */
#ifndef KHOP_DEBIAN_INDEX_H
#define KHOP_DEBIAN_INDEX_H

#include "base/string_table.h"

#include <khop/debian.h>

/* A list of ids that grows. */
typedef struct khop_i_ids {
  int64_t count, capacity;
  int32_t *id; /* owns */
} khop_i_ids;
khop_status khop_i_ids_push(khop_i_ids *ids, int32_t id);

/* What the text says, a package a row: rows p of relations and words are relation_end[p - 1] to
 * relation_end[p] - 1, and so on. */
typedef struct khop_i_packages {
  khop_i_string_table names, sections, words;
  khop_i_ids name, section;  /* (packages); a section is -1 where there is none */
  khop_i_ids relations;      /* ids of names, of packages or not, with repeats */
  khop_i_ids word;           /* ids of words, each once a package */
  int64_t *relation_end, *word_end; /* (packages) */
  int64_t ends_capacity, repeats;
} khop_i_packages;

struct khop_debian {
  khop_debian_counts counts;
  khop_graph *links, *arcs; /* own */
  int64_t *offsets;         /* (packages + 1) of the features */
  int32_t *indices;         /* (entries) */
  int32_t *labels;          /* (packages) */
  uint8_t *masks;           /* (3, packages) */
  /* strings of a fixed number of bytes, padded with zeros */
  char *names, *classes, *words;
  size_t name_size, class_size, word_size;
};

/* Errors: FORMAT, IO, MEMORY, INTERRUPTED. */
khop_status khop_i_packages_read(khop_i_packages *packages, FILE *index,
                                 const khop_debian_options *options);
void khop_i_packages_free(khop_i_packages *packages);

#endif
