/* limit.h: how long a rank waits for the others (khop_petsc_limit). */
#ifndef KHOP_PETSC_LIMIT_H
#define KHOP_PETSC_LIMIT_H

typedef struct limit limit;

/* A watch that ends the process once it has waited so many seconds without a pause. false: no memory, no thread. */
int limit_open(limit **out, double seconds, int rank, int ranks);
void limit_close(limit *l); /* NULL is legal */
/* Around each call that other ranks take part in. NULL: no limit. */
void limit_begin(limit *l, const char *call);
void limit_end(limit *l);

#endif
