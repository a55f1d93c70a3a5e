/* featurize_molecules.c: the processes that read molecules, and the table they fill. Indigo does not get
 * faster with threads, so each worker is a process, forked before khop has started any thread:
 *
 *   worker 0  chunks 0, 3, 6 ..  ---pipe---\
 *   worker 1  chunks 1, 4, 7 ..  ---pipe---- this process: blocks in the order of the chunks -> table
 *   worker 2  chunks 2, 5, 8 ..  ---pipe---/
 *
 * A pipe that is full makes its worker wait, so memory is bounded whatever the file. */
#include "featurize.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORKERS 256
#define MOST_REASONS 20

typedef struct crew {
  int count; /* 0: the work is done here */
  pid_t id[MOST_WORKERS];
  int pipe[MOST_WORKERS];
  worker own;
} crew;

/* --- blocks through a pipe -------------------------------------------------------------------- */

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

static bool send_block(int pipe, const block *b, int64_t columns) {
  return send_bytes(pipe, b, sizeof *b) &&
         send_bytes(pipe, b->x, (size_t)(b->rows * columns) * sizeof *b->x) &&
         send_bytes(pipe, b->ok, (size_t)b->rows) &&
         send_bytes(pipe, b->owner, (size_t)b->rows * sizeof *b->owner) &&
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

static bool receive_block(block *b, int pipe, int64_t columns) {
  block head;
  if (!receive_bytes(&head, pipe, sizeof head)) return false;
  if (head.rows > b->room || head.text_size + 1 > b->text_room) {
    block_free(b);
    b->room = head.rows;
    b->text_room = head.text_size + 1;
    b->x = malloc((size_t)(b->room * columns + 1) * sizeof *b->x);
    b->ok = malloc((size_t)b->room + 1);
    b->owner = malloc((size_t)(b->room + 1) * sizeof *b->owner);
    b->text = malloc((size_t)b->text_room);
    if (!b->x || !b->ok || !b->owner || !b->text) return false;
  }
  head.x = b->x, head.ok = b->ok, head.owner = b->owner, head.text = b->text;
  head.room = b->room, head.text_room = b->text_room;
  *b = head;
  b->text[b->text_size] = 0;
  return receive_bytes(b->x, pipe, (size_t)(b->rows * columns) * sizeof *b->x) &&
         receive_bytes(b->ok, pipe, (size_t)b->rows) &&
         receive_bytes(b->owner, pipe, (size_t)b->rows * sizeof *b->owner) &&
         receive_bytes(b->text, pipe, (size_t)b->text_size);
}

/* --- workers ---------------------------------------------------------------------------------- */

/* The life of a worker: every count-th chunk from its own on, until the file ends or nobody reads. */
static void work(const featurize_choice *choice, int pipe, int self, int count) {
  worker w;
  block b = {0};
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool going = worker_open(&w, choice);
  for (int64_t chunk = self; going; chunk += count)
    do {
      worker_next(&b, &w, chunk);
      going = send_block(pipe, &b, w.columns) && !b.ended && !b.failed;
    } while (going && !b.last);
  _exit(0);
}

static bool start(crew *c, const featurize_choice *choice) {
  int workers = choice->threads < MOST_WORKERS ? choice->threads : MOST_WORKERS;
  *c = (crew){0};
  if (!worker_open(&c->own, choice)) return false;
  for (int i = 0; workers > 1 && i < workers; i++) {
    int ends[2];
    if (pipe(ends) != 0) break; /* those that there are do the work */
    pid_t id = fork();
    if (id == 0) {
      close(ends[0]);
      for (int k = 0; k < i; k++) close(c->pipe[k]);
      work(choice, ends[1], i, workers);
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

static void stop(crew *c) {
  for (int i = 0; i < c->count; i++) {
    close(c->pipe[i]);
    kill(c->id[i], SIGKILL);
    waitpid(c->id[i], NULL, 0);
  }
  worker_close(&c->own);
}

static bool next_block(block *b, crew *c, int64_t chunk) {
  if (c->count > 0) return receive_block(b, c->pipe[chunk % c->count], c->own.columns);
  worker_next(b, &c->own, chunk);
  return true;
}

/* --- the table -------------------------------------------------------------------------------- */

static int say(const char *format, const char *path, const char *text) {
  progress_clear();
  fprintf(stderr, "khop featurize: ");
  fprintf(stderr, format, path, text);
  fputc('\n', stderr);
  return EXIT_FAILED;
}

/* The records of a block that cannot be read: the first few are told; with --strict the first ends it. */
static bool tell(block *b, int64_t *told, const featurize_choice *choice) {
  char *at = b->text;
  for (int64_t i = 0; i < b->bad; i++) {
    char *end = strchr(at, '\n');
    *end = 0;
    if (choice->strict || (*told < MOST_REASONS && !choice->data.quiet)) say("%s: %s", choice->input, at);
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
  return status;
}

static int fill(khop_table *table, crew *c, const featurize_choice *choice, int64_t *records,
                int64_t *bad) {
  block b = {0};
  int status = GO_ON;
  for (int64_t chunk = 0; status == GO_ON; chunk++) {
    do {
      if (was_interrupted())
        status = say("%s: interrupted%s", choice->output, "");
      else if (!next_block(&b, c, chunk))
        status = was_interrupted() ? say("%s: interrupted%s", choice->output, "")
                                   : say("%s: a worker ended before its work was done%s", choice->input, "");
      else if (b.failed)
        status = say("%s%s", "", b.text ? b.text : "no memory");
      else if (!tell(&b, bad, choice))
        status = EXIT_FAILED;
      else if (khop_table_add(table, b.rows, b.x, b.ok, choice->per ? b.owner : NULL) != KHOP_OK)
        status = failed(&featurize_command);
      else if (b.rows)
        *records = b.owner[b.rows - 1] + 1;
      progress_line(false, "%s: %lld molecules, %.0f %%", choice->input, (long long)*records,
                    b.total ? 100.0 * (double)b.done / (double)b.total : 0);
    } while (status == GO_ON && !b.last);
    if (status == GO_ON && b.ended) status = EXIT_OK;
  }
  block_free(&b);
  progress_clear();
  return status;
}

int featurize_molecules(const featurize_choice *choice) {
  crew c;
  khop_table *table = NULL;
  int64_t records = 0, bad = 0, columns = 0;
  int status = GO_ON;
  if (!khop_molecules_supported())
    return say("%s: khop was built without Indigo (libindigo-dev), which reads molecules%s",
               choice->input, "");
  catch_interrupts();
  if (!start(&c, choice)) {
    status = c.own.columns ? say("%s: cannot start a process%s", choice->input, "") : failed(&featurize_command);
  } else {
    columns = c.own.columns;
    if (open_table(&table, c.own.descriptors, choice->output, choice->per == 1) != KHOP_OK)
      status = failed(&featurize_command);
  }
  if (status == GO_ON) status = fill(table, &c, choice, &records, &bad);
  stop(&c);
  if (status == EXIT_OK && khop_table_commit(table) != KHOP_OK) status = failed(&featurize_command);
  if (status == EXIT_OK && bad > MOST_REASONS && !choice->data.quiet)
    fprintf(stderr, "khop featurize: %s: and %lld more\n", choice->input, (long long)(bad - MOST_REASONS));
  if (status == EXIT_OK && !choice->data.quiet)
    printf("%s: %lld molecules, %lld of them bad, %lld rows of %lld columns\n", choice->output,
           (long long)records, (long long)bad, (long long)khop_table_rows(table), (long long)columns);
  khop_table_free(table);
  return status;
}
