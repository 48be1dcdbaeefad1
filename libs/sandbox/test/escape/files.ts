import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  inherited,
  isAllowed,
  mechanism,
  perl,
  readAny,
  shell,
  succeeds,
  type Mechanism,
  type Targets,
} from './mechanism.ts'
import { call } from './system-calls.ts'

/** Ways to files that were not granted, or to more than was granted. */
export function listFiles(targets: Targets): readonly Mechanism[] {
  return [
    ...reading(targets),
    ...handedDown(targets),
    ...changing(targets),
    ...linking(targets),
    ...specialFiles(targets),
    ...filling(targets),
    ...ofTheSystem(targets),
  ]
}

function reading({ base, granted, canary, host }: Targets): readonly Mechanism[] {
  const past = 'read past the granted folder'
  const ofOthers = 'read through the files of another process'
  return [
    mechanism('read a file by its path', 'filesystem', perl(readAny, canary)),
    mechanism(past, 'filesystem', perl(readAny, `${granted}/../canary`)),
    mechanism('read past the working folder', 'filesystem', perl(readAny, '../canary'), {
      variantOf: past,
    }),
    mechanism('read through a link', 'filesystem', perl(readAny, `${granted}/link`)),
    mechanism(
      'read through /proc/self/cwd',
      'filesystem',
      perl(readAny, '/proc/self/cwd/../canary'),
    ),
    mechanism(
      'read through /proc/self/root',
      'filesystem',
      perl(readAny, `/proc/self/root${canary}`),
    ),
    mechanism(
      'read through the root of another process',
      'processes',
      perl(
        `push @ARGV, map { "/proc/$_/root$ARGV[0]" } (1, getppid, $ARGV[1]); splice @ARGV, 0, 2; ${readAny}`,
        canary,
        host,
      ),
    ),
    mechanism(
      'read through the working folder of another process',
      'processes',
      perl(
        `push @ARGV, map { "/proc/$_/cwd$ARGV[0]" } (1, getppid, $ARGV[1]); splice @ARGV, 0, 2; ${readAny}`,
        canary,
        host,
      ),
      { variantOf: 'read through the root of another process' },
    ),
    mechanism(
      'read through the descriptors of another process',
      'processes',
      perl(
        `@ARGV = map { glob "/proc/$_/fd/*" } (1, getppid, @ARGV); for (@ARGV) { next unless -f; open(my $f, "<", $_) or next; exit 0 if <$f> =~ /canary/ }`,
        host,
      ),
      { variantOf: ofOthers },
    ),
    mechanism(
      'read the environment of another process',
      'processes',
      perl(
        'for (1, getppid, @ARGV) { open(my $f, "<", "/proc/$_/environ") or next; exit 0 if (<$f> // "") =~ /MB_CANARY/ }',
        host,
      ),
    ),
    mechanism(
      'read the memory of another process through /proc',
      'processes',
      perl(
        `for my $p (getppid, @ARGV) {
          open(my $maps, "<", "/proc/$p/maps") or next;
          while (<$maps>) { /^([0-9a-f]+)-.* r/ or next; my $at = hex $1; open(my $m, "<", "/proc/$p/mem") or last; sysseek($m, $at, 0); exit 0 if (sysread($m, my $b, 16) // 0) == 16; last }
        }`,
        host,
      ),
    ),
    mechanism(
      'map the accounts of the host',
      'filesystem',
      perl('open(my $f, "<", "/etc/passwd"); exit 0 if grep { /^daemon:/ } <$f>'),
    ),
    mechanism(
      'list a folder that was not granted',
      'filesystem',
      perl(
        'opendir(my $d, $ARGV[0]) or exit 1; exit 0 if grep { $_ eq "canary" } readdir $d',
        base,
      ),
    ),
    mechanism(
      'enter a folder that was not granted',
      'filesystem',
      perl('chdir $ARGV[0]; chdir ".."; open(my $f, "<", "canary") and exit 0', granted),
      { variantOf: past },
    ),
    mechanism(
      'open a path in one step that ignores mounts and links',
      'filesystem',
      perl(
        `my $how = pack("Q3", 0, 0, 0); my $p = $ARGV[0]; ${succeeds('openat2', -100, '$p', '$how', 24)}`,
        canary,
      ),
    ),
    mechanism(
      'name a file by its handle',
      'seccomp',
      perl(
        `my $h = pack("I i a128", 128, 0, ""); my $m = pack("i", 0); my $p = "/usr/bin"; ${succeeds('name_to_handle_at', -100, '$p', '$h', '$m', 0)}`,
      ),
    ),
  ]
}

