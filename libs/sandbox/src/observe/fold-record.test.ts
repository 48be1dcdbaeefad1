import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldRecord, type FoldedPaths } from './fold-record.ts'
import type { PathAccess } from './reach.ts'
import type { PathRecord } from './record.ts'

let folder = ''
let beside = ''
let away = ''

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-fold-')))
  await Promise.all(
    ['src/deep', '.git', 'out', 'elsewhere'].map((name) =>
      mkdir(join(folder, name), { recursive: true }),
    ),
  )
  const files = [
    'a.txt',
    'src/1',
    'src/2',
    'src/3',
    'src/4',
    'src/deep/5',
    '.git/config',
    'elsewhere/6',
  ]
  await Promise.all(files.map((name) => writeFile(join(folder, name), '')))
  await symlink('src/1', join(folder, 'link'))
  beside = await realpath(await mkdtemp(join(tmpdir(), 'mb-fold-')))
  await writeFile(join(beside, 'tool'), '')
  away = await realpath(await mkdtemp(join(tmpdir(), 'mb-fold-')))
  await symlink('round', join(folder, 'round'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
  await rm(beside, { recursive: true })
  await rm(away, { recursive: true })
})

/** Folds what was done, and what failed, with paths as they lie in the folder. */
function fold(
  done: Readonly<Record<string, readonly PathAccess[]>>,
  failed: Readonly<Record<string, readonly [PathAccess, string]>> = {},
): FoldedPaths {
  const records = [...new Set([...Object.keys(done), ...Object.keys(failed)])].map(
    (name): PathRecord => {
      const failure = failed[name]
      return {
        path: name.startsWith('/') ? name : join(folder, name),
        done: new Set(done[name] ?? []),
        failed: new Map(failure === undefined ? [] : [failure]),
      }
    },
  )
  const short = (path: string): string => path.replace(`${folder}/`, '').replace(folder, '.')
  const { read, write, denied } = foldRecord(records, {
    roots: [folder, beside],
    workspace: folder,
    rules: { state: [], homes: [], denied: [] },
  })
  return {
    read: read.map(short),
    write: write.map(short),
    denied: denied.map((reach) => ({ ...reach, name: short(reach.name) })),
  }
}

describe('foldRecord()', () => {
  it('grants what was read, and no folder that was only looked at beside', () => {
    expect(fold({ '.': ['read'], src: ['read'], 'src/1': ['read'], 'a.txt': ['run'] })).toEqual({
      read: ['a.txt', 'src/1'],
      write: [],
      denied: [],
    })
  })

  it('grants a folder that was looked at alone, or listed', () => {
    expect(fold({ src: ['read'] }).read).toEqual(['src'])
    expect(fold({ src: ['read', 'list'], 'src/1': ['read'] }).read).toEqual(['src'])
  })

  it('grants the folder of many files', () => {
    const files = ['src/1', 'src/2', 'src/3', 'src/4']
    expect(fold(Object.fromEntries(files.map((name) => [name, ['read']]))).read).toEqual(['src'])
  })

  it('grants the folder of a link, which its file alone does not show', () => {
    expect(fold({ link: ['read'], 'src/1': ['read'] }).read).toEqual(['.'])
  })

  it('grants a file that was changed in place, and the folder of one that was made, moved or taken away', () => {
    expect(fold({ 'a.txt': ['write'] }).write).toEqual(['a.txt'])
    expect(fold({ 'out/new': ['write'] }).write).toEqual(['out'])
    expect(fold({ 'a.txt': ['write', 'replace'] }).write).toEqual(['.'])
    expect(fold({ 'out/new/deeper': ['replace'] }).write).toEqual(['out'])
  })

  it('grants nothing for what was looked for and is not there', () => {
    expect(
      fold({}, { 'missing.txt': ['read', 'ENOENT'], '/etc/missing': ['read', 'ENOENT'] }),
    ).toEqual({
      read: [],
      write: [],
      denied: [],
    })
  })

  it('tells what was there and not shown, and why it cannot be granted', () => {
    expect(
      fold(
        {},
        {
          '/etc/hostname': ['read', 'ENOENT'],
          '/etc/new': ['replace', 'EROFS'],
          '.git/config': ['write', 'EROFS'],
        },
      ).denied,
    ).toEqual([
      { kind: 'read', name: '/etc/hostname' },
      { kind: 'write', name: '/etc/new', refusal: '"/etc" belongs to the system' },
      {
        kind: 'write',
        name: '.git/config',
        refusal:
          'it holds the repository, whose settings and hooks start programs, and nobody would be asked when that runs',
      },
    ])
  })

  it('grants nothing that a link on the disk leads to, whatever the program saw in its place', async () => {
    await mkdir(join(away, 'deep'))
    await Promise.all(['1', '2', '3', '4'].map((name) => symlink(folder, join(away, name))))
    await writeFile(join(away, 'notes.txt'), '')
    await symlink(away, join(folder, 'out/away'))
    const reads = ['read', 'list', 'run'] as const
    const done = {
      'out/away': ['replace'],
      'out/away/new.txt': ['write'],
      'out/away/notes.txt': ['write', ...reads],
      'out/away/deep': reads,
      'out/away/deep/x': ['replace'],
      ...Object.fromEntries(
        ['1', '2', '3', '4'].map((name) => [`out/away/${name}/a.txt`, ['read'] as const]),
      ),
    } as const
    expect(fold(done)).toEqual({ read: ['a.txt'], write: ['out'], denied: [] })
  })

  it('grants nothing to be written but what is kept apart', () => {
    const tool = join(beside, 'tool')
    expect(fold({ [tool]: ['write'] })).toEqual({ read: [tool], write: [], denied: [] })
    expect(fold({ [join(beside, 'new')]: ['replace'] }).write).toEqual([])
  })

  it('passes over what has too long a name, or leads round', () => {
    const long = 'x'.repeat(300)
    const nothing = { read: [], write: [], denied: [] }
    expect(fold({}, { [long]: ['read', 'ENAMETOOLONG'] })).toEqual(nothing)
    expect(fold({}, { 'round/x': ['write', 'ELOOP'] })).toEqual(nothing)
    expect(fold({ 'round/x': ['read'], [long]: ['read'] }).write).toEqual([])
  })

  it('says nothing of what is looked at before any name is looked for', () => {
    const looked = ['/etc/nsswitch.conf', '/etc/resolv.conf', '/etc/hostname']
    expect(
      fold({}, Object.fromEntries(looked.map((path) => [path, ['read', 'ENOENT']] as const)))
        .denied,
    ).toEqual([{ kind: 'read', name: '/etc/hostname' }])
  })

  it('says nothing of what every jail has of its own', () => {
    const own = [
      '/proc/self/status',
      '/dev/null',
      '/tmp/x',
      '/run/home/.cache',
      '/usr/bin/cat',
      '/etc/passwd',
    ]
    expect(fold(Object.fromEntries(own.map((path) => [path, ['read', 'write']])))).toEqual({
      read: [],
      write: [],
      denied: [],
    })
  })
})
