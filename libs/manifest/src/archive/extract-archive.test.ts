import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManifestErrorCode } from '../manifest-error.ts'
import { extractArchive, type ExtractOptions } from './extract-archive.ts'
import {
  paxRecord,
  tarEntry,
  tarGz,
  zip,
  type TarEntry,
  type ZipEntry,
} from './hostile-archives.fixture.ts'

const good = { name: 'plugin.yaml', content: 'name: notes\n' }
const big = Buffer.alloc(2 * 1024 * 1024)

/** Small ones, so that the limit is met while one of them is being written. */
function manyFiles(count: number): readonly { readonly name: string; readonly content: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `file-${index}`,
    content: 'x'.repeat(5000),
  }))
}

interface Case {
  readonly what: string
  readonly code: ManifestErrorCode
  readonly archive: Buffer
  /** The same without the one thing that is wrong: it extracts, so it was that thing. */
  readonly control: Buffer
  readonly options?: ExtractOptions
  readonly says?: string
}

/** A name that no archive may hold, in both forms, beside a good one in the same place. */
function badName(
  what: string,
  name: string,
  code: ManifestErrorCode = 'MB_ARCHIVE_PATH',
): readonly Case[] {
  const entry = { name, content: 'x' }
  const control = { name: 'good.txt', content: 'x' }
  return [
    {
      what: `tar.gz: ${what}`,
      code,
      archive: tarGz([good, entry]),
      control: tarGz([good, control]),
    },
    { what: `zip: ${what}`, code, archive: zip([good, entry]), control: zip([good, control]) },
  ]
}

function tarCase(
  what: string,
  code: ManifestErrorCode,
  bad: TarEntry | readonly (TarEntry | Buffer)[],
  control: readonly (TarEntry | Buffer)[] = [{ name: 'x' }],
): Case {
  const entries = 'name' in bad ? [bad] : bad
  return {
    what: `tar.gz: ${what}`,
    code,
    archive: tarGz([good, ...entries]),
    control: tarGz([good, ...control]),
  }
}

function zipCase(
  what: string,
  code: ManifestErrorCode,
  bad: readonly ZipEntry[],
  control: readonly ZipEntry[] = [{ name: 'x' }],
): Case {
  return {
    what: `zip: ${what}`,
    code,
    archive: zip([good, ...bad]),
    control: zip([good, ...control]),
  }
}

const pax = (...records: readonly string[]): Buffer =>
  tarEntry({ name: 'PaxHeader', type: 'x', content: records.join('') })

const unicodePath = (name: string): Buffer =>
  Buffer.concat([Buffer.from([0x75, 0x70, 0x06, 0x00, 0x01, 0, 0, 0, 0]), Buffer.from(name)])

