import { readFileSync } from 'node:fs'
import { mechanism, perl, shell, type Mechanism, type Targets } from '../mechanism.ts'

/** Room on the disk, and numbers of files. */
export function filling({ writable }: Targets): readonly Mechanism[] {
  const fill =
    'my $b = "x" x (1 << 20); my $p = ($ARGV[0] // $ENV{TMPDIR}) . "/full$$"; open(my $f, ">", $p) or exit 1; for (1 .. 96) { syswrite($f, $b) == 1 << 20 or (unlink($p), exit 1) } unlink $p; exit 0'
  return [
    mechanism('fill the space for temporary files', 'filesystem', perl(fill), {
      notRestricted: onDisk,
    }),
    mechanism('fill the shared memory', 'filesystem', perl(fill, '/dev/shm'), {
      variantOf: 'fill the space for temporary files',
    }),
    mechanism(
      'write a file of any size',
      'limits',
      perl(
        '$SIG{XFSZ} = "IGNORE"; my $b = "x" x (1 << 20); my $p = "$ARGV[0]/big$$"; open(my $f, ">", $p) or exit 99; for (1 .. 8) { syswrite($f, $b) == 1 << 20 or (unlink($p), exit 1) } unlink $p; exit 0',
        writable,
      ),
      {
        limits: { fileBytes: 4 << 20, wallMs: 20_000 },
      },
    ),
    mechanism(
      'make a sparse file of any size',
      'limits',
      perl(
        '$SIG{XFSZ} = "IGNORE"; my $p = "$ARGV[0]/sparse$$"; open(my $f, ">", $p) or exit 99; my $r = truncate($f, 1 << 36); unlink $p; exit 0 if $r',
        writable,
      ),
      {
        variantOf: 'write a file of any size',
        limits: { fileBytes: 4 << 20, wallMs: 20_000 },
      },
    ),
    mechanism(
      'make more files than fit',
      'limits',
      perl(
        'alarm 60; my $d = "$ENV{TMPDIR}/many"; mkdir $d; for (1 .. 40000) { open(my $f, ">", "$d/$_") or exit 1 } select(undef, undef, undef, 0.4); exit 0',
      ),
      {
        limits: { memoryBytes: 20 << 20, wallMs: 20_000 },
        exhausts: { ended: ['memory'] },
        notRestricted: onDisk,
      },
    ),
    mechanism(
      'leave the dump of its memory in a granted folder',
      'limits',
      shell(
        'ulimit -c unlimited 2>/dev/null; cd "$1"; sh -c "kill -SEGV \\$\\$"; for f in core*; do [ -e "$f" ] && rm -f core* && exit 0; done; exit 1',
        writable,
      ),
      {
        skip: dumpsInFolder() ? undefined : 'this machine hands dumps to a program',
      },
    ),
  ]
}

const onDisk = 'its space for temporary files lies on the disk'

function dumpsInFolder(): boolean {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  return !pattern.startsWith('|') && !pattern.includes('/')
}
