import { appendFile, chmod, cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost, type PluginHostOptions } from '../host.ts'
import type { InstallStep } from './install-plugin.ts'
import type { Scan, ScanReport } from './scan.ts'

const acme = generateSigningKey()
const mallory = generateSigningKey()

interface World {
  readonly home: string
  readonly asked: ConsentRequest[]
  readonly open: (options?: Partial<PluginHostOptions>) => Promise<PluginHost>
  /** Writes a signed package, and gives its folder. */
  readonly write: (version?: string, key?: typeof acme) => Promise<string>
}

function world(root: string): World {
  const home = join(root, 'home')
  const asked: ConsentRequest[] = []
  let count = 0
  return {
    home,
    asked,
    open: (options) =>
      openPluginHost({
        home,
        consent: async (request) => {
          asked.push(request)
          return true
        },
        ...options,
      }),
    write: (version = '1.0.0', key = acme) => {
      count += 1
      return writePlugin(join(root, `source-${count}`), { manifest: { version }, key })
    },
  }
}

/** Expects a refusal that leaves the home as it was, also when there was none. */
async function expectRefusal(
  home: string,
  install: () => Promise<unknown>,
  code: string,
): Promise<void> {
  const before = await listing(home)
  await expect(install()).rejects.toMatchObject({ code, outcome: 'refused' })
  expect(await listing(home)).toEqual(before)
}

describe('installFrom()', () => {
  it('finds, fetches, verifies, scans, asks and commits, in that order, and confirms', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const steps: (InstallStep | 'confirmed')[] = []
    const host = await there.open({ scan: async () => ({ verdict: 'pass', findings: [] }) })
    const repository = await folderRepository(await there.write(), {
      onConfirmed: () => steps.push('confirmed'),
    })
    const installed = await host.installFrom(repository, 'acme/notes', {
      onStep: (step) => steps.push(step),
    })
    expect(installed).toMatchObject({ id: 'acme/notes', source: 'marketplace:town/acme/notes' })
    expect(steps).toEqual(['find', 'fetch', 'verify', 'scan', 'consent', 'commit', 'confirmed'])
    expect(there.asked).toMatchObject([{ id: 'acme/notes', repository: 'town', findings: [] }])
    await expectWhole(there.home)
  })

  it.each([
    [
      'one byte flipped',
      'MB_DIGEST_MISMATCH',
      (sent: string) => appendFile(join(sent, 'dist/index.mjs'), ' '),
    ],
    [
      'one file added',
      'MB_DIGEST_MISMATCH',
      (sent: string) => writeFile(join(sent, 'more.mjs'), ''),
    ],
    [
      'one mode changed',
      'MB_DIGEST_MISMATCH',
      (sent: string) => chmod(join(sent, 'dist/index.mjs'), 0o755),
    ],
  ] as const)('refuses a package with %s', async (_, code, change) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const source = await there.write()
    const sends = join(folder.path, 'sent')
    await cp(source, sends, { recursive: true })
    await change(sends)
    const host = await there.open()
    const lying = await folderRepository(source, { sends })
    await expectRefusal(there.home, () => host.installFrom(lying, 'acme/notes'), code)
    expect(there.asked).toEqual([])
    // The control: the same way, without the change.
    await host.installFrom(await folderRepository(source), 'acme/notes')
  })

  it('refuses the valid work of another signer, and an older version under a newer number', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const [newer, older, others] = [
      await there.write('1.1.0'),
      await there.write('1.0.0'),
      await there.write('1.1.0', mallory),
    ]
    const host = await there.open()
    for (const sends of [older, others]) {
      const lying = await folderRepository(newer, { sends })
      await expectRefusal(
        there.home,
        () => host.installFrom(lying, 'acme/notes'),
        'MB_PLUGIN_NOT_AS_PROMISED',
      )
    }
    const renamed = await folderRepository(newer, { lies: { id: 'acme/other' } })
    await expectRefusal(
      there.home,
      () => host.installFrom(renamed, 'acme/other'),
      'MB_PLUGIN_NOT_AS_PROMISED',
    )
  })

  it('refuses another key than before, unless the person accepts that very key', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    await host.installFrom(await folderRepository(await there.write('1.0.0')), 'acme/notes')
    const next = await folderRepository(await there.write('1.1.0', mallory))
    await expectRefusal(
      there.home,
      () => host.installFrom(next, 'acme/notes'),
      'MB_PLUGIN_SIGNER_CHANGED',
    )
    await expectRefusal(
      there.home,
      () => host.installFrom(next, 'acme/notes', { acceptKey: acme.keyId }),
      'MB_PLUGIN_SIGNER_CHANGED',
    )
    await host.installFrom(next, 'acme/notes', { acceptKey: mallory.keyId })
    expect(host.get('acme/notes').version).toBe('1.1.0')
  })

  it('stays installed when the signer cannot be remembered for its namespace', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const repository = await folderRepository(await there.write(), {
      lies: {
        confirm: async () => {
          throw new Error('no room')
        },
      },
    })
    await host.installFrom(repository, 'acme/notes')
    expect(host.list()).toHaveLength(1)
  })

  it.each(['find', 'fetch', 'verify', 'consent'] as const)(
    'leaves nothing when it is aborted at "%s"',
    async (at) => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      const stop = new AbortController()
      const repository = await folderRepository(await there.write())
      await expect(
        host.installFrom(repository, 'acme/notes', {
          signal: stop.signal,
          onStep: (step) => {
            if (step === at) stop.abort()
          },
        }),
      ).rejects.toThrow()
      expect(await listing(there.home)).toEqual([])
    },
  )

  it('ends two installations of the same at once with one plugin', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const [one, two] = [await there.open(), await there.open()]
    const repository = await folderRepository(await there.write())
    await Promise.all([one, two].map((host) => host.installFrom(repository, 'acme/notes')))
    expect(one.list()).toHaveLength(1)
    await expectWhole(there.home)
  })
})

