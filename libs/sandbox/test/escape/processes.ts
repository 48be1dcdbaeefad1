import { join } from 'node:path'
import {
  asOwnRoot,
  mechanism,
  perl,
  shell,
  succeeds,
  type Mechanism,
  type Targets,
} from './mechanism.ts'
import { call } from './system-calls.ts'

/** Ways to other processes, to other users, and past the end of the program. */
export function listProcesses(targets: Targets): readonly Mechanism[] {
  return [
    ...signalling(targets),
    ...reachingInto(targets),
    ...steering(targets),
    ...runningOthers(targets),
    ...permittedCommands(targets),
    ...outliving(targets),
    ...bombs(targets),
    ...becomingOthers(targets),
  ]
}

function signalling({ base, victim, host }: Targets): readonly Mechanism[] {
  const name = 'signal a process of the host'
  return [
    mechanism(name, 'processes', perl('kill(0, $ARGV[0]) and exit 0', host)),
    mechanism(
      'signal a thread of the host',
      'processes',
      perl(succeeds('tgkill', '$ARGV[0] + 0', '$ARGV[0] + 0', 0), host),
      { variantOf: name },
    ),
    mechanism(
      'queue a signal for a process of the host',
      'processes',
      perl(
        `my $i = pack("i3 x116", 0, 0, -1); ${succeeds('rt_sigqueueinfo', '$ARGV[0] + 0', 10, '$i')}`,
        victim,
      ),
      { variantOf: name },
    ),
    mechanism(
      'signal by a descriptor of the process',
      'processes',
      perl(
        `my $d = syscall(${call('pidfd_open')}, $ARGV[0] + 0, 0); $d >= 0 or exit 1; ${succeeds('pidfd_send_signal', '$d', 0, 0, 0)}`,
        host,
      ),
    ),
    mechanism(
      'signal the parent',
      'processes',
      perl('getppid() > 1 && kill(0, getppid) and exit 0'),
    ),
    // The kernel sends it on behalf of whoever owns the descriptor: F_SETOWN, F_SETSIG, O_ASYNC.
    mechanism(
      'have the kernel signal by a descriptor that is ready',
      'processes',
      perl(
        'socketpair(my $a, my $b, 1, 1, 0) or exit 99; fcntl($a, 8, $ARGV[0] + 0) or exit 1; fcntl($a, 10, 12); fcntl($a, 4, 020000 | 04000) or exit 1; syswrite($b, "x"); select(undef, undef, undef, 0.2); exit 1',
        victim,
      ),
      { trace: join(base, 'signalled'), settleMs: 200 },
    ),
    mechanism(
      'see the processes of the host',
      'processes',
      perl('-d "/proc/$ARGV[0]" and exit 0', host),
      { notRestricted: seen },
    ),
    mechanism(
      'find the processes of the host by their numbers',
      'processes',
      perl(succeeds('pidfd_open', '$ARGV[0] + 0', 0), host),
      { variantOf: 'see the processes of the host' },
    ),
  ]
}

function reachingInto({ victim, isRoot }: Targets): readonly Mechanism[] {
  const own = 'my $c = fork; $c == 0 and (sleep 3, exit 0); select(undef, undef, undef, 0.05)'
  const done = 'kill(9, $c)'
  // The child is its own: what is denied there is denied everywhere.
  return [
    mechanism('be traced', 'seccomp', perl(succeeds('ptrace', 0, 0, 0, 0))),
    mechanism(
      'trace another process',
      'seccomp',
      perl(
        `${own}; my $r = syscall(${call('ptrace')}, 0x4206, $c, 0, 0); ${done}; exit 0 if $r >= 0`,
      ),
      { variantOf: 'be traced' },
    ),
    mechanism('read the memory of a process', 'seccomp', perl(copyMemory('process_vm_readv'))),
    mechanism(
      'write to the memory of a process',
      'seccomp',
      perl(copyMemory('process_vm_writev')),
      {
        variantOf: 'read the memory of a process',
      },
    ),
    mechanism(
      'take a descriptor of another process',
      'seccomp',
      perl(
        `${own}; my $d = syscall(${call('pidfd_open')}, $c, 0); my $r = syscall(${call('pidfd_getfd')}, $d, 0, 0); ${done}; exit 0 if $r >= 0`,
      ),
    ),
    mechanism(
      'advise on the memory of another process',
      'seccomp',
      perl(
        `${own}; my $d = syscall(${call('pidfd_open')}, $c, 0); my $v = pack("Q2", 0, 0); my $r = syscall(${call('process_madvise')}, $d, $v, 0, 20, 0); my $e = $! + 0; ${done}; exit 0 if $r >= 0 || ($e != 1 && $e != 38)`,
      ),
      { skip: isRoot ? undefined : 'it belongs to root' },
    ),
    mechanism(
      'take a descriptor of the host',
      'processes',
      perl(
        `my $d = syscall(${call('pidfd_open')}, $ARGV[0] + 0, 0); $d >= 0 or exit 1; ${succeeds('pidfd_getfd', '$d', 0, 0)}`,
        victim,
      ),
      { variantOf: 'take a descriptor of another process' },
    ),
  ]
}

