import { join } from 'node:path'
import { mechanism, perl, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** Processes that are there after its end. */
export function outliving({ writable }: Targets): readonly Mechanism[] {
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
