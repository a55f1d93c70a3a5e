/* molecules.c: parsing SMILES, and descriptors of parsed molecules, one thread. The file is read first.
 * Each line of input names a task: parse, distances, atompair, ecfp, fcfp, scaffold, or a feature of
 * khop/descriptors.h; the answer is the processor's seconds for all molecules once. */
#include <khop/descriptors.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) { return (double)clock() / CLOCKS_PER_SEC; }

static int64_t read_texts(char ***texts, const char *path) {
  khop_records *records;
  khop_record record;
  int64_t count = 0, room = 0;
  bool more;
  if (khop_records_open(&records, path, NULL) != KHOP_OK) return -1;
  while (khop_records_next(&more, &record, records) == KHOP_OK && more) {
    if (count == room) *texts = realloc(*texts, (size_t)(room = 2 * room + 64) * sizeof **texts);
    (*texts)[count++] = strdup(record.text);
  }
  khop_records_free(records);
  return count;
}

static double parse_all(khop_molecule **molecules, char **texts, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; i++)
    if (khop_molecule_parse(molecules[i], texts[i]) != KHOP_OK) return -1;
  return now() - begin;
}

static double describe_all(khop_descriptors *d, khop_molecule **molecules, int64_t count, float *row) {
  double begin = now();
  for (int64_t i = 0; i < count; i++)
    if (khop_descriptors_compute(row, d, molecules[i]) != KHOP_OK) return -1;
  return now() - begin;
}

static double pairs_all(khop_molecule **molecules, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; i++) {
    uint32_t *codes;
    int32_t *counts;
    int64_t pairs;
    if (khop_atom_pairs(&codes, &counts, &pairs, molecules[i], 30) != KHOP_OK) return -1;
    khop_free(codes);
    khop_free(counts);
  }
  return now() - begin;
}

static double environments_all(khop_molecule **molecules, int64_t count, khop_fingerprint kind) {
  double begin = now();
  for (int64_t i = 0; i < count; i++) {
    uint32_t *codes;
    int32_t *counts;
    int64_t environments;
    if (khop_molecule_fingerprint(&codes, &counts, &environments, molecules[i], kind, 2) != KHOP_OK) return -1;
    khop_free(codes);
    khop_free(counts);
  }
  return now() - begin;
}

static double scaffolds_all(khop_molecule **molecules, int64_t count) {
  double begin = now();
  uint64_t key;
  for (int64_t i = 0; i < count; i++)
    if (khop_molecule_scaffold(&key, NULL, molecules[i]) != KHOP_OK) return -1;
  return now() - begin;
}

/* Forty hops for distances, RDKit's eight for autocorrelations; others have none. */
static double feature_all(const char *task, khop_molecule **molecules, int64_t count) {
  bool distances = strcmp(task, "distances") == 0;
  int hops[40];
  float row[200];
  khop_descriptors *d;
  for (int k = 0; k < 40; k++) hops[k] = k + 1;
  khop_descriptors_options options = {
      .features = distances ? "ring,wiener" : task, .hops = distances ? 40 : 8, .hop = hops};
  if (khop_descriptors_new(&d, &options) != KHOP_OK || khop_descriptors_columns(d) > 200) return -1;
  double seconds = describe_all(d, molecules, count, row);
  khop_descriptors_free(d);
  return seconds;
}

int main(int argc, char **argv) {
  char **texts = NULL, task[64];
  int64_t count = argc > 1 ? read_texts(&texts, argv[1]) : -1;
  if (count < 0) return fprintf(stderr, "molecules: %s\n", khop_message()), 1;
  khop_molecule **molecules = calloc((size_t)count, sizeof *molecules);
  for (int64_t i = 0; i < count; i++)
    if (khop_molecule_new(&molecules[i]) != KHOP_OK) return 1;
  if (parse_all(molecules, texts, count) < 0) return fprintf(stderr, "molecules: %s\n", khop_message()), 1;
  while (fgets(task, sizeof task, stdin)) {
    task[strcspn(task, "\n")] = 0;
    double seconds = strcmp(task, "parse") == 0      ? parse_all(molecules, texts, count)
                     : strcmp(task, "atompair") == 0 ? pairs_all(molecules, count)
                     : strcmp(task, "scaffold") == 0 ? scaffolds_all(molecules, count)
                     : strcmp(task, "ecfp") == 0     ? environments_all(molecules, count, KHOP_ECFP)
                     : strcmp(task, "fcfp") == 0     ? environments_all(molecules, count, KHOP_FCFP)
                                                     : feature_all(task, molecules, count);
    if (seconds < 0) return fprintf(stderr, "molecules: %s: %s\n", task, khop_message()), 1;
    printf("%.9f\n", seconds);
    fflush(stdout);
  }
  return 0;
}
