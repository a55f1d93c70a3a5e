/* read.c: khop_shard_read: finds the reader for a file, once all ranks agree on what is asked for. */
#include "distributed/read.h"
#include "base/error.h"
#include "base/options.h"
#include "base/string_table.h"
#include "distributed/read_edges.h"
#include "distributed/read_mtx.h"
#include "graph/io/read.h"

#include <khop/shard_read.h>
#include <stdio.h>
#include <string.h>

typedef khop_status reader(khop_shard **, const khop_i_rank_file *, const khop_i_source *);

static const struct format {
  const char *name;
  reader *read;
} formats[] = {{"edges", khop_i_rank_edges}, {"ncol", khop_i_rank_edges}, {"mtx", khop_i_rank_mtx}};

static khop_status find_reader(reader **read, khop_i_source *source, const char *path) {
  *read = NULL;
  khop_status status = khop_i_read_check_options(&source->options);
  if (status == KHOP_OK) status = khop_i_read_format(source, path);
  if (status != KHOP_OK) return status;
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
    if (strcmp(formats[f].name, source->format) == 0) *read = formats[f].read;
  if (*read) return KHOP_OK;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "format %s is read in one process (khop_graph_read): ranks read edges, ncol "
                     "and mtx", source->format);
}

/* Collective. */
static khop_status agree_on_options(const khop_exchange *e, khop_status status, const khop_i_source *source) {
  const char *format = source->format ? source->format : "";
  return khop_i_agree_on(e, status, 4,
                         (const khop_i_agreed[]){{"format's fingerprint", (int64_t)khop_i_fnv(format, strlen(format))},
                                                 {"graph's being directed", source->options.directed},
                                                 {"max_id", source->options.max_id},
                                                 {"reading of ids", source->options.ids}});
}

khop_status khop_i_shard_read(khop_shard **shard, const khop_exchange *exchange, const char *path,
                              const khop_read_options *options, const khop_i_cuts *cuts) {
  khop_exchange e;
  khop_i_source source = {.bytes = -1};
  khop_i_rank_file file;
  reader *read = NULL;
  khop_status status;
  if (!shard) return khop_i_fail(KHOP_E_ARGUMENT, "a shard: there is no place for it");
  *shard = NULL;
  KHOP_TRY(khop_i_take_exchange(&e, exchange));
  status = path ? KHOP_I_TAKE_HELD(khop_read_options, &source.options, options)
                : khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_read: a path is needed");
  if (status == KHOP_OK) status = khop_i_prefix(find_reader(&read, &source, path), path);
  KHOP_TRY(agree_on_options(&e, status, &source));
  KHOP_TRY(khop_i_rank_file_open(&file, &e, path, true, cuts));
  KHOP_TRY(read(shard, &file, &source));
done:
  return status;
}

khop_status khop_shard_read(khop_shard **shard, const khop_exchange *exchange, const char *path,
                            const khop_read_options *options) {
  return khop_i_shard_read(shard, exchange, path, options, &(khop_i_cuts){0});
}

/* --- what the file says beside ----------------------------------------------------------------- */

const char *khop_shard_name(char *text, size_t size, const khop_shard *s, int64_t row) {
  if (!s || !text || !size || row < 0 || row >= s->owners.rows) return NULL;
  int64_t node = s->origin ? s->origin[row] : s->owners.first + row;
  return khop_i_row_name(text, size, &s->names, row, node);
}

int khop_shard_notes(const khop_shard *s) {
  return s->notes.count;
}
const char *khop_shard_note(const khop_shard *s, int i) {
  return khop_i_notes_get(&s->notes, i);
}
