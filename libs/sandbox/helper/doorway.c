#define _GNU_SOURCE
#include "helper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/nsfs.h: whoever is in the user namespace that owns a network may enter it, and only that one. */
enum { owning_users = 0xb701 };

static int fail(const char *what)
{
  fprintf(stderr, "cannot %s: %s\n", what, strerror(errno));
  return 1;
}

static int listen_at(int port)
{
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (door < 0 || bind(door, (struct sockaddr *)&place, sizeof place) != 0 || listen(door, 511) != 0) return -1;
  return door;
}

/* One message of Node's own channel, with the socket beside it. */
static int hand_over(int channel, int door)
{
  char line[] = "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Server\",\"msg\":{}}\n";
  struct iovec data = {.iov_base = line, .iov_len = sizeof line - 1};
  _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof door)] = {0};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof door);
  memcpy(CMSG_DATA(rights), &door, sizeof door);
  return sendmsg(channel, &message, 0) == (ssize_t)data.iov_len ? 0 : -1;
}

/* Opens a listener in the network of a jail that waits at its gate, and hands it to the host. Nothing of the jail is run. */
int run_doorway(int count, char **arguments)
{
  const char *channel = getenv("NODE_CHANNEL_FD");
  if (count < 2 || channel == NULL) return 1;
  char path[64], answer;
  snprintf(path, sizeof path, "/proc/%.20s/ns/net", arguments[0]);
  int network = open(path, O_RDONLY | O_CLOEXEC);
  if (network < 0) return fail("see the network inside");
  int users = ioctl(network, owning_users);
  if (users < 0) return fail("see whose network that is");
  if (setns(users, CLONE_NEWUSER) != 0) return fail("enter the user namespace inside");
  if (setns(network, CLONE_NEWNET) != 0) return fail("enter the network inside");
  int door = listen_at(atoi(arguments[1]));
  if (door < 0) return fail("listen inside");
  if (hand_over(atoi(channel), door) != 0) return fail("hand it to the host");
  /* The host says that it has it, or is gone. */
  ssize_t got = read(atoi(channel), &answer, 1);
  return got < 0 ? fail("wait for the host") : 0;
}
