/* address_space.c: whether there is room for what is loaded, before it is loaded.
 *
 * The BLAS that products run on takes its buffers in a constructor, before main, and where it cannot have them asks for
 * ever: under `ulimit -v` of 300 to 500 MB the command would spin without a word. So the same is asked for still
 * earlier, in the executable's own preinit functions, and refused in one sentence. What is looked at is whether memory
 * can be had, whichever limit says no: -v, -d, or a container's. */
#include <sys/mman.h>
#include <unistd.h>

/* Two buffers of 128 MB, as OpenBLAS 0.3.21 takes them on x86_64, and a little for what other constructors take. */
#define NEEDED ((size_t)272 << 20)

/* Sanitizers are not ready this early. */
__attribute__((no_sanitize("address", "undefined", "thread"))) static void need_room(void) {
  static const char message[] = "khop: 272 MB of memory beside the program's own are needed to start and cannot be had: "
                                "raise the limit (ulimit -v, ulimit -d)\n";
  void *room = mmap(NULL, NEEDED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) {
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
    _exit(1);
  }
  munmap(room, NEEDED);
}

__attribute__((section(".preinit_array"), used)) static void (*const before_constructors)(void) = need_room;
