import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { Scan, ScanFinding, ScanReport } from './scan.ts'

const key = generateSigningKey()

interface World {
  readonly home: string
  readonly asked: ConsentRequest[]
  readonly open: (scan: Scan) => Promise<PluginHost>
  /** Writes a signed package, and gives its folder. */
  readonly write: (version?: string) => Promise<string>
}

function world(root: string): World {
  const home = join(root, 'home')
  const asked: ConsentRequest[] = []
  return {
    home,
    asked,
    open: (scan) =>
      openPluginHost({
        home,
        scan,
        consent: async (request) => {
          asked.push(request)
          return true
        },
      }),
    write: (version = '1.0.0') => writePlugin(join(root, version), { manifest: { version }, key }),
  }
}

describe('a scan', () => {
  const reports: readonly (readonly [string, Scan, string, string])[] = [
    [
      'blocks',
      reporting('block', [
        { severity: 'low', message: 'Says much' },
        {
          severity: 'critical',
          message: 'Sends\u202e keys\nhome',
          file: 'dist/index.mjs',
          line: 3,
        },
        { severity: 'high', message: 'Hides code' },
      ]),
      'MB_PLUGIN_SCAN_BLOCKED',
      'the scan of its code found: Sends keys home (dist/index.mjs:3), and 1 more',
    ],
    ['blocks without a word', reporting('block'), 'MB_PLUGIN_SCAN_BLOCKED', 'refuses it'],
    ['cannot tell', reporting('error'), 'MB_PLUGIN_SCAN_FAILED', 'could not be scanned'],
    [
      'throws',
      () => Promise.reject(new Error('broken')),
      'MB_PLUGIN_SCAN_FAILED',
      'could not be scanned',
    ],
  ]

  it.each(reports)('refuses before anybody is asked, when it %s', async (_, scan, code, words) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open(scan)
    const source = await there.write()
    const repository = await folderRepository(source)
    for (const install of [
      () => host.installFrom(repository, 'acme/notes'),
      () => host.install(source),
    ]) {
      await expect(install()).rejects.toMatchObject({
        code,
        outcome: 'refused',
        message: expect.stringContaining(words),
      })
    }
    expect(await listing(there.home)).toEqual([])
    expect(there.asked).toEqual([])
  })

  it.each([
    ['a verdict that there is not', { verdict: 'fine', findings: [] }],
    ['no findings', { verdict: 'pass' }],
    ['a finding without words', { verdict: 'pass', findings: [{}] }],
  ])('lets nothing pass with %s', async (_, report) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    // As a scanner in plain JavaScript may say anything.
    const host = await there.open(async () => (isReport(report) ? report : { ...passed }))
    const repository = await folderRepository(await there.write())
    await expect(host.installFrom(repository, 'acme/notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_SCAN_FAILED',
    })
    expect(there.asked).toEqual([])
  })

  it('shows the person what it found, worst first, and neutralises what a stranger wrote', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const padding = Array.from(
      { length: 200 },
      () => ({ severity: 'info', message: 'So' }) as const,
    )
    const grave = {
      severity: 'medium',
      message: 'uses\u001b[2J \u202ethe network\n',
      file: 'a\u0007b.mjs',
      line: 1,
      column: 2,
      help: 'Ask\u200b it',
    } as const
    const host = await there.open(reporting('warn', [...padding, grave]))
    await host.installFrom(await folderRepository(await there.write()), 'acme/notes')
    const [request] = there.asked
    expect(request?.findings).toHaveLength(100)
    expect(request?.findings[0]).toEqual({
      id: 'MB4101',
      severity: 'medium',
      message: 'uses [2J the network',
      file: 'a b.mjs',
      line: 1,
      column: 2,
      help: 'Ask it',
    })
  })

  it('makes an update that asks for nothing more ask again, when it found something', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const quiet = await there.open(reporting('pass', [{ severity: 'low', message: 'A word' }]))
    await quiet.installFrom(await folderRepository(await there.write('1.0.0')), 'acme/notes')
    await quiet.installFrom(await folderRepository(await there.write('1.1.0')), 'acme/notes')
    expect(there.asked).toHaveLength(1)
    const wary = await there.open(
      reporting('warn', [{ severity: 'medium', message: 'uses the network' }]),
    )
    await wary.installFrom(await folderRepository(await there.write('1.2.0')), 'acme/notes')
    expect(there.asked).toHaveLength(2)
  })

  it('ends with the installation that is aborted', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const stop = new AbortController()
    const host = await there.open(async ({ signal }) => {
      expect(signal).toBe(stop.signal)
      stop.abort(new Error('That is enough'))
      throw new Error('stopped')
    })
    const repository = await folderRepository(await there.write())
    const options = { signal: stop.signal }
    await expect(host.installFrom(repository, 'acme/notes', options)).rejects.toThrow(
      'That is enough',
    )
    expect(await listing(there.home)).toEqual([])
  })
})

const passed: ScanReport = { verdict: 'pass', findings: [] }

function reporting(
  verdict: ScanReport['verdict'],
  findings: readonly Omit<ScanFinding, 'id'>[] = [],
): Scan {
  return async () => ({ verdict, findings: findings.map((each) => ({ id: 'MB4101', ...each })) })
}

function isReport(value: unknown): value is ScanReport {
  return typeof value === 'object' && value !== null
}
