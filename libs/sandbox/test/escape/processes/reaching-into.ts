import { mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

const copyMemory = (name: 'process_vm_readv' | 'process_vm_writev'): string =>
  `my $x = "x" x 8; my $b = pack("P Q", $x, 8); my $r = syscall(${call(name)}, $$ + 0, $b, 1, $b, 1, 0); exit 0 if $r >= 0`

/** Into the memory and the descriptors of another process. */
export function reachingInto({ victim, isRoot }: Targets): readonly Mechanism[] {
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
