import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMarketplace, packageRepository } from '@mb/marketplace-client'
import { openPluginHost, type InstallStep } from '@mb/plugin-core'
import { scanInJail } from '@mb/scanner'
import type { Bench, BenchResult } from '../bench-result.ts'
import { startMarketplaceProcess } from '../journey/marketplace-process.ts'
import { makePerson, type Person } from '../journey/person.ts'
import { must } from '../tour/must.ts'
import { installAgainstNpm } from './install-against-npm.ts'
import { median, spread } from './statistics.ts'

const rounds = 7
const limitMs = 5000
const steps = ['find', 'fetch', 'verify', 'scan', 'consent', 'commit'] as const
type StepName = (typeof steps)[number]

/**
 * From a word to search for to the first run of what was found: each a whole `mb`, with a home that is new each time.
 * Then the same installation within one process, for the share of each of its steps.
 */
export const bench: Bench = {
  name: 'install',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-install-'))
    try {
      const ready = await timeToReady(folder)
      await using marketplace = await startMarketplaceProcess(join(folder, 'marketplace'))
      await publishTypical(folder, marketplace.url, await marketplace.addAccount('ada'))
      const whole: Record<(typeof commands)[number]['name'], number[]> = {
        search: [],
        install: [],
        run: [],
      }
      const parts: Record<StepName, number[]> = {
        find: [],
        fetch: [],
        verify: [],
        scan: [],
        consent: [],
        commit: [],
      }
      for (let round = -1; round < rounds; round++) {
        const home = join(folder, `home-${round}`)
        const person = await makePerson(home)
        await must(person.mb(['marketplace', 'repositories', 'add', 'town', marketplace.url]))
        const taken = await walk(person)
        const shares = await install(join(folder, `host-${round}`), marketplace.url)
        // The first round warms the caches of the system, and is not counted.
        if (round < 0) continue
        for (const { name } of commands) whole[name].push(taken[name])
        for (const step of steps) parts[step].push(shares[step])
      }
      const againstNpm = await installAgainstNpm(join(folder, 'npm'))
      return [readyResult(ready), ...wholeResults(whole), ...shareResults(parts), ...againstNpm]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** From the start of the program to the line that says that it listens, on a folder that is not there yet. */
async function timeToReady(folder: string): Promise<readonly number[]> {
  const samples: number[] = []
  for (let round = -1; round < rounds; round++) {
    const started = performance.now()
    await using _ = await startMarketplaceProcess(join(folder, `empty-${round}`))
    if (round >= 0) samples.push(performance.now() - started)
  }
  return samples
}

function readyResult(samples: readonly number[]): BenchResult {
  const value = median(samples)
  return {
    name: 'marketplace of an empty folder, until it listens',
    value,
    unit: 'ms',
    rival: 'limit of 1 s',
    ratio: value / 1000,
    goal: 'within 1 s',
    ok: value <= 1000,
    spread: spread(samples),
  }
}

const commands = [
  { name: 'search', line: ['marketplace', 'search', 'typical'] },
  { name: 'install', line: ['marketplace', 'install', 'ada/typical', '--yes'] },
  { name: 'run', line: ['typical', 'Ada'] },
] as const

async function walk(person: Person): Promise<Record<(typeof commands)[number]['name'], number>> {
  const taken = { search: 0, install: 0, run: 0 }
  for (const { name, line } of commands) taken[name] = (await must(person.mb(line))).ms
  return taken
}

/** Installs in this process, and tells how long each step took. */
async function install(home: string, url: string): Promise<Record<StepName, number>> {
  const marketplace = openMarketplace({
    repositories: [{ name: 'town', url }],
    cacheDirectory: join(home, 'cache'),
  })
  await using host = await openPluginHost({
    home,
    consent: async () => true,
    scan: ({ directory, signal }) =>
      scanInJail(directory, { signal, cacheDirectory: join(home, 'cache') }),
  })
  const began = new Map<InstallStep, number>()
  await host.installFrom(packageRepository(marketplace), 'ada/typical', {
    onStep: (step) => began.set(step, performance.now()),
  })
  const marks = [...steps.map((step) => began.get(step) ?? 0), performance.now()]
  const lengthOf = (at: number): number => (marks[at + 1] ?? 0) - (marks[at] ?? 0)
  return {
    find: lengthOf(0),
    fetch: lengthOf(1),
    verify: lengthOf(2),
    scan: lengthOf(3),
    consent: lengthOf(4),
    commit: lengthOf(5),
  }
}

function wholeResults(whole: Readonly<Record<string, readonly number[]>>): BenchResult[] {
  const total = Array.from({ length: rounds }, (_, round) =>
    Object.values(whole).reduce((sum, samples) => sum + (samples[round] ?? 0), 0),
  )
  const value = median(total)
  return [
    {
      name: 'search to runnable command',
      value,
      unit: 'ms',
      rival: 'limit of 5 s',
      ratio: value / limitMs,
      goal: 'under 5 s',
      ok: value < limitMs,
      spread: spread(total),
    },
    ...Object.entries(whole).map(([name, samples]) => part(`mb … ${name}`, samples, value)),
  ]
}

function shareResults(parts: Readonly<Record<string, readonly number[]>>): BenchResult[] {
  const total = Object.values(parts).reduce((sum, samples) => sum + median(samples), 0)
  return Object.entries(parts).map(([name, samples]) => part(`install: ${name}`, samples, total))
}

function part(name: string, samples: readonly number[], total: number): BenchResult {
  const value = median(samples)
  return {
    name,
    value,
    unit: 'ms',
    rival: 'the whole',
    ratio: value / total,
    ok: null,
    spread: spread(samples),
  }
}

async function publishTypical(folder: string, url: string, token: string): Promise<void> {
  const author = await makePerson(join(folder, 'ada'))
  const source = join(folder, 'typical')
  const output = join(folder, 'packages')
  await writeTypical(source)
  await must(author.mb(['sdk', 'keys', 'create']))
  await must(author.mb(['marketplace', 'repositories', 'add', 'town', url]))
  await must(author.mb(['marketplace', 'login', '--token-stdin'], folder, token))
  await must(author.mb(['marketplace', 'keys', 'enrol', 'ada']))
  await must(author.mb(['sdk', 'package', source, '--sign', '--format', 'zip', '--output', output]))
  const [name = ''] = await readdir(output)
  await must(author.mb(['marketplace', 'publish', join(output, name), '--namespace', 'ada']))
}

/** A plugin of 60 modules and about 350 kB of code, which is what plugins with a few dependencies bundled come to. */
async function writeTypical(directory: string): Promise<void> {
  const modules = 60
  await mkdir(join(directory, 'lib'), { recursive: true })
  for (let at = 0; at < modules; at++) {
    const functions = Array.from(
      { length: 40 },
      (_, each) =>
        `/** Adds ${each} to the words of a text that are longer than ${at}. */\nexport function step${each}(text, found = []) {\n  for (const word of text.split(' ')) if (word.length > ${at}) found.push(word + ${each})\n  return found\n}\n`,
    )
    await writeFile(join(directory, 'lib', `part-${at}.mjs`), functions.join('\n'))
  }
  const imports = Array.from(
    { length: modules },
    (_, at) => `import * as part${at} from './lib/part-${at}.mjs'`,
  )
  const all = Array.from({ length: modules }, (_, at) => `part${at}`).join(', ')
  await writeFile(
    join(directory, 'plugin.mjs'),
    `${imports.join('\n')}\n\nconst typical = ({ arguments: { name } }) => {\n  console.log([${all}].flatMap((part) => part.step1(name)).length)\n}\nexport default { commands: { typical } }\n`,
  )
  await writeFile(
    join(directory, 'plugin.yaml'),
    `name: typical
version: 1.0.0
description: A typical plugin, as large as one with a few dependencies
author: Ada Example <ada@example.org>
license: MIT
entry: plugin.mjs
commands:
  - name: typical
    summary: Count words
    arguments: [{ name: name, required: true }]
permissions: {}
`,
  )
  await writeFile(join(directory, 'README.md'), '# typical\n\nCounts words.\n')
}
