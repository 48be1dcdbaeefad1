import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isInside, realpathInside, resolveInside } from './paths.ts'

describe('resolveInside()', () => {
  it.each([
    ['a.txt', '/root/dir/a.txt'],
    ['.', '/root/dir'],
    ['a/../b', '/root/dir/b'],
    ['..a', '/root/dir/..a'],
    ['/root/dir/x', '/root/dir/x'],
  ])('takes %j', (path, expected) => {
    expect(resolveInside('/root/dir', path)).toBe(expected)
  })

  it.each([['..'], ['../dir2'], ['a/../../x'], ['/etc/passwd'], ['/root/dir2'], ['a\0b']])(
    'refuses %j',
    (path) => {
      expect(() => resolveInside('/root/dir', path)).toThrow(
        expect.objectContaining({ code: 'MB_PATH_OUTSIDE' }),
      )
    },
  )

  it('gives a path inside, or refuses, whatever the parts', () => {
    const part = fc.constantFrom('..', '.', 'a', '', 'b..', '/', '\\')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        let path: string
        try {
          path = resolveInside('/root/dir', parts.join('/'))
        } catch {
          return
        }
        expect(path === '/root/dir' || path.startsWith(`/root/dir${sep}`)).toBe(true)
      }),
    )
  })
})

describe('isInside()', () => {
  it('does not take a name that starts alike', () => {
    expect([
      isInside('/a/b', '/a/bc'),
      isInside('/a/b', '/a/b/c'),
      isInside('/a/b', '/a/b'),
    ]).toEqual([false, true, true])
  })
})

describe('realpathInside()', () => {
  it('follows links inside and refuses those that leave', async () => {
    const base = await mkdtemp(join(tmpdir(), 'mb-paths-'))
    onTestFinished(() => rm(base, { recursive: true, force: true }))
    const root = join(base, 'root')
    await mkdir(root)
    await writeFile(join(base, 'secret'), 'secret')
    await writeFile(join(root, 'file'), 'fine')
    await symlink('file', join(root, 'inward'))
    await symlink('../secret', join(root, 'outward'))

    expect(await realpathInside(root, 'inward')).toBe(join(root, 'file'))
    await expect(realpathInside(root, 'outward')).rejects.toMatchObject({ code: 'MB_PATH_OUTSIDE' })
  })
})
