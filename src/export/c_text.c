/* c_text.c: see c_text.h. */
#include "export/c_text.h"
#include "base/error.h"
#include "base/number.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Names that begin with an underscore are the compiler's. */
khop_status khop_i_c_name(khop_i_c_text *text, const char *name) {
  size_t length = strlen(name);
  bool good = length >= 1 && length <= KHOP_I_C_NAME_MOST && is_word(name[0]) && name[0] != '_' &&
              !(name[0] >= '0' && name[0] <= '9');
  for (size_t i = 0; good && i < length; i++) good = is_word(name[i]);
  if (!good)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "'%.80s' is no name in C: 1 to %d letters, digits and underscores, a letter first", name,
                       KHOP_I_C_NAME_MOST);
  for (size_t i = 0; i <= length; i++) {
    text->lower[i] = name[i];
    text->upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
  }
  return KHOP_OK;
}

void khop_i_c_put(const khop_i_c_text *text, const char *c) {
  bool inside = false;
  while (*c) {
    bool lower = !inside && strncmp(c, "model_", 6) == 0, upper = !inside && strncmp(c, "MODEL_", 6) == 0;
    inside = is_word(*c);
    if (lower || upper) {
      fputs(lower ? text->lower : text->upper, text->stream);
      c += strlen("model");
    } else {
      putc(*c++, text->stream);
    }
  }
}

void khop_i_c_print(const khop_i_c_text *text, const char *format, ...) {
  char line[1001];
  va_list arguments;
  va_start(arguments, format);
  khop_i_vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  khop_i_c_put(text, line);
}

void khop_i_c_put_name(const khop_i_c_text *text, const char *name) {
  for (; *name; name++) {
    bool ends = (name[0] == '*' && name[1] == '/') || (name[0] == '/' && name[1] == '*');
    putc(iscntrl((unsigned char)*name) || *name == '\\' || *name == '?' ? '.' : *name, text->stream);
    if (ends) putc(' ', text->stream);
  }
}

/* Digits without trailing zero bits, times a power of two. */
static void put_number(const khop_i_c_text *text, double value, const char *suffix) {
  int exponent;
  uint64_t digits = (uint64_t)ldexp(frexp(fabs(value), &exponent), 53);
  for (exponent -= 53; digits && !(digits & 1); exponent++) digits >>= 1;
  fprintf(text->stream, "%s0x%" PRIx64 "p%d%s", signbit(value) ? "-" : "", digits, digits ? exponent : 0, suffix);
}

void khop_i_c_put_real(const khop_i_c_text *text, khop_real value) {
  put_number(text, (double)value, sizeof value == sizeof(float) ? "f" : "");
}

void khop_i_c_put_double(const khop_i_c_text *text, double value) { put_number(text, value, ""); }