const copyMemory = (name: 'process_vm_readv' | 'process_vm_writev'): string =>
  `my $x = "x" x 8; my $b = pack("P Q", $x, 8); my $r = syscall(${call(name)}, $$ + 0, $b, 1, $b, 1, 0); exit 0 if $r >= 0`

/** Settings that one process may make for another. */
function steering({ victim }: Targets): readonly Mechanism[] {
  const pid = '$ARGV[0] + 0'
  return [
    mechanism(
      'slow a process of the host down',
      'processes',
      perl('setpriority(0, $ARGV[0], 5) and exit 0', victim),
    ),
    mechanism(
      'slow its reading and writing down',
      'processes',
      perl(succeeds('ioprio_set', 1, pid, 0x4007), victim),
      { variantOf: 'slow a process of the host down' },
    ),
    mechanism(
      'schedule a process of the host',
      'processes',
      perl(`my $p = pack("i", 0); ${succeeds('sched_setscheduler', pid, 3, '$p')}`, victim),
    ),
    mechanism(
      'bind a process of the host to a processor',
      'processes',
      perl(`my $m = pack("Q", 1); ${succeeds('sched_setaffinity', pid, 8, '$m')}`, victim),
    ),
    mechanism(
      'limit a process of the host',
      'processes',
      perl(`my $l = "\\0" x 16; ${succeeds('prlimit64', pid, 7, 0, '$l')}`, victim),
    ),
    mechanism(
      'offer a process of the host to the killer',
      'processes',
      perl(
        'open(my $f, ">", "/proc/$ARGV[0]/oom_score_adj") or exit 1; syswrite($f, "500") and exit 0',
        victim,
      ),
    ),
    mechanism(
      'move a process of the host to a group',
      'processes',
      perl('exit 0 if (getpgrp($ARGV[0]) // -1) > 0', victim),
      { variantOf: 'see the processes of the host', notRestricted: seen },
    ),
  ]
}

const seen = 'Landlock keeps files from being opened, not from being seen'

function runningOthers({ canary, madeByRoot, isRoot }: Targets): readonly Mechanism[] {
  const asSetuid =
    'my $was = `/usr/bin/id -u`; my $is = `$ARGV[0] -u`; exit 0 if $is =~ /\\d/ && $is ne $was'
  const noRoot = madeByRoot === undefined ? 'only root can make one' : undefined
  return [
    mechanism(
      'have a child read',
      'filesystem',
      shell('cat "$1" >/dev/null 2>&1 && exit 0; exit 1', canary),
    ),
    mechanism(
      'have a grandchild in another session read',
      'filesystem',
      shell('setsid sh -c "cat \\"\\$1\\" >/dev/null 2>&1" sh "$1" && exit 0; exit 1', canary),
      { variantOf: 'have a child read' },
    ),
    mechanism(
      'become another program that reads',
      'filesystem',
      perl(
        'open(STDERR, ">", "/dev/null"); exec { "/usr/bin/grep" } "grep", "-q", "canary", $ARGV[0] or exit 99',
        canary,
      ),
      { refusedWith: [2], variantOf: 'have a child read' },
    ),
    mechanism(
      'gain another user by a setuid program',
      'no-new-privileges',
      perl(asSetuid, madeByRoot?.setuid ?? ''),
      { skip: noRoot },
    ),
    // It waits for a password, and has the rights of root already.
    mechanism(
      'gain root by a program of the system',
      'no-new-privileges',
      perl(
        'open(STDERR, ">", "/dev/null"); my $p = open(my $to, "|-", "/usr/bin/su", "-c", "true") or exit 99; select(undef, undef, undef, 0.3); open(my $s, "<", "/proc/$p/status") or exit 1; my ($u) = grep { /^Uid:/ } <$s>; kill 9, $p; exit 0 if $u =~ /^Uid:\\t\\d+\\t0\\t/',
      ),
      {
        skip: isRoot ? 'root has nothing to gain' : undefined,
        variantOf: 'gain another user by a setuid program',
        feature: 'a setuid program of the system',
      },
    ),
    mechanism(
      'gain a right by a program that has it',
      'no-new-privileges',
      perl(
        'my $s = `$ARGV[0] /proc/self/status 2>/dev/null`; exit 0 if $s =~ /^CapEff:\\s*0*[1-9a-f]/m',
        madeByRoot?.capable ?? '',
      ),
      {
        skip: noRoot,
        prefix: isRoot
          ? ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
          : undefined,
      },
    ),
  ]
}

