/* info.c: khop info: what a graph is, and what its rings would cost. */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/data_options.h"
#include "cli/describe.h"
#include "cli/graph_sets.h"
#include "cli/json.h"
#include "cli/model_info.h"
#include "cli/node_names.h"
#include "cli/shard_costs.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <stdio.h>
#include <string.h>

#define MOST_HOPS 64
#define MOST_RANKS 65536

typedef struct info_choice {
  data_choice data;
  int max_hop;
  int ranks;
  int direction;
  bool exact;
  const char *map;
  bool for_spreadsheets; /* the map */
} info_choice;

static bool set_max_hop(void *context, const char *value, const char *where) {
  return read_int(&((info_choice *)context)->max_hop, value, 0, MOST_HOPS, where);
}
static bool set_ranks(void *context, const char *value, const char *where) {
  return read_int(&((info_choice *)context)->ranks, value, 1, MOST_RANKS, where);
}
static bool set_direction(void *context, const char *value, const char *where) {
  return read_choice(&((info_choice *)context)->direction, value, direction_names, 3, "a direction",
                     where);
}
static bool set_exact(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((info_choice *)context)->exact = true;
}

static bool set_target(void *context, const char *value, const char *where) {
  return read_path(&((info_choice *)context)->data.options.target, value, where);
}

static bool set_map(void *context, const char *value, const char *where) {
  const char *dot = strrchr(value, '.');
  if (!read_path(&((info_choice *)context)->map, value, where)) return false;
  if ((dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0)) || strncmp(value, "/dev/", 5) == 0) return true;
  complain("%s: not a name that ends in .csv or .tsv: '%s'", where, value);
  return false;
}

static bool set_spreadsheet(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((info_choice *)context)->for_spreadsheets = true;
}

static const option_row rows[] = {
    {"max-hop", 0, "K", "rings 0 to K (4)", set_max_hop},
    {"direction", 0, "DIR", "out, in or all (out)", set_direction},
    {"ranks", 0, "R", "what R ranks would take from one another, for rings 0 to K", set_ranks},
    {"exact", 0, NULL, "rings of all nodes, not of 1,000 sampled; the diameter, no bound", set_exact},
    {"map", 0, "FILE.csv", "write the number and the name of every node: which row is which", set_map},
    {"spreadsheet", 0, NULL, "of --map: no name in it is taken for a formula", set_spreadsheet},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"json", 0, NULL, "one JSON object", set_json},
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    SPLIT_OPTION_ROWS,
    {"target", 0, "LIST", "vertex attributes with numbers to predict", set_target},
    FEATURE_OPTION_ROWS,
    GRAPH_LABELS_OPTION_ROW,
};
const command info_command = {
    "info", "DATA|MODEL [--max-hop K]",
    "Describes a data set: nodes, edges, components, diameter, features, classes, splits; and of each\n"
    "ring how many entries it has, their mean a node, its empty rows, and the bytes it would take.\n"
    "Of a set of graphs what is known of its nodes and graphs, and no rings.\n"
    "Of a model (.safetensors) what it was trained on: features, classes, targets, options.\n"
    "Rows of every output stand in the order of the nodes; --map says what these are called.\n"
    "DATA is a name (see 'khop data list') or a path.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop info karate\n  khop info cora --max-hop 8\n  khop info cora --max-hop 2 --ranks 4\n  khop info my.graphml --json\n"
    "  khop info edges.csv --map nodes.csv\n  khop info model.safetensors\n", 1, 1, note_given};

typedef struct ring_sizes {
  shard_costs shards;
  khop_estimate estimate;
  int hops[MOST_HOPS + 1];
  double entries[MOST_HOPS + 1], empty[MOST_HOPS + 1];
} ring_sizes;

