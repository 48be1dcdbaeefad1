import {
  asOwnRoot,
  isAllowed,
  mechanism,
  perl,
  shell,
  succeeds,
  type Mechanism,
  type Targets,
} from './mechanism.ts'
import { call } from './system-calls.ts'

/** Ways through the kernel: namespaces, mounts, keys, and the parts of it that its escapes come from. */
export function listKernel(targets: Targets): readonly Mechanism[] {
  return [
    ...namespaces(targets),
    ...mounts(targets),
    ...keys(),
    ...memory(),
    ...surface(),
    ...machine(targets),
  ]
}

// linux/sched.h
const newUser = 0x1000_0000

function namespaces({ host, hostName }: Targets): readonly Mechanism[] {
  const name = 'make a user namespace'
  const born = '$p == 0 and exit 0; $p > 0 && waitpid($p, 0) == $p and exit 0'
  return [
    mechanism(name, 'users', perl(succeeds('unshare', newUser))),
    mechanism(
      'clone into a user namespace',
      'users',
      perl(`my $p = syscall(${call('clone')}, ${newUser | 17}, 0, 0, 0, 0); ${born}`),
      { variantOf: name },
    ),
    mechanism(
      'clone into one by the newer call',
      'seccomp',
      perl(
        `my $a = pack("Q11", ${newUser}, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0); my $p = syscall(${call('clone3')}, $a, 88); ${born}`,
      ),
    ),
    mechanism('make other namespaces', 'seccomp', perl(succeeds('unshare', 0x6e02_0000)), {
      prefix: asOwnRoot,
    }),
    mechanism('make a namespace of time', 'seccomp', perl(succeeds('unshare', 0x80)), {
      prefix: asOwnRoot,
      variantOf: 'make other namespaces',
    }),
    // The one that it is in already may be entered again by nobody: EINVAL, which is past the filter.
    mechanism(
      'enter the namespaces of another process',
      'seccomp',
      perl(
        `for my $p (1, getppid, $ARGV[0], $$) { open(my $n, "<", "/proc/$p/ns/uts") or next; ${succeeds('setns', 'fileno $n', 0)} }`,
        host,
      ),
      { prefix: ['/usr/bin/unshare', '-Uru'] },
    ),
    mechanism(
      'enter them by the process',
      'seccomp',
      perl(
        `my $d = syscall(${call('pidfd_open')}, $ARGV[0] + 0, 0); $d < 0 and $d = syscall(${call('pidfd_open')}, $$, 0); ${isAllowed('setns', '$d', newUser)}`,
        host,
      ),
      { variantOf: 'enter the namespaces of another process' },
    ),
    mechanism(
      'set the name of the host',
      'seccomp',
      perl(`my $n = "taken"; ${succeeds('sethostname', '$n', 5)}`),
      { prefix: ['/usr/bin/unshare', '-Uru'] },
    ),
    mechanism(
      'learn the name of the host',
      'hostname',
      shell('[ "$(uname -n)" = "$1" ]', hostName),
    ),
  ]
}

function mounts({ granted }: Targets): readonly Mechanism[] {
  const strings = 'my ($n, $p) = ("tmpfs", $ARGV[0])'
  return [
    mechanism(
      'mount',
      'seccomp',
      perl(`${strings}; ${succeeds('mount', '$n', '$p', '$n', 0, 0)}`, granted),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'mount by the newer calls',
      'seccomp',
      perl(`my $n = "tmpfs"; ${succeeds('fsopen', '$n', 0)}`),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'copy a tree of mounts',
      'seccomp',
      perl(`my $p = "/usr"; ${succeeds('open_tree', -100, '$p', 1)}`),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'make a folder writable again',
      'seccomp',
      perl(`my ($p, $e) = ("/", ""); ${succeeds('mount', '$e', '$p', '$e', 0x1020, 0)}`),
      { prefix: asOwnRoot, feature: 'a root that its own user namespace may remount' },
    ),
    mechanism(
      'change the attributes of a mount',
      'seccomp',
      perl(
        `my ($p, $a) = ("/", pack("Q4", 2, 0, 0, 0)); ${succeeds('mount_setattr', -100, '$p', 0, '$a', 32)}`,
      ),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'unmount what hides something',
      'seccomp',
      perl(`my $p = $ARGV[0]; ${isAllowed('umount2', '$p', 8)}`, granted),
      { prefix: asOwnRoot },
    ),
    mechanism('change the root', 'seccomp', perl('chroot("/usr") and exit 0'), {
      prefix: asOwnRoot,
    }),
    mechanism(
      'put another root in place',
      'seccomp',
      perl(`my ($a, $b) = ("/usr", "/usr"); ${isAllowed('pivot_root', '$a', '$b')}`),
      { prefix: asOwnRoot },
    ),
  ]
}

