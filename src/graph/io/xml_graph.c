/* xml_graph.c: GraphML and GEXF, element by element, with libxml2.
 *
 *                 GraphML                                   GEXF
 *   attributes    <key id for attr.name attr.type>          <attribute id title type>
 *   direction     <graph edgedefault>, <edge directed>      <graph defaultedgetype>, <edge type>
 *   a node        <node id> <data key>value</data>          <node id label> <attvalue for value>
 *
 * Nodes stand in the order of the file, also where an edge named them before. */
#include "graph/io/xml_graph.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "graph/io/draft.h"
#include "graph/io/ignored.h"
#include "graph/io/lines.h"
#include "graph/notes.h"

#include <libxml/xmlreader.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef struct attribute {
  char *name, *otherwise; /* own; otherwise: the default, or NULL */
  bool of_nodes, truth, text, number; /* number: the file says that its values are some */
} attribute;

typedef struct xml_graph {
  xmlTextReaderPtr reader; /* owns */
  khop_i_draft draft;
  khop_i_string_table ids; /* of the attributes */
  attribute *attribute;    /* (ids.count); owns */
  int32_t attributes, open; /* open: the attribute whose default is being read; -1: none */
  bool gexf, one_way;       /* one_way: what an edge is that does not say */
  int64_t *open_node;       /* (open_nodes) that are being read, one in another; owns */
  int64_t open_nodes;
  int graphs, in_graph, graph_depth, hyperedges;
  bool in_edge, of_edges; /* of_edges: GEXF, the attributes that follow are those of edges */
  bool nested, times, viz, ports, unnamed; /* what is met and not read; nested: graphs, or nodes of GEXF, in nodes */
  khop_i_string_table edge_keys; /* ids of the attributes that edges have */
  khop_i_ignored ignored;        /* their names */
  bool no_memory;   /* libxml2's has ended: what it hands out may be missing or cut */
  char reason[128]; /* libxml2's first */
  int line;
} xml_graph;

static void keep_reason(void *context, xmlErrorPtr error) {
  xml_graph *x = context;
  x->no_memory = x->no_memory || error->code == XML_ERR_NO_MEMORY;
  if (*x->reason || !error->message || error->level < XML_ERR_ERROR) return;
  size_t length = strcspn(error->message, "\n");
  khop_i_excerpt shown = khop_i_excerpt_of(error->message, length);
  snprintf(x->reason, sizeof x->reason, "%s", shown.text);
  x->line = error->line;
}

static int read_bytes(void *context, char *buffer, int length) {
  return (int)fread(buffer, 1, (size_t)length, context);
}

/* --- what libxml2 hands out ----------------------------------------------------------------- */

static xmlChar nothing[1]; /* what is handed out where there is no value */

static void free_value(xmlChar *value) {
  if (value != nothing) xmlFree(value);
}

/* Each of these says in x->no_memory whether a value is missing for that reason, which libxml2 does not tell from one
 * that is not there. */
static const char *local_name(xml_graph *x) {
  const xmlChar *name = xmlTextReaderConstLocalName(x->reader);
  x->no_memory = x->no_memory || !name;
  return name ? (const char *)name : "";
}

static xmlChar *attribute_of(xml_graph *x, const char *name) {
  xmlChar *value = xmlTextReaderGetAttribute(x->reader, (const xmlChar *)name);
  if (!value && xmlHasNsProp(xmlTextReaderCurrentNode(x->reader), (const xmlChar *)name, NULL)) x->no_memory = true;
  return value;
}

static xmlChar *text_of(xml_graph *x) {
  xmlChar *value = xmlTextReaderReadString(x->reader);
  if (!value && !*x->reason && xmlTextReaderCurrentNode(x->reader)->children) x->no_memory = true;
  return value;
}

/* The value of an attribute of the element; "" where it has none. The caller frees it with free_value. */
static xmlChar *value_of(xml_graph *x, const char *name) {
  xmlChar *value = attribute_of(x, name);
  return value ? value : nothing;
}

#define LAST_LINE 65535 /* that an element knows of */

