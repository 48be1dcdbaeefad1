import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { interleave, type Measured } from '../../../tools/bench/interleave.ts'
import type { Program } from '../../../tools/bench/measure-cpu.ts'

/** What it costs to find plugins: CPU time of a process that finds them and ends, beside one that only starts. */
export const bench: Bench = {
  name: 'discovery',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-discovery-'))
    try {
      const few = await project(join(folder, 'few'), 50)
      const many = await project(join(folder, 'many'), 1000)
      const home = join(folder, 'home')
      await mkdir(home)
      // What changed a moment ago is not remembered.
      await delay(2100)
      const find = (workspace: string, more: object = {}): Program =>
        program(`await discoverPlugins(${JSON.stringify({ ...nowhere, workspace, ...more })})`)
      const measured = await interleave(
        {
          bare: { command: process.execPath, arguments: ['-e', '0'] },
          few: find(few),
          many: find(many),
          manyByIndex: find(many, { home }),
          checked: program(
            `await discoverPlugins(${JSON.stringify({ ...nowhere, workspace: few })}, { check: true })`,
          ),
        },
        { runs: 15 },
      )
      const { bare } = measured
      return [
        finding(
          'finding 50 plugins, cold, beside the start of Node',
          measured.few.differenceTo(bare),
        ),
        result('50 plugins, cold', measured.few, bare),
        result('50 plugins, each judged in full', measured.checked, bare),
        result('1,000 plugins, cold', measured.many, bare),
        result('1,000 plugins, by the index', measured.manyByIndex, bare),
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const nowhere = { home: '/nowhere', system: '/nowhere' }
const library = join(import.meta.dirname, '../dist/discovery.js')

function program(call: string): Program {
  const code = `import { discoverPlugins } from ${JSON.stringify(library)}\n${call}`
  return { command: process.execPath, arguments: ['--input-type=module', '-e', code] }
}

function result(name: string, mine: Measured, bare: Measured): BenchResult {
  return {
    name,
    value: mine.median,
    unit: 'ms CPU',
    rival: 'node -e 0',
    ratio: mine.ratioTo(bare),
    spread: mine.spread,
    ok: null,
  }
}

const mostMs = 100

function finding(name: string, value: number): BenchResult {
  return { name, value, unit: 'ms CPU', goal: `below ${mostMs} ms`, ok: value < mostMs }
}

/** Plugins as people write them, half of them in each of the two usual folders. */
async function project(workspace: string, count: number): Promise<string> {
  for (let at = 0; at < count; at += 1) {
    const folder = join(workspace, at % 2 === 0 ? 'plugins' : 'local_plugins', `plugin-${at}`)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'plugin.yaml'), manifest(at))
  }
  return workspace
}

function manifest(at: number): string {
  return `name: plugin-${at}
version: 1.${at}.0
description: Writes release notes from the git history, number ${at}
author: Acme <dev@acme.example>
license: MIT
entry: dist/index.mjs
engines: { milkbottle: ^1.0.0 }
capabilities: [git, markdown]
keywords:
  - notes
  - release
commands:
  - name: notes-${at}
    summary: Write the notes of a release
    arguments: [{ name: from, required: true }]
    options:
      - { name: format, type: string, choices: [md, html], default: md }
      - { name: out, type: file, access: write }
permissions:
  fs:
    read: [{ path: "\${workspace}/**", reason: reads the history }]
    write: [{ path: "\${data}/**" }]
  net: [{ host: api.github.example, ports: [443], methods: [GET], reason: fetches titles }]
limits: { memoryMb: 100, cpuSeconds: 30 }
`
}
