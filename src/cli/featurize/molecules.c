/* molecules.c: the processes that read molecules, and the table they fill. Indigo does not get faster with
 * threads, so each worker is a process, forked before khop has started any thread:
 *
 *   worker 0  chunks 0, 3, 6 ..  ---pipe---\
 *   worker 1  chunks 1, 4, 7 ..  ---pipe---- this process: rows in the order of the chunks -> table
 *   worker 2  chunks 2, 5, 8 ..  ---pipe---/
 *
 * A pipe that is full makes its worker wait, so memory is bounded whatever the file. */
#include "cli/featurize/molecules.h"
#include "cli/featurize/unknown.h"
#include "cli/featurize/worker.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORKERS 256
#define MOST_REASONS 20

typedef struct worker_pool {
  int count; /* 0: this process does the work */
  pid_t id[MOST_WORKERS];
  int pipe[MOST_WORKERS];
  worker own;
} worker_pool;

/* --- rows through a pipe ---------------------------------------------------------------------- */

static bool send_bytes(int pipe, const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    ssize_t sent = write(pipe, at, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= (size_t)sent;
  }
  return true;
}

static bool send_batch(int pipe, const row_batch *b, int64_t columns) {
  return send_bytes(pipe, b, sizeof *b) &&
         send_bytes(pipe, b->x, (size_t)(b->rows * columns) * sizeof *b->x) &&
         send_bytes(pipe, b->ok, (size_t)b->rows) &&
         send_bytes(pipe, b->owner, (size_t)b->rows * sizeof *b->owner) &&
         send_bytes(pipe, b->names, (size_t)b->names_size) &&
         send_bytes(pipe, b->text, (size_t)b->text_size);
}

/* False at the end of the pipe, and after Ctrl-C. */
static bool receive_bytes(void *bytes, int pipe, size_t size) {
  char *at = bytes;
  while (size > 0) {
    ssize_t got = read(pipe, at, size);
    if (got < 0 && errno == EINTR && !was_interrupted()) continue;
    if (got <= 0) return false;
    at += got;
    size -= (size_t)got;
  }
  return true;
}

static bool receive_batch(row_batch *b, int pipe, int64_t columns) {
  row_batch head;
  if (!receive_bytes(&head, pipe, sizeof head)) return false;
  if (head.rows > b->capacity || head.text_size + 1 > b->text_capacity || head.names_size + 1 > b->names_capacity) {
    row_batch_clear(b);
    b->capacity = head.rows;
    b->text_capacity = head.text_size + 1;
    b->names_capacity = head.names_size + 1;
    b->x = malloc((size_t)(b->capacity * columns + 1) * sizeof *b->x);
    b->ok = malloc((size_t)b->capacity + 1);
    b->owner = malloc((size_t)(b->capacity + 1) * sizeof *b->owner);
    b->names = malloc((size_t)b->names_capacity);
    b->text = malloc((size_t)b->text_capacity);
    if (!b->x || !b->ok || !b->owner || !b->names || !b->text) return false;
  }
  head.x = b->x, head.ok = b->ok, head.owner = b->owner, head.names = b->names, head.text = b->text;
  head.capacity = b->capacity, head.names_capacity = b->names_capacity, head.text_capacity = b->text_capacity;
  *b = head;
  b->text[b->text_size] = 0;
  return receive_bytes(b->x, pipe, (size_t)(b->rows * columns) * sizeof *b->x) &&
         receive_bytes(b->ok, pipe, (size_t)b->rows) &&
         receive_bytes(b->owner, pipe, (size_t)b->rows * sizeof *b->owner) &&
         receive_bytes(b->names, pipe, (size_t)b->names_size) &&
         receive_bytes(b->text, pipe, (size_t)b->text_size);
}

/* --- workers ---------------------------------------------------------------------------------- */

/* What a worker process does: every count-th chunk from its own on, until the file ends or the pipe is closed. */
static void run_worker(const featurize_choice *choice, int pipe, int self, int count) {
  worker w;
  row_batch b = {0};
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool going = worker_open(&w, choice);
  for (int64_t chunk = self; going; chunk += count)
    do {
      worker_next(&b, &w, chunk);
      going = send_batch(pipe, &b, w.columns) && !b.ended && !b.failed;
    } while (going && !b.last);
  _exit(0);
}

static bool start_workers(worker_pool *c, const featurize_choice *choice) {
  int workers = choice->threads < MOST_WORKERS ? choice->threads : MOST_WORKERS;
  *c = (worker_pool){0};
  if (!worker_open(&c->own, choice)) return false;
  for (int i = 0; workers > 1 && i < workers; i++) {
    int ends[2];
    if (pipe(ends) != 0) break;
    pid_t id = fork();
    if (id == 0) {
      close(ends[0]);
      for (int k = 0; k < i; k++) close(c->pipe[k]);
      run_worker(choice, ends[1], i, workers);
    }
    close(ends[1]);
    if (id < 0) {
      close(ends[0]);
      break;
    }
    c->id[c->count] = id;
    c->pipe[c->count++] = ends[0];
  }
  return c->count == 0 || c->count == workers;
}

static void stop_workers(worker_pool *c) {
  for (int i = 0; i < c->count; i++) {
    close(c->pipe[i]);
    kill(c->id[i], SIGKILL);
    waitpid(c->id[i], NULL, 0);
  }
  worker_close(&c->own);
}

