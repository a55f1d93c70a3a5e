/* read.h: khop_shard_read, with ranges that begin where the tests want. */
#ifndef KHOP_DISTRIBUTED_READ_H
#define KHOP_DISTRIBUTED_READ_H

#include "distributed/rank_file.h"

khop_status khop_i_shard_read(khop_shard **shard, const khop_exchange *exchange, const char *path,
                              const khop_read_options *options, const khop_i_cuts *cuts);

#endif
