/* hop_rows.c: see hop_rows.h. */
#include "cli/hop_rows.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Creates an empty file under a name that is not taken, in the folder of the output, or in that of temporary files
 * where the first cannot be written. Its path; NULL after a message. */
static char *make_scratch(const char *output) {
  const char *slash = strrchr(output, '/'), *elsewhere = getenv("TMPDIR");
  char *path = NULL;
  int folder = slash && strncmp(output, "/dev/", 5) != 0 ? (int)(slash - output) + 1 : 0;
  if (asprintf(&path, "%.*s.khop-XXXXXX.npy", folder, output) < 0) exit(failure("no memory for the name of a file"));
  int file = mkstemps(path, 4);
  if (file < 0) {
    free(path);
    if (asprintf(&path, "%s/khop-XXXXXX.npy", elsewhere && *elsewhere ? elsewhere : "/tmp") < 0)
      exit(failure("no memory for the name of a file"));
    file = mkstemps(path, 4);
  }
  if (file >= 0) {
    close(file);
    return path;
  }
  failure("%s: cannot write: %s", path, strerror(errno));
  free(path);
  return NULL;
}

int gather_hop_rows(khop_rows **rows, const char *output, const khop_taps *taps, const khop_features *features,
                    const khop_hop_options *options) {
  char *path = make_scratch(output);
  if (!path) return EXIT_FAILED;
  remove_when_late(path);
  khop_status status = khop_hop_features_write(path, taps, features, options);
  if (status == KHOP_OK) status = khop_rows_open(rows, path);
  remove(path); /* it stays readable until it is closed */
  remove_when_late(NULL);
  free(path);
  return status == KHOP_OK ? GO_ON : library_failure();
}

/* The field of a column; *within: which of its columns. NULL where it has no name of its own. */
static const khop_field *named_field(int64_t *within, const khop_schema *schema, int64_t column) {
  *within = column;
  for (int i = 0; schema && i < khop_schema_fields(schema); i++) {
    const khop_field *f = khop_schema_field(schema, i);
    bool named = f->kind == KHOP_FIELD_NUMBER || f->kind == KHOP_FIELD_MISSING || f->kind == KHOP_FIELD_CATEGORY;
    if (*within < f->columns) return named ? f : NULL;
    *within -= f->columns;
  }
  return NULL;
}

char *hop_column_name(const khop_schema *schema, int hop, int64_t column) {
  int64_t within;
  char *name = NULL;
  const khop_field *f = named_field(&within, schema, column);
  int made = !f                                ? asprintf(&name, "%d:%lld", hop, (long long)column)
             : f->kind == KHOP_FIELD_CATEGORY ? asprintf(&name, "%d:%s=%s", hop, f->name, f->vocabulary[within])
                                              : asprintf(&name, "%d:%s%s", hop, f->name,
                                                         f->kind == KHOP_FIELD_MISSING ? " missing" : "");
  return made < 0 ? NULL : name;
}
