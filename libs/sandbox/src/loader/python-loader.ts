/** The loader for machines with python3 and no perl: the same steps and the same lines as the one for perl. */
export const pythonLoader: string = String.raw`
import ctypes, errno, os, signal, struct, sys, time
host, channel, keyctl, prlimit, close_range, memfd, prctl, wait4, sigmask, sigwait = map(int, sys.argv[1:])
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

# Waited for, so that none is missed: SIGTERM says to end it all, also for a host that died, and SIGCHLD that something ended.
awaited = {signal.SIGTERM, signal.SIGCHLD}
signal.pthread_sigmask(signal.SIG_SETMASK, awaited)
if call(prctl, 1, signal.SIGTERM, 0, 0, 0) != 0: fail('follow the host')
if os.getppid() != host: os._exit(125)
if call(prctl, 36, 1, 0, 0, 0) != 0: fail('adopt descendants')
close_from(6, 0x7fffffff)
os.dup2(1, 6); os.dup2(2, 7)

setup = b''
while True:
  chunk = os.read(4, 1 << 16)
  if not chunk: break
  setup += chunk
# A spare one that is not needed is told nothing.
if not setup: os._exit(0)
if os.getppid() != host: os._exit(125)
parts = []
while setup:
  length = struct.unpack('>I', setup[:4])[0]
  parts.append(setup[4:4 + length])
  setup = setup[4 + length:]
groups = parts[1].decode().splitlines()
is_scoped = parts[2] != b''
command = parts[3].split(b'\0')

if is_scoped:
  # Signals stay below from here on, so that one to everybody ends what is here, as it forks or not, and nothing else.
  # That is found out by the host, which can be signalled before, and not after.
  os.kill(host, 0)
  rules = call(444, struct.pack('QQQ', 0, 0, 2), 24, 0)
  if rules < 0: fail('make rules')
  if call(prctl, 38, 1, 0, 0, 0) != 0 or call(446, rules, 0) != 0: fail('confine itself')
  os.close(rules)
  try:
    os.kill(host, 0)
    fail('keep signals inside')
  except PermissionError: pass

before = call(keyctl, 0, -3, 0)
after = call(keyctl, 1, 0)
tell('keyring %d %d' % (before, after))

for index, content in enumerate(parts[4:]):
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
  # Python ignores these two for itself.
  for number in (signal.SIGPIPE, signal.SIGXFSZ): signal.signal(number, signal.SIG_DFL)
  signal.pthread_sigmask(signal.SIG_SETMASK, ())
  os.dup2(5, 1); os.dup2(5, 2)
  for group in groups:
    try:
      with open(group + '/cgroup.procs', 'w') as members: members.write('0')
    except OSError: pass
  for line in parts[0].decode().splitlines():
    resource, soft, hard = map(int, line.split())
    if call(prlimit, 0, resource, struct.pack('QQ', soft, hard), 0) != 0: fail('limit resource %d' % resource)
  for descriptor in (0, 3, 5):
    try: os.set_inheritable(descriptor, True)
    except OSError: pass
  close_from(4 if channel else 3, 4)
  try: os.execve(command[0], command, {})
  except OSError as error: os.write(2, ('cannot start %s: %s\n' % (command[0].decode(errors='replace'), error.strerror)).encode())
  os._exit(125)
close_from(0, 3)
close_from(5, 0x7fffffff)

def children():
  try:
    with open('/proc/self/task/%d/children' % loader) as list: return list.read().split()
  except OSError: pass
  return [pid for pid in os.listdir('/proc') if pid.isdigit() and parent(pid) == loader]
def parent(pid):
  try:
    with open('/proc/%s/stat' % pid, errors='replace') as stat: return int(stat.read().rpartition(')')[2].split()[1])
  except OSError: return 0

microseconds = kilobytes = last = 0
is_ending = is_told = False
while True:
  if signal.sigwait(awaited) == signal.SIGTERM: is_ending = is_told = True
  try:
    while True:
      ended, status, used = os.wait4(-1, os.WNOHANG)
      if ended == 0: break
      microseconds += int((used.ru_utime + used.ru_stime) * 1000000)
      kilobytes = max(kilobytes, used.ru_maxrss)
      if ended != child: continue
      last = status
      # What outlives it has no leave to.
      is_ending = True
  except ChildProcessError: break
  # What they had started comes to us as they end, and its turn with their signal.
  if is_ending:
    for pid in [-1] if is_scoped else children():
      try: os.kill(int(pid), signal.SIGKILL)
      except OSError: pass
try: tell('used %d %d %d' % (microseconds, kilobytes, last))
except OSError: pass

# A host that died removes nothing any more. It is told of by the end of its first thread, a moment before it is gone itself.
for attempt in range(100):
  if not is_told or os.getppid() != host: break
  time.sleep(0.01)
for group in groups if os.getppid() != host else ():
  for attempt in range(300):
    try: os.rmdir(group)
    except OSError as error:
      # The kernel lets go of the last process a moment after it was waited for.
      if error.errno != errno.EBUSY: break
      time.sleep(0.01)
    else: break
`
