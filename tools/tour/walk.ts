import { createHash } from 'node:crypto'
import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { setTraps, type Caught, type Traps } from './evidence.ts'
import type { Ground } from './prepare.ts'
import { runProgram, type Outcome } from './run-program.ts'
import type { Screen } from './screen.ts'

/** One step of the tour. */
export interface Step {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
}

/** Something that was tried in the jail and did not happen, with what shows it from outside. */
export interface Refusal {
  readonly capability: string
  readonly target: string
  readonly evidence: string
}

/** What `npm start -- --json` prints. */
export interface TourResult {
  readonly steps: readonly Step[]
  readonly refused: readonly Refusal[]
  readonly receipt: unknown
}

/** A step says what it did, or throws why it could not. */
type Act = (tour: Tour) => Promise<string>

interface Tour {
  readonly ground: Ground
  readonly screen: Screen
  readonly refused: Refusal[]
  receipt: unknown
}

const acts: readonly (readonly [name: string, act: Act])[] = [
  ['create', create],
  ['validate', validate],
  ['test', test],
  ['package', pack],
  ['sign', sign],
  ['install', install],
  ['run', run],
  ['refuse', refuse],
]

/** Goes the whole way; stops at the first step that fails. */
export async function walk(ground: Ground, screen: Screen): Promise<TourResult> {
  const tour: Tour = { ground, screen, refused: [], receipt: null }
  const steps: Step[] = []
  for (const [name, act] of acts) {
    const started = performance.now()
    const ms = (): number => Math.round(performance.now() - started)
    try {
      const what = await act(tour)
      steps.push({ name, ok: true, ms: ms() })
      screen.done(name, what, ms())
    } catch (error) {
      steps.push({ name, ok: false, ms: ms() })
      screen.failed(name, error instanceof Error ? error.message : String(error))
      break
    }
  }
  return { steps, refused: tour.refused, receipt: tour.receipt }
}

