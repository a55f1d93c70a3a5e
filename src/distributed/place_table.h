/* place_table.h: numbers of nodes in the whole graph, each with a place: a hash table that grows,
 * for the few of a large graph that a rank sees. */
#ifndef KHOP_DISTRIBUTED_PLACE_TABLE_H
#define KHOP_DISTRIBUTED_PLACE_TABLE_H

#include <khop/base.h>

typedef struct khop_i_place_table {
  int64_t count, size; /* size: a power of 2, more than twice the count; 0 at first */
  int64_t *node;       /* (size) -1: free; owns */
  int32_t *place;      /* (size) owns */
} khop_i_place_table;

/* Adds a node, with place 0; *fresh: it was not there. Errors: MEMORY. */
khop_status khop_i_place_table_add(khop_i_place_table *table, int64_t node, bool *fresh);
/* The place of a node that is there, to be read or set. */
int32_t *khop_i_place_table_place(const khop_i_place_table *table, int64_t node);
void khop_i_place_table_close(khop_i_place_table *table);

#endif
