import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolvePolicy } from './policy.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'mb-policy-')))
mkdirSync(join(base, 'a/b'), { recursive: true })
writeFileSync(join(base, 'a/file'), '')
symlinkSync(join(base, 'a'), join(base, 'link'))
afterAll(() => rmSync(base, { recursive: true }))

const paths = (read: readonly string[], write: readonly string[] = []): unknown =>
  resolvePolicy({ fs: { read, write } }, []).paths.map(({ path, writable }) => [path, writable])

describe('resolvePolicy()', () => {
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

  it.each(['/usr', '/usr/bin', '/etc'])('refuses to have %s written', (path) => {
    expect(() => paths([], [path])).toThrow('belongs to the system')
    expect(paths([path])).toEqual([[path, false]])
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
