#define _GNU_SOURCE
#include "helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The loader's own descriptor; the builder's; where the program's streams wait; the first file in memory. */
enum { control = 4, status_descriptor = 5, held_out = 6, held_err = 7, first_data = 8 };
enum { landlock_create_call = 444, landlock_restrict_call = 446 };
enum { get_keyring = 0, join_session = 1, session_keyring = -3 };

static void fail(const char *what)
{
  say(control, "loader: %s: %s", what, strerror(errno));
  _exit(125);
}

/* Signals stay below from here on, so that one to everybody ends what is here, as it forks or not, and nothing else.
   That is found out by the host, which can be signalled before, and not after. */
static void keep_signals(pid_t host)
{
  uint64_t handled[3] = {0, 0, 2};
  if (kill(host, 0) != 0) fail("see the host");
  long rules = syscall(landlock_create_call, handled, sizeof handled, 0);
  if (rules < 0) fail("make rules");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(landlock_restrict_call, rules, 0) != 0) fail("confine itself");
  close((int)rules);
  if (kill(host, 0) == 0 || errno != EPERM) fail("keep signals inside");
}

static void place_file(int place, const struct part *part)
{
  int descriptor = (int)syscall(SYS_memfd_create, "data", 0);
  if (descriptor < 0) fail("make a file in memory");
  for (size_t done = 0; done < part->length;) {
    ssize_t written = write(descriptor, part->bytes + done, part->length - done);
    if (written <= 0) fail("fill a file in memory");
    done += (size_t)written;
  }
  if (lseek(descriptor, 0, SEEK_SET) != 0) fail("fill a file in memory");
  if (descriptor == place) return;
  if (dup2(descriptor, place) != place) fail("place a file in memory");
  close(descriptor);
}

static void limit_resources(char *lines)
{
  for (char *rest, *line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    unsigned long long soft, hard;
    unsigned int resource;
    if (sscanf(line, "%u %llu %llu", &resource, &soft, &hard) != 3) fail("read a limit");
    uint64_t limit[2] = {soft, hard};
    if (syscall(SYS_prlimit64, 0, resource, limit, NULL) != 0) fail("limit a resource");
  }
}

static void enter_groups(const char *lines)
{
  char *copy = strdup(lines);
  for (char *rest, *folder = strtok_r(copy, "\n", &rest); folder != NULL; folder = strtok_r(NULL, "\n", &rest)) {
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    int members = open(path, O_WRONLY | O_CLOEXEC);
    if (members < 0) continue;
    ssize_t written = write(members, "0", 1);
    (void)written;
    close(members);
  }
  free(copy);
}

static void wait_a_moment(void)
{
  nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

static void remove_groups(char *lines)
{
  for (char *rest, *folder = strtok_r(lines, "\n", &rest); folder != NULL; folder = strtok_r(NULL, "\n", &rest)) {
    /* The kernel lets go of the last process a moment after it was waited for. */
    for (int attempt = 0; attempt < 300 && rmdir(folder) != 0 && errno == EBUSY; attempt += 1) wait_a_moment();
  }
}

static char **split_words(char *text, size_t length)
{
  size_t count = 1;
  for (size_t at = 0; at < length; at += 1) count += text[at] == '\0';
  char **words = allocate((count + 1) * sizeof *words);
  char *word = text;
  for (size_t index = 0; index < count; index += 1) {
    words[index] = word;
    word += strlen(word) + 1;
  }
  words[count] = NULL;
  return words;
}

static void start_builder(pid_t loader, int has_channel, const struct part *parts)
{
  /* What builds the jail dies with the loader from its first moment on, not only once it sees to that itself. */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail("follow the loader");
  if (getppid() != loader) _exit(125);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (dup2(status_descriptor, 1) != 1 || dup2(status_descriptor, 2) != 2) fail("point the streams at the host");
  enter_groups(parts[1].bytes);
  limit_resources(parts[0].bytes);
  char **command = split_words(parts[3].bytes, parts[3].length);
  char *nothing[] = {NULL};
  close_between(has_channel ? 4 : 3, 4);
  execve(command[0], command, nothing);
  say(2, "cannot start %s: %s", command[0], strerror(errno));
  _exit(125);
}

static pid_t parent_of(const char *pid)
{
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  FILE *stat = fopen(path, "re");
  if (stat == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, stat);
  fclose(stat);
  text[length] = '\0';
  const char *end = strrchr(text, ')');
  int parent;
  return end != NULL && sscanf(end + 2, "%*c %d", &parent) == 1 ? parent : 0;
}

static void end_children(pid_t loader)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", loader, loader);
  FILE *list = fopen(path, "re");
  if (list != NULL) {
    for (int pid; fscanf(list, "%d", &pid) == 1;) kill(pid, SIGKILL);
    fclose(list);
    return;
  }
  DIR *all = opendir("/proc");
  if (all == NULL) return;
  for (struct dirent *entry; (entry = readdir(all)) != NULL;)
    if (parent_of(entry->d_name) == loader) kill(atoi(entry->d_name), SIGKILL);
  closedir(all);
}