/** What a careless parent leaves open. */
function handedDown({ writable }: Targets): readonly Mechanism[] {
  const { file, folder } = inherited
  const stolen = join(writable, 'stolen')
  const beside = 'my $p = "canary"; '
  return [
    mechanism(
      'read a descriptor that was left open',
      'descriptors',
      perl(`open(my $f, "<&=", ${file}) or exit 1; sysseek($f, 0, 0); exit 0 if <$f> =~ /canary/`),
    ),
    mechanism(
      'open it anew through /proc/self/fd',
      'descriptors',
      perl(readAny, `/proc/self/fd/${file}`),
    ),
    mechanism('open it anew through /dev/fd', 'descriptors', perl(readAny, `/dev/fd/${file}`), {
      variantOf: 'open it anew through /proc/self/fd',
    }),
    mechanism(
      'open beside a folder that was left open',
      'descriptors',
      perl(`${beside}${succeeds('openat', folder, '$p', 0, 0)}`),
    ),
    mechanism(
      'enter a folder that was left open',
      'descriptors',
      perl(`syscall(${call('fchdir')}, ${folder}) == 0 and open(my $f, "<", "canary") and exit 0`),
    ),
    mechanism(
      'list a folder that was left open',
      'descriptors',
      perl(`exit 0 if -e "/proc/self/fd/${folder}/canary"`),
      {
        variantOf: 'open beside a folder that was left open',
      },
    ),
    ...(['sendfile', 'copy_file_range', 'splice'] as const).map((name) =>
      mechanism(
        `copy a file that was left open by ${name}`,
        'descriptors',
        perl(
          `open(my $out, "+>", $ARGV[0]) or exit 99; my $o = fileno $out; pipe(my $r, my $w); my $at = pack("q", 0);
          my $n = ${
            name === 'sendfile'
              ? `syscall(${call(name)}, $o, ${file}, $at, 6)`
              : name === 'splice'
                ? `syscall(${call(name)}, ${file}, $at, fileno($w), 0, 6, 0)`
                : `syscall(${call(name)}, ${file}, $at, $o, 0, 6, 0)`
          }; unlink $ARGV[0]; exit 0 if $n == 6`,
          `${stolen}-${name}`,
        ),
        {
          variantOf: name === 'sendfile' ? undefined : 'copy a file that was left open by sendfile',
        },
      ),
    ),
  ]
}

/** Changes in a folder that is granted for reading. */
function changing({ granted }: Targets): readonly Mechanism[] {
  const file = join(granted, 'file')
  return [
    mechanism(
      'write in a folder granted for reading',
      'filesystem',
      perl('open(my $f, ">", "$ARGV[0]/new") and exit 0', granted),
    ),
    mechanism(
      'append to a file in it',
      'filesystem',
      perl('open(my $f, ">>", $ARGV[0]) and exit 0', file),
      {
        variantOf: 'write in a folder granted for reading',
      },
    ),
    mechanism(
      'make a folder in it',
      'filesystem',
      perl('mkdir("$ARGV[0]/made") and rmdir("$ARGV[0]/made") and exit 0', granted),
      {
        variantOf: 'write in a folder granted for reading',
      },
    ),
    mechanism(
      'truncate a file in it',
      'filesystem',
      perl('truncate($ARGV[0], 1) and exit 0', file),
    ),
    mechanism(
      'rename a file in it',
      'filesystem',
      perl(
        'rename("$ARGV[0]/file", "$ARGV[0]/renamed") && rename("$ARGV[0]/renamed", "$ARGV[0]/file") and exit 0',
        granted,
      ),
    ),
    mechanism(
      'delete a file in it',
      'filesystem',
      perl('unlink("$ARGV[0]/victim") and exit 0', granted),
    ),
    mechanism(
      'change the mode of a file in it',
      'filesystem',
      perl('chmod(0600, $ARGV[0]) and exit 0', file),
    ),
    mechanism(
      'change the owner of a file in it',
      'filesystem',
      perl('chown($<, $( + 0, $ARGV[0]) and exit 0', file),
    ),
    mechanism(
      'change the times of a file in it',
      'filesystem',
      perl('utime(1, 1, $ARGV[0]) and exit 0', file),
    ),
    mechanism(
      'set an attribute of a file in it',
      'filesystem',
      perl(
        `my ($p, $n, $v) = ($ARGV[0], "user.mb", "x"); ${succeeds('setxattr', '$p', '$n', '$v', 1, 0)}`,
        file,
      ),
      { feature: 'extended attributes in the folder for temporary files' },
    ),
    // FS_IOC_GETFLAGS, FS_IOC_SETFLAGS with FS_NOATIME_FL
    mechanism(
      'set flags of a file in it',
      'filesystem',
      perl(
        'open(my $f, "<", $ARGV[0]) or exit 99; my $v = pack("L", 0); ioctl($f, 0x80086601, $v) or exit 1; my $n = pack("L", unpack("L", $v) | 0x80); ioctl($f, 0x40086602, $n) and exit 0',
        file,
      ),
      { feature: 'file flags in the folder for temporary files' },
    ),
    mechanism(
      'write to a file in it that was opened for its path alone',
      'filesystem',
      perl(
        `my $p = $ARGV[0]; my $d = syscall(${call('openat')}, -100, $p, 010000000, 0); $d >= 0 or exit 99; open(my $f, "+<", "/proc/self/fd/$d") and exit 0`,
        file,
      ),
    ),
    mechanism(
      'write to a file in it that is open for reading',
      'filesystem',
      perl(
        'open(my $r, "<", $ARGV[0]) or exit 99; open(my $f, ">>", "/proc/self/fd/" . fileno $r) and exit 0',
        file,
      ),
      { variantOf: 'write to a file in it that was opened for its path alone' },
    ),
    // A lease makes whoever opens the file wait, up to /proc/sys/fs/lease-break-time.
    mechanism(
      'exchange a file in it with another',
      'filesystem',
      perl(
        `my ($a, $b) = @ARGV; open(my $f, ">", $b) or exit 99; ${succeeds('renameat2', -100, '$a', -100, '$b', 2)}`,
        file,
        `${granted}/../writable/exchanged`,
      ),
      {
        variantOf: 'rename a file in it',
      },
    ),
  ]
}

