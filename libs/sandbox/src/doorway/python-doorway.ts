/** The same for python3. */
export const pythonDoorway: string = String.raw`
import array, ctypes, fcntl, os, socket, sys
pid, port, setns, _ = map(int, sys.argv[1:])
library = ctypes.CDLL(None, use_errno=True)
def enter(descriptor, kind):
  if library.syscall(ctypes.c_long(setns), ctypes.c_long(descriptor), ctypes.c_long(kind)) != 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
doing = 'see the network inside'
try:
  network = os.open('/proc/%d/ns/net' % pid, os.O_RDONLY | os.O_CLOEXEC)
  # NS_GET_USERNS: whoever is in the user namespace that owns a network may enter it, and only that one.
  doing = 'see whose network that is'
  users = fcntl.ioctl(network, 0xb701)
  doing = 'enter the user namespace inside'
  enter(users, 0x10000000)
  doing = 'enter the network inside'
  enter(network, 0x40000000)
  doing = 'listen inside'
  door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
  door.bind(('127.0.0.1', port))
  door.listen(511)
  # One message of Node's own channel, with the socket beside it.
  doing = 'hand it to the host'
  host = socket.socket(fileno=int(os.environ['NODE_CHANNEL_FD']))
  line = b'{"cmd":"NODE_HANDLE","type":"net.Server","msg":{}}\n'
  host.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [door.fileno()]))])
  # The host says that it has it, or is gone.
  doing = 'wait for the host'
  host.recv(1)
except OSError as error:
  sys.stderr.write('cannot %s: %s\n' % (doing, error.strerror))
  sys.exit(1)
`