const cases: readonly Case[] = [
  ...badName('a name that leads upwards', '../escaped.txt'),
  ...badName('a name that leads upwards inside', 'a/../../escaped.txt'),
  ...badName('an absolute name', '/tmp/escaped.txt'),
  ...badName('a drive letter', 'C:evil.txt'),
  ...badName('a backslash', 'a\\..\\evil.txt'),
  ...badName('a line feed', 'a\nb'),
  ...badName('a reordering character', 'invoice\u202Efdp.exe'),
  ...badName('a device of Windows', 'con.txt'),
  ...badName('a device of Windows as a folder', 'aux/x.txt'),
  ...badName('a last dot', 'x.txt.'),
  ...badName('a last space', 'x '),
  ...badName('a stream of NTFS', 'plugin.yaml:evil'),
  ...badName('a "." in the middle', 'a/./b'),
  ...badName('an empty name in the middle', 'a//b'),
  ...badName('a name that is not in NFC', 'e\u0301.txt'),
  ...badName('25 folders', `${'a/'.repeat(25)}b`),
  ...badName('the same name twice', 'plugin.yaml', 'MB_ARCHIVE_DUPLICATE'),
  ...badName('a name that differs in case alone', 'PLUGIN.yaml', 'MB_ARCHIVE_DUPLICATE'),
  ...badName('a file below a file', 'plugin.yaml/x', 'MB_ARCHIVE_DUPLICATE'),
  tarCase(
    'a name that is long by its prefix',
    'MB_ARCHIVE_PATH',
    { name: 'a'.repeat(99), prefix: 'b'.repeat(150) },
    [{ name: 'a'.repeat(99), prefix: 'b'.repeat(100) }],
  ),
  tarCase('names that differ in the case of other letters', 'MB_ARCHIVE_DUPLICATE', [
    { name: 'straße.txt' },
    { name: 'STRASSE.txt' },
  ]),
  zipCase('names that differ in compatibility alone', 'MB_ARCHIVE_DUPLICATE', [
    { name: 'ﬁle.txt' },
    { name: 'file.txt' },
  ]),
  tarCase('a folder that is a file', 'MB_ARCHIVE_DUPLICATE', [
    { name: 'a/b' },
    { name: 'a', content: 'x' },
  ]),
  tarCase(
    'a folder twice',
    'MB_ARCHIVE_DUPLICATE',
    [
      { name: 'a/', type: '5' },
      { name: 'a/', type: '5' },
    ],
    [{ name: 'a/', type: '5' }, { name: 'a/b' }],
  ),
  tarCase('a symbolic link', 'MB_ARCHIVE_LINK', { name: 'x', type: '2', link: '/etc/passwd' }),
  tarCase('a link that a later entry writes through', 'MB_ARCHIVE_LINK', [
    { name: 'out', type: '2', link: '/tmp' },
    { name: 'out/escaped.txt' },
  ]),
  tarCase('a hard link', 'MB_ARCHIVE_LINK', { name: 'x', type: '1', link: 'plugin.yaml' }),
  zipCase('a symbolic link', 'MB_ARCHIVE_LINK', [
    { name: 'x', mode: 0o120777, content: '/etc/passwd' },
  ]),
  tarCase('a character device', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: '3' }),
  tarCase('a block device', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: '4' }),
  tarCase('a named pipe', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: '6' }),
  tarCase('a sparse file', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: 'S' }),
  zipCase('a device', 'MB_ARCHIVE_SPECIAL', [{ name: 'x', mode: 0o020644 }]),
  tarCase('a setuid program', 'MB_ARCHIVE_SPECIAL', { name: 'x', mode: 0o4755 }, [
    { name: 'x', mode: 0o755 },
  ]),
  zipCase(
    'a setgid program',
    'MB_ARCHIVE_SPECIAL',
    [{ name: 'x', mode: 0o102755 }],
    [{ name: 'x', mode: 0o100755 }],
  ),
  tarCase(
    'a name out of a pax record',
    'MB_ARCHIVE_PATH',
    [pax(paxRecord('path', '../escaped.txt')), { name: 'innocent.txt' }],
    [pax(paxRecord('path', 'longer.txt')), { name: 'innocent.txt' }],
  ),
  tarCase(
    'a size out of a pax record',
    'MB_ARCHIVE_BROKEN',
    [pax(paxRecord('size', '0')), { name: 'x', content: 'y'.repeat(512) }],
    [
      pax(paxRecord('size', '512'), paxRecord('mtime', '0')),
      { name: 'x', content: 'y'.repeat(512) },
    ],
  ),
  tarCase('a pax record twice', 'MB_ARCHIVE_BROKEN', [
    pax(paxRecord('path', 'a'), paxRecord('path', 'b')),
    { name: 'x' },
  ]),
  tarCase('a pax record of a wrong length', 'MB_ARCHIVE_BROKEN', [
    pax('99 path=a\n'),
    { name: 'x' },
  ]),
  tarCase(
    'a name for all entries',
    'MB_ARCHIVE_BROKEN',
    [tarEntry({ name: 'g', type: 'g', content: paxRecord('path', 'x') }), { name: 'y' }],
    [tarEntry({ name: 'g', type: 'g', content: paxRecord('comment', 'x') }), { name: 'y' }],
  ),
  tarCase(
    'two long names',
    'MB_ARCHIVE_BROKEN',
    [
      tarEntry({ name: '././@LongLink', type: 'L', content: 'a\0' }),
      pax(paxRecord('path', 'b')),
      { name: 'x' },
    ],
    [tarEntry({ name: '././@LongLink', type: 'L', content: 'a\0' }), { name: 'x' }],
  ),
  tarCase(
    'a folder with content',
    'MB_ARCHIVE_BROKEN',
    [{ name: 'a/', type: '5', content: tarEntry({ name: 'hidden.txt' }) }],
    [{ name: 'a/', type: '5' }],
  ),
  tarCase('a binary size', 'MB_ARCHIVE_BROKEN', [
    { name: 'x', sizeField: '\x80\0\0\0\0\0\0\0\0\0\0\0' },
  ]),
  tarCase('a size that is longer than the archive', 'MB_ARCHIVE_BROKEN', { name: 'x', size: 5000 }),
  {
    what: 'tar.gz: entries after its end',
    code: 'MB_ARCHIVE_BROKEN',
    archive: tarGz([good, Buffer.alloc(1024), { name: 'hidden.txt' }]),
    control: tarGz([good, { name: 'hidden.txt' }]),
  },
  {
    what: 'tar.gz: text after its end',
    code: 'MB_ARCHIVE_BROKEN',
    archive: tarGz([good], Buffer.concat([Buffer.alloc(1024), Buffer.from('x'.repeat(512))])),
    control: tarGz([good], Buffer.alloc(10_240)),
  },
  {
    what: 'tar.gz: no end',
    code: 'MB_ARCHIVE_BROKEN',
    archive: tarGz([good], Buffer.alloc(0)),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: bytes after the gzip stream',
    code: 'MB_ARCHIVE_BROKEN',
    archive: Buffer.concat([tarGz([good]), Buffer.from('trailing')]),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: zeros after the gzip stream',
    code: 'MB_ARCHIVE_BROKEN',
    archive: Buffer.concat([tarGz([good]), Buffer.alloc(64)]),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: half of it',
    code: 'MB_ARCHIVE_BROKEN',
    archive: tarGz([good]).subarray(0, 60),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: gzip around something else',
    code: 'MB_ARCHIVE_BROKEN',
    archive: gzipSync('this is no tar, but long enough for a block '.repeat(30)),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: no files',
    code: 'MB_ARCHIVE_BROKEN',
    archive: tarGz([]),
    control: tarGz([good]),
  },
  {
    what: 'tar.gz: a bomb',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: tarGz([good, { name: 'x', content: big }]),
    control: tarGz([good, { name: 'x', content: big.subarray(0, 900_000) }]),
  },
  {
    what: 'tar.gz: a bomb of many files',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: tarGz([good, ...manyFiles(300)]),
    control: tarGz([good, ...manyFiles(100)]),
  },
  {
    what: 'zip: a bomb',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: zip([good, { name: 'x', content: big, deflate: true }]),
    control: zip([good, { name: 'x', content: big.subarray(0, 900_000), deflate: true }]),
  },
  {
    what: 'zip: a bomb that says it is small',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good, { name: 'x', content: big, deflate: true, size: 10 }]),
    control: zip([good, { name: 'x', content: 'y', deflate: true }]),
  },
  zipCase('a size that is larger than the content', 'MB_ARCHIVE_BROKEN', [
    { name: 'x', content: 'y', deflate: true, size: 10 },
  ]),
  {
    what: 'zip: entries that share their data',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good, { ...good, name: 'plugin.yaml2', sameAs: 0 }]),
    control: zip([good, { name: 'plugin.yaml2' }]),
  },
  zipCase('two names for one entry', 'MB_ARCHIVE_BROKEN', [{ name: 'x', localName: 'y' }]),
  zipCase(
    'a second name in an extra field',
    'MB_ARCHIVE_BROKEN',
    [{ name: 'x', extra: unicodePath('z') }],
    [{ name: 'x', extra: unicodePath('x') }],
  ),
  zipCase('two methods for one entry', 'MB_ARCHIVE_BROKEN', [{ name: 'x', localMethod: 8 }]),
  zipCase('a wrong checksum', 'MB_ARCHIVE_BROKEN', [{ name: 'x', content: 'y', checksum: 1 }]),
  zipCase('a file that says it is a folder', 'MB_ARCHIVE_BROKEN', [{ name: 'x', mode: 0o040755 }]),
  zipCase(
    'a folder with content',
    'MB_ARCHIVE_BROKEN',
    [{ name: 'x/', content: 'y' }],
    [{ name: 'x/', mode: 0o040755 }],
  ),
  zipCase('a name that is no UTF-8', 'MB_ARCHIVE_PATH', [{ name: Buffer.from([0x61, 0xff]) }]),
  zipCase(
    'a name in an old code page',
    'MB_ARCHIVE_PATH',
    [{ name: Buffer.from([0x84]), flags: 0 }],
    [{ name: 'ä', flags: 0 }],
  ),
  zipCase('an encrypted entry', 'MB_ARCHIVE_FORM', [
    { name: 'x', flags: 0x801, content: 'y'.repeat(20), size: 8 },
  ]),
  zipCase('another compression', 'MB_ARCHIVE_FORM', [{ name: 'x', method: 12 }]),
  {
    what: 'zip: bytes before it',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good], { before: zip([{ name: 'hidden.txt' }]) }),
    control: zip([good]),
  },
  {
    what: 'zip: an entry that its directory does not list',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good], { beforeDirectory: Buffer.from('PK\x03\x04 hidden') }),
    control: zip([good]),
  },
  {
    what: 'zip: another end in its comment',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good], { comment: Buffer.from('PK\x01\x02') }),
    control: zip([good], { comment: Buffer.from('0123456789abcdef') }),
  },
  {
    what: 'zip: more entries than it lists',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good, { name: 'x' }], { count: 1 }),
    control: zip([good, { name: 'x' }]),
  },
  {
    what: 'zip: half of it',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([good]).subarray(0, 40),
    control: zip([good]),
  },
  {
    what: 'zip: no files',
    code: 'MB_ARCHIVE_BROKEN',
    archive: zip([]),
    control: zip([good]),
  },
  {
    what: 'too many files',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: tarGz([good, { name: 'a' }, { name: 'b' }]),
    control: tarGz([good, { name: 'a' }]),
    options: { limits: { maxFiles: 2 } },
  },
  {
    what: 'too many folders',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: zip([
      good,
      ...Array.from({ length: 20 }, (_, index) => ({ name: `${index}/`, mode: 0o040755 })),
    ]),
    control: zip([good, { name: 'a/', mode: 0o040755 }]),
    options: { limits: { maxFiles: 2 } },
  },
  {
    what: 'an archive over the limit',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: zip([{ ...good, content: 'x'.repeat(500) }]),
    control: zip([good]),
    options: { limits: { maxArchiveBytes: 400 } },
  },
  {
    what: 'content over the limit',
    code: 'MB_ARCHIVE_TOO_LARGE',
    archive: zip([good, { name: 'x', content: 'x'.repeat(2000) }]),
    control: zip([good, { name: 'x', content: 'x'.repeat(500) }]),
    options: { limits: { maxUnpackedBytes: 1000 } },
  },
  ...(
    [
      ['tar.bz2', Buffer.from('BZh91AY&SY')],
      ['tar.xz', Buffer.from('\xFD7zXZ\0', 'latin1')],
      ['tar.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
      ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
      ['rar', Buffer.from('Rar!\x1a\x07')],
      ['tar', Buffer.concat([tarEntry(good), Buffer.alloc(1024)])],
    ] as const
  ).map(([form, archive]) => ({
    what: `a ${form} file`,
    code: 'MB_ARCHIVE_FORM' as const,
    archive,
    control: tarGz([good]),
    says: `it is a ${form} file, which is not read`,
  })),
  {
    what: 'an empty file',
    code: 'MB_ARCHIVE_FORM',
    archive: Buffer.alloc(0),
    control: tarGz([good]),
  },
]

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-archive-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function extract(
  archive: Buffer,
  options?: ExtractOptions,
): ReturnType<typeof extractArchive> {
  await writeFile(join(folder, 'archive'), archive)
  return extractArchive(join(folder, 'archive'), join(folder, 'out'), options)
}

