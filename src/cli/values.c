/* values.c: see values.h. */
#include "cli/messages.h"
#include "cli/values.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const direction_names[3] = {"out", "in", "all"};
const char *const operator_names[4] = {"ring", "ball", "power", "support"};
const char *const norm_names[4] = {"none", "row", "sym", "col"};

static bool parse_whole(long long *value, const char *text) {
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  return end != text && !*end && errno == 0 && text[0] != ' ' && text[0] != '+';
}

bool read_int64(int64_t *value, const char *text, int64_t least, int64_t most, const char *where) {
  long long number;
  if (!parse_whole(&number, text)) {
    complain("%s: not a whole number: '%s'", where, text);
    return false;
  }
  if (number < least || number > most) {
    complain("%s: %lld is not between %lld and %lld", where, number, (long long)least,
            (long long)most);
    return false;
  }
  *value = number;
  return true;
}

bool read_int(int *value, const char *text, int least, int most, const char *where) {
  int64_t number;
  if (!read_int64(&number, text, least, most, where)) return false;
  *value = (int)number;
  return true;
}

bool read_seed(uint64_t *value, const char *text, const char *where) {
  int64_t number;
  if (!read_int64(&number, text, 0, INT64_MAX, where)) return false;
  *value = (uint64_t)number;
  return true;
}

bool read_number(double *value, const char *text, double least, double below, const char *where) {
  char *end;
  double number = strtod(text, &end);
  if (end == text || *end || !isfinite(number)) {
    complain("%s: not a number: '%s'", where, text);
    return false;
  }
  if (!(number >= least && number < below)) {
    if (isinf(below))
      complain("%s: '%s' is below %g", where, text, least);
    else
      complain("%s: '%s' is not in [%g, %g)", where, text, least, below);
    return false;
  }
  *value = number;
  return true;
}

bool read_list(int *values, int *count, int capacity, int least, const char *text, const char *what,
               const char *where) {
  const char *at = text;
  *count = 0;
  for (bool more = true; more;) {
    char *end;
    errno = 0;
    long first = strtol(at, &end, 10), last = first;
    bool good = end != at && at[0] >= '0' && at[0] <= '9';
    if (good && *end == '-') {
      const char *second = end + 1;
      good = *second >= '0' && *second <= '9';
      last = strtol(second, &end, 10);
    }
    if (!good || errno || (*end && *end != ',') || first < least || last < first ||
        last > INT32_MAX) {
      complain("%s: not a list of %s: '%s'", where, what, text);
      return false;
    }
    if (last - first >= capacity - *count) {
      complain("%s: more than %d %s: '%s'", where, capacity, what, text);
      return false;
    }
    for (long v = first; v <= last; v++) values[(*count)++] = (int)v;
    more = *end == ',';
    at = end + 1;
  }
  return true;
}

bool read_choice(int *value, const char *text, const char *const *names, int count,
                 const char *what, const char *where) {
  for (int i = 0; i < count; i++)
    if (strcmp(text, names[i]) == 0) {
      *value = i;
      return true;
    }
  char list[300] = "";
  for (int i = 0; i < count; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", names[i]);
  complain("%s: not %s: '%s' (%s)", where, what, text, list);
  return false;
}

bool read_form(khop_form *form, const char *text, bool all, const char *where) {
  const char *names[KHOP_AUTO + 2];
  int chosen;
  for (int f = 0; f <= KHOP_AUTO; f++) names[f] = khop_form_name((khop_form)f);
  names[ALL_FORMS] = "all";
  if (!read_choice(&chosen, text, names, all ? KHOP_AUTO + 2 : KHOP_AUTO + 1, "a form", where)) return false;
  *form = (khop_form)chosen;
  return true;
}

bool read_path(const char **value, const char *text, const char *where) {
  *value = text;
  if (!*text) complain("%s: the name of a file is empty", where);
  return *text;
}

bool read_picture(const char **value, const char *text, const char *where) {
  const char *dot = strrchr(text, '.');
  bool named = dot && (strcmp(dot, ".svg") == 0 || strcmp(dot, ".png") == 0);
  if (named || strncmp(text, "/dev/", 5) == 0) return read_path(value, text, where);
  complain("%s: not a name that ends in .svg or .png: '%s'", where, text);
  return false;
}

bool read_bytes(int64_t *value, const char *text, const char *where) {
  char *end;
  double number = strtod(text, &end), unit = 1;
  static const char letters[] = "KMGT";
  const char *letter = *end ? strchr(letters, *end) : NULL;
  for (const char *l = letters; letter && l <= letter; l++) unit *= 1024;
  if (end == text || (*end && (!letter || end[1])) || !(number * unit >= 1) ||
      !(number * unit < 0x1p62)) {
    complain("%s: not a number of bytes: '%s' (such as 512M or 4G)", where, text);
    return false;
  }
  *value = (int64_t)(number * unit);
  return true;
}

bool read_duration(double *seconds, const char *text, const char *where) {
  static const struct {
    const char *letter;
    double seconds;
  } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};
  char *end;
  double number = strtod(text, &end);
  *seconds = strcmp(text, "never") == 0 ? 0 : -1;
  for (size_t u = 0; end != text && u < sizeof units / sizeof *units; u++)
    if (strcmp(end, units[u].letter) == 0) *seconds = number * units[u].seconds;
  if (*seconds >= 0 && *seconds <= 1e9) return true;
  complain("%s: not a time: '%s' (such as 60s, 10m, 2h, or never)", where, text);
  return false;
}
