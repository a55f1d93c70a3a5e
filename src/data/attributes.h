/* attributes.h: a data set out of the vertex attributes of a graph. */
#ifndef KHOP_DATA_ATTRIBUTES_H
#define KHOP_DATA_ATTRIBUTES_H

#include <khop/data.h>

/* The data set owns the graph on success. Errors: those of khop_data_load. */
khop_status khop_i_data_from_attributes(khop_data **data, khop_graph *graph,
                                        const khop_data_options *options);

#endif