function keys(): readonly Mechanism[] {
  const strings = 'my ($t, $d, $v) = ("user", "mb-attack-$$", "x")'
  return [
    mechanism('find the keyring of the session', 'seccomp', perl(succeeds('keyctl', 0, -3, 0))),
    mechanism(
      'add a key',
      'seccomp',
      perl(`${strings}; ${succeeds('add_key', '$t', '$d', '$v', 1, -2)}`),
    ),
    mechanism(
      'ask for a key',
      'seccomp',
      perl(`${strings}; ${isAllowed('request_key', '$t', '$d', 0, 0)}`),
    ),
    mechanism(
      'list keys',
      'keyring',
      perl('my $f; open($f, "<", "/proc/keys") and -f $f and exit 0'),
    ),
  ]
}

function memory(): readonly Mechanism[] {
  const nobodys = 'make memory that no process owns'
  return [
    mechanism(nobodys, 'seccomp', perl(`my $n = "m"; ${succeeds('memfd_create', '$n', 0)}`)),
    mechanism(
      'run a program that lies in no file',
      'seccomp',
      perl(
        `my $n = "m"; my $d = syscall(${call('memfd_create')}, $n, 0); $d >= 0 or exit 1; open(my $o, "+<&=", $d); open(my $i, "<", "/bin/true"); { local $/; syswrite($o, scalar <$i>) } exec { "/proc/self/fd/$d" } "true"`,
      ),
    ),
    mechanism(
      'make shared memory of the old kind',
      'seccomp',
      perl('my $i = shmget(0, 4096, 01600); defined $i and shmctl($i, 0, 0), exit 0'),
      { variantOf: nobodys },
    ),
    mechanism(
      'make queues of the old kind',
      'seccomp',
      perl(
        'my $i = msgget(0, 01600); defined $i and msgctl($i, 0, 0), exit 0; $i = semget(0, 1, 01600); defined $i and semctl($i, 0, 0, 0), exit 0',
      ),
      { variantOf: nobodys },
    ),
    mechanism('handle page faults', 'seccomp', perl(succeeds('userfaultfd', 1))),
    mechanism('switch off the random layout', 'seccomp', perl(succeeds('personality', 0x4_0000))),
    mechanism(
      'give its pages away',
      'seccomp',
      perl(
        `pipe(my $r, my $w); my $b = "x" x 4096; my $v = pack("P Q", $b, 4096); ${succeeds('vmsplice', 'fileno $w', '$v', 1, 0)}`,
      ),
    ),
    mechanism(
      'move pages',
      'seccomp',
      perl(`my $s = pack("i", 0); ${succeeds('move_pages', 0, 0, 0, 0, '$s', 0)}`),
    ),
    mechanism(
      'change segments',
      'seccomp',
      perl(`my $b = "\\0" x 64; ${succeeds('modify_ldt', 0, '$b', 64)}`),
      { skip: ofX64 },
    ),
  ]
}

const ofX64 = process.arch === 'x64' ? undefined : 'only x64 has it'

