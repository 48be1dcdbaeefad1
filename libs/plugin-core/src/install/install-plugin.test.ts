import { execFileSync } from 'node:child_process'
import { chmod, cp, link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey, writePackageMetadata } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import type { ConsentRequest } from '../consent/consent.ts'
import { readCommandIndex } from '../command-index.ts'
import { listing } from '../fixtures/listing.ts'
import { makePipe } from '../fixtures/make-pipe.ts'
import { temporaryFolder, writePlugin, type PluginFolder } from '../fixtures/plugin-folder.ts'
import type { PluginHostOptions } from '../host/host-options.ts'
import { openPluginHost, type PluginHost } from '../host.ts'

const acme = generateSigningKey()
const mallory = generateSigningKey()

interface World {
  readonly root: string
  readonly home: string
  readonly asked: ConsentRequest[]
  readonly open: (options?: Partial<PluginHostOptions>) => Promise<PluginHost>
  /** Writes a plugin, and its folder's path. */
  readonly plugin: (plugin?: PluginFolder) => Promise<string>
}

function world(root: string): World {
  const home = join(root, 'home')
  const asked: ConsentRequest[] = []
  let count = 0
  return {
    root,
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
    plugin: (plugin) => {
      count += 1
      return writePlugin(join(root, `source-${count}`), plugin)
    },
  }
}

/** Installs and expects a refusal that leaves the home as it was. */
async function expectRefusal(
  { home }: World,
  install: () => Promise<unknown>,
  code: string,
): Promise<void> {
  const before = await listing(home)
  await expect(install()).rejects.toMatchObject({ code })
  expect(await listing(home)).toEqual(before)
}

const archives = [
  ['zip', (folder: string, file: string) => `cd ${folder} && python3 -m zipfile -c ${file} . `],
  ['tar.gz', (folder: string, file: string) => `cd ${folder} && tar -czf ${file} $(ls -A)`],
  [
    'tgz',
    (folder: string, file: string) =>
      `rm -rf ${folder}-npm && mkdir ${folder}-npm && cp -r ${folder} ${folder}-npm/package && tar -C ${folder}-npm -czf ${file} package`,
  ],
] as const

