/* roles.h: what each attribute of the nodes is for: the class, a target, a name, a split, a feature, or nothing. */
#ifndef KHOP_DATA_ROLES_H
#define KHOP_DATA_ROLES_H

#include "data/data.h"

typedef enum khop_i_role {
  KHOP_I_ROLE_FEATURE = 0,
  KHOP_I_ROLE_LABEL,
  KHOP_I_ROLE_TARGET,
  KHOP_I_ROLE_TASK,  /* a yes/no task of several */
  KHOP_I_ROLE_SPLIT, /* masks too */
  KHOP_I_ROLE_NAME,
  KHOP_I_ROLE_LAYOUT,
  KHOP_I_ROLE_UNUSED
} khop_i_role;

/* role: (columns of the graph). Roles that were asked for come first; then the values are looked at. What is passed
 * over, and might have been meant, is noted in data.
 * Errors: NOT_FOUND (an attribute that was asked for), VALUE (a target of strings), ARGUMENT (a label and a target),
 * MEMORY. */
khop_status khop_i_roles_find(khop_i_role *role, khop_data *data, const khop_data_options *options);

extern const char *const khop_i_mask_names[3]; /* by khop_part */

#endif
