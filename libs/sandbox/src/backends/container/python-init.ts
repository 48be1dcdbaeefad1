/** The same as for perl, for python3. */
export const pythonInit: string = String.raw`
import ctypes, os, select, signal, struct, sys
from _socket import socket, AF_UNIX, SOCK_STREAM
place, hasChannel = sys.argv[1], sys.argv[2] == '1'
keyctl, prlimit, prctl, wait4 = map(int, sys.argv[3:])
library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long

def call(*values):
  return library.syscall(*[ctypes.c_long(value) if isinstance(value, int) else value for value in values])

def meet(name):
  met = socket(AF_UNIX, SOCK_STREAM)
  try: met.connect(place + '/' + name)
  except OSError: os._exit(125)
  return met

if hasChannel:
  # The program's end of the channel is descriptor 3, which alone is handed on.
  channel = meet('channel').detach()
  if channel != 3:
    os.dup2(channel, 3)
    os.close(channel)
  os.set_inheritable(3, True)
control = meet('control')

def tell(line): control.sendall((line + '\n').encode())

def fail(words):
  tell('cannot %s: %s' % (words, os.strerror(ctypes.get_errno())))
  os._exit(125)

def take(length):
  text = b''
  while len(text) < length:
    part = control.recv(length - len(text))
    if not part: os._exit(125)
    text += part
  return text

# PR_SET_DUMPABLE: what runs as this user can then neither read nor write its memory.
if call(prctl, 4, 0, 0, 0, 0) != 0: fail('hide')
if call(prctl, 38, 1, 0, 0, 0) != 0: fail('forbid new privileges')
before = call(keyctl, 0, -3, 0)
after = call(keyctl, 1, 0)
tell('keyring %d %d' % (before, after))

setup = take(struct.unpack('>I', take(4))[0])
parts = []
while setup:
  length = struct.unpack('>I', setup[:4])[0]
  parts.append(setup[4:4 + length])
  setup = setup[4 + length:]
limits, variables, folder, rules, words = parts
for line in limits.decode().splitlines():
  number, soft, hard = map(int, line.split())
  if call(prlimit, 0, number, struct.pack('QQ', soft, hard), 0) != 0: fail('limit resource %d' % number)
class Program(ctypes.Structure):
  _fields_ = [('length', ctypes.c_ushort), ('rules', ctypes.c_char_p)]
if call(prctl, 22, 2, ctypes.byref(Program(len(rules) // 8, rules)), 0, 0) != 0: fail('set the filter')
program = os.fork()
if program == 0:
  try:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.chdir(folder)
    command = words.split(b'\0')
    os.execve(command[0], command, dict(entry.split(b'=', 1) for entry in variables.split(b'\0') if entry))
  except OSError as error:
    tell('cannot start the program: %s' % error.strerror)
    os._exit(125)
for descriptor in (0, 1, 2, 3) if hasChannel else (0, 1, 2): os.close(descriptor)
tell('ready')

signal.signal(signal.SIGCHLD, lambda *_: None)
microseconds = kilobytes = 0
while True:
  while True:
    try: ended, status, usage = os.wait4(-1, os.WNOHANG)
    except ChildProcessError: break
    if ended == 0: break
    microseconds += int((usage.ru_utime + usage.ru_stime) * 1000000)
    kilobytes = max(kilobytes, usage.ru_maxrss)
    if ended == program:
      code = 128 + (status & 127) if status & 127 else status >> 8
      tell('used %d %d %d' % (microseconds, kilobytes, code << 8))
      os._exit(code)
  # What ends between the look above and this wait is seen by the next look.
  if select.select([control], [], [], 0.05)[0] and not control.recv(1): os._exit(137)
`
