import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { spawn } from 'node:child_process'
import { root } from '../workspaces.ts'

/** Where the commands of one page run: a home of its own, with the built `mb` on the path. */
export interface PageHome extends AsyncDisposable {
  /** Runs a script where the last one left off; `output` holds stdout and stderr in the order they were written. */
  run(script: string, options?: ScriptOptions): Promise<{ code: number | null; output: string }>
}

/** How a script runs. */
export interface ScriptOptions {
  /** Overrides the folder where the last one left off, and leaves that alone. */
  readonly directory?: string
  /** Lets what the script leaves running go on until the home is closed; else it ends with the script. @default false */
  readonly isBackground?: boolean
  /** @default 300_000 */
  readonly timeoutMs?: number
}

const maxOutput = 1024 * 1024

/** Makes a home; `env` is what its commands get beside it. */
export async function openPageHome(env: Readonly<Record<string, string>>): Promise<PageHome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-docs-')))
  const home = join(folder, 'home')
  const bin = join(folder, 'bin')
  const position = join(folder, 'position')
  await Promise.all([mkdir(home, { mode: 0o700 }), mkdir(bin)])
  await Promise.all([
    symlink(process.execPath, join(bin, 'node')),
    symlink(join(root, 'apps/cli/bin/mb.cjs'), join(bin, 'mb')),
    symlink(join(root, 'apps/cli/bin/mb.cjs'), join(bin, 'milkbottle')),
    symlink(join(root, 'apps/marketplace/bin/mb-marketplace.mjs'), join(bin, 'mb-marketplace')),
    writeFile(
      join(home, '.gitconfig'),
      '[user]\n  name = Ada Example\n  email = ada@example.org\n',
    ),
    writeFile(position, home),
  ])
  const environment = { ...pageEnvironment(home, bin), ...env, MB_DOCS_POSITION: position }
  const groups: (number | undefined)[] = []
  return {
    async run(script, { directory, isBackground = false, timeoutMs = 300_000 } = {}) {
      const remember = directory === undefined ? `trap 'pwd >"$MB_DOCS_POSITION"' EXIT\n` : ''
      const cwd = directory ?? (await readFile(position, 'utf8')).trimEnd()
      const { code, output } = await runBash(`exec 2>&1\n${remember}${script}`, {
        cwd,
        env: environment,
        timeoutMs,
        ...(isBackground ? { keepGroup: (pid: number | undefined) => groups.push(pid) } : {}),
      })
      return { code, output: namePlaces(output, home).trimEnd() }
    },
    [Symbol.asyncDispose]: () => {
      for (const group of groups) endGroup(group)
      return rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** The text as it reads on a machine of somebody, with this repository in their home. */
function namePlaces(output: string, home: string): string {
  return output.replaceAll(home, '~').replaceAll(root, '~/milkbottle')
}

/** What a page's commands see of this machine: a path without this repository's programs, and no settings of npm or Node. */
function pageEnvironment(home: string, bin: string): Record<string, string | undefined> {
  const foreign = /^(?:npm_|MB_|NODE_OPTIONS|NX_|VITEST|GIT_|XDG_|FORCE_COLOR)/i
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((each) => !each.endsWith(join('node_modules', '.bin')))
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    MB_HOME: join(home, '.milkbottle'),
    PATH: [bin, ...path].join(delimiter),
    NO_COLOR: '1',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  }
}

function runBash(
  script: string,
  options: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string | undefined>>
    readonly timeoutMs: number
    /** Takes over the group once the script has ended. */
    readonly keepGroup?: (pid: number | undefined) => void
  },
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: options.cwd,
    env: options.env,
    // A group of its own, so that what the script leaves running ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stop = (): void => endGroup(child.pid)
  const timer = setTimeout(stop, options.timeoutMs)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < maxOutput) output += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => (options.keepGroup ?? endGroup)(child.pid))
    // Who stays keeps the pipe open as well.
    child.once(options.keepGroup === undefined ? 'close' : 'exit', (code) => {
      clearTimeout(timer)
      resolve({ code, output })
    })
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // All of the group has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
