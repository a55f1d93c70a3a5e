/* test_saves.c: a checkpoint that is saved while memory is short, or as the disk fails, is an error and leaves the file
 * that stood there; one that is saved loads to the same bits; and so does one of a training that was killed. */
#include "sets_check.h"
#include "train_check.h"

#include "files/safetensors.h"

#include <cjson/cJSON.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* --- memory and disks that fail ----------------------------------------------------------------- */

static atomic_llong until_failure = -1; /* allocations that still succeed; below 0: all do */
static bool once;                       /* one alone fails */
static int disk_error;                  /* of fsync; 0: none */
static bool nameless_refused;           /* no O_TMPFILE */
static int refusals;
static bool disk_lies;                  /* what is read back is another byte */

/* The next allocation of anybody. */
static bool may_allocate(void) {
  long long left = atomic_load(&until_failure);
  if (left < 0) return true;
  if (left > 0 || once) atomic_store(&until_failure, left - 1);
  return left > 0;
}

static void *fail_malloc(size_t size, void *context) {
  (void)context;
  return may_allocate() ? malloc(size) : NULL;
}
static void fail_free(void *pointer, void *context) {
  (void)context;
  free(pointer);
}
static void *fail_cjson_malloc(size_t size) { return may_allocate() ? malloc(size) : NULL; }

/* The program's own stand before those of the C library. */
FILE *fdopen(int file, const char *mode) {
  static FILE *(*next)(int, const char *);
  if (!may_allocate()) {
    errno = ENOMEM;
    return NULL;
  }
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "fdopen");
  return next(file, mode);
}

int fsync(int file) {
  if (!disk_error) return (int)syscall(SYS_fsync, file);
  errno = disk_error;
  return -1;
}

ssize_t pread(int file, void *bytes, size_t count, off_t from) {
  ssize_t got = (ssize_t)syscall(SYS_pread64, file, bytes, count, from);
  if (disk_lies && got > 0) ((char *)bytes)[got - 1] ^= 1;
  return got;
}

static int open_at(const char *name, int flags, mode_t mode) {
  if (nameless_refused && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    refusals++;
    return -1;
  }
  return (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

int open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_at(name, flags, mode);
}

/* --- what is saved ------------------------------------------------------------------------------ */

static khop_trainer *trainer; /* of two epochs */
static bench trained;

static khop_status save_model(const char *name) { return khop_model_save(trained.model, name); }
static khop_status save_trainer(const char *name) { return khop_trainer_save(trainer, name); }
static khop_status (*const savers[])(const char *) = {save_model, save_trainer};

static int open_trained(void **state) {
  bool more;
  ok(khop_set_allocator(&(khop_allocator){fail_malloc, fail_free, NULL})); /* while nothing is held */
  if (open_karate(state) != 0) return -1;
  trained = open_bench("gcn", karate);
  trained.recipe.fit.seed = 5;
  ok(khop_model_set_schema(trained.model, khop_data_schema(karate)));
  ok(khop_model_set_metadata(trained.model, "a \"note\"", "of\ttwo\nlines \x01\\"));
  ok(khop_trainer_new(&trainer, trained.run, karate, 0, &trained.recipe.fit));
  for (int e = 0; e < 2; e++) ok(khop_trainer_epoch(trainer, &more));
  return 0;
}

static int close_trained(void **state) {
  khop_trainer_free(trainer);
  close_bench(&trained);
  return close_karate(state);
}

static void assert_file_is(const char *name, const char *text) {
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, name));
  assert_string_equal(bytes, text);
  khop_i_free(bytes);
}

/* --- the tests ---------------------------------------------------------------------------------- */

/* Allocation 0, 1, 2 .. of khop, of cJSON and of the stream fails: it alone, or all after it too. */
static void an_allocation_that_fails_keeps_the_old_file(void **state) {
  (void)state;
  cJSON_Hooks failing = {fail_cjson_malloc, free};
  for (int s = 0; s < 2; s++) {
    ok(savers[s](other_path));
    for (int alone = 0; alone < 2; alone++) {
      int failed = 0;
      khop_status status = KHOP_E_MEMORY;
      cJSON_InitHooks(&failing);
      once = alone;
      for (; failed < 5000 && status != KHOP_OK; failed++) {
        write_file(path, "the old one", 11);
        int before = files_in_folder();
        atomic_store(&until_failure, failed);
        status = savers[s](path);
        long long left = atomic_exchange(&until_failure, -1);
        assert_int_equal(files_in_folder(), before);
        if (status == KHOP_OK) {
          assert_true(left >= 0); /* none has failed */
          break;
        }
        assert_non_null(strstr(khop_message(), path));
        assert_file_is(path, "the old one");
      }
      cJSON_InitHooks(NULL);
      assert_in_range(failed, 20, 4999);
      same_files(path, other_path);
    }
  }
}

static void a_disk_that_fails_is_one_sentence_and_keeps_the_old_file(void **state) {
  (void)state;
  const struct {
    int error;
    const char *word;
  } cases[] = {{ENOSPC, "No space left"}, {EIO, "Input/output error"}, {EDQUOT, "quota"}};
  for (int s = 0; s < 2; s++)
    for (int nameless = 0; nameless < 2; nameless++)
      for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        write_file(path, "the old one", 11);
        int before = files_in_folder();
        disk_error = cases[c].error;
        nameless_refused = !nameless;
        khop_status status = savers[s](path);
        disk_error = 0;
        nameless_refused = false;
        fails(status, KHOP_E_IO, path, cases[c].word);
        assert_file_is(path, "the old one");
        assert_int_equal(files_in_folder(), before);
      }
}

