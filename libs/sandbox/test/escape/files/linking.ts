import { join } from 'node:path'
import { mechanism, perl, readAny, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'
import { plantSetuid } from './setuid-programs.ts'

export function linking({
  base,
  granted,
  writable,
  movable,
  canary,
}: Targets): readonly Mechanism[] {
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
