/* numbers.c: see numbers.h. */
#include "data/numbers.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "files/infile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

khop_status khop_i_numbers_open(khop_i_numbers *numbers, const char *path) {
  *numbers = (khop_i_numbers){.path = path};
  khop_status status = khop_i_infile_read(&numbers->bytes, &numbers->size, path);
  if (status != KHOP_OK) return status;
  if (memchr(numbers->bytes, 0, numbers->size)) {
    khop_i_numbers_close(numbers);
    return khop_i_fail(KHOP_E_FORMAT, "%s: it holds a NUL byte: this is not a text file", path);
  }
  numbers->next = numbers->bytes;
  return KHOP_OK;
}

void khop_i_numbers_close(khop_i_numbers *numbers) {
  khop_i_free(numbers->bytes);
  *numbers = (khop_i_numbers){0};
}

static bool separates(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r'; }

static bool is_blank(const char *line) {
  while (separates(*line)) line++;
  return *line == 0 || *line == '\n';
}

bool khop_i_numbers_line(khop_i_numbers *numbers) {
  while (numbers->next && *numbers->next) {
    char *line = numbers->next, *end = strchr(line, '\n');
    bool blank = is_blank(line);
    numbers->next = end ? end + 1 : NULL;
    numbers->line++;
    if (blank) continue;
    if (end) *end = 0;
    numbers->at = line;
    return true;
  }
  return false;
}

int64_t khop_i_numbers_lines(const khop_i_numbers *numbers) {
  int64_t lines = 0;
  for (const char *line = numbers->next; line && *line;) {
    const char *end = strchr(line, '\n');
    lines += !is_blank(line);
    line = end ? end + 1 : NULL;
  }
  return lines;
}

bool khop_i_numbers_more(khop_i_numbers *numbers) {
  while (separates(*numbers->at)) numbers->at++;
  return *numbers->at != 0;
}

/* Fails with the text that is no number; a few of its characters are enough. */
static khop_status no_number(const khop_i_numbers *numbers, const char *what) {
  int shown = 0;
  while (numbers->at[shown] > ' ' && numbers->at[shown] < 127 && shown < 40) shown++;
  if (!*numbers->at)
    return khop_i_fail(KHOP_E_FORMAT, "%s: line %lld ends where %s should stand", numbers->path,
                       (long long)numbers->line, what);
  return khop_i_fail(KHOP_E_FORMAT, "%s: line %lld: '%.*s' is not %s", numbers->path,
                     (long long)numbers->line, shown, numbers->at, what);
}

khop_status khop_i_numbers_whole(int64_t *value, khop_i_numbers *numbers, int64_t least, int64_t most,
                                 const char *what) {
  char *end;
  if (!khop_i_numbers_more(numbers)) return no_number(numbers, what);
  long long seen = strtoll(numbers->at, &end, 10); /* what is too large saturates, and is out of range */
  if (end == numbers->at || (*end && !separates(*end))) return no_number(numbers, what);
  if (seen < least || seen > most)
    return khop_i_fail(KHOP_E_FORMAT, "%s: line %lld: %s is %lld, and %lld to %lld are possible",
                       numbers->path, (long long)numbers->line, what, seen, (long long)least,
                       (long long)most);
  *value = seen;
  numbers->at = end;
  return KHOP_OK;
}

khop_status khop_i_numbers_real(double *value, khop_i_numbers *numbers, const char *what) {
  char *end;
  if (!khop_i_numbers_more(numbers)) return no_number(numbers, what);
  *value = khop_i_read_number(numbers->at, &end);
  if (end == numbers->at || (*end && !separates(*end)) || isinf((khop_real)*value))
    return no_number(numbers, what);
  numbers->at = end;
  return KHOP_OK;
}

khop_status khop_i_numbers_end(khop_i_numbers *numbers) {
  return khop_i_numbers_more(numbers) ? no_number(numbers, "the end of the line") : KHOP_OK;
}
