/* fuzz.h: what the fuzz targets share.
 *
 * A target is a file of a page that defines fuzz_promise and fuzz_input. fuzz.c calls them for each
 * input that libFuzzer draws, and counts the bytes that are allocated between fuzz_reading and
 * fuzz_has_read, those of libraries too:
 *
 *   fuzz_reading()                     the count begins
 *   khop_molecule_parse(..)            the reader
 *   fuzz_has_read(status, molecule)    at most fuzz_promise.bytes + fuzz_promise.factor * size were
 * held at once; a failure has a message and leaves nothing behind fuzz_check_graph(graph) what was
 * read is sound
 *
 * Whatever does not hold aborts, which libFuzzer reports together with the input. */
#ifndef KHOP_TESTS_FUZZ_H
#define KHOP_TESTS_FUZZ_H

#include <khop/khop.h>
#include <khop/graphs.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The most memory that an input of a size may take: bytes + factor * size. docs/reliability.md
 * lists them. */
typedef struct fuzz_memory {
  size_t bytes, factor;
} fuzz_memory;

extern const fuzz_memory fuzz_promise;
/* Once, before the first input. */
void fuzz_prepare(void);
void fuzz_input(const uint8_t *data, size_t size);

/* Aborts with the sentence unless it holds. */
void fuzz_demand(bool holds, const char *sentence);

void fuzz_reading(void);
/* made: what the reader made, NULL where it failed. */
void fuzz_has_read(khop_status status, const void *made);

/* The input as a string, for free. */
char *fuzz_text(const uint8_t *data, size_t size);
/* The path of a file with this name in a folder of the process's own; borrowed until the next call.
 */
const char *fuzz_path(const char *name);
/* Writes the file, and returns its path. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

void fuzz_check_graph(const khop_graph *graph);
void fuzz_check_data(const khop_data *data);
void fuzz_check_set(const khop_graphs *set);
void fuzz_check_features(const khop_features *features, int64_t rows);
void fuzz_check_labels(const int32_t *labels, int64_t count, int64_t classes);

#endif
