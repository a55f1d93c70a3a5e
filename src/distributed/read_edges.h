/* read_edges.h: edge lists that all ranks read, each the lines that begin in its range. */
#ifndef KHOP_DISTRIBUTED_READ_EDGES_H
#define KHOP_DISTRIBUTED_READ_EDGES_H

#include "distributed/rank_file.h"
#include "distributed/shard.h"
#include "graph/io/source.h"

/* Collective. Errors: those of khop_graph_read; UNSUPPORTED (what needs all lines at once: adjacency lists, two sets of
 * nodes, rows with names). */
khop_status khop_i_rank_edges(khop_shard **shard, const khop_i_rank_file *file, const khop_i_source *source);

#endif
