import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandIndexText, type IndexedCommand } from '@mb/plugin-core/command-index'
import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { interleave, type Measured } from '../../../tools/bench/interleave.ts'
import type { Program } from '../../../tools/bench/measure-cpu.ts'

const mb = join(import.meta.dirname, '../bin/mb.cjs')
const oclif = join(import.meta.dirname, 'oclif/bin.mjs')

const node = (args: readonly string[], home?: string): Program => ({
  command: process.execPath,
  arguments: args,
  // A person has a cache folder. oclif keeps nothing in it that a start would read.
  env: {
    ...process.env,
    ...(home === undefined ? {} : { MB_HOME: home, XDG_CACHE_HOME: join(home, '..') }),
  },
})

/** What it costs to start: CPU time of the whole process, against an empty Node in the same rounds. */
export const bench: Bench = {
  name: 'startup',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-startup-'))
    try {
      const [empty, full, huge] = [
        join(folder, 'empty'),
        join(folder, 'full'),
        join(folder, 'huge'),
      ]
      await writeHome(empty, 0)
      await writeHome(full, 50)
      await writeHome(huge, 1000)
      const measured = await interleave(
        {
          bare: node(['-e', '0']),
          version: node([mb, '--version'], empty),
          help: node([mb, '--help'], empty),
          helpOf50: node([mb, '--help'], full),
          versionOf1000: node([mb, '--version'], huge),
          helpOf1000: node([mb, '--help'], huge),
          oclifVersion: node([oclif, '--version']),
          oclifHelp: node([oclif, '--help']),
        },
        { runs: 25, batch: 2 },
      )
      const { bare } = measured
      return [
        result('mb --version', measured.version, bare, 1.15),
        result('mb --help', measured.help, bare, 1.2),
        addition('mb --help, 50 plugins more', measured.helpOf50, measured.help, 2),
        addition('mb --version, 1,000 plugins more', measured.versionOf1000, measured.version, 5),
        addition('mb --help, 1,000 plugins more', measured.helpOf1000, measured.help, 5),
        result('oclif --version', measured.oclifVersion, bare),
        result('oclif --help', measured.oclifHelp, bare),
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function result(name: string, mine: Measured, bare: Measured, most?: number): BenchResult {
  const ratio = mine.ratioTo(bare)
  return {
    name,
    value: mine.median,
    unit: 'ms CPU',
    rival: 'node -e 0',
    ratio,
    spread: mine.spread,
    ...(most === undefined ? { ok: null } : { goal: `at most ${most} times`, ok: ratio <= most }),
  }
}

function addition(name: string, mine: Measured, before: Measured, mostMs: number): BenchResult {
  const value = mine.differenceTo(before)
  return {
    name,
    value,
    unit: 'ms CPU',
    goal: `at most ${mostMs} ms`,
    ok: value <= mostMs,
    spread: mine.spread,
  }
}

async function writeHome(home: string, plugins: number): Promise<void> {
  await mkdir(home)
  const commands = Array.from({ length: plugins }, (_, at): IndexedCommand => ({
    word: `command-${String(at).padStart(4, '0')}`,
    plugin: `acme/plugin-${at}`,
    version: '1.0.0',
    command: `command-${at}`,
    summary: 'Print the outline of a Markdown file, with word counts',
    arguments: [
      { name: 'file', summary: 'The file', type: 'file', required: true, variadic: false },
    ],
    options: [
      {
        name: 'depth',
        short: 'd',
        summary: 'Down to this level',
        type: 'integer',
        required: false,
      },
      { name: 'numbered', summary: 'Number the headings', type: 'boolean', required: false },
    ],
  }))
  await writeFile(join(home, 'commands.index'), commandIndexText({ generation: 1, commands }))
}
