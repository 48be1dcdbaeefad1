import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import {
  openSandbox,
  type BackendName,
  type ReceiptItem,
  type Sandbox,
  type SandboxOptions,
} from '@mb/sandbox'
import { expect, it } from 'vitest'
import { findBubblewrap } from '../src/backends/bubblewrap/find-bubblewrap.ts'
import { findBuilder } from '../src/backends/find-builder.ts'
import { findLandlock } from '../src/backends/landlock/find-landlock.ts'
import { findNamespaces } from '../src/backends/namespaces/find-namespaces.ts'
import type { JailBuilder } from '../src/jail/jail-builder.ts'
import type { Weakness } from '../src/jail/jailed-sandbox.ts'
import { openJails } from '../src/jail/open-jails.ts'
import { findPythonLoader, type Loader } from '../src/loader/loader.ts'
import { minimumOf, onEachBackend, onEveryBackend, temporaryFolder } from './engine.ts'
import { listBreaks, listWeaknesses } from './weaknesses.ts'

const isRoot = process.getuid?.() === 0

onEveryBackend('a receipt', (backend) => {
  const minimum = minimumOf(backend)

  it.each(listWeaknesses(backend).filter(({ rootOnly }) => isRoot || rootOnly !== true))(
    'refuses without $title',
    async ({ items, weakness }) => {
      const missing = await missingOf(backend, weakness)
      expect(items.filter((item) => !missing.includes(item))).toEqual([])
    },
  )

  it.each(listBreaks(backend))('is none without $title', async ({ weakness }) => {
    const run = async (): Promise<unknown> => {
      await using sandbox = await open(backend, { policy: {}, minimum }, weakness)
      return await sandbox.run('true')
    }
    await expect(run()).rejects.toMatchObject({ name: 'SandboxError' })
  })

  it('is satisfied when nothing was taken away', async () => {
    const unproved = await missingOf(backend, { plan: (plan) => plan })
    expect(unproved.filter((item) => minimum.includes(item))).toEqual([])
  })

  it('names the backend that it is of, and its level', async () => {
    await using sandbox = await openSandbox({ backend, policy: {}, minimum })
    const { receipt } = await sandbox.run('true')
    expect(receipt.backend).toBe(backend)
    expect(receipt.level).toBe(backend === 'landlock' ? 'restricted' : 'sandbox')
    expect(receipt.backendVersion).toMatch(/^\d+\.\d+/)
  })

  it('lets a caller do without an item by name', async () => {
    const weakness: Weakness = { launch: (launch) => ({ ...launch, resourceLimits: [] }) }
    await using sandbox = await open(backend, { policy: {}, minimum: ['network'] }, weakness)
    const { code, receipt } = await sandbox.run('true')
    expect(code).toBe(0)
    expect(receipt.items.find(({ item }) => item === 'limits')?.proved).toBe(false)
  })

  it('is the same through python3, and so are the probes', async (context) => {
    const loader = findPythonLoader()
    if (loader === undefined) return context.skip('python3 is not installed')
    const builder = await findWith[backend]?.(loader)
    if (builder === undefined) return context.skip(`${backend} has no loader`)
    const options = { policy: {}, limits: { openFiles: 64 }, minimum }
    await using sandbox = await openJails(builder, options)
    const { code, stdout, receipt, usage } = await sandbox.run('sh', ['-c', 'env; exit 5'])
    expect(code).toBe(5)
    // Git is told of settings of the host that it cannot read.
    const names = namesOf(stdout).filter((name) => name !== 'GIT_CONFIG_NOSYSTEM')
    expect(names).toEqual(['HOME', 'PATH', 'PWD', 'TMPDIR'])
    expect(receipt.items.filter(({ item, proved }) => minimum.includes(item) && !proved)).toEqual(
      [],
    )
    expect(receipt.probes.findings.filter(({ passed }) => !passed)).toEqual([])
    expect(receipt.probes.findings.length).toBeGreaterThan(20)
    expect(usage.cpuMs).toBeGreaterThan(0)
    const killed = await sandbox.run('sh', ['-c', 'kill -INT 1; kill -TERM $$'])
    expect(killed).toMatchObject({ code: null, signal: 'SIGTERM' })
    return undefined
  })
})

/** Names of variables, as `env` tells them. */
function namesOf(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0] ?? '')
    .toSorted((a, b) => a.localeCompare(b))
}

