/* encodings.c: khop_data_add_encodings and khop_data_with_encodings: a table of the columns, then the features with them on
 * the right.
 *
 *   features     [ x | laplacian 1 .. | walk 1 .. | profile 1 .. | peripheral 1 .. ]
 *   none of its own: the identity that stands in for them goes */
#include "data/encodings.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/data.h"
#include "data/return_walks.h"
#include "data/ring_sizes.h"
#include "graph/laplacian.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what they are called -------------------------------------------------------------------- */

enum { KINDS = 4, MOST = 1024 };
static const char *const names[KINDS] = {"laplacian", "walk", "profile", "peripheral"};

static int *field_of(khop_encodings *e, int kind) {
  return kind == 0 ? &e->laplacian : kind == 1 ? &e->walk : kind == 2 ? &e->profile : &e->peripheral;
}

static khop_status read_one(khop_encodings *e, const char *text, int length) {
  for (int kind = 0; kind < KINDS; kind++) {
    int word = (int)strlen(names[kind]);
    char *end = NULL;
    if (length <= word || strncmp(text, names[kind], (size_t)word) != 0 || text[word] != ':') continue;
    const char *number = text + word + 1;
    long count = *number >= '0' && *number <= '9' ? strtol(number, &end, 10) : 0;
    if (count < 1 || count > MOST || end != text + length)
      return khop_i_fail(KHOP_E_ARGUMENT, "'%.*s': %s:K takes a number from 1 to %d", length, text, names[kind], MOST);
    if (*field_of(e, kind)) return khop_i_fail(KHOP_E_ARGUMENT, "%s is there twice", names[kind]);
    *field_of(e, kind) = (int)count;
    return KHOP_OK;
  }
  return khop_i_fail(KHOP_E_ARGUMENT, "'%.*s' is no encoding: laplacian:K, walk:K, profile:K and peripheral:K are, with commas "
                     "between", length, text);
}

khop_status khop_encodings_read(khop_encodings *encodings, const char *text) {
  khop_encodings made = {.size = sizeof made};
  if (!encodings || !text) return khop_i_fail(KHOP_E_ARGUMENT, "encodings: a text, and a place for them, are needed");
  for (const char *at = text;; at++) {
    int length = (int)strcspn(at, ",");
    khop_status status = read_one(&made, at, length);
    if (status != KHOP_OK) return status;
    at += length;
    if (!*at) break;
  }
  *encodings = made;
  return KHOP_OK;
}

int64_t khop_i_encodings_columns(const khop_encodings *e) {
  return e ? (int64_t)e->laplacian + e->walk + e->profile + e->peripheral : 0;
}

static khop_status add_names(khop_schema *schema, khop_encodings *e) {
  for (int kind = 0; kind < KINDS; kind++)
    for (int c = 1; c <= *field_of(e, kind); c++) {
      char name[32];
      snprintf(name, sizeof name, "%s %d", names[kind], c);
      if (khop_i_schema_find(schema, name, KHOP_FIELD_NUMBER))
        return khop_i_fail(KHOP_E_VALUE, "there is a feature '%s' already, and an encoding is called so", name);
      khop_status status = khop_i_schema_add(schema, &(khop_field){.name = name, .columns = 1, .mean = (double)NAN});
      if (status != KHOP_OK) return status;
    }
  return KHOP_OK;
}

/* The schema with their names; without the identity, which goes. */
static khop_status describe(khop_schema **made, const khop_data *data, khop_encodings *e) {
  khop_status status = KHOP_OK;
  khop_schema *bare = NULL;
  KHOP_TRY(khop_i_schema_copy(made, data->schema));
  if (data->identity) {
    KHOP_TRY(khop_i_schema_new(&bare));
    khop_i_word_list_move(&bare->ignored, &(*made)->ignored);
    KHOP_TRY(khop_i_schema_take_fields(made, bare));
  }
  KHOP_TRY(add_names(*made, e));
done:
  khop_schema_free(bare);
  return status;
}

/* --- the table ------------------------------------------------------------------------------- */

/* Entries of about 1, whatever the number of nodes: the mean of their squares is. */
static khop_status fill_laplacian(khop_real *table, int64_t columns, const khop_graph *graph, int count) {
  double *vectors = NULL;
  int64_t nodes = khop_graph_nodes(graph);
  if (count == 0) return KHOP_OK;
  khop_status status = khop_i_alloc_raw(&vectors, count * nodes, sizeof *vectors, "eigenvectors");
  if (status == KHOP_OK) status = khop_i_laplacian_vectors(vectors, graph, count);
  for (int k = 0; status == KHOP_OK && k < count; k++)
    for (int64_t i = 0; i < nodes; i++) table[i * columns + k] = (khop_real)(vectors[k * nodes + i] * sqrt((double)nodes));
  khop_i_free(vectors);
  return status;
}

static khop_status fill_table(khop_real *table, const khop_graph *graph, const khop_encodings *e) {
  int64_t columns = khop_i_encodings_columns(e);
  khop_status status = fill_laplacian(table, columns, graph, e->laplacian);
  if (status == KHOP_OK && e->walk) status = khop_i_return_walks(table, columns, e->laplacian, graph, e->walk);
  if (status == KHOP_OK && e->profile)
    status = khop_i_ring_sizes(table, columns, e->laplacian + e->walk, graph, e->profile);
  if (status == KHOP_OK && e->peripheral)
    status = khop_i_ring_links(table, columns, e->laplacian + e->walk + e->profile, graph, e->peripheral);
  return status;
}

