/* node_names.h: which attribute says what the nodes are called. */
#ifndef KHOP_DATA_NODE_NAMES_H
#define KHOP_DATA_NODE_NAMES_H

#include "data/roles.h"

/* By the roles of all attributes (columns of the graph): the one that options name, else name, id, label or any whose
 * role is a name. Numbers become text. Errors: MEMORY. */
khop_status khop_i_data_use_names(khop_data *data, const khop_i_role *role, const khop_data_options *options);
/* The same of a graph whose attributes are not read otherwise: roles are looked for only where no attribute is called
 * name or id. Errors: NOT_FOUND (options->name), MEMORY. */
khop_status khop_i_data_find_names(khop_data *data, const khop_data_options *options);

#endif
