/* limits.h: what a file is believed. */
#ifndef KHOP_GRAPH_IO_LIMITS_H
#define KHOP_GRAPH_IO_LIMITS_H

#include <khop/base.h>

/* A file of so many bytes cannot mean so many nodes: FORMAT, before they are allocated. */
khop_status khop_i_check_claim(int64_t nodes, int64_t bytes);

#endif
