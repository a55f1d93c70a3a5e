/* npz_names.c: see npz_names.h. */
#include "data/npz_names.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "data/names.h"
#include "data/schema_match.h"

#include <stdlib.h>
#include <string.h>

/* --- nodes ------------------------------------------------------------------------------------- */

/* Integers as names; none where they only count, or are no list of integers. */
static khop_status read_ids(char ***names, int64_t *count, khop_i_members *members, const char *key) {
  khop_i_array array = {0};
  khop_status status = khop_i_npz_describe(&array, members->npz, key);
  if (status == KHOP_E_UNSUPPORTED) return KHOP_OK;
  if (status != KHOP_OK || array.dimensions != 1 || !khop_i_array_is_integer(&array)) return status;
  bool counts = true;
  KHOP_TRY(khop_i_members_read(&array, members, key));
  for (int64_t i = 0; i < array.count; i++) counts = counts && khop_i_array_integer(&array, i) == i;
  if (counts) goto done;
  KHOP_TRY(khop_i_alloc(names, array.count, sizeof **names, "names"));
  for (; *count < array.count; ++*count)
    KHOP_TRY(khop_i_sprintf(&(*names)[*count], "%lld", (long long)khop_i_array_integer(&array, *count)));
done:
  khop_i_array_free(&array);
  return status;
}

static khop_status use_node_names(khop_data *data, const char *const *names) {
  int columns = khop_graph_columns(data->graph);
  khop_status status = khop_graph_add_column(data->graph, "name", NULL, names);
  if (status == KHOP_OK) data->node_names = khop_graph_column(data->graph, columns)->strings;
  return status;
}

khop_status khop_i_npz_node_names(khop_data *data, khop_i_members *members, const khop_data_options *options) {
  static const char *const keys[] = {"node_names", "names", "node_ids", "ids", NULL};
  int64_t nodes = khop_graph_nodes(data->graph), count = 0;
  char **names = NULL;
  const char *key = options->name ? options->name : khop_i_members_first(members, keys);
  khop_status status = KHOP_OK;
  if (!key) return KHOP_OK;
  if (!khop_i_npz_has(members->npz, key)) return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%s'", key);
  KHOP_TRY(khop_i_members_strings(&names, &count, members, key));
  if (!names) KHOP_TRY(read_ids(&names, &count, members, key));
  if (names && count == nodes)
    status = use_node_names(data, (const char *const *)names);
  else if (options->name)
    status = khop_i_fail(KHOP_E_SHAPE, "'%s' is no list of names of %lld nodes", key, (long long)nodes);
  else if (names)
    status = khop_i_data_note(data, "'%s' has %lld names and the graph %lld nodes: not used", key, (long long)count,
                              (long long)nodes);
done:
  khop_i_names_free(names, count);
  return status;
}

/* --- features ---------------------------------------------------------------------------------- */

typedef struct ranked {
  const char *name;
  int64_t column;
} ranked;

static int by_name(const void *a, const void *b) {
  return strcmp(((const ranked *)a)->name, ((const ranked *)b)->name);
}

/* The names in order; *twice: one that is there twice, or NULL. */
static khop_status rank_names(ranked **sorted, const char **twice, char *const *names, int64_t count) {
  khop_status status = khop_i_alloc(sorted, count, sizeof **sorted, "names of features");
  if (status != KHOP_OK) return status;
  for (int64_t c = 0; c < count; c++) (*sorted)[c] = (ranked){names[c], c};
  if (count) qsort(*sorted, (size_t)count, sizeof **sorted, by_name);
  for (int64_t c = 1; c < count; c++)
    if (strcmp((*sorted)[c].name, (*sorted)[c - 1].name) == 0) *twice = (*sorted)[c].name;
  return KHOP_OK;
}

/* Sets place[column] for each name of "a,b,c". */
static khop_status mark_list(bool *place, bool value, const char *list, const ranked *sorted, int64_t count) {
  char *text = NULL;
  khop_status status = khop_i_strdup(&text, list);
  char *rest = text;
  for (char *name; status == KHOP_OK && rest && (name = strsep(&rest, ","));) {
    ranked key = {name, 0};
    const ranked *at = bsearch(&key, sorted, (size_t)count, sizeof *sorted, by_name);
    if (at)
      place[at->column] = value;
    else
      status = khop_i_fail(KHOP_E_NOT_FOUND, "has no feature '%s' among its %lld", name, (long long)count);
  }
  khop_i_free(text);
  return status;
}

/* Keeps the columns that options choose, and their names, in order. */
static khop_status choose(khop_data *data, char **names, const ranked *sorted, const khop_data_options *options) {
  int64_t all = data->features.columns, kept = 0, *column = NULL;
  bool *place = NULL;
  char **chosen = NULL;
  khop_status status = khop_i_alloc(&place, all, sizeof *place, "features");
  KHOP_TRY(status);
  KHOP_TRY(khop_i_alloc(&column, all, sizeof *column, "features"));
  KHOP_TRY(khop_i_alloc(&chosen, all, sizeof *chosen, "names of features"));
  for (int64_t c = 0; c < all; c++) place[c] = !options->features;
  if (options->features) KHOP_TRY(mark_list(place, true, options->features, sorted, all));
  if (options->exclude) KHOP_TRY(mark_list(place, false, options->exclude, sorted, all));
  for (int64_t c = 0; c < all; c++)
    if (place[c]) chosen[kept] = names[c], column[kept++] = c;
  if (!kept)
    KHOP_FAIL(KHOP_E_ARGUMENT, "no feature of %lld is left: --features none leaves them all out", (long long)all);
  KHOP_TRY(khop_i_features_select(&data->features, kept, column));
  KHOP_TRY(khop_data_set_feature_names(data, (const char *const *)chosen));
done:
  khop_i_free(chosen);
  khop_i_free(column);
  khop_i_free(place);
  return status;
}

static khop_status without_names(const khop_data_options *options) {
  if (!options->features && !options->exclude) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "its features have no names to choose by: --features none leaves them all out");
}

khop_status khop_i_npz_feature_names(khop_data *data, khop_i_members *members, const khop_data_options *options) {
  static const char *const keys[] = {"attr_names", "feature_names", NULL};
  int64_t count = 0;
  char **names = NULL;
  ranked *sorted = NULL;
  const char *key = khop_i_members_first(members, keys), *twice = NULL;
  khop_status status = key ? khop_i_members_strings(&names, &count, members, key) : KHOP_OK;
  if (status != KHOP_OK || !names) return status == KHOP_OK ? without_names(options) : status;
  KHOP_TRY(rank_names(&sorted, &twice, names, count));
  if (count != data->features.columns)
    KHOP_TRY(khop_i_data_note(data, "'%s' has %lld names for %lld features: not used", key, (long long)count,
                              (long long)data->features.columns));
  else if (twice)
    KHOP_TRY(khop_i_data_note(data, "'%s' has '%s' twice: not used", key, twice));
  if (count == data->features.columns && !twice)
    status = choose(data, names, sorted, options);
  else
    status = without_names(options);
done:
  khop_i_free(sorted);
  khop_i_names_free(names, count);
  return status;
}
