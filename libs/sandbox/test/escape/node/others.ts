import { join } from 'node:path'
import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'
import { isCanary } from './canary.ts'

export function others({ canary, victim, base }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'signal the parent in Node',
      'processes',
      node(
        `if (process.ppid <= 1) process.exit(1); process.kill(process.ppid, 0); process.exit(0)`,
      ),
    ),
    mechanism(
      'make a Node of the host listen for a debugger',
      'processes',
      node(`process._debugProcess(Number(args[0])); process.exit(0)`, victim),
    ),
    mechanism(
      'start a shell that reads',
      'filesystem',
      node(
        `const { execSync } = await import('node:child_process'); try { process.exit(String(execSync('cat ' + args[0], { stdio: ['ignore', 'pipe', 'ignore'] })).includes('canary') ? 0 : 1) } catch { process.exit(1) }`,
        canary,
      ),
    ),
    mechanism(
      'become another program in Node',
      'filesystem',
      node(
        `process.removeAllListeners('warning'); process.noDeprecation = true; process.execve('/bin/grep', ['grep', '-q', 'canary', args[0]], {})`,
        canary,
      ),
      { variantOf: 'start a shell that reads', refusedWith: [2] },
    ),
    mechanism(
      'start workers of a cluster that read',
      'filesystem',
      node(
        `
      const cluster = process.getBuiltinModule('node:cluster')
      ${isCanary}
      const { writeFileSync } = await import('node:fs')
      const file = process.env.TMPDIR + '/worker-' + process.pid + '.cjs'
      writeFileSync(file, 'let said = ""; try { said = require("node:fs").readFileSync(process.argv[2], "utf8") } catch {} process.send(said, () => process.exit())')
      cluster.setupPrimary({ exec: file, args: [args[0]], execArgv: [] })
      cluster.on('exit', () => process.exit(1))
      cluster.fork().on('message', tell)`,
        canary,
      ),
    ),
    mechanism(
      'give a process of the host another priority in Node',
      'processes',
      node(
        `const { setPriority } = await import('node:os'); setPriority(Number(args[0]), 6); process.exit(0)`,
        victim,
      ),
    ),
    mechanism(
      'write the dump of a fatal error',
      'filesystem',
      [
        process.execPath,
        '--report-on-fatalerror',
        '--report-uncaught-exception',
        `--report-directory=${base}`,
        '--report-filename=fatal.json',
        '-e',
        'throw new Error("planted")',
      ],
      { trace: join(base, 'fatal.json'), variantOf: 'write a report of Node' },
    ),
  ]
}
