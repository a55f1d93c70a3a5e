/* set_schema.c: what the columns of a set of graphs mean, and how a set is matched to a model. */
#include "graphsets/set_schema.h"
#include "graphsets/set.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/schema_match.h"

#include <math.h>
#include <string.h>

const khop_schema *khop_graphs_schema(const khop_graphs *set) { return set->schema; }

/* --- by the readers -------------------------------------------------------------------------- */

khop_status khop_i_ranks_words(khop_i_word_list *words, const khop_i_ranks *ranks) {
  khop_status status = khop_i_alloc(&words->word, ranks->count, sizeof *words->word, "names of labels");
  for (int64_t r = 0; status == KHOP_OK && r < ranks->count; r++) {
    status = khop_i_sprintf(&words->word[r], "%lld", (long long)ranks->value[r]);
    if (status == KHOP_OK) words->count++;
  }
  return status;
}

khop_status khop_i_graphs_describe(khop_graphs *set, const khop_i_ranks *ranks, int64_t attributes) {
  khop_i_word_list words = {0};
  khop_schema *made = NULL;
  khop_status status = khop_i_schema_new(&made);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_ranks_words(&words, ranks));
  if (words.count)
    KHOP_TRY(khop_i_schema_add(made, &(khop_field){.name = "node label", .kind = KHOP_FIELD_CATEGORY,
        .columns = words.count, .vocabulary = (const char *const *)words.word, .mean = (double)NAN}));
  if (attributes)
    KHOP_TRY(khop_i_schema_add(made, &(khop_field){.name = "node attributes", .kind = KHOP_FIELD_COLUMNS,
                                                   .columns = attributes, .mean = (double)NAN}));
  khop_schema_free(set->schema);
  set->schema = made;
  made = NULL;
done:
  khop_schema_free(made);
  khop_i_word_list_clear(&words);
  return status;
}

/* --- matching -------------------------------------------------------------------------------- */

static int64_t find_word(const khop_i_word_list *list, const char *word) {
  for (int64_t w = 0; w < list->count; w++)
    if (strcmp(list->word[w], word) == 0) return w;
  return -1;
}

/* Types of edges without names are matched by number. */
static khop_status match_edges(uint8_t to[KHOP_MAX_ARC_TYPES + 1], const khop_i_word_list *wanted,
                               const khop_i_word_list *there) {
  bool named = wanted->word && there->word;
  for (int64_t t = 0; t < there->count; t++) {
    int64_t at = named ? find_word(wanted, there->word[t]) : t;
    if (at < 0)
      return khop_i_fail(KHOP_E_VALUE, "edge label: %s was never seen in training: the model knows %lld, from %s to %s",
                         there->word[t], (long long)wanted->count, wanted->word[0], wanted->word[wanted->count - 1]);
    to[t] = (uint8_t)at;
  }
  return KHOP_OK;
}

static khop_status take_edges(khop_graphs *set, const khop_i_word_list *wanted, const uint8_t *to) {
  int64_t arcs = khop_graph_offsets(set->graph)[khop_graph_nodes(set->graph)];
  khop_i_word_list *labels = &set->schema->edge_labels;
  khop_status status = khop_i_word_list_set(labels, wanted->count, (const char *const *)wanted->word);
  if (status != KHOP_OK) return status;
  for (int64_t a = 0; a < arcs; a++) set->arc_types[a] = to[set->arc_types[a]];
  set->types = (int)wanted->count;
  return KHOP_OK;
}

khop_status khop_graphs_match(khop_graphs *set, const khop_schema *schema) {
  if (!set || !schema) return khop_i_fail(KHOP_E_ARGUMENT, "a set of graphs and a schema are needed");
  uint8_t to[KHOP_MAX_ARC_TYPES + 1] = {0};
  khop_i_word_list wanted = schema->edge_labels;
  bool typed = set->arc_types && wanted.count;
  khop_status status = typed ? match_edges(to, &wanted, &set->schema->edge_labels) : KHOP_OK;
  if (status == KHOP_OK) status = khop_i_features_match(&set->features, schema, set->schema);
  if (status == KHOP_OK) status = khop_i_schema_take_fields(&set->schema, schema);
  if (status == KHOP_OK && typed) status = take_edges(set, &wanted, to);
  return *set->name ? khop_i_prefix(status, set->name) : status;
}
