/* khop/schema.h: what the columns of a data set mean: the names and kinds of its features, its classes, its targets.
 *
 *   fields    age          number                 1 column
 *             age missing  missing                1 column: 1 where a node has no age
 *             colour       category blue red      2 columns of 0 and 1
 *             features     columns                1,433 columns that have no names
 *             nodes        identity               a column a node
 *   classes   Mr Hi, Officer
 *   targets   weight                       numbers; or yes/no tasks: answers of 0, 1 and missing ones
 *
 * A schema belongs to a data set, and a copy of it to every model that is trained on one, in its checkpoint. Columns
 * of other data are matched to those of a model by name.
 */
#ifndef KHOP_SCHEMA_H
#define KHOP_SCHEMA_H

#include <khop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum khop_field_kind {
  KHOP_FIELD_NUMBER = 0,
  KHOP_FIELD_MISSING = 1,  /* 1 where the number of the same name is missing */
  KHOP_FIELD_CATEGORY = 2, /* a column a word of the vocabulary, of 0 and 1 */
  KHOP_FIELD_COLUMNS = 3,  /* columns without names */
  KHOP_FIELD_WORDS = 4,    /* columns without names, sparse and of 0 and 1: a bag of words */
  KHOP_FIELD_IDENTITY = 5  /* a column a node */
} khop_field_kind;

/* What becomes of a feature that some nodes lack: with a mean or 0 in its place, a column of 0 and 1 more says
 * where. */
typedef enum khop_missing { KHOP_MISSING_ERROR = 0, KHOP_MISSING_MEAN = 1, KHOP_MISSING_ZERO = 2 } khop_missing;

/* One feature as people name it: some columns of the matrix, beside each other. */
typedef struct khop_field {
  const char *name;
  khop_field_kind kind;
  int64_t columns;
  const char *const *vocabulary; /* (columns) of a category, else NULL */
  const char *nodes; /* of an identity: a mark of the names of its nodes, "" where they have none; else NULL */
  double mean;       /* of a number, over the nodes that have one, and what stands for a missing one, of any data that
                      * are matched to the schema; 0 with KHOP_MISSING_ZERO, NaN where it is not known */
  int64_t missing;   /* nodes without a value */
  khop_missing treated; /* what became of them; ERROR where a number had none, and of a category, whose columns are 0 */
} khop_field;

typedef struct khop_schema khop_schema;

KHOP_API int khop_schema_fields(const khop_schema *schema);
/* Borrowed from the schema; NULL when i is out of range. */
KHOP_API const khop_field *khop_schema_field(const khop_schema *schema, int i);
KHOP_API int64_t khop_schema_columns(const khop_schema *schema); /* of all fields */
/* NULL where they have no names. */
KHOP_API const char *const *khop_schema_classes(const khop_schema *schema, int64_t *count);
KHOP_API const char *const *khop_schema_targets(const khop_schema *schema, int64_t *count);
/* True where the targets are yes/no tasks, each with a name: khop_data_set_tasks. */
KHOP_API bool khop_schema_has_tasks(const khop_schema *schema);
/* The units that a model learned target i in: (y - mean) / deviation, over the nodes or graphs for training. False where
 * there are none: in the schema of data, of classes and tasks. */
KHOP_API bool khop_schema_target_unit(double *mean, double *deviation, const khop_schema *schema, int64_t i);
/* Whether each row of features was divided by its sum. */
KHOP_API bool khop_schema_row_normalized(const khop_schema *schema);
KHOP_API const char *const *khop_schema_edge_labels(const khop_schema *schema, int64_t *count);
/* Whether an attribute of that name was there, and was not a feature. */
KHOP_API bool khop_schema_ignores(const khop_schema *schema, const char *name);
/* "number", "category", .. */
KHOP_API const char *khop_field_kind_name(khop_field_kind kind);

/* A schema as JSON, and back; *text is freed with khop_free. Errors: MEMORY; FORMAT (not the JSON of a schema). */
KHOP_API khop_status khop_schema_write(char **text, const khop_schema *schema);
KHOP_API khop_status khop_schema_read(khop_schema **schema, const char *text);
KHOP_API void khop_schema_free(khop_schema *schema);

/* Where each column of `wanted` stands in data that have `there`: column (khop_schema_columns(wanted)), -1 for what
 * the data have none of and need none: a word that no node has, an indicator where nothing is missing. Attributes
 * that `wanted` ignores may be there.
 * Errors: VALUE, in one sentence that names the difference: features that are missing or more, or of another kind;
 * a word that is not in the vocabulary; identity features of other nodes; SHAPE (another number of unnamed
 * columns); MEMORY. Cost: O(fields + words log words). */
KHOP_API khop_status khop_schema_match(int64_t *column, const khop_schema *wanted, const khop_schema *there);

#ifdef __cplusplus
}
#endif
#endif
