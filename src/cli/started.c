/* started.c: see started.h. */
#include "cli/started.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- who has started this process ----------------------------------------------------------------------------- */

/* Open MPI; MPICH, and srun by PMI; srun. The first that is there counts: an mpirun of a Slurm job has its own. */
static const struct {
  const char *size, *rank;
  bool of_slurm;
} launchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", false},
    {"PMI_SIZE", "PMI_RANK", false},
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", true},
};
enum { LAUNCHERS = sizeof launchers / sizeof *launchers };

static int number_of(const char *name) {
  const char *text = getenv(name);
  return text ? (int)strtol(text, NULL, 10) : 0;
}

static int find_launcher(void) {
  for (int i = 0; i < LAUNCHERS; i++)
    if (number_of(launchers[i].size) > 0) return i;
  return -1;
}

int ranks_started(void) {
  int launcher = find_launcher(), count = launcher < 0 ? 0 : number_of(launchers[launcher].size);
  bool by_srun = launcher > 0 && getenv("SLURM_JOB_ID");
  return count == 1 && by_srun ? 0 : count;
}

int rank_started(void) { return ranks_started() ? number_of(launchers[find_launcher()].rank) : 0; }

void leave_ranks(void) {
  for (int i = 0; i < LAUNCHERS; i++) unsetenv(launchers[i].size);
}

/* --- who speaks ----------------------------------------------------------------------------------------------- */

/* What the others would have said stays in memory. */
void begin_ranks(void) {
  if (rank_started() == 0) return;
  int nowhere = open("/dev/null", O_RDWR), kept = memfd_create("khop", MFD_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  if (kept >= 0) dup2(kept, STDERR_FILENO);
  if (nowhere >= 0) close(nowhere);
  if (kept >= 0) close(kept);
}

bool rank_reaches_terminal(void) {
  char name[64], target[64];
  if (!ranks_started() || rank_started() > 0) return false;
  snprintf(name, sizeof name, "/proc/%d/fd/%d", (int)getppid(), STDERR_FILENO);
  ssize_t length = readlink(name, target, sizeof target - 1);
  target[length > 0 ? length : 0] = 0;
  return strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0;
}
