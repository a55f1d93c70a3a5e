/* node_names.c: see node_names.h. */
#include "cli/node_names.h"
#include "cli/edit_distance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFERED 3 /* nearest names, in a message */

/* --- by name ------------------------------------------------------------------------------------ */

static int64_t count_named(int64_t *first, int64_t *second, const khop_data *data, const char *text) {
  const char *const *names = khop_data_node_names(data);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), count = 0;
  for (int64_t i = 0; names && i < nodes; i++) {
    if (strcmp(names[i], text) != 0) continue;
    if (count < 2) *(count ? second : first) = i;
    count++;
  }
  return count;
}

/* The nearest names to text, the nearest first; how many. */
static int nearest_names(const char *nearest[OFFERED], const khop_data *data, const char *text) {
  const char *const *names = khop_data_node_names(data);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  int distance[OFFERED], count = 0, length = (int)strlen(text);
  for (int64_t i = 0; i < nodes; i++) {
    int far = edit_distance(text, length, names[i]), at = count;
    if (far > (length + 1) / 2) continue;
    while (at > 0 && distance[at - 1] > far) at--;
    if (at == OFFERED) continue;
    if (count < OFFERED) count++;
    for (int k = count - 1; k > at; k--) distance[k] = distance[k - 1], nearest[k] = nearest[k - 1];
    distance[at] = far;
    nearest[at] = names[i];
  }
  return count;
}

static int no_such_name(const khop_data *data, const char *text, const char *where) {
  const char *nearest[OFFERED];
  int count = strlen(text) < MOST_EDITED ? nearest_names(nearest, data, text) : 0;
  const char *const *names = khop_data_node_names(data);
  char list[400] = "";
  size_t used = 0;
  for (int i = 0; i < count && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%.80s", i ? ", " : "", nearest[i]);
  if (!count) snprintf(list, sizeof list, "they are named as '%.80s'", names[0]);
  return failure("%s: no node of %s is named '%s'; %s%s", where, khop_data_name(data), text,
                 count ? "the nearest: " : "", list);
}

/* --- by number ---------------------------------------------------------------------------------- */

static bool is_number(int64_t *number, const char *text) {
  size_t length = strspn(text, "0123456789");
  if (!length || text[length] || length > 18) return false;
  *number = strtoll(text, NULL, 10);
  return true;
}

static int take_number(int64_t *node, int64_t number, const khop_data *data, const char *text, const char *where,
                       const data_choice *choice) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  const char *const *names = khop_data_node_names(data);
  if (number >= nodes && names) return no_such_name(data, text, where);
  if (number >= nodes)
    return failure("node %s: the graph has nodes 0 to %lld", text, (long long)nodes - 1);
  if (names && !choice->quiet)
    note("%s: no node is named %s: node number %s is taken, '%s'", where, text, text, names[number]);
  *node = number;
  return GO_ON;
}

int find_node(int64_t *node, const khop_data *data, const char *text, const char *where, const data_choice *choice) {
  int64_t first = 0, second = 0, number = 0;
  int64_t count = count_named(&first, &second, data, text);
  if (count > 1)
    return failure("%s: %lld nodes are named '%s', such as numbers %lld and %lld", where, (long long)count, text,
                   (long long)first, (long long)second);
  if (count == 1) {
    *node = first;
    if (is_number(&number, text) && number != first && !choice->quiet)
      note("%s: %s is taken as a name: that of node number %lld", where, text, (long long)first);
    return GO_ON;
  }
  if (is_number(&number, text)) return take_number(node, number, data, text, where, choice);
  if (khop_data_node_names(data)) return no_such_name(data, text, where);
  return failure("%s: '%s' is no number, and the nodes of %s have no names: 0 to %lld", where, text,
                 khop_data_name(data), (long long)khop_graph_nodes(khop_data_graph(data)) - 1);
}

const char *node_label(char text[24], const khop_data *data, int64_t node) {
  const char *const *names = khop_data_node_names(data);
  if (names && *names[node]) return names[node];
  snprintf(text, 24, "%lld", (long long)node);
  return text;
}

/* --- shared names ------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

void tell_shared_names(const char *path, const khop_data *data, const data_choice *choice) {
  const char *const *names = khop_data_node_names(data);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), shared = 0;
  const char **sorted = names && !choice->quiet ? malloc((size_t)nodes * sizeof *sorted + 1) : NULL;
  if (!sorted) return;
  memcpy(sorted, names, (size_t)nodes * sizeof *sorted);
  qsort(sorted, (size_t)nodes, sizeof *sorted, by_text);
  const char *first = NULL;
  for (int64_t i = 1; i < nodes; i++) {
    if (strcmp(sorted[i], sorted[i - 1]) != 0) continue;
    shared++;
    if (!first) first = sorted[i];
  }
  if (shared)
    note("%s: %lld nodes have a name that another has before them, such as '%.80s': only their numbers tell them apart",
         path, (long long)shared, first);
  free(sorted);
}

/* --- all of them -------------------------------------------------------------------------------- */

khop_status write_node_map(const char *path, const khop_data *data, bool for_spreadsheets) {
  khop_csv *csv = NULL;
  const char *const *names = khop_data_node_names(data);
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  if (for_spreadsheets) khop_csv_for_spreadsheets(csv);
  khop_csv_text(csv, "node");
  khop_csv_text(csv, "name");
  khop_csv_end_row(csv);
  for (int64_t i = 0; i < khop_graph_nodes(khop_data_graph(data)); i++) {
    khop_csv_integer(csv, i);
    if (names) khop_csv_text(csv, names[i]);
    else khop_csv_integer(csv, i);
    khop_csv_end_row(csv);
  }
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}
