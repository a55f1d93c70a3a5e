/* ranks.c: see ranks.h. */
#include "cli/ranks.h"
#include "cli/messages.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static khop_exchange exchange;
static void (*end_exchange)(khop_exchange *);

const khop_exchange *exchange_of_ranks(void) { return exchange.gather ? &exchange : NULL; }

int refuse_ranks(const char *command) {
  int ranks = ranks_started();
  if (ranks < 2) return GO_ON;
  return usage_error("%d ranks were started, and each of them would do the same: on ranks there is khop train alone; start "
                     "khop %s without mpirun", ranks, command);
}

/* The library is looked for beside libkhop, and where the command was built. Its MPI loads parts of its own, which look
 * for its names. */
static int load_exchange(int ranks) {
  static const char name[] = "libkhop-petsc.so.0";
  void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  const char *(*start)(khop_exchange *) = NULL;
  if (library) *(void **)&start = dlsym(library, "khop_petsc_start"), *(void **)&end_exchange = dlsym(library, "khop_petsc_end");
  if (!start || !end_exchange)
    return failure("%d ranks were started, and they reach one another by %s, which is not here: build khop with "
                   "-Dpetsc=enabled (%s)", ranks, name, dlerror());
  const char *why = start(&exchange);
  return why ? failure("%s", why) : GO_ON;
}

typedef struct words {
  int count;
  uint64_t hash; /* FNV-1a */
  char word[512];
} words;

static words word_at(int at, int argc, char **argv) {
  words w = {.count = argc, .hash = UINT64_C(0xcbf29ce484222325)};
  for (int i = 0; i < argc; i++)
    for (const char *c = argv[i]; c == argv[i] || c[-1]; c++) w.hash = (w.hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
  snprintf(w.word, sizeof w.word, "%.*s", (int)sizeof w.word - 1, at < argc ? argv[at] : "");
  return w;
}

static int gather_failure(void) { return failure("%s", exchange.message(exchange.context)); }

/* The first rank, and word, that differ from rank 0's. */
static int compare_words(int argc, char **argv) {
  for (int at = 1;; at++) {
    words own = word_at(at, argc, argv);
    const void *gathered;
    if (exchange.gather(&gathered, &own, sizeof own, exchange.context)) return gather_failure();
    const words *all = gathered;
    bool same = true;
    for (int r = 1; r < exchange.ranks; r++) {
      same = same && all[r].count == all[0].count && all[r].hash == all[0].hash;
      if (strcmp(all[r].word, all[0].word) != 0)
        return usage_error("rank %d of %d was given '%s' where rank 0 was given '%s': all ranks take the same options", r,
                           exchange.ranks, all[r].word, all[0].word);
    }
    if (same) return GO_ON;
  }
}

int open_ranks(int argc, char **argv) {
  int ranks = ranks_started();
  if (ranks == 0) return GO_ON;
  int status = load_exchange(ranks);
  if (status != GO_ON) return status;
  if (exchange.ranks != ranks)
    return failure("%d ranks were started, and this MPI sees %d: it is another one than that of the mpirun", ranks,
                   exchange.ranks);
  return compare_words(argc, argv);
}

/* The last line that a silent rank would have said, without the command that it begins with. */
static void read_own_sentence(char *sentence, size_t size) {
  char said[4096];
  fflush(stderr);
  off_t end = lseek(STDERR_FILENO, 0, SEEK_END), begin = end > (off_t)sizeof said - 1 ? end - (off_t)sizeof said + 1 : 0;
  ssize_t got = end > 0 ? pread(STDERR_FILENO, said, (size_t)(end - begin), begin) : 0;
  while (got > 0 && said[got - 1] == '\n') got--;
  said[got > 0 ? got : 0] = 0;
  const char *line = strrchr(said, '\n') ? strrchr(said, '\n') + 1 : said;
  const char *colon = strncmp(line, "khop ", 5) == 0 ? strstr(line, ": ") : NULL;
  snprintf(sentence, size, "%.*s", (int)size - 1, colon ? colon + 2 : line);
}

int agree_on_ranks(int status) {
  struct agreed {
    int status;
    char sentence[512];
  } own = {.status = status};
  const void *gathered;
  if (!exchange_of_ranks()) return status;
  if (status != GO_ON && exchange.rank > 0) read_own_sentence(own.sentence, sizeof own.sentence);
  if (exchange.gather(&gathered, &own, sizeof own, exchange.context)) return gather_failure();
  const struct agreed *all = gathered;
  int first = 0;
  while (first < exchange.ranks && all[first].status == GO_ON) first++;
  if (first == exchange.ranks) return GO_ON;
  if (first > 0) failure("rank %d of %d: %s", first, exchange.ranks, all[first].sentence);
  return all[first].status;
}

int end_ranks(int status) {
  bool silent = !exchange_of_ranks() && rank_started() > 0;
  fflush(NULL);
  if (exchange_of_ranks()) end_exchange(&exchange);
  return silent ? EXIT_OK : status; /* rank 0 has said it, and must not be ended by another's failure before */
}
