/* matrix_free.h: rings that every product searches for anew, and the workspace for it. */
#ifndef KHOP_FORMS_MATRIX_FREE_H
#define KHOP_FORMS_MATRIX_FREE_H

#include "forms/form.h"
#include "search/bfs_levels.h"
#include "search/msbfs.h"

#include <pthread.h>

/* Allocated with the rings, so that applying neither allocates nor fails. One product at a time holds the lock. */
typedef struct khop_i_searches {
  pthread_mutex_t lock;
  int threads;
  khop_i_bfs_levels *one;  /* (threads) from one source at a time */
  khop_i_msbfs *many; /* (threads) from 512 sources, or NULL */
} khop_i_searches;

extern const khop_i_form khop_i_matrix_free_form;

#endif
