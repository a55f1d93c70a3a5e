/* schema.h: the inside of a khop_schema, and how one is made. The picture is in khop/schema.h. */
#ifndef KHOP_DATA_SCHEMA_H
#define KHOP_DATA_SCHEMA_H

#include <khop/data.h>
#include <khop/schema.h>

/* A list of names, each in an allocation of its own; NULL where only their number is known. */
typedef struct khop_i_word_list {
  int64_t count;
  char **word;
} khop_i_word_list;

struct khop_schema {
  int fields;
  khop_field *field; /* owns what its pointers point to */
  khop_i_word_list classes, targets, edge_labels, ignored;
  bool tasks; /* the targets are yes/no tasks */
  double *target_mean, *target_deviation; /* (targets.count), units of a model; or NULL */
  bool row_normalized;
};

khop_status khop_i_schema_new(khop_schema **schema);
khop_status khop_i_schema_copy(khop_schema **copy, const khop_schema *schema);
/* Replaces *schema by one with the fields of another, such as that of a model, and with the classes, targets and labels
 * of edges that it had. Errors: MEMORY. */
khop_status khop_i_schema_take_fields(khop_schema **schema, const khop_schema *from);
/* Adds a field; name, vocabulary and nodes are copied. Errors: MEMORY. */
khop_status khop_i_schema_add(khop_schema *schema, const khop_field *field);
/* Replaces a list; words may be NULL. */
khop_status khop_i_word_list_set(khop_i_word_list *list, int64_t count, const char *const *words);
khop_status khop_i_word_list_add(khop_i_word_list *list, const char *word);
void khop_i_word_list_clear(khop_i_word_list *list);
/* Replaces a list by another, which is empty afterwards. */
void khop_i_word_list_move(khop_i_word_list *to, khop_i_word_list *from);

/* The units of targets: mean and deviation (targets.count). Errors: MEMORY. */
khop_status khop_i_schema_set_units(khop_schema *schema, const double *mean, const double *deviation);

void khop_i_schema_drop_units(khop_schema *schema);

/* The field of a matrix without names: words where it is sparse and holds nothing but 1. */
khop_status khop_i_schema_add_columns(khop_schema *schema, const char *name, const khop_features *features);
/* The field of identity features; names (nodes) may be NULL. */
khop_status khop_i_schema_add_identity(khop_schema *schema, int64_t nodes, const char *const *names);
/* The field of a name; NULL where there is none. */
const khop_field *khop_i_schema_find(const khop_schema *schema, const char *name, khop_field_kind kind);

#endif