describe('extractArchive() refuses, and leaves nothing behind:', () => {
  it.each(cases)('$what', async ({ archive, code, control, options, says = '' }) => {
    await expect(extract(archive, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^Cannot extract archive: /),
      hint: expect.stringMatching(/./),
    })
    await expect(extract(archive, options)).rejects.toThrow(says)
    expect(await readdir(folder)).toEqual(['archive'])
    expect(existsSync('/tmp/escaped.txt')).toBe(false)

    await extract(control, options)
    expect(await readFile(join(folder, 'out', 'plugin.yaml'), 'utf8')).toMatch(
      /^(?:name: notes\n|x+)$/,
    )
  })

  it('a folder that exists, a file that is not there, a folder as the archive', async () => {
    await mkdir(join(folder, 'out'))
    await expect(extract(zip([good]))).rejects.toMatchObject({ code: 'MB_ARCHIVE_DESTINATION' })
    const out = join(folder, 'out2')
    await expect(extractArchive(join(folder, 'none'), out)).rejects.toMatchObject({
      code: 'MB_ARCHIVE_MISSING',
      outcome: 'not-found',
    })
    await expect(extractArchive(folder, out)).rejects.toMatchObject({ code: 'MB_ARCHIVE_FORM' })
    expect((await readdir(folder)).toSorted()).toEqual(['archive', 'out'])
  })

  it('names that attack a terminal, without repeating the attack', async () => {
    const error: unknown = await extract(zip([good, { name: '../\u001B[2J\u202Ex' }])).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'MB_ARCHIVE_PATH' })
    expect(String(error)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('a named pipe, at once', async () => {
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
    await expect(extractArchive(join(folder, 'pipe'), join(folder, 'out'))).rejects.toMatchObject({
      code: 'MB_ARCHIVE_FORM',
    })
  })
})

