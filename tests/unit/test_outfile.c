/* test_outfile.c: files are written whole or not at all, wherever they are: full disks, links,
 * closed folders, and memory that runs out; and read from odd places. */
#include "array_check.h"
#include "files/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Each kind of file goes through the same door. */
static khop_status (*const writers[])(const char *) = {write_one, write_archive, write_tensors};

/* --- places --------------------------------------------------------------------------------- */

static void full_disk(void **state) {
  (void)state;
  if (access("/dev/full", W_OK) != 0) {
    skipped("no /dev/full");
    return;
  }
  for (int w = 0; w < 3; w++)
    fails(writers[w]("/dev/full"), KHOP_E_IO, "/dev/full: ", "No space left");
  ok(write_archive("/dev/null"));
}

/* Between a write that fails and the commit errno is left by other calls, such as isatty of a progress line. */
static void the_reason_is_that_of_the_write(void **state) {
  (void)state;
  static char block[1 << 16];
  khop_i_outfile out;
  if (access("/dev/full", W_OK) == 0) {
    ok(khop_i_outfile_open(&out, "/dev/full"));
    assert_true(fwrite(block, 1, sizeof block, out.stream) < sizeof block);
    errno = ENOTTY;
    fails(khop_i_outfile_commit(&out), KHOP_E_IO, "/dev/full: cannot write: ", "No space left");
  }
  ok(khop_i_outfile_open(&out, at("part"))); /* a disk that has space again */
  int file = dup(fileno(out.stream)), none = open("/dev/full", O_WRONLY);
  assert_true(file >= 0 && none >= 0);
  assert_int_equal(dup2(none, fileno(out.stream)), fileno(out.stream));
  assert_true(fwrite(block, 1, sizeof block, out.stream) < sizeof block);
  assert_int_equal(dup2(file, fileno(out.stream)), fileno(out.stream));
  close(file);
  close(none);
  errno = ENOTTY;
  fails(khop_i_outfile_commit(&out), KHOP_E_IO, "part: cannot write: ", "an earlier part was lost");
  assert_int_not_equal(access(at("part"), F_OK), 0);
}

static void links_stay(void **state) {
  (void)state;
  struct stat seen;
  assert_int_equal(mkdir(at("inner"), 0777), 0);
  write_file(at("inner/real"), "before", 6);
  assert_int_equal(chmod(at("inner/real"), 0640), 0);
  assert_int_equal(symlink("inner/real", at("link")), 0);
  for (int w = 0; w < 3; w++) {
    ok(writers[w](at("link")));
    ok(writers[w](at("plain")));
    assert_int_equal(lstat(at("link"), &seen), 0);
    assert_true(S_ISLNK(seen.st_mode));
    assert_int_equal(lstat(at("inner/real"), &seen), 0);
    assert_true(S_ISREG(seen.st_mode));
    assert_int_equal(seen.st_mode & 0777, 0640); /* and keeps its permissions */
    same_files(at("inner/real"), at("plain"));
  }
  assert_int_equal(symlink("nowhere", at("dangling")), 0);
  ok(write_one(at("dangling")));
  assert_int_equal(stat(at("nowhere"), &seen), 0);
  assert_int_equal(symlink("loop", at("loop")), 0);
  fails(write_one(at("loop")), KHOP_E_IO, "loop", "symbolic links");
}