/** Commands that a person may well permit, with arguments of somebody else. */
function permittedCommands({ base, canary, writable, granted }: Targets): readonly Mechanism[] {
  const name = 'have a permitted command write'
  const runs = 'have a permitted command run another'
  const outside = (file: string): string => join(base, file)
  const git = ['/usr/bin/git', '-C', join(granted, 'repository')]
  return [
    mechanism(
      name,
      'filesystem',
      shell('sort -o "$1" /dev/null 2>/dev/null; exit 1', outside('sorted')),
      { trace: outside('sorted') },
    ),
    mechanism(
      'have git write its log',
      'filesystem',
      [...git, 'log', '-1', `--output=${outside('log')}`],
      { trace: outside('log'), variantOf: name },
    ),
    mechanism(
      'have sed write',
      'filesystem',
      shell('echo x | sed "w $1" >/dev/null 2>&1; exit 1', outside('sed')),
      { trace: outside('sed'), variantOf: name },
    ),
    mechanism(
      'have tar unpack elsewhere',
      'filesystem',
      shell(
        'cd "$2" && echo x > packed && tar -cf packed.tar packed && tar -xf packed.tar -C "${1%/*}" --transform "s/packed/unpacked/" 2>/dev/null; rm -f packed packed.tar; exit 1',
        outside('unpacked'),
        writable,
      ),
      { trace: outside('unpacked'), variantOf: name },
    ),
    mechanism(
      runs,
      'filesystem',
      shell(
        'cd "$2" && tar -cf /dev/null --checkpoint=1 --checkpoint-action=exec="grep -q canary $1 && touch $2/told" . 2>/dev/null; [ -e "$2/told" ] && rm -f "$2/told" && exit 0; exit 1',
        canary,
        writable,
      ),
    ),
    mechanism(
      'have find run another',
      'filesystem',
      shell(
        'found=$(find /dev/null -exec cat "$1" ";" 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'have git run another',
      'filesystem',
      shell(
        'found=$(git -c "alias.show-it=!cat $1" show-it 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'have awk read',
      'filesystem',
      shell(
        'found=$(awk "{ print }" "$1" 2>/dev/null); [ "$found" = canary ] && exit 0; exit 1',
        canary,
      ),
      { variantOf: runs },
    ),
    mechanism(
      'run a program that was planted on the path',
      'filesystem',
      shell(
        'mkdir -p "$2/bin"; printf "#!/bin/sh\\ngrep canary %s" "$1" > "$2/bin/ls"; chmod +x "$2/bin/ls"; [ "$(PATH="$2/bin:$PATH" ls 2>/dev/null)" = canary ] && exit 0; exit 1',
        canary,
        writable,
      ),
    ),
  ]
}

function outliving({ writable }: Targets): readonly Mechanism[] {
  const name = 'leave a daemon behind'
  const late = (file: string): { trace: string; settleMs: number } => ({
    trace: join(writable, file),
    settleMs: 900,
  })
  const write = 'open(my $f, ">", $ARGV[0]); exit 0'
  return [
    mechanism(
      name,
      'processes',
      perl(
        `fork and exit 1; syscall(${call('setsid')}); fork and exit 1; close STDIN; close STDOUT; close STDERR; select(undef, undef, undef, 0.5); ${write}`,
        join(writable, 'daemon'),
      ),
      late('daemon'),
    ),
    mechanism(
      'leave one that ignores signals',
      'processes',
      perl(
        `fork and exit 1; $SIG{$_} = "IGNORE" for qw(HUP INT TERM PIPE QUIT USR1 USR2); syscall(${call('setsid')}); close STDIN; close STDOUT; close STDERR; select(undef, undef, undef, 0.5); ${write}`,
        join(writable, 'deaf'),
      ),
      { variantOf: name, ...late('deaf') },
    ),
    // PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER
    mechanism(
      'leave one that no longer follows its parent',
      'processes',
      perl(
        `syscall(${call('prctl')}, 36, 1, 0, 0, 0); fork and exit 1; syscall(${call('prctl')}, 1, 0, 0, 0, 0); syscall(${call('setsid')}); close STDIN; close STDOUT; close STDERR; select(undef, undef, undef, 0.5); ${write}`,
        join(writable, 'orphan'),
      ),
      { variantOf: name, ...late('orphan') },
    ),
    // CLONE_PARENT: the child's parent is the jail's first process.
    mechanism(
      'leave one that has another parent',
      'processes',
      perl(
        `my $p = syscall(${call('clone')}, 0x8000 | 17, 0, 0, 0, 0); $p and exit 1; close STDIN; close STDOUT; close STDERR; select(undef, undef, undef, 0.5); ${write}`,
        join(writable, 'sibling'),
      ),
      { variantOf: name, ...late('sibling') },
    ),
    mechanism(
      'leave one that forks faster than it is killed',
      'processes',
      perl(
        `alarm 0; fork and exit 1; close STDIN; close STDOUT; close STDERR; for (1 .. 60) { my $p = fork // last; $p and exit 1; select(undef, undef, undef, 0.01) } ${write}`,
        join(writable, 'runner'),
      ),
      { variantOf: name, ...late('runner') },
    ),
  ]
}

/** At most 300 of anything: the machine is others' as well. */
function bombs({ isRoot }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'start any number of processes',
      'limits',
      perl(
        'alarm 8; my @p; for (1 .. 250) { my $p = fork // exit 1; $p or (sleep 6, exit 0); push @p, $p } select(undef, undef, undef, 0.3); kill 9, @p; exit 0',
      ),
      {
        limits: { processes: 24, wallMs: 20_000 },
        exhausts: { ended: ['processes'] },
      },
    ),
    mechanism(
      'start them as grandchildren that nobody waits for',
      'limits',
      perl(
        'alarm 8; for (1 .. 120) { my $p = fork // exit 1; if (!$p) { fork // exit 1; sleep 1; exit 0 } } select(undef, undef, undef, 0.3); exit 0',
      ),
      {
        limits: { processes: 24, wallMs: 20_000 },
        exhausts: { ended: ['processes'] },
        variantOf: 'start any number of processes',
      },
    ),
    mechanism(
      'open any number of files',
      'limits',
      perl(
        'my @f; for (1 .. 1000) { open(my $f, "<", "/dev/null") or exit 1; push @f, $f } exit 0',
      ),
      { limits: { openFiles: 64, wallMs: 20_000 } },
    ),
    mechanism(
      'raise a limit again',
      'limits',
      perl(
        `my $l = pack("Q2", 512, 512); my $h = pack("Q2", 64, 64); syscall(${call('prlimit64')}, 0, 7, 0, $h) == 0 or exit 99; my ($s, $m) = unpack "Q2", $h; exit 1 if $m <= 64; exit 0`,
      ),
      {
        limits: { openFiles: 64, wallMs: 20_000 },
        variantOf: 'open any number of files',
      },
    ),
    mechanism(
      'take a better place in the queue',
      'capabilities',
      perl('setpriority(0, 0, -5) and exit 0'),
      { skip: isRoot ? undefined : 'it belongs to root' },
    ),
    mechanism(
      'run before all others',
      'capabilities',
      perl(`my $p = pack("i", 1); ${succeeds('sched_setscheduler', 0, 1, '$p')}`),
      {
        skip: isRoot ? undefined : 'it belongs to root',
        variantOf: 'take a better place in the queue',
      },
    ),
  ]
}

