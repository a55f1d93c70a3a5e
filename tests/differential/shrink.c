/* shrink.c: the smallest graph and the simplest question that still give another answer: pieces are taken away, half of
 * all first, then ever smaller ones down to a single edge, node or option, until nothing can go. */
#include "differential.h"

#include <stdlib.h>
#include <string.h>

typedef void (*removal)(sketch *s, int64_t first, int64_t count);

/* Tries the smaller case: it replaces the old one where the answer still differs. */
static bool take(sketch *s, question *q, char *text, const sketch *smaller, const question *simpler) {
  char said[TEXT];
  if (!differs(said, smaller, simpler)) return false;
  *s = *smaller;
  *q = *simpler;
  memcpy(text, said, sizeof said);
  return true;
}

static bool take_pieces(sketch *s, question *q, char *text, const int64_t *size, removal removed) {
  bool any = false;
  sketch *smaller = room(1, sizeof *smaller);
  for (int64_t piece = *size; piece > 0; piece /= 2)
    for (int64_t first = 0; first < *size;) {
      int64_t count = piece < *size - first ? piece : *size - first;
      *smaller = *s;
      removed(smaller, first, count);
      if (take(s, q, text, smaller, q)) any = true; /* what was behind it stands here now */
      else first += count;
    }
  free(smaller);
  return any;
}

static bool take_options(sketch *s, question *q, char *text) {
  bool any = false;
  for (int i = 0; i < question_simplifications(); i++) {
    question simpler;
    while (question_simpler(&simpler, q, i) && take(s, q, text, s, &simpler)) any = true;
  }
  return any;
}

void shrink(sketch *s, question *q, char *text) {
  bool smaller = true;
  while (smaller) {
    smaller = take_pieces(s, q, text, &s->nodes, sketch_remove_nodes);
    smaller = take_pieces(s, q, text, &s->edges, sketch_remove_edges) || smaller;
    smaller = take_options(s, q, text) || smaller;
  }
}
