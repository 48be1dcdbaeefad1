import { spawn } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  chmodSync,
  chownSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import { unprivileged } from '../engine.ts'
import { makeByRoot } from './prepare-targets.ts'
import { inherited } from './mechanism.ts'
import type { Outcome } from './try-mechanism.ts'

/** What came of a mechanism, and what it aimed at. */
export interface AreaOutcome extends Outcome {
  readonly area: string
}

/** All outcomes, or why nothing could be tried by this user. */
export type Attack =
  | { readonly outcomes: readonly AreaOutcome[]; readonly reason?: undefined }
  | { readonly outcomes?: undefined; readonly reason: string }

/** Tries all mechanisms on a backend, as a user: in a process of its own, to which a careless parent handed files down. */
export async function attack(
  backend: BackendName,
  options: {
    readonly user?: number | undefined
    readonly only?: string | undefined
    readonly isSmall?: boolean | undefined
  } = {},
): Promise<Attack> {
  const { user, only, isSmall } = options
  const folder = mkdtempSync(join(tmpdir(), 'mb-careless-'))
  const descriptors: number[] = []
  try {
    const canary = join(folder, 'canary')
    writeFileSync(canary, 'canary')
    chmodSync(folder, 0o755)
    if (user !== undefined) for (const path of [folder, canary]) chownSync(path, user, user)
    const madeByRoot = makeByRoot(folder)
    if (madeByRoot !== undefined) {
      chownSync(madeByRoot.setuid, user === undefined ? unprivileged : 0, 0)
      chmodSync(madeByRoot.setuid, 0o4755)
    }
    descriptors.push(openSync(canary, 'r'), openSync(folder, 'r'))
    const [file = 0, directory = 0] = descriptors
    const none = Array.from({ length: inherited.file - 3 }, () => 'ignore' as const)
    const program = fileURLToPath(new URL('run-mechanisms.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--conditions=@mb/source', program, JSON.stringify({ backend, madeByRoot, only, isSmall })],
      {
        ...(user === undefined ? {} : { uid: user, gid: user }),
        cwd: '/',
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', MB_CANARY: 'canary', TMPDIR: tmpdir() },
        stdio: ['ignore', 'pipe', 'pipe', ...none, file, directory, 'pipe'],
      },
    )
    const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)])
    if (stdout === '') throw new Error(`Cannot judge the attacks: ${stderr}`)
    const result: Attack = JSON.parse(stdout)
    return result
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream)
}
