/* limits.h: how many nodes a file may claim. */
#ifndef KHOP_GRAPH_IO_LIMITS_H
#define KHOP_GRAPH_IO_LIMITS_H

#include <khop/base.h>

/* Refuses, before they are allocated, more nodes than a file of so many bytes can plausibly mean. Errors: FORMAT. */
khop_status khop_i_check_claim(int64_t nodes, int64_t bytes);

#endif
