/* class_notes.h: classes that are too small to learn or to test, told. */
#ifndef KHOP_DATA_CLASS_NOTES_H
#define KHOP_DATA_CLASS_NOTES_H

#include <khop/data.h>

/* Notes classes of one node, and those of which no node is in some part of a split. what: "node". Errors: MEMORY.
 * Cost: O(nodes * splits). */
khop_status khop_i_data_note_classes(khop_data *data, const char *what);

#endif
