/* igraph.c: graphs that igraph holds, or lays out, and its ARPACK. The only file that knows igraph.
 *
 * igraph keeps its handlers, its cleanup stack and its attribute table in global variables. While
 * khop uses it they are khop's, under one lock, and afterwards what they were:
 *
 *   error handler      aborts by default; ours keeps the first reason
 *   fatal handler      must not return; ours jumps back here
 *   warning handler    prints by default; ours is silent
 *   cleanup stack      freed down to our level only: below lie objects of the caller
 *   attribute table    the C one, so that vertex attributes are read; a graph is freed under the
 *                      table it was made under
 *   locale             "C", so that 0.5 is a half everywhere
 */
#include "graph/io/igraph.h"
#include "graph/graph.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <khop/igraph.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* --- igraph's globals ----------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static jmp_buf way_out; /* under the lock, as all that follows */
static bool doomed;
static char reason[256];

static void keep_reason(const char *text) {
  if (reason[0] || !text || !*text) return;
  size_t used = 0;
  for (; *text && used < sizeof reason - 1; text++)
    reason[used++] = *text >= 32 && *text < 127 ? *text : '?';
  while (used && (reason[used - 1] == '.' || reason[used - 1] == '?')) used--;
  reason[used] = 0;
}

/* Is called by each function that the error passes through; only the first call has a reason. */
static void on_error(const char *text, const char *file, int line, igraph_error_t code) {
  (void)file, (void)line;
  keep_reason(text);
  keep_reason(igraph_strerror(code));
  IGRAPH_FINALLY_FREE();
}

/* The cleanup stack points into frames that are gone after the jump: it is freed here. */
static void on_fatal(const char *text, const char *file, int line) {
  (void)file, (void)line;
  keep_reason(text);
  if (!doomed) {
    doomed = true;
    IGRAPH_FINALLY_FREE();
  }
  longjmp(way_out, 1);
}

static void on_warning(const char *text, const char *file, int line) {
  (void)text, (void)file, (void)line;
}

typedef struct job job;
struct job {
  igraph_error_t (*run)(job *task);
  const igraph_t *given;       /* the igraph_t to copy; or */
  bool attributes;             /* given has some that we understand */
  const khop_graph *drawn;     /* the khop_graph to lay out */
  double *x, *y;               /* (nodes of drawn) its positions */
  khop_i_multiply multiply;    /* the matrix (n, n) whose eigenvectors (count, n) are asked for */
  void *context;
  int n, count;
  double *vectors;
  khop_graph *graph;
  khop_status status; /* of khop's own steps, where igraph reported no error */
};

static igraph_error_t run_or_jump(job *task) {
  return setjmp(way_out) ? IGRAPH_FAILURE : task->run(task);
}

static igraph_error_t run_with_globals(job *task) {
  reason[0] = 0;
  doomed = false;
  igraph_error_handler_t *error = igraph_set_error_handler(on_error);
  igraph_fatal_handler_t *fatal = igraph_set_fatal_handler(on_fatal);
  igraph_warning_handler_t *warning = igraph_set_warning_handler(on_warning);
  const igraph_attribute_table_t *table = igraph_set_attribute_table(&igraph_cattribute_table);
  task->attributes = table == &igraph_cattribute_table;
  IGRAPH_FINALLY_ENTER();
  igraph_safelocale_t locale;
  igraph_error_t code = igraph_enter_safelocale(&locale);
  if (code == IGRAPH_SUCCESS) {
    code = run_or_jump(task);
    igraph_exit_safelocale(&locale);
  }
  IGRAPH_FINALLY_EXIT();
  igraph_set_attribute_table(table);
  igraph_set_warning_handler(warning);
  igraph_set_fatal_handler(fatal);
  igraph_set_error_handler(error);
  return code;
}

static khop_status status_of(igraph_error_t code) {
  switch (code) {
  case IGRAPH_SUCCESS:
    return KHOP_OK;
  case IGRAPH_ENOMEM:
    return KHOP_E_MEMORY;
  case IGRAPH_UNIMPLEMENTED:
    return KHOP_E_UNSUPPORTED;
  default:
    return KHOP_E_INTERNAL;
  }
}

static khop_status with_igraph(khop_graph **graph, job *task) {
  pthread_mutex_lock(&lock);
  igraph_error_t code = run_with_globals(task);
  khop_status status = status_of(code);
  if (status != KHOP_OK) {
    status = khop_i_fail(status, "igraph: %s", reason[0] ? reason : "no reason given");
  } else {
    status = task->status;
  }
  pthread_mutex_unlock(&lock);
  if (status == KHOP_OK)
    *graph = task->graph;
  else
    khop_graph_free(task->graph);
  return status;
}

/* --- igraph_t to khop_graph ----------------------------------------------------------------- */

