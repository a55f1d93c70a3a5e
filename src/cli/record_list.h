/* record_list.h: what the records of a file of molecules are called, and why some cannot be read. */
#ifndef KHOP_CLI_RECORD_LIST_H
#define KHOP_CLI_RECORD_LIST_H

#include <khop/khop.h>

typedef struct record_list {
  int64_t count, capacity;
  char **id, **smiles, **reason; /* (count), own; reason: "" for those that were read */
  bool has_ids, has_smiles;      /* some record has one */
  bool failed;                   /* memory ended */
} record_list;

/* reason: NULL for a record that was read. */
void record_list_add(record_list *list, const khop_record *record, const char *reason);
void record_list_clear(record_list *list);

#endif