function linking({ base, granted, writable, movable, canary }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'read through a link of its own',
      'filesystem',
      perl(
        `symlink($ARGV[0], "$ARGV[1]/way$$"); @ARGV = ("$ARGV[1]/way$$"); ${readAny}`,
        canary,
        writable,
      ),
      {
        variantOf: 'read through a link',
      },
    ),
    mechanism(
      'make a hard link to a file that was not granted',
      'filesystem',
      perl(
        'my $l = "$ARGV[1]/hard$$"; link($ARGV[0], $l) and unlink($l) and exit 0',
        canary,
        writable,
      ),
    ),
    mechanism(
      'write through a hard link to a file granted for reading',
      'filesystem',
      perl(
        'my $l = "$ARGV[1]/own$$"; link("$ARGV[0]/file", $l) and open(my $f, ">>", $l) and unlink($l) and exit 0',
        granted,
        writable,
      ),
    ),
    mechanism(
      'write through a hard link made of a descriptor',
      'filesystem',
      perl(
        `open(my $r, "<", "$ARGV[0]/file") or exit 99; my ($from, $to) = ("/proc/self/fd/" . fileno $r, "$ARGV[1]/fromfd$$"); syscall(${call('linkat')}, -100, $from, -100, $to, 0x400) == 0 and open(my $f, ">>", $to) and unlink($to) and exit 0`,
        granted,
        writable,
      ),
      { variantOf: 'write through a hard link to a file granted for reading' },
    ),
    mechanism(
      'move a file out of a folder granted for writing',
      'filesystem',
      perl(
        'open(my $f, ">", "$ARGV[0]/mine"); close $f; rename("$ARGV[0]/mine", "$ARGV[1]/theirs") and unlink("$ARGV[1]/theirs") and exit 0',
        writable,
        base,
      ),
    ),
    mechanism(
      'write beside the granted folder',
      'filesystem',
      perl('open(my $f, ">", "$ARGV[0]/../planted") and exit 0', writable),
      {
        trace: join(base, 'planted'),
      },
    ),
    mechanism(
      'write through a link of its own',
      'filesystem',
      perl(
        'symlink("$ARGV[1]/through", "$ARGV[0]/out$$"); open(my $f, ">", "$ARGV[0]/out$$") and exit 0',
        writable,
        base,
      ),
      {
        variantOf: 'write beside the granted folder',
        trace: join(base, 'through'),
      },
    ),
    mechanism(
      'move the granted folder itself',
      'filesystem',
      perl(
        'rename($ARGV[0], "$ARGV[0]-moved") && rename("$ARGV[0]-moved", $ARGV[0]) and exit 0',
        movable,
      ),
    ),
    // Whoever else may run it then has the rights of this user.
    ...plantSetuid(writable),
    mechanism(
      'give a program a right for whoever runs it',
      'capabilities',
      perl(
        `open(my $f, ">", "$ARGV[0]/capable") or exit 99; my ($p, $n, $v) = ("$ARGV[0]/capable", "security.capability", pack("L5", 0x02000001, 1 << 13, 0, 0, 0)); ${succeeds('setxattr', '$p', '$n', '$v', 20, 0)}`,
        writable,
      ),
      { prefix: asOwnRootIn(), feature: 'rights of files in user namespaces' },
    ),
  ]
}