int run_loader(int count, char **arguments)
{
  if (count < 2) return 125;
  pid_t host = atoi(arguments[0]);
  int has_channel = strcmp(arguments[1], "1") == 0;
  /* Waited for, so that none is missed: SIGTERM says to end it all, also for a host that died, and SIGCHLD that something ended. */
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGCHLD);
  if (sigprocmask(SIG_SETMASK, &awaited, NULL) != 0) fail("block signals");
  /* The host may have died already; then nobody is left to end what is started here. */
  if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0) fail("follow the host");
  if (getppid() != host) return 125;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) fail("adopt descendants");
  close_between(first_data - 2, ~0U >> 1);
  if (dup2(1, held_out) != held_out || dup2(2, held_err) != held_err) fail("hold the streams");

  size_t parts_count;
  struct part *parts = read_parts(control, &parts_count);
  if (parts == NULL) return 125;
  /* A spare one that is not needed is told nothing. */
  if (parts_count == 0) return 0;
  if (parts_count < 4 || getppid() != host) return 125;
  int is_scoped = parts[2].length > 0;
  if (is_scoped) keep_signals(host);
  long before = syscall(SYS_keyctl, get_keyring, session_keyring, 0);
  long after = syscall(SYS_keyctl, join_session, NULL);
  say(control, "keyring %ld %ld", before, after);
  for (size_t index = 4; index < parts_count; index += 1) place_file(first_data + (int)index - 4, &parts[index]);

  pid_t loader = getpid(), child = fork();
  if (child < 0) fail("fork");
  if (child == 0) start_builder(loader, has_channel, parts);
  close_between(0, 3);
  close_between(5, ~0U >> 1);

  unsigned long long microseconds = 0;
  long kilobytes = 0;
  int last = 0, is_ending = 0, is_told = 0;
  for (;;) {
    int signal = sigwaitinfo(&awaited, NULL);
    if (signal == SIGTERM) is_ending = is_told = 1;
    int status;
    struct rusage used;
    pid_t ended;
    while ((ended = wait4(-1, &status, WNOHANG, &used)) > 0) {
      microseconds += (unsigned long long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000ULL +
                      (unsigned long long)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
      if (used.ru_maxrss > kilobytes) kilobytes = used.ru_maxrss;
      if (ended != child) continue;
      last = status;
      /* What outlives it has no leave to. */
      is_ending = 1;
    }
    if (ended < 0) break;
    /* What they had started comes to us as they end, and its turn with their signal. */
    if (is_ending && is_scoped) kill(-1, SIGKILL);
    else if (is_ending) end_children(loader);
  }
  signal(SIGPIPE, SIG_IGN);
  dprintf(control, "used %llu %ld %d\n", microseconds, kilobytes, last);
  /* A host that died removes nothing any more. It is told of by the end of its first thread, a moment before it is gone itself. */
  for (int attempt = 0; attempt < 100 && is_told && getppid() == host; attempt += 1) wait_a_moment();
  if (getppid() != host) remove_groups(parts[1].bytes);
  return 0;
}
