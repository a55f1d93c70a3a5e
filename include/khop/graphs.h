/* khop/graphs.h: sets of graphs: molecules, proteins, anything that comes in many small pieces.
 *
 * A set of G graphs is one block-diagonal graph, so that rings, layers and runs work on it as they are:
 *
 *   first     0     3       7   9        (G + 1): graph g is the nodes first[g] .. first[g + 1] - 1
 *   graph     [g0] [ g1  ] [g2]          no arc leads from one block to another
 *   features  one row a node             labels, targets, graph features, split groups: one row a graph
 *   arc type  one number an arc, in the order of khop_graph_targets
 */
#ifndef KHOP_GRAPHS_H
#define KHOP_GRAPHS_H

#include <khop/data.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_graphs khop_graphs;

/* The most types of arcs: kinds of bonds, of relations. */
#define KHOP_MAX_ARC_TYPES 255

/* --- from parts ----------------------------------------------------------------------------- */

/* A set of `count` graphs: the blocks first (count + 1) of graph. A block may be empty and may fall
 * into several components. Takes ownership of graph on success; copies the rest. features may be NULL:
 * one column of ones.
 * Errors: ARGUMENT (a graph is missing; offsets that do not begin at 0, fall, or end elsewhere than
 * the nodes; an arc between two blocks), those of khop_data_new for features, MEMORY.
 * Cost: O(nodes + arcs + features). */
KHOP_API khop_status khop_graphs_new(khop_graphs **set, khop_graph *graph, int64_t count,
                                     const int64_t *first, const khop_features *features);
KHOP_API void khop_graphs_free(khop_graphs *set);

/* What the columns of the nodes' features, the classes, the targets and the types of edges mean; borrowed. Node labels
 * and tags of a file are the category "node label", the columns of khop_graphs_add_structural_features "structure". */
KHOP_API const khop_schema *khop_graphs_schema(const khop_graphs *set);
/* Brings features and types of edges into the order of a schema, such as that of a model. Errors: those of
 * khop_schema_match, also for a type of edge that the schema does not have; MEMORY. */
KHOP_API khop_status khop_graphs_match(khop_graphs *set, const khop_schema *schema);

/* What is known of the graphs; every array is copied, and replaces one that was set before. */

/* A name for messages and reports. Errors: MEMORY. */
KHOP_API khop_status khop_graphs_set_name(khop_graphs *set, const char *name);
/* Classes: labels (G), 0 .. classes - 1, -1 where unknown; classes: at least 1 + the largest, 0: just
 * that; names (classes) or NULL. Errors: VALUE (a label below -1 or above 999,999), MEMORY. */
KHOP_API khop_status khop_graphs_set_labels(khop_graphs *set, const int32_t *labels, int64_t classes,
                                            const char *const *names);
/* What to predict: targets (G, outputs), NaN where missing; names (outputs) or NULL.
 * Errors: SHAPE (no output), VALUE (an infinite one), MEMORY. */
KHOP_API khop_status khop_graphs_set_targets(khop_graphs *set, const khop_real *targets,
                                             int64_t outputs, const char *const *names);
/* Several labels a graph: the same of yes/no tasks, answers (G, tasks) of 0, 1 and NaN; names (tasks), or NULL:
 * "task 0", .. answers may be khop_graphs_targets of the same set. Errors: SHAPE, VALUE (an answer that is neither),
 * MEMORY. */
KHOP_API khop_status khop_graphs_set_tasks(khop_graphs *set, const khop_real *answers, int64_t tasks,
                                           const char *const *names);
/* Numbers of whole graphs, such as descriptors, to be joined after the readout: features (G, columns), NaN
 * where one is not known: the mean of the training graphs stands for it. Errors: SHAPE (no column), VALUE (one that is
 * infinite), MEMORY. */
KHOP_API khop_status khop_graphs_set_graph_features(khop_graphs *set, const khop_real *features,
                                                    int64_t columns);
/* Types of edges from a list of them: from, to, type (edges), types counted from 0. On an undirected
 * graph an edge gives its type to both arcs; of an edge that comes twice the last type counts.
 * Errors: ARGUMENT (more than KHOP_MAX_ARC_TYPES types, a type out of range, an edge that the graph does
 * not have, an arc that no edge names), MEMORY. Cost: O(edges log degree). */
KHOP_API khop_status khop_graphs_set_edge_types(khop_graphs *set, int64_t edges, const int64_t *from,
                                                const int64_t *to, const int *type, int types);
/* Graphs of one group stay together in splits: groups (G), any numbers, such as those of scaffolds.
 * Errors: MEMORY. */
KHOP_API khop_status khop_graphs_set_split_groups(khop_graphs *set, const int64_t *groups);
/* Graphs that are the same: first (G), for each the first that it is a copy of, or its own number. A copy is in
 * the part and in the fold of its first, so that no model is tested on what it was trained on. Errors: ARGUMENT (a first that is
 * a copy itself, or comes later), MEMORY. */
KHOP_API khop_status khop_graphs_set_copies(khop_graphs *set, const int64_t *first);
/* Where each graph stood in its file: rows (G), ascending, of `total` rows; rows that became no graph
 * (lines that could not be read) are missing among them. Without it graph g is row g of G.
 * Errors: ARGUMENT (rows that do not ascend or are not of the total), MEMORY. */
KHOP_API khop_status khop_graphs_set_rows(khop_graphs *set, const int64_t *rows, int64_t total);

/* A split that the graphs come with: parts (G), a khop_part each or KHOP_NO_PART. It is that of KHOP_SPLITS.
 * Errors: VALUE (another number, no graph for training), MEMORY. */
