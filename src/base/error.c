/* error.c: statuses and the message of the last failure, one a thread. */
#include "base/error.h"
#include "base/number.h"
#include "khop_version.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char message[1024];

khop_status khop_i_fail(khop_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  khop_i_vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return status;
}

khop_status khop_i_prefix(khop_status status, const char *prefix) {
  if (status == KHOP_OK) return status;
  char rest[sizeof message];
  memcpy(rest, message, sizeof rest);
  size_t length = strlen(prefix);
  if (strncmp(rest, prefix, length) == 0 && rest[length] == ':') return status;
  if (length > sizeof message / 2) length = sizeof message / 2;
  snprintf(message, sizeof message, "%.*s: %.*s", (int)length, prefix,
           (int)(sizeof message - length - 4), rest);
  return status;
}

const char *khop_message(void) { return message; }

const char *khop_version(void) { return KHOP_VERSION; }

const char *khop_status_name(khop_status status) {
  switch (status) {
  case KHOP_OK: return "ok";
  case KHOP_E_ARGUMENT: return "argument";
  case KHOP_E_SHAPE: return "shape";
  case KHOP_E_VALUE: return "value";
  case KHOP_E_MEMORY: return "memory";
  case KHOP_E_BUDGET: return "budget";
  case KHOP_E_IO: return "io";
  case KHOP_E_FORMAT: return "format";
  case KHOP_E_NOT_FOUND: return "not found";
  case KHOP_E_UNSUPPORTED: return "unsupported";
  case KHOP_E_INTERRUPTED: return "interrupted";
  case KHOP_E_INTERNAL: return "internal";
  }
  return "unknown";
}