/* Of the element; the parser itself may be some lines further down. */
static long line_of(const xml_graph *x) {
  long line = xmlGetLineNo(xmlTextReaderCurrentNode(x->reader));
  return line > 0 && line < LAST_LINE ? line : xmlTextReaderGetParserLineNumber(x->reader);
}

static khop_status fail_line(const xml_graph *x, const char *what, const char *shown_text) {
  khop_i_excerpt shown = khop_i_excerpt_of(shown_text, strlen(shown_text));
  return khop_i_fail(KHOP_E_FORMAT, "line %ld: %s \"%s\"", line_of(x), what,
                     shown.text);
}

/* --- attributes ----------------------------------------------------------------------------- */

static khop_status fail_value(const xml_graph *x, const attribute *a, const char *what, const char *value) {
  khop_i_excerpt name = khop_i_excerpt_of(a->name, strlen(a->name)), shown = khop_i_excerpt_of(value, strlen(value));
  return khop_i_fail(KHOP_E_FORMAT, "line %ld: the value \"%s\" of \"%s\" is %s, against its type",
                     line_of(x), shown.text, name.text, what);
}

static bool is_type_of_numbers(const char *type) {
  static const char *const types[] = {"int", "integer", "long", "float", "double", "short", "byte"};
  for (size_t t = 0; t < sizeof types / sizeof *types; t++)
    if (khop_i_strcasecmp(type, types[t]) == 0) return true;
  return false;
}

/* Empty is no. Errors: FORMAT (neither yes nor no). */
static khop_status read_truth(const char **truth, const xml_graph *x, const attribute *a, const char *value) {
  static const char *const words[] = {"true", "1", "yes", "false", "0", "no", ""};
  size_t blanks = strspn(value, " \t\r\n"), length = strlen(value);
  while (length > blanks && strchr(" \t\r\n", value[length - 1])) length--;
  for (int w = 0; w < 7; w++)
    if (strlen(words[w]) == length - blanks && khop_i_strncasecmp(value + blanks, words[w], length - blanks) == 0) {
      *truth = w < 3 ? "1" : "0";
      return KHOP_OK;
    }
  return fail_value(x, a, "neither true nor false", value);
}

static khop_status check_number(const xml_graph *x, const attribute *a, const char *value) {
  if (!a->number || !value[strspn(value, " \t\r\n")] || khop_i_is_number(value)) return KHOP_OK;
  return fail_value(x, a, "not a number", value);
}

static khop_status add_attribute(xml_graph *x, const char *id, const char *name, const char *type, bool of_nodes) {
  int32_t at = 0;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_room(&x->attribute, x->attributes + 1, sizeof *x->attribute, "attributes"));
  x->attribute[x->attributes] = (attribute){0};
  KHOP_TRY(khop_i_string_table_add(&at, &x->ids, id, strlen(id)));
  if (at < x->attributes) return fail_line(x, "a second attribute with the id", id);
  x->attributes++;
  x->open = at;
  attribute *a = &x->attribute[at];
  a->of_nodes = of_nodes && *name;
  a->truth = khop_i_strcasecmp(type, "boolean") == 0;
  a->text = khop_i_strcasecmp(type, "string") == 0 || khop_i_strncasecmp(type, "list", 4) == 0 ||
            khop_i_strcasecmp(type, "anyURI") == 0;
  a->number = of_nodes && !a->text && is_type_of_numbers(type);
  khop_i_draft_kind real = khop_i_strcasecmp(type, "double") == 0 || khop_i_strcasecmp(type, "float") == 0
                               ? KHOP_I_DRAFT_REAL
                               : KHOP_I_DRAFT_ANY;
  KHOP_TRY(khop_i_strdup(&a->name, name));
  if (a->of_nodes) KHOP_TRY(khop_i_draft_declare(&x->draft, name, a->text ? KHOP_I_DRAFT_TEXT : real));
done:
  return status;
}