describe('the scan', () => {
  const reports: readonly (readonly [string, Scan, string])[] = [
    ['blocks', reporting('block'), 'MB_PLUGIN_SCAN_BLOCKED'],
    ['cannot tell', reporting('error'), 'MB_PLUGIN_SCAN_FAILED'],
    ['throws', () => Promise.reject(new Error('broken')), 'MB_PLUGIN_SCAN_FAILED'],
  ]

  it.each(reports)('refuses before anybody is asked, when it %s', async (_, scan, code) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open({ scan })
    const source = await there.write()
    const repository = await folderRepository(source)
    await expectRefusal(there.home, () => host.installFrom(repository, 'acme/notes'), code)
    await expectRefusal(there.home, () => host.install(source), code)
    expect(there.asked).toEqual([])
  })

  it('refuses a verdict that it does not know', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const report: unknown = { verdict: 'fine', findings: [] }
    const host = await there.open({ scan: async () => (isReport(report) ? report : unreachable()) })
    const repository = await folderRepository(await there.write())
    await expectRefusal(
      there.home,
      () => host.installFrom(repository, 'acme/notes'),
      'MB_PLUGIN_SCAN_FAILED',
    )
  })

  it('shows the person what it found, and neutralises what a stranger wrote', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open({ scan: reporting('warn', 'uses\u001b[2J \u202ethe network\n') })
    await host.installFrom(await folderRepository(await there.write()), 'acme/notes')
    expect(there.asked[0]?.findings).toEqual([
      { id: 'MB4101', severity: 'medium', message: 'uses [2J the network' },
    ])
  })

  it('makes an update that asks for nothing more ask again, when it found something', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const quiet = await there.open({ scan: reporting('pass') })
    await quiet.installFrom(await folderRepository(await there.write('1.0.0')), 'acme/notes')
    await quiet.installFrom(await folderRepository(await there.write('1.1.0')), 'acme/notes')
    expect(there.asked).toHaveLength(1)
    const wary = await there.open({ scan: reporting('warn', 'uses the network') })
    await wary.installFrom(await folderRepository(await there.write('1.2.0')), 'acme/notes')
    expect(there.asked).toHaveLength(2)
  })
})

function reporting(verdict: ScanReport['verdict'], message?: string): Scan {
  return async () => ({
    verdict,
    findings: message === undefined ? [] : [{ id: 'MB4101', severity: 'medium', message }],
  })
}

// As a scanner in plain JavaScript may say anything.
function isReport(value: unknown): value is ScanReport {
  return typeof value === 'object' && value !== null
}

function unreachable(): never {
  throw new TypeError('unreachable')
}
