/* make.c: packages to arrays: nodes sorted by name, links, words as columns, sections as
 * classes, masks by hash; and the file they go to. */
#include "debian/index.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "files/npz.h"

#include <math.h>
#include <string.h>

/* What the steps share: where each id has gone. */
typedef struct maker {
  const khop_i_packages *from;
  khop_debian *to;
  int64_t n;
  int32_t *order;    /* (n) the package of each node */
  int32_t *node_of;  /* (names) the node of a name; -1: no package */
  int32_t *column_of; /* (words) -1: not kept */
  int64_t *from_node, *to_node; /* (relations) arcs */
} maker;

/* --- strings -------------------------------------------------------------------------------- */

/* The strings of ids (count), beside one another, as long as the longest. */
static khop_status pack(char **strings, size_t *size, const khop_i_string_table *symbols,
                        const int32_t *ids, int64_t count) {
  *size = 1;
  for (int64_t i = 0; i < count; i++) {
    size_t length = strlen(khop_i_string_table_text(symbols, ids[i]));
    if (length > *size) *size = length;
  }
  khop_status status = khop_i_alloc(strings, count, *size, "names");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) {
    const char *text = khop_i_string_table_text(symbols, ids[i]);
    memcpy(*strings + (size_t)i * *size, text, strlen(text));
  }
  return status;
}

/* --- nodes and arcs ------------------------------------------------------------------------- */

/* Sorts names, then turns them into packages. */
static khop_status make_nodes(maker *m) {
  khop_status status = KHOP_OK;
  const khop_i_packages *from = m->from;
  int64_t names = from->names.count;
  KHOP_TRY(khop_i_alloc_raw(&m->node_of, names, sizeof *m->node_of, "names"));
  KHOP_TRY(khop_i_copy(&m->order, from->name.id, m->n, sizeof *m->order, "nodes"));
  khop_i_string_table_sort(m->order, m->n, &from->names);
  KHOP_TRY(pack(&m->to->names, &m->to->name_size, &from->names, m->order, m->n));
  memset(m->node_of, -1, (size_t)names * sizeof *m->node_of);
  for (int64_t i = 0; i < m->n; i++) m->node_of[m->order[i]] = (int32_t)i;
  for (int32_t p = 0; p < m->n; p++) m->order[m->node_of[from->name.id[p]]] = p;
done:
  return status;
}

static khop_status make_graphs(maker *m) {
  khop_status status = KHOP_OK;
  const khop_i_packages *from = m->from;
  int64_t arcs = 0, relations = from->relations.count;
  KHOP_TRY(khop_i_alloc_raw(&m->from_node, relations, sizeof *m->from_node, "arcs"));
  KHOP_TRY(khop_i_alloc_raw(&m->to_node, relations, sizeof *m->to_node, "arcs"));
  for (int64_t p = 0; p < m->n; p++)
    for (int64_t e = p ? from->relation_end[p - 1] : 0; e < from->relation_end[p]; e++) {
      int32_t target = m->node_of[from->relations.id[e]];
      m->to->counts.dropped += target < 0;
      if (target < 0) continue;
      m->from_node[arcs] = m->node_of[from->name.id[p]];
      m->to_node[arcs++] = target;
    }
  KHOP_TRY(khop_graph_from_coo(&m->to->links, m->n, arcs, m->from_node, m->to_node, false));
  KHOP_TRY(khop_graph_from_coo(&m->to->arcs, m->n, arcs, m->from_node, m->to_node, true));
  m->to->counts.links = khop_graph_edges(m->to->links);
  m->to->counts.arcs = khop_graph_edges(m->to->arcs);
done:
  return status;
}

/* --- words ---------------------------------------------------------------------------------- */

/* Of the words within the bounds the most frequent: those in more packages than *above, and, by the
 * alphabet, the first *ties of those in as many. */
