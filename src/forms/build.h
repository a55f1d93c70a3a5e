/* build.h: rings from a graph, for those inside khop who read entries. */
#ifndef KHOP_FORMS_BUILD_H
#define KHOP_FORMS_BUILD_H

#include "forms/rings.h"

/* As khop_rings_build. readable: auto takes a form whose entries can be read one by one. */
khop_status khop_i_rings_build(khop_rings **rings, const khop_graph *graph, int count, const int *hops,
                               const khop_rings_options *options, bool readable);

#endif