function surface(): readonly Mechanism[] {
  return [
    mechanism(
      'set up io_uring',
      'seccomp',
      perl(`my $p = "\\0" x 120; ${succeeds('io_uring_setup', 1, '$p')}`),
      { feature: 'io_uring' },
    ),
    mechanism(
      'make a BPF map',
      'seccomp',
      perl(`my $a = pack("L5 x108", 2, 4, 8, 1, 0); ${succeeds('bpf', 0, '$a', 128)}`),
      { prefix: [], feature: 'BPF for this user' },
    ),
    mechanism(
      'load a BPF program',
      'seccomp',
      perl(`my $a = "\\0" x 128; ${isAllowed('bpf', 5, '$a', 128)}`),
      { variantOf: 'make a BPF map', feature: 'BPF for this user' },
    ),
    mechanism(
      'count events of the processor',
      'seccomp',
      perl(
        `my $a = pack("L2 Q3 Q x80", 1, 128, 1, 0, 0, 0) . ""; substr($a, 40, 8) = pack("Q", 1 << 5 | 1 << 6); ${isAllowed('perf_event_open', '$a', 0, -1, -1, 0)}`,
      ),
    ),
    mechanism(
      'compare objects of the kernel',
      'seccomp',
      perl(succeeds('kcmp', '$$ + 0', '$$ + 0', 1, 0, 0)),
    ),
    // What the filter compares are the numbers of one architecture.
    // getpid as a 32-bit program calls it, then exit_group(0) if it was answered.
    mechanism(
      'call the kernel as a 32-bit program',
      'seccomp',
      perl(code('b814000000cd8085c07e0931ffb8e70000000f05c3')),
      {
        skip: ofX64,
        killedBy: ['SIGSYS'],
        feature: '32-bit programs',
      },
    ),
    mechanism(
      'call the kernel by the numbers of x32',
      'seccomp',
      perl('exit 0 if syscall(0x40000000 | 39) > 0'),
      { skip: ofX64, feature: 'x32' },
    ),
    mechanism(
      'call what is newer than the filter',
      'seccomp',
      perl('for (470 .. 600) { $! = 0; syscall($_, -1, 0, 0, 0, 0, 0); exit 0 if $! != 38 }'),
      { feature: 'a kernel newer than the filter' },
    ),
  ]
}

const code = (bytes: string): string => `
  require DynaLoader; my $at = syscall(${call('mmap')}, 0, 4096, 7, 0x22, -1, 0); pipe(my $r, my $w); syswrite($w, pack("H*", "${bytes}"));
  sysread($r, my $x, 1) if 0; syscall(${process.arch === 'arm64' ? 63 : 0}, fileno $r, $at, ${bytes.length / 2});
  DynaLoader::dl_install_xsub("main::jump", $at); &main::jump()`

/** The machine itself: each call is one that the kernel finds fault with after it has asked for the right. */
function machine({ isRoot }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'it belongs to root'
  const nothing = 'my $p = "/nobody"'
  return [
    mechanism('reboot', 'seccomp', perl(isAllowed('reboot', 0, 0, 0, 0)), { skip }),
    mechanism('set the clock', 'seccomp', perl(succeeds('settimeofday', 0, 0)), { skip }),
    mechanism(
      'load a module',
      'seccomp',
      perl(`${nothing}; ${isAllowed('init_module', 0, 0, '$p')}`),
      { skip, feature: 'modules' },
    ),
    mechanism(
      'unload a module',
      'seccomp',
      perl(`${nothing}; ${isAllowed('delete_module', '$p', 0)}`),
      { skip, variantOf: 'load a module', feature: 'modules' },
    ),
    mechanism('read the log of the kernel', 'seccomp', perl(succeeds('syslog', 10, 0, 0)), {
      skip,
    }),
    mechanism(
      'keep accounts of processes',
      'seccomp',
      perl(`${nothing}; ${isAllowed('acct', '$p')}`),
      { skip, feature: 'accounts of processes' },
    ),
    mechanism(
      'take away swap space',
      'seccomp',
      perl(`${nothing}; ${isAllowed('swapoff', '$p')}`),
      { skip, feature: 'swap space' },
    ),
    mechanism('use the ports of devices', 'seccomp', perl(succeeds('ioperm', 0x80, 1, 1)), {
      skip: skip ?? ofX64,
      feature: 'ports of devices',
    }),
    mechanism(
      'open a file by its handle',
      'seccomp',
      perl(`my $h = pack("I i a128", 8, 1, ""); ${isAllowed('open_by_handle_at', -100, '$h', 0)}`),
      { skip },
    ),
  ]
}
