/* bits.h: checksums of what khop computes, so that a change which must keep every bit can be held to it.
 *
 *   place     a graph with a name: generated here, shipped, or read from the folder of real data
 *   sum       FNV-1a over numbers, low byte first, which also notes whether all of them are finite
 *   row       KIND  NEEDS  NAME  CHECKSUM     a line of tests/golden/bits.tsv
 *
 * KIND says on what a row depends: integers hold on every machine and in every build; baseline, avx2 and avx512
 * are the instruction sets that results in floating point were computed with. NEEDS is the real data set that
 * the row is of, or "-". tests/cli/bits.sh runs the program and compares. Public headers alone are used. */
#ifndef BITS_H
#define BITS_H

#include <khop/khop.h>

/* --- checksums (table.c) ------------------------------------------------------------------------ */

typedef struct sum {
  uint64_t state;
  bool finite;
} sum;
sum sum_new(void);
void sum_byte(sum *s, unsigned byte);
void sum_int(sum *s, int64_t value);
void sum_real(sum *s, khop_real value);
void sum_reals(sum *s, const khop_real *x, int64_t count);
/* Of reals that are whole numbers: these, so that a zero has no sign. One that is not whole counts as not finite. */
void sum_whole(sum *s, const khop_real *x, int64_t count);

/* Prints a row; the name is a format. Where not all was finite the checksum is the word "nan", which no table
 * may hold. */
__attribute__((format(printf, 4, 5))) void row(const char *kind, const char *needs, const sum *s, const char *name,
                                               ...);

/* Ends the program with khop's message where a call fails. */
#define TRY(call) try_call((call), #call)
void try_call(khop_status status, const char *call);
void *room(size_t count, size_t size); /* zeroed; ends the program where there is none */

/* --- inputs (table.c): the same numbers on every machine ------------------------------------------ */

uint64_t draw(uint64_t *state);                                        /* splitmix64 */
khop_real *drawn(int64_t count, uint64_t seed);                        /* in [-1, 1), multiples of 2^-23 */
khop_real *drawn_whole(int64_t count, uint64_t seed);                  /* -8 .. 8 */

/* --- graphs (places.c) ---------------------------------------------------------------------------- */

typedef struct place {
  const char *name, *needs;
  const khop_graph *graph;
  khop_graph *made;    /* owned: the graph, or */
  khop_data *data;     /* the data set that it is of */
  int count, hops[8];  /* the rings that are asked for */
  bool large;          /* fewer of the combinations, for time's sake, */
  int64_t widest;      /* and no more columns than this */
  bool products;       /* floating results are computed on it too */
} place;
#define MOST_PLACES 24
/* shipped: the folder of shipped data. real: that of real data, or NULL; what it lacks is left out.
 * large: those that are large too. */
int places_new(place *places, const char *shipped, const char *real, bool large);
void places_free(place *places, int count);

/* --- forms (places.c): the one place that names them ------------------------------------------------ */

enum { FORMS = 5 };
extern const char *const form_names[FORMS];
/* Rings of a place in a form; a budget of its own, so that auto chooses alike on every machine. */
khop_rings *rings_in(const place *p, int form);
khop_rings_options options_in(int form);

/* --- the parts ---------------------------------------------------------------------------------------- */

void rings_rows(const place *places, int count);                      /* rings.c */
void words_rows(void);                                                /* rings.c */
void whole_rows(const place *places, int count);                      /* products.c */
void product_rows(const char *kind, const place *places, int count);  /* products.c */
void conv_rows(const char *kind, const place *places, int count);     /* conv.c */
void model_rows(const char *kind);                                    /* models.c */
int file_row(const char *kind, const char *needs, const char *name, const char *path); /* files.c */

#endif