describe('extractArchive()', () => {
  it.each([
    ['tar.gz', tarGz],
    ['zip', zip],
  ] as const)('extracts a %s with its modes, told by its content', async (form, build) => {
    const archive = build([
      good,
      { name: 'bin/run', content: '#!/bin/sh\n', mode: form === 'zip' ? 0o100700 : 0o700 },
      { name: 'deep/er/ä.txt', content: 'ä' },
    ])
    expect(await extract(archive)).toEqual({ form, files: 3, bytes: 24 })
    const out = join(folder, 'out')
    expect((await readdir(out, { recursive: true })).toSorted()).toEqual([
      'bin',
      'bin/run',
      'deep',
      'deep/er',
      'deep/er/ä.txt',
      'plugin.yaml',
    ])
    const modes = await Promise.all(
      ['plugin.yaml', 'bin/run', '.'].map(
        async (path) => (await stat(join(out, path))).mode & 0o7777,
      ),
    )
    expect(modes).toEqual([0o644, 0o755, 0o755])
  })

  it('leaves out the "package" folder that npm packs into, and that one alone', async () => {
    await extract(tarGz([{ ...good, name: 'package/plugin.yaml' }, { name: 'package/a/b' }]))
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['a', 'plugin.yaml'])
    await rm(join(folder, 'out'), { recursive: true })
    await extract(tarGz([good, { name: 'package/a' }]))
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['package', 'plugin.yaml'])
  })

  it('reads names that start at ".", and does not let them hide a second one', async () => {
    const root = { name: './', type: '5' }
    await extract(tarGz([root, { ...good, name: './plugin.yaml' }, { name: './a/b' }]))
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['a', 'plugin.yaml'])
    await rm(join(folder, 'out'), { recursive: true })
    for (const name of ['./plugin.yaml', '././x', './../x', './/x', '.'])
      await expect(extract(tarGz([good, { name }]))).rejects.toMatchObject({ outcome: 'refused' })
  })

  it('stops when it is told to, and leaves nothing behind', async () => {
    const reason = new Error('enough')
    const noise = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => (index * 7919) >> 3))
    const archive = tarGz([good, { name: 'noise', content: noise }])
    const controller = new AbortController()
    const extraction = extract(archive, { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 5)
    await expect(extraction).rejects.toThrow(reason)
    expect(await readdir(folder)).toEqual(['archive'])
    await expect(extract(archive, { signal: AbortSignal.abort(reason) })).rejects.toThrow(reason)
  })

  it.each([
    ['tar', ['-czf', 'archive', '-C', 'plugin', '.']],
    ['npm', ['pack', './plugin', '--ignore-scripts', '--offline', '--loglevel=error']],
  ] as const)('reads what %s packs, with a name that is not ASCII', async (command, words) => {
    const plugin = join(folder, 'plugin')
    await mkdir(join(plugin, 'dist'), { recursive: true })
    await writeFile(join(plugin, 'plugin.yaml'), 'name: notes\n')
    await writeFile(join(plugin, 'dist', 'ä.txt'), 'ä')
    await writeFile(join(plugin, 'package.json'), '{"name":"notes","version":"1.0.0"}')
    await promisify(execFile)(command, words, { cwd: folder })
    const archive = join(folder, command === 'tar' ? 'archive' : 'notes-1.0.0.tgz')
    await extractArchive(archive, join(folder, 'out'))
    expect((await readdir(join(folder, 'out'), { recursive: true })).toSorted()).toEqual([
      'dist',
      'dist/ä.txt',
      'package.json',
      'plugin.yaml',
    ])
  })

  it('reads what archiver writes', async () => {
    const { ZipArchive, TarArchive } = await import('archiver')
    for (const archive of [new ZipArchive({}), new TarArchive({ gzip: true })]) {
      archive.append('name: notes\n', { name: 'plugin.yaml' })
      archive.append(`ä${'x'.repeat(3000)}`, { name: `${'long/'.repeat(20)}ä.txt` })
      const [bytes] = await Promise.all([buffer(archive), archive.finalize()])
      expect(await extract(bytes)).toMatchObject({ files: 2 })
      await rm(join(folder, 'out'), { recursive: true })
    }
  })
})