static bool next_batch(row_batch *b, worker_pool *c, int64_t chunk) {
  if (c->count > 0) return receive_batch(b, c->pipe[chunk % c->count], c->own.columns);
  worker_next(b, &c->own, chunk);
  return true;
}

/* --- the table -------------------------------------------------------------------------------- */

/* Reports the first few records that cannot be read; with --strict the first one, and returns false. */
static bool report_bad_records(row_batch *b, int64_t *told, const featurize_choice *choice) {
  char *at = b->text;
  for (int64_t i = 0; i < b->bad; i++) {
    char *end = strchr(at, '\n');
    *end = 0;
    if (choice->strict || (*told < MOST_REASONS && !choice->data.quiet)) failure("%s: %s", choice->input, at);
    if (choice->strict) return false;
    (*told)++;
    at = end + 1;
  }
  return true;
}

static khop_status open_table(khop_table **table, const khop_descriptors *d, const char *path, bool atoms) {
  int64_t columns = khop_descriptors_columns(d);
  const char **names = malloc((size_t)columns * sizeof *names);
  for (int64_t i = 0; names && i < columns; i++) names[i] = khop_descriptors_name(d, i);
  khop_status status = khop_table_new(table, path, columns, names, atoms);
  free(names);
  if (status == KHOP_OK) status = khop_table_name_rows(*table, "id");
  return status;
}

static khop_status add_batch(khop_table *table, const row_batch *b, bool atoms) {
  khop_status status = khop_table_add(table, b->rows, b->x, b->ok, atoms ? b->owner : NULL);
  const char *name = b->names;
  for (int64_t r = 0; r < b->rows && status == KHOP_OK; r++, name += strlen(name) + 1)
    status = khop_table_add_names(table, 1, &name);
  return status;
}

/* What is told once the table is written. */
typedef struct told {
  int64_t records, bad, changed[KHOP_STANDARDISE_STEPS];
  unknown_tally unknown;
} told;

/* Of each step that was asked for, how many molecules it changed. */
static void tell_steps(const featurize_choice *choice, const told *t) {
  char text[200] = "";
  for (int s = 0; s < KHOP_STANDARDISE_STEPS; s++)
    if (choice->standardise >> s & 1)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %lld", *text ? ", " : "",
               khop_standardise_name(1 << s), (long long)t->changed[s]);
  if (*text)
    note("%s: standardised, of %lld molecules changed: %s", choice->input, (long long)(t->records - t->bad), text);
}

static int fill_table(khop_table *table, told *t, worker_pool *c, const featurize_choice *choice) {
  row_batch b = {0};
  int status = GO_ON;
  for (int64_t chunk = 0; status == GO_ON; chunk++) {
    do {
      if (was_interrupted())
        status = failure("%s: interrupted", choice->output);
      else if (!next_batch(&b, c, chunk))
        status = was_interrupted() ? failure("%s: interrupted", choice->output)
                                   : failure("%s: a worker ended before its work was done", choice->input);
      else if (b.failed)
        status = failure("%s", b.text ? b.text : "no memory");
      else if (!report_bad_records(&b, &t->bad, choice))
        status = EXIT_FAILED;
      else if (!unknown_add(&t->unknown, &b, c->own.descriptors))
        status = failure("no memory for %lld columns", (long long)c->own.columns);
      else if (add_batch(table, &b, choice->per) != KHOP_OK)
        status = library_failure();
      for (int s = 0; status == GO_ON && s < KHOP_STANDARDISE_STEPS; s++) t->changed[s] += b.changed[s];
      if (status == GO_ON && b.rows) t->records = b.owner[b.rows - 1] + 1;
      progress_line(false, "%s: %lld molecules, %.0f %%", choice->input, (long long)t->records,
                    b.total ? 100.0 * (double)b.done / (double)b.total : 0);
    } while (status == GO_ON && !b.last);
    if (status == GO_ON && b.ended) status = EXIT_OK;
  }
  row_batch_clear(&b);
  progress_clear();
  return status;
}

int featurize_molecules(const featurize_choice *choice) {
  worker_pool c;
  khop_table *table = NULL;
  told t = {0};
  int64_t columns = 0;
  int status = GO_ON;
  if (!start_workers(&c, choice)) {
    status = c.own.columns ? failure("%s: cannot start a process", choice->input) : library_failure();
  } else {
    columns = c.own.columns;
    if (open_table(&table, c.own.descriptors, choice->output, choice->per == 1) != KHOP_OK)
      status = library_failure();
  }
  if (status == GO_ON) status = fill_table(table, &t, &c, choice);
  if (status == EXIT_OK && khop_table_commit(table) != KHOP_OK) status = library_failure();
  if (status == EXIT_OK && t.bad > MOST_REASONS && !choice->data.quiet)
    failure("%s: and %lld more", choice->input, (long long)(t.bad - MOST_REASONS));
  if (status == EXIT_OK && !choice->data.quiet) {
    tell_steps(choice, &t);
    printf("%s: %lld molecules, %lld of them bad, %lld rows of %lld columns\n", visible(choice->output),
           (long long)t.records, (long long)t.bad, (long long)khop_table_rows(table), (long long)columns);
    unknown_tell(&t.unknown, c.own.descriptors, choice->output, t.records);
  }
  stop_workers(&c);
  unknown_clear(&t.unknown);
  khop_table_free(table);
  return status;
}
