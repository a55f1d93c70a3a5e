/* read_mtx.h: coordinate files of Matrix Market that all ranks read, each the lines that begin in its range. */
#ifndef KHOP_DISTRIBUTED_READ_MTX_H
#define KHOP_DISTRIBUTED_READ_MTX_H

#include "distributed/rank_file.h"
#include "distributed/shard.h"
#include "graph/io/source.h"

/* Collective. Errors: those of khop_graph_read; UNSUPPORTED (arrays). */
khop_status khop_i_rank_mtx(khop_shard **shard, const khop_i_rank_file *file, const khop_i_source *source);

#endif