#define KHOP_NO_PART 3
KHOP_API khop_status khop_graphs_set_parts(khop_graphs *set, const uint8_t *parts);

/* Appends columns that say where a node stands, to features that become dense: whether it is on a ring of at
 * most KHOP_STRUCTURAL_RING nodes, whether three of its edges are, whether an edge of it has a smallest ring of
 * 3, 4, .. KHOP_STRUCTURAL_RING nodes; whether its degree is 1, 2, 3, more. Loops do not count.
 * Errors: ARGUMENT (a directed graph), MEMORY; the set is then as it was. Cost: a search an arc, cut where its
 * ring closes. */
#define KHOP_STRUCTURAL_RING 8
#define KHOP_STRUCTURAL_COLUMNS 12
KHOP_API khop_status khop_graphs_add_structural_features(khop_graphs *set);

/* --- from files ----------------------------------------------------------------------------- */

/* Reads a set; path may be a name that khop_data_path finds. Three forms:
 *
 *   a text file   the number of graphs; for each a line "n label", then n lines, one a node:
 *                 "tag m j1 .. jm", its neighbours counted from 0 within the graph (as MUTAG is
 *                 published by Xu et al. 2019 and Zhang et al. 2018);
 *   a folder      of the TU collection (Morris et al. 2020): <NAME>_A.txt and <NAME>_graph_indicator.txt,
 *                 and where they are there _graph_labels, _graph_attributes (targets), _node_labels,
 *                 _node_attributes and _edge_labels; ids from 1 on. NAME is found in the folder.
 *
 * Labels become classes 0, 1, .. in ascending order, with the numbers of the file as names. Tags and node
 * labels become columns of 0 and 1, ascending; node attributes follow them as they are. Edge labels
 * become types, ascending. Of OGB's, columns of whole numbers are categories of nodes, edges whose features differ
 * have another type, and labels of one whole number are classes, others targets.
 * Errors: NOT_FOUND (no such file; a part of the folder), IO, FORMAT (with the file, the line and the
 * numbers), those of khop_graphs_new. */
KHOP_API khop_status khop_graphs_read(khop_graphs **set, const char *path);

/* What columns of a table are for; NULL: judged by names and values, as khop_data_load judges attributes. */
typedef struct khop_graph_labels_options {
  size_t size; /* sizeof, or 0 */
  const char *label;  /* the class */
  const char *target; /* numbers to predict, "a,b" */
  const char *split;  /* train, val or test [split] */
} khop_graph_labels_options;
/* Reads what is known of the graphs of a set from a table of text, .csv or .tsv, also packed (.gz): a header, and a row
 * a graph. Its ids, in a column called id, graph and the like or else the first, are the numbers of the graphs: from 0
 * on where there is a 0, else from 1. Labels and targets take the place of those of the set, and a split is kept as its
 * parts. Rows that name no graph, graphs without a row, and columns that are not used are told by khop_graphs_note.
 * options may be NULL. Errors, with the path: NOT_FOUND (the file, a column), IO, FORMAT (a table that is cut or
 * uneven), VALUE (no row names a graph, an id twice, columns with nothing to learn, words that are no part of a split),
 * MEMORY; the set is then to be freed. */
KHOP_API khop_status khop_graphs_read_labels(khop_graphs *set, const char *path,
                                             const khop_graph_labels_options *options);

/* Whether path is one that khop_graphs_read takes: a folder with a <NAME>_graph_indicator.txt or a
 * raw/graph-label.csv.gz, or a .txt file whose first line is a single number. */
KHOP_API bool khop_graphs_is_set(const char *path);

/* --- what is in it -------------------------------------------------------------------------- */

/* Borrowed from the set; NULL where it was not set. */
KHOP_API const char *khop_graphs_name(const khop_graphs *set);   /* "" at first */
KHOP_API int64_t khop_graphs_count(const khop_graphs *set);      /* G */
KHOP_API const int64_t *khop_graphs_first(const khop_graphs *set); /* (G + 1) */
KHOP_API const khop_graph *khop_graphs_graph(const khop_graphs *set);
KHOP_API const khop_features *khop_graphs_features(const khop_graphs *set);
KHOP_API const int32_t *khop_graphs_labels(const khop_graphs *set);
KHOP_API int64_t khop_graphs_classes(const khop_graphs *set);    /* 0 without labels */
KHOP_API const char *const *khop_graphs_class_names(const khop_graphs *set);
KHOP_API const khop_real *khop_graphs_targets(const khop_graphs *set, int64_t *outputs); /* outputs may be NULL */
KHOP_API const char *const *khop_graphs_target_names(const khop_graphs *set);
KHOP_API bool khop_graphs_has_tasks(const khop_graphs *set); /* the targets are yes/no tasks */
KHOP_API const khop_real *khop_graphs_graph_features(const khop_graphs *set,
                                                     int64_t *columns); /* may be NULL */
KHOP_API const uint8_t *khop_graphs_arc_types(const khop_graphs *set, int *types);       /* types may be NULL */
KHOP_API const int64_t *khop_graphs_split_groups(const khop_graphs *set);
KHOP_API const int64_t *khop_graphs_copies(const khop_graphs *set);
KHOP_API const int64_t *khop_graphs_rows(const khop_graphs *set, int64_t *total);        /* total may be NULL */
KHOP_API const uint8_t *khop_graphs_parts(const khop_graphs *set);
/* Sentences on what was passed over in reading, without a full stop; NULL when i is out of range. */
KHOP_API int khop_graphs_notes(const khop_graphs *set);
KHOP_API const char *khop_graphs_note(const khop_graphs *set, int i);

#ifdef __cplusplus
}
#endif
#endif
