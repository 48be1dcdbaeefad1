import { join } from 'node:path'
import { mechanism, perl, script, type Mechanism, type Targets } from './mechanism.ts'

const mebibyte = 1024 * 1024
const limits = { memoryBytes: 128 * mebibyte, wallMs: 20_000 }
const exhausts = { ended: ['memory'] } as const

/** Memory in every form, up to 400 MiB where nothing stops it. Each keeps what it took for a moment, as a program that uses it does. */
export function listMemory({ writable }: Targets): readonly Mechanism[] {
  const grow = (name: string, take: string, options: Partial<Mechanism> = {}): Mechanism =>
    mechanism(
      name,
      'limits',
      script(
        `const all = []; const take = (i) => { ${take} }; for (let i = 0; i < 25; i++) all.push(take(i)); setTimeout(() => process.exit(all.length === 25 ? 0 : 98), 400)`,
      ),
      { limits, exhausts, ...options },
    )
  return [
    grow('fill the heap', 'return Array.from({ length: 2 << 20 }, (_, j) => i + j + 0.5)', {
      killedBy: ['SIGABRT', 'SIGTRAP'],
    }),
    grow('fill buffers', 'return Buffer.alloc(16 << 20, 1)'),
    grow('fill shared buffers', 'return new Uint8Array(new SharedArrayBuffer(16 << 20)).fill(1)', {
      variantOf: 'fill buffers',
    }),
    grow(
      'fill the memory of WebAssembly',
      'const m = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(m.buffer).fill(1); return m',
    ),
    grow(
      'fill texts outside the heap',
      'return Buffer.alloc(16 << 20, 97 + i).toString("latin1").concat("")',
      { variantOf: 'fill buffers' },
    ),
    grow(
      'fill the heaps of workers',
      `const { Worker } = process.getBuiltinModule('node:worker_threads'); const w = new Worker('const b = Buffer.alloc(16 << 20, 1); setInterval(() => b, 1000)', { eval: true }); return w`,
      { variantOf: 'fill the heap' },
    ),
    grow(
      'fill files in memory',
      `process.getBuiltinModule('node:fs').writeFileSync(process.env.TMPDIR + '/memory-' + i, Buffer.alloc(16 << 20, 1)); return 1`,
      {
        policy: { tmpBytes: 512 * mebibyte },
        notRestricted: 'its space for temporary files lies on the disk',
      },
    ),
    mechanism(
      'fill files in shared memory that have no name',
      'limits',
      perl(
        'alarm 0; my $b = "x" x (1 << 20); my $p = "/dev/shm/mb-attack-$$"; open(my $f, "+>", $p) or exit 1; unlink $p; for (1 .. 400) { syswrite($f, $b) == 1 << 20 or exit 1 } select(undef, undef, undef, 0.4); exit 0',
      ),
      {
        limits,
        exhausts,
        policy: { tmpBytes: 512 * mebibyte },
        variantOf: 'fill files in memory',
      },
    ),
    mechanism(
      'fill many children',
      'limits',
      perl(
        'alarm 0; my @p; for (1 .. 20) { my $p = fork // exit 99; if (!$p) { my $x = "x" x (20 << 20); sleep 2; exit 0 } push @p, $p } select(undef, undef, undef, 1.2); for (@p) { waitpid($_, 0); exit 1 if $? } exit 0',
      ),
      {
        limits: { ...limits, processes: 64 },
        exhausts,
      },
    ),
    mechanism(
      'fill memory that is mapped and shared',
      'limits',
      perl(
        'alarm 0; my @p; for (1 .. 2) { my $p = fork // exit 99; if (!$p) { my @all; for (1 .. 200) { push @all, "x" x (1 << 20); } sleep 1; exit 0 } push @p, $p } for (@p) { waitpid($_, 0); exit 1 if $? } exit 0',
      ),
      {
        limits,
        exhausts,
        variantOf: 'fill many children',
      },
    ),
    // The kernel keeps what was sent and not yet read, in memory that no process owns.
    mechanism(
      'fill the buffers of sockets',
      'limits',
      perl(
        'alarm 0; my @all; my $n = 0; my $b = "x" x 65536; for (1 .. 3000) { socketpair(my $x, my $y, 1, 1, 0) or exit 1; push @all, $x, $y; for my $s ($x, $y) { fcntl($s, 4, 04000); while ((my $w = syswrite($s, $b)) // 0) { $n += $w } } last if $n > 400 << 20 } select(undef, undef, undef, 0.4); exit($n > 400 << 20 ? 0 : 1)',
      ),
      {
        limits,
        exhausts,
      },
    ),
    mechanism(
      'fill the buffers of connections',
      'limits',
      perl(
        'alarm 0; socket(my $l, 2, 1, 0); bind($l, pack("S n C4 x8", 2, 0, 127, 0, 0, 1)) or exit 1; listen($l, 600); my $to = getsockname($l); my @all; my $n = 0; my $b = "x" x 65536; for (1 .. 400) { socket(my $s, 2, 1, 0); connect($s, $to) or exit 1; accept(my $c, $l); push @all, $s, $c; for my $e ($s, $c) { fcntl($e, 4, 04000); while ((my $w = syswrite($e, $b)) // 0) { $n += $w } } last if $n > 400 << 20 } select(undef, undef, undef, 0.4); exit($n > 400 << 20 ? 0 : 1)',
      ),
      { limits, exhausts, variantOf: 'fill the buffers of sockets' },
    ),
    mechanism(
      'fill pipes',
      'limits',
      perl(
        'alarm 0; my @all; my $n = 0; my $b = "x" x 65536; for (1 .. 3000) { pipe(my $r, my $w) or exit 1; fcntl($w, 1031, 1 << 20); fcntl($w, 4, 04000); push @all, $r, $w; while ((my $d = syswrite($w, $b)) // 0) { $n += $d } last if $n > 160 << 20 } select(undef, undef, undef, 0.4); exit($n > 160 << 20 ? 0 : 1)',
      ),
      {
        limits,
        exhausts,
        variantOf: 'fill the buffers of sockets',
        feature: 'pipes without a limit for this user',
      },
    ),
    mechanism(
      'fill a file that is mapped in a granted folder',
      'limits',
      script(
        `process.getBuiltinModule('node:fs').writeFileSync(process.argv[1], ''); const b = Buffer.alloc(4 << 20, 1); for (let i = 0; i < 64; i++) process.getBuiltinModule('node:fs').appendFileSync(process.argv[1], b); process.getBuiltinModule('node:fs').rmSync(process.argv[1]); process.exit(0)`,
        join(writable, 'disk'),
      ),
      {
        limits: { fileBytes: 64 * mebibyte, wallMs: 20_000 },
        variantOf: 'fill files in memory',
        killedBy: ['SIGXFSZ'],
      },
    ),
  ]
}
