/*
 * What stands between the host and a jail on systems that have neither perl nor python3: the same steps, arguments and lines
 * as the scripts of @mb/sandbox.
 *
 *   cc -O2 -static -o mb-sandbox-loader *.c
 */
#define _GNU_SOURCE
#include "helper.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The same numbers on every processor; headers of older systems have them not. */
enum { close_range_call = 436, landlock_create_call = 444 };

int main(int count, char **arguments)
{
  const char *role = count > 1 ? arguments[1] : "";
  if (strcmp(role, "loader") == 0) return run_loader(count - 2, arguments + 2);
  if (strcmp(role, "builder") == 0 && count > 2) return run_builder(arguments + 2);
  if (strcmp(role, "doorway") == 0) return run_doorway(count - 2, arguments + 2);
  if (strcmp(role, "prober") == 0) return run_prober(count - 2, arguments + 2);
  if (strcmp(role, "landlock") == 0) {
    printf("%ld\n", syscall(landlock_create_call, NULL, 0, 1));
    return 0;
  }
  fputs("mb-sandbox-loader is started by @mb/sandbox\n", stderr);
  return 2;
}

void *allocate(size_t bytes)
{
  void *memory = malloc(bytes == 0 ? 1 : bytes);
  if (memory == NULL) _exit(125);
  return memory;
}

void say(int descriptor, const char *format, ...)
{
  char line[4096];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  if (length < 0) return;
  size_t size = (size_t)length < sizeof line - 2 ? (size_t)length : sizeof line - 2;
  line[size] = '\n';
  ssize_t written = write(descriptor, line, size + 1);
  (void)written;
}

void close_between(unsigned int first, unsigned int last)
{
  if (first > last) return;
  if (syscall(close_range_call, first, last, 0) == 0) return;
  /* Kernels before 5.9. */
  long most = sysconf(_SC_OPEN_MAX);
  for (unsigned int each = first; each <= last && each < (unsigned long)most; each += 1) close((int)each);
}

void end_as(int status)
{
  _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

static char *read_all(int descriptor, size_t *length)
{
  size_t room = 1 << 16, used = 0;
  char *bytes = allocate(room);
  for (;;) {
    ssize_t got = read(descriptor, bytes + used, room - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) _exit(125);
    if (got == 0) break;
    used += (size_t)got;
    if (used < room) continue;
    room *= 2;
    bytes = realloc(bytes, room);
    if (bytes == NULL) _exit(125);
  }
  *length = used;
  return bytes;
}

static size_t length_at(const char *bytes)
{
  const unsigned char *digits = (const unsigned char *)bytes;
  return (size_t)digits[0] << 24 | (size_t)digits[1] << 16 | (size_t)digits[2] << 8 | digits[3];
}

struct part *read_parts(int descriptor, size_t *count)
{
  size_t length;
  char *bytes = read_all(descriptor, &length);
  /* Each part takes four bytes at least. */
  struct part *parts = allocate((length / 4 + 1) * sizeof *parts);
  *count = 0;
  for (size_t at = 0; at < length;) {
    if (length - at < 4) return NULL;
    size_t size = length_at(bytes + at);
    if (size > length - at - 4) return NULL;
    struct part *part = &parts[*count];
    part->length = size;
    part->bytes = allocate(size + 1);
    memcpy(part->bytes, bytes + at + 4, size);
    part->bytes[size] = '\0';
    *count += 1;
    at += 4 + size;
  }
  free(bytes);
  return parts;
}
