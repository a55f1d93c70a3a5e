/* What the package calls, as in include/khop (bindings.py reads this; the compiler compares it with the headers). */

/* base.h */
typedef enum khop_status {
  KHOP_OK, KHOP_E_ARGUMENT, KHOP_E_SHAPE, KHOP_E_VALUE, KHOP_E_MEMORY, KHOP_E_BUDGET, KHOP_E_IO, KHOP_E_FORMAT,
  KHOP_E_NOT_FOUND, KHOP_E_UNSUPPORTED, KHOP_E_INTERRUPTED, KHOP_E_INTERNAL, ...
} khop_status;
const char *khop_message(void);
const char *khop_version(void);
khop_status khop_set_threads(int threads);
int khop_threads(void);
void khop_free(void *pointer);
size_t khop_bytes_now(void);
const char *khop_simd(void);

/* graph.h */
typedef struct khop_graph khop_graph;
khop_status khop_graph_from_coo(khop_graph **graph, int64_t nodes, int64_t edges, const int64_t *from,
                                const int64_t *to, bool directed);
khop_status khop_graph_from_csr(khop_graph **graph, int64_t nodes, const int64_t *offsets, const int64_t *targets,
                                bool directed);
void khop_graph_free(khop_graph *graph);
int64_t khop_graph_nodes(const khop_graph *graph);
int64_t khop_graph_edges(const khop_graph *graph);
bool khop_graph_is_directed(const khop_graph *graph);
int64_t khop_graph_dropped_loops(const khop_graph *graph);
int64_t khop_graph_dropped_repeats(const khop_graph *graph);
const int64_t *khop_graph_offsets(const khop_graph *graph);
const int32_t *khop_graph_targets(const khop_graph *graph);

/* rings.h */
typedef struct khop_rings khop_rings;
typedef struct khop_rings_options {
  size_t size;
  int direction;
  int op;
  int64_t max_bytes;
  bool (*progress)(double share, void *context);
  void *context;
  int form;
  ...;
} khop_rings_options;
typedef struct khop_estimate {
  double bytes;
  int64_t samples;
  bool exact;
} khop_estimate;
khop_status khop_rings_build(khop_rings **rings, const khop_graph *graph, int count, const int *hops,
                             const khop_rings_options *options);
khop_status khop_rings_build_rows(khop_rings **rings, int64_t **nodes, int64_t *places, const khop_graph *graph,
                                  int64_t rows_count, const int64_t *rows, int count, const int *hops, int norm,
                                  const khop_rings_options *options);
void khop_rings_free(khop_rings *rings);
khop_status khop_rings_estimate(khop_estimate *estimate, double *entries, double *empty_rows, const khop_graph *graph,
                                int count, const int *hops, const khop_rings_options *options, int64_t samples,
                                uint64_t seed);
int64_t khop_rings_nodes(const khop_rings *rings);
int khop_rings_slots(const khop_rings *rings);
int khop_rings_hop(const khop_rings *rings, int slot);
int khop_rings_slot(const khop_rings *rings, int hop);
bool khop_rings_is_symmetric(const khop_rings *rings);
int64_t khop_rings_entries(const khop_rings *rings, int slot);
size_t khop_rings_bytes(const khop_rings *rings);
int khop_rings_form(const khop_rings *rings);
const char *khop_form_name(int form);
khop_status khop_rings_scales(khop_real *left, khop_real *right, const khop_rings *rings, int slot, int norm,
                              bool self_loop);

/* apply.h */
typedef struct khop_taps khop_taps;
khop_status khop_taps_new(khop_taps **taps, const khop_rings *rings, int count, const int *hops, int norm,
                          bool self_loop);
void khop_taps_free(khop_taps *taps);
#define KHOP_CONCAT ...
#define KHOP_TRANSPOSE ...
#define KHOP_ACCUMULATE ...
khop_status khop_apply(khop_real *y, int64_t ldy, const khop_taps *taps, const khop_real *x, int64_t ldx, int64_t f,
                       unsigned flags);
khop_status khop_conv_grouped_forward(khop_real *y, const khop_taps *taps, const khop_real *x, const khop_real *weights,
                                      const khop_real *bias, int64_t f, int64_t g, int64_t groups, unsigned flags);
khop_status khop_conv_grouped_backward(khop_real *dx, khop_real *dweights, khop_real *dbias, const khop_taps *taps,
                                       const khop_real *x, const khop_real *weights, const khop_real *dy, int64_t f,
                                       int64_t g, int64_t groups, unsigned flags);

/* of the package itself */
void khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy);
void khop_python_ring_csr(int64_t *offsets, int32_t *columns, khop_real *values, const khop_rings *rings, int slot,
                          int64_t count, const int64_t *rows);
const int32_t *khop_python_ring_columns(const khop_rings *rings);
extern "Python" bool khop_python_share(double share, void *context);
