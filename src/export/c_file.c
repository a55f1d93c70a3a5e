/* c_file.c: an exported file, from its comment to its public functions.
 *
 *   comment | includes, declarations | pieces of the graph | weights and rings, op by op | model_work |
 *   pieces of the ops | model_lay_out | model_forward | model_workspace, model_run_in, model_run */
#include "export/c_comment.h"
#include "export/c_ops.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/outfile.h"

#include <khop/export.h>
#include <khop/train.h>
#include <math.h>
#include <string.h>

#define IS_FLOAT (sizeof(khop_real) == sizeof(float))

/* Functions of libm by the pieces that call them. */
static const struct {
  const char *piece, *call;
} libm[] = {{"gather", "sqrt"}, {"layer_norm", "sqrt"},      {"gelu", "erf"}, {"tanh", "tanh"}, {"sigmoid", "exp"},
            {"softmax", "exp"}, {"readout_attention", "exp"}};
#define CALLS ((int)(sizeof libm / sizeof *libm))

/* --- declarations ------------------------------------------------------------------------------------ */

static void put_head(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_i_c_print(
      text,
      "#include <stddef.h>\n#include <stdint.h>\n#if __STDC_HOSTED__\n#include <math.h>\n#include <stdlib.h>\n#else\n");
  for (int i = 0; i < CALLS; i++) {
    bool again = false;
    for (int k = 0; k < i; k++)
      again = again || (strcmp(libm[k].call, libm[i].call) == 0 && khop_i_c_wants(&p->parts, libm[k].piece));
    if (khop_i_c_wants(&p->parts, libm[i].piece) && !again)
      khop_i_c_print(text, "double %s(double x);\n", libm[i].call);
  }
  khop_i_c_print(text, "#endif\n\n"
                       "enum { MODEL_OK = 0, MODEL_BAD_GRAPH = 1, MODEL_NO_MEMORY = 2, MODEL_NOT_FINITE = 3 };\n\n"
                       "/* Bytes of workspace; 0 where they cannot be counted. */\n");
  khop_i_c_put_sizes(text, p);
  khop_i_c_print(text, ";\n");
  khop_i_c_put_prototype(text, p, true);
  khop_i_c_print(text, ";\n#if __STDC_HOSTED__\n");
  khop_i_c_put_prototype(text, p, false);
  khop_i_c_print(text, ";\n#endif\n\ntypedef %s model_real;\n", IS_FLOAT ? "float" : "double");
  if (p->walks)
    khop_i_c_print(text, "#define MODEL_REAL_MAX %s\n", IS_FLOAT ? "3.4028234663852886e38" : "1.7976931348623157e308");
  khop_i_c_print(text, "\n");
}

/* What the functions of the ops work on. */
static void put_work(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_i_c_print(
      text,
      "\n/* --- the run -------------------------------------------------------------------------------------- */\n\n"
      "typedef struct model_work {\n  int64_t nodes;\n  const model_real *x;\n");
  if (p->pooled) khop_i_c_print(text, "  int64_t graphs;\n  const int64_t *first;\n");
  if (p->graph_features) khop_i_c_print(text, "  const model_real *graph_features;\n");
  if (p->rings)
    khop_i_c_print(text, "  model_graph graph[3]; /* along the arcs, against them, both */\n"
                         "  const uint8_t *types;\n  model_search search;\n");
  if (khop_i_c_wants(&p->parts, "gather"))
    khop_i_c_print(text, "  double *right;        /* (taps, nodes) what columns are scaled by, where they are */\n");
  if (p->widest_gathered) khop_i_c_print(text, "  double *sum;          /* of a row that is gathered */\n");
  if (p->widest) khop_i_c_print(text, "  double *total;        /* of a row that is computed */\n");
  if (p->buffers) khop_i_c_print(text, "  model_real *value[%d];\n", p->buffers);
  khop_i_c_print(text, "} model_work;\n");
}

/* The entries of a tap in row i. */
static void put_row(const khop_i_c_text *text, const khop_i_c_plan *p) {
  bool searches = khop_i_c_wants(&p->parts, "search");
  if (!p->rings) return;
  khop_i_c_print(
      text, "\n/* The entries of a tap in row i, into the search's columns and values; their number is returned. */\n"
            "static int64_t model_row(model_work *w, const model_rings *r, const model_tap *tap, int32_t i) {\n");
  if (p->walks && searches) khop_i_c_print(text, "  if (r->walks)\n  ");
  if (p->walks) khop_i_c_print(text, "  return model_walks_row(&w->search, r, tap, &w->graph[r->direction], i);\n");
  if (searches)
    khop_i_c_print(text, "  return model_ring_row(&w->search, r, tap, &w->graph[r->direction], w->types, i);\n");
  khop_i_c_print(text, "}\n");
}