function becomingOthers({ isRoot, canary }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'only root can become another'
  return [
    mechanism('become another user', 'capabilities', perl('$> = 65534; exit 0 if $> == 65534'), {
      skip,
    }),
    mechanism(
      'become another group',
      'capabilities',
      perl('$) = "65534 65534"; exit 0 if $) =~ /^65534/'),
      { skip },
    ),
    mechanism(
      'take every right',
      'capabilities',
      perl(
        `my $h = pack("L i", 0x20080522, 0); my $d = pack("L6", 0x200000, 0x200000, 0, 0, 0, 0); ${succeeds('capset', '$h', '$d')}`,
      ),
      { prefix: asOwnRoot },
    ),
    // PR_CAPBSET_DROP needs a right, and tells that there is one.
    mechanism('change its own bounds', 'capabilities', perl(succeeds('prctl', 24, 30, 0, 0, 0)), {
      prefix: asOwnRoot,
    }),
    // PR_SET_MM_START_CODE and the like make a process look like another.
    mechanism(
      'keep rights for what it runs',
      'capabilities',
      perl(succeeds('prctl', 28, 1, 0, 0, 0)),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'take the filter off',
      'seccomp',
      perl(
        `my $f = pack("S x6 P", 1, pack("S C C L", 6, 0, 0, 0x7fff0000)); my $was = $ARGV[0]; syscall(${call('prctl')}, 22, 2, $f, 0, 0); my $n = "m"; ${succeeds('memfd_create', '$n', 0)}`,
        canary,
      ),
    ),
  ]
}
