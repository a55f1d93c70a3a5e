/* data_options.c: see data_options.h. */
#include "cli/data_options.h"
#include "cli/values.h"

bool set_label(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.label = value;
  return true;
}
bool set_split_column(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.split = value;
  return true;
}
bool set_masks(void *context, const char *value, const char *where) {
  (void)where;
  ((data_choice *)context)->options.mask_prefix = value;
  return true;
}
bool set_directed_links(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  ((data_choice *)context)->options.use_directed = true;
  return true;
}
bool set_directed(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  ((data_choice *)context)->options.read.directed = true;
  return true;
}
bool set_split_seed(void *context, const char *value, const char *where) {
  return read_seed(&((data_choice *)context)->options.split_seed, value, where);
}
bool set_memory(void *context, const char *value, const char *where) {
  return read_bytes(&((data_choice *)context)->max_bytes, value, where);
}
bool set_json(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((data_choice *)context)->json = true;
}
bool set_quiet(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((data_choice *)context)->quiet = true;
}
bool set_threads(void *context, const char *value, const char *where) {
  int threads;
  (void)context;
  return read_int(&threads, value, 1, 1024, where) && khop_set_threads(threads) == KHOP_OK;
}
