import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { startRegistry } from '../registry.ts'
import { runProgram, type Outcome } from './run-program.ts'
import type { Screen } from './screen.ts'

/** What the tour stands on: built programs, a registry with our packages, a home that goes away. */
export interface Ground extends AsyncDisposable {
  readonly repository: string
  /** Temporary folder of the whole tour. */
  readonly folder: string
  /** Home of the person, below {@link folder}. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  mb(parameters: readonly string[], cwd: string): Promise<Outcome>
  npm(parameters: readonly string[], cwd: string): Promise<Outcome>
}

const repository = resolve(import.meta.dirname, '..', '..')

/** Builds, installs what a jail needs where that can be done, and starts the registry. */
export async function prepare(
  folder: string,
  screen: Screen,
  signal: AbortSignal,
): Promise<Ground> {
  screen.title('MilkBottle: from an idea to a plugin that cannot hurt')
  await build(screen)
  await provideBubblewrap(screen)
  const registry = await startRegistry({ signal })
  const home = join(folder, 'home')
  const env = environment(home, registry.env)
  const program = join(repository, 'apps', 'cli', 'bin', 'mb.cjs')
  return {
    repository,
    folder,
    home,
    env,
    mb: (parameters, cwd) => runProgram(process.execPath, [program, ...parameters], { cwd, env }),
    npm: (parameters, cwd) => runProgram('npm', parameters, { cwd, env }),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  }
}

async function build(screen: Screen): Promise<void> {
  const nx = join(repository, 'node_modules', '.bin', 'nx')
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' }
  const { code, stdout, ms } = await runProgram(
    nx,
    ['run-many', '-t', 'build', 'types', '--exclude=@mb/tools'],
    {
      cwd: repository,
      env,
    },
  )
  if (code !== 0) throw new Error(`Cannot build: ${stdout.slice(-2000)}`)
  screen.note(`built the packages in ${(ms / 1000).toFixed(1)} s`)
}

async function provideBubblewrap(screen: Screen): Promise<void> {
  if ((await exists('/usr/bin/bwrap')) || process.platform !== 'linux' || process.getuid?.() !== 0)
    return
  if (!(await exists('/usr/bin/apt-get'))) return
  screen.note('bubblewrap is missing: installing it by tools/provision')
  const { code, stdout, stderr } = await runProgram(join(repository, 'tools', 'provision'), [], {
    cwd: repository,
    env: process.env,
  })
  if (code !== 0) throw new Error(`Cannot install bubblewrap: ${`${stdout}${stderr}`.slice(-1000)}`)
}

/** The person's environment, but with a home of its own and none of what npm adds for its scripts. */
function environment(
  home: string,
  registry: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^MB_|^INIT_CWD$/i.test(name))
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    MB_HOME: join(home, '.milkbottle'),
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    NO_COLOR: '1',
    ...registry,
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
