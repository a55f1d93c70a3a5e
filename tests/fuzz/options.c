/* options.c: a command line, its arguments with line ends between them, for a command with an
 * option of each kind. */
#include "fuzz.h"

#include "cli/options.h"
#include "cli/values.h"

#include <stdio.h>

enum { MOST_ARGUMENTS = 16 };
const fuzz_memory fuzz_promise = {1 << 20, 64};

/* What is printed is of no use here. */
void fuzz_prepare(void) {
  fuzz_demand(freopen("/dev/null", "w", stdout) != NULL, "there is a place for the help");
  stderr = fopen("/dev/null", "w");
  begin_messages("fuzz");
}

static bool set_int(void *context, const char *text, const char *where) {
  (void)context;
  int value = 7;
  bool good = read_int(&value, text, 1, 4096, where);
  fuzz_demand(!good || (value >= 1 && value <= 4096), "a whole number is within its bounds");
  return good;
}

static bool set_number(void *context, const char *text, const char *where) {
  (void)context;
  double value = 0.5;
  bool good = read_number(&value, text, 0, 1, where);
  fuzz_demand(!good || (value >= 0 && value < 1), "a number is within its bounds");
  return good;
}

static bool set_list(void *context, const char *text, const char *where) {
  (void)context;
  int value[32], count = 0;
  bool good = read_list(value, &count, 32, 0, text, "hops", where);
  fuzz_demand(!good || (count > 0 && count <= 32), "a list fits");
  for (int i = 0; good && i < count; i++)
    fuzz_demand(value[i] >= 0, "its numbers are within their bound");
  return good;
}

static bool set_choice(void *context, const char *text, const char *where) {
  (void)context;
  int value = 0;
  khop_form form;
  return read_choice(&value, text, norm_names, 4, "a norm", where) &&
         read_form(&form, text, true, where);
}

static bool set_seed(void *context, const char *text, const char *where) {
  (void)context;
  uint64_t seed = 0;
  return read_seed(&seed, text, where);
}

static bool set_bytes(void *context, const char *text, const char *where) {
  (void)context;
  int64_t bytes = 1;
  bool good = read_bytes(&bytes, text, where);
  fuzz_demand(!good || bytes >= 0, "bytes are not negative");
  return good;
}

static bool set_switch(void *context, const char *text, const char *where) {
  (void)context, (void)text, (void)where;
  return true;
}

static const option_row rows[] = {
    {"layers", 'l', "N", "a whole number", set_int},
    {"rate", 0, "X", "a number", set_number},
    {"hops", 0, "LIST", "a list", set_list},
    {"norm", 0, "NAME", "a choice", set_choice},
    {"seed", 0, "N", "a seed", set_seed},
    {"memory", 0, "BYTES", "bytes", set_bytes},
    {"quiet", 'q', NULL, "a switch", set_switch},
};
static const command line = {.name = "fuzz",
                             .usage = "A [B] [options]",
                             .about = "",
                             .options = rows,
                             .count = 7,
                             .least = 1,
                             .most = 2};

void fuzz_input(const uint8_t *input, size_t size) {
  char *text = fuzz_text(input, size), *rest = text, name[] = "fuzz";
  char *arguments[MOST_ARGUMENTS + 2] = {name};
  const char *positional[2];
  int count = 1, context = 0;
  while (count <= MOST_ARGUMENTS && (arguments[count] = strsep(&rest, "\n"))) count++;
  arguments[count] = NULL;
  fuzz_reading();
  int status = parse_options(&line, &context, count, arguments, positional);
  fuzz_demand(status == GO_ON || status == EXIT_OK || status == EXIT_USAGE,
              "bad use is exit status 2");
  fuzz_demand(status != GO_ON || positional[0], "what is needed is there");
  fuzz_has_read(KHOP_OK, &context);
  free(text);
}
