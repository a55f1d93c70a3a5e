/* subject_graph.h: a graph of a set as a subject: all of its nodes are members, and none is the centre. */
#ifndef KHOP_EXPLAIN_SUBJECT_GRAPH_H
#define KHOP_EXPLAIN_SUBJECT_GRAPH_H

#include "explain/subject.h"

/* Errors: those of khop_explain_graph. */
khop_status khop_i_subject_open_graph(khop_i_subject *subject, khop_model *model, const khop_graphs *set,
                                      int64_t graph, khop_baseline baseline, int64_t max_bytes);
/* A graph of a set by itself. Errors: MEMORY. */
khop_status khop_i_block_graph(khop_graph **made, const khop_graphs *set, int64_t graph);

#endif
