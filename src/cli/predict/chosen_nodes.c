/* chosen_nodes.c: see chosen_nodes.h. */
#include "cli/predict/chosen_nodes.h"
#include "cli/messages.h"
#include "cli/node_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
  chosen_nodes *chosen;
  int64_t room;
  const khop_data *data;
  const data_choice *choice;
  bool *taken; /* (N) */
} search;

bool is_node_list(const char *text, const char *where) {
  size_t length = strlen(text);
  bool is_file = text[0] == '@', whole = length > 0 && text[0] != ',' && text[length - 1] != ',' && !strstr(text, ",,");
  if (is_file ? length > 1 : whole) return true;
  complain("%s: not a list of nodes, a,b,c, or @FILE: '%s'", where, text);
  return false;
}

static int add_node(search *s, const char *text, const char *where) {
  int64_t node = 0;
  int status = find_node(&node, s->data, text, where, s->choice);
  if (status != GO_ON) return status;
  if (s->taken[node]) return failure("%s: node '%s' is asked for twice", where, text);
  if (s->chosen->count == s->room) {
    int64_t *grown = realloc(s->chosen->nodes, (size_t)(2 * s->room + 64) * sizeof *grown);
    if (!grown) return failure("%s: no memory for more than %lld nodes", where, (long long)s->room);
    s->chosen->nodes = grown;
    s->room = 2 * s->room + 64;
  }
  s->taken[node] = true;
  s->chosen->nodes[s->chosen->count++] = node;
  return GO_ON;
}

static int add_listed(search *s, const char *text) {
  int status = GO_ON;
  char *copy = strdup(text), *rest = copy, *name;
  if (!copy) return failure("--rows: no memory for the list");
  while (status == GO_ON && (name = strsep(&rest, ","))) status = add_node(s, name, "--rows");
  free(copy);
  return status;
}

/* A line of the file, without its end. */
static int add_line(search *s, char *line, ssize_t length, const char *path, int64_t number) {
  char *where = NULL;
  if (length && line[length - 1] == '\n') line[--length] = 0;
  if (length && line[length - 1] == '\r') line[--length] = 0;
  if (asprintf(&where, "%s, line %lld", path, (long long)number) < 0)
    return failure("%s: no memory for line %lld", path, (long long)number);
  int status = !length ? failure("%s: it is empty, and each line is a node", where)
               : strlen(line) != (size_t)length ? failure("%s: it has a NUL byte", where) : add_node(s, line, where);
  free(where);
  return status;
}

static int add_lines(search *s, const char *path) {
  FILE *stream = fopen(path, "re");
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  int64_t number = 0;
  int status = GO_ON;
  if (!stream) return failure("%s: cannot be read: %s", path, strerror(errno));
  errno = 0;
  while (status == GO_ON && (length = getline(&line, &room, stream)) >= 0)
    status = add_line(s, line, length, path, ++number);
  if (status == GO_ON && !feof(stream)) status = failure("%s: cannot be read: %s", path, strerror(errno));
  if (status == GO_ON && !number) status = failure("%s: there is no node in it", path);
  free(line);
  fclose(stream);
  return status;
}

int choose_nodes(chosen_nodes *chosen, const khop_data *data, const char *text, const data_choice *choice) {
  int64_t n = khop_graph_nodes(khop_data_graph(data));
  *chosen = (chosen_nodes){.count = text ? 0 : n};
  if (!text) return GO_ON;
  search s = {.chosen = chosen, .data = data, .choice = choice, .taken = calloc((size_t)n + 1, sizeof *s.taken)};
  if (!s.taken) return failure("--rows: no memory for %lld nodes", (long long)n);
  int status = text[0] == '@' ? add_lines(&s, text + 1) : add_listed(&s, text);
  free(s.taken);
  return status;
}

void chosen_nodes_clear(chosen_nodes *chosen) {
  free(chosen->nodes);
  *chosen = (chosen_nodes){0};
}
