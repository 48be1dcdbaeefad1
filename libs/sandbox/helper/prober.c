#define _GNU_SOURCE
#include "helper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

enum { most_words = 8 };

static int read_file(const char *path)
{
  char byte;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t got = read(file, &byte, 1);
  if (got < 0) return -1;
  close(file);
  if (got > 0) return 0;
  errno = ENODATA;
  return -1;
}

static int append(const char *path)
{
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  return file < 0 ? -1 : close(file);
}

static int connect_to(const char *port)
{
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return stream < 0 || connect(stream, (struct sockaddr *)&place, sizeof place) != 0 ? -1 : close(stream);
}

static int attempt(char **words)
{
  const char *operation = words[0], *on = words[1] != NULL ? words[1] : "";
  if (strcmp(operation, "read") == 0) return read_file(on);
  if (strcmp(operation, "append") == 0) return append(on);
  if (strcmp(operation, "chmod") == 0) return chmod(on, 0600);
  if (strcmp(operation, "utime") == 0) {
    struct utimbuf times = {1, 1};
    return utime(on, &times);
  }
  if (strcmp(operation, "kill") == 0) return kill(atoi(on), 0);
  if (strcmp(operation, "connect") == 0) return connect_to(on);
  if (strcmp(operation, "call") == 0) {
    long values[most_words] = {0};
    for (int index = 1; index < most_words && words[index] != NULL; index += 1) values[index - 1] = strtol(words[index], NULL, 10);
    return syscall(values[0], values[1], values[2], values[3], values[4], values[5], values[6]) == -1 ? -1 : 0;
  }
  errno = ENOSYS;
  return -1;
}

/* Tries what the arguments say, an operation and what it works on with tabs between, and prints an error number for each. */
int run_prober(int count, char **attempts)
{
  for (int index = 0; index < count; index += 1) {
    char *words[most_words + 1] = {NULL}, *rest;
    words[0] = strtok_r(attempts[index], "\t", &rest);
    for (int at = 1; at < most_words && words[at - 1] != NULL; at += 1) words[at] = strtok_r(NULL, "\t", &rest);
    errno = 0;
    printf("%d\n", words[0] != NULL && attempt(words) == 0 ? 0 : errno);
    fflush(stdout);
  }
  return 0;
}
