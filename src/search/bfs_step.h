/* bfs_step.h: one hop of a search from one source, for each instruction set. */
#ifndef KHOP_SEARCH_BFS_STEP_H
#define KHOP_SEARCH_BFS_STEP_H

#include "search/bfs_state.h"

/* What khop_i_bfs_step does (bfs.h). */
int64_t khop_i_bfs_step_baseline(khop_i_bfs *bfs);
#ifdef KHOP_X86
int64_t khop_i_bfs_step_avx2(khop_i_bfs *bfs);
int64_t khop_i_bfs_step_avx512(khop_i_bfs *bfs);
#endif

#endif
