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

/* data.h */
typedef struct khop_features {
  int64_t rows, columns;
  const khop_real *dense;
  const int64_t *offsets;
  const int32_t *indices;
  const khop_real *values;
} khop_features;
typedef struct khop_data khop_data;
khop_status khop_data_new(khop_data **data, khop_graph *graph, const khop_features *features, const int32_t *labels);
khop_status khop_data_add_split(khop_data *data, const uint8_t *train, const uint8_t *val, const uint8_t *test);
khop_status khop_data_set_targets(khop_data *data, const khop_real *targets, int64_t outputs);
const khop_graph *khop_data_graph(const khop_data *data);
void khop_data_free(khop_data *data);
khop_status khop_data_load(khop_data **data, const char *name_or_path, const void *options);
const khop_features *khop_data_features(const khop_data *data);
bool khop_data_has_identity_features(const khop_data *data);
const int32_t *khop_data_labels(const khop_data *data);
int64_t khop_data_classes(const khop_data *data);
const char *const *khop_data_class_names(const khop_data *data);
const khop_real *khop_data_targets(const khop_data *data, int64_t *outputs);
int khop_data_splits(const khop_data *data);
const uint8_t *khop_data_mask(const khop_data *data, int split, int part);
int khop_data_notes(const khop_data *data);
const char *khop_data_note(const khop_data *data, int i);
typedef struct khop_entry {
  const char *name, *about, *path;
  ...;
} khop_entry;
typedef struct khop_catalogue khop_catalogue;
khop_status khop_catalogue_load(khop_catalogue **catalogue);
void khop_catalogue_free(khop_catalogue *catalogue);
int khop_catalogue_count(const khop_catalogue *catalogue);
const khop_entry *khop_catalogue_entry(const khop_catalogue *catalogue, int i);

/* model.h */
typedef struct khop_model khop_model;
void khop_model_free(khop_model *model);
int64_t khop_model_parameters(const khop_model *model);
int64_t khop_model_output_columns(const khop_model *model);
khop_status khop_model_set_metadata(khop_model *model, const char *key, const char *value);
const char *khop_model_metadata(const khop_model *model, const char *key);
khop_status khop_model_describe(char **text, const khop_model *model);
typedef struct khop_tensor {
  char name[...];
  int dimensions;
  int64_t shape[3];
  khop_real *data;
} khop_tensor;
int khop_model_tensors(const khop_model *model);
khop_status khop_model_tensor(khop_tensor *tensor, khop_model *model, int i);

/* train.h */
#define KHOP_RMSE ...
typedef struct khop_epoch {
  int epoch, epochs, best_epoch;
  double loss, val_loss, val, best;
  ...;
} khop_epoch;
typedef struct khop_optimizer_options {
  double rate;
  ...;
} khop_optimizer_options;
typedef struct khop_fit_options {
  khop_optimizer_options optimizer;
  int epochs, patience;
  int metric;
  uint64_t seed;
  bool (*progress)(const khop_epoch *epoch, void *context);
  void *context;
  ...;
} khop_fit_options;
typedef struct khop_fit_result {
  int epochs, best_epoch;
  double loss, val, seconds;
  bool interrupted;
  ...;
} khop_fit_result;
typedef struct khop_recipe {
  const char *name;
  int64_t hidden;
  int taps;
  int hops[...];
  double dropout;
  khop_fit_options fit;
  ...;
} khop_recipe;
typedef struct khop_train_options {
  size_t size;
  int seeds;
  const char *save;
  int64_t max_bytes;
  ...;
} khop_train_options;
typedef struct khop_report {
  int runs;
  khop_fit_result *run;
  bool interrupted;
  ...;
} khop_report;
int khop_recipe_count(void);
const char *khop_recipe_name(int i);
khop_status khop_recipe_find(khop_recipe *recipe, const char *name);
void khop_recipe_adapt(khop_recipe *recipe, const khop_data *data);
khop_status khop_train(khop_report *report, const khop_data *data, const khop_recipe *recipe,
                       const khop_train_options *options);
