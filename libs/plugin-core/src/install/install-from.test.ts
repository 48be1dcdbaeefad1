import { execFile } from 'node:child_process'
import { chmod, cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateSigningKey, writePackageMetadata } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import type { PluginHostOptions } from '../host/host-options.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { InstallStep } from './install-options.ts'

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
      return writePlugin(join(root, `source-${count}`), {
        manifest: { version },
        files: { 'readme.txt': 'Read me' },
        key,
      })
    },
  }
}

const outOfItsFolder =
  'd=$(mktemp -d) && cd "$d" && echo 1 > evil && tar -czPf "$1" --transform s,^,../../../../, evil; rm -r "$d"'

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

  const forged: readonly (readonly [string, string, (sent: string) => Promise<unknown>])[] = [
    [
      'one byte flipped',
      'MB_DIGEST_MISMATCH',
      (sent) => writeFile(join(sent, 'dist/index.mjs'), 'export default []\n'),
    ],
    ['one file added', 'MB_DIGEST_MISMATCH', (sent) => writeFile(join(sent, 'more.mjs'), '')],
    ['one file removed', 'MB_DIGEST_MISMATCH', (sent) => rm(join(sent, 'readme.txt'))],
    ['one mode changed', 'MB_DIGEST_MISMATCH', (sent) => chmod(join(sent, 'readme.txt'), 0o755)],
    [
      'the signature of another package',
      'MB_DIGEST_MISMATCH',
      async (sent) => {
        const other = await writePlugin(`${sent}-other`, { key: acme })
        await cp(join(other, '.milkbottle'), join(sent, '.milkbottle'), { recursive: true })
      },
    ],
    [
      'another valid signature',
      'MB_PLUGIN_NOT_AS_PROMISED',
      (sent) => writePackageMetadata(sent, { key: mallory }),
    ],
    ['no signature', 'MB_PLUGIN_NOT_AS_PROMISED', (sent) => writePackageMetadata(sent, {})],
    [
      'other content, signed by the same',
      'MB_PLUGIN_NOT_AS_PROMISED',
      async (sent) => {
        await writeFile(join(sent, 'more.mjs'), '')
        await writePackageMetadata(sent, { key: acme })
      },
    ],
    [
      'an older version under the newer number',
      'MB_PLUGIN_NOT_AS_PROMISED',
      (sent) => writePlugin(sent, { key: acme, files: { 'readme.txt': 'Read me' } }),
    ],
    [
      'another plugin under its name',
      'MB_PLUGIN_NOT_AS_PROMISED',
      (sent) => writePlugin(sent, { key: acme, manifest: { name: 'other', version: '1.1.0' } }),
    ],
  ]

  describe.each([
    ['where nothing is installed', false],
    ['as an update', true],
  ])('%s', (_, isUpdate) => {
    it.each(forged)('refuses a package with %s', async (_what, code, forge) => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      if (isUpdate)
        await host.installFrom(await folderRepository(await there.write()), 'acme/notes')
      const questions = there.asked.length
      const source = await there.write('1.1.0')
      const sends = join(folder.path, 'sent')
      await cp(source, sends, { recursive: true })
      await forge(sends)
      const lying = await folderRepository(source, { sends })
      await expectRefusal(there.home, () => host.installFrom(lying, 'acme/notes'), code)
      expect(there.asked).toHaveLength(questions)
      // The control: the same way, unchanged.
      const { version } = await host.installFrom(await folderRepository(source), 'acme/notes')
      expect(version).toBe('1.1.0')
      await expectWhole(there.home)
    })
  })

  it.each([
    ['no archive', 'MB_ARCHIVE_FORM', (file: string) => writeFile(file, 'Not found')],
    [
      'a way out of its folder',
      'MB_ARCHIVE_PATH',
      (file: string) => promisify(execFile)('sh', ['-c', outOfItsFolder, 'sh', file]),
    ],
  ] as const)('refuses %s', async (_, code, sends) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const lying = await folderRepository(await there.write(), { sends })
    await expect(host.installFrom(lying, 'acme/notes')).rejects.toMatchObject({ code })
    expect(await readdir(folder.path)).toEqual(['source-1'])
  })

  it('tells who promised what, harmless to print', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const lying = await folderRepository(await there.write(), {
      lies: { version: '9.0.0\u001b[2J\u202e', repository: 'to\u202ewn\n' },
    })
    await expect(host.installFrom(lying, 'acme/notes')).rejects.toMatchObject({
      message:
        'Cannot install "acme/notes": marketplace "to wn" promised version "9.0.0 [2J", and what came has "1.0.0"',
      hint: 'Do not use this marketplace until its operator has explained it',
      details: { what: 'version' },
    })
  })

  it.each([
    ['acme/notes', 'evil/notes'],
    ['acme/notes@^1.0.0', 'acme/other'],
    ['notes', 'acme/other'],
    // Nobody vouches for what is there, and what is installed by hand would be replaced.
    ['notes', 'local/notes'],
    ['local/notes', 'local/notes'],
  ])('refuses for "%s" an offer of "%s"', async (spec, id) => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const source = await there.write()
    await host.install(source)
    const lying = await folderRepository(source, { lies: { id } })
    await expectRefusal(
      there.home,
      () => host.installFrom(lying, spec),
      'MB_PLUGIN_NOT_AS_PROMISED',
    )
    expect(host.list()).toHaveLength(1)
  })

  it('refuses what was signed for another namespace', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const source = await there.write()
    await writePackageMetadata(source, { key: acme, namespace: 'town' })
    const repository = await folderRepository(source)
    await expectRefusal(
      there.home,
      () => host.installFrom(repository, 'acme/notes'),
      'MB_PLUGIN_NAMESPACE',
    )
    expect(there.asked).toEqual([])
  })

  it('reads a bare name, and a range', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const repository = await folderRepository(await there.write())
    expect((await host.installFrom(repository, 'Notes@^1.0.0')).id).toBe('acme/notes')
    expect((await host.installFrom(repository, 'acme/notes@1.0.0')).id).toBe('acme/notes')
    expect(there.asked).toHaveLength(1)
  })

  it('asks again before an older version replaces a newer one', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    for (const version of ['1.1.0', '1.2.0', '1.0.0'])
      await host.installFrom(await folderRepository(await there.write(version)), 'acme/notes')
    expect(there.asked.map(({ version, warnings }) => [version, warnings])).toEqual([
      ['1.1.0', []],
      ['1.0.0', ['It is older than 1.2.0, which is installed: mended faults may come back']],
    ])
  })

  it('leaves the home as it was when the repository fails, or hands in a file from elsewhere', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const source = await there.write()
    const failing = await folderRepository(source, {
      sends: async (file) => {
        await writeFile(file, 'half of')
        throw new Error('The line went dead')
      },
    })
    await expect(host.installFrom(failing, 'acme/notes')).rejects.toThrow('The line went dead')
    const elsewhere = await folderRepository(source, {
      lies: { fetch: async () => join(source, 'plugin.json') },
    })
    await expect(host.installFrom(elsewhere, 'acme/notes')).rejects.toMatchObject({
      code: 'MB_PATH_OUTSIDE',
    })
    expect(await listing(there.home)).toEqual([])
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
      lies: { confirm: () => Promise.reject(new Error('no room')) },
    })
    await host.installFrom(repository, 'acme/notes')
    expect(host.list()).toHaveLength(1)
    await expectWhole(there.home)
  })

  it.each(['find', 'fetch', 'verify', 'scan', 'consent', 'commit'] as const)(
    'leaves nothing when it is aborted at "%s"',
    async (at) => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open({ scan: async () => ({ verdict: 'pass', findings: [] }) })
      const stop = new AbortController()
      const repository = await folderRepository(await there.write())
      await expect(
        host.installFrom(repository, 'acme/notes', {
          signal: stop.signal,
          onStep: (step) => {
            if (step === at) stop.abort(new Error('That is enough'))
          },
        }),
      ).rejects.toThrow('That is enough')
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