/* <key id="d0" for="node" attr.name="age" attr.type="int"/>; yEd's keys have no name, and hold pictures. */
static khop_status read_key(xml_graph *x) {
  xmlChar *id = value_of(x, "id"), *kind = value_of(x, "for"), *name = value_of(x, "attr.name");
  xmlChar *type = value_of(x, "attr.type");
  const char *shown = *name || !*type ? (const char *)name : (const char *)id;
  bool of_nodes = !*kind || strcmp((char *)kind, "node") == 0 || strcmp((char *)kind, "all") == 0;
  khop_status status = add_attribute(x, (char *)id, shown, (char *)type, of_nodes);
  free_value(id), free_value(kind), free_value(name), free_value(type);
  return status;
}

static khop_status set_value(xml_graph *x, const char *key, const char *value) {
  int32_t at = 0, before = x->ids.count;
  int64_t node = x->open_nodes ? x->open_node[x->open_nodes - 1] : -1;
  khop_status status = khop_i_string_table_add(&at, &x->ids, key, strlen(key));
  if (status != KHOP_OK) return status;
  if (at == before) return fail_line(x, "no attribute has the id", key);
  const attribute *a = &x->attribute[at];
  x->unnamed = x->unnamed || !*a->name;
  if (!a->of_nodes) return KHOP_OK;
  size_t length = strlen(value), blanks = a->text ? 0 : strspn(value, " \t\r\n");
  if (a->truth) {
    const char *truth = NULL;
    status = read_truth(&truth, x, a, value);
    return status == KHOP_OK ? khop_i_draft_set(&x->draft, a->name, node, truth, 1, false) : status;
  }
  status = check_number(x, a, value);
  if (status != KHOP_OK) return status;
  return khop_i_draft_set(&x->draft, a->name, node, value + blanks, length - blanks, a->text);
}

static khop_status read_default(xml_graph *x) {
  if (x->open < 0) return KHOP_OK;
  xmlChar *value = text_of(x);
  attribute *a = &x->attribute[x->open];
  const char *text = value ? (const char *)value : "";
  khop_status status = a->truth ? read_truth(&text, x, a, text) : check_number(x, a, text);
  if (status == KHOP_OK && !a->otherwise) status = khop_i_strdup(&a->otherwise, text);
  free_value(value);
  return status;
}

/* Of edges no more than which attributes they have; those of GEXF were told where they were declared. */
static khop_status read_data_of_edge(xml_graph *x) {
  int32_t id;
  if (x->gexf) return KHOP_OK;
  xmlChar *key = value_of(x, "key");
  khop_status status = khop_i_string_table_add(&id, &x->edge_keys, (char *)key, strlen((char *)key));
  free_value(key);
  return status;
}

/* <data key> of the graph: its name is told. */
static khop_status read_data_of_graph(xml_graph *x) {
  if (x->gexf || xmlTextReaderDepth(x->reader) != x->graph_depth + 1) return KHOP_OK;
  xmlChar *key = value_of(x, "key"), *value = text_of(x);
  int32_t id = khop_i_string_table_find(&x->ids, (char *)key, strlen((char *)key));
  const char *name = id < 0 ? (char *)key : x->attribute[id].name;
  khop_status status = khop_i_ignored_of_graph(&x->ignored, name, value && *value ? strlen(name) : 0);
  free_value(key), free_value(value);
  return status;
}

/* <keywords> of <meta>, if there are some. */
static khop_status read_keywords(xml_graph *x) {
  xmlChar *value = text_of(x);
  khop_status status = khop_i_ignored_of_graph(&x->ignored, "keywords", value && *value ? 8 : 0);
  free_value(value);
  return status;
}

static khop_status read_data(xml_graph *x) {
  if (x->in_edge) return read_data_of_edge(x);
  if (!x->open_nodes) return read_data_of_graph(x);
  xmlChar *key = value_of(x, x->gexf ? "for" : "key");
  xmlChar *value = x->gexf ? value_of(x, "value") : text_of(x);
  if (x->gexf && !*key) { /* GEXF 1.1 says id */
    free_value(key);
    key = value_of(x, "id");
  }
  khop_status status = set_value(x, (char *)key, value ? (char *)value : "");
  free_value(key), free_value(value);
  return status;
}

