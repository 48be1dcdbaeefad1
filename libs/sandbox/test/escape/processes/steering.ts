import { mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { seen } from './signalling.ts'

/** Settings that one process may make for another. */
export function steering({ victim }: Targets): readonly Mechanism[] {
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
