import { mkdir, writeFile } from 'node:fs/promises'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { openSandbox, type ReceiptItem } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import type { Weakness } from '../src/backends/bubblewrap/bubblewrap-sandbox.ts'
import { findLoader, findPythonLoader } from '../src/backends/bubblewrap/loader.ts'
import { openBubblewrap } from '../src/backends/bubblewrap/open-bubblewrap.ts'
import { hasEngine, temporaryFolder } from './engine.ts'

/** Each takes one protection away, and names the items of which one has to be missed. */
const weaknesses: readonly (readonly [string, readonly ReceiptItem[], Weakness])[] = [
  ['the network namespace', ['network'], without('--unshare-all', ...namespacesBut('net'))],
  ['the ipc namespace', ['ipc'], without('--unshare-all', ...namespacesBut('ipc'))],
  ['the host name namespace', ['hostname'], withoutHostname()],
  ['the cgroup namespace', ['cgroup'], without('--unshare-all', ...namespacesBut('cgroup'))],
  [
    'the capability drop',
    ['capabilities'],
    replace(['--cap-drop', 'ALL'], ['--cap-add', 'CAP_SYS_ADMIN']),
  ],
  ['the filter', ['seccomp'], replace(['--seccomp', '9'], [])],
  ['the new session', ['session'], replace(['--new-session'], [])],
  ['the cleared environment', ['environment'], append('--setenv', 'PLANTED', '1')],
  ['the read-only root', ['filesystem'], replace(['--remount-ro', '/'], [])],
  ['the read-only /proc', ['filesystem'], replace(['--remount-ro', '/proc'], [])],
  [
    'the hidden first process',
    ['filesystem'],
    replace(['--size', '4096', '--tmpfs', '/proc/1', '--remount-ro', '/proc/1'], []),
  ],
  [
    'the read-only system',
    ['filesystem'],
    replace(['--ro-bind', '/usr', '/usr'], ['--bind', '/usr', '/usr']),
  ],
  ['an unexpected mount', ['filesystem'], append('--ro-bind', '/etc', '/srv')],
  ['a mount in place of another', ['filesystem'], append('--dev-bind', '/dev/null', '/dev/zero')],
  ['the hidden keys', ['filesystem'], replace(['--ro-bind', '/dev/null', '/proc/keys'], [])],
  [
    'limits of the kernel',
    ['limits'],
    {
      plan: (plan) => plan,
      launch: (launch) => ({ ...launch, resourceLimits: [] }),
    },
  ],
  [
    'the new session keyring',
    ['keyring'],
    { launch: withScript(/syscall\(\$keyctl, 1, 0\)/, '$before') },
  ],
  [
    'closed descriptors',
    ['descriptors'],
    {
      launch: withScript(
        /close_from\(\$channel \? 4 : 3, 4\);/,
        "open(my $leak, '<', '/etc/passwd');",
      ),
    },
  ],
]

