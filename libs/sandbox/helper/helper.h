#ifndef MB_HELPER_H
#define MB_HELPER_H

#include <stddef.h>

/* One part of a message: its bytes, with a NUL byte after them. */
struct part {
  char *bytes;
  size_t length;
};

/* Reads a message to its end: each part after its length as 32 bits, big-endian. Gives NULL where it has another form. */
struct part *read_parts(int descriptor, size_t *count);

/* Memory, or the end: there is no way on without it. */
void *allocate(size_t bytes);

/* Writes a line of a few words. Whoever should hear it may be gone. */
void say(int descriptor, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Closes a range of descriptors, without looking whether they are open. */
void close_between(unsigned int first, unsigned int last);

/* Each takes the arguments after its name. */
int run_loader(int count, char **arguments);
int run_builder(char **program);
int run_prober(int count, char **attempts);
int run_doorway(int count, char **arguments);

/* Goes on in the first process of a new namespace; gives -1, with errno, where it cannot. */
int enter_first_process(int status);

/* Ends as another process has: with its status, or with 128 and the number of its signal. */
void end_as(int status) __attribute__((noreturn));

#endif
