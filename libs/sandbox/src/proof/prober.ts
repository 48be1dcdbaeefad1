/**
 * A program of a few lines that tries what its arguments say and prints one error number for each, 0 for success.
 * An argument is an operation and what it works on, separated by tabs. A file with nothing to read is answered by ENODATA.
 */
export const perlProber: string = String.raw`
$| = 1;
for (@ARGV) {
  my ($operation, @on) = split /\t/;
  my ($done, $file, $bytes, $socket);
  $! = 0;
  if ($operation eq 'read') { $done = open($file, '<', $on[0]) && sysread($file, $bytes, 1); $! = 61 unless $done || $! }
  elsif ($operation eq 'append') { $done = open($file, '>>', $on[0]) }
  elsif ($operation eq 'chmod') { $done = chmod(0600, $on[0]) }
  elsif ($operation eq 'utime') { $done = utime(1, 1, $on[0]) }
  elsif ($operation eq 'kill') { $done = kill(0, $on[0]) }
  elsif ($operation eq 'connect') {
    $done = socket($socket, 2, 1, 0) && connect($socket, pack('S n C4 x8', 2, $on[0], 127, 0, 0, 1));
  }
  elsif ($operation eq 'call') { $_ += 0 for @on; $done = syscall(shift @on, @on) != -1 }
  print $done ? 0 : $! + 0, "\n";
}
`

/** The same for python3. */
export const pythonProber: string = String.raw`
import ctypes, os, socket, sys
library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
for argument in sys.argv[1:]:
  operation, *on = argument.split('\t')
  answer = 0
  try:
    if operation == 'read':
      if not open(on[0], 'rb', 0).read(1): answer = 61
    elif operation == 'append': open(on[0], 'ab').close()
    elif operation == 'chmod': os.chmod(on[0], 0o600)
    elif operation == 'utime': os.utime(on[0], (1, 1))
    elif operation == 'kill': os.kill(int(on[0]), 0)
    elif operation == 'connect': socket.create_connection(('127.0.0.1', int(on[0])), 5).close()
    elif operation == 'call':
      if library.syscall(*[ctypes.c_long(int(value)) for value in on]) == -1: answer = ctypes.get_errno()
  except OSError as error:
    answer = error.errno
  print(answer, flush=True)
`
