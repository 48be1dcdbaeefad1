import { join } from 'node:path'
import { runProgram } from './tour/run-program.ts'
import { root } from './workspaces.ts'

/**
 * Builds every package as users get it; what did not change comes from the cache.
 *
 * @returns how long it took, in milliseconds
 */
export async function buildPackages(): Promise<number> {
  const { code, stdout, ms } = await runProgram(
    join(root, 'node_modules', '.bin', 'nx'),
    ['run-many', '-t', 'build', 'types', '--exclude=@mb/tools'],
    { cwd: root, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
  )
  if (code !== 0) throw new Error(`Cannot build: ${stdout.slice(-2000)}`)
  return ms
}
