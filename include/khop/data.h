/* khop/data.h: a data set: a graph, features, labels or targets, and splits of the nodes. */
#ifndef KHOP_DATA_H
#define KHOP_DATA_H

#include <khop/graph.h>
#include <khop/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Features of N nodes, dense or sparse: a view, it owns nothing. Exactly one form is set. */
typedef struct khop_features {
  int64_t rows, columns;
  const khop_real *dense;  /* (rows, columns), or NULL */
  const int64_t *offsets;  /* (rows + 1), or NULL when dense */
  const int32_t *indices;  /* (offsets[rows]), ascending in a row */
  const khop_real *values; /* (offsets[rows]) */
} khop_features;

typedef struct khop_data khop_data;

typedef enum khop_part { KHOP_TRAIN = 0, KHOP_VAL = 1, KHOP_TEST = 2 } khop_part;

/* Features that the graph alone gives, so many columns of each: 0: none. */
typedef struct khop_encodings {
  size_t size; /* sizeof, or 0 */
  int laplacian; /* "laplacian 1", ..: eigenvectors of I - D^-1/2 A D^-1/2 from the smallest eigenvalue on, without those
                  * of 0, times sqrt(N); the first of the entries of the largest size is positive (Dwivedi et al.,
                  * "Benchmarking graph neural networks", JMLR 2023). Of a repeated eigenvalue they are some basis. */
  int walk;      /* "walk 1", ..: whether a random walk along the arcs is back after 1, 2, .. steps: the diagonals of
                  * powers of D^-1 A (Dwivedi et al., "Learnable structural and positional representations", ICLR 2022) */
  int profile;   /* "profile 1", ..: log(1 + nodes of ring 1, 2, ..) along the arcs */
  int peripheral; /* "peripheral 1", ..: log(1 + links with both ends in ring 1, 2, ..), the peripheral edges of KP-GNN
                   * (Feng et al., NeurIPS 2022); of a directed graph arcs */
} khop_encodings;
/* From "laplacian:8,walk:8,profile:4", in any order, each once. Errors: ARGUMENT. */
KHOP_API khop_status khop_encodings_read(khop_encodings *encodings, const char *text);

typedef struct khop_data_options {
  size_t size; /* sizeof, or 0 */
  khop_read_options read;
  const char *label;      /* vertex attribute or member of an .npz with the class, or several,
                           * "a,b", with yes/no tasks; NULL: as below */
  const char *split;      /* one with train / val / test; NULL: split, or train_mask, ... */
  const char *mask_prefix; /* .npz: which masks, "" or "geom_" or "fixed_"; NULL: "" */
  bool use_directed;      /* .npz: the directed links dir_* instead of adj_* */
  bool row_normalize;     /* divide each row of features by its sum; rows of sum 0 stay */
  uint64_t split_seed;    /* seed of the random split, where the data bring none */
  const char *target;     /* attributes with numbers to predict, "a,b"; one member of an .npz */
  const char *features;   /* the attributes that are features, "a,b"; "none"; NULL: as below */
  const char *exclude;    /* attributes that are not used, "a,b" */
  const char *name;       /* attribute with the names of the nodes; NULL: as below */
  khop_missing missing;
  bool graph_only;        /* the graph and the names of its nodes: khop_data_features then has no arrays */
  const khop_schema *schema; /* features are brought into the order of this one; NULL: as they come */
  bool by_position;       /* instead, as many columns as it has are taken for its columns, whatever their names */
  const char *nodes;      /* a table beside the graph, whose columns are attributes of the nodes; NULL: none */
  const khop_encodings *encodings; /* added by khop_data_add_encodings, and not divided by row_normalize; NULL: none */
} khop_data_options;