static khop_status copy_arcs(khop_graph **graph, const igraph_t *from) {
  khop_status status = KHOP_OK;
  int64_t *source = NULL, *target = NULL, nodes = igraph_vcount(from), edges = igraph_ecount(from);
  if (nodes > KHOP_MAX_NODES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a graph: %lld nodes; the most are %lld", (long long)nodes,
              (long long)KHOP_MAX_NODES);
  KHOP_TRY(khop_i_alloc_raw(&source, edges, sizeof *source, "edges"));
  KHOP_TRY(khop_i_alloc_raw(&target, edges, sizeof *target, "edges"));
  for (int64_t e = 0; e < edges; e++) {
    source[e] = IGRAPH_FROM(from, e);
    target[e] = IGRAPH_TO(from, e);
  }
  KHOP_TRY(khop_graph_from_coo(graph, nodes, edges, source, target, igraph_is_directed(from)));
done:
  khop_i_free(source);
  khop_i_free(target);
  return status;
}

static khop_status copy_numbers(khop_graph *graph, const igraph_t *from, const char *name,
                                bool truth) {
  double *numbers = NULL;
  khop_status status = khop_i_alloc_raw(&numbers, graph->nodes, sizeof *numbers, "a column");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < graph->nodes; i++)
    numbers[i] = truth ? (VAB(from, name, i) ? 1 : 0) : VAN(from, name, i);
  status = khop_graph_add_column(graph, name, numbers, NULL);
  khop_i_free(numbers);
  return status;
}

static khop_status copy_strings(khop_graph *graph, const igraph_t *from, const char *name) {
  const char **strings = NULL;
  khop_status status = khop_i_alloc_raw(&strings, graph->nodes, sizeof *strings, "a column");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < graph->nodes; i++) strings[i] = VAS(from, name, i);
  status = khop_graph_add_column(graph, name, NULL, strings);
  khop_i_free(strings);
  return status;
}

static khop_status copy_attributes(khop_graph *graph, const igraph_t *from,
                                   const igraph_strvector_t *names,
                                   const igraph_vector_int_t *types) {
  khop_status status = KHOP_OK;
  for (igraph_integer_t i = 0; i < igraph_strvector_size(names) && status == KHOP_OK; i++) {
    const char *name = igraph_strvector_get(names, i);
    switch (VECTOR(*types)[i]) {
    case IGRAPH_ATTRIBUTE_NUMERIC:
      status = copy_numbers(graph, from, name, false);
      break;
    case IGRAPH_ATTRIBUTE_BOOLEAN:
      status = copy_numbers(graph, from, name, true);
      break;
    case IGRAPH_ATTRIBUTE_STRING:
      status = copy_strings(graph, from, name);
      break;
    default:
      break; /* kinds of other languages' tables */
    }
  }
  return status;
}

static igraph_error_t copy_graph(job *task, const igraph_t *from) {
  task->status = copy_arcs(&task->graph, from);
  if (task->status != KHOP_OK || !task->attributes) return IGRAPH_SUCCESS;
  igraph_strvector_t names;
  igraph_vector_int_t types;
  IGRAPH_CHECK(igraph_strvector_init(&names, 0));
  IGRAPH_FINALLY(igraph_strvector_destroy, &names);
  IGRAPH_CHECK(igraph_vector_int_init(&types, 0));
  IGRAPH_FINALLY(igraph_vector_int_destroy, &types);
  IGRAPH_CHECK(igraph_cattribute_list(from, NULL, NULL, &names, &types, NULL, NULL));
  task->status = copy_attributes(task->graph, from, &names, &types);
  igraph_vector_int_destroy(&types);
  igraph_strvector_destroy(&names);
  IGRAPH_FINALLY_CLEAN(2);
  return IGRAPH_SUCCESS;
}

static igraph_error_t copy_given(job *task) {
  return copy_graph(task, task->given);
}

khop_status khop_graph_from_igraph(khop_graph **graph, const igraph_t *source) {
  if (!graph || !source)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_from_igraph: an argument is missing");
  *graph = NULL;
  return with_igraph(graph, &(job){.run = copy_given, .given = source});
}

/* --- layout --------------------------------------------------------------------------------- */

static igraph_error_t make_igraph(igraph_t *made, const khop_graph *graph) {
  igraph_vector_int_t edges;
  IGRAPH_CHECK(igraph_vector_int_init(&edges, 0));
  IGRAPH_FINALLY(igraph_vector_int_destroy, &edges);
  for (int64_t i = 0; i < graph->nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      if (!graph->directed && graph->targets[a] < i) continue;
      IGRAPH_CHECK(igraph_vector_int_push_back(&edges, (igraph_integer_t)i));
      IGRAPH_CHECK(igraph_vector_int_push_back(&edges, (igraph_integer_t)graph->targets[a]));
    }
  IGRAPH_CHECK(igraph_create(made, &edges, (igraph_integer_t)graph->nodes, IGRAPH_UNDIRECTED));
  igraph_vector_int_destroy(&edges);
  IGRAPH_FINALLY_CLEAN(1);
  return IGRAPH_SUCCESS;
}