describe('install()', () => {
  it('shows the person who made it, who signed it and what it asks for', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const source = await there.plugin({
      key: acme,
      manifest: {
        description: 'Takes‮ notes',
        permissions: { fs: { read: [{ path: '${workspace}/**', reason: 'reads\u001b[2J them' }] } },
      },
    })
    await (await there.open()).install(source)
    expect(there.asked).toEqual([
      {
        id: 'local/notes',
        version: '1.0.0',
        description: 'Takes notes',
        author: 'Acme',
        signature: expect.objectContaining({ status: 'signed', keyId: acme.keyId, known: false }),
        permissions: [
          expect.objectContaining({
            kind: 'fs.read',
            target: '${workspace}/**',
            reason: 'reads [2J them',
          }),
        ],
        source,
        type: 'command',
        byType: [expect.objectContaining({ kind: 'temp.write' })],
        added: [expect.objectContaining({ kind: 'fs.read' })],
        wider: [],
        removed: [],
        optional: [],
        needs: [],
        range: '1.x',
        reasons: [],
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        permissionsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        isScanned: false,
        findings: [],
        warnings: [],
      },
    ])
  })

  it.each(archives)(
    'takes a package as %s, with the digest of its folder',
    async (ending, pack) => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const source = await there.plugin({ key: acme })
      const file = join(folder.path, `notes.${ending}`)
      execFileSync('sh', ['-c', pack(source, file)])
      const host = await there.open()
      const fromArchive = await host.install(file)
      expect(fromArchive).toMatchObject({
        source: file,
        signature: { status: 'signed', keyId: acme.keyId },
      })
      expect((await host.install(source)).installedAt).toBe(fromArchive.installedAt)
      expect(there.asked).toHaveLength(1)
    },
  )

  describe('leaves the home as it was, also when there was none, and refuses', () => {
    const bad: readonly (readonly [string, string, (source: string) => Promise<unknown>])[] = [
      [
        'one byte flipped',
        'MB_DIGEST_MISMATCH',
        (at) => writeFile(join(at, 'dist/index.mjs'), 'export default []\n'),
      ],
      ['one file added', 'MB_DIGEST_MISMATCH', (at) => writeFile(join(at, 'more.txt'), '')],
      ['one file removed', 'MB_DIGEST_MISMATCH', (at) => rm(join(at, 'readme.txt'))],
      [
        "one file's mode changed",
        'MB_DIGEST_MISMATCH',
        (at) => chmod(join(at, 'readme.txt'), 0o755),
      ],
      [
        'a signature by another key',
        'MB_SIGNATURE_INVALID',
        (at) => writeFile(join(at, '.milkbottle/key.pub'), mallory.publicKey),
      ],
      [
        'a statement that is no JSON',
        'MB_SIGNATURE_MALFORMED',
        (at) => writeFile(join(at, '.milkbottle/statement.json'), '{'),
      ],
      ['a symbolic link', 'MB_PLUGIN_SOURCE', (at) => symlink('/etc/passwd', join(at, 'link'))],
      ['a linked folder', 'MB_PLUGIN_SOURCE', (at) => symlink('/etc', join(at, 'dist/link'))],
      ['a named pipe', 'MB_PLUGIN_SOURCE', async (at) => makePipe(join(at, 'pipe'))],
      ['a setuid file', 'MB_PLUGIN_SOURCE', (at) => chmod(join(at, 'readme.txt'), 0o4755)],
      ['a broken manifest', 'MB_DIGEST_MISMATCH', (at) => writeFile(join(at, 'plugin.json'), '{')],
    ]
    it.each(bad)('%s: %s', async (_, code, spoil) => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const source = await there.plugin({ key: acme, files: { 'readme.txt': 'Read me' } })
      await spoil(source)
      const host = await there.open()
      await expectRefusal(there, () => host.install(source), code)
      expect(await listing(there.home)).toEqual([])
      // Control: with something installed, and with the source in order, it goes through.
      await host.install(await there.plugin({ manifest: { name: 'other', commands: [] } }))
      await expectRefusal(there, () => host.install(source), code)
      await host.install(await there.plugin({ key: acme, files: { 'readme.txt': 'Read me' } }))
      expect(host.list().map(({ id }) => id)).toEqual(['local/notes', 'local/other'])
    })

    it('sources that are none', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open({ workspace: folder.path })
      const text = join(folder.path, 'text.zip')
      await writeFile(text, 'no archive')
      await mkdir(join(folder.path, 'empty'))
      await expectRefusal(there, () => host.install('nowhere'), 'MB_PLUGIN_SOURCE_MISSING')
      await expectRefusal(there, () => host.install('/dev/null'), 'MB_PLUGIN_SOURCE')
      await expectRefusal(there, () => host.install(text), 'MB_ARCHIVE_FORM')
      await expectRefusal(there, () => host.install('empty'), 'MB_MANIFEST_MISSING')
      await expectRefusal(there, () => host.install('.'), 'MB_PLUGIN_SOURCE')
      const unbuilt = await there.plugin({ manifest: { entry: 'dist/main.mjs' } })
      await expectRefusal(there, () => host.install(unbuilt), 'MB_PLUGIN_ENTRY_MISSING')
      expect(await listing(there.home)).toEqual([])
    })

    it('without consent, or with nobody to ask, or any other answer than true', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const source = await there.plugin()
      const nobody = await there.open({ consent: undefined })
      await expectRefusal(there, () => nobody.install(source), 'MB_PLUGIN_CONSENT_NEEDED')
      const no = await there.open({ consent: async () => false })
      await expectRefusal(there, () => no.install(source), 'MB_PLUGIN_CONSENT_DENIED')
      const careless = await there.open({ consent: async () => JSON.parse('"yes"') })
      await expectRefusal(there, () => careless.install(source), 'MB_PLUGIN_CONSENT_DENIED')
      const broken = await there.open({ consent: () => Promise.reject(new Error('no terminal')) })
      const before = await listing(there.home)
      await expect(broken.install(source)).rejects.toThrow('no terminal')
      expect(await listing(there.home)).toEqual(before)
    })

    it('an abort', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const source = await there.plugin()
      const abort = new AbortController()
      const host = await there.open({
        consent: async () => {
          abort.abort()
          return true
        },
      })
      await expect(host.install(source, { signal: abort.signal })).rejects.toMatchObject({
        name: 'AbortError',
      })
      expect(host.list()).toEqual([])
    })
  })

  it('installs what was verified, whatever becomes of the source meanwhile', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const source = await there.plugin({ key: acme })
    const host = await there.open({
      consent: async () => {
        await writeFile(join(source, 'dist/index.mjs'), 'evil()')
        return true
      },
    })
    const { directory } = await host.install(source)
    expect(await readFile(join(directory, 'dist/index.mjs'), 'utf8')).toBe('export default {}\n')
  })

  it('cuts hard links: writing to the source later changes nothing', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const source = await there.plugin()
    await link(join(source, 'dist/index.mjs'), join(folder.path, 'twin'))
    const { directory } = await (await there.open()).install(source)
    await writeFile(join(folder.path, 'twin'), 'evil()')
    expect(await readFile(join(directory, 'dist/index.mjs'), 'utf8')).toBe('export default {}\n')
  })

  it('makes another version the active one, keeps the one before, and keeps its switch', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    await host.install(await there.plugin())
    await host.disable('notes')
    const next = await host.install(await there.plugin({ manifest: { version: '2.0.0' } }))
    expect(next).toMatchObject({ version: '2.0.0', enabled: false, versions: ['2.0.0', '1.0.0'] })
    expect(
      (await listing(join(there.home, 'plugins/local/notes'))).map((line) => line.split(' ')[0]),
    ).toEqual([
      '',
      ...['1.0.0', '2.0.0'].flatMap((version) => [
        version,
        `${version}/.milkbottle`,
        `${version}/.milkbottle/tree.json`,
        `${version}/dist`,
        `${version}/dist/index.mjs`,
        `${version}/plugin.json`,
      ]),
    ])
  })

  it('refuses other content under the same version, unless forced', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const { digest } = await host.install(await there.plugin())
    const other = await there.plugin({ files: { 'more.txt': 'more' } })
    await expectRefusal(there, () => host.install(other), 'MB_PLUGIN_EXISTS')
    const replaced = await host.install(other, { force: true })
    expect(replaced.digest).not.toBe(digest)
    expect(await readFile(join(replaced.directory, 'more.txt'), 'utf8')).toBe('more')
  })

  describe('by whom', () => {
    it('pins the first signer: another key and no signature are refused later', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      await host.install(await there.plugin({ key: acme }))
      const next = { manifest: { version: '1.1.0' } }
      const byMallory = await there.plugin({ ...next, key: mallory })
      const byNobody = await there.plugin(next)
      await expectRefusal(there, () => host.install(byMallory), 'MB_PLUGIN_SIGNER_CHANGED')
      await expectRefusal(there, () => host.install(byNobody), 'MB_PLUGIN_UNSIGNED')
      await expectRefusal(
        there,
        () => host.install(byNobody, { force: true }),
        'MB_PLUGIN_UNSIGNED',
      )
      // Uninstalling does not wash it off; saying so does.
      await host.uninstall('notes')
      await expectRefusal(there, () => host.install(byMallory), 'MB_PLUGIN_SIGNER_CHANGED')
      await host.install(await there.plugin({ key: acme }))
      await host.uninstall('notes', { forgetSigner: true })
      expect(await host.install(byNobody)).toMatchObject({ signature: { status: 'unsigned' } })
    })

    it('asks again before an older version takes the place of a newer one', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      await host.install(await there.plugin({ manifest: { version: '1.10.0' }, key: acme }))
      await host.install(await there.plugin({ manifest: { version: '1.9.0' }, key: acme }))
      expect(there.asked).toHaveLength(2)
      expect(there.asked.at(-1)).toMatchObject({
        replaces: '1.10.0',
        warnings: ['It is older than 1.10.0, which is installed: mended faults may come back'],
      })
    })

    it('says that an archive is called something else than it is', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const source = await there.plugin({ key: acme })
      execFileSync('tar', ['-czf', join(folder.path, 'notes.zip'), '-C', source, '.'])
      await (await there.open()).install(join(folder.path, 'notes.zip'))
      expect(there.asked.at(-1)).toMatchObject({
        warnings: ['It is called "notes.zip", and is a tar.gz'],
      })
    })

    it('says before it installs what it could not run', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const permissions = { exec: [{ command: 'git' }] }
      await (
        await there.open()
      ).install(await there.plugin({ manifest: { permissions }, key: acme }))
      expect(there.asked.at(-1)).toMatchObject({
        warnings: [
          'It cannot be run by this version of MilkBottle: exec, which this version cannot enforce yet',
        ],
      })
    })

    it('accepts a new key that the person names, warns, and pins it', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      await host.install(await there.plugin({ key: acme }))
      const byMallory = await there.plugin({ manifest: { version: '1.1.0' }, key: mallory })
      await host.install(byMallory, { publicKey: mallory.publicKey })
      expect(there.asked.at(-1)).toMatchObject({
        signature: { known: true },
        warnings: ['It is signed by another key than before'],
      })
      const back = await there.plugin({ manifest: { version: '1.2.0' }, key: acme })
      await expectRefusal(there, () => host.install(back), 'MB_PLUGIN_SIGNER_CHANGED')
    })

    it('refuses a package that was signed for another namespace', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      const source = await there.plugin()
      await writePackageMetadata(source, { key: acme, namespace: 'acme' })
      const elsewhere = () => host.install(source, { namespace: 'evil' })
      await expectRefusal(there, elsewhere, 'MB_PLUGIN_NAMESPACE')
      expect(await host.install(source, { namespace: 'acme' })).toMatchObject({ id: 'acme/notes' })
    })

    it('holds a first install to the key that is named', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      const byMallory = await there.plugin({ key: mallory })
      const { publicKey } = acme
      await expectRefusal(
        there,
        () => host.install(byMallory, { publicKey }),
        'MB_PLUGIN_SIGNER_CHANGED',
      )
      const byNobody = await there.plugin()
      await expectRefusal(there, () => host.install(byNobody, { publicKey }), 'MB_PLUGIN_UNSIGNED')
      await expectRefusal(
        there,
        () => host.install(byNobody, { publicKey: 'no key' }),
        'MB_KEY_INVALID',
      )
      expect(await host.install(await there.plugin({ key: acme }), { publicKey })).toMatchObject({
        signature: { keyId: acme.keyId },
      })
    })

    it('asks no more about an update by the same signer that wants nothing more, and about any other', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      const versions = [
        { version: '1.0.0', permissions: { env: ['A', 'B'] } },
        { version: '1.1.0', permissions: { env: ['A'] } },
        { version: '1.2.0', permissions: { env: ['A', 'B'] } },
      ]
      for (const manifest of versions)
        await host.install(await there.plugin({ manifest, key: acme }))
      // Version 1.1.0 gave B up; having had it once is no consent to get it again.
      expect(
        there.asked.map(({ version, added }) => [version, added.map(({ target }) => target)]),
      ).toEqual([
        ['1.0.0', ['A', 'B']],
        ['1.2.0', ['B']],
      ])
      const other = { name: 'other', commands: [] }
      await host.install(await there.plugin({ manifest: other }))
      await host.install(await there.plugin({ manifest: { ...other, version: '1.0.1' } }))
      const signed = { ...other, version: '1.0.2' }
      await host.install(await there.plugin({ manifest: signed, key: acme }))
      expect(there.asked.slice(2).map(({ id, version }) => `${id} ${version}`)).toEqual([
        'local/other 1.0.0',
        'local/other 1.0.1',
        'local/other 1.0.2',
      ])
    })
  })

  describe('command words', () => {
    it('refuses a word of another plugin or of the program before asking, and takes chosen ones', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open({ reservedWords: ['plugin'] })
      await host.install(await there.plugin())
      const other = await there.plugin({
        manifest: {
          name: 'memo',
          commands: [
            { name: 'notes', summary: 'Notes' },
            { name: 'plugin', summary: 'Plugin' },
          ],
        },
      })
      await expectRefusal(there, () => host.install(other), 'MB_COMMAND_CLASH')
      await expect(host.install(other)).rejects.toMatchObject({
        message:
          'Cannot install "local/memo": its command "notes" would be typed as "notes", which belongs to "local/notes"',
        hint: 'Choose another word, as in --word notes=memo:notes',
        details: {
          clashes: [
            { command: 'notes', word: 'notes', owner: '"local/notes"', suggestion: 'memo:notes' },
            {
              command: 'plugin',
              word: 'plugin',
              owner: 'the program itself',
              suggestion: 'memo:plugin',
            },
          ],
        },
      })
      expect(there.asked).toHaveLength(1)
      for (const words of [{ nots: 'x' }, { notes: 'X y' }, { notes: 'a:b:c' }, { notes: '' }])
        await expectRefusal(there, () => host.install(other, { words }), 'MB_COMMAND_WORD')
      await expectRefusal(
        there,
        () => host.install(other, { words: { notes: 'x', plugin: 'x' } }),
        'MB_COMMAND_CLASH',
      )
      await host.install(other, { words: { notes: 'memo:notes', plugin: 'memo-plugin' } })
      expect(
        readCommandIndex(there.home).commands.map(({ word, plugin, command }) => [
          word,
          plugin,
          command,
        ]),
      ).toEqual([
        ['memo-plugin', 'local/memo', 'plugin'],
        ['memo:notes', 'local/memo', 'notes'],
        ['notes', 'local/notes', 'notes'],
      ])
      // An update keeps them.
      const update = {
        name: 'memo',
        version: '1.0.1',
        commands: [{ name: 'notes', summary: 'Notes' }],
      }
      expect((await host.install(await there.plugin({ manifest: update }))).commands).toMatchObject(
        [{ name: 'notes', word: 'memo:notes' }],
      )
    })

    it('a disabled plugin has no commands, and keeps its words', async () => {
      await using folder = await temporaryFolder()
      const there = world(folder.path)
      const host = await there.open()
      await host.install(await there.plugin())
      expect(await host.disable('notes')).toMatchObject({ enabled: false })
      expect(readCommandIndex(there.home).commands).toEqual([])
      const other = await there.plugin({ manifest: { name: 'memo' } })
      await expectRefusal(there, () => host.install(other), 'MB_COMMAND_CLASH')
      expect(await host.enable('local/notes')).toMatchObject({ enabled: true })
      expect(readCommandIndex(there.home).commands.map(({ word }) => word)).toEqual(['notes'])
    })
  })

  it('finds by id and bare name; an ambiguous or unknown one is an error', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const source = await there.plugin()
    await host.install(source)
    await host.install(source, { namespace: 'acme', words: { notes: 'acme-notes' } })
    expect(host.get('Acme/Notes').id).toBe('acme/notes')
    expect(() => host.get('notes')).toThrow(
      expect.objectContaining({
        code: 'MB_PLUGIN_AMBIGUOUS',
        message: 'Cannot tell which plugin "notes" is: acme/notes and local/notes are installed',
        outcome: 'usage',
      }),
    )
    expect(() => host.get('note')).toThrow(
      expect.objectContaining({ code: 'MB_PLUGIN_NOT_FOUND', hint: 'Did you mean "notes"?' }),
    )
    await expectRefusal(there, () => host.uninstall('nothing'), 'MB_PLUGIN_NOT_FOUND')
    await cp(source, join(folder.path, 'copy'), { recursive: true })
    await expectRefusal(there, () => host.install(source, { namespace: '../x' }), 'MB_NAME_INVALID')
  })
})

