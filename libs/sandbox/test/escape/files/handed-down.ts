import { join } from 'node:path'
import {
  inherited,
  mechanism,
  perl,
  readAny,
  succeeds,
  type Mechanism,
  type Targets,
} from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** What a careless parent leaves open. */
export function handedDown({ writable }: Targets): readonly Mechanism[] {
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
