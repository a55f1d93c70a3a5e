/* c_text.h: the text of an exported file: C whose names begin with `model_`, under the name that was asked for. */
#ifndef KHOP_EXPORT_C_TEXT_H
#define KHOP_EXPORT_C_TEXT_H

#include <khop/base.h>
#include <stdio.h>

#define KHOP_I_C_NAME_MOST 40

typedef struct khop_i_c_text {
  FILE *stream;
  char lower[KHOP_I_C_NAME_MOST + 1], upper[KHOP_I_C_NAME_MOST + 1]; /* for model and MODEL */
} khop_i_c_text;

/* Errors: ARGUMENT (a name that is none in C). */
khop_status khop_i_c_name(khop_i_c_text *text, const char *name);

/* At most 1,000 bytes of C, in which model_ and MODEL_ at the beginning of a word become the name. */
void khop_i_c_print(const khop_i_c_text *text, const char *format, ...) KHOP_PRINTF(2, 3);
/* The same of a text of any length, as it is. */
void khop_i_c_put(const khop_i_c_text *text, const char *c);
/* A name of a user's inside a comment: it can neither end the comment nor the line. */
void khop_i_c_put_name(const khop_i_c_text *text, const char *name);
/* A finite number in hexadecimal, which is exact: 0x3p-2f is 0.75. */
void khop_i_c_put_real(const khop_i_c_text *text, khop_real value);
void khop_i_c_put_double(const khop_i_c_text *text, double value);

#endif
