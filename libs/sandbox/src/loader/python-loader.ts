/** The loader for machines with python3 and no perl: the same steps and the same lines as the one for perl. */
export const pythonLoader: string = String.raw`
import ctypes, os, struct, sys
host, channel, keyctl, prlimit, close_range, memfd, prctl, wait4 = map(int, sys.argv[1:9])
command = sys.argv[9:]
library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
def call(number, *arguments):
  return library.syscall(*[ctypes.c_long(value) if isinstance(value, int) else value for value in (number, *arguments)])
def tell(line):
  os.write(4, (line + '\n').encode())
def fail(what):
  tell('loader: %s: %s' % (what, os.strerror(ctypes.get_errno())))
  os._exit(125)
def close_from(first, last):
  if call(close_range, first, last, 0) != 0:
    for name in os.listdir('/proc/self/fd'):
      if first <= int(name) <= last:
        try: os.close(int(name))
        except OSError: pass

if call(prctl, 1, 9, 0, 0, 0) != 0: fail('follow the host')
if os.getppid() != host: os._exit(125)
if call(prctl, 36, 1, 0, 0, 0) != 0: fail('adopt descendants')
close_from(6, 0x7fffffff)
os.dup2(1, 6); os.dup2(2, 7)

setup = b''
while True:
  chunk = os.read(4, 1 << 16)
  if not chunk: break
  setup += chunk
parts = []
while setup:
  length = struct.unpack('>I', setup[:4])[0]
  parts.append(setup[4:4 + length])
  setup = setup[4 + length:]

before = call(keyctl, 0, -3, 0)
after = call(keyctl, 1, 0)
tell('keyring %d %d' % (before, after))

for index, content in enumerate(parts[1:]):
  descriptor = os.memfd_create('data', 0)
  while content: content = content[os.write(descriptor, content):]
  os.lseek(descriptor, 0, 0)
  if descriptor != 8 + index:
    os.dup2(descriptor, 8 + index)
    os.close(descriptor)

loader = os.getpid()
child = os.fork()
if child == 0:
  # What builds the jail dies with the loader from its first moment on, not only once it sees to that itself.
  if call(prctl, 1, 9, 0, 0, 0) != 0: fail('follow the loader')
  if os.getppid() != loader: os._exit(125)
  os.dup2(5, 1); os.dup2(5, 2)
  for line in parts[0].decode().splitlines():
    resource, soft, hard = map(int, line.split())
    if call(prlimit, 0, resource, struct.pack('QQ', soft, hard), 0) != 0: fail('limit resource %d' % resource)
  for descriptor in (0, 3, 5):
    try: os.set_inheritable(descriptor, True)
    except OSError: pass
  close_from(4 if channel else 3, 4)
  try: os.execve(command[0], command, {})
  except OSError as error: os.write(2, ('cannot start %s: %s\n' % (command[0], error.strerror)).encode())
  os._exit(125)
close_from(0, 3)
close_from(5, 0x7fffffff)

microseconds = kilobytes = last = 0
while True:
  try: ended, status, used = os.wait4(-1, 0)
  except InterruptedError: continue
  except ChildProcessError: break
  microseconds += int((used.ru_utime + used.ru_stime) * 1000000)
  kilobytes = max(kilobytes, used.ru_maxrss)
  if ended == child: last = status
tell('used %d %d %d' % (microseconds, kilobytes, last))
`