static khop_status measure_rings(ring_sizes *sizes, const khop_graph *graph, const info_choice *choice) {
  int64_t nodes = khop_graph_nodes(graph);
  khop_rings_options options = {.size = sizeof options, .direction = (khop_direction)choice->direction};
  for (int k = 0; k <= choice->max_hop; k++) sizes->hops[k] = k;
  khop_status status = predict_shards(&sizes->shards, graph, choice->ranks, choice->max_hop, options.direction);
  if (status != KHOP_OK) return status;
  return khop_rings_estimate(&sizes->estimate, sizes->entries, sizes->empty, graph,
                             choice->max_hop + 1, sizes->hops, &options,
                             choice->exact || nodes <= 5000 ? (nodes ? nodes : 1) : 1000, 1);
}

static double ring_bytes(double entries, double nodes) { return 4 * entries + 8 * nodes; }

static void print_info_text(const khop_data *data, const khop_shape *shape, const ring_sizes *sizes,
                       const info_choice *choice) {
  const khop_graph *graph = khop_data_graph(data);
  double nodes = (double)khop_graph_nodes(graph);
  printf("%s: %lld nodes, %lld %s\n", visible(khop_data_name(data)), (long long)khop_graph_nodes(graph),
         (long long)khop_graph_edges(graph), khop_graph_is_directed(graph) ? "arcs, directed" : "edges, undirected");
  if (khop_graph_dropped_loops(graph) || khop_graph_dropped_repeats(graph))
    printf("  dropped         %lld self-loops, %lld repeated edges\n",
           (long long)khop_graph_dropped_loops(graph), (long long)khop_graph_dropped_repeats(graph));
  printf("  components      %lld, the largest of %lld nodes; %lld isolated nodes\n",
         (long long)shape->components, (long long)shape->largest_component,
         (long long)shape->isolated);
  printf("  diameter        %s%lld%s\n", shape->diameter_exact ? "" : "at least ", (long long)shape->diameter,
         shape->diameter_exact ? "" : "; --exact searches until it is known");
  printf("  degree          mean %.2f, largest %lld\n",
         nodes > 0 ? (double)khop_graph_offsets(graph)[(int64_t)nodes] / nodes : 0.0,
         (long long)shape->max_degree);
  print_data_text(data);
  printf("\n  hop      entries    mean a node   empty rows        bytes%s\n",
         sizes->estimate.exact ? "" : "   (estimated)");
  for (int k = 0; k <= choice->max_hop; k++)
    printf("  %3d %12.0f %14.2f %12.0f %12s\n", k, sizes->entries[k],
           nodes > 0 ? sizes->entries[k] / nodes : 0, sizes->empty[k],
           bytes_text(ring_bytes(sizes->entries[k], nodes)));
  if (!sizes->estimate.exact)
    printf("  from %lld sampled nodes; --exact searches from all\n",
           (long long)sizes->estimate.samples);
  print_shard_costs(&sizes->shards);
}

/* Behind what was noted of the data. */
static void add_graph_notes_json(cJSON *root, const khop_graph *graph) {
  cJSON *notes = cJSON_GetObjectItemCaseSensitive(root, "notes");
  for (int i = 0; i < khop_graph_notes(graph); i++)
    cJSON_AddItemToArray(notes, cJSON_CreateString(khop_graph_note(graph, i)));
}

