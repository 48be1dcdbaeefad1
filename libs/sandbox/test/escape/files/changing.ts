import { join } from 'node:path'
import { mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** Changes in a folder that is granted for reading. */
export function changing({ granted }: Targets): readonly Mechanism[] {
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
