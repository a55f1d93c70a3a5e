/* label.h: names in pictures. */
#ifndef KHOP_PLOT_LABEL_H
#define KHOP_PLOT_LABEL_H

#define KHOP_I_LABEL 176 /* bytes: 40 characters of four, three dots, the zero */

/* A name as it is drawn: at most `most` characters (40), then an ellipsis; control characters as blanks and bytes that
 * are no UTF-8 as U+FFFD, for cairo draws nothing more after either. */
void khop_i_label(char label[KHOP_I_LABEL], const char *name, int most);

#endif