/* --- memory ---------------------------------------------------------------------------------------------- */

static void put_search_room(const khop_i_c_text *text, const khop_i_c_plan *p) {
  bool turns = khop_i_c_wants(&p->parts, "transpose"), joins = khop_i_c_wants(&p->parts, "merge");
  if (turns)
    khop_i_c_print(text, "  offsets[0] = model_take(arena, nodes + 1, sizeof **offsets);\n"
                         "  targets[0] = model_take(arena, arcs, sizeof **targets);\n");
  if (joins)
    khop_i_c_print(text, "  offsets[1] = model_take(arena, nodes + 1, sizeof **offsets);\n"
                         "  targets[1] = model_take(arena, arcs, 2 * sizeof **targets);\n");
  if (!p->rings) return;
  khop_i_c_print(text, "  s->column = model_take(arena, nodes + 1, sizeof *s->column);\n"
                       "  s->value = model_take(arena, nodes + 1, sizeof *s->value);\n");
  if (khop_i_c_wants(&p->parts, "search"))
    khop_i_c_print(text, "  s->queue = model_take(arena, nodes, sizeof *s->queue);\n"
                         "  s->distance = model_take(arena, nodes, sizeof *s->distance);\n"
                         "  s->marked = model_take(arena, nodes, sizeof *s->marked);\n");
  if (p->walks)
    khop_i_c_print(text, "  s->other = model_take(arena, nodes + 1, sizeof *s->other);\n"
                         "  s->walks = model_take(arena, nodes, sizeof *s->walks);\n"
                         "  s->more = model_take(arena, nodes, sizeof *s->more);\n");
}

static void put_lay_out(const khop_i_c_text *text, const khop_i_c_plan *p) {
  bool turns = khop_i_c_wants(&p->parts, "transpose");
  khop_i_c_print(
      text,
      "\n/* Where everything stands in the workspace. */\nstatic void model_lay_out(model_work *w, model_arena *arena, "
      "%sint64_t nodes, int64_t arcs%s) {\n",
      p->pooled ? "int64_t graphs, " : "", turns ? ", int64_t **offsets, int32_t **targets" : "");
  if (p->rings) khop_i_c_print(text, "  model_search *s = &w->search;\n");
  if (!turns) khop_i_c_print(text, "  (void)arcs;\n");
  put_search_room(text, p);
  if (khop_i_c_wants(&p->parts, "gather"))
    khop_i_c_print(text, "  w->right = model_take(arena, nodes, %lld * sizeof *w->right);\n", (long long)p->most_taps);
  if (p->widest_gathered)
    khop_i_c_print(text, "  w->sum = model_take(arena, %lld, sizeof *w->sum);\n", (long long)p->widest_gathered);
  if (p->widest)
    khop_i_c_print(text, "  w->total = model_take(arena, %lld, sizeof *w->total);\n", (long long)p->widest);
  for (int b = 0; b < p->buffers; b++)
    khop_i_c_print(text, "  w->value[%d] = model_take(arena, %s, %lld * sizeof *w->value[%d]);\n", b,
                   p->room[b].pooled ? "graphs" : "nodes", (long long)p->room[b].columns, b);
  khop_i_c_print(text, "}\n\n");
  khop_i_c_put_sizes(text, p);
  khop_i_c_print(text, " {\n  model_work w;\n  model_arena arena = {NULL, 0, 0};\n");
  if (turns) khop_i_c_print(text, "  int64_t *more[2];\n  int32_t *other[2];\n");
  khop_i_c_print(
      text,
      "  if (nodes < 0 || nodes > INT32_MAX || arcs < 0%s) return 0;\n  model_lay_out(&w, &arena, %snodes, arcs%s);\n"
      "  return arena.overflow ? 0 : arena.used + 8;\n}\n",
      p->pooled ? " || graphs < 0" : "", p->pooled ? "graphs, " : "", turns ? ", more, other" : "");
}

/* --- running ------------------------------------------------------------------------------------------- */

static void put_units(const khop_i_c_text *text, const khop_i_c_plan *p, const char *name, const double *values) {
  khop_i_c_print(text, "static const double model_%s[%lld] = {", name, (long long)p->units.outputs);
  for (int64_t c = 0; c < p->units.outputs; c++) {
    khop_i_c_print(text, "%s", c ? ", " : "");
    khop_i_c_put_double(text, values[c]);
  }
  khop_i_c_print(text, "};\n");
}