void khop_report_free(khop_report *report);
khop_status khop_predict(khop_real *scores, khop_model *model, const khop_data *data, int64_t max_bytes);
khop_status khop_model_save(const khop_model *model, const char *path);
khop_status khop_model_load(khop_model **model, const char *path);

/* auto.h */
typedef struct khop_auto_report {
  int trials, chosen;
  bool interrupted;
  ...;
} khop_auto_report;
typedef struct khop_auto_options {
  size_t size;
  uint64_t seed;
  int epochs;
  int64_t max_bytes;
  bool (*progress)(const khop_epoch *epoch, const char *recipe, int index, int of, void *context);
  void *context;
  ...;
} khop_auto_options;
khop_status khop_auto_choose(khop_recipe *recipe, khop_auto_report *report, const khop_data *data,
                             const khop_auto_options *options);
void khop_auto_report_free(khop_auto_report *report);

/* molecules.h, descriptors.h */
typedef struct khop_molecule khop_molecule;
khop_status khop_molecule_new(khop_molecule **molecule);
void khop_molecule_free(khop_molecule *molecule);
khop_status khop_molecule_parse(khop_molecule *molecule, const char *text);
int64_t khop_molecule_atoms(const khop_molecule *molecule);
khop_status khop_molecule_smiles(char **text, const khop_molecule *molecule, bool isomeric);
typedef struct khop_descriptors_options {
  size_t size;
  const char *features;
  int hops;
  const int *hop;
  int bits, radius;
  bool occurrences;
  ...;
} khop_descriptors_options;
typedef struct khop_descriptors khop_descriptors;
khop_status khop_descriptors_new(khop_descriptors **descriptors, const khop_descriptors_options *options);
void khop_descriptors_free(khop_descriptors *descriptors);
int64_t khop_descriptors_columns(const khop_descriptors *descriptors);
const char *khop_descriptors_name(const khop_descriptors *descriptors, int64_t column);
khop_status khop_descriptors_compute(float *rows, khop_descriptors *descriptors, const khop_molecule *molecule);

/* audit.h */
typedef struct khop_layer {
  int64_t kernel, dilation, stride;
} khop_layer;
typedef struct khop_audit_options {
  size_t size;
  const int *hops;
  int taps;
  int direction;
  int64_t samples;
  uint64_t seed;
  int64_t max_bytes;
  bool (*progress)(double share, void *context);
  void *context;
  ...;
} khop_audit_options;
typedef struct khop_audit {
  int64_t nodes, sources;
  bool exact, bipartite, parity_trap;
  int64_t diameter;
  bool diameter_exact;
  int64_t effective_diameter, radius;
  int64_t hop_count;
  double *share_per_hop;
  double share;
  int suggested;
  int64_t *suggested_dilations;
  ...;
} khop_audit;
khop_status khop_audit_graph(khop_audit **audit, const khop_graph *graph, int count, const khop_layer *layers,
                             const khop_audit_options *options);
void khop_audit_free(khop_audit *audit);
khop_status khop_audit_reach(uint8_t *reached, const khop_graph *graph, int count, const khop_layer *layers,
                             int64_t rows, const int64_t *nodes, const khop_audit_options *options);

/* plot.h */
khop_status khop_plot_rings(const char *path, const khop_graph *graph, const char *const *names, int64_t node,
                            int direction, int max_hop, const uint8_t *reached);

/* of the package itself */
typedef ... khop_python_door;
const khop_python_door *khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy,
                                             const khop_python_door *shared);
int khop_python_blas_threads(void);
void khop_python_ring_csr(int64_t *offsets, int32_t *columns, khop_real *values, const khop_rings *rings, int slot,
                          int64_t count, const int64_t *rows);
const int32_t *khop_python_ring_columns(const khop_rings *rings);
extern "Python" bool khop_python_share(double share, void *context);
extern "Python" bool khop_python_epoch(const khop_epoch *epoch, void *context);
extern "Python" bool khop_python_candidate(const khop_epoch *epoch, const char *recipe, int index, int of,
                                           void *context);
