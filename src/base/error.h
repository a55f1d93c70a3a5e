/* error.h: one way to fail: a status, and one sentence with the numbers, kept for this thread. */
#ifndef KHOP_BASE_ERROR_H
#define KHOP_BASE_ERROR_H

#include <khop/base.h>

/* Sets the message and returns status, so that `return khop_i_fail(...)` reads as one step. The place
 * that finds the fault calls it; those above pass the status on and leave the message alone. */
khop_status khop_i_fail(khop_status status, const char *format, ...) KHOP_PRINTF(2, 3);

/* Puts "prefix: " before the message of a failure, to name the file it came from. */
khop_status khop_i_prefix(khop_status status, const char *prefix);

/* For functions that clean up: goes to done with status set. */
#define KHOP_TRY(call)                                                                             \
  do {                                                                                             \
    status = (call);                                                                               \
    if (status != KHOP_OK) goto done;                                                              \
  } while (0)

#define KHOP_FAIL(...)                                                                             \
  do {                                                                                             \
    status = khop_i_fail(__VA_ARGS__);                                                             \
    goto done;                                                                                     \
  } while (0)

#endif