describe.runIf(hasEngine)('a receipt', () => {
  it.each(weaknesses)('refuses without %s', async (_, items, weakness) => {
    const missing = await missingOf(weakness)
    expect(items.filter((item) => !missing.includes(item))).toEqual([])
  })

  it('is satisfied when nothing was taken away', async () => {
    expect(await missingOf({ plan: (plan) => plan })).toEqual([])
  })

  it('stands for a jail that hides the process which built it', async () => {
    await using sandbox = await openSandbox({ policy: {} })
    const script = 'ls -A /proc/1 | wc -l; chmod 755 /proc/1/exe; : < /proc/1/mem'
    const { stdout, stderr } = await sandbox.run('sh', ['-c', script])
    expect(stdout).toBe('0\n')
    expect(stderr.match(/No such file/g)).toHaveLength(2)
  })

  it('lets a caller do without an item by name', async () => {
    const weakness: Weakness = { launch: (launch) => ({ ...launch, resourceLimits: [] }) }
    await using sandbox = await openBubblewrap({ policy: {}, minimum: ['network'] }, weakness)
    const { code, receipt } = await sandbox.run('true')
    expect(code).toBe(0)
    expect(receipt.items.find(({ item }) => item === 'limits')?.proved).toBe(false)
  })

  it('is the same through the loader for python3', async (context) => {
    const loader = findPythonLoader()
    if (loader === undefined) return context.skip('python3 is not installed')
    const weakness: Weakness = { launch: (launch) => ({ ...launch, loader }) }
    await using sandbox = await openBubblewrap({ policy: {}, limits: { openFiles: 64 } }, weakness)
    const { code, receipt, usage } = await sandbox.run('sh', ['-c', 'exit 5'])
    expect(code).toBe(5)
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
    expect(usage.cpuMs).toBeGreaterThan(0)
    return undefined
  })

  it('tells nothing of descriptors that the host left open', async () => {
    await using folder = await temporaryFolder()
    const secret = join(folder.path, 'secret')
    await writeFile(secret, 'secret')
    // Node opens with O_CLOEXEC; what a person's shell handed down is inherited. The suite of attacks has that one.
    openSync(secret, 'r')
    await mkdir(join(folder.path, 'granted'))
    await using sandbox = await openBubblewrap({ policy: {} })
    const { stdout } = await sandbox.run('sh', ['-c', 'cd /proc/1/fd && readlink *'])
    expect(stdout).not.toContain('secret')
  })
})

/** The items that a run under a weakness misses: by the receipt when the probes are not asked, and by the probes. */
async function missingOf(weakness: Weakness): Promise<readonly ReceiptItem[]> {
  try {
    await using sandbox = await openBubblewrap({ policy: {}, minimum: [] }, weakness)
    const { receipt } = await sandbox.run('true')
    const unproved = receipt.items.filter(({ proved }) => !proved).map(({ item }) => item)
    await expectRefusal(weakness, unproved)
    return unproved
  } catch (error) {
    throw new Error('Cannot judge the weakness: the sandbox did not open', { cause: error })
  }
}

async function expectRefusal(weakness: Weakness, missing: readonly ReceiptItem[]): Promise<void> {
  if (missing.length === 0) return
  const run = async (): Promise<unknown> => {
    await using sandbox = await openBubblewrap({ policy: {} }, weakness)
    return await sandbox.run('true')
  }
  await expect(run()).rejects.toMatchObject({
    code: 'MB_SANDBOX_BELOW_MINIMUM',
    outcome: 'refused',
  })
}

function namespacesBut(left: string): readonly string[] {
  return ['user', 'ipc', 'pid', 'net', 'uts', 'cgroup']
    .filter((name) => name !== left && name !== 'user')
    .map((name) => `--unshare-${name}`)
}

function without(option: string, ...instead: readonly string[]): Weakness {
  return replace([option], instead)
}

function withoutHostname(): Weakness {
  return {
    plan: (plan) => {
      const first = without('--unshare-all', ...namespacesBut('uts')).plan?.(plan) ?? plan
      return replace(['--hostname', 'sandbox'], []).plan?.(first) ?? first
    },
  }
}

function append(...more: readonly string[]): Weakness {
  return {
    plan: (plan) => {
      // Before the root is closed, where mount points can still be made.
      const end = plan.options.lastIndexOf('--remount-ro')
      return {
        ...plan,
        options: [...plan.options.slice(0, end), ...more, ...plan.options.slice(end)],
      }
    },
  }
}

function replace(part: readonly string[], instead: readonly string[]): Weakness {
  return {
    plan: (plan) => {
      const at = plan.options.findIndex((_, index) =>
        part.every((word, offset) => plan.options[index + offset] === word),
      )
      if (at === -1) throw new TypeError(`Cannot weaken the plan: it has no ${part.join(' ')}`)
      const options = plan.options.toSpliced(at, part.length, ...instead)
      return { ...plan, options }
    },
  }
}

function withScript(part: RegExp, instead: string): NonNullable<Weakness['launch']> {
  return (launch) => {
    const loader = findLoader() ?? launch.loader
    const words = loader.arguments.map((word) => word.replace(part, () => instead))
    if (words.join() === loader.arguments.join()) throw new TypeError('Cannot weaken the loader')
    return { ...launch, loader: { ...loader, arguments: words } }
  }
}
