import type { Observation } from './observe/observation.ts'
import type { ObserveOptions } from './observe/observe-options.ts'

/**
 * Runs a command to see what it reaches for, and gives the least policy under which it does the same. It runs in a jail all the same: in a
 * false home, shown a workspace whose changes are kept apart and dropped, without keys, and without a network but for the hosts that
 * are named. Then it is run again, under that policy and without each line of it.
 *
 * It needs strace; hooks for Node and Python tell which variables of the environment are asked for.
 *
 * @throws SandboxError `MB_SANDBOX_BACKEND_MISSING` without strace or a jail, `MB_SANDBOX_POLICY`, `MB_SANDBOX_COMMAND_MISSING`,
 *   `MB_SANDBOX_FAILED`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { observeCommand } from '@mb/sandbox'
 *
 * const workspace = await realpath(await mkdtemp(join(tmpdir(), 'notes-')))
 * await writeFile(join(workspace, 'notes.txt'), 'three blind mice\n')
 * await writeFile(join(workspace, 'other.txt'), 'nobody reads this\n')
 * const { policy, code } = await observeCommand('wc', ['-w', 'notes.txt'], { workspace })
 * assert.deepEqual(policy.read, [join(workspace, 'notes.txt')])
 * assert.equal(code, 0)
 * ```
 */
export async function observeCommand(
  command: string,
  args: readonly string[],
  options: ObserveOptions,
): Promise<Observation> {
  const { observe } = await import('./observe/observe-command.ts')
  return observe(command, args, options)
}
