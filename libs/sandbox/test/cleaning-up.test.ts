import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openSandbox } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { minimumOf, onEveryBackend, isFull, temporaryFolder } from './engine.ts'
import { isRunning } from './is-running.ts'

onEveryBackend('what is left behind', (backend) => {
  it(`is nothing after ${isFull ? 1000 : 100} runs`, async () => {
    await using folder = await temporaryFolder()
    const sandbox = await openSandbox({
      backend,
      minimum: minimumOf(backend),
      policy: { fs: { write: [folder.path] } },
    })
    // From the second on there is a loader ahead.
    await sandbox.run('true')
    await sandbox.run('true')
    const before = await countSettled()
    const pids: number[] = []
    for (let run = 0; run < (isFull ? 1000 : 100); run += 1) {
      const { code, receipt } = await sandbox.run('true')
      expect(code).toBe(0)
      pids.push(receipt.pid)
    }
    expect(await countSettled()).toEqual(before)
    expect(pids.filter((pid) => isOurs(pid))).toEqual([])
    // What it holds names with goes with it.
    await sandbox[Symbol.asyncDispose]()
    expect(readdirSync(folder.path)).toEqual([])
  }, 300_000)

  it(`is nothing on the machine after ${isFull ? 1000 : 60} runs of a host, and it needs no more memory`, async () => {
    await using folder = await temporaryFolder()
    const fixture = fileURLToPath(new URL('fixtures/many-runs.ts', import.meta.url))
    const runs = isFull ? 1000 : 60
    const host = spawn(
      process.execPath,
      [
        '--expose-gc',
        // V8 widens the space for what is new with the work that there is, and keeps it.
        '--max-semi-space-size=1',
        '--conditions=@mb/source',
        fixture,
        String(runs),
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, MB_TEST_BACKEND: backend, TMPDIR: folder.path },
      },
    )
    const counts: { host: number; early: HostCount; late: HostCount } = JSON.parse(
      await readText(host.stdout),
    )
    // However many runs there were: what is lost with each would come on top, a thousand times. A few say little of that.
    const mostBytes = (isFull ? 6 : 16) * 1024 * 1024
    expect(counts.late.bytes - counts.early.bytes).toBeLessThan(mostBytes)
    expect(counts.late.descriptors).toBe(counts.early.descriptors)
    expect(readdirSync(folder.path)).toEqual([])
    expect(cgroupsNaming(counts.host)).toEqual([])
    expect(mountsOf(folder.path)).toEqual([])
    expect(processesNaming(folder.path)).toEqual([])
  }, 300_000)

  it('is no daemon, in its own session and without its parent', async () => {
    await using folder = await temporaryFolder()
    const marker = join(folder.path, 'marker')
    const script = '(setsid sh -c "sleep 0.5; touch $1" >/dev/null 2>&1 &); sleep 0.1'
    const args = ['-c', script, 'sh', marker]
    await using sandbox = await openSandbox({
      backend,
      minimum: minimumOf(backend),
      policy: { fs: { write: [folder.path] } },
    })
    expect((await sandbox.run('sh', args)).code).toBe(0)
    await delay(1200)
    expect(existsSync(marker)).toBe(false)
    // Without a sandbox the daemon lives on.
    await once(spawn('sh', args, { stdio: 'ignore' }), 'exit')
    await expect.poll(() => existsSync(marker)).toBe(true)
  })

  it('is nothing of a jail whose loader is killed while it is built', async () => {
    await using folder = await temporaryFolder()
    const policy = { fs: { write: [folder.path] } }
    for (let halves = 0; halves < 30; halves += 1) {
      // The first program of a sandbox has a loader that was started for it.
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy })
      const marker = join(folder.path, `marker-${halves}`)
      const before = childrenOfThis()
      const running = sandbox.run('sh', ['-c', 'sleep 0.5; touch "$1"', 'sh', marker])
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      const settled = running.then(settle, settle)
      const findLoader = (): number | undefined =>
        childrenOfThis().find((pid) => !before.includes(pid))
      await expect.poll(() => isSettled || findLoader() !== undefined, { interval: 0 }).toBe(true)
      const loader = findLoader()
      await delay(halves / 2)
      if (loader !== undefined && !isSettled) process.kill(loader, 'SIGKILL')
      await settled
    }
    expect(processesNaming(folder.path)).toEqual([])
    await delay(1000)
    expect(readdirSync(folder.path)).toEqual([])
  }, 120_000)

  it('is nothing within a second of kill -9 of the host', async () => {
    const fixture = fileURLToPath(new URL('fixtures/host.ts', import.meta.url))
    const mark = String(randomInt(1e12))
    const host = spawn(process.execPath, ['--conditions=@mb/source', fixture, mark], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, MB_TEST_BACKEND: backend },
    })
    const [line]: readonly unknown[] = await once(host.stdout, 'data')
    const pids: readonly number[] = JSON.parse(String(line))
    const started = processesNaming(mark).filter((pid) => pid !== String(host.pid))
    expect(pids.filter((pid) => !started.includes(String(pid)))).toEqual([])
    host.kill('SIGKILL')
    const left = (): readonly unknown[] => [
      ...processesNaming(mark),
      ...started.filter((pid) => isRunning(pid)),
    ]
    // A second, on a machine that has time for it.
    await expect.poll(left, { timeout: 4000, interval: 20 }).toEqual([])
  })
})

interface HostCount {
  readonly bytes: number
  readonly descriptors: number
}

/** Groups that a process had made, which their names tell. */
function cgroupsNaming(pid: number): readonly string[] {
  const places = new Set(
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => / - cgroup2? /.test(line))
      .map((line) => line.split(' ')[4] ?? ''),
  )
  const isNamed = new RegExp(`^mb-[a-z-]*${pid}-`)
  return [...places]
    .flatMap((place) => foldersIn(place))
    .filter((path) => isNamed.test(basename(path)))
}

/** Others make and remove groups meanwhile: what is gone by now holds nothing. */
function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name))
      .flatMap((path) => [path, ...foldersIn(path)])
  } catch {
    return []
  }
}

function mountsOf(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder))
}

/** Programs that run and have a text among their arguments. */
function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
    } catch {
      return false
    }
  })
}

/** Of a process that runs. */
function pidNamespace(pid: number | string): string | undefined {
  if (!isRunning(pid)) return undefined
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}

/** A process id may have been taken again: only a program of a sandbox has another namespace. */
function isOurs(pid: number): boolean {
  const namespace = pidNamespace(pid)
  return namespace !== undefined && namespace !== pidNamespace('self')
}

/** Node closes a socket a turn after its end: a count right then would see one that is on its way out. */
async function countSettled(): Promise<unknown> {
  await delay(200)
  return countOwn()
}

function countOwn(): unknown {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    // Others mount as well.
    mounts: mountsOf(tmpdir()).length,
    children: childrenOfThis().length,
  }
}

/** Process ids of what this process started itself. */
function childrenOfThis(): readonly number[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    childrenOfThread(task)
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number),
  )
}

/** A thread may end between the list of all and this look; then another is its children's parent. */
function childrenOfThread(task: string): string {
  try {
    return readFileSync(`/proc/self/task/${task}/children`, 'utf8')
  } catch {
    return ''
  }
}
