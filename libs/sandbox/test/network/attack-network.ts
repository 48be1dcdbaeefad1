import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import type { Attack } from '../escape/attack.ts'
import { inOwnNetwork, noOwnNetwork } from './world/own-network.ts'

/** Tries all mechanisms with a network on a backend, as a user: in a process with a network namespace of its own. */
export async function attackNetwork(
  backend: BackendName,
  options: {
    readonly user?: number | undefined
    readonly only?: string | undefined
    readonly isSmall?: boolean | undefined
    /** @default all */
    readonly areas?: readonly string[] | undefined
  } = {},
): Promise<Attack> {
  const { user, only, isSmall, areas } = options
  if (noOwnNetwork !== undefined) return { reason: noOwnNetwork }
  const runner = fileURLToPath(new URL('run-network.ts', import.meta.url))
  const order = JSON.stringify({ backend, only, isSmall, areas })
  const [program = '', ...args] = inOwnNetwork(
    [process.execPath, '--conditions=@mb/source', runner, order],
    user,
  )
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', TMPDIR: tmpdir() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (stdout === '') throw new Error(`Cannot judge the attacks: ${stderr}`)
  const result: Attack = JSON.parse(stdout)
  return result
}
