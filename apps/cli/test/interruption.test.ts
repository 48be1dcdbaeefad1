import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ended, Place } from './mb.ts'

async function projectThatTakesLong(place: Place): Promise<void> {
  await mkdir(join(place.folder, 'node_modules'))
  await writeFile(
    join(place.folder, 'long.mjs'),
    "import { writeFileSync } from 'node:fs'\nwriteFileSync('pid', String(process.pid))\nsetTimeout(() => {}, 600_000)\n",
  )
  await writeFile(
    join(place.folder, 'package.json'),
    JSON.stringify({ name: 'long', scripts: { test: 'node long.mjs' } }),
  )
}

// A process that ended may wait for its parent, which in a container may never come.
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) Z /.test(stat)
}

describe('interruption', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends what runs, with 130', async (signal) => {
    await using place = await Place.open()
    await projectThatTakesLong(place)
    const child = place.start(['sdk', 'test'])
    const pidFile = join(place.folder, 'pid')
    const run = ended(child)
    const readPid = async (): Promise<number> =>
      Number(await readFile(pidFile, 'utf8').catch(() => ''))
    await expect.poll(readPid, { timeout: 20_000 }).toBeGreaterThan(0)
    const pid = await readPid()
    child.kill(signal)
    const { code, stderr } = await run
    expect(code).toBe(130)
    expect(stderr).toContain(`Cannot go on: ${signal} was received (MB_CLI_INTERRUPTED)`)
    expect(await isRunning(pid)).toBe(false)
  })
})
