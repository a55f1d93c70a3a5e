/* build.c: khop data build debian: the package index of this machine, to a file that `khop train debian`
 * finds. */
#include "cli/data/build.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define INDEX_COMMAND "apt-cache dumpavail"
#define QUIET " 2>/dev/null" /* khop itself reports a failure, in one line */

/* --- where to ------------------------------------------------------------------------------- */

/* Makes the folders of a path, as mkdir -p does. */
static bool make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    bool there = mkdir(path, 0777) == 0 || errno == EEXIST;
    *slash = '/';
    if (!there) return false;
  }
  return true;
}

/* The folder of the user's own that the catalogue searches; where there is no home, ./datasets. */
static char *default_output(void) {
  const char *shared = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  char *path = NULL;
  int length = shared && *shared ? asprintf(&path, "%s/khop/debian.npz", shared)
               : home && *home   ? asprintf(&path, "%s/.local/share/khop/debian.npz", home)
                                 : asprintf(&path, "datasets/debian.npz");
  return length < 0 ? NULL : path;
}

/* --- where from ----------------------------------------------------------------------------- */

typedef struct source {
  FILE *stream;
  const char *name;
  bool is_pipe;
} source;

static bool open_source(source *s, const char *from) {
  *s = (source){.name = from ? from : INDEX_COMMAND};
  if (from && strcmp(from, "-") == 0)
    *s = (source){.stream = stdin, .name = "standard input"};
  else if (from)
    s->stream = fopen(from, "r");
  else
    s->stream = popen(INDEX_COMMAND QUIET, "r"), s->is_pipe = true;
  if (!s->stream) failure("%s: cannot be read: %s", s->name, strerror(errno));
  return s->stream;
}

/* False after a message if the program that prints the index has failed: the user is to read that, and not what is
 * wrong with its output. */
static bool close_source(source *s, bool read_to_its_end) {
  int ended = 0;
  if (s->is_pipe)
    ended = pclose(s->stream);
  else if (s->stream != stdin)
    fclose(s->stream);
  if (!ended || !read_to_its_end) return true;
  failure("'%s' failed (status %d): is this a machine with apt? --from FILE reads a saved index", INDEX_COMMAND,
          WIFEXITED(ended) ? WEXITSTATUS(ended) : -1);
  return false;
}

/* --- the command ---------------------------------------------------------------------------- */

static bool show_packages(int64_t packages, void *context) {
  const build_choice *choice = context;
  if (!choice->data.quiet) progress_line(false, "reading: %lld packages", (long long)packages);
  return !was_interrupted();
}

static void print_counts(const khop_debian_counts *c, const char *path, bool json) {
  if (!json) {
    printf("%s: %lld packages, %lld links (%lld directed), %lld words, %lld sections\n", visible(path),
           (long long)c->packages, (long long)c->links, (long long)c->arcs, (long long)c->columns,
           (long long)c->classes);
    printf("  dropped: %lld second stanzas, %lld mentions of names that are no package; %lld packages "
           "without a word,\n  %lld without a section; %lld sections miss one of the three parts\n",
           (long long)c->repeats, (long long)c->dropped, (long long)c->bare,
           (long long)c->unlabelled, (long long)c->rare);
    return;
  }
  const char *const keys[] = {"packages", "links", "directed", "words", "entries", "sections",
                              "repeats", "dropped", "bare", "unlabelled", "rare"};
  const int64_t values[] = {c->packages, c->links, c->arcs, c->columns, c->entries, c->classes,
                            c->repeats, c->dropped, c->bare, c->unlabelled, c->rare};
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "path", path);
  for (int k = 0; k < (int)(sizeof keys / sizeof *keys); k++)
    add_number(root, keys[k], (double)values[k]);
  print_json(root);
}

static int build_debian(const build_choice *choice, const char *path) {
  khop_debian *debian = NULL;
  khop_debian_options options = {
      .size = sizeof options, .progress = show_packages, .context = (void *)(uintptr_t)choice};
  source s;
  if (!open_source(&s, choice->from)) return EXIT_FAILED;
  khop_status status = khop_debian_read(&debian, s.stream, s.name, &options);
  bool whole = close_source(&s, status == KHOP_OK || status == KHOP_E_FORMAT);
  if (whole && status == KHOP_OK) status = khop_debian_write(debian, path);
  progress_clear();
  int code = !whole ? EXIT_FAILED : status != KHOP_OK ? library_failure() : EXIT_OK;
  if (code == EXIT_OK) {
    khop_debian_counts counts = khop_debian_count(debian);
    print_counts(&counts, path, choice->data.json);
  }
  khop_debian_free(debian);
  return code;
}

int build_data(const build_choice *choice, const char *name) {
  if (strcmp(name, "debian") != 0)
    return usage_error("build: only debian can be built, not '%s'", name);
  const char *dot = choice->output ? strrchr(choice->output, '.') : ".npz";
  if (!dot || strcmp(dot, ".npz") != 0)
    return usage_error("-o: not .npz: '%s'", choice->output);
  char *path = choice->output ? strdup(choice->output) : default_output();
  int status = EXIT_FAILED;
  if (!path)
    failure("no memory for the name of a file");
  else if (!choice->output && !make_folders(path))
    failure("%s: its folder cannot be made: %s", path, strerror(errno));
  else
    status = build_debian(choice, path);
  free(path);
  return status;
}
