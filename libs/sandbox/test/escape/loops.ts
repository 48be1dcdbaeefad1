import { mechanism, perl, script, shell, type Mechanism } from './mechanism.ts'

const spins = {
  limits: { cpuSeconds: 0.5, wallMs: 20_000 },
  exhausts: { ended: ['cpu'], aliveMs: 1000 },
} as const
const waits = {
  limits: { wallMs: 500 },
  exhausts: { ended: ['wall'], aliveMs: 1000 },
} as const

/** Programs that never end. None of them holds an alarm: what runs without a sandbox is ended by the runner. */
export function listLoops(): readonly Mechanism[] {
  const name = 'loop'
  const loop = (
    title: string,
    command: readonly string[],
    options: typeof spins | typeof waits,
    variantOf?: string,
  ): Mechanism => mechanism(title, 'limits', command, { ...options, variantOf })
  return [
    loop(name, script('for (;;);'), spins),
    loop('loop in a regular expression', script('/^(a+)+$/.test("a".repeat(60) + "b")'), spins),
    loop(
      'loop in microtasks',
      script('const again = () => Promise.resolve().then(again); again()'),
      spins,
    ),
    loop(
      'loop in ticks',
      script('const again = () => process.nextTick(again); again()'),
      spins,
      'loop in microtasks',
    ),
    loop(
      'loop in WebAssembly',
      script(
        'new WebAssembly.Instance(new WebAssembly.Module(Buffer.from("0061736d01000000010401600000030201000801000a0901070003400c000b0b", "hex")))',
      ),
      spins,
      name,
    ),
    loop(
      'loop in one great number',
      script('let n = 3n; for (let i = 0; i < 40; i++) n *= n'),
      spins,
      name,
    ),
    loop(
      'loop when it is asked to end',
      script('process.on("exit", () => { for (;;); }); process.exit(0)'),
      spins,
    ),
    loop(
      'loop after an error',
      script('process.on("uncaughtException", () => { for (;;); }); throw new Error("x")'),
      spins,
      'loop when it is asked to end',
    ),
    loop(
      'loop in a worker',
      script(
        'const { Worker } = await import("node:worker_threads"); new Worker("for (;;);", { eval: true })',
      ),
      spins,
      name,
    ),
    loop('loop in a child', perl('alarm 0; fork or do { 1 while 1 }; wait'), spins),
    loop(
      'loop in children that come and go',
      perl(
        'alarm 0; while (1) { my $p = fork; if (!$p) { my $t = (times)[0]; 1 while (times)[0] - $t < 0.1; exit 0 } waitpid $p, 0 }',
      ),
      spins,
      'loop in a child',
    ),
    loop(
      'loop in children that nobody waits for',
      perl(
        'alarm 0; $SIG{CHLD} = "IGNORE"; while (1) { my $p = fork; if (!$p) { my $t = (times)[0]; 1 while (times)[0] - $t < 0.1; exit 0 } select(undef, undef, undef, 0.1) }',
      ),
      spins,
      'loop in a child',
    ),
    loop(
      'loop deaf to every signal',
      perl(
        'alarm 0; $SIG{$_} = "IGNORE" for grep { !/^(KILL|STOP|NUM\\d+)$/ } qw(HUP INT QUIT TERM XCPU ALRM USR1 USR2 PIPE TSTP TTIN TTOU VTALRM PROF); 1 while 1',
      ),
      spins,
    ),
    loop(
      'wait for a word that never comes',
      script('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'),
      waits,
    ),
    loop(
      'wait deaf to every signal',
      shell('trap "" HUP INT QUIT TERM USR1 USR2 XCPU ALRM; while :; do sleep 60; done'),
      waits,
      'wait for a word that never comes',
    ),
    loop(
      'wait stopped',
      perl('alarm 0; kill STOP => $$; sleep 60'),
      waits,
      'wait for a word that never comes',
    ),
    loop(
      'wait for a timer',
      script('setInterval(() => {}, 1000)'),
      waits,
      'wait for a word that never comes',
    ),
    loop(
      'wait on a pipe without an end',
      perl('alarm 0; pipe(my $r, my $w); sysread($r, my $b, 1)'),
      waits,
      'wait for a word that never comes',
    ),
  ]
}
