import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runProgram, type Outcome } from '../tour/run-program.ts'
import { root } from '../workspaces.ts'

/** Somebody with a home of their own, who types `mb`. */
export interface Person {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Runs the built `mb`; `input` is its standard input, which otherwise is empty. After `killAfterMs` it is killed. */
  mb(
    parameters: readonly string[],
    cwd?: string,
    input?: string,
    killAfterMs?: number,
  ): Promise<Outcome>
}

const program = join(root, 'apps', 'cli', 'bin', 'mb.cjs')

/** Makes the home of a person; `env` is added to what `mb` sees. */
export async function makePerson(
  home: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Person> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const own = { ...personEnvironment(home), ...env }
  return {
    home,
    env: own,
    mb: (parameters, cwd = home, input, killAfterMs) =>
      runProgram(process.execPath, [program, ...parameters], {
        cwd,
        env: own,
        ...(input === undefined ? {} : { input }),
        ...(killAfterMs === undefined ? {} : { timeoutMs: killAfterMs }),
      }),
  }
}

/** The environment that we have, but with a home of its own and none of what npm adds for its scripts. */
function personEnvironment(home: string): Record<string, string | undefined> {
  const foreign = /^(?:npm_|MB_|XDG_|NODE_OPTIONS$|VITEST|INIT_CWD$|FORCE_COLOR$)/i
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    MB_HOME: join(home, '.milkbottle'),
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    NO_COLOR: '1',
  }
}
