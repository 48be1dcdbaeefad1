/**
 * Opens the doorway where there is perl. No module is loaded, and nothing of the jail is run.
 *
 * Its arguments are the process at the gate, the port, and the numbers of setns(2) and sendmsg(2).
 */
export const perlDoorway: string = String.raw`
my ($pid, $port, $setns, $sendmsg) = map { $_ + 0 } @ARGV;
sub fail { syswrite(STDERR, "cannot $_[0]: $!\n"); exit 1 }

open(my $network, '<', "/proc/$pid/ns/net") or fail('see the network inside');
# NS_GET_USERNS: whoever is in the user namespace that owns a network may enter it, and only that one.
my $users = ioctl($network, 0xb701, 0) or fail('see whose network that is');
syscall($setns, $users + 0, 0x10000000) == 0 or fail('enter the user namespace inside');
syscall($setns, fileno $network, 0x40000000) == 0 or fail('enter the network inside');

my $door;
socket($door, 2, 1, 0) && bind($door, pack('S n C4 x8', 2, $port, 127, 0, 0, 1)) && listen($door, 511) or fail('listen inside');

# One message of Node's own channel, with the socket beside it (SCM_RIGHTS).
my $channel = $ENV{NODE_CHANNEL_FD} + 0;
my $line = qq({"cmd":"NODE_HANDLE","type":"net.Server","msg":{}}\n);
my $data = pack('P Q', $line, length $line);
my $rights = pack('Q l l l x4', 20, 1, 1, fileno $door);
my $message = pack('Q L x4 P Q P Q l x4', 0, 0, $data, 1, $rights, length $rights, 0);
syscall($sendmsg, $channel, $message, 0) == length $line or fail('hand it to the host');

# The host says that it has it, or is gone.
open(my $host, '+<&=', $channel) or fail('wait for the host');
sysread($host, my $answer, 1);
`
