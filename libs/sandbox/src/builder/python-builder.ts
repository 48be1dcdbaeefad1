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
def close_all(kept=None):
  if kept: call(436, 0, kept - 1, 0)
  call(436, 0 if kept is None else kept + 1, 0x7fffffff, 0)

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
def set_filter(prctl, steps):
  buffer = ctypes.create_string_buffer(steps, len(steps))
  call(prctl, 22, 2, struct.pack('HxxxxxxQ', len(steps) // 8, ctypes.addressof(buffer)), 0, 0)
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
    close_all(hold)
    end(os.waitpid(child, 0)[1])
  os.close(hold)
  call(prctl, 1, 9, 0, 0, 0)
  # That one may have died already: then nobody holds the other end.
  if select.select([watch], [], [], 0)[0]: os._exit(125)
  os.close(watch)

actions = {
  b'call': call, b'directory': make_directory, b'link': os.symlink, b'enter': os.chdir,
  b'file': lambda path, text: put(path, text, os.O_CREAT | os.O_EXCL), b'write': lambda path, text: put(path, text, 0),
  b'variable': set_variable, b'filter': set_filter, b'loopback': open_loopback, b'first-process': first_process,
  b'follow': follow,
}
at = 0
while at < len(parts):
  kind, words, count = parts[at], parts[at + 1].decode(errors='replace'), int(parts[at + 2])
  values = [int(part[1:]) if part[:1] == b'i' else part[1:] for part in parts[at + 3:at + 3 + count]]
  at += 3 + count
  try: actions[kind](*values)
  except OSError as error: fail(words, error)

program = os.fork()
if program == 0:
  for descriptor in (0, 1, 2, 3, 5, 6, 7):
    try: os.set_inheritable(descriptor, True)
    except OSError: pass
  try: os.execve(sys.argv[1], sys.argv[1:], variables)
  except OSError as error: fail('start ' + sys.argv[1], error)
close_all()
while True:
  ended, status = os.wait()
  if ended == program: end(status)
`