function asOwnRootIn(): readonly string[] {
  return process.getuid?.() === 0 ? [] : ['/usr/bin/unshare', '-Ur']
}

function plantSetuid(writable: string): readonly Mechanism[] {
  const name = 'leave a setuid program for others'
  const check = '(stat $p)[2] & 06000 and unlink($p) and exit 0; unlink $p'
  const make = `my $p = "$ARGV[0]/setuid$$"; my $q = $p; open(my $f, ">", $p) or exit 99`
  return [
    mechanism(name, 'seccomp', perl(`${make}; chmod(04755, $p); ${check}`, writable)),
    mechanism(
      'leave one by its descriptor',
      'seccomp',
      perl(`${make}; chmod(06755, $f); ${check}`, writable),
      { variantOf: name },
    ),
    mechanism(
      'leave one by a folder',
      'seccomp',
      perl(`${make}; syscall(${call('fchmodat')}, -100, $q, 02755); ${check}`, writable),
      { variantOf: name },
    ),
    mechanism(
      'leave one by the newer call',
      'seccomp',
      perl(`${make}; syscall(${call('fchmodat2')}, -100, $q, 04755, 0); ${check}`, writable),
      {
        variantOf: name,
        feature: 'fchmodat2',
      },
    ),
    mechanism(
      'create one',
      'seccomp',
      perl(
        `my $p = "$ARGV[0]/made$$"; my $q = $p; umask 0; syscall(${call('openat')}, -100, $q, 0101, 04755); ${check}`,
        writable,
      ),
      { variantOf: name },
    ),
    mechanism(
      'create one where no filter sees the mode',
      'seccomp',
      perl(
        `my $p = "$ARGV[0]/made2$$"; my $q = $p; umask 0; my $how = pack("Q3", 0101, 04755, 0); syscall(${call('openat2')}, -100, $q, $how, 24); ${check}`,
        writable,
      ),
      { variantOf: name },
    ),
    mechanism(
      'create one as a special file',
      'seccomp',
      perl(
        `my $p = "$ARGV[0]/node$$"; my $q = $p; umask 0; syscall(${call('mknodat')}, -100, $q, 0104755, 0); ${check}`,
        writable,
      ),
      { variantOf: name },
    ),
  ]
}

