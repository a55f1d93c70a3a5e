/* kinds.h: from a kind to the op that it stands for. */
#ifndef KHOP_MODEL_KINDS_H
#define KHOP_MODEL_KINDS_H

#include "model/op.h"

extern const khop_i_op_row *const khop_i_kinds[KHOP_I_KINDS];

bool khop_i_kind_is_loss(khop_i_kind kind);
/* Whether a row of the output depends on that row of the inputs alone; losses too. */
bool khop_i_kind_reads_own_row(khop_i_kind kind);
/* Whether it does nothing but in training. */
bool khop_i_kind_drops(khop_i_kind kind);
/* What reads entries of the op's rings one by one, in words; NULL: nothing does. */
const char *khop_i_op_entry_reader(const khop_i_op *op);
/* "conv", "relu" .. as in descriptions and checkpoints. */
const char *khop_i_kind_name(khop_i_kind kind);

#endif
