/* threads.h: how many threads khop's own parallel regions use, and how work is shared out. */
#ifndef KHOP_BASE_THREADS_H
#define KHOP_BASE_THREADS_H

#include <khop/base.h>

/* Threads for work of so many operations: 1 for little, khop_threads() for much. */
int khop_i_threads_for(int64_t operations);

/* Which thread of the parallel region around it this is, from 0. */
int khop_i_thread(void);

#endif
