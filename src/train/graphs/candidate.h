/* candidate.h: the recipes that a protocol chooses from, and taking one of them. */
#ifndef KHOP_TRAIN_GRAPHS_CANDIDATE_H
#define KHOP_TRAIN_GRAPHS_CANDIDATE_H

#include "train/graphs/protocol.h"

/* Candidate c of the options, with defaults in the place of zeros. Errors: those of a struct of another version. */
khop_status khop_i_candidate_find(khop_recipe *recipe, const khop_graph_options *options, int c);
/* The model of p->given and the rings for it, in the place of those there are. Errors: those of khop_graphs_model and
 * khop_graphs_rings. */
khop_status khop_i_candidate_open(khop_i_protocol *p);
/* Makes candidate c the recipe of the protocol. Errors: those. */
khop_status khop_i_candidate_take(khop_i_protocol *p, int c);

#endif
