/* cells.c: see cells.h. */
#include "molecules/cells.h"
#include "base/number.h"
#include "data/answers.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static bool is_number(double *value, const char *text) {
  char *end;
  *value = khop_i_read_number(text, &end);
  return end > text && !*end && isfinite(*value);
}

/* The text behind the signs of a bound, in ASCII or UTF-8; NULL: it has none. */
static const char *behind_bound(const char *text) {
  static const char *const sign[] = {"<=", ">=", "=<", "=>", "<<", ">>", "<", ">", "~", "=", "\xe2\x89\xa4",
                                     "\xe2\x89\xa5", "\xe2\x89\x88", "\xc2\xb1"};
  for (size_t s = 0; s < sizeof sign / sizeof *sign; s++)
    if (strncmp(text, sign[s], strlen(sign[s])) == 0) {
      text += strlen(sign[s]);
      return text + strspn(text, " ");
    }
  return NULL;
}

/* 0,5: digits, one comma, digits, and perhaps an exponent. */
static bool has_decimal_comma(const char *text) {
  text += *text == '-' || *text == '+';
  size_t whole = strspn(text, "0123456789");
  if (text[whole] != ',') return false;
  const char *part = text + whole + 1;
  size_t digits = strspn(part, "0123456789");
  if (!digits) return false;
  part += digits;
  if (*part != 'e' && *part != 'E') return !*part;
  part += 1 + (part[1] == '-' || part[1] == '+');
  return isdigit((unsigned char)*part) && !part[strspn(part, "0123456789")];
}

khop_i_cell khop_i_cell_read(double *value, const char *text) {
  double answer;
  if (is_number(value, text)) return KHOP_I_CELL_NUMBER;
  *value = NAN;
  if (khop_i_answer_read(&answer, text)) {
    *value = answer;
    return isnan(answer) ? KHOP_I_CELL_MISSING : KHOP_I_CELL_ANSWER;
  }
  const char *bound = behind_bound(text);
  double ignored;
  if (bound && (is_number(&ignored, bound) || has_decimal_comma(bound))) return KHOP_I_CELL_BOUND;
  return has_decimal_comma(text) ? KHOP_I_CELL_COMMA : KHOP_I_CELL_WORD;
}
