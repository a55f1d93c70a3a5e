/* architecture.h: a model as JSON, for the metadata of its checkpoint. */
#ifndef KHOP_TRAIN_ARCHITECTURE_H
#define KHOP_TRAIN_ARCHITECTURE_H

#include "model/model.h"

/* The list of ops as JSON text, to be freed with khop_i_free. Errors: MEMORY. */
khop_status khop_i_architecture_write(char **text, const khop_model *model);
/* The model that the text describes, without parameters yet: a text of a hundred bytes can ask for
 * more of them than there is memory. Errors: FORMAT, MEMORY. */
khop_status khop_i_architecture_read(khop_model **model, const char *text);

#endif
