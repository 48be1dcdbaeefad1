import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tarGz, zip, type ZipEntry } from '../archive/hostile-archives.fixture.ts'
import { peekArchive, type ArchivedManifest, type PeekOptions } from './peek-archive.ts'

const manifest = 'name: notes\nversion: 1.0.0\n'
const others: readonly ZipEntry[] = [
  { name: '.milkbottle/files.json', content: '{}' },
  { name: 'dist/index.mjs', content: 'export default {}' },
]

/** What is seen in an archive of these bytes; nothing else is left beside it. */
async function peek(
  name: string,
  bytes: Buffer,
  options?: PeekOptions,
): Promise<ArchivedManifest | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-peek-'))
  try {
    await writeFile(join(folder, name), bytes)
    return await peekArchive(join(folder, name), options)
  } finally {
    expect(await readdir(folder)).toEqual([name])
    await rm(folder, { recursive: true })
  }
}

describe('peekArchive()', () => {
  const content = { name: 'plugin.yaml', content: manifest }

  it.each([
    ['notes.zip', zip([...others, content]), 'plugin.yaml'],
    ['notes.whl', zip([...others, { ...content, deflate: true }]), 'plugin.yaml'],
    ['notes.tar.gz', tarGz([{ name: 'dist/a', content: 'a' }, content]), 'plugin.yaml'],
    ['notes.tgz', tarGz([{ ...content, name: 'package/plugin.json' }]), 'plugin.json'],
    ['of-tar.tar.gz', tarGz([{ ...content, name: './plugin.yml' }]), 'plugin.yml'],
  ])('finds the manifest in %s', async (name, bytes, file) => {
    expect(await peek(name, bytes)).toEqual({ file, bytes: Buffer.from(manifest) })
  })

  const packed = { name: 'package/plugin.yaml', content: 'name: harmless\nversion: 9.0.0\n' }

  it.each([
    ['first, in a zip', zip([packed, content])],
    ['first, in a tar', tarGz([packed, content])],
    ['last, in a zip', zip([content, packed])],
    ['last, in a tar', tarGz([content, packed])],
  ])(
    'reads the manifest that is installed where another lies in "package" %s',
    async (_, bytes) => {
      expect(await peek('notes', bytes)).toEqual({
        file: 'plugin.yaml',
        bytes: Buffer.from(manifest),
      })
    },
  )

  it.each([
    ['in a zip', zip([packed, { name: 'index.mjs', content: '' }])],
    ['in a tar', tarGz([packed, { name: 'a', type: '5' }])],
  ])('finds none in "package" where something lies beside it %s', async (_, bytes) => {
    expect(await peek('notes', bytes)).toBeUndefined()
  })

  it.each([
    ['deeper in a zip', zip([{ ...content, name: 'a/plugin.yaml' }])],
    ['deeper in a tar', tarGz([{ ...content, name: 'a/plugin.yaml' }])],
    ['as a folder', tarGz([{ name: 'plugin.yaml', type: '5' }])],
  ])('finds none that lies %s', async (_, bytes) => {
    expect(await peek('notes', bytes)).toBeUndefined()
  })

  it.each<readonly [string, Buffer, string]>([
    ['no archive', Buffer.from('plugin.yaml'), 'MB_ARCHIVE_FORM'],
    ['an archive of another form', Buffer.from('BZh91AY&SY'), 'MB_ARCHIVE_FORM'],
    ['a zip that is cut off', zip([content]).subarray(0, 40), 'MB_ARCHIVE_BROKEN'],
    ['a tar that is cut off', tarGz([content]).subarray(0, 30), 'MB_ARCHIVE_BROKEN'],
    [
      'a link for a manifest',
      tarGz([{ name: 'plugin.yaml', type: '2', link: '/etc/passwd' }]),
      'MB_ARCHIVE_LINK',
    ],
    ['a link in a zip', zip([{ ...content, mode: 0o120777 }]), 'MB_ARCHIVE_LINK'],
    [
      'a bomb before the manifest',
      tarGz([{ name: 'dist/a', content: Buffer.alloc(8_000_000) }, content]),
      'MB_ARCHIVE_TOO_LARGE',
    ],
    [
      'a manifest that never ends',
      zip([{ ...content, content: Buffer.alloc(1024 * 1024 + 1, 'a') }]),
      'MB_MANIFEST_TOO_LARGE',
    ],
    [
      'a manifest of another size than it says',
      zip([{ ...content, size: 3 }]),
      'MB_ARCHIVE_BROKEN',
    ],
    ['two entries over each other', zip([content, { ...content, sameAs: 0 }]), 'MB_ARCHIVE_BROKEN'],
  ])('refuses %s', async (_, bytes, code) => {
    await expect(peek('notes.zip', bytes)).rejects.toMatchObject({ code })
  })

  it('passes over in a zip what a tar would have to unpack, which is bounded', async () => {
    const big = { name: 'dist/a', content: Buffer.alloc(900_000, 'abcdefgh'), deflate: true }
    const options = { maxUnpackedBytes: 500_000 }
    const found = await peek('notes.zip', zip([big, content]), options)
    expect(found?.file).toBe('plugin.yaml')
    await expect(peek('notes.tgz', tarGz([big, content]), options)).rejects.toMatchObject({
      code: 'MB_ARCHIVE_TOO_LARGE',
    })
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(peek('notes.tgz', tarGz([content]), { signal })).rejects.toThrow('enough')
  })
})