static void print_info_json(const khop_data *data, const khop_shape *shape, const ring_sizes *sizes,
                       const info_choice *choice) {
  const khop_graph *graph = khop_data_graph(data);
  double nodes = (double)khop_graph_nodes(graph);
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", khop_data_name(data));
  const struct {
    const char *key;
    double value;
  } numbers[] = {{"nodes", nodes},
                 {"edges", (double)khop_graph_edges(graph)},
                 {"dropped_loops", (double)khop_graph_dropped_loops(graph)},
                 {"dropped_repeats", (double)khop_graph_dropped_repeats(graph)},
                 {"components", (double)shape->components},
                 {"largest_component", (double)shape->largest_component},
                 {"isolated", (double)shape->isolated},
                 {"max_degree", (double)shape->max_degree},
                 {"diameter", (double)shape->diameter},
                 {"features", (double)khop_data_features(data)->columns},
                 {"classes", (double)khop_data_classes(data)},
                 {"splits", khop_data_splits(data)}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    add_number(root, numbers[i].key, numbers[i].value);
  cJSON_AddBoolToObject(root, "directed", khop_graph_is_directed(graph));
  cJSON_AddBoolToObject(root, "diameter_exact", shape->diameter_exact);
  cJSON_AddBoolToObject(root, "exact", sizes->estimate.exact);
  add_number(root, "samples", (double)sizes->estimate.samples);
  add_data_json(root, data);
  add_graph_notes_json(root, graph);
  cJSON *hops = cJSON_AddArrayToObject(root, "hops");
  for (int k = 0; k <= choice->max_hop; k++) {
    cJSON *hop = cJSON_CreateObject();
    add_number(hop, "hop", k);
    add_number(hop, "entries", sizes->entries[k]);
    add_number(hop, "mean", nodes > 0 ? sizes->entries[k] / nodes : 0);
    add_number(hop, "empty_rows", sizes->empty[k]);
    add_number(hop, "bytes", ring_bytes(sizes->entries[k], nodes));
    cJSON_AddItemToArray(hops, hop);
  }
  add_shard_costs_json(root, &sizes->shards);
  print_json(root);
}

/* Features that some node lacks are described, not refused. */
static int load_described(khop_data **data, const char *name, const data_choice *choice) {
  khop_data_options options = choice->options;
  if (options.missing == KHOP_MISSING_ERROR) options.missing = KHOP_MISSING_MEAN;
  if (khop_data_load(data, name, &options) != KHOP_OK) return library_failure();
  tell_graph_notes(*data, name, choice);
  return GO_ON;
}

/* A set of graphs as it is read: without the structural features that a training adds. */
static int describe_set(const char *name, const graph_set_choice *how, bool json) {
  khop_graphs *set = NULL;
  if (load_graph_set(&set, name, how) != KHOP_OK) return library_failure();
  cJSON *root = json ? cJSON_CreateObject() : NULL;
  if (json) add_set_json(root, set);
  if (json) print_json(root);
  else print_set_text(set);
  khop_graphs_free(set);
  return EXIT_OK;
}

int run_info(int argc, char **argv) {
  info_choice choice = {.max_hop = 4};
  const char *name;
  khop_data *data = NULL;
  khop_shape shape;
  ring_sizes sizes = {0};
  int status = parse_options(&info_command, &choice, argc, argv, &name);
  if (status != GO_ON) return status;
  if (choice.for_spreadsheets && !choice.map) return usage_error("--spreadsheet goes with --map");
  if (is_model_file(name)) return describe_model(name, &choice.data);
  graph_set_choice how = {.no_structural_features = true};
  take_data_choice(&how, &choice.data);
  how.quiet = true;
  bool is_set = is_graph_set(name, &how);
  status = check_tables(&choice.data, name, is_set);
  if (status != GO_ON) return status;
  if (is_set && was_given(&choice.data, "direction")) return usage_error("--direction: of a set there are no rings");
  status = refuse_unused(&choice.data, name, kind_of_data(name, &choice.data, is_set, &how));
  if (status != GO_ON) return status;
  if (is_set) return describe_set(name, &how, choice.data.json);
  status = load_described(&data, name, &choice.data);
  if (status != GO_ON) return status;
  status = check_direction(&choice.data, name, data, (khop_direction)choice.direction);
  if (status != GO_ON) {
    khop_data_free(data);
    return status;
  }
  if (khop_graph_shape(&shape, khop_data_graph(data), choice.exact) != KHOP_OK ||
      measure_rings(&sizes, khop_data_graph(data), &choice) != KHOP_OK ||
      (choice.map && write_node_map(choice.map, data, choice.for_spreadsheets) != KHOP_OK)) {
    status = library_failure();
  } else {
    (choice.data.json ? print_info_json : print_info_text)(data, &shape, &sizes, &choice);
    if (choice.map) tell_shared_names(choice.map, data, &choice.data);
    status = EXIT_OK;
  }
  close_shard_costs(&sizes.shards);
  khop_data_free(data);
  return status;
}