static void choose_words(int64_t *above, int64_t *ties, const int64_t *packages, int64_t words,
                         int64_t least, int64_t most, int64_t columns) {
  int64_t low = least - 1, high = most;
  while (low < high) { /* the smallest bound that leaves no more than columns above it */
    int64_t middle = low + (high - low) / 2, count = 0;
    for (int64_t w = 0; w < words; w++) count += packages[w] > middle && packages[w] <= most;
    if (count > columns)
      low = middle + 1;
    else
      high = middle;
  }
  *above = low;
  *ties = columns;
  for (int64_t w = 0; w < words; w++) *ties -= packages[w] > low && packages[w] <= most;
  if (low < least) *ties = 0; /* those would be too rare */
}

/* column_of and the names of the columns, by the alphabet. */
static khop_status make_columns(maker *m, const khop_debian_options *o) {
  khop_status status = KHOP_OK;
  const khop_i_packages *from = m->from;
  int64_t words = from->words.count, above, ties, kept = 0;
  int64_t least = o->least ? o->least : 10, columns = o->columns ? o->columns : 4096;
  int64_t most = (int64_t)floor((o->most > 0 ? o->most : 0.25) * (double)m->n);
  int64_t *packages = NULL;
  int32_t *order = NULL;
  KHOP_TRY(khop_i_alloc(&packages, words, sizeof *packages, "words"));
  KHOP_TRY(khop_i_alloc_raw(&order, words, sizeof *order, "words"));
  KHOP_TRY(khop_i_alloc_raw(&m->column_of, words, sizeof *m->column_of, "words"));
  for (int64_t e = 0; e < from->word.count; e++) packages[from->word.id[e]]++;
  choose_words(&above, &ties, packages, words, least, most, columns);
  for (int32_t w = 0; w < words; w++) order[w] = w;
  khop_i_string_table_sort(order, words, &from->words);
  for (int64_t i = 0; i < words; i++) {
    int32_t w = order[i];
    bool tied = packages[w] == above && packages[w] <= most && ties > 0;
    bool keep = tied || (packages[w] > above && packages[w] <= most);
    ties -= tied;
    m->column_of[w] = keep ? (int32_t)kept : -1;
    if (keep) order[kept++] = w;
  }
  if (kept == 0)
    KHOP_FAIL(KHOP_E_FORMAT, "no word of the descriptions is in %lld to %lld of the %lld packages",
              (long long)least, (long long)most, (long long)m->n);
  KHOP_TRY(pack(&m->to->words, &m->to->word_size, &from->words, order, kept));
  m->to->counts.columns = kept;
done:
  khop_i_free(packages);
  khop_i_free(order);
  return status;
}

static int64_t row_of_words(int32_t *row, const maker *m, int64_t node) {
  const khop_i_packages *from = m->from;
  int64_t p = m->order[node], count = 0;
  for (int64_t e = p ? from->word_end[p - 1] : 0; e < from->word_end[p]; e++) {
    int32_t column = m->column_of[from->word.id[e]];
    if (column < 0) continue;
    int64_t at = count++; /* insertion sort: rows are short */
    for (; at > 0 && row[at - 1] > column; at--) row[at] = row[at - 1];
    row[at] = column;
  }
  return count;
}

static khop_status make_features(maker *m) {
  khop_status status = KHOP_OK;
  khop_debian *to = m->to;
  KHOP_TRY(khop_i_alloc(&to->offsets, m->n + 1, sizeof *to->offsets, "features"));
  KHOP_TRY(khop_i_alloc_raw(&to->indices, m->from->word.count, sizeof *to->indices, "features"));
  for (int64_t i = 0; i < m->n; i++) {
    int64_t count = row_of_words(to->indices + to->offsets[i], m, i);
    to->offsets[i + 1] = to->offsets[i] + count;
    to->counts.bare += count == 0;
  }
  to->counts.entries = to->offsets[m->n];
done:
  return status;
}

/* --- labels and masks ----------------------------------------------------------------------- */