/* --- features beside it ------------------------------------------------------------------------ */

static khop_status join_dense(khop_features *made, const khop_features *x, const khop_real *table, int64_t more) {
  khop_real *dense = NULL;
  int64_t left = x ? x->columns : 0, columns = left + more;
  khop_status status = khop_i_alloc_raw(&dense, made->rows * columns, sizeof *dense, "features");
  for (int64_t i = 0; status == KHOP_OK && i < made->rows; i++) {
    if (left) memcpy(dense + i * columns, x->dense + i * left, (size_t)left * sizeof *dense);
    memcpy(dense + i * columns + left, table + i * more, (size_t)more * sizeof *dense);
  }
  made->dense = dense;
  made->columns = columns;
  return status;
}

static khop_status join_sparse(khop_features *made, const khop_features *x, const khop_real *table, int64_t more) {
  khop_status status = KHOP_OK;
  int64_t rows = x->rows, entries = x->offsets[rows] + rows * more, to = 0, *offsets = NULL;
  int32_t *indices = NULL;
  khop_real *values = NULL;
  if (x->columns + more > INT32_MAX)
    return khop_i_fail(KHOP_E_SHAPE, "%lld columns of features, and %lld encodings", (long long)x->columns,
                       (long long)more);
  KHOP_TRY(khop_i_alloc_raw(&offsets, rows + 1, sizeof *offsets, "features"));
  KHOP_TRY(khop_i_alloc_raw(&indices, entries, sizeof *indices, "features"));
  KHOP_TRY(khop_i_alloc_raw(&values, entries, sizeof *values, "features"));
  for (int64_t i = 0; i < rows; i++) {
    offsets[i] = to;
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++) indices[to] = x->indices[e], values[to++] = x->values[e];
    for (int64_t c = 0; c < more; c++) {
      if (table[i * more + c] == 0) continue;
      indices[to] = (int32_t)(x->columns + c);
      values[to++] = table[i * more + c];
    }
  }
  offsets[rows] = to;
  *made = (khop_features){rows, x->columns + more, NULL, offsets, indices, values};
  return KHOP_OK;
done:
  khop_i_free(offsets);
  khop_i_free(indices);
  khop_i_free(values);
  return status;
}

/* Features with the columns on the right, and a schema that names them; none are asked for: neither. */
static khop_status encode(khop_features *joined, khop_schema **schema, const khop_data *data, const khop_encodings *given) {
  khop_status status = KHOP_OK;
  khop_encodings own;
  khop_real *table = NULL;
  if (!data || !given) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and encodings are needed");
  KHOP_TRY(KHOP_I_TAKE(khop_encodings, &own, given));
  for (int kind = 0; kind < KINDS; kind++)
    if (*field_of(&own, kind) < 0 || *field_of(&own, kind) > MOST)
      KHOP_FAIL(KHOP_E_ARGUMENT, "%s:%d: at most %d columns", names[kind], *field_of(&own, kind), MOST);
  int64_t more = khop_i_encodings_columns(&own);
  if (more == 0) return KHOP_OK;
  joined->rows = khop_graph_nodes(data->graph);
  KHOP_TRY(describe(schema, data, &own));
  KHOP_TRY(khop_i_alloc_raw(&table, joined->rows * more, sizeof *table, "encodings"));
  KHOP_TRY(fill_table(table, data->graph, &own));
  bool sparse = !data->identity && data->features.offsets;
  KHOP_TRY(sparse ? join_sparse(joined, &data->features, table, more)
                  : join_dense(joined, data->identity ? NULL : &data->features, table, more));
done:
  khop_i_free(table);
  return status;
}

khop_status khop_data_add_encodings(khop_data *data, const khop_encodings *encodings) {
  khop_status status = KHOP_OK;
  khop_schema *schema = NULL;
  khop_features joined = {0};
  KHOP_TRY(encode(&joined, &schema, data, encodings));
  if (!schema) return KHOP_OK;
  KHOP_TRY(khop_i_data_take_features(data, &joined));
  data->identity = false;
  khop_schema_free(data->schema);
  data->schema = schema;
  schema = NULL;
done:
  khop_i_features_free(&joined);
  khop_schema_free(schema);
  return status;
}

khop_status khop_data_with_encodings(khop_data **made, const khop_data *data, const khop_encodings *encodings) {
  khop_status status = KHOP_OK;
  khop_schema *schema = NULL;
  khop_features joined = {0};
  khop_data *view = NULL;
  KHOP_TRY(encode(&joined, &schema, data, encodings));
  if (!schema) KHOP_FAIL(KHOP_E_ARGUMENT, "encodings of no columns");
  KHOP_TRY(khop_i_alloc(&view, 1, sizeof *view, "a data set"));
  *view = *data;
  view->is_view = true;
  view->identity = false;
  view->schema = schema;
  view->features = (khop_features){0};
  schema = NULL;
  KHOP_TRY(khop_i_data_take_features(view, &joined));
  *made = view;
  view = NULL;
done:
  khop_data_free(view);
  khop_i_features_free(&joined);
  khop_schema_free(schema);
  return status;
}
