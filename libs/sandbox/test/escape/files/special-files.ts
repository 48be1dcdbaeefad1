import { mechanism, perl, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

export function specialFiles({ writable, isRoot }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'devices belong to root'
  return [
    mechanism(
      'make a device',
      'capabilities',
      perl(
        `my $p = "$ARGV[0]/device$$"; my $q = $p; syscall(${call('mknodat')}, -100, $q, 020600, 0x103) == 0 and unlink($p) and exit 0`,
        writable,
      ),
      { skip },
    ),
    mechanism(
      'open a device of the host',
      'filesystem',
      perl(
        'for (@ARGV) { open(my $f, "<", $_) and exit 0 }',
        '/dev/kmsg',
        '/dev/mem',
        '/dev/fuse',
        '/dev/kvm',
        '/dev/vda',
        '/dev/sda',
        '/dev/nvme0n1',
        '/dev/loop-control',
        '/dev/net/tun',
        '/dev/console',
        '/dev/hwrng',
        '/dev/tty0',
      ),
      { feature: 'devices that this user may open' },
    ),
    mechanism(
      'overwrite a disk',
      'filesystem',
      perl(
        'for (@ARGV) { open(my $f, "+<", $_) and exit 0 }',
        '/dev/vda',
        '/dev/sda',
        '/dev/nvme0n1',
        '/dev/loop0',
      ),
      { skip },
    ),
    mechanism(
      'open the terminal of the person',
      'session',
      perl('open(my $f, "+<", "/dev/tty") and exit 0'),
      { prefix: onTerminal },
    ),
    // Where it is no terminal the kernel says so: ENOTTY, which is past the filter.
    mechanism(
      'type into the terminal',
      'seccomp',
      perl('my $c = "x"; $! = 0; ioctl(STDIN, 0x5412, $c); exit 0 if $! != 1'),
    ),
    mechanism(
      'paste into the console',
      'seccomp',
      perl('my $c = "\\x03"; $! = 0; ioctl(STDIN, 0x541c, $c); exit 0 if $! != 1'),
      { variantOf: 'type into the terminal' },
    ),
    mechanism(
      'load a line discipline',
      'seccomp',
      perl(
        'open(my $t, "+<", "/dev/ptmx") or exit 1; my $d = pack("i", 0); ioctl($t, 0x5423, $d) and exit 0',
      ),
    ),
    mechanism(
      'see the terminals of the host',
      'filesystem',
      perl('exit 0 if grep { /^\\d+$/ } map { s{.*/}{}r } glob "/dev/pts/*"'),
      { prefix: onTerminal },
    ),
    mechanism(
      'become the leader of a session with a terminal',
      'session',
      perl(
        `open(my $t, "+<", "/dev/tty1") or exit 1; fork and wait, exit $? >> 8; syscall(${call('setsid')}); ioctl($t, 0x540e, 0) and exit 0`,
      ),
      {
        skip,
        feature: 'virtual consoles',
      },
    ),
  ]
}

/** What runs after it has a terminal of its own, as it has when a person starts it. */
const onTerminal: readonly string[] = [
  '/usr/bin/perl',
  '-e',
  String.raw`
open(my $master, '+<', '/dev/ptmx') or die; my $n = pack('i', 0);
ioctl($master, 0x40045431, $n) or die; ioctl($master, 0x80045430, $n) or die;
my $name = '/dev/pts/' . unpack('i', $n);
my $pid = fork; if ($pid) { waitpid $pid, 0; exit $? >> 8 }
syscall(${call('setsid')}); open(STDIN, '+<', $name) or die; ioctl(STDIN, 0x540e, 0); exec { $ARGV[0] } @ARGV`,
]
