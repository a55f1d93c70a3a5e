/* c_comment.c: see c_comment.h. */
#include "export/c_comment.h"

#include <khop/schema.h>
#include <khop/train.h>
#include <math.h>
#include <string.h>

#define REAL (sizeof(khop_real) == sizeof(float) ? "float" : "double")

void khop_i_c_put_prototype(const khop_i_c_text *text, const khop_i_c_plan *p, bool in) {
  khop_i_c_print(text, "int model_run%s(%s *out, %s, const int64_t *offsets, const int32_t *targets", in ? "_in" : "",
                 REAL, p->pooled ? "int64_t graphs, const int64_t *first" : "int64_t nodes");
  if (p->typed) khop_i_c_print(text, ", const uint8_t *types");
  khop_i_c_print(text, ", const %s *x", REAL);
  if (p->graph_features) khop_i_c_print(text, ", const %s *graph_features", REAL);
  khop_i_c_print(text, "%s)", in ? ", void *workspace, size_t bytes" : "");
}

void khop_i_c_put_sizes(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_i_c_print(text, "size_t model_workspace(%sint64_t nodes, int64_t arcs)", p->pooled ? "int64_t graphs, " : "");
}

/* --- what goes in and comes out ------------------------------------------------------------------------ */

static const char *what_comes_out(const khop_i_c_plan *p) {
  if (khop_model_predicts_classes(p->model)) return "the probability of each class";
  if (khop_model_predicts_tasks(p->model)) return "the probability of a yes to each task";
  return p->model->loss < 0 ? "the output" : "the numbers, in the unit of the data";
}

static void put_arguments(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_i_c_print(text, " *   out      (%s, %lld) %s\n", p->pooled ? "graphs" : "nodes",
                 (long long)khop_model_output_columns(p->model), what_comes_out(p));
  if (p->pooled)
    khop_i_c_print(
        text,
        " *   first    (graphs + 1) the nodes of graph g are first[g] .. first[g + 1] - 1; no arc leads out of it\n");
  khop_i_c_print(
      text,
      " *   offsets  (nodes + 1), targets (offsets[nodes]) the arcs of node i lead to targets[offsets[i]] ..\n"
      " *            targets[offsets[i + 1] - 1], ascending, each once; an edge without a direction is two arcs,\n"
      " *            and an arc of a node to itself counts nowhere\n");
  if (p->typed)
    khop_i_c_print(text, " *   types    (offsets[nodes]) the type of each arc, 0 .. %d\n", p->hops.types - 1);
  khop_i_c_print(text, " *   x        (nodes, %lld) the features%s\n", (long long)khop_model_input_columns(p->model),
                 p->divides ? "; each row is divided by its sum in here" : "");
  if (p->graph_features)
    khop_i_c_print(text, " *   graph_features  (graphs, %lld) NaN where one is not known; they are scaled in here\n",
                   (long long)p->graph_features);
}

/* --- the schema ------------------------------------------------------------------------------------------- */

static void put_field(const khop_i_c_text *text, const khop_field *f, int64_t first) {
  khop_i_c_print(text, " *   %lld", (long long)first);
  if (f->columns > 1) khop_i_c_print(text, " .. %lld", (long long)(first + f->columns - 1));
  khop_i_c_print(text, "  ");
  khop_i_c_put_name(text, f->name);
  khop_i_c_print(text, ": %s", khop_field_kind_name(f->kind));
  if (f->kind == KHOP_FIELD_NUMBER && f->treated != KHOP_MISSING_ERROR && !isnan(f->mean)) {
    khop_i_c_print(text, ", where it is missing ");
    khop_i_c_put_double(text, f->mean);
  }
  for (int64_t c = 0; f->vocabulary && c < f->columns; c++) {
    khop_i_c_print(text, "\n *       %lld  ", (long long)(first + c));
    khop_i_c_put_name(text, f->vocabulary[c]);
  }
  khop_i_c_print(text, "\n");
}