/* --- nodes and edges ------------------------------------------------------------------------ */

static bool has_attribute(xml_graph *x, const char *name) {
  xmlChar *value = attribute_of(x, name);
  free_value(value);
  return value;
}

/* GEXF: when a node, an edge or a value is there. */
static bool is_timed(xml_graph *x) {
  static const char *const names[] = {"start", "end", "startopen", "endopen", "timestamp"};
  bool timed = false;
  for (size_t n = 0; x->gexf && n < sizeof names / sizeof *names; n++) timed = timed || has_attribute(x, names[n]);
  return timed;
}

static khop_status open_node(xml_graph *x, int64_t node) {
  khop_status status = khop_i_room(&x->open_node, x->open_nodes + 1, sizeof *x->open_node, "nodes in nodes");
  if (status == KHOP_OK) x->open_node[x->open_nodes++] = node;
  return status;
}

static khop_status read_node(xml_graph *x) {
  xmlChar *id = value_of(x, "id"), *label = value_of(x, "label");
  int64_t before = x->draft.ids.count, node = -1;
  khop_status status = KHOP_OK;
  x->nested = x->nested || x->open_nodes || has_attribute(x, "pid");
  x->times = x->times || is_timed(x);
  if (!*id) status = fail_line(x, "no id for a", "node");
  if (status == KHOP_OK) status = khop_i_draft_node(&node, &x->draft, (char *)id, strlen((char *)id));
  if (status == KHOP_OK && node < before) status = fail_line(x, "a second node with the id", (char *)id);
  if (status == KHOP_OK && x->gexf && *label)
    status = khop_i_draft_set(&x->draft, "name", node, (char *)label, strlen((char *)label), true);
  if (status == KHOP_OK && !xmlTextReaderIsEmptyElement(x->reader)) status = open_node(x, node);
  free_value(id), free_value(label);
  return status;
}

static khop_status read_edge(xml_graph *x) {
  xmlChar *from = value_of(x, "source"), *to = value_of(x, "target"), *weight = value_of(x, "weight");
  xmlChar *says = value_of(x, x->gexf ? "type" : "directed");
  bool one_way = x->one_way;
  if (*says)
    one_way = khop_i_strcasecmp((char *)says, x->gexf ? "directed" : "true") == 0 || (*says == '1' && !x->gexf);
  x->ignored.weights = x->ignored.weights || *weight;
  x->times = x->times || is_timed(x);
  x->ports = x->ports || has_attribute(x, "sourceport") || has_attribute(x, "targetport");
  x->in_edge = !xmlTextReaderIsEmptyElement(x->reader);
  khop_status status = *from && *to ? khop_i_draft_link(&x->draft, (char *)from, (char *)to, one_way)
                                    : fail_line(x, "no source or no target for an", "edge");
  free_value(from), free_value(to), free_value(says), free_value(weight);
  return status;
}

static khop_status read_graph(xml_graph *x) {
  xmlChar *says = value_of(x, x->gexf ? "defaultedgetype" : "edgedefault");
  int depth = xmlTextReaderDepth(x->reader);
  if (!x->graphs) x->graph_depth = depth;
  x->nested = x->nested || depth > x->graph_depth;
  if (depth == x->graph_depth && x->graphs++ == 0) {
    x->in_graph = 1;
    x->one_way = x->draft.directed = khop_i_strcasecmp((char *)says, "directed") == 0;
  } else if (depth == x->graph_depth) {
    x->in_graph = 0;
  }
  free_value(says);
  return KHOP_OK;
}

static khop_status read_attribute_of_gexf(xml_graph *x) {
  xmlChar *id = value_of(x, "id"), *title = value_of(x, "title"), *type = value_of(x, "type");
  khop_status status = KHOP_OK; /* ids count anew in those of edges */
  if (x->of_edges) status = khop_i_ignored_add(&x->ignored, (char *)title, strlen((char *)title));
  else status = add_attribute(x, (char *)id, *title ? (char *)title : (char *)id, (char *)type, true);
  free_value(id), free_value(title), free_value(type);
  return status;
}

