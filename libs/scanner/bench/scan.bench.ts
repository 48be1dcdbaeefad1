import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { interleave, type Measured } from '../../../tools/bench/interleave.ts'
import type { Program } from '../../../tools/bench/measure-cpu.ts'

const root = join(import.meta.dirname, '../../..')

/** What it costs to judge a plugin: CPU time of the whole process, against the parser over the same files. */
export const bench: Bench = {
  name: 'scan',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-scan-bench-'))
    try {
      const [plugin, large] = [join(folder, 'plugin'), join(folder, 'large')]
      await writePlugin(plugin, 1)
      await writePlugin(large, 10)
      const measured = await interleave(
        {
          parse: node(parseAll, plugin),
          scan: node(scanAll, plugin),
          parseLarge: node(parseAll, large),
          scanLarge: node(scanAll, large),
          jail: node(jailAll, plugin),
        },
        { runs: 9 },
      )
      return [
        result('scan of a plugin of 200 kB', measured.scan, measured.parse, 2.5),
        result('scan of a plugin of 2 MB', measured.scanLarge, measured.parseLarge, 2.5),
        limit('scan of a plugin of 2 MB, with its start', measured.scanLarge, 1000),
        result('scan in a jail of a plugin of 200 kB', measured.jail, measured.parse, 3),
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

// A scan reads a manifest too, and its reader is the larger part of the start.
const parseAll = `
import '@mb/manifest'
import { readFileSync, readdirSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
for (const name of readdirSync(folder))
  if (name.endsWith('.js')) parseSync(name, readFileSync(folder + '/' + name, 'utf8')).program`
const scanAll = `import { scan } from '@mb/scanner'; await scan(folder)`
const jailAll = `import { scanInJail } from '@mb/scanner'; await scanInJail(folder, { cacheDirectory: folder + '/../cache' })`

function node(program: string, folder: string): Program {
  const source = `const folder = ${JSON.stringify(folder)}\n${program}`
  return {
    command: process.execPath,
    arguments: ['--input-type=module', '-e', source],
    cwd: import.meta.dirname,
  }
}

/** Code that was bundled: the compiled files of a package that everybody has. */
async function writePlugin(folder: string, copies: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  const bundle = await readFile(join(root, 'node_modules/yauzl/index.js'), 'utf8')
  const repeated = Math.ceil(200_000 / bundle.length)
  for (let at = 0; at < copies * repeated; at++)
    await writeFile(join(folder, `part-${at}.js`), bundle)
}

function result(name: string, mine: Measured, rival: Measured, most?: number): BenchResult {
  const ratio = mine.ratioTo(rival)
  return {
    name,
    value: mine.median,
    unit: 'ms CPU',
    rival: 'oxc-parser over the same files',
    ratio,
    spread: mine.spread,
    ...(most === undefined ? { ok: null } : { goal: `at most ${most} times`, ok: ratio <= most }),
  }
}

function limit(name: string, mine: Measured, mostMs: number): BenchResult {
  return {
    name,
    value: mine.median,
    unit: 'ms CPU',
    goal: `at most ${mostMs} ms`,
    ok: mine.median <= mostMs,
    spread: mine.spread,
  }
}
