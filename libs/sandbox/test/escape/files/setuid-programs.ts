import { mechanism, perl, type Mechanism } from '../mechanism.ts'
import { call } from '../system-calls.ts'

export function plantSetuid(writable: string): readonly Mechanism[] {
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