/* <attributes class="node">, or "edge" */
static khop_status read_class_of_gexf(xml_graph *x) {
  xmlChar *kind = value_of(x, "class");
  x->of_edges = khop_i_strcasecmp((char *)kind, "edge") == 0;
  x->open = -1;
  free_value(kind);
  return KHOP_OK;
}

/* Elements that are met, and not read. */
static void look_at(xml_graph *x, const char *name) {
  const char *prefix = (const char *)xmlTextReaderConstPrefix(x->reader);
  x->hyperedges += strcmp(name, "hyperedge") == 0;
  x->ports = x->ports || strcmp(name, "port") == 0;
  x->viz = x->viz || (x->gexf && prefix && strcmp(prefix, "viz") == 0);
  x->times = x->times || (x->gexf && (strcmp(name, "spell") == 0 || (strcmp(name, "attvalue") == 0 && is_timed(x))));
}

static khop_status begin_element(xml_graph *x) {
  const char *name = local_name(x);
  if (strcmp(name, "graph") == 0) return read_graph(x);
  if (!x->gexf && strcmp(name, "key") == 0) return read_key(x);
  if (strcmp(name, "default") == 0) return read_default(x);
  if (x->gexf && strcmp(name, "attributes") == 0) return read_class_of_gexf(x);
  if (x->gexf && strcmp(name, "attribute") == 0) return read_attribute_of_gexf(x);
  if (x->gexf && strcmp(name, "keywords") == 0) return read_keywords(x);
  if (!x->in_graph) return KHOP_OK;
  look_at(x, name);
  if (strcmp(name, "node") == 0) return read_node(x);
  if (strcmp(name, "edge") == 0) return read_edge(x);
  if (strcmp(name, x->gexf ? "attvalue" : "data") == 0) return read_data(x);
  return KHOP_OK;
}

static void end_element(xml_graph *x) {
  const char *name = local_name(x);
  if (strcmp(name, "node") == 0 && x->open_nodes) x->open_nodes--;
  if (strcmp(name, "edge") == 0) x->in_edge = false;
  if (strcmp(name, "key") == 0 || strcmp(name, "attribute") == 0) x->open = -1;
}

/* --- the file ------------------------------------------------------------------------------- */

static khop_status read_elements(xml_graph *x) {
  khop_status status = KHOP_OK;
  int more = 1;
  bool rooted = false;
  while (status == KHOP_OK && (more = xmlTextReaderRead(x->reader)) == 1) {
    int type = xmlTextReaderNodeType(x->reader);
    if (type == XML_READER_TYPE_ELEMENT && !rooted) {
      rooted = true;
      if (strcmp(local_name(x), x->gexf ? "gexf" : "graphml") != 0 && !x->no_memory)
        return fail_line(x, x->gexf ? "not gexf but" : "not graphml but", local_name(x));
    }
    if (type == XML_READER_TYPE_ELEMENT) status = begin_element(x);
    if (type == XML_READER_TYPE_END_ELEMENT) end_element(x);
    if (type == XML_READER_TYPE_ENTITY_REFERENCE && !x->no_memory)
      return fail_line(x, "what an entity stands for is not read in:", local_name(x));
    if (x->no_memory) break;
  }
  if (x->no_memory) return khop_i_fail(KHOP_E_MEMORY, "no memory to read its XML");
  if (status == KHOP_OK && (more < 0 || *x->reason))
    return khop_i_fail(KHOP_E_FORMAT, "line %d: %s", x->line, *x->reason ? x->reason : "not well-formed XML");
  if (status == KHOP_OK && !x->graphs) return khop_i_fail(KHOP_E_FORMAT, "no graph in it");
  return status;
}

/* By their names; a key that was not declared has none but its id. */
static khop_status name_edge_keys(xml_graph *x) {
  khop_status status = KHOP_OK;
  for (int32_t k = 0; k < x->edge_keys.count && status == KHOP_OK; k++) {
    const char *id = khop_i_string_table_text(&x->edge_keys, k), *name = id;
    for (int32_t a = 0; a < x->attributes; a++)
      if (strcmp(khop_i_string_table_text(&x->ids, a), id) == 0) name = x->attribute[a].name;
    x->unnamed = x->unnamed || !*name;
    if (*name) status = khop_i_ignored_add(&x->ignored, name, strlen(name));
  }
  return status;
}

