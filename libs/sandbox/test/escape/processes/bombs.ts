import { mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** At most 300 of anything: the machine is others' as well. */
export function bombs({ isRoot }: Targets): readonly Mechanism[] {
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
