/* khop/debian.h: the package index of a Debian machine as a data set.
 *
 *   apt-cache dumpavail -> khop_debian_read -> khop_debian_write -> debian.npz -> khop_data_load
 *
 *   node       a package; sorted by name. Of several stanzas with one name the first counts
 *   arc        Depends, Pre-Depends, Recommends, every alternative of "a | b", without versions and
 *              architectures. A name that is no package of the index (a virtual one) is dropped and
 *              counted: what provides it is a choice, not a dependency
 *   feature    1 for a word of the description: letters a to z in lower case, three or more of them
 *   label      the section without its area: net, for net as well as for contrib/net. A package
 *              without a section has no label and is in no mask
 *   split      FNV-1a (64 bits) of the name modulo 10: 0 to 5 training, 6 and 7 validation, 8 and 9
 *              test. It looks at nothing else, so a rare section can be missing from a part: it
 *              stays a class all the same, and khop_debian_counts says how many are
 */
#ifndef KHOP_DEBIAN_H
#define KHOP_DEBIAN_H

#include <khop/data.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_debian khop_debian;

typedef struct khop_debian_options {
  size_t size; /* sizeof, or 0 */
  int64_t least;   /* a word is a column if it is in so many packages at least; 0: 10 */
  double most;     /* and in this share of them at most; 0: 0.25 */
  int64_t columns; /* of those at most so many, the most frequent ones; 0: 4,096 */
  /* Called every 1,024 packages with their number; return false to stop. May be NULL. */
  bool (*progress)(int64_t packages, void *context);
  void *context;
} khop_debian_options;

typedef struct khop_debian_counts {
  int64_t packages, repeats;     /* nodes, and stanzas dropped as a second one of a name */
  int64_t links, arcs, dropped;  /* undirected, directed, and mentions of names that are no package */
  int64_t classes, rare;         /* sections, and those that miss one of the three parts */
  int64_t unlabelled;            /* packages without a section */
  int64_t columns, entries, bare; /* words, entries of the features, packages without any word */
} khop_debian_counts;

/* Reads an index from a stream to its end; name is for messages. options may be NULL.
 * Errors: FORMAT (with the line: what is no field, a stanza without a package, a name that is none, a
 * NUL byte; no package at all; no word or section is kept; so few
 * packages that none is one for training), IO, MEMORY, INTERRUPTED.
 * Cost: O(bytes) time; memory for names, arcs and words. */
KHOP_API khop_status khop_debian_read(khop_debian **debian, FILE *index, const char *name,
                                      const khop_debian_options *options);
KHOP_API void khop_debian_free(khop_debian *debian);
KHOP_API khop_debian_counts khop_debian_count(const khop_debian *debian);

/* Writes it as .npz: adj_*, dir_*, attr_*, labels, three masks as in datasets/README.md, and as
 * strings of bytes class_names (classes), names (N) and words (columns). Equal indices give equal
 * files. Errors: those of writing a file; MEMORY. */
KHOP_API khop_status khop_debian_write(const khop_debian *debian, const char *path);

#ifdef __cplusplus
}
#endif
#endif
