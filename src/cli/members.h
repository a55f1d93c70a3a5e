/* members.h: the files of an ensemble: m.safetensors, m-2.safetensors, m-3.safetensors .., a model each. */
#ifndef KHOP_CLI_MEMBERS_H
#define KHOP_CLI_MEMBERS_H

#include <khop/khop.h>

#define MOST_MODELS 1000

/* The file of a member, counted from 1, which is the first itself; to be freed. NULL when memory ends. */
char *member_path(const char *first, int member);
/* Of models of nodes: how many a file says that there are; 1: it stands alone. (Those of graphs have a note of their own,
 * "ensemble", by which they are told from these.) */
int count_members(const khop_model *model);
/* Has the first file say how many there are, now that all are written. An exit status after a message, or GO_ON. */
int note_members(const char *first, int members);
/* Loads a member beside the first: one of as many outputs. An exit status after a message, or GO_ON. */
int load_member(khop_model **member, const char *first, int number, int64_t outputs);

#endif