static igraph_error_t lay_out(job *task) {
  igraph_t graph;
  igraph_matrix_t position;
  igraph_integer_t nodes = (igraph_integer_t)task->drawn->nodes;
  IGRAPH_CHECK(make_igraph(&graph, task->drawn));
  IGRAPH_FINALLY(igraph_destroy, &graph);
  IGRAPH_CHECK(igraph_matrix_init(&position, 0, 0));
  IGRAPH_FINALLY(igraph_matrix_destroy, &position);
  IGRAPH_CHECK(igraph_layout_kamada_kawai(&graph, &position, false, 50 * nodes, 0, (double)nodes, NULL,
                                          NULL, NULL, NULL, NULL));
  for (igraph_integer_t i = 0; i < nodes; i++) {
    task->x[i] = MATRIX(position, i, 0);
    task->y[i] = MATRIX(position, i, 1);
  }
  igraph_matrix_destroy(&position);
  igraph_destroy(&graph);
  IGRAPH_FINALLY_CLEAN(2);
  return IGRAPH_SUCCESS;
}

khop_status khop_i_graph_layout(double *x, double *y, const khop_graph *graph) {
  khop_graph *none;
  if (graph->nodes < 1) return KHOP_OK;
  return with_igraph(&none, &(job){.run = lay_out, .drawn = graph, .x = x, .y = y});
}

/* --- eigenvectors --------------------------------------------------------------------------- */

#define MOST_DENSE 256

static void copy_vectors(const job *task, const igraph_matrix_t *from, bool ascending) {
  for (int k = 0; k < task->count; k++)
    for (int i = 0; i < task->n; i++)
      task->vectors[k * (int64_t)task->n + i] = MATRIX(*from, i, ascending ? task->count - 1 - k : k);
}

/* A column is the product with a unit vector. */
static igraph_error_t find_by_lapack(job *task, igraph_vector_t *values, igraph_matrix_t *vectors) {
  igraph_matrix_t matrix;
  igraph_vector_t unit;
  int n = task->n;
  IGRAPH_CHECK(igraph_matrix_init(&matrix, n, n));
  IGRAPH_FINALLY(igraph_matrix_destroy, &matrix);
  IGRAPH_CHECK(igraph_vector_init(&unit, n));
  IGRAPH_FINALLY(igraph_vector_destroy, &unit);
  for (int i = 0; i < n; i++) {
    VECTOR(unit)[i] = 1;
    task->multiply(&MATRIX(matrix, 0, i), VECTOR(unit), task->context);
    VECTOR(unit)[i] = 0;
  }
  IGRAPH_CHECK(igraph_lapack_dsyevr(&matrix, IGRAPH_LAPACK_DSYEV_SELECT, 0, 0, 0, n - task->count + 1, n, 0, values,
                                    vectors, NULL));
  igraph_vector_destroy(&unit);
  igraph_matrix_destroy(&matrix);
  IGRAPH_FINALLY_CLEAN(2);
  copy_vectors(task, vectors, true);
  return IGRAPH_SUCCESS;
}

static igraph_error_t multiply_for_arpack(igraph_real_t *to, const igraph_real_t *from, int n, void *extra) {
  const job *task = extra;
  (void)n;
  task->multiply(to, from, task->context);
  return IGRAPH_SUCCESS;
}

/* ARPACK's own beginning would be drawn anew with each call of a program. */
static igraph_error_t find_by_arpack(job *task, igraph_vector_t *values, igraph_matrix_t *vectors) {
  igraph_arpack_options_t options;
  khop_i_random random;
  int room = 3 * task->count + 20;
  igraph_arpack_options_init(&options);
  options.n = task->n;
  options.nev = task->count;
  options.ncv = room < task->n ? room : task->n;
  strcpy(options.which, "LA");
  options.start = 1;
  options.tol = 1e-10;
  options.mxiter = 20000;
  IGRAPH_CHECK(igraph_matrix_resize(vectors, task->n, 1));
  khop_i_random_seed(&random, 1);
  for (int i = 0; i < task->n; i++) MATRIX(*vectors, i, 0) = 2 * khop_i_random_uniform(&random) - 1;
  IGRAPH_CHECK(igraph_arpack_rssolve(multiply_for_arpack, task, &options, NULL, values, vectors));
  copy_vectors(task, vectors, false);
  return IGRAPH_SUCCESS;
}

static igraph_error_t find_eigenvectors(job *task) {
  igraph_vector_t values;
  igraph_matrix_t vectors;
  IGRAPH_CHECK(igraph_vector_init(&values, 0));
  IGRAPH_FINALLY(igraph_vector_destroy, &values);
  IGRAPH_CHECK(igraph_matrix_init(&vectors, 0, 0));
  IGRAPH_FINALLY(igraph_matrix_destroy, &vectors);
  IGRAPH_CHECK((task->n <= MOST_DENSE ? find_by_lapack : find_by_arpack)(task, &values, &vectors));
  igraph_matrix_destroy(&vectors);
  igraph_vector_destroy(&values);
  IGRAPH_FINALLY_CLEAN(2);
  return IGRAPH_SUCCESS;
}

khop_status khop_i_largest_eigenvectors(double *vectors, int64_t n, int count, khop_i_multiply multiply, void *context) {
  khop_graph *none;
  if (count < 1) return KHOP_OK;
  return with_igraph(&none, &(job){.run = find_eigenvectors, .multiply = multiply, .context = context, .n = (int)n,
                                   .count = count, .vectors = vectors});
}
