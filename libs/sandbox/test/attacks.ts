/**
 * What a hostile program tries: one mechanism each, aimed at files, listeners and processes of the test alone.
 *
 * Each is a command that ends with 0 when the attack worked. Without a sandbox it has to work, or it shows nothing.
 */
export interface Attack {
  readonly name: string
  readonly command: readonly string[]
  /** Put before the command when it runs without a sandbox: what it needs to work there. */
  readonly prefix?: readonly string[]
  /** Why it can only be tried by root. */
  readonly rootOnly?: string
}

/** What the attacks aim at. */
export interface Targets {
  /** A folder that is granted for reading; beside it lies the file `canary`, and in it a link `link` to that. */
  readonly granted: string
  readonly canary: string
  readonly tcpPort: number
  readonly udpPort: number
  readonly socket: string
  readonly abstract: string
  readonly hostPid: number
  readonly hostName: string
  readonly architecture: 'x64' | 'arm64'
  /** A copy of `id` with the setuid bit and another owner, where one could be made. */
  readonly setuid: string | undefined
}

/** All mechanisms, for these targets. */
export function listAttacks(targets: Targets): readonly Attack[] {
  return [...files(targets), ...network(targets), ...processes(targets), ...kernel(targets)]
}

const attack = (name: string, command: readonly string[]): Attack => ({ name, command })

const perl = (code: string, ...args: readonly (string | number)[]): readonly string[] => [
  '/usr/bin/perl',
  '-e',
  `$SIG{ALRM} = sub { exit 3 }; alarm 2; ${code} exit 1;`,
  ...args.map(String),
]

/** Reads the files named, and succeeds when one is the canary. */
const readAny = 'for (@ARGV) { open(my $f, "<", $_) or next; exit 0 if <$f> =~ /canary/ }'

function files({ granted, canary, hostPid, setuid }: Targets): readonly Attack[] {
  const asSetuid = '$was = `id -u`; $is = `$ARGV[0] -u`; exit 0 if $is =~ /\\d/ && $is ne $was;'
  return [
    attack('read a file outside by its path', perl(readAny, canary)),
    attack('read it past the granted folder', perl(readAny, `${granted}/../canary`)),
    attack('read it through a link in the granted folder', perl(readAny, `${granted}/link`)),
    attack('read it through the working folder', perl(readAny, '/proc/self/cwd/../canary')),
    attack(
      'read it through the root of another process',
      perl(`push @ARGV, map { "/proc/$_/root$ARGV[0]" } (1, getppid); shift; ${readAny}`, canary),
    ),
    attack(
      'read it through the working folder of another process',
      perl(
        `push @ARGV, map { "/proc/$_/cwd$ARGV[0]" } (1, getppid, $$); shift; ${readAny}`,
        `/../canary`,
      ),
    ),
    attack(
      'read it from a descriptor that was left open',
      perl('open(my $f, "<&=", 9) and exit 0;'),
    ),
    attack(
      'read the environment of the parent',
      perl(
        'for (1, getppid, @ARGV) { open(my $f, "<", "/proc/$_/environ") or next; exit 0 if <$f> =~ /MB_CANARY/ }',
        hostPid,
      ),
    ),
    attack(
      'inherit the environment of the host',
      perl('exit 0 if grep { /^(MB_CANARY|NODE_OPTIONS)$/ } keys %ENV;'),
    ),
    attack(
      'list the accounts of the host',
      perl('open(my $f, "<", "/etc/passwd"); exit 0 if grep { /^daemon:/ } <$f>;'),
    ),
    attack(
      'write in a folder granted to read',
      perl('open(my $f, ">", "$ARGV[0]/new") and exit 0;', granted),
    ),
    attack('make a link in it', perl('symlink("/", "$ARGV[0]/made$$") and exit 0;', granted)),
    attack(
      'change the mode of a file in it',
      perl('chmod(0600, "$ARGV[0]/file") and exit 0;', granted),
    ),
    attack(
      'change the times of a file in it',
      perl('utime(1, 1, "$ARGV[0]/file") and exit 0;', granted),
    ),
    attack('delete a file in it', perl('unlink("$ARGV[0]/victim") and exit 0;', granted)),
    {
      name: 'write a setting of the kernel',
      command: perl('open(my $f, ">>", "/proc/sys/kernel/core_pattern") and exit 0;'),
      rootOnly: 'settings of the kernel belong to root',
    },
    ...(setuid === undefined
      ? []
      : [attack('gain another user by a setuid program', perl(asSetuid, setuid))]),
  ]
}

function network({ tcpPort, udpPort, socket, abstract }: Targets): readonly Attack[] {
  const unix = 'my $s; socket($s, 1, 1, 0) && connect($s, pack("S a*", 1, $name)) and exit 0;'
  return [
    {
      name: 'connect to the host by TCP',
      command: perl(
        'my $s; socket($s, 2, 1, 0) && connect($s, pack("S n C4 x8", 2, $ARGV[0], 127, 0, 0, 1)) and exit 0;',
        tcpPort,
      ),
    },
    {
      name: 'exchange datagrams with the host',
      command: perl(
        'my $s; socket($s, 2, 2, 0); send($s, "ping", 0, pack("S n C4 x8", 2, $ARGV[0], 127, 0, 0, 1)); recv($s, my $b, 9, 0); exit 0 if $b eq "pong";',
        udpPort,
      ),
    },
    {
      name: 'connect to a unix socket in a granted folder',
      command: perl(`my $name = "$ARGV[0]\\0"; ${unix}`, socket),
    },
    {
      name: 'connect to an abstract unix socket',
      command: perl(`my $name = "\\0$ARGV[0]"; ${unix}`, abstract),
    },
    // It is bound to nobody: with an address it sends to any datagram socket whose path it sees.
    {
      name: 'make datagram sockets that send to unix sockets',
      command: perl(
        'for (2, 3) { socketpair(my $a, my $b, 1, $_, 0) or next; send($a, "x", 0, pack("S a*", 1, "/nobody\\0")); exit 0 if $!{ENOENT} }',
      ),
    },
    { name: 'open a netlink socket', command: perl('my $s; socket($s, 16, 3, 0) and exit 0;') },
  ]
}

