/* matrix_free.h: rings that are searched for with every product, and the workspace that takes. */
#ifndef KHOP_FORMS_MATRIX_FREE_H
#define KHOP_FORMS_MATRIX_FREE_H

#include "forms/form.h"
#include "search/bfs_levels.h"
#include "search/msbfs.h"

#include <pthread.h>

/* Made with the rings, so that applying can neither allocate nor fail. One product at a time holds it. */
typedef struct khop_i_searches {
  pthread_mutex_t lock;
  int threads;
  khop_i_bfs_levels *one;  /* (threads) from one source at a time */
  khop_i_msbfs *many; /* (threads) from 512 sources, or NULL */
} khop_i_searches;

extern const khop_i_form khop_i_matrix_free;

#endif
