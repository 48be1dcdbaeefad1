import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { isRunning } from './is-running.ts'

/**
 * Kills a host, and expects that what it started ends with it: within a second, on a machine that has time for it.
 *
 * @param script what the host does; it prints the process id of what it started
 */
export async function assertEndsWithHost(script: string): Promise<void> {
  const host = spawn(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line]: readonly unknown[] = await once(host.stdout, 'data')
  const pid = Number(line)
  expect(isRunning(pid)).toBe(true)
  host.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 4000, interval: 20 }).toBe(false)
}