/* Loads a data set: a path, or a name that khop_data_path finds. options may be NULL.
 *   .npz: the keys adj_* (or SciPy's own: indptr, indices, data, shape), attr_* or attr_matrix,
 *     labels (integers: classes; floats: targets; strings: classes; 0 and 1 (N, C): classes one-hot, or C yes/no tasks
 *     where rows have not exactly one 1, missing at NaN and -1), {train,val,test}_mask of shape (N) or (N, S);
 *   a folder of Geom-GCN or of the Open Graph Benchmark (nodes), as datasets/README.md describes them;
 *   any graph format: attributes by what their values are. The class is the first of label, labels, class, y, value,
 *     modularity_class and club whose values are classes (strings or whole numbers that are not all different), or
 *     numbers to predict (y and the labels, where they have fractions). Strings that differ at nearly every node are
 *     names. A layout (x and y, z; r, g and b; size; viz..), id, split and the masks are no features. Other numbers
 *     are features, and so are strings of at most 256 values: a category. What else was passed over is noted.
 *   a table beside the graph (options->nodes), of comma-separated values or the like with a header and a column of ids:
 *     its columns are attributes of the nodes that they name (docs/formats.md); told by khop_graph_note.
 * Without features each node gets its own column (a sparse identity). With labels or targets but
 * without masks a random 60/20/20 split is drawn from split_seed, class by class.
 * The keys and attributes in full: datasets/README.md. Messages begin with the path of the file.
 * Errors: those of khop_graph_read and khop_data_path; NOT_FOUND (a key, mask or attribute that was
 * asked for); VALUE (NaN features, a label below -1, masks that overlap or select nothing, named with
 * their counts); SHAPE (arrays for another number of nodes). Cost: O(size of the file) time; memory
 * for the arrays twice, one of them at a time. */
KHOP_API khop_status khop_data_load(khop_data **data, const char *name_or_path,
                                    const khop_data_options *options);

/* A data set from parts. Takes ownership of graph on success; copies the rest. features may be NULL
 * (identity), labels may be NULL. labels: (N), -1 for a node without one.
 * Errors: ARGUMENT, SHAPE, VALUE, MEMORY. */
KHOP_API khop_status khop_data_new(khop_data **data, khop_graph *graph,
                                   const khop_features *features, const int32_t *labels);

/* Adds a split; each mask (N) of 0 and 1, copied. val and test may be NULL or select nothing: without
 * val nothing stops early. Errors: ARGUMENT (no training mask); VALUE (masks that overlap, a training
 * mask that selects nothing, a selected node without a label); MEMORY. */
KHOP_API khop_status khop_data_add_split(khop_data *data, const uint8_t *train, const uint8_t *val,
                                         const uint8_t *test);

/* Sets regression targets (N, outputs), copied; NaN marks a missing one. */
KHOP_API khop_status khop_data_set_targets(khop_data *data, const khop_real *targets,
                                           int64_t outputs);

/* Several labels a node: sets `tasks` yes/no tasks as targets (N, tasks), copied: 0, 1, and NaN where the answer is
 * missing, which then counts neither in a loss nor in a score. names (tasks), copied; NULL: "task 0", "task 1", ..
 * answers may be khop_data_targets of the same data: numbers of 0 and 1 become tasks.
 * Errors: ARGUMENT, SHAPE (no task), VALUE (an answer that is neither, with its node), MEMORY. */
KHOP_API khop_status khop_data_set_tasks(khop_data *data, const khop_real *answers, int64_t tasks,
                                         const char *const *names);

/* Names of the columns of features (columns), copied, all of them numbers. Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_data_set_feature_names(khop_data *data, const char *const *names);
/* What the columns mean; borrowed. */
KHOP_API const khop_schema *khop_data_schema(const khop_data *data);
/* Brings the features into the order of a schema, such as that of a model, and, where both have some, the tasks:
 * answers to tasks that the data lack are missing, and tasks that the schema lacks go, which is noted.
 * Errors: those of khop_schema_match, and MEMORY; the data are then as they were. */
KHOP_API khop_status khop_data_match(khop_data *data, const khop_schema *schema);
/* Sentences on what khop_data_load passed over, without a full stop; NULL when i is out of range. */
KHOP_API int khop_data_notes(const khop_data *data);
KHOP_API const char *khop_data_note(const khop_data *data, int i);