function processes({ hostPid, hostName, architecture }: Targets): readonly Attack[] {
  const call = callOn(architecture)
  return [
    {
      name: 'signal a process of the host',
      command: perl('kill(0, $ARGV[0]) and exit 0;', hostPid),
    },
    { name: 'signal the parent', command: perl('getppid() > 1 && kill(0, getppid) and exit 0;') },
    {
      name: 'see the processes of the host',
      command: perl('-d "/proc/$ARGV[0]" and exit 0;', hostPid),
    },
    {
      name: 'learn the name of the host',
      command: perl('my $h = `uname -n`; chomp $h; exit 0 if $h eq $ARGV[0];', hostName),
    },
    { name: 'be traced', command: call('ptrace', 101, 117, 0, 0, 0, 0) },
    {
      name: 'read the memory of a process',
      command: perl(
        `my $x = "x" x 8; my $b = pack("p q", $x, 8); exit 0 if syscall(${String(architecture === 'x64' ? 310 : 270)}, $$ + 0, $b, 1, $b, 1, 0) >= 0;`,
      ),
    },
  ]
}

function kernel({ architecture, granted }: Targets): readonly Attack[] {
  const call = callOn(architecture)
  const asRoot = ['/usr/bin/unshare', '-Urm']
  return [
    { name: 'make a user namespace', command: call('unshare', 272, 97, 0x1000_0000) },
    {
      name: 'clone into a user namespace',
      command: perl(
        `my $p = syscall(${architecture === 'x64' ? 56 : 220}, 0x10000011, 0, 0, 0, 0); exit 0 if $p == 0; $p > 0 && waitpid($p, 0) == $p and exit 0;`,
      ),
    },
    { name: 'mount', command: ['/bin/mount', '-t', 'tmpfs', 'none', granted], prefix: asRoot },
    {
      name: 'mount by the new calls',
      command: perl(`my $n = "tmpfs"; exit 0 if syscall(430, $n, 0) >= 0;`),
      prefix: asRoot,
    },
    {
      name: 'remount a read-only folder',
      command: ['/bin/mount', '-o', 'remount,rw,bind', '/usr'],
      prefix: [
        '/usr/bin/unshare',
        '-Urm',
        'sh',
        '-c',
        'mount --rbind /usr /usr && exec "$@"',
        'sh',
      ],
    },
    { name: 'change the root', command: perl('chroot("/usr") and exit 0;'), prefix: asRoot },
    {
      name: 'set the name of the host',
      command: perl(
        'my $n = "taken"; exit 0 if syscall(170, $n, 5) == 0 || syscall(161, $n, 5) == 0;',
      ),
      prefix: ['/usr/bin/unshare', '-Uru'],
    },
    { name: 'find the session keyring', command: call('keyctl', 250, 219, 0, -3, 0) },
    {
      name: 'add a key',
      command: perl(
        `my ($t, $d) = ("user", "mb"); exit 0 if syscall(${architecture === 'x64' ? 248 : 217}, $t, $d, $d, 2, -2) > 0;`,
      ),
    },
    { name: 'list keys', command: perl('open(my $f, "<", "/proc/keys") and exit 0;') },
    {
      name: 'set up io_uring',
      command: perl('my $p = "\\0" x 120; exit 0 if syscall(425, 1, $p) >= 0;'),
    },
    { name: 'handle page faults', command: call('userfaultfd', 323, 282, 1) },
    { name: 'switch off the random layout', command: call('personality', 135, 92, 0x4_0000) },
    {
      name: 'make memory that no process owns',
      command: perl(
        `my $n = "m"; exit 0 if syscall(${architecture === 'x64' ? 319 : 279}, $n, 0) >= 0;`,
      ),
    },
    {
      name: 'make shared memory that no process owns',
      command: perl('defined shmget(0, 4096, 01600) and exit 0;'),
    },
    // The terminal would take it; where there is none the kernel says ENOTTY, which is past the filter.
    {
      name: 'type into the terminal',
      command: perl('my $c = "x"; ioctl(STDIN, 0x5412, $c); exit 0 if $! != 1;'),
    },
    {
      name: 'open a file by its handle',
      command: perl(
        `my $h = pack("I i a128", 128, 0, ""); my $m = pack("i", 0); my $p = $ARGV[0]; exit 0 if syscall(${architecture === 'x64' ? 303 : 264}, -100, $p, $h, $m, 0) == 0;`,
        '/usr/bin',
      ),
    },
    {
      name: 'compare kernel objects',
      command: call('kcmp', 312, 272, '$$ + 0', '$$ + 0', 1, 0, 0),
    },
  ]
}

/** A system call by its number on this processor, which works when it answers anything but an error. */
function callOn(
  architecture: 'x64' | 'arm64',
): (
  name: string,
  x64: number,
  arm64: number,
  ...args: readonly (number | string)[]
) => readonly string[] {
  return (name, x64, arm64, ...args) =>
    perl(
      `exit 0 if syscall(${architecture === 'x64' ? x64 : arm64}, ${args.join(', ')}) >= 0; # ${name}\n`,
    )
}