function specialFiles({ writable, isRoot }: Targets): readonly Mechanism[] {
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

const onDisk = 'its space for temporary files lies on the disk'

/** Room on the disk, and numbers of files. */
function filling({ writable }: Targets): readonly Mechanism[] {
  const fill =
    'my $b = "x" x (1 << 20); my $p = ($ARGV[0] // $ENV{TMPDIR}) . "/full$$"; open(my $f, ">", $p) or exit 1; for (1 .. 96) { syswrite($f, $b) == 1 << 20 or (unlink($p), exit 1) } unlink $p; exit 0'
  return [
    mechanism('fill the space for temporary files', 'filesystem', perl(fill), {
      notRestricted: onDisk,
    }),
    mechanism('fill the shared memory', 'filesystem', perl(fill, '/dev/shm'), {
      variantOf: 'fill the space for temporary files',
    }),
    mechanism(
      'write a file of any size',
      'limits',
      perl(
        '$SIG{XFSZ} = "IGNORE"; my $b = "x" x (1 << 20); my $p = "$ARGV[0]/big$$"; open(my $f, ">", $p) or exit 99; for (1 .. 8) { syswrite($f, $b) == 1 << 20 or (unlink($p), exit 1) } unlink $p; exit 0',
        writable,
      ),
      {
        limits: { fileBytes: 4 << 20, wallMs: 20_000 },
      },
    ),
    mechanism(
      'make a sparse file of any size',
      'limits',
      perl(
        '$SIG{XFSZ} = "IGNORE"; my $p = "$ARGV[0]/sparse$$"; open(my $f, ">", $p) or exit 99; my $r = truncate($f, 1 << 36); unlink $p; exit 0 if $r',
        writable,
      ),
      {
        variantOf: 'write a file of any size',
        limits: { fileBytes: 4 << 20, wallMs: 20_000 },
      },
    ),
    mechanism(
      'make more files than fit',
      'limits',
      perl(
        'alarm 20; my $d = "$ENV{TMPDIR}/many"; mkdir $d; for (1 .. 60000) { open(my $f, ">", "$d/$_") or exit 1 } select(undef, undef, undef, 0.4); exit 0',
      ),
      {
        limits: { memoryBytes: 20 << 20, wallMs: 20_000 },
        exhausts: { ended: ['memory'] },
        notRestricted: onDisk,
      },
    ),
    mechanism(
      'leave the dump of its memory in a granted folder',
      'limits',
      shell(
        'ulimit -c unlimited 2>/dev/null; cd "$1"; sh -c "kill -SEGV \\$\\$"; for f in core*; do [ -e "$f" ] && rm -f core* && exit 0; done; exit 1',
        writable,
      ),
      {
        skip: dumpsInFolder() ? undefined : 'this machine hands dumps to a program',
      },
    ),
  ]
}

function dumpsInFolder(): boolean {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  return !pattern.startsWith('|') && !pattern.includes('/')
}

function ofTheSystem({ isRoot, granted }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'settings of the kernel belong to root'
  return [
    mechanism('set where dumps go', 'filesystem', appendTo('/proc/sys/kernel/core_pattern'), {
      skip,
    }),
    mechanism(
      'set what loads modules',
      'filesystem',
      appendTo('/proc/sys/kernel/modprobe', '/proc/sys/kernel/hotplug'),
      { skip, feature: 'modules' },
    ),
    mechanism(
      'set what answers events of devices',
      'filesystem',
      appendTo('/sys/kernel/uevent_helper'),
      { skip, feature: 'a helper for events of devices' },
    ),
    mechanism(
      'register what runs files of a kind',
      'filesystem',
      perl(
        `my ($t, $p) = ("binfmt_misc", "/proc/sys/fs/binfmt_misc"); syscall(${call('mount')}, $t, $p, $t, 0, 0) if !-e "$p/register"; open(my $f, ">>", "$p/register") and exit 0`,
      ),
      {
        skip,
        prefix: ['/usr/bin/unshare', '-m'],
        feature: 'binfmt_misc',
      },
    ),
    mechanism('press the keys that reboot', 'filesystem', appendTo('/proc/sysrq-trigger'), {
      skip,
      feature: 'the trigger in /proc',
    }),
    mechanism(
      'set a number of the network',
      'filesystem',
      appendTo('/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/core/somaxconn'),
      { skip, variantOf: 'set where dumps go' },
    ),
    mechanism(
      'look into /sys',
      'filesystem',
      perl(
        'for (@ARGV) { opendir(my $d, $_) or next; exit 0 if grep { !/^\\.+$/ } readdir $d }',
        '/sys/class',
        '/sys/kernel',
        '/sys/devices',
      ),
    ),
    mechanism(
      'make a cgroup',
      'filesystem',
      perl(
        'for (glob("/sys/fs/cgroup/*"), "/sys/fs/cgroup") { my $d = "$_/mb-attack-$$"; mkdir($d) and rmdir($d) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'cgroups belong to root',
        feature: 'cgroups',
      },
    ),
    mechanism(
      'leave its cgroup',
      'filesystem',
      perl(
        'for (glob("/sys/fs/cgroup/*/cgroup.procs"), "/sys/fs/cgroup/cgroup.procs") { open(my $f, ">>", $_) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'cgroups belong to root',
        variantOf: 'make a cgroup',
        feature: 'cgroups',
      },
    ),
    // With the mode that it has already.
    mechanism(
      'change the program that builds the jail',
      'filesystem',
      perl(
        'for (1, getppid, $$) { my $p = "/proc/$_/exe"; my $m = (stat $p)[2]; defined $m and chmod($m & 07777, $p) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'programs of the system belong to root',
      },
    ),
    mechanism(
      'write to the program that runs',
      'filesystem',
      perl('my $p = "/usr/bin/mb-attack"; open(my $f, ">", $p) and unlink($p) and exit 0'),
      {
        skip: isRoot ? undefined : 'programs of the system belong to root',
        variantOf: 'change the program that builds the jail',
      },
    ),
    mechanism('watch the files of the host', 'seccomp', perl(isAllowed('fanotify_init', 0x200, 0))),
    mechanism(
      'set a quota',
      'seccomp',
      perl(`my $p = $ARGV[0]; ${isAllowed('quotactl', 0x80000100, 0, 0, 0)}`, granted),
      { skip, feature: 'quotas' },
    ),
  ]
}

const appendTo = (...paths: readonly string[]): readonly string[] =>
  perl('for (@ARGV) { open(my $f, ">>", $_) and exit 0 }', ...paths)
