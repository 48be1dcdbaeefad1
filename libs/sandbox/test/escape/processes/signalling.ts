import { join } from 'node:path'
import { mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** Why level `restricted` promises nothing about names and numbers of processes. */
export const seen = 'Landlock keeps files from being opened, not from being seen'

/** Signals, and looks, at processes that it did not start. */
export function signalling({ base, victim, host }: Targets): readonly Mechanism[] {
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