/* Its reader waits for nobody, so that a pipe that is replaced ends the test. */
static void a_named_pipe_stays_one_and_its_reader_gets_the_bytes(void **state) {
  (void)state;
  struct stat seen;
  static char got[1 << 16], wanted[1 << 16];
  assert_int_equal(mkfifo(at("pipe"), 0600), 0);
  for (int w = 0; w < 3; w++) {
    int reader = open(at("pipe"), O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    ok(writers[w](at("pipe")));
    ok(writers[w](at("plain")));
    ssize_t count = read(reader, got, sizeof got);
    close(reader);
    FILE *plain = fopen(at("plain"), "rb");
    assert_non_null(plain);
    assert_int_equal(count, fread(wanted, 1, sizeof wanted, plain));
    fclose(plain);
    assert_in_range(count, 1, sizeof got - 1);
    assert_memory_equal(got, wanted, (size_t)count);
    assert_int_equal(lstat(at("pipe"), &seen), 0);
    assert_true(S_ISFIFO(seen.st_mode));
  }
}

static void bad_places(void **state) {
  (void)state;
  write_file(at("file"), "kept", 4);
  int before = files_in_folder();
  for (int w = 0; w < 3; w++) {
    fails(writers[w](folder), KHOP_E_IO, folder, "directory");
    fails(writers[w](at("file/below")), KHOP_E_IO, at("file/below"), "Not a directory");
    fails(writers[w](at("missing/file")), KHOP_E_NOT_FOUND, at("missing/file"), "No such file");
    fails(writers[w](""), KHOP_E_ARGUMENT, "path", "empty");
  }
  if (getuid() != 0) { /* root may write anywhere */
    assert_int_equal(mkdir(at("closed"), 0555), 0);
    fails(write_one(at("closed/a")), KHOP_E_IO, "closed/a", "Permission denied");
    before++;
  }
  assert_int_equal(files_in_folder(), before); /* nothing half-written is left */
}

/* A file that is given up, or fails, leaves what stood there. */
static void whole_or_not(void **state) {
  (void)state;
  khop_i_outfile out;
  char *bytes = NULL;
  size_t size = 0;
  write_file(at("old"), "old", 3);
  int before = files_in_folder();
  ok(khop_i_outfile_open(&out, at("old")));
  fputs("half", out.stream);
  khop_i_outfile_abandon(&out);
  khop_i_outfile_abandon(&out);
  ok(khop_i_infile_read(&bytes, &size, at("old")));
  assert_string_equal(bytes, "old");
  khop_i_free(bytes);
  assert_int_equal(files_in_folder(), before);
  ok(khop_i_outfile_open(&out, at("old")));
  fputs("new", out.stream);
  ok(khop_i_outfile_commit(&out));
  ok(khop_i_infile_read(&bytes, &size, at("old")));
  assert_string_equal(bytes, "new");
  khop_i_free(bytes);
  assert_int_equal(files_in_folder(), before);
}

static void infile_places(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  fails(khop_i_infile_read(&bytes, &size, at("none")), KHOP_E_NOT_FOUND, at("none"),
        "No such file");
  fails(khop_i_infile_read(&bytes, &size, folder), KHOP_E_IO, folder, "directory");
  ok(khop_i_infile_read(&bytes, &size, "/dev/null"));
  assert_int_equal(size, 0);
  khop_i_free(bytes);
  ok(khop_i_infile_read(&bytes, &size, "/proc/self/maps")); /* longer than it says */
  assert_true(size > 500 && bytes[size] == 0);
  khop_i_free(bytes);
}

/* --- memory --------------------------------------------------------------------------------- */

static khop_status read_archive(const char *path) {
  khop_i_npz *npz = NULL;
  khop_i_array array = {0};
  khop_status status = khop_i_npz_open(&npz, path);
  if (status == KHOP_OK) status = khop_i_npz_read(&array, npz, "int32");
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
  return status;
}

static khop_status read_tensors(const char *path) {
  khop_i_safetensors *file = NULL;
  khop_status status = khop_i_safetensors_read(&file, path);
  khop_i_safetensors_free(file);
  return status;
}

typedef struct act {
  khop_status (*act)(const char *path);
  const char *path;
} act;

static khop_status try_act(void *context) {
  const act *a = context;
  return a->act(a->path);
}

/* Memory runs out at every place: no file is left behind. */
static void out_of_memory(void **state) {
  (void)state;
  const struct {
    khop_status (*act)(const char *);
    const char *file;
  } acts[] = {{write_one, "m.npy"},
              {write_archive, "m.npz"},
              {write_tensors, "m.safetensors"},
              {read_archive, "m.npz"},
              {read_tensors, "m.safetensors"}};
  memory_can_run_out();
  for (size_t a = 0; a < sizeof acts / sizeof *acts; a++) {
    int before = files_in_folder();
    assert_in_range(fail_each(try_act, &(act){acts[a].act, at(acts[a].file)}), 0, 199);
    assert_in_range(files_in_folder() - before, 0, 1);
  }
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(full_disk),     cmocka_unit_test(links_stay),
      cmocka_unit_test(the_reason_is_that_of_the_write),
      cmocka_unit_test(a_named_pipe_stays_one_and_its_reader_gets_the_bytes),
      cmocka_unit_test(bad_places),    cmocka_unit_test(whole_or_not),
      cmocka_unit_test(infile_places), cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("outfile", tests, open_arrays, close_folder);
}