static int part_of(const char *name) {
  uint64_t tenth = khop_i_fnv(name, strlen(name)) % 10;
  return tenth < 6 ? KHOP_TRAIN : tenth < 8 ? KHOP_VAL : KHOP_TEST;
}

static khop_status make_labels(maker *m) {
  khop_status status = KHOP_OK;
  const khop_i_packages *from = m->from;
  khop_debian *to = m->to;
  int32_t sections = from->sections.count, classes = 0, *order = NULL, *class_of = NULL;
  uint8_t *parts = NULL; /* a bit for each part that a class is in */
  int64_t trained = 0;
  KHOP_TRY(khop_i_alloc_raw(&order, sections, sizeof *order, "classes"));
  KHOP_TRY(khop_i_alloc(&class_of, sections, sizeof *class_of, "classes"));
  KHOP_TRY(khop_i_alloc(&parts, sections, 1, "classes"));
  KHOP_TRY(khop_i_alloc_raw(&to->labels, m->n, sizeof *to->labels, "labels"));
  KHOP_TRY(khop_i_alloc(&to->masks, 3 * m->n, 1, "masks"));
  /* a section that only a second stanza named is none */
  for (int64_t p = 0; p < m->n; p++)
    if (from->section.id[p] >= 0) class_of[from->section.id[p]] = 1;
  for (int32_t s = 0; s < sections; s++)
    if (class_of[s]) order[classes++] = s;
  if (classes == 0) KHOP_FAIL(KHOP_E_FORMAT, "no package has a section");
  khop_i_string_table_sort(order, classes, &from->sections);
  KHOP_TRY(pack(&to->classes, &to->class_size, &from->sections, order, classes));
  for (int32_t c = 0; c < classes; c++) class_of[order[c]] = c;
  for (int64_t i = 0; i < m->n; i++) {
    int32_t section = from->section.id[m->order[i]];
    to->labels[i] = section < 0 ? -1 : class_of[section];
    to->counts.unlabelled += section < 0;
    if (section < 0) continue;
    int part = part_of(khop_i_string_table_text(&from->names, from->name.id[m->order[i]]));
    to->masks[part * m->n + i] = 1;
    trained += part == KHOP_TRAIN;
    parts[class_of[section]] |= (uint8_t)(1 << part);
  }
  if (trained == 0)
    KHOP_FAIL(KHOP_E_FORMAT, "none of its %lld packages with a section is one for training",
              (long long)(m->n - to->counts.unlabelled));
  to->counts.classes = classes;
  for (int32_t c = 0; c < classes; c++) to->counts.rare += parts[c] != 7;
done:
  khop_i_free(order);
  khop_i_free(class_of);
  khop_i_free(parts);
  return status;
}

/* Errors: FORMAT where nothing is left, MEMORY. */
static khop_status make_arrays(khop_debian *debian, const khop_i_packages *packages,
                               const khop_debian_options *options) {
  khop_status status = KHOP_OK;
  maker m = {.from = packages, .to = debian, .n = packages->name.count};
  debian->counts.packages = m.n;
  debian->counts.repeats = packages->repeats;
  KHOP_TRY(make_nodes(&m));
  KHOP_TRY(make_graphs(&m));
  KHOP_TRY(make_columns(&m, options));
  KHOP_TRY(make_features(&m));
  KHOP_TRY(make_labels(&m));
done:
  khop_i_free(m.order);
  khop_i_free(m.node_of);
  khop_i_free(m.column_of);
  khop_i_free(m.from_node);
  khop_i_free(m.to_node);
  return status;
}

/* --- the object, and its file --------------------------------------------------------------- */