async function create(tour: Tour): Promise<string> {
  const { ground, screen } = tour
  screen.command('npm create mb-plugin@latest notes')
  await must(ground.npm(['create', '--yes', 'mb-plugin@latest', 'notes'], ground.folder))
  screen.command('cd notes && npm install')
  await must(ground.npm(['install', '--no-audit', '--no-fund'], project(ground)))
  const files = (await readdir(project(ground), { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
  )
  return `a plugin in TypeScript, ${files.length} files, its tools installed`
}

async function validate({ ground, screen }: Tour): Promise<string> {
  screen.command('npm run build && mb sdk validate')
  await must(ground.npm(['run', 'build'], project(ground)))
  await must(ground.mb(['sdk', 'validate'], project(ground)))
  return 'built; its manifest and files are in order'
}

async function test({ ground, screen }: Tour): Promise<string> {
  screen.command('mb sdk test')
  const { stdout, stderr } = await must(ground.mb(['sdk', 'test'], project(ground)))
  const count = /Tests\s+(\d+ passed)/.exec(stripVTControlCharacters(`${stdout}${stderr}`))
  return `the tests that came with it: ${count?.[1] ?? 'passed'}`
}

async function pack({ ground, screen }: Tour): Promise<string> {
  const line = ['sdk', 'package', '--format', 'zip,tar.gz,npm', '--output', 'packages']
  screen.command(`mb ${line.join(' ')}`)
  await must(ground.mb(line, project(ground)))
  const first = await digests(join(project(ground), 'packages'))
  await must(ground.mb([...line.slice(0, -1), 'again'], project(ground)))
  const second = await digests(join(project(ground), 'again'))
  if (first.length !== 3 || first.join() !== second.join()) {
    throw new Error(
      `Cannot package twice to the same bytes: ${first.join(' ')} then ${second.join(' ')}`,
    )
  }
  return 'zip, tar.gz and npm tarball; packaged twice, byte for byte the same'
}

async function sign({ ground, screen }: Tour): Promise<string> {
  screen.command('mb sdk keys create && mb sdk package --sign')
  await must(ground.mb(['sdk', 'keys', 'create'], project(ground)))
  await must(
    ground.mb(
      ['sdk', 'package', '--sign', '--format', 'zip', '--output', 'signed'],
      project(ground),
    ),
  )
  return 'signed with a new ed25519 key'
}

async function install({ ground, screen }: Tour): Promise<string> {
  const archive = await onlyFile(join(project(ground), 'signed'))
  screen.command(`mb plugin install ${archive.slice(ground.folder.length + 1)} --yes`)
  const { stdout } = await must(ground.mb(['plugin', 'install', archive, '--yes'], ground.folder))
  screen.output(stdout, 12)
  return 'signature and every file checked; it asks for nothing, so it may do nothing'
}

async function run({ ground, screen }: Tour): Promise<string> {
  screen.command('mb notes README.md')
  const { stdout } = await must(
    ground.mb(['notes', join(ground.repository, 'README.md')], ground.folder),
  )
  if (!/^\s*MilkBottle\s+\d+/m.test(stdout) || !/Total words\s+\d+/.test(stdout)) {
    throw new Error(
      `Cannot see the outline of README.md in what the plugin printed: ${stdout.slice(0, 400)}`,
    )
  }
  screen.output(stdout, 8)
  return 'in the jail, with the one file that was named on the command line'
}

async function refuse(tour: Tour): Promise<string> {
  const { ground, screen } = tour
  const source = join(ground.folder, 'nosy')
  await cp(join(ground.repository, 'tools', 'tour', 'nosy'), source, { recursive: true })
  await using traps = await setTraps(ground.home, ground.folder)
  const parameters = [traps.keyFile, String(traps.port), traps.marker]

  screen.note('First the control: the same plugin, run as programs usually are.')
  const control = await runUnprotected(ground, source, traps)
  if (!control.read || !control.connected || !control.started) {
    throw new Error(
      `Cannot trust the traps: without a sandbox they caught ${JSON.stringify(control)}`,
    )
  }
  screen.note('It read the key, reached the listener and started a program. Now in the jail:')

  screen.command('mb plugin install ./nosy --yes && mb snoop ~/.ssh/id_ed25519 …')
  await must(ground.mb(['plugin', 'install', source, '--yes'], ground.folder))
  const jailed = await must(ground.mb(['snoop', ...parameters, '--json'], ground.folder))
  const caught = await traps.spring(jailed.stdout + jailed.stderr)
  const answer: unknown = JSON.parse(jailed.stdout)
  tour.receipt = member(answer, 'receipt')
  tour.refused.push(...refusals(caught, traps))
  for (const each of tour.refused) {
    screen.note(`refused ${each.capability.padEnd(13)} ${each.target}: ${each.evidence}`)
  }
  assertTried(member(answer, 'value'))
  if (tour.refused.length < 3)
    throw new Error(`Cannot see three refusals: caught ${JSON.stringify(caught)}`)
  return 'three things that it did not ask for, none of which happened'
}

async function runUnprotected(ground: Ground, source: string, traps: Traps): Promise<Caught> {
  const parameters = JSON.stringify({ key: traps.keyFile, port: traps.port, marker: traps.marker })
  const driver = join(ground.repository, 'tools', 'tour', 'unprotected.mjs')
  const outcome = await must(
    runProgram(process.execPath, [driver, join(source, 'plugin.mjs'), 'snoop', parameters], {
      cwd: ground.folder,
      env: ground.env,
    }),
  )
  return traps.spring(outcome.stdout)
}

function refusals(caught: Caught, traps: Traps): Refusal[] {
  const all = [
    [caught.read, 'fs.read', '~/.ssh/id_ed25519', 'the canary in it appears nowhere in the output'],
    [
      caught.connected,
      'net',
      `127.0.0.1:${traps.port}`,
      `the listener saw ${caught.connections} connections`,
    ],
    [
      caught.started,
      'exec',
      '/bin/sh',
      'the file that the program would have written does not exist',
    ],
  ] as const
  return all
    .filter(([happened]) => !happened)
    .map(([, capability, target, evidence]) => ({ capability, target, evidence }))
}

// A plugin that never came to its attempts would pass the traps too.
function assertTried(value: unknown): void {
  for (const name of ['read', 'connect', 'start']) {
    if (member(member(value, name), 'done') !== false) {
      throw new Error(`Cannot count on "${name}": the plugin answered ${JSON.stringify(value)}`)
    }
  }
}

function project(ground: Ground): string {
  return join(ground.folder, 'notes')
}

async function must(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running
  if (outcome.code === 0) return outcome
  const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').slice(-30).join('\n')
  throw new Error(`it ended with ${outcome.code ?? 'a signal'}\n${said}`)
}

async function digests(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted()
  return Promise.all(
    names.map(async (name) =>
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    ),
  )
}

async function onlyFile(folder: string): Promise<string> {
  const [name, ...others] = await readdir(folder)
  if (name === undefined || others.length > 0)
    throw new Error(`Cannot find the one package in "${folder}"`)
  return join(folder, name)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