static void put_names(const khop_i_c_text *text, const char *title, const char *const *names, int64_t count) {
  if (!names || !count) return;
  khop_i_c_print(text, " *\n * %s:\n", title);
  for (int64_t c = 0; c < count; c++) {
    khop_i_c_print(text, " *   %lld  ", (long long)c);
    khop_i_c_put_name(text, names[c]);
    khop_i_c_print(text, "\n");
  }
}

/* Of a set of graphs without a schema of classes, the note "outputs" has a name a line. */
static void put_noted_names(const khop_i_c_text *text, const khop_model *model) {
  const char *lines = khop_model_metadata(model, "outputs");
  char name[400];
  if (lines) khop_i_c_print(text, " *\n * columns of out:\n");
  for (int64_t c = 0; lines; c++) {
    size_t length = strcspn(lines, "\n");
    snprintf(name, sizeof name, "%.*s", (int)length, lines);
    khop_i_c_print(text, " *   %lld  ", (long long)c);
    khop_i_c_put_name(text, name);
    khop_i_c_print(text, "\n");
    lines = lines[length] ? lines + length + 1 : NULL;
  }
}

static void put_schema(const khop_i_c_text *text, const khop_schema *schema, const khop_model *model) {
  int64_t first = 0, classes = 0, targets = 0, labels = 0;
  const char *const *names = schema ? khop_schema_classes(schema, &classes) : NULL;
  if (schema) khop_i_c_print(text, " *\n * columns of x:\n");
  for (int i = 0; schema && i < khop_schema_fields(schema); i++) {
    const khop_field *f = khop_schema_field(schema, i);
    put_field(text, f, first);
    first += f->columns;
  }
  if (schema) put_names(text, "types of arcs", khop_schema_edge_labels(schema, &labels), labels);
  if (khop_model_metadata(model, "outputs")) {
    put_noted_names(text, model);
    return;
  }
  put_names(text, "columns of out", names, classes);
  if (schema && !classes) names = khop_schema_targets(schema, &targets);
  if (!classes) put_names(text, "columns of out", names, targets);
}

/* --- the whole ---------------------------------------------------------------------------------------- */

khop_status khop_i_c_put_comment(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_schema *schema = NULL;
  const char *ensemble = khop_model_metadata(p->model, "ensemble");
  khop_status status = khop_model_schema(&schema, p->model);
  if (status != KHOP_OK) return status;
  khop_i_c_print(
      text,
      "/* A graph neural network with its weights, as C99: it needs libm and nothing else. Written by khop %s.\n"
      " *\n *   ",
      khop_version());
  khop_i_c_put_prototype(text, p, false);
  khop_i_c_print(text, ";\n *\n");
  put_arguments(text, p);
  khop_i_c_print(
      text,
      " *\n"
      " * It returns MODEL_OK (0), MODEL_BAD_GRAPH (1: offsets that fall, targets out of range, unsorted or "
      "repeated%s%s),\n"
      " * MODEL_NO_MEMORY (2), or MODEL_NOT_FINITE (3: a feature or an output is NaN or infinite%s).\n"
      " * model_run takes its memory from malloc; model_run_in, which is all there is with -ffreestanding, takes\n"
      " * model_workspace bytes, on a multiple of 8, from its caller. Calls from several threads at once are fine.\n",
      p->pooled ? ", graphs that are none" : "", p->typed ? ", types that there are not" : "",
      p->walks ? ", or walks are beyond counting" : "");
  if (ensemble && strcmp(ensemble, "1") != 0)
    khop_i_c_print(text,
                   " *\n * This is one model of an ensemble of %.20s; khop predict takes the mean of all of them.\n",
                   ensemble);
  put_schema(text, schema, p->model);
  khop_i_c_print(text, " */\n");
  khop_schema_free(schema);
  return KHOP_OK;
}
