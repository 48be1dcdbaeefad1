/** Archives that are refused, each for one thing, with the proof that it is that thing. */
import { gzipSync } from 'node:zlib'
import type { ManifestErrorCode } from '../manifest-error.ts'
import type { ExtractOptions } from './extract-archive.ts'
import {
  paxRecord,
  tarEntry,
  tarGz,
  zip,
  type TarEntry,
  type ZipEntry,
} from './hostile-archives.fixture.ts'

/** An archive that is refused, and the same without the one thing that is wrong. */
export interface HostileArchive {
  readonly what: string
  readonly code: ManifestErrorCode
  readonly archive: Buffer
  /** The same without the one thing that is wrong: it extracts, so it was that thing. */
  readonly control: Buffer
  readonly options?: ExtractOptions
  readonly says?: string
}

/** A file that every archive holds. */
interface Good {
  readonly name: string
  readonly content: string
}

/** @param good what a reader of the archive looks for */
export function hostileArchives(good: Good): readonly HostileArchive[] {
  /** A name that no archive may hold, in both forms, beside a good one in the same place. */
  function badName(
    what: string,
    name: string,
    code: ManifestErrorCode = 'MB_ARCHIVE_PATH',
  ): readonly HostileArchive[] {
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
  ): HostileArchive {
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
  ): HostileArchive {
    return {
      what: `zip: ${what}`,
      code,
      archive: zip([good, ...bad]),
      control: zip([good, ...control]),
    }
  }

  return [
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
    tarCase('a size that is longer than the archive', 'MB_ARCHIVE_BROKEN', {
      name: 'x',
      size: 5000,
    }),
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
      archive: half(tarGz([good])),
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
    zipCase('a file that says it is a folder', 'MB_ARCHIVE_BROKEN', [
      { name: 'x', mode: 0o040755 },
    ]),
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
    tarCase('a long name of a link', 'MB_ARCHIVE_LINK', [
      tarEntry({ name: '././@LongLink', type: 'K', content: 'a\0' }),
      { name: 'x' },
    ]),
    tarCase('a label of a volume', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: 'V' }),
    tarCase('the rest of a file of another volume', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: 'M' }),
    tarCase('a listing of a folder', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: 'D' }),
    tarCase('a type that nobody knows', 'MB_ARCHIVE_SPECIAL', { name: 'x', type: 'Q' }),
    tarCase('a link out of a pax record', 'MB_ARCHIVE_LINK', [
      pax(paxRecord('linkpath', '/etc/passwd')),
      { name: 'x' },
    ]),
    tarCase('a sparse file out of a pax record', 'MB_ARCHIVE_BROKEN', [
      pax(paxRecord('GNU.sparse.name', 'y')),
      { name: 'x' },
    ]),
    tarCase('another character set out of a pax record', 'MB_ARCHIVE_BROKEN', [
      pax(paxRecord('hdrcharset', 'BINARY')),
      { name: 'x' },
    ]),
    {
      what: 'tar.gz: a second gzip stream',
      code: 'MB_ARCHIVE_BROKEN',
      archive: Buffer.concat([tarGz([good]), tarGz([{ name: 'hidden.txt' }])]),
      control: tarGz([good]),
    },
    zipCase('sizes of 64 bits', 'MB_ARCHIVE_FORM', [
      { name: 'x', extra: Buffer.from([0x01, 0x00, 0x08, 0x00, 1, 0, 0, 0, 0, 0, 0, 0]) },
    ]),
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
      archive: half(zip([good])),
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
}

const big = Buffer.alloc(2 * 1024 * 1024)

/** Small ones, so that the limit is met while one of them is being written. */
function manyFiles(count: number): readonly { readonly name: string; readonly content: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `file-${index}`,
    content: 'x'.repeat(5000),
  }))
}

const pax = (...records: readonly string[]): Buffer =>
  tarEntry({ name: 'PaxHeader', type: 'x', content: records.join('') })

const unicodePath = (name: string): Buffer =>
  Buffer.concat([Buffer.from([0x75, 0x70, 0x06, 0x00, 0x01, 0, 0, 0, 0]), Buffer.from(name)])

const half = (archive: Buffer): Buffer => archive.subarray(0, archive.length >> 1)
