import { join } from 'node:path'
import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'

export function reports({ base }: Targets): readonly Mechanism[] {
  const name = 'write a report of Node'
  const trace = (file: string): { trace: string } => ({ trace: join(base, file) })
  const flags = (flag: string, file: string): readonly string[] => [
    process.execPath,
    `${flag}=${join(base, file)}`,
    '-e',
    '0',
  ]
  return [
    mechanism(
      name,
      'filesystem',
      node(`process.report.directory = args[0]; process.report.writeReport('report.json')`, base),
      trace('report.json'),
    ),
    mechanism(
      'write a snapshot of the heap',
      'filesystem',
      node(`const v8 = await import('node:v8'); v8.writeHeapSnapshot(args[0])`, join(base, 'heap')),
      trace('heap'),
    ),
    mechanism(
      'write a profile of the heap',
      'filesystem',
      [
        process.execPath,
        '--heap-prof',
        '--heap-prof-name=heap.prof',
        `--heap-prof-dir=${base}`,
        '-e',
        '0',
      ],
      { ...trace('heap.prof'), variantOf: name },
    ),
    mechanism(
      'write a profile of the processor',
      'filesystem',
      [
        process.execPath,
        '--cpu-prof',
        '--cpu-prof-name=cpu.prof',
        `--cpu-prof-dir=${base}`,
        '-e',
        '0',
      ],
      { ...trace('cpu.prof'), variantOf: name },
    ),
    mechanism(
      'write what was covered',
      'filesystem',
      node(
        `const { spawnSync } = await import('node:child_process'); spawnSync(process.execPath, ['-e', '0'], { env: { NODE_V8_COVERAGE: args[0] } })`,
        join(base, 'coverage'),
      ),
      trace('coverage'),
    ),
    mechanism(
      'write what was traced',
      'filesystem',
      [
        process.execPath,
        '--trace-event-categories=node.bootstrap',
        `--trace-event-file-pattern=${base}/traced`,
        '-e',
        '0',
      ],
      { ...trace('traced'), variantOf: name },
    ),
    mechanism(
      'have V8 write its log',
      'filesystem',
      [
        process.execPath,
        '--log',
        '--no-logfile-per-isolate',
        `--logfile=${base}/v8.log`,
        '-e',
        '0',
      ],
      trace('v8.log'),
    ),
    mechanism(
      'have V8 write what it warns of',
      'filesystem',
      flags('--redirect-warnings', 'warnings').toSpliced(-1, 1, 'process.emitWarning("planted")'),
      { ...trace('warnings'), variantOf: name },
    ),
    mechanism(
      'have V8 take flags while it runs',
      'filesystem',
      node(
        `
      const v8 = await import('node:v8')
      v8.setFlagsFromString('--trace-turbo'); v8.setFlagsFromString('--trace-turbo-path=' + args[0]); v8.setFlagsFromString('--trace-turbo-cfg-file=' + args[0] + '/turbo')
      v8.setFlagsFromString('--allow-natives-syntax')
      new Function('f', '%PrepareFunctionForOptimization(f); f(1); %OptimizeFunctionOnNextCall(f); f(1)')(function planted(a) { return a + 1 })`,
        base,
      ),
      trace('turbo'),
    ),
    mechanism(
      'write the cache of compiled code',
      'filesystem',
      node(
        `const { enableCompileCache, flushCompileCache } = await import('node:module'); const { writeFileSync } = await import('node:fs'); enableCompileCache(args[0]); const file = process.env.TMPDIR + '/cached.mjs'; writeFileSync(file, 'export const a = 1'); await import(file); flushCompileCache()`,
        join(base, 'compiled'),
      ),
      trace('compiled'),
    ),
  ]
}