/* Adds columns to the features, and their names to the schema; where nodes have no features of their own they take the
 * place of the identity.
 * Errors: ARGUMENT (eigenvectors of a directed graph; a number below 0 or above 1,024), VALUE (fewer eigenvectors than
 * asked for; a feature of the same name), UNSUPPORTED (eigenvectors in a build without igraph), MEMORY, INTERNAL (no
 * convergence); the data are then as they were.
 * Cost: of each node, for walk the arcs within so many hops, half as many where the graph is undirected, and for
 * profile those within one less, for peripheral all of them; eigenvectors: up to 256 nodes cubic, else some tens to thousands of products of the
 * graph with a vector: many on roads and grids, whose eigenvalues are close to 0. Memory: 40 bytes a node and thread. */
KHOP_API khop_status khop_data_add_encodings(khop_data *data, const khop_encodings *encodings);
/* The same beside data, which stay as they are: *made has features of its own, and borrows all else. data must outlive it,
 * and get no splits or answers meanwhile. Errors: those above; ARGUMENT for encodings of no columns. */
KHOP_API khop_status khop_data_with_encodings(khop_data **made, const khop_data *data, const khop_encodings *encodings);

KHOP_API void khop_data_free(khop_data *data);

KHOP_API const char *khop_data_name(const khop_data *data);
KHOP_API const khop_graph *khop_data_graph(const khop_data *data);
KHOP_API const khop_features *khop_data_features(const khop_data *data);
/* True when the features are the identity that stands in for missing ones. */
KHOP_API bool khop_data_has_identity_features(const khop_data *data);
KHOP_API const int32_t *khop_data_labels(const khop_data *data);  /* (N) or NULL */
KHOP_API int64_t khop_data_classes(const khop_data *data);        /* 0 without labels */
KHOP_API const khop_real *khop_data_targets(const khop_data *data, int64_t *outputs); /* or NULL */
/* True where the targets are yes/no tasks; their names: khop_schema_targets of khop_data_schema. */
KHOP_API bool khop_data_has_tasks(const khop_data *data);
KHOP_API int khop_data_splits(const khop_data *data);
/* The mask (N) of a part of a split; NULL when out of range. */
KHOP_API const uint8_t *khop_data_mask(const khop_data *data, int split, khop_part part);
/* True when the split was drawn at random because the data brought none. */
KHOP_API bool khop_data_split_is_random(const khop_data *data);
/* True when the file has directed links that were not read: options->use_directed reads them. */
KHOP_API bool khop_data_has_directed_links(const khop_data *data);
/* The names of the nodes (N) where the file has some, "" for a node without one, else NULL. Two nodes may share one. */
KHOP_API const char *const *khop_data_node_names(const khop_data *data);
/* The names of the classes where the file had names, else NULL. (classes) */
KHOP_API const char *const *khop_data_class_names(const khop_data *data);

/* --- the catalogue -------------------------------------------------------------------------- */

/* One data set of the catalogue (datasets/catalogue.json). Strings are borrowed; what is not known
 * is "". */
typedef struct khop_entry {
  const char *name, *file, *origin, *licence, *sha256, *about;
  const char *path; /* where it was found, NULL if it is not here */
} khop_entry;
typedef struct khop_catalogue khop_catalogue;
/* Folders, in order: $KHOP_DATA, ./datasets, $XDG_DATA_HOME/khop (or ~/.local/share/khop), and where
 * khop is installed. Files that no catalogue names are listed too (.npz and graph formats, but not
 * .txt, .csv and .tsv, which may be anything).
 * Errors: MEMORY, FORMAT (a catalogue.json that cannot be read). */
KHOP_API khop_status khop_catalogue_load(khop_catalogue **catalogue);
KHOP_API void khop_catalogue_free(khop_catalogue *catalogue);
KHOP_API int khop_catalogue_count(const khop_catalogue *catalogue);
KHOP_API const khop_entry *khop_catalogue_entry(const khop_catalogue *catalogue, int i);

/* The path of a named data set, to be freed with khop_free. A name with a '/' or an existing file
 * is its own path. Errors: NOT_FOUND with the folders that were searched, MEMORY. */
KHOP_API khop_status khop_data_path(char **path, const char *name);

/* Writes x (rows, columns) as a NumPy .npy file: whole or not there; devices and links are written
 * through. Errors: IO, NOT_FOUND (no such folder), MEMORY. */
KHOP_API khop_status khop_write_npy(const char *path, const khop_real *x, int64_t rows,
                                    int64_t columns);

#ifdef __cplusplus
}
#endif
#endif