const findWith: Partial<Record<BackendName, (loader: Loader) => Promise<JailBuilder>>> = {
  bubblewrap: findBubblewrap,
  namespaces: findNamespaces,
  landlock: findLandlock,
}

onEachBackend('a receipt of level sandbox', (backend) => {
  it('stands for a jail that hides the process which built it', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const script = 'ls -A /proc/1 | wc -l; chmod 755 /proc/1/exe; : < /proc/1/mem'
    const { stdout, stderr } = await sandbox.run('sh', ['-c', script])
    expect(stdout).toBe('0\n')
    expect(stderr.match(/No such file/g)).toHaveLength(2)
  })

  it('stands for a jail in which no namespace can be made, also where the filter would let it', async () => {
    const filter = listWeaknesses(backend).find(({ title }) => title === 'the filter')
    if (filter === undefined) throw new TypeError('Cannot take the filter away')
    const options = { policy: {}, minimum: [] }
    await using sandbox = await open(backend, options, filter.weakness)
    const { code, stderr } = await sandbox.run('unshare', ['--user', 'true'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'unshare: unshare failed: No space left on device\n',
    })
    const mounts = await sandbox.run('mount', ['-o', 'remount,rw,bind', '/usr'])
    expect(mounts.code).not.toBe(0)
  })

  it.runIf(isRoot)(
    'stands for what the host has mounted below a granted folder, to read alone',
    async () => {
      await using folder = await temporaryFolder()
      await mkdir(join(folder.path, 'below'))
      const script = `
      import { openSandbox } from '@mb/sandbox'
      const [backend, folder] = process.argv.slice(1)
      await using sandbox = await openSandbox({ backend, policy: { fs: { read: [folder] } } })
      const { code, stderr } = await sandbox.run('sh', ['-c', 'test -e below/there && touch below/new'], { cwd: folder })
      console.log(JSON.stringify({ code, stderr }))`
      const node = [
        '--conditions=@mb/source',
        '--input-type=module',
        '-e',
        script,
        backend,
        folder.path,
      ]
      const change = 'mount -t tmpfs none "$0" && touch "$0/there" && exec "$@"'
      const args = ['-m', 'sh', '-c', change, join(folder.path, 'below'), process.execPath, ...node]
      const { stdout } = spawnSync('/usr/bin/unshare', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
      })
      expect(JSON.parse(stdout)).toEqual({
        code: 1,
        stderr: "touch: cannot touch 'below/new': Read-only file system\n",
      })
    },
  )

  it('tells nothing of descriptors that the host left open', async () => {
    await using folder = await temporaryFolder()
    const secret = join(folder.path, 'secret')
    await writeFile(secret, 'secret')
    // Node opens with O_CLOEXEC; what a person's shell handed down is inherited. The suite of attacks has that one.
    openSync(secret, 'r')
    await mkdir(join(folder.path, 'granted'))
    await using sandbox = await openSandbox({ backend, policy: {} })
    const { stdout } = await sandbox.run('sh', ['-c', 'cd /proc/self/fd && readlink *'])
    expect(stdout).not.toContain('secret')
  })
})

async function open(
  backend: BackendName,
  options: SandboxOptions,
  weakness: Weakness,
): Promise<Sandbox> {
  return openJails(await findBuilder(backend), options, weakness)
}

/** The items that a run under a weakness misses: by the receipt when the probes are not asked, and by the probes. */
async function missingOf(
  backend: BackendName,
  weakness: Weakness,
): Promise<readonly ReceiptItem[]> {
  try {
    await using sandbox = await open(backend, { policy: {}, minimum: [] }, weakness)
    const { receipt } = await sandbox.run('true')
    const unproved = receipt.items.filter(({ proved }) => !proved).map(({ item }) => item)
    await expectRefusal(backend, weakness, unproved)
    return unproved
  } catch (error) {
    throw new Error('Cannot judge the weakness: the sandbox did not open', { cause: error })
  }
}

async function expectRefusal(
  backend: BackendName,
  weakness: Weakness,
  missing: readonly ReceiptItem[],
): Promise<void> {
  if (!missing.some((item) => minimumOf(backend).includes(item))) return
  const run = async (): Promise<unknown> => {
    const minimum = minimumOf(backend)
    await using sandbox = await open(backend, { policy: {}, minimum }, weakness)
    return await sandbox.run('true')
  }
  await expect(run()).rejects.toMatchObject({
    code: 'MB_SANDBOX_BELOW_MINIMUM',
    outcome: 'refused',
  })
}
