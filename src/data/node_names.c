/* node_names.c: see node_names.h. Names mostly are the strings of a column, which the graph owns; those that are
 * written anew from numbers stand in one block: the pointers, then the texts. */
#include "data/node_names.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>


static int find_column(const khop_graph *graph, const char *name) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (khop_i_strcasecmp(khop_graph_column(graph, c)->name, name) == 0) return c;
  return -1;
}

static khop_status name_by_numbers(khop_data *data, const double *numbers) {
  int64_t nodes = khop_graph_nodes(data->graph);
  const char **names = NULL;
  khop_status status = khop_i_alloc(&names, nodes, sizeof *names + KHOP_I_NUMBER_BYTES, "names of nodes");
  if (status != KHOP_OK) return status;
  char *text = (char *)(names + nodes);
  for (int64_t i = 0; i < nodes; i++, text += KHOP_I_NUMBER_BYTES) {
    if (!isnan(numbers[i])) khop_i_write_number(text, KHOP_I_NUMBER_BYTES, 17, numbers[i]);
    names[i] = text;
  }
  data->node_names = data->own_node_names = names;
  return KHOP_OK;
}

/* A column of strings; -1: there is none of this name. */
static int find_strings(const khop_graph *graph, const char *name) {
  int c = find_column(graph, name);
  return c >= 0 && khop_graph_column(graph, c)->strings ? c : -1;
}

/* The attribute label, where it names the nodes, goes before their ids. */
static int names_by_role(const khop_graph *graph, const khop_i_role *role) {
  int label = find_strings(graph, "label"), id = find_strings(graph, "id");
  if (label >= 0 && role[label] == KHOP_I_ROLE_NAME) return label;
  for (int c = 0; id < 0 && c < khop_graph_columns(graph); c++)
    if (role[c] == KHOP_I_ROLE_NAME) return c;
  return id;
}

static khop_status take_names(khop_data *data, int column) {
  if (column < 0) return KHOP_OK;
  const khop_column *c = khop_graph_column(data->graph, column);
  if (!c->strings) return name_by_numbers(data, c->numbers);
  data->node_names = c->strings;
  return KHOP_OK;
}

khop_status khop_i_data_use_names(khop_data *data, const khop_i_role *role, const khop_data_options *options) {
  int column = options->name ? find_column(data->graph, options->name) : find_strings(data->graph, "name");
  return take_names(data, column >= 0 ? column : names_by_role(data->graph, role));
}

static bool has_strings(const khop_graph *graph) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (khop_graph_column(graph, c)->strings) return true;
  return false;
}

khop_status khop_i_data_find_names(khop_data *data, const khop_data_options *options) {
  const khop_data_options names_alone = {.size = sizeof names_alone, .name = options->name};
  khop_i_role *role = NULL;
  int column = options->name ? -1 : find_strings(data->graph, "name");
  if (column < 0 && !options->name && find_strings(data->graph, "label") < 0) column = find_strings(data->graph, "id");
  if (column >= 0 || (!options->name && !has_strings(data->graph))) return take_names(data, column);
  khop_i_notes before = data->notes;
  data->notes = (khop_i_notes){0};
  khop_status status = khop_i_alloc(&role, khop_graph_columns(data->graph), sizeof *role, "roles of attributes");
  if (status == KHOP_OK) status = khop_i_roles_find(role, data, &names_alone);
  if (status == KHOP_OK) status = khop_i_data_use_names(data, role, options);
  khop_i_notes_free(&data->notes); /* on features: none is read */
  data->notes = before;
  khop_i_free(role);
  return status;
}