static void what_does_not_read_back_keeps_the_old_file(void **state) {
  (void)state;
  for (int s = 0; s < 2; s++) {
    write_file(path, "the old one", 11);
    int before = files_in_folder();
    disk_lies = true;
    khop_status status = savers[s](path);
    disk_lies = false;
    fails(status, KHOP_E_IO, path, "does not read back");
    assert_file_is(path, "the old one");
    assert_int_equal(files_in_folder(), before);
  }
}

/* Whether the file system knows files without names or not; new, and over another. */
static void names_of_249_to_255_bytes_are_written(void **state) {
  (void)state;
  ok(save_model(other_path));
  for (int nameless = 0; nameless < 2; nameless++)
    for (int length = 249; length <= 255; length++) {
      char name[256], whole[600];
      memset(name, 'n', sizeof name);
      name[length] = 0;
      snprintf(whole, sizeof whole, "%s/%s", folder, name);
      nameless_refused = !nameless;
      int before = files_in_folder();
      for (int again = 0; again < 2; again++) {
        ok(save_model(whole));
        assert_int_equal(files_in_folder(), before + 1);
        same_files(whole, other_path);
      }
      nameless_refused = false;
      unlink(whole);
    }
  assert_true(refusals > 0);
}

/* What was saved each epoch goes on to the same bytes, wherever the training was cut off. */
typedef struct killed {
  int at;
} killed;

static bool copy_at(const khop_epoch *e, void *context) {
  const killed *k = context;
  char command[800];
  /* the file is that of the epoch before: this one is saved after the call */
  snprintf(command, sizeof command, "cp '%s' '%s'", path, at("cut.safetensors"));
  return e->epoch != k->at || system(command) == 0;
}

/* The same of the files of two models, while the second trains. */
static bool copy_second_at(const khop_epoch *e, void *context) {
  const killed *k = context;
  char command[1000];
  snprintf(command, sizeof command, "cd '%s' && [ ! -f one-2.safetensors ] || { cp one.safetensors cut.safetensors && "
           "cp one-2.safetensors cut-2.safetensors; }", folder);
  return e->epoch != k->at || system(command) == 0;
}

static void a_checkpoint_between_epochs_goes_on_to_the_same_bytes(void **state) {
  (void)state;
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, "gcn"));
  recipe.fit.epochs = 12;
  ok(khop_train(&report, karate, &recipe, &(khop_train_options){.save = other_path}));
  khop_report_free(&report);
  for (int cut = 2; cut <= 12; cut += 5) {
    killed k = {cut};
    recipe.fit.progress = copy_at;
    recipe.fit.context = &k;
    ok(khop_train(&report, karate, &recipe, &(khop_train_options){.save = path, .save_every = 1e-9}));
    khop_report_free(&report);
    same_files(path, other_path);
    recipe.fit.progress = NULL;
    const char *from = at("cut.safetensors");
    ok(khop_train(&report, karate, &recipe, &(khop_train_options){.save = path, .resume = from}));
    assert_int_equal(report.run[0].resumed, cut - 1);
    khop_report_free(&report);
    same_files(path, other_path);
  }
}

/* The second of two models is cut off: the first is scored from its file, the second goes on. */
static void an_ensemble_goes_on_to_the_same_bytes(void **state) {
  (void)state;
  khop_graphs *set = labelled_set(3, 40);
  khop_recipe recipe;
  khop_graph_report straight, rest;
  char second[300], command[1000];
  ok(khop_recipe_find(&recipe, "molecule"));
  recipe.hidden = 8;
  recipe.batch = 8;
  recipe.fit.epochs = 5;
  recipe.fit.patience = -1;
  assert_true(recipe.average > 0);
  ok(khop_graphs_train(&straight, set, &recipe, &(khop_graph_options){.ensemble = 2, .save = other_path}));
  snprintf(second, sizeof second, "%s", at("two-2.safetensors"));
  killed k = {3};
  recipe.fit.progress = copy_second_at;
  recipe.fit.context = &k;
  ok(khop_graphs_train(&rest, set, &recipe, &(khop_graph_options){.ensemble = 2, .save = path, .save_every = 1e-9}));
  khop_graph_report_free(&rest);
  same_files(path, other_path);
  same_files(at("one-2.safetensors"), second);
  recipe.fit.progress = NULL;
  ok(khop_graphs_train(&rest, set, &recipe,
                       &(khop_graph_options){.ensemble = 2, .save = path, .resume = at("cut.safetensors")}));
  same_files(path, other_path);
  same_files(at("one-2.safetensors"), second);
  assert_memory_equal(&straight.run[0], &rest.run[0], sizeof rest.run[0]);
  khop_graph_report_free(&straight);
  khop_graph_report_free(&rest);
  snprintf(command, sizeof command, "rm '%s'/*.safetensors", folder);
  assert_int_equal(system(command), 0);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_allocation_that_fails_keeps_the_old_file),
      cmocka_unit_test(a_disk_that_fails_is_one_sentence_and_keeps_the_old_file),
      cmocka_unit_test(what_does_not_read_back_keeps_the_old_file),
      cmocka_unit_test(names_of_249_to_255_bytes_are_written),
      cmocka_unit_test(a_checkpoint_between_epochs_goes_on_to_the_same_bytes),
      cmocka_unit_test(an_ensemble_goes_on_to_the_same_bytes),
  };
  return cmocka_run_group_tests_name("saves", tests, open_trained, close_trained);
}
