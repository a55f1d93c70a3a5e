/* fingerprint.c: see fingerprint.h. */
#include "train/ranks/fingerprint.h"
#include "base/error.h"
#include "base/random.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* bytes may be NULL where there are none. */
static uint64_t add_bytes(uint64_t hash, const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  hash = khop_i_random_mix(hash ^ count);
  for (size_t left = at ? count : 0, take; left > 0; left -= take, at += take) {
    uint64_t word = 0;
    take = left < sizeof word ? left : sizeof word;
    memcpy(&word, at, take);
    hash = khop_i_random_mix(hash ^ word);
  }
  return hash;
}

static uint64_t of_features(const khop_features *x) {
  int64_t entries = x->offsets ? x->offsets[x->rows] : 0;
  uint64_t hash = add_bytes((uint64_t)x->columns, x->dense, (size_t)(x->rows * x->columns) * sizeof *x->dense);
  hash = add_bytes(hash, x->offsets, (size_t)(x->offsets ? x->rows + 1 : 0) * sizeof *x->offsets);
  hash = add_bytes(hash, x->indices, (size_t)entries * sizeof *x->indices);
  return add_bytes(hash, x->values, (size_t)entries * sizeof *x->values);
}

static uint64_t of_splits(const khop_data *data, int64_t nodes) {
  uint64_t hash = (uint64_t)khop_data_splits(data);
  for (int split = 0; split < khop_data_splits(data); split++)
    for (int part = KHOP_TRAIN; part <= KHOP_TEST; part++)
      hash = add_bytes(hash, khop_data_mask(data, split, (khop_part)part), (size_t)nodes);
  return hash;
}

khop_i_data_fingerprint khop_i_fingerprint_data(const khop_data *data) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), outputs = 0;
  const int32_t *labels = khop_data_labels(data);
  const khop_real *targets = khop_data_targets(data, &outputs);
  uint64_t answers = add_bytes(khop_data_has_tasks(data), labels, (size_t)nodes * sizeof *labels);
  answers = add_bytes(answers, targets, (size_t)(nodes * outputs) * sizeof *targets);
  return (khop_i_data_fingerprint){.features = (int64_t)of_features(khop_data_features(data)),
                                   .answers = (int64_t)answers,
                                   .splits = (int64_t)of_splits(data, nodes)};
}

int64_t khop_i_fingerprint_weights(const khop_real *weights, int64_t count) {
  return (int64_t)add_bytes(0, weights, (size_t)count * sizeof *weights);
}

khop_status khop_i_fingerprint_file(int64_t *fingerprint, const char *path) {
  unsigned char piece[1 << 12];
  uint64_t hash = 0;
  FILE *file = fopen(path, "rb");
  *fingerprint = 0;
  if (!file) return khop_i_fail(KHOP_E_IO, "%s: %s", path, strerror(errno));
  for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;) hash = add_bytes(hash, piece, got);
  bool failed = ferror(file);
  fclose(file);
  if (failed) return khop_i_fail(KHOP_E_IO, "%s: it cannot be read", path);
  *fingerprint = (int64_t)hash;
  return KHOP_OK;
}
