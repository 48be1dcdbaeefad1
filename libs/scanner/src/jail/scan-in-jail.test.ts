import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectBackends } from '@mb/sandbox'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ScanReport } from '../finding.ts'
import { scan } from '../scan.ts'
import { scanLimits } from '../scan-limits.ts'
import { runScanner, scanInJail, type JailedScanOptions } from './scan-in-jail.ts'

const backends = await inspectBackends({ isFirstEnough: true })
const isTestable =
  process.env['MB_REQUIRE_ENGINES'] === '1' || backends.some(({ usable }) => usable)
if (!isTestable) process.stderr.write('Skipping scans in a jail: no sandbox is usable here\n')

// What the sandbox found out about this machine, so that it does so once.
const cacheDirectory = await mkdtemp(join(tmpdir(), 'mb-scan-cache-'))
afterAll(() => rm(cacheDirectory, { recursive: true, force: true }))

let base = ''
let folder = ''
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'mb-scan-')))
  folder = join(base, 'plugin')
  await mkdir(folder)
})
afterEach(() => rm(base, { recursive: true, force: true }))

const manifest = `name: notes
version: 1.0.0
description: Writes notes
author: Acme
license: MIT
entry: index.mjs
`

describe.runIf(isTestable)('scanInJail()', () => {
  it('says what scan() says', async () => {
    await writeFile(join(folder, 'plugin.yaml'), manifest)
    await writeFile(join(folder, 'index.mjs'), `import 'node:net'\neval(atob(x))`)
    await writeFile(join(folder, 'a.py'), 'import subprocess')
    await writeFile(join(folder, 'b.ts'), 'const a: number = 1')
    const [jailed, plain] = [await scanInJail(folder, { cacheDirectory }), await scan(folder)]
    expect(jailed).toEqual({ ...plain, ms: jailed.ms })
    expect(jailed).toMatchObject({ verdict: 'block', errors: [], files: 4 })
    expect(jailed.findings.map(({ rule }) => rule)).toEqual([
      'decode-and-run',
      'undeclared-processes',
      'undeclared-network',
    ])
  })

  it('passes what is clean, and holds no code to a manifest that is not there', async () => {
    await writeFile(join(folder, 'index.mjs'), `import 'node:net'`)
    expect(await scanInJail(folder, { cacheDirectory })).toMatchObject({
      verdict: 'pass',
      files: 1,
    })
  })

  it('is an error for a folder or a manifest that cannot be read', async () => {
    expect(await scanInJail(join(folder, 'nowhere'), { cacheDirectory })).toMatchObject({
      verdict: 'error',
      files: 0,
    })
    await writeFile(join(folder, 'plugin.yaml'), 'name: [')
    expect(await scanInJail(folder, { cacheDirectory })).toMatchObject({
      verdict: 'error',
      files: 0,
    })
  })

  it('survives a file that breaks the parser', async () => {
    // Operators nest without brackets, and the parser is native: its stack overflows and the process dies.
    await writeFile(join(folder, 'a.js'), `${'!'.repeat(1_000_000)}1`)
    const report = await scanInJail(folder, { cacheDirectory })
    expect(report.verdict).toBe('error')
    expect(report.errors[0]?.message).toMatch(
      /^Cannot scan in a jail: it (?:was ended by SIG|ended with 1)/,
    )
  })

  it('stops when it is told to', async () => {
    await expect(scanInJail(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

const clean: ScanReport = { verdict: 'pass', findings: [], files: 1, bytes: 1, ms: 1, errors: [] }

/** Has a program say what a scanner would. */
async function run(program: string, options: JailedScanOptions = {}): Promise<ScanReport> {
  const file = join(base, 'scanner.mjs')
  await writeFile(file, program)
  await chmod(base, 0o755)
  const order = { directory: folder, claims: undefined, limits: scanLimits }
  const scanner = { file, flags: [], env: {}, mounts: [file] }
  return runScanner(scanner, order, { cacheDirectory, ...options })
}

const print = (value: unknown): string =>
  `process.stdout.write(${JSON.stringify(JSON.stringify(value))})`

describe.runIf(isTestable)('runScanner() takes nothing but a report for a pass', () => {
  it('takes a report', async () => {
    expect(await run(print(clean))).toEqual(clean)
  })

  it.each([
    ['a crash', 'process.abort()', /ended by SIG|it ended with/],
    ['an exception', 'throw new Error("broken")', /it ended with 1: Error: broken/],
    ['a pass that ends badly', `${print(clean)}; process.exitCode = 3`, /it ended with 3/],
    ['a kill', `${print(clean)}; process.kill(process.pid, 'SIGKILL')`, /SIGKILL/],
    ['silence', '', /something else than a report/],
    ['garbage', 'process.stdout.write("\\u001b[2Jpass")', /something else than a report/],
    [
      'a report and more',
      `${print(clean)}; process.stdout.write("{}")`,
      /something else than a report/,
    ],
    [
      'half a report',
      `process.stdout.write('{"verdict":"pass","findings":[')`,
      /something else than a report/,
    ],
    ['another shape', print({ ...clean, findings: {} }), /something else than a report/],
    [
      'a pass with errors',
      print({ ...clean, errors: [{ message: 'x' }] }),
      /something else than a report/,
    ],
    [
      'a rule that there is not',
      print({
        ...clean,
        findings: [
          {
            id: 'MB9999',
            rule: 'x',
            severity: 'info',
            message: 'x',
            help: 'x',
            file: 'x',
            line: 1,
            column: 1,
          },
        ],
      }),
      /something else than a report/,
    ],
    [
      'a rule made harmless',
      print({
        ...clean,
        findings: [
          {
            id: 'MB4020',
            rule: 'decode-and-run',
            severity: 'info',
            message: 'x',
            help: 'x',
            file: 'x',
            line: 1,
            column: 1,
          },
        ],
      }),
      /something else than a report/,
    ],
    [
      'a prototype',
      `process.stdout.write('{"__proto__":${JSON.stringify(clean)}}')`,
      /something else than a report/,
    ],
  ])('%s is an error', async (_, program, message) => {
    const report = await run(program)
    expect(report).toMatchObject({ verdict: 'error', findings: [] })
    expect(report.errors[0]?.message).toMatch(message)
  })

  it('too much output is an error', async () => {
    const report = await run(`${print(clean)}; for (;;) process.stdout.write(' '.repeat(65536))`, {
      timeoutMs: 20_000,
    })
    expect(report.verdict).toBe('error')
  })

  it('the limits of time and memory are errors', async () => {
    const slow = await run(`${print(clean)}; for (;;);`, { timeoutMs: 500 })
    expect(slow.errors[0]?.message).toMatch(/its limit is .* \((?:wallMs|cpuSeconds)\)/)
    const greedy = await run(
      `${print(clean)}; const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))`,
      {
        memoryBytes: 200 * 1024 * 1024,
        timeoutMs: 20_000,
      },
    )
    expect(greedy.errors[0]?.message).toMatch(/its limit is .* \(memoryBytes\)/)
  })

  it('the jailed program sees the folder and itself, and nothing else', async () => {
    await writeFile(join(folder, 'mine'), '')
    await writeFile(join(base, 'secret'), '')
    const report = await run(`
      import { existsSync, writeFileSync } from 'node:fs'
      const can = (act) => { try { act(); return true } catch { return false } }
      const seen = [existsSync(${JSON.stringify(join(folder, 'mine'))}), existsSync(${JSON.stringify(join(base, 'secret'))}),
        existsSync(${JSON.stringify(process.cwd())}), can(() => writeFileSync(${JSON.stringify(join(folder, 'new'))}, ''))]
      const variables = Object.keys(process.env).filter((name) => !['HOME', 'PATH', 'PWD', 'TMPDIR'].includes(name))
      process.stdout.write(JSON.stringify({ ...${JSON.stringify(clean)}, verdict: 'error', errors: [{ message: JSON.stringify([...seen, ...variables]) }] }))`)
    expect(report.errors).toEqual([{ message: '[true,false,false,false]' }])
  })
})