khop_status khop_debian_read(khop_debian **out, FILE *index, const char *name,
                             const khop_debian_options *options) {
  khop_debian_options own;
  khop_status status = KHOP_OK;
  khop_i_packages packages = {0};
  khop_debian *made = NULL;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE(khop_debian_options, &own, options));
  options = &own;
  if (options->least < 0 || options->columns < 0 || !(options->most >= 0 && options->most <= 1))
    KHOP_FAIL(KHOP_E_ARGUMENT, "words in at least %lld packages, in a share of %g, %lld columns",
              (long long)options->least, options->most, (long long)options->columns);
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a package index"));
  KHOP_TRY(khop_i_packages_read(&packages, index, options));
  KHOP_TRY(make_arrays(made, &packages, options));
  *out = made;
  made = NULL;
done:
  if (status != KHOP_OK) khop_i_prefix(status, name);
  khop_debian_free(made);
  khop_i_packages_free(&packages);
  return status;
}

void khop_debian_free(khop_debian *debian) {
  if (!debian) return;
  khop_graph_free(debian->links);
  khop_graph_free(debian->arcs);
  void *const blocks[] = {debian->offsets, debian->indices, debian->labels, debian->masks,
                          debian->names,   debian->classes, debian->words};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) khop_i_free(blocks[i]);
  khop_i_free(debian);
}

khop_debian_counts khop_debian_count(const khop_debian *debian) { return debian->counts; }

khop_status khop_debian_write(const khop_debian *d, const char *path) {
  int64_t n = d->counts.packages, links = 2 * d->counts.links, arcs = d->counts.arcs;
  int64_t entries = d->counts.entries, square[2] = {n, n}, wide[2] = {n, d->counts.columns};
  int64_t most = links > entries ? links : entries;
  uint8_t *ones = NULL; /* every entry of the three matrices is 1 */
  khop_status status = khop_i_alloc_raw(&ones, most, 1, "ones");
  if (status != KHOP_OK) return status;
  memset(ones, 1, (size_t)most);
  const int64_t *link_offsets = khop_graph_offsets(d->links), *arc_offsets = khop_graph_offsets(d->arcs);
  const int32_t *link_targets = khop_graph_targets(d->links), *arc_targets = khop_graph_targets(d->arcs);
  const khop_i_member members[] = {
      {"adj_indptr", KHOP_I_INT64, 0, 1, {n + 1}, link_offsets},
      {"adj_indices", KHOP_I_INT32, 0, 1, {links}, link_targets},
      {"adj_data", KHOP_I_UINT8, 0, 1, {links}, ones},
      {"adj_shape", KHOP_I_INT64, 0, 1, {2}, square},
      {"dir_indptr", KHOP_I_INT64, 0, 1, {n + 1}, arc_offsets},
      {"dir_indices", KHOP_I_INT32, 0, 1, {arcs}, arc_targets},
      {"dir_data", KHOP_I_UINT8, 0, 1, {arcs}, ones},
      {"dir_shape", KHOP_I_INT64, 0, 1, {2}, square},
      {"attr_indptr", KHOP_I_INT64, 0, 1, {n + 1}, d->offsets},
      {"attr_indices", KHOP_I_INT32, 0, 1, {entries}, d->indices},
      {"attr_data", KHOP_I_UINT8, 0, 1, {entries}, ones},
      {"attr_shape", KHOP_I_INT64, 0, 1, {2}, wide},
      {"labels", KHOP_I_INT32, 0, 1, {n}, d->labels},
      {"train_mask", KHOP_I_BOOL, 0, 1, {n}, d->masks},
      {"val_mask", KHOP_I_BOOL, 0, 1, {n}, d->masks + n},
      {"test_mask", KHOP_I_BOOL, 0, 1, {n}, d->masks + 2 * n},
      {"class_names", KHOP_I_BYTES, d->class_size, 1, {d->counts.classes}, d->classes},
      {"names", KHOP_I_BYTES, d->name_size, 1, {n}, d->names},
      {"words", KHOP_I_BYTES, d->word_size, 1, {d->counts.columns}, d->words},
  };
  status = khop_i_npz_write(path, (int)(sizeof members / sizeof *members), members);
  khop_i_free(ones);
  return status;
}
