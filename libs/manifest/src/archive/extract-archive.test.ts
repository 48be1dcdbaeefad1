import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { extractArchive, type ExtractOptions } from './extract-archive.ts'
import { tarGz, zip } from './hostile-archives.fixture.ts'
import { hostileArchives } from './hostile-cases.fixture.ts'

const good = { name: 'plugin.yaml', content: 'name: notes\n' }
const cases = hostileArchives(good)

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

  it.each([
    ['tar.bz2', Buffer.from('BZh91AY&SY')],
    ['tar.xz', Buffer.from('\xFD7zXZ\0', 'latin1')],
  ])('a %s, with the hint to repack it', async (form, archive) => {
    await expect(extract(archive)).rejects.toMatchObject({
      code: 'MB_ARCHIVE_FORM',
      message: `Cannot extract archive: it is a ${form} file, which is not read`,
      hint: 'Repack it: unpack it, then `mb sdk package`, or `tar -czf plugin.tar.gz -C FOLDER .`',
    })
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