describe('uninstall()', () => {
  it('removes files, grant and words; data stays, unless purged', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const source = await there.plugin()
    await host.install(source)
    const data = join(there.home, 'data/local/notes')
    await mkdir(data, { recursive: true })
    await writeFile(join(data, 'kept.txt'), 'kept')
    expect((await host.uninstall('notes')).plugin).toMatchObject({ id: 'local/notes' })
    expect(host.list()).toEqual([])
    expect(readCommandIndex(there.home).commands).toEqual([])
    expect(JSON.parse(await readFile(join(there.home, 'grants.json'), 'utf8'))).toEqual({
      version: 2,
      plugins: {},
    })
    expect((await listing(join(there.home, 'plugins'))).map((line) => line.split(' ')[0])).toEqual([
      '',
    ])
    expect(await readFile(join(data, 'kept.txt'), 'utf8')).toBe('kept')
    await using values = new KeyValues(join(there.home, 'kv.db'), 'local/notes')
    await using others = new KeyValues(join(there.home, 'kv.db'), 'local/other')
    await values.set('key', 'kept')
    await others.set('key', 'kept')
    await host.install(source)
    await host.uninstall('notes')
    expect(await values.get('key')).toBe('kept')
    await host.install(source)
    await host.uninstall('notes', { purge: true })
    expect(await listing(join(there.home, 'data'))).toEqual([])
    expect([await values.get('key'), await others.get('key')]).toEqual([undefined, 'kept'])
  })
})

describe('revoke() and approve()', () => {
  it('take the grant away and ask for it again', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    await host.install(await there.plugin({ key: acme, manifest: { permissions: { env: ['A'] } } }))
    const granted = await host.grants('notes')
    await host.revoke('notes')
    expect(await host.grants('notes')).toBeUndefined()
    const nobody = await there.open({ consent: undefined })
    await expectRefusal(there, () => nobody.approve('notes'), 'MB_PLUGIN_CONSENT_NEEDED')
    await host.approve('notes')
    expect(await host.grants('notes')).toEqual({ ...granted, grantedAt: expect.any(String) })
    expect(there.asked.at(-1)).toMatchObject({
      signature: { known: true },
      added: [{ target: 'A' }],
    })
  })

  it('approve() refuses changed files', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const host = await there.open()
    const { directory } = await host.install(await there.plugin())
    await chmod(join(directory, 'dist/index.mjs'), 0o644)
    await writeFile(join(directory, 'dist/index.mjs'), 'evil()')
    await expect(host.approve('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_TAMPERED',
      outcome: 'refused',
      message:
        'Cannot use "local/notes": its installed files were changed after they were verified',
    })
  })
})
