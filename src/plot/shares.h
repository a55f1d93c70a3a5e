/* shares.h: what pictures of explanations have in common: the colours of shares, their scale, the line above. */
#ifndef KHOP_PLOT_SHARES_H
#define KHOP_PLOT_SHARES_H

#include "plot/canvas.h"

#include <khop/explain.h>

/* From blue (against) over white to vermilion (for), of Okabe and Ito's, which stay apart for colour-blind eyes; the
 * largest share in size, of all that are drawn, has the full colour. */
khop_i_colour khop_i_share_colour(double share, double largest);
/* The largest of shares (count) in size. */
double khop_i_largest_share(const double *shares, int64_t count);
/* The colours from -largest to largest, with these numbers, 180 wide and 26 high; what: what has such a share. */
void khop_i_draw_share_scale(khop_i_canvas *canvas, const char *what, double largest, double x, double y);
/* "What contributed to OF for PREFIX NAME", and of which sum. of: NULL: the number of explained output k. */
void khop_i_draw_share_head(khop_i_canvas *canvas, const khop_explanation *e, int64_t k, const char *of,
                            const char *prefix, const char *name);
/* ARGUMENT where an argument is missing, or there is no output k; who: the function that draws it. */
khop_status khop_i_share_check(const char *path, const khop_explanation *e, int64_t k, const char *who);

#endif
