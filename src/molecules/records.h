/* records.h: files of molecules, from inside. */
#ifndef KHOP_MOLECULES_RECORDS_H
#define KHOP_MOLECULES_RECORDS_H

#include <khop/molecules.h>

/* After the last record: whether each wanted data field of an SDF was met; a table has its columns from the start.
 * Errors: FORMAT, naming the fields that are there. */
khop_status khop_i_records_check_fields(const khop_records *records);

#endif
