/* hop_list.h: which rings the layers of a model for sets of graphs take, as its notes "hops", "types" and "along" keep
 * them: where ring 1 is split by the types of arcs, the taps are metapaths, and their numbers follow from the list. */
#ifndef KHOP_TRAIN_GRAPHS_HOP_LIST_H
#define KHOP_TRAIN_GRAPHS_HOP_LIST_H

#include <khop/graphs.h>
#include <khop/model.h>
#include <khop/typed.h>

#define KHOP_I_MOST_HOPS 128

/* The hops of all layers, ascending, and what splits them. */
typedef struct khop_i_hop_list {
  int count, hop[KHOP_I_MOST_HOPS];
  int types; /* 0: untyped */
  bool along[KHOP_MAX_ARC_TYPES + 1], splits;
} khop_i_hop_list;

/* Errors: ARGUMENT (too many hops). */
khop_status khop_i_hop_list_add(khop_i_hop_list *list, int hop);
/* The rings to build, over arcs of these types. */
khop_edge_type_rings khop_i_hop_list_metapaths(const khop_i_hop_list *list, const uint8_t *arc_types);
/* The first metapath of a hop, and how many it has. */
int khop_i_hop_list_first(int *count, const khop_i_hop_list *list, int hop);

/* Into the model's notes; along: the bits of the marked types. Errors: MEMORY. */
khop_status khop_i_hop_list_write(khop_model *model, const khop_i_hop_list *list, unsigned along);
/* From them; empty, with types 0, where the model has none. Errors: FORMAT. */
khop_status khop_i_hop_list_read(khop_i_hop_list *list, const khop_model *model);

#endif