static void put_forward(const khop_i_c_text *text, const khop_i_c_plan *p, char *lines) {
  long long columns = khop_model_output_columns(p->model);
  const char *rows = p->model->ops[p->model->output].pooled ? "w->graphs" : "w->nodes";
  bool units = khop_i_c_wants(&p->parts, "units");
  khop_i_c_print(text, "\n");
  if (units) put_units(text, p, "mean", p->units.mean);
  if (units) put_units(text, p, "deviation", p->units.deviation);
  khop_i_c_print(text, "static int model_forward(model_real *out, model_work *w) {\n");
  for (int i = 0; i < p->model->count; i++) {
    size_t length = strcspn(lines, "\n");
    lines[length] = 0;
    khop_i_c_put(text, "  /*");
    khop_i_c_put(text, lines);
    khop_i_c_put(text, " */\n");
    khop_i_c_put_call(text, p, i);
    lines += length + 1;
  }
  if (p->walks) khop_i_c_print(text, "  if (w->search.overflow) return MODEL_NOT_FINITE;\n");
  khop_i_c_print(text, "  for (int64_t i = 0; i < %s * %lld; i++) {\n    out[i] = ", rows, columns);
  khop_i_c_put_value(text, p, p->model->output);
  khop_i_c_print(text, "[i];\n    if (!model_is_finite(out[i])) return MODEL_NOT_FINITE;\n  }\n");
  if (khop_model_predicts_classes(p->model)) khop_i_c_print(text, "  model_softmax(out, %s, %lld);\n", rows, columns);
  if (khop_model_predicts_tasks(p->model))
    khop_i_c_print(text, "  model_sigmoid(out, out, %s * %lld);\n", rows, columns);
  if (units) khop_i_c_print(text, "  model_to_units(out, %s, %lld, model_mean, model_deviation);\n", rows, columns);
  khop_i_c_print(text, "  return MODEL_OK;\n}\n");
}

static void put_start(const khop_i_c_text *text, const khop_i_c_plan *p) {
  if (khop_i_c_wants(&p->parts, "transpose"))
    khop_i_c_print(text, "  model_turn(more[0], other[0], &graph);\n"
                         "  w.graph[1] = (model_graph){nodes, more[0], other[0]};\n");
  if (khop_i_c_wants(&p->parts, "merge"))
    khop_i_c_print(text, "  model_join(more[1], other[1], &graph, &w.graph[1]);\n"
                         "  w.graph[2] = (model_graph){nodes, more[1], other[1]};\n");
  if (p->rings)
    khop_i_c_print(text,
                   "  w.graph[0] = graph;\n  w.types = %s;\n  w.search.of = NULL;\n  w.search.source = -1;\n"
                   "  w.search.reached = 0;\n  w.search.overflow = 0;\n",
                   p->typed ? "types" : "NULL");
  if (khop_i_c_wants(&p->parts, "search"))
    khop_i_c_print(text, "  for (int64_t i = 0; i < nodes; i++) w.search.distance[i] = -1;\n");
  if (p->walks)
    khop_i_c_print(text, "  for (int64_t i = 0; i < nodes; i++) w.search.walks[i] = w.search.more[i] = 0;\n");
}

static void put_run_in(const khop_i_c_text *text, const khop_i_c_plan *p) {
  bool turns = khop_i_c_wants(&p->parts, "transpose");
  khop_i_c_print(text, "\n");
  khop_i_c_put_prototype(text, p, true);
  khop_i_c_print(text, " {\n");
  if (p->pooled)
    khop_i_c_print(
        text, "  if (!model_good_first(graphs, first)) return MODEL_BAD_GRAPH;\n  int64_t nodes = first[graphs];\n");
  khop_i_c_print(
      text,
      "  model_work w;\n  model_graph graph = {nodes, offsets, targets};\n  model_arena arena = {workspace, 0, 0};\n");
  if (turns) khop_i_c_print(text, "  int64_t *more[2];\n  int32_t *other[2];\n");
  khop_i_c_print(text, "  if (!model_good_graph(&graph)) return MODEL_BAD_GRAPH;\n");
  if (p->pooled) khop_i_c_print(text, "  if (!model_good_batch(&graph, graphs, first)) return MODEL_BAD_GRAPH;\n");
  if (p->typed)
    khop_i_c_print(text, "  if (!model_good_types(types, offsets[nodes], %d)) return MODEL_BAD_GRAPH;\n",
                   p->hops.types);
  khop_i_c_print(
      text,
      "  size_t needed = model_workspace(%snodes, offsets[nodes]);\n"
      "  if (needed == 0 || bytes < needed || (uintptr_t)workspace %% 8 != 0) return MODEL_NO_MEMORY;\n"
      "  for (int64_t i = 0; i < nodes * %lld; i++)\n    if (!model_is_finite(x[i])) return MODEL_NOT_FINITE;\n"
      "  model_lay_out(&w, &arena, %snodes, offsets[nodes]%s);\n  w.nodes = nodes;\n  w.x = x;\n",
      p->pooled ? "graphs, " : "", (long long)khop_model_input_columns(p->model), p->pooled ? "graphs, " : "",
      turns ? ", more, other" : "");
  if (p->pooled) khop_i_c_print(text, "  w.graphs = graphs;\n  w.first = first;\n");
  if (p->graph_features) khop_i_c_print(text, "  w.graph_features = graph_features;\n");
  put_start(text, p);
  khop_i_c_print(text, "  return model_forward(out, &w);\n}\n");
}

