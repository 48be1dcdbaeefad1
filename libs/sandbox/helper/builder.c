#define _GNU_SOURCE
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { status_descriptor = 5, plan_descriptor = 8, most_values = 8 };

/* Something that a step works on: a number, or bytes that go to the kernel as a pointer to them. */
struct value {
  long number;
  char *bytes;
  size_t length;
};

static int rules = -1;
static char **variables;
static size_t variable_count;
static char **program;
static pid_t starter;

static void fail(const char *words)
{
  say(status_descriptor, "builder: cannot %s: %s", words, strerror(errno));
  _exit(125);
}

static long argument(const struct value *value)
{
  return value->bytes != NULL ? (long)(intptr_t)value->bytes : value->number;
}

/* Values that are left out are 0. */
static long call(const struct value *values)
{
  return syscall(values[0].number, argument(&values[1]), argument(&values[2]), argument(&values[3]), argument(&values[4]),
                 argument(&values[5]), argument(&values[6]));
}

static int put(const char *path, const struct value *text, int flags)
{
  int file = open(path, O_WRONLY | O_CLOEXEC | flags, 0444);
  if (file < 0) return -1;
  if (write(file, text->bytes, text->length) != (ssize_t)text->length) return -1;
  return close(file);
}

static int set_variable(const struct value *values)
{
  size_t length = values[0].length + values[1].length + 2;
  char *text = allocate(length);
  snprintf(text, length, "%s=%s", values[0].bytes, values[1].bytes);
  variables = realloc(variables, (variable_count + 2) * sizeof *variables);
  if (variables == NULL) return -1;
  /* The last one of a name counts. */
  for (size_t index = 0; index < variable_count; index += 1) {
    if (strncmp(variables[index], text, values[0].length + 1) != 0) continue;
    variables[index] = text;
    return 0;
  }
  variables[variable_count] = text;
  variable_count += 1;
  variables[variable_count] = NULL;
  return 0;
}

static int set_filter(const struct value *filter)
{
  struct sock_fprog steps = {(unsigned short)(filter->length / sizeof(struct sock_filter)), (struct sock_filter *)(void *)filter->bytes};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &steps, 0, 0);
}

static int open_loopback(void)
{
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0 || ioctl(control, SIOCSIFFLAGS, &request) != 0) return -1;
  return close(control);
}

/* Whoever started this, it is: had it died before, this would have been killed with it. */
static int follow(void)
{
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
  if (getppid() != starter) _exit(125);
  return 0;
}

/* O_PATH opens what this user may not read, too. The file has to be the very one that the host has looked at. */
static int allow(const struct value *values)
{
  struct {
    uint64_t access;
    int32_t place;
  } __attribute__((packed)) rule;
  struct stat facts;
  char identity[64];
  int place = open(values[1].bytes, O_PATH | O_CLOEXEC);
  if (place < 0 || fstat(place, &facts) != 0) return -1;
  snprintf(identity, sizeof identity, "%llu %llu", (unsigned long long)facts.st_dev, (unsigned long long)facts.st_ino);
  if (strcmp(identity, values[2].bytes) != 0) {
    errno = ESTALE;
    return -1;
  }
  rule.access = (uint64_t)values[3].number;
  rule.place = place;
  if (syscall(values[0].number, rules, 1, &rule, 0) != 0) return -1;
  return close(place);
}

static void start_program(void)
{
  char *nothing[] = {NULL};
  execve(program[0], program, variable_count == 0 ? nothing : variables);
  char words[512];
  snprintf(words, sizeof words, "start %s", program[0]);
  fail(words);
}

static int take(const char *kind, const char *words, struct value *values)
{
  if (strcmp(kind, "call") == 0) return call(values) == -1 ? -1 : 0;
  if (strcmp(kind, "directory") == 0) return mkdir(values[0].bytes, 0755) == 0 || errno == EEXIST ? 0 : -1;
  if (strcmp(kind, "link") == 0) return symlink(values[0].bytes, values[1].bytes);
  if (strcmp(kind, "file") == 0) return put(values[0].bytes, &values[1], O_CREAT | O_EXCL);
  if (strcmp(kind, "write") == 0) return put(values[0].bytes, &values[1], 0);
  if (strcmp(kind, "enter") == 0) return chdir(values[0].bytes);
  if (strcmp(kind, "variable") == 0) return set_variable(values);
  /* What it denies is not counted here. */
  if (strcmp(kind, "filter") == 0) return set_filter(&values[1]);
  if (strcmp(kind, "loopback") == 0) return open_loopback();
  if (strcmp(kind, "follow") == 0) return follow();
  if (strcmp(kind, "first-process") == 0) return enter_first_process(status_descriptor);
  if (strcmp(kind, "rules") == 0) return (rules = (int)syscall(values[0].number, values[1].bytes, values[1].length, 0)) < 0 ? -1 : 0;
  if (strcmp(kind, "allow") == 0) return allow(values);
  if (strcmp(kind, "confine") == 0) return syscall(values[0].number, rules, 0) != 0 ? -1 : close(rules);
  if (strcmp(kind, "try") == 0) {
    say(status_descriptor, "tried %d %s", call(values) == -1 ? errno : 0, words);
    return 0;
  }
  if (strcmp(kind, "become") == 0) {
    say(status_descriptor, "{ \"child-pid\": %d }", getppid());
    start_program();
  }
  errno = ENOSYS;
  return -1;
}

static struct value read_value(const struct part *part)
{
  struct value value = {0, NULL, 0};
  if (part->bytes[0] == 'i') {
    value.number = strtol(part->bytes + 1, NULL, 10);
    return value;
  }
  value.bytes = part->bytes + 1;
  value.length = part->length - 1;
  return value;
}

static void take_steps(const struct part *parts, size_t count)
{
  for (size_t at = 0; at + 3 <= count;) {
    const char *kind = parts[at].bytes, *words = parts[at + 1].bytes;
    size_t value_count = strtoul(parts[at + 2].bytes, NULL, 10);
    struct value values[most_values] = {{0, NULL, 0}};
    at += 3;
    if (value_count > most_values || value_count > count - at) {
      errno = EINVAL;
      fail(words);
    }
    for (size_t index = 0; index < value_count; index += 1, at += 1) {
      if (parts[at].length == 0) {
        errno = EINVAL;
        fail(words);
      }
      values[index] = read_value(&parts[at]);
    }
    if (take(kind, words, values) != 0) fail(words);
  }
}

int run_builder(char **command)
{
  program = command;
  starter = getppid();
  size_t count;
  struct part *parts = read_parts(plan_descriptor, &count);
  close(plan_descriptor);
  errno = EINVAL;
  if (parts == NULL) fail("open the plan");
  take_steps(parts, count);
  pid_t child = fork();
  if (child < 0) fail("start the program");
  if (child == 0) start_program();
  close_between(0, ~0U >> 1);
  for (;;) {
    int status;
    pid_t ended = wait(&status);
    if (ended < 0 && errno != EINTR) return 125;
    if (ended == child) end_as(status);
  }
}
