import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { homedir, tmpdir, userInfo } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { resolvePolicy } from './policy.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'mb-policy-')))
mkdirSync(join(base, 'a/b'), { recursive: true })
writeFileSync(join(base, 'a/file'), '')
symlinkSync(join(base, 'a'), join(base, 'link'))
afterAll(() => rmSync(base, { recursive: true }))

const paths = (read: readonly string[], write: readonly string[] = []): unknown =>
  resolvePolicy({ fs: { read, write } }, []).paths.map(({ path, writable }) => [path, writable])

const exec = (command: string, write: readonly string[] = []): unknown =>
  resolvePolicy({ exec: [{ command }], fs: { write } }, []).commands.map(({ named }) => named)

const foldersBetween = (root: string, path: string): readonly string[] =>
  dirname(path) === root ? [] : [...foldersBetween(root, dirname(path)), dirname(path)]

describe('resolvePolicy()', () => {
  it.each<[object, string]>([
    [{ filesystem: {} }, 'Cannot take a part of a policy named "filesystem": there are fs, net'],
    [{ fs: { denied: ['/etc'] } }, 'Cannot take a grant of files named "denied": there are read'],
  ])('takes no name that it does not know, as in %j', (policy, message) => {
    expect(() => resolvePolicy({ ...policy }, [])).toThrow(message)
  })

  it('follows links, and grants what they lead to', () => {
    expect(paths([join(base, 'link/b')])).toEqual([[join(base, 'a/b'), false]])
  })

  it('puts parents first and drops what a wider grant holds', () => {
    const [a, b, file] = [join(base, 'a'), join(base, 'a/b'), join(base, 'a/file')]
    expect(paths([b, a, a, file])).toEqual([[a, false]])
    expect(paths([b, a], [a])).toEqual([[a, true]])
    expect(paths([a], [b])).toEqual([
      [a, false],
      [b, true],
    ])
  })

  it.each([
    ['/', 'Cannot grant "/": it is the whole file system'],
    ['/proc/self', 'belongs to the system'],
    ['/dev', 'Cannot grant "/dev": "/dev" belongs to the system'],
    ['relative', 'Cannot grant "relative": it is not absolute'],
    ['/no-such-folder', 'Cannot grant "/no-such-folder": it does not exist'],
    ['/tmp/\0', 'Cannot grant "/tmp/\\u0000": it holds a NUL byte'],
  ])('refuses %j', (path, message) => {
    const grant = (): unknown => resolvePolicy({ fs: { read: [path] } }, [])
    expect(grant).toThrow(
      expect.objectContaining({ code: 'MB_SANDBOX_POLICY', outcome: 'refused' }),
    )
    expect(grant).toThrow(message)
  })

  it.each([
    '.git',
    '.git/hooks',
    '.GIT',
    'sub/../.git/',
    'link-to-git',
    '.vscode',
    'AGENTS.md',
    'agents.md',
    '.github/workflows',
    'node_modules/.bin',
    '.mcp.json',
    'bare',
  ])('refuses to have %s of a workspace written, and grants it to be read', (name) => {
    const work = join(base, 'work')
    for (const folder of [
      '.git/hooks',
      '.GIT',
      '.vscode',
      '.github/workflows',
      'node_modules/.bin',
    ])
      mkdirSync(join(work, folder), { recursive: true })
    for (const folder of ['sub', 'bare/objects', 'bare/refs'])
      mkdirSync(join(work, folder), { recursive: true })
    for (const file of ['AGENTS.md', 'agents.md', '.mcp.json', 'bare/HEAD'])
      writeFileSync(join(work, file), '')
    rmSync(join(work, 'link-to-git'), { force: true })
    symlinkSync('.git', join(work, 'link-to-git'))
    const path = `${work}/${name}`
    expect(() => paths([], [path])).toThrow(
      expect.objectContaining({
        code: 'MB_SANDBOX_POLICY',
        message: expect.stringMatching(
          /^Cannot grant ".*": it holds .*, and nobody would be asked/,
        ),
        hint: 'Grant it for reading, or grant another folder',
        details: { path },
      }),
    )
    expect(paths([path])).toEqual([[realpathSync(path), false]])
  })

  it('refuses to have a home written, of whomever, and what holds homes', () => {
    for (const path of [homedir(), userInfo().homedir])
      expect(() => paths([], [path])).toThrow('what is written there runs at the next login')
  })

  it('hides what is denied, keeps what runs later, and pins the way to it', () => {
    const work = join(base, 'covers')
    for (const folder of ['.git', 'deep/er/.git', 'secret', '.github/workflows'])
      mkdirSync(join(work, folder), { recursive: true })
    const { covers, absent } = resolvePolicy(
      { fs: { write: [work], deny: [join(work, 'secret')] } },
      [],
    )
    const names = covers.map(({ kind, path }) => [kind, relative(work, path)])
    expect(names).toEqual([
      ['kept', '.git'],
      ['pinned', '.github'],
      ['kept', '.github/workflows'],
      ['pinned', 'deep'],
      ['pinned', 'deep/er'],
      ['kept', 'deep/er/.git'],
      ['hidden', 'secret'],
    ])
    expect(absent.map((path) => relative(work, path))).toEqual(
      expect.arrayContaining(['.vscode', 'AGENTS.md', 'node_modules', '.github/actions']),
    )
    expect(resolvePolicy({ fs: { read: [work] } }, [])).toMatchObject({ covers: [], absent: [] })
  })

  it('has every cover lie in a grant, and every way to it pinned, for any tree', () => {
    const name = fc.constantFrom(
      'a',
      'b',
      '.git',
      '.GIT',
      '.vscode',
      '.ssh',
      '.github',
      'workflows',
    )
    const tree = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
    fc.assert(
      fc.property(tree, fc.boolean(), (folders, isWritten) => {
        const work = mkdtempSync(join(base, 'tree-'))
        for (const parts of folders) mkdirSync(join(work, ...parts), { recursive: true })
        const fs = isWritten ? { write: [work] } : { read: [work] }
        const { covers, absent } = resolvePolicy({ fs }, [])
        const covered = new Set(covers.map(({ path }) => path))
        for (const path of [...covered, ...absent]) {
          expect(path.startsWith(`${work}/`)).toBe(true)
          expect(isWritten ? foldersBetween(work, path) : []).toEqual(
            foldersBetween(work, path).filter((folder) => isWritten && covered.has(folder)),
          )
        }
        const secrets = covers.filter(({ kind }) => kind === 'hidden').map(({ path }) => path)
        expect(secrets.every((path) => basename(path) === '.ssh')).toBe(true)
        expect(secrets.includes(join(work, '.ssh'))).toBe(existsSync(join(work, '.ssh')))
        expect(absent.length > 0).toBe(isWritten)
        rmSync(work, { recursive: true })
      }),
      { numRuns: 40 },
    )
  })

  it.each(['relative', '/usr', '/no-such-folder', '/tmp/\0'])('refuses to deny %j', (path) => {
    expect(() => resolvePolicy({ fs: { deny: [path] } }, [])).toThrow(
      expect.objectContaining({
        code: 'MB_SANDBOX_POLICY',
        message: expect.stringMatching(/^Cannot deny /),
      }),
    )
  })

  it('refuses a command that others could replace', () => {
    const tool = join(base, 'open', 'tool')
    mkdirSync(join(base, 'open'))
    writeFileSync(tool, '#!/bin/sh\n', { mode: 0o755 })
    expect(exec(tool)).toEqual([tool])
    expect(() => exec(tool, [join(base, 'open')])).toThrow('could replace it')
    chmodSync(join(base, 'open'), 0o777)
    expect(() => exec(tool)).toThrow(`others may write to "${join(base, 'open')}"`)
    chmodSync(join(base, 'open'), 0o755)
    chmodSync(tool, 0o644)
    for (const command of [tool, 'tool', join(base, 'open'), join(base, 'no-such-tool')])
      expect(() => exec(command)).toThrow('Cannot grant the command')
  })

  it.each(['/usr', '/usr/bin', '/etc'])('refuses to have %s written', (path) => {
    expect(() => paths([], [path])).toThrow('belongs to the system')
    expect(paths([path])).toEqual([[path, false]])
  })

  it('keeps what is to stay as it is, and grants none of it to be written', () => {
    const work = join(base, 'keep')
    const [file, link] = [join(work, 'deep/kept.txt'), join(work, 'kept-link')]
    mkdirSync(join(work, 'deep'), { recursive: true })
    writeFileSync(file, '')
    symlinkSync('deep/kept.txt', link)
    const keep = [file, link, join(base, 'elsewhere')]
    const { covers, links } = resolvePolicy({ fs: { write: [work], keep } }, [])
    expect(covers.map(({ kind, path }) => [kind, relative(work, path)])).toEqual([
      ['pinned', 'deep'],
      ['kept', 'deep/kept.txt'],
    ])
    expect(links).toEqual([{ path: link, target: 'deep/kept.txt' }])
    expect(() => resolvePolicy({ fs: { write: [link], keep } }, [])).toThrow('stay as it is')
    // What is only read is not changed anyhow.
    expect(resolvePolicy({ fs: { read: [work], keep } }, [])).toMatchObject({
      covers: [],
      links: [],
    })
  })

  it('refuses to have its own state written, around it and within', () => {
    const state = [join(base, 'a')]
    for (const path of [base, join(base, 'a'), join(base, 'a/b')])
      expect(() => resolvePolicy({ fs: { write: [path] } }, state)).toThrow('keeps its own state')
  })

  it('refuses a socket', async () => {
    const path = join(base, 'socket')
    const server = createServer().listen(path)
    await once(server, 'listening')
    expect(() => paths([path])).toThrow('it is neither a folder nor a regular file')
    server.close()
  })

  it.each(['LD_PRELOAD', 'LD_AUDIT', 'BASH_ENV', 'ENV', 'GLIBC_TUNABLES', 'PS4'])(
    'refuses %s in the environment: it runs before the receipt is read',
    (name) => {
      expect(() => resolvePolicy({ env: { [name]: 'x' } }, [])).toThrow(
        expect.objectContaining({ code: 'MB_SANDBOX_POLICY' }),
      )
    },
  )

  it.each(['', '1A', 'A B', 'A=B', 'A\0', 'BASH_FUNC_x%%'])(
    'refuses %j as the name of a variable',
    (name) => {
      expect(() => resolvePolicy({ env: { [name]: 'x' } }, [])).toThrow('is no valid variable')
    },
  )

  it('takes names of members of Object as ordinary variables', () => {
    expect(resolvePolicy({ env: { constructor: 'x' } }, []).env['constructor']).toBe('x')
  })
})
