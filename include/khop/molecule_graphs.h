/* khop/molecule_graphs.h: a file of molecules as a set of graphs to learn from. */
#ifndef KHOP_MOLECULE_GRAPHS_H
#define KHOP_MOLECULE_GRAPHS_H

#include <khop/descriptors.h>
#include <khop/graphs.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_molecules_options {
  size_t size; /* sizeof, or 0 */
  khop_records_options records; /* .column: the targets, by the names of their columns */
  const char *label;            /* the column with the class; "a,b": yes/no tasks, a column each; NULL: none */
  const char *split;            /* the column with train, val or test; NULL: none */
  bool optional;                /* targets and labels may be missing everywhere, as where a model is to predict them */
  bool no_graph_features;               /* leave descriptors out */
  khop_descriptors_options descriptors; /* which, a row a molecule; all zero: all but atompair and estate */
  bool copies_apart;            /* a molecule that is written again may be on another side of a split */
  int standardise;              /* steps of khop_standardise, taken on each molecule before all else; how many molecules
                                 * each changed is noted */
  bool strict;                  /* a line that cannot be read is an error */
  /* Told of each record, in the order of the file: reason says why it cannot be read, NULL: it is a graph. The record
   * is borrowed. May be NULL. */
  void (*seen)(const khop_record *record, const char *reason, void *context);
  void *context;
} khop_molecules_options;

/* Reads a file of molecules whole; options may be NULL.
 *   features   a row an atom: the columns of khop_atom_row, then what the atom and its hydrogens add to
 *              log P, to refractivity (over 5) and to the polar surface (over 20), then its
 *              electrotopological state (over 4)
 *   arc types  4: single, double, triple (and quadruple), aromatic
 *   targets    the columns that were asked for, NaN where missing; true and yes are 1, false and no 0; columns of -1
 *              and 1 become 0 and 1, noted; texts that are no numbers (bounds as >3.5, decimal commas, words) are
 *              missing, and are counted in a note with the first of them; a column of words alone gives labels
 *   labels     of a column of words, or of what .label names: classes by name; whole numbers ascend
 *   parts      where .split names a column
 *   graph features  descriptors, NaN where they are not known, which is noted (khop_graphs_set_graph_features)
 *   groups     keys of scaffolds (khop_molecule_scaffold), 0 for molecules without a ring
 *   copies     molecules of one graph with its elements, charges, hydrogens, isotopes, orders of bonds, however they
 *              are written (a hash of 64 bits over refined neighbourhoods and distances; stereoisomers are one); their
 *              number is noted, and where what is known of them differs
 *   rows       where each molecule stood among the records; records that cannot be read are missing
 * Errors: those of khop_records_open and khop_descriptors_new; FORMAT (no molecule at all; with strict
 * the first line that cannot be read, with its number and the reason; a field that no record of an SDF has),
 * VALUE (a column with nothing to learn, or of more words than numbers; texts that are no part of a split),
 * UNSUPPORTED (molfiles, built without Indigo), MEMORY. Cost: some 10 microseconds a molecule of SMILES; memory for
 * all. */
KHOP_API khop_status khop_molecules_graphs(khop_graphs **set, const char *path,
                                           const khop_molecules_options *options);

#ifdef __cplusplus
}
#endif
#endif
