/* npz_class_names.h: what the classes, or tasks, of an archive are called. */
#ifndef KHOP_DATA_NPZ_CLASS_NAMES_H
#define KHOP_DATA_NPZ_CLASS_NAMES_H

#include "data/npz_members.h"

/* The strings of class_names or label_names; *names is NULL where the archive has none. To be freed with
 * khop_i_names_free. */
khop_status khop_i_npz_class_names(char ***names, int64_t *count, khop_i_members *members);

#endif