static void put_run(const khop_i_c_text *text, const khop_i_c_plan *p) {
  khop_i_c_print(text, "\n#if __STDC_HOSTED__\n");
  khop_i_c_put_prototype(text, p, false);
  khop_i_c_print(text, " {\n");
  if (p->pooled)
    khop_i_c_print(
        text, "  if (!model_good_first(graphs, first)) return MODEL_BAD_GRAPH;\n  int64_t nodes = first[graphs];\n");
  khop_i_c_print(text,
                 "  if (nodes < 0 || nodes > INT32_MAX) return MODEL_BAD_GRAPH;\n"
                 "  size_t bytes = model_workspace(%snodes, offsets[nodes]);\n"
                 "  void *workspace = bytes ? malloc(bytes) : NULL;\n  if (!workspace) return MODEL_NO_MEMORY;\n"
                 "  int status = model_run_in(out, %s, offsets, targets%s, x%s, workspace, bytes);\n"
                 "  free(workspace);\n  return status;\n}\n#endif\n",
                 p->pooled ? "graphs, " : "", p->pooled ? "graphs, first" : "nodes", p->typed ? ", types" : "",
                 p->graph_features ? ", graph_features" : "");
}

/* --- the whole ------------------------------------------------------------------------------------------- */

static khop_status put_file(const khop_i_c_text *text, const khop_i_c_plan *p, char *lines) {
  khop_status status = khop_i_c_put_comment(text, p);
  if (status != KHOP_OK) return status;
  put_head(text, p);
  khop_i_c_put_parts(text, &p->parts, "head", "gather");
  khop_i_c_print(
      text,
      "\n/* --- the model ------------------------------------------------------------------------------------ */\n\n");
  for (int i = 0; i < p->model->count; i++) khop_i_c_put_tables(text, p, i);
  put_work(text, p);
  put_row(text, p);
  khop_i_c_put_parts(text, &p->parts, "gather", NULL);
  put_lay_out(text, p);
  put_forward(text, p, lines);
  put_run_in(text, p);
  put_run(text, p);
  return KHOP_OK;
}

static khop_status check_parameters(const khop_model *model) {
  if (!model->parameter_array && model->parameters)
    return khop_i_fail(KHOP_E_ARGUMENT, "export: the model has no parameters yet");
  if (model->count < 2) return khop_i_fail(KHOP_E_ARGUMENT, "export: a model of %d ops", model->count);
  for (int64_t i = 0; i < model->parameters; i++)
    if (!isfinite(model->parameter_array[i]))
      return khop_i_fail(KHOP_E_VALUE, "export: parameter %lld is not finite", (long long)i);
  return KHOP_OK;
}

khop_status khop_export_c(const khop_model *model, const char *name, const char *path) {
  khop_status status = KHOP_OK;
  khop_i_c_text text;
  khop_i_c_plan plan = {0};
  khop_i_outfile out = {0};
  char *lines = NULL;
  KHOP_TRY(khop_i_c_name(&text, name));
  KHOP_TRY(check_parameters(model));
  KHOP_TRY(khop_i_c_plan_open(&plan, model));
  KHOP_TRY(khop_model_describe(&lines, model));
  KHOP_TRY(khop_i_outfile_open(&out, path));
  text.stream = out.stream;
  KHOP_TRY(put_file(&text, &plan, lines));
  KHOP_TRY(khop_i_outfile_commit(&out));
done:
  khop_i_outfile_abandon(&out);
  khop_free(lines);
  khop_i_c_plan_close(&plan);
  return status;
}
