/* entities.h: characters as GML (&quot; and &#233;) and Pajek (&#233; alone) write them. */
#ifndef KHOP_GRAPH_IO_ENTITIES_H
#define KHOP_GRAPH_IO_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>

/* Decodes them in place, in UTF-8; what is no entity stays. names_too: &quot; and the like, not numbers
 * alone. Returns the new length. */
size_t khop_i_entities_decode(char *text, size_t length, bool names_too);

#endif
