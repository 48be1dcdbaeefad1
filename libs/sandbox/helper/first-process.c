#define _GNU_SOURCE
#include "helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The one that is left outside hands its end on, and the jail dies with it. */
static void wait_outside(pid_t child, int hold)
{
  int status;
  close_between(0, (unsigned int)hold - 1);
  close_between((unsigned int)hold + 1, ~0U >> 1);
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) _exit(125);
  end_as(status);
}

int enter_first_process(int status)
{
  int ends[2];
  if (pipe(ends) != 0) return -1;
  pid_t child = fork();
  if (child < 0) return -1;
  if (child > 0) {
    say(status, "{ \"child-pid\": %d }", child);
    wait_outside(child, ends[1]);
  }
  close(ends[1]);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
  /* That one may have died already: then nobody holds the other end. */
  struct pollfd watch = {.fd = ends[0], .events = POLLIN};
  if (poll(&watch, 1, 0) != 0) _exit(125);
  return close(ends[0]);
}
