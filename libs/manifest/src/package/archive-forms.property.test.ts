import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { extractArchive } from '../archive/extract-archive.ts'
import { tarGz, zip } from '../archive/hostile-archives.fixture.ts'
import { readDigestTree, type DigestTree } from './digest-tree.ts'
import { pathKey, whyBadPath } from './package-path.ts'
import { generateSigningKey } from './signing-key.ts'
import { verifyPackage } from './verify-package.ts'
import { writePackageMetadata } from './write-package-metadata.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 500 : 25

interface File {
  readonly path: string
  readonly content: Buffer
  readonly isExecutable: boolean
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-forms-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      'index.mjs',
      'a',
      'ä.txt',
      '日本',
      '.hidden',
      'package',
      'x y',
      '-f',
      'PaxHeader',
    ),
  )
  .filter((text) => !text.includes('/') && whyBadPath(text) === undefined)

const file: fc.Arbitrary<File> = fc.record({
  path: fc
    .array(name, { minLength: 1, maxLength: 4 })
    .map((names) => names.join('/'))
    // The tar builder of this test writes no long names.
    .filter((path) => whyBadPath(path) === undefined && Buffer.byteLength(path) < 80),
  content: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  isExecutable: fc.boolean(),
})

/** Files of which none is another's folder, and no two are one on some system. */
const files = fc.array(file, { maxLength: 8 }).map((all) => {
  const taken = new Set(['plugin.json', '.milkbottle', 'package.json'])
  return all.filter(({ path }) => {
    const names = path.split('/')
    const folders = names.map((_, index) => pathKey(names.slice(0, index + 1).join('/')))
    if (folders.some((key) => taken.has(key))) return false
    for (const key of folders) taken.add(key)
    return true
  })
})

const manifest = JSON.stringify({
  name: 'notes',
  version: '1.0.0',
  description: 'Takes notes',
  author: 'Acme',
  license: 'MIT',
  entry: 'dist/index.mjs',
})

async function write(directory: string, all: readonly File[]): Promise<void> {
  for (const { path, content, isExecutable } of all) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
    await chmod(join(directory, path), isExecutable ? 0o755 : 0o644)
  }
}

/** The files of a folder, its metadata with them. */
async function read(directory: string): Promise<readonly File[]> {
  const { files: listed } = await readDigestTree(directory)
  const own = await readdir(join(directory, '.milkbottle'))
  const metadata = own.map((each) => ({ path: `.milkbottle/${each}`, mode: '644' }))
  return await Promise.all(
    [...listed, ...metadata].map(async ({ path, mode }) => ({
      path,
      content: await readFile(join(directory, path)),
      isExecutable: mode === '755',
    })),
  )
}

const tarEntries = (all: readonly File[], prefix = ''): Parameters<typeof tarGz>[0] =>
  all.map(({ path, content, isExecutable }) => ({
    name: `${prefix}${path}`,
    content,
    mode: isExecutable ? 0o755 : 0o644,
  }))

const zipEntries = (all: readonly File[], deflate: boolean): Parameters<typeof zip>[0] =>
  all.map(({ path, content, isExecutable }) => ({
    name: path,
    content,
    deflate,
    mode: isExecutable ? 0o100755 : 0o100644,
  }))

/** Every form that is read, by what people call it. */
const forms: Readonly<Record<string, (all: readonly File[]) => Buffer>> = {
  'a zip': (all) => zip(zipEntries(all, true)),
  'a zip that compresses nothing': (all) => zip(zipEntries(all, false)),
  'a wheel': (all) => zip(zipEntries(all.toReversed(), true)),
  'a tar.gz': (all) => tarGz(tarEntries(all)),
  'a tgz in another order': (all) => tarGz(tarEntries(all.toReversed())),
  'a tar.gz of "."': (all) => tarGz([{ name: './', type: '5' }, ...tarEntries(all, './')]),
  'a tarball of npm': (all) => tarGz(tarEntries(all, 'package/')),
}

async function unpacked(archive: Buffer): Promise<string> {
  const place = await mkdtemp(join(folder, 'form-'))
  await writeFile(join(place, 'archive'), archive)
  await extractArchive(join(place, 'archive'), join(place, 'out'))
  return join(place, 'out')
}

describe('a package has one digest and one signature, in every form', () => {
  it.each(Object.entries(forms))(
    '%s',
    async (_, pack) => {
      const key = generateSigningKey()
      await fc.assert(
        fc.asyncProperty(files, async (all) => {
          const source = await mkdtemp(join(folder, 'source-'))
          await write(source, all)
          await writeFile(join(source, 'plugin.json'), manifest)
          const { tree, signature } = await writePackageMetadata(source, {
            key,
            sbom: '{"spdxVersion":"SPDX-2.3"}',
          })
          const out = await unpacked(pack(await read(source)))
          const facts = await verifyPackage(out)
          expect({ tree: facts.tree, signature: facts.signature }).toEqual({ tree, signature })
        }),
        { numRuns: runs },
      )
    },
    600_000,
  )
})

async function writeSource(): Promise<{ readonly directory: string; readonly tree: DigestTree }> {
  const directory = join(folder, 'notes')
  await write(directory, [
    { path: 'plugin.json', content: Buffer.from(manifest), isExecutable: false },
    { path: 'dist/index.mjs', content: Buffer.from('export {}\n'), isExecutable: false },
    { path: 'bin/run', content: Buffer.from('#!/bin/sh\n'), isExecutable: true },
    {
      path: 'package.json',
      content: Buffer.from('{"name":"notes","version":"1.0.0","bin":"bin/run"}'),
      isExecutable: false,
    },
  ])
  return { directory, tree: await readDigestTree(directory) }
}

describe('the digest of what real tools pack is that of the folder', () => {
  it.each([
    ['tar', ['-czf', 'archive.tgz', '-C', 'notes', '.']],
    ['npm', ['pack', './notes', '--ignore-scripts', '--offline', '--loglevel=error']],
  ] as const)('%s', async (command, words) => {
    const { tree } = await writeSource()
    await promisify(execFile)(command, words, { cwd: folder })
    const archive = command === 'tar' ? 'archive.tgz' : 'notes-1.0.0.tgz'
    const out = await unpacked(await readFile(join(folder, archive)))
    expect(await readDigestTree(out)).toEqual(tree)
  })

  it('archiver, as zip and as tar.gz', async () => {
    const { directory, tree } = await writeSource()
    const { ZipArchive, TarArchive } = await import('archiver')
    for (const archive of [new ZipArchive({}), new TarArchive({ gzip: true })]) {
      archive.directory(directory, false)
      const [bytes] = await Promise.all([buffer(archive), archive.finalize()])
      expect(await readDigestTree(await unpacked(bytes))).toEqual(tree)
    }
  })
})
