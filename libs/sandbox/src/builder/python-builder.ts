/** The builder for machines with python3 and no perl: the same steps. */
export const pythonBuilder: string = String.raw`
import ctypes, fcntl, os, select, signal, socket, struct, sys
# The first process of a namespace is spared the signals that it has no handler for.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
def call(number, *values):
  if library.syscall(ctypes.c_long(number), *[ctypes.c_long(value) if isinstance(value, int) else value for value in values]) == -1:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def fail(words, error):
  os.write(5, ('builder: cannot %s: %s\n' % (words, error.strerror)).encode())
  os._exit(125)
def end(status):
  os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
def put(path, text, flags):
  descriptor = os.open(path, os.O_WRONLY | flags, 0o444)
  os.write(descriptor, text)
  os.close(descriptor)
# close_range(2) has the same number everywhere.
def keep_only(*kept):
  following = 0
  for descriptor in sorted(kept):
    if descriptor > following: call(436, following, descriptor - 1, 0)
    following = descriptor + 1
  call(436, following, 0x7fffffff, 0)

# Whoever started this, it is: had it died before, this would have been killed with it.
starter = os.getppid()
text = b''
while True:
  chunk = os.read(8, 1 << 16)
  if not chunk: break
  text += chunk
os.close(8)
parts = []
at = 0
while at < len(text):
  length = struct.unpack_from('>I', text, at)[0]
  parts.append(text[at + 4:at + 4 + length])
  at += 4 + length
variables = {}

def make_directory(path):
  try: os.mkdir(path, 0o755)
  except FileExistsError: pass
def set_filter(prctl, steps, *watching):
  if watching and open_listener(*watching): return
  buffer = ctypes.create_string_buffer(steps, len(steps))
  call(prctl, 22, 2, struct.pack('HxxxxxxQ', len(steps) // 8, ctypes.addressof(buffer)), 0, 0)
listener = ppoll = None
# Has the kernel hand over what the filter denies. Where another filter does that already there is none, and it answers by itself.
def open_listener(steps, seccomp, poll, _):
  global listener, ppoll
  buffer = ctypes.create_string_buffer(steps, len(steps))
  program = struct.pack('HxxxxxxQ', len(steps) // 8, ctypes.addressof(buffer))
  descriptor = library.syscall(ctypes.c_long(seccomp), 1, ctypes.c_long(8), program)
  if descriptor < 0: return False
  # Away from those that the program gets.
  listener, ppoll = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16), poll
  os.close(descriptor)
  return True
# Waits for the program, and answers denied calls with EPERM, which it counts. It makes none itself: nobody would answer.
def supervise(program):
  keep_only(5, listener)
  # Let through while it waits, and at no other time: none comes between looking for what ended and waiting.
  signal.signal(signal.SIGCHLD, lambda *_: None)
  signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
  count = {}
  untold = False
  handled = 0
  def report():
    os.write(5, b'denied ' + b' '.join(b'%d:%d' % each for each in count.items()) + b'\n')
  while True:
    ended, status = os.waitpid(-1, os.WNOHANG)
    if ended == program:
      if untold: report()
      end(status)
    if ended: continue
    poll, moment = struct.pack('ihh', listener, 1, 0), struct.pack('qq', 0, 100000000)
    ready = library.syscall(ctypes.c_long(ppoll), poll, ctypes.c_long(1), moment if untold else None, b'\0' * 8, ctypes.c_long(8))
    if ready == 0 and untold:
      report()
      untold = False
    if ready <= 0: continue
    made = bytearray(80)
    # Whoever made it may be gone.
    try: fcntl.ioctl(listener, 0xc0502100, made)
    except OSError: continue
    id, number = struct.unpack_from('=Q8xi', made)
    try: fcntl.ioctl(listener, 0xc0182101, struct.pack('=QqiI', id, 0, -1, 0))
    except OSError: pass
    count[number] = count.get(number, 0) + 1
    untold = True
    # At once the first time, then when there is a moment: a flood of them is no flood for the host.
    if handled % 4096 == 0:
      report()
      untold = False
    handled += 1
def open_loopback():
  with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, 0x8914, struct.pack('16sh22x', b'lo', 0x49))
def follow(prctl):
  call(prctl, 1, 9, 0, 0, 0)
  if os.getppid() != starter: os._exit(125)
def set_variable(name, value):
  variables[name] = value
# Goes on in the first process of the new namespace. The one that is left outside hands its end on, and the jail dies with it.
def first_process(prctl):
  watch, hold = os.pipe()
  child = os.fork()
  if child:
    os.write(5, b'{ "child-pid": %d }\n' % child)
    keep_only(hold)
    end(os.waitpid(child, 0)[1])
  os.close(hold)
  call(prctl, 1, 9, 0, 0, 0)
  # That one may have died already: then nobody holds the other end.
  if select.select([watch], [], [], 0)[0]: os._exit(125)
  os.close(watch)

rules = None
def open_rules(create, handled):
  global rules
  rules = library.syscall(ctypes.c_long(create), handled, ctypes.c_long(len(handled)), 0)
  if rules < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
# O_PATH opens what this user may not read, too. The file has to be the very one that the host has looked at.
def allow(add, path, identity, access):
  place = os.open(path, os.O_PATH | os.O_CLOEXEC)
  facts = os.fstat(place)
  if identity != b'%d %d' % (facts.st_dev, facts.st_ino): raise OSError(116, os.strerror(116))
  call(add, rules, 1, struct.pack('=Qi', access, place), 0)
  os.close(place)
def confine(restrict):
  call(restrict, rules, 0)
  os.close(rules)
def attempt(*values):
  answer = 0
  try: call(*values)
  except OSError as error: answer = error.errno
  os.write(5, b'tried %d %s\n' % (answer, words.encode()))
def become():
  os.write(5, b'{ "child-pid": %d }\n' % os.getppid())
  start()
def start():
  for descriptor in (0, 1, 2, 3, 5, 6, 7):
    try: os.set_inheritable(descriptor, True)
    except OSError: pass
  try: os.execve(sys.argv[1], sys.argv[1:], variables)
  except OSError as error: fail('start ' + sys.argv[1], error)

actions = {
  b'call': call, b'directory': make_directory, b'link': os.symlink, b'enter': os.chdir,
  b'file': lambda path, text: put(path, text, os.O_CREAT | os.O_EXCL), b'write': lambda path, text: put(path, text, 0),
  b'variable': set_variable, b'filter': set_filter, b'loopback': open_loopback, b'first-process': first_process,
  b'follow': follow, b'rules': open_rules, b'allow': allow, b'confine': confine, b'try': attempt, b'become': become,
}
at = 0
while at < len(parts):
  kind, words, count = parts[at], parts[at + 1].decode(errors='replace'), int(parts[at + 2])
  values = [int(part[1:]) if part[:1] == b'i' else part[1:] for part in parts[at + 3:at + 3 + count]]
  at += 3 + count
  try: actions[kind](*values)
  except OSError as error: fail(words, error)

program = os.fork()
if program == 0: start()
if listener is not None: supervise(program)
keep_only()
while True:
  ended, status = os.wait()
  if ended == program: end(status)
`
