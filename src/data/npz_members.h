/* npz_members.h: the members of an archive, of which each is used or named. */
#ifndef KHOP_DATA_NPZ_MEMBERS_H
#define KHOP_DATA_NPZ_MEMBERS_H

#include "data/data.h"
#include "files/npz.h"

typedef struct khop_i_members {
  khop_i_npz *npz; /* owns */
  int64_t count;
  bool *used; /* (count) */
} khop_i_members;

khop_status khop_i_members_open(khop_i_members *members, const char *path);
void khop_i_members_close(khop_i_members *members);
/* The first of keys (ended by NULL) that is there; NULL where none is. */
const char *khop_i_members_first(const khop_i_members *members, const char *const *keys);
/* Reads one, which is then used. Errors: those of khop_i_npz_read; of a pickled one, which is not, UNSUPPORTED with
 * what to save in its place. */
khop_status khop_i_members_read(khop_i_array *array, khop_i_members *members, const char *key);
void khop_i_members_use(khop_i_members *members, const char *key);
/* A list of strings, each copied; NULL where there is no member of that name, or it is no list of strings, and so not
 * used. Errors: those of khop_i_npz_read. */
khop_status khop_i_members_strings(char ***strings, int64_t *count, khop_i_members *members, const char *key);
/* String i of an array of strings, copied. Errors: MEMORY. */
khop_status khop_i_array_string(char **string, const khop_i_array *array, int64_t i);
/* The names of all members, as many as there is room for; "none". */
void khop_i_members_list(char *text, size_t size, const khop_i_members *members);
/* Notes in one line what was not used, and is not offered by an option: dir_.., masks by another prefix; and in a line
 * each what is pickled. */
khop_status khop_i_members_note_unused(khop_data *data, const khop_i_members *members);

#endif
