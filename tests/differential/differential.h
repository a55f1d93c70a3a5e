/* differential.h: khop's answers on random graphs against plain loops, and what is left of a graph where they differ.
 *
 *   sketch      a list of edges as a user would write it      drawn from a seed, made smaller while an answer differs
 *   question    one call of khop with its options             drawn, made simpler
 *   oracle      the answer by its definition, dense, in double: Floyd and Warshall, products of matrices, sums
 *
 *   main.c      draws and counts           oracle.c   what is right
 *   sketch.c    graphs                     shrink.c   makes small
 *   question.c  options                    rings.c, products.c, files.c   ask khop
 *
 * Public headers alone are used: whatever differs is what a user would see. */
#ifndef DIFFERENTIAL_H
#define DIFFERENTIAL_H

#include <khop/khop.h>

/* --- graphs (sketch.c) ------------------------------------------------------------------------------- */

enum { MOST_NODES = 200, MOST_EDGES = 3000 };

typedef struct sketch {
  int64_t nodes, edges;
  bool directed;
  int64_t from[MOST_EDGES], to[MOST_EDGES];
} sketch;

uint64_t draw(uint64_t *state);                 /* splitmix64 */
int64_t draw_below(uint64_t *state, int64_t n); /* 0 .. n - 1 */
void sketch_draw(sketch *s, uint64_t *state);
void sketch_remove_edges(sketch *s, int64_t first, int64_t count);
void sketch_remove_nodes(sketch *s, int64_t first, int64_t count); /* and their edges; those behind move up */
void sketch_print(const sketch *s);
khop_graph *sketch_graph(const sketch *s);

/* --- what is asked (question.c) ---------------------------------------------------------------------- */

typedef enum subject { ROWS, SAMPLE, APPLY, CONVOLUTION, SHAPE, WRITTEN, READ, SUBJECTS } subject;
enum { MOST_HOPS = 4, FILE_KINDS = 16 };

typedef struct question {
  subject about;
  khop_operator op;
  khop_direction direction;
  khop_search search;
  khop_form form;
  khop_norm norm;
  bool self_loop, concat, transpose, accumulate, grouped, whole;
  int count, hops[MOST_HOPS]; /* ascending, each once */
  int64_t columns, outputs;   /* of features, of a convolution; grouped: in as many groups as both allow */
  int64_t per_row;            /* of a sample */
  int threads;
  int file;                   /* which kind of file is written and read */
  uint64_t seed;              /* of the numbers that the graph is asked with, whole ones or not */
} question;

void question_draw(question *q, uint64_t *state);
void question_print(const question *q);
/* The i-th simpler question, if it is another one: fewer hops, no norm, one column .. */
bool question_simpler(question *simpler, const question *q, int i);
int question_simplifications(void);

/* --- faults that are planted into a copy of khop's answer, so that the checker can be checked ---------- */

typedef enum fault {
  NO_FAULT,
  LOST_BACK,    /* entries of hop 2 to a node of a smaller number are lost */
  HUB_LOSES,    /* a row of hop 1 with four nodes or more loses its last */
  EMPTY_IS_NAN, /* a product is NaN where it should be 0 */
  WRONG_WAY     /* IN is answered as OUT */
} fault;
extern fault planted;

/* --- what is right (oracle.c) -------------------------------------------------------------------------- */

void *room(int64_t count, size_t size); /* zeroed; ends the program where there is none */

/* The adjacency a (n, n), 0 and 1 without loops, that paths of a direction follow, and the distances d (n, n), -1 where
 * there is no path. */
typedef struct oracle {
  int64_t nodes;
  double *a;
  int *d;
} oracle;
void oracle_open(oracle *o, const sketch *s, khop_direction direction);
void oracle_close(oracle *o);
/* m (n, n): the operator of one hop, by its definition; then the same transposed, and normalised. */
void oracle_operator(double *m, const oracle *o, khop_operator op, int hop);
void oracle_transpose(double *m, int64_t n);
void oracle_normalise(double *m, int64_t n, khop_norm norm, bool self_loop);

/* --- asking (rings.c, products.c, files.c) --------------------------------------------------------------- */

/* Whether khop's answer differs from the oracle's: then text (TEXT bytes) says how. */
enum { TEXT = 400 };
bool differs(char *text, const sketch *s, const question *q);

bool rows_differ(char *text, const sketch *s, const question *q);
bool sample_differs(char *text, const sketch *s, const question *q);
bool shape_differs(char *text, const sketch *s, const question *q);
bool apply_differs(char *text, const sketch *s, const question *q);
bool convolution_differs(char *text, const sketch *s, const question *q);
bool written_differs(char *text, const sketch *s, const question *q);
bool read_differs(char *text, const sketch *s, const question *q);
const char *file_kind_name(int kind);

/* The rings that a question is about; NULL, and the reason in text, where khop refuses to build them. */
khop_rings *rings_of(char *text, const sketch *s, const question *q);
/* Writes the reason and returns true. */
__attribute__((format(printf, 2, 3))) bool say(char *text, const char *format, ...);
/* The same with khop's message, where a call that must succeed fails. */
bool refused(char *text, const char *call);

/* --- making small (shrink.c) ------------------------------------------------------------------------------ */

/* Takes away edges, nodes and options while the answer still differs. */
void shrink(sketch *s, question *q, char *text);

#endif
