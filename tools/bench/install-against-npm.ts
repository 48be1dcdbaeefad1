import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchResult } from '../bench-result.ts'
import { makePerson } from '../journey/person.ts'
import { must } from '../tour/must.ts'
import { runProgram } from '../tour/run-program.ts'
import { timeCalls, type Measured } from './interleave.ts'

const modules = 195
const otherFiles = 5
const bytesOfModule = 10_500
const runs = 9

/**
 * A package of 2 MB in 200 files, installed by `mb plugin install` and by `npm install` from the same tarball, by a person who
 * has run both before, each into a place that is new every time. What npm does without, a scan of the code, is switched off, and then on.
 */
export async function installAgainstNpm(folder: string): Promise<readonly BenchResult[]> {
  const tarball = await packLarge(folder)
  const home = join(folder, 'person')
  // As everybody's home has it: without, nothing that was compiled is kept.
  await mkdir(join(home, '.cache'), { recursive: true })
  const install = async (env: Readonly<Record<string, string>>): Promise<void> => {
    const person = await makePerson(home, { ...env, MB_HOME: join(home, nextName()) })
    await must(person.mb(['plugin', 'install', tarball, '--yes']))
  }
  const measured = await timeCalls(
    {
      npm: async () => {
        const place = join(home, nextName())
        const person = await makePerson(home)
        await mkdir(place)
        await writeFile(join(place, 'package.json'), '{ "name": "project", "private": true }\n')
        const { env } = person
        await must(runProgram('npm', [...npmInstall, tarball], { cwd: place, env }))
      },
      install: async () => install({ MB_MARKETPLACE_SECURITY_SCAN: 'false' }),
      scanned: async () => install({}),
    },
    { runs },
  )
  return [
    result('mb plugin install, 2 MB in 200 files', measured.install, measured.npm, 0.5),
    result('the same, with the scan of its code', measured.scanned, measured.npm),
  ]
}

// The package needs nothing from a registry, so that none is asked.
const npmInstall = ['install', '--offline']

let names = 0

function nextName(): string {
  names += 1
  return `place-${names}`
}

function result(name: string, mine: Measured, npm: Measured, most?: number): BenchResult {
  const ratio = mine.ratioTo(npm)
  return {
    name,
    value: mine.median,
    unit: 'ms',
    rival: 'npm install of the same tarball',
    ratio,
    spread: mine.spread,
    ...(most === undefined ? { ok: null } : { goal: `at most ${most} times`, ok: ratio <= most }),
  }
}

/** Packages a plugin in the layout of npm, and gives its tarball. */
async function packLarge(folder: string): Promise<string> {
  const author = await makePerson(join(folder, 'author'))
  const [source, output] = [join(folder, 'large'), join(folder, 'tarballs')]
  await writeLarge(source)
  const { stdout } = await must(
    author.mb(['sdk', 'package', source, '--format', 'npm', '--output', output, '--json']),
  )
  if (!stdout.includes(`"files": ${modules + otherFiles}`))
    throw new Error(`Cannot measure an installation: the package has not all files: ${stdout}`)
  const [name = ''] = await readdir(output)
  return join(output, name)
}

async function writeLarge(directory: string): Promise<void> {
  await mkdir(join(directory, 'lib'), { recursive: true })
  for (let at = 0; at < modules; at++) {
    let code = ''
    for (let each = 0; code.length < bytesOfModule; each++)
      code += `export function step${each}(text) {\n  return text.slice(${at}) + ${each * at}\n}\n`
    await writeFile(join(directory, 'lib', `part-${at}.mjs`), code)
  }
  await writeFile(join(directory, 'index.mjs'), 'export default { commands: { large: () => 1 } }\n')
  await writeFile(join(directory, 'LICENSE'), 'MIT\n')
  await writeFile(join(directory, 'README.md'), '# large\n\nIs large.\n')
  await writeFile(
    join(directory, 'package.json'),
    '{ "name": "large", "version": "1.0.0", "license": "MIT", "type": "module", "files": ["lib"] }\n',
  )
  await writeFile(
    join(directory, 'plugin.yaml'),
    `name: large
version: 1.0.0
description: A plugin of two megabytes
author: Ada Example <ada@example.org>
license: MIT
entry: index.mjs
commands: [{ name: large, summary: Is large }]
`,
  )
}
