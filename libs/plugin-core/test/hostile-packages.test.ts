import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  generateSigningKey,
  metadataDirectory,
  readDigestTree,
  writePackageMetadata,
} from '@mb/manifest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tarGz, type TarEntry } from '../../manifest/src/archive/hostile-archives.fixture.ts'
import { hostileArchives } from '../../manifest/src/archive/hostile-cases.fixture.ts'
import { hostileManifests } from '../../manifest/src/reading/hostile-manifests.fixture.ts'
import { listing } from '../src/fixtures/listing.ts'
import { openPluginHost } from '../src/host.ts'

/** A file of a package, by its path. */
type Files = Readonly<Record<string, string | Buffer>>

/** A package that is refused, and the same without the one thing that is wrong. */
interface HostilePackage {
  readonly what: string
  readonly code: string
  readonly bad: () => Promise<Buffer>
  readonly control: () => Promise<Buffer>
}

// The smallest plugin: its own manifest is its program.
const manifest = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: plugin.yaml
runtime: executable
`
const sbom = '{"bomFormat":"CycloneDX","specVersion":"1.6"}'
const key = generateSigningKey()
const files: Files = { 'plugin.yaml': manifest, 'readme.txt': 'Read me' }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-hostile-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function packed(content: Files): Buffer {
  return tarGz(Object.entries(content).map(([name, text]): TarEntry => ({ name, content: text })))
}

/** The files of a signed package. */
async function signed(content: Files = files): Promise<Files> {
  const place = await mkdtemp(join(folder, 'source-'))
  for (const [name, text] of Object.entries(content)) await writeFile(join(place, name), text)
  await writePackageMetadata(place, { key, sbom })
  const names = ['tree.json', 'statement.json', 'key.pub', 'sbom.json']
  const metadata = await Promise.all(
    names.map(
      async (name) =>
        [
          `${metadataDirectory}/${name}`,
          await readFile(join(place, metadataDirectory, name), 'utf8'),
        ] as const,
    ),
  )
  return { ...content, ...Object.fromEntries(metadata) }
}

/** A signed package, and the same after somebody had it in their hands. */
function changed(what: string, code: string, change: (before: Files) => Files): HostilePackage {
  return {
    what,
    code,
    bad: async () => packed(change(await signed())),
    control: async () => packed(await signed()),
  }
}

function without(path: string): (before: Files) => Files {
  return (before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== path))
}

const unsigned = (what: string, code: string, bad: Files): HostilePackage => ({
  what,
  code,
  bad: async () => packed(bad),
  control: async () => packed(files),
})

const { statement, tree, pub, contents } = {
  statement: `${metadataDirectory}/statement.json`,
  tree: `${metadataDirectory}/tree.json`,
  pub: `${metadataDirectory}/key.pub`,
  contents: `${metadataDirectory}/sbom.json`,
}

const changedPackages: readonly HostilePackage[] = [
  unsigned('no manifest', 'MB_MANIFEST_MISSING', { 'readme.txt': 'x' }),
  unsigned('two manifests', 'MB_MANIFEST_AMBIGUOUS', { ...files, 'plugin.json': '{}' }),
  unsigned('a manifest that is no UTF-8', 'MB_MANIFEST_INVALID', {
    'plugin.yaml': Buffer.concat([Buffer.from(manifest), Buffer.from([0x23, 0xff])]),
  }),
  unsigned('a manifest that is a folder', 'MB_MANIFEST_MISSING', { 'plugin.yaml/x': '' }),
  unsigned('an entry that is not there', 'MB_PLUGIN_ENTRY_MISSING', {
    'plugin.yaml': manifest.replace('entry: plugin.yaml', 'entry: run.mjs'),
  }),
  changed('a file more', 'MB_DIGEST_MISMATCH', (all) => ({ ...all, 'evil.mjs': '' })),
  changed('a file less', 'MB_DIGEST_MISMATCH', without('readme.txt')),
  changed('another content', 'MB_DIGEST_MISMATCH', (all) => ({ ...all, 'readme.txt': 'Read mE' })),
  changed('another manifest', 'MB_DIGEST_MISMATCH', (all) => ({
    ...all,
    'plugin.yaml': `${manifest}keywords: [x]\n`,
  })),
  changed('a tree of another digest', 'MB_DIGEST_MISMATCH', (all) => ({
    ...all,
    [tree]: String(all[tree]).replace('"644"', '"755"'),
  })),
  changed('no tree', 'MB_PACKAGE_FILE', without(tree)),
  changed('a signature without its key', 'MB_PACKAGE_FILE', without(pub)),
  changed('a key without its signature', 'MB_PACKAGE_FILE', without(statement)),
  changed('something else beside the signature', 'MB_PACKAGE_FILE', (all) => ({
    ...all,
    [`${metadataDirectory}/run.sh`]: '',
  })),
  changed('the metadata in another case', 'MB_PACKAGE_FILE', (all) => ({
    ...without(pub)(without(contents)(without(tree)(without(statement)(all)))),
    '.MilkBottle/tree.json': '',
  })),
  changed('the key of somebody else', 'MB_SIGNATURE_INVALID', (all) => ({
    ...all,
    [pub]: generateSigningKey().publicKey,
  })),
  changed('a key that is none', 'MB_KEY_INVALID', (all) => ({ ...all, [pub]: 'key' })),
  changed('a signature that is none', 'MB_SIGNATURE_MALFORMED', (all) => ({
    ...all,
    [statement]: '{}',
  })),
  changed('another list of contents', 'MB_SIGNATURE_INVALID', (all) => ({
    ...all,
    [contents]: `${sbom} `,
  })),
  changed('no list of contents any more', 'MB_SIGNATURE_INVALID', without(contents)),
  changed('a list of contents that is none', 'MB_PACKAGE_FILE', (all) => ({
    ...all,
    [contents]: '{}',
  })),
  {
    what: 'the signature of another package',
    code: 'MB_SIGNATURE_INVALID',
    bad: async () => {
      const own = await signed()
      const other = await signed({ ...files, 'evil.mjs': '' })
      return packed({ ...other, [statement]: own[statement] ?? '' })
    },
    control: async () => packed(await signed({ ...files, 'evil.mjs': '' })),
  },
]

const archives: readonly HostilePackage[] = hostileArchives({
  name: 'plugin.yaml',
  content: manifest,
})
  // These have smaller limits than a host has.
  .filter(({ options }) => options === undefined)
  .map(({ what, code, archive, control }) => ({
    what,
    code,
    bad: async () => archive,
    control: async () => control,
  }))

const manifests: readonly HostilePackage[] = hostileManifests.map(
  ({ what, code, bad, control, format = 'yaml' }) => {
    const name = `plugin.${format}`
    return {
      what: `manifest: ${what}`,
      code: code === 'too-large' ? 'MB_MANIFEST_TOO_LARGE' : 'MB_MANIFEST_INVALID',
      bad: async () => packed({ [name]: bad, 'run.mjs': '' }),
      control: async () => packed({ [name]: control, 'run.mjs': '' }),
    }
  },
)

const packages = [...archives, ...manifests, ...changedPackages]
const mechanisms = new Set(packages.map(({ what }) => what.replace(/^(?:tar\.gz|zip): /, '')))

async function install(archive: Buffer): Promise<unknown> {
  await writeFile(join(folder, 'archive'), archive)
  const host = await openPluginHost({ home: join(folder, 'home'), consent: async () => true })
  // Some controls need other plugins, which are not to be had here.
  return await host.install(join(folder, 'archive'), { dependencies: false })
}

describe(`install() of ${packages.length} hostile packages, ${mechanisms.size} mechanisms`, () => {
  it('has at least 60 mechanisms, none of them twice in one form', () => {
    expect(mechanisms.size).toBeGreaterThanOrEqual(60)
    expect(new Set(packages.map(({ what }) => what)).size).toBe(packages.length)
  })

  it.each(packages)('refuses $what and leaves nothing on disk', async ({ bad, code, control }) => {
    const evil = await bad()
    const home = join(folder, 'home')
    await mkdir(home, { mode: 0o700 })
    const before = await listing(home)
    await expect(install(evil)).rejects.toMatchObject({ code })
    expect(await listing(home)).toEqual(before)

    expect(await install(await control())).toMatchObject({ version: expect.any(String) })
    expect((await readDigestTree(home)).files.length).toBeGreaterThan(1)
  })
})
