/* differential: asks khop about random graphs, and plain loops the same.
 *
 *   differential                  the checker is checked with planted faults, then a fixed number of graphs: TAP
 *   differential SECONDS [SEED]   as many graphs as there is time for; ends with status 1 at a difference
 *
 * Each graph has a seed of its own, one more than that of the graph before it: with the seed that is printed beside a
 * difference, `differential 1 SEED` finds it again at once. */
#include "files.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { QUESTIONS = 12 }; /* about each graph */

bool differs(char *text, const sketch *s, const question *q) {
  static bool (*const ask[SUBJECTS])(char *, const sketch *, const question *) = {
      [ROWS] = rows_differ, [SAMPLE] = sample_differs, [APPLY] = apply_differs, [CONVOLUTION] = convolution_differs,
      [SHAPE] = shape_differs, [WRITTEN] = written_differs, [READ] = read_differs};
  if (khop_set_threads(q->threads) != KHOP_OK) return refused(text, "khop_set_threads");
  if (ask[q->about](text, s, q)) return true;
  return khop_bytes_now() != 0 && say(text, "%zu bytes are still held", khop_bytes_now());
}

/* Asks about the graph of a seed: the questions that were answered alike; where one was not, *s and *q are the smallest
 * that differ, and text says how. */
static int ask_all(sketch *s, question *q, char *text, uint64_t seed) {
  uint64_t state = seed;
  sketch_draw(s, &state);
  for (int i = 0; i < QUESTIONS; i++) {
    question_draw(q, &state);
    if (!differs(text, s, q)) continue;
    shrink(s, q, text);
    return i;
  }
  return QUESTIONS;
}

static void print_difference(const sketch *s, const question *q, const char *text, uint64_t seed) {
  printf("# seed %" PRIu64 ": %s\n", seed, text);
  question_print(q);
  sketch_print(s);
}

/* --- the checker is checked ------------------------------------------------------------------------------- */

/* Draws graphs until a planted fault is found: whether it is shrunk to so many nodes and edges. */
static bool finds(fault which, int64_t nodes, int64_t edges) {
  sketch *s = room(1, sizeof *s);
  question q;
  char text[TEXT];
  bool found = false;
  planted = which;
  for (uint64_t seed = 1; seed <= 200 && !found; seed++) {
    found = ask_all(s, &q, text, seed) < QUESTIONS;
    if (found && (s->nodes != nodes || s->edges != edges)) print_difference(s, &q, text, seed);
  }
  planted = NO_FAULT;
  found = found && s->nodes == nodes && s->edges == edges;
  free(s);
  return found;
}

/* --- running -------------------------------------------------------------------------------------------------- */

/* So many graphs, or for so many seconds where count is 0. Returns the status of the program. */
static int run(long count, double seconds, uint64_t seed, bool tap) {
  sketch *s = room(1, sizeof *s);
  question q;
  char text[TEXT];
  long graphs = 0, answers = 0;
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  int status = 0;
  for (bool more = true; more && status == 0; graphs++) {
    int alike = ask_all(s, &q, text, seed + (uint64_t)graphs);
    answers += alike;
    if (alike < QUESTIONS) {
      print_difference(s, &q, text, seed + (uint64_t)graphs);
      status = 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    more = count ? graphs + 1 < count
                 : (double)(now.tv_sec - begin.tv_sec) + 1e-9 * (double)(now.tv_nsec - begin.tv_nsec) < seconds;
  }
  printf("%s%ld graphs, %ld answers%s\n", tap ? "# " : "", graphs, answers, status ? ", and one that differs" : "");
  free(s);
  return status;
}

static int check(int number, bool passed, const char *what) {
  printf("%sok %d - %s\n", passed ? "" : "not ", number, what);
  return !passed;
}

static int suite(void) {
  int failed = 0;
  puts("1..5");
  failed += check(1, finds(LOST_BACK, 3, 2), "a node that is lost from ring 2 is found, and shrunk to a path of three");
  failed += check(2, finds(HUB_LOSES, 5, 4), "a neighbour that a hub loses is found, and shrunk to four around one");
  failed += check(3, finds(EMPTY_IS_NAN, 1, 0), "NaN for a sum of nothing is found, and shrunk to one node");
  failed += check(4, finds(WRONG_WAY, 2, 1), "IN that is answered as OUT is found, and shrunk to one arc");
  failed += check(5, run(200, 0, 1000, true) == 0, "random graphs: every answer is the one of plain loops");
  return failed ? 1 : 0;
}

int main(int count, char **argument) {
  char *end = "";
  double seconds = count > 1 ? strtod(argument[1], &end) : 0;
  uint64_t seed = count > 2 && !*end ? strtoull(argument[2], &end, 10) : (uint64_t)time(NULL);
  if (count > 3 || *end || !(seconds >= 0)) {
    fputs("differential [SECONDS [SEED]]\n", stderr);
    return 2;
  }
  if (!folder_open()) {
    perror("differential: no folder for files");
    return 1;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  int status = count == 1 ? suite() : run(0, seconds, seed, false);
  folder_close();
  return status;
}