static khop_status note_rest(khop_graph *graph, const xml_graph *x) {
  khop_status status = KHOP_OK;
  if (x->graphs > 1) KHOP_TRY(khop_i_graph_note(graph, "%d graphs in it: the first is read", x->graphs));
  if (x->nested)
    KHOP_TRY(khop_i_graph_note(graph, "nodes inside nodes are read as nodes beside them: the hierarchy is ignored"));
  if (x->times)
    KHOP_TRY(khop_i_graph_note(graph, "times are not read: all nodes and edges count, and of values the last"));
  if (x->viz) KHOP_TRY(khop_i_graph_note(graph, "colours, places and sizes (viz) are not read"));
  if (x->ports) KHOP_TRY(khop_i_graph_note(graph, "ports are not read: edges lead to their nodes"));
  if (x->unnamed) KHOP_TRY(khop_i_graph_note(graph, "attributes without a name are not read (pictures)"));
  if (x->hyperedges) KHOP_TRY(khop_i_graph_note(graph, "%d hyperedges are not read", x->hyperedges));
  KHOP_TRY(khop_i_ignored_tell(graph, &x->ignored));
done:
  return status;
}

static khop_status make_graph(khop_graph **graph, xml_graph *x) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  for (int32_t a = 0; a < x->attributes; a++) {
    const attribute *of = &x->attribute[a];
    const char *otherwise = of->otherwise ? of->otherwise : of->truth ? "0" : NULL; /* what is not said is not so */
    if (of->of_nodes && otherwise) KHOP_TRY(khop_i_draft_default(&x->draft, of->name, otherwise));
  }
  KHOP_TRY(khop_i_draft_keep_ids(&x->draft, "id"));
  KHOP_TRY(khop_i_draft_finish(&made, &x->draft, false));
  KHOP_TRY(name_edge_keys(x));
  KHOP_TRY(note_rest(made, x));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

static pthread_once_t parser_begun = PTHREAD_ONCE_INIT;

static khop_status read_xml(khop_graph **graph, const khop_i_source *source, bool gexf) {
  khop_status status = KHOP_OK;
  xml_graph x = {.gexf = gexf, .open = -1};
  pthread_once(&parser_begun, xmlInitParser); /* makes its locks, which two first callers would each make */
  xmlStructuredErrorFunc before = xmlStructuredError;
  void *context = xmlStructuredErrorContext;
  xmlSetStructuredErrorFunc(&x, keep_reason); /* of this thread: what has no reader is printed otherwise */
  x.reader = xmlReaderForIO(read_bytes, NULL, source->file, NULL, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT);
  if (!x.reader) KHOP_FAIL(KHOP_E_MEMORY, "no memory for an XML reader");
  xmlTextReaderSetStructuredErrorHandler(x.reader, keep_reason, &x);
  KHOP_TRY(read_elements(&x));
  KHOP_TRY(make_graph(graph, &x));
done:
  xmlFreeTextReader(x.reader);
  xmlSetStructuredErrorFunc(context, before);
  for (int32_t a = 0; a < x.attributes; a++) {
    khop_i_free(x.attribute[a].name);
    khop_i_free(x.attribute[a].otherwise);
  }
  khop_i_free(x.attribute);
  khop_i_free(x.open_node);
  khop_i_ignored_free(&x.ignored);
  khop_i_string_table_free(&x.ids);
  khop_i_string_table_free(&x.edge_keys);
  khop_i_draft_free(&x.draft);
  return status;
}

khop_status khop_i_read_graphml(khop_graph **graph, const khop_i_source *source) {
  return read_xml(graph, source, false);
}
khop_status khop_i_read_gexf(khop_graph **graph, const khop_i_source *source) { return read_xml(graph, source, true); }
