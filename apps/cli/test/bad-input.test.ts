import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tarGz, zip } from '../../../libs/manifest/src/archive/hostile-archives.fixture.ts'
import { listing } from './listing.ts'
import { Place } from './mb.ts'

const manifest = `name: notes
version: 1.0.0
description: Prints an outline
author: Ada
license: MIT
entry: dist/index.mjs
`
const entry = 'export default {}\n'
const whole = [
  { name: 'plugin.yaml', content: manifest },
  { name: 'dist/index.mjs', content: entry },
]

/** Writes a source into a folder and gives its path. */
type Source = (folder: string) => Promise<string>

const archive =
  (name: string, bytes: Buffer): Source =>
  async (folder) => {
    const file = join(folder, name)
    await writeFile(file, bytes)
    return file
  }

const plugin =
  (manifestText: string | undefined, more?: (directory: string) => Promise<void>): Source =>
  async (folder) => {
    const directory = join(folder, 'plugin')
    await mkdir(join(directory, 'dist'), { recursive: true })
    await writeFile(join(directory, 'dist/index.mjs'), entry)
    if (manifestText !== undefined) await writeFile(join(directory, 'plugin.yaml'), manifestText)
    await more?.(directory)
    return directory
  }

const aliasBomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...Array.from('bcdefghi', (letter, at) => {
    const before = 'abcdefgh'.charAt(at)
    return `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`
  }),
].join('\n')

interface Case {
  readonly what: string
  readonly source: Source
  readonly code: string
  readonly exitCode: number
}

const cases: readonly Case[] = [
  {
    what: 'a path that does not exist',
    source: async (folder) => join(folder, 'absent'),
    code: 'MB_PLUGIN_SOURCE_MISSING',
    exitCode: 4,
  },
  {
    what: 'a folder without a manifest',
    source: plugin(undefined),
    code: 'MB_MANIFEST_MISSING',
    exitCode: 4,
  },
  {
    what: 'a half-written manifest',
    source: plugin('name: notes\nversion: "1.0'),
    code: 'MB_MANIFEST_INVALID',
    exitCode: 1,
  },
  {
    what: 'two manifests',
    source: plugin(manifest, (directory) => writeFile(join(directory, 'plugin.json'), '{}')),
    code: 'MB_MANIFEST_AMBIGUOUS',
    exitCode: 1,
  },
  {
    what: 'a manifest of 10 MB',
    source: plugin(`${manifest}# ${'x'.repeat(10 * 1024 * 1024)}\n`),
    code: 'MB_MANIFEST_TOO_LARGE',
    exitCode: 1,
  },
  {
    what: 'a YAML alias bomb',
    source: plugin(`${manifest}${aliasBomb}\n`),
    code: 'MB_MANIFEST_INVALID',
    exitCode: 1,
  },
  {
    what: 'an entry that is not there',
    source: plugin(manifest.replace('index.mjs', 'other.mjs')),
    code: 'MB_PLUGIN_ENTRY_MISSING',
    exitCode: 1,
  },
  {
    what: 'a link in its folder',
    source: plugin(manifest, (directory) => symlink('/etc/passwd', join(directory, 'link'))),
    code: 'MB_PLUGIN_SOURCE',
    exitCode: 2,
  },
  {
    what: 'a named pipe in its folder',
    source: plugin(manifest, async (directory) => {
      execFileSync('mkfifo', [join(directory, 'pipe')])
    }),
    code: 'MB_PLUGIN_SOURCE',
    exitCode: 2,
  },
  {
    what: 'a file that is no archive',
    source: archive('notes.zip', Buffer.from('not a zip')),
    code: 'MB_ARCHIVE_FORM',
    exitCode: 1,
  },
  {
    what: 'a zip that was cut',
    source: archive('notes.zip', zip(whole).subarray(0, 120)),
    code: 'MB_ARCHIVE_BROKEN',
    exitCode: 1,
  },
  {
    what: 'a tar.gz that was cut',
    source: archive('notes.tar.gz', tarGz(whole).subarray(0, 100)),
    code: 'MB_ARCHIVE_BROKEN',
    exitCode: 1,
  },
  {
    what: 'a zip with ..',
    source: archive('notes.zip', zip([...whole, { name: '../../evil', content: 'x' }])),
    code: 'MB_ARCHIVE_PATH',
    exitCode: 3,
  },
  {
    what: 'a tar.gz with an absolute path',
    source: archive('notes.tgz', tarGz([...whole, { name: '/tmp/evil', content: 'x' }])),
    code: 'MB_ARCHIVE_PATH',
    exitCode: 3,
  },
  {
    what: 'a tar.gz with a link',
    source: archive('notes.tgz', tarGz([...whole, { name: 'l', type: '2', link: '/etc/passwd' }])),
    code: 'MB_ARCHIVE_LINK',
    exitCode: 3,
  },
  {
    what: 'a zip with a link',
    source: archive('notes.zip', zip([...whole, { name: 'l', content: '/etc', mode: 0o120777 }])),
    code: 'MB_ARCHIVE_LINK',
    exitCode: 3,
  },
  {
    what: 'a tar.gz with a device',
    source: archive('notes.tgz', tarGz([...whole, { name: 'null', type: '3' }])),
    code: 'MB_ARCHIVE_SPECIAL',
    exitCode: 3,
  },
  {
    what: 'two names that differ in case',
    source: archive('notes.zip', zip([...whole, { name: 'Plugin.YAML', content: 'x' }])),
    code: 'MB_ARCHIVE_DUPLICATE',
    exitCode: 3,
  },
  {
    what: 'a bomb',
    source: archive(
      'notes.zip',
      zip([...whole, { name: 'big', content: Buffer.alloc(300 * 1024 * 1024), deflate: true }]),
    ),
    code: 'MB_ARCHIVE_TOO_LARGE',
    exitCode: 3,
  },
]

describe('mb plugin install', () => {
  it.each(cases)('refuses $what, and leaves nothing behind', async ({ source, code, exitCode }) => {
    await using place = await Place.open()
    const path = await source(place.folder)
    const env = { TMPDIR: await temporary(place) }
    const before = await listing(place.root)
    const people = await place.mb(['plugin', 'install', path, '--yes'], { env })
    expect(people.stderr).toContain(`(${code})\n`)
    expect(people).toMatchObject({ code: exitCode, stdout: '' })
    const programs = await place.mb(['plugin', 'install', path, '--yes', '--json'], { env })
    expect(programs).toMatchObject({ code: exitCode, stderr: '' })
    expect(JSON.parse(programs.stdout)).toMatchObject({
      ok: false,
      error: { code, exitCode, hint: expect.stringMatching(/\S/) },
    })
    expect(await listing(place.root)).toEqual(before)
  })

  it('takes the same plugin when nothing is wrong with it', async () => {
    for (const source of [
      plugin(manifest),
      archive('notes.zip', zip(whole)),
      archive('notes.tgz', tarGz(whole)),
    ]) {
      await using place = await Place.open()
      const path = await source(place.folder)
      expect(await place.mb(['plugin', 'install', path, '--yes'])).toMatchObject({ code: 0 })
    }
  })
})

async function temporary(place: Place): Promise<string> {
  const path = join(place.root, 'tmp')
  await mkdir(path)
  return path
}
